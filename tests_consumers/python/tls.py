"""One row of the TLS matrix: a client with some TLS options, and a download from each of the servers.

    tls.py ROW          prints one line of JSON: for each server "ok", or the name of the error

CONSUMERS_TLS_FILES is the folder of certificates, CONSUMERS_TLS_PORTS says where the servers listen, by name. `ROWS`
says which clients there are."""
import concurrent.futures
import json
import os
import pathlib
import sys

FILES = pathlib.Path(os.environ.get("CONSUMERS_TLS_FILES", "."))
SIZE = 3000


def options(ca="ca.pem", client=None, **more):
    from awscrt.io import TlsContextOptions
    if client:
        made = TlsContextOptions.create_client_with_mtls_from_path(str(FILES / client[0]), str(FILES / client[1]))
    else:
        made = TlsContextOptions()
    if ca:
        made.override_default_trust_store_from_path(None, str(FILES / ca))
    for name, value in more.items():
        setattr(made, name, value)
    return made


def of_bytes(*names):
    made = options(ca=None)
    made.override_default_trust_store(b"".join((FILES / name).read_bytes() for name in names))
    return made


def of_folder():
    made = options(ca=None)
    made.override_default_trust_store_from_path(str(FILES / "anchors"), None)
    return made


def mtls_of_bytes():
    from awscrt.io import TlsContextOptions
    made = TlsContextOptions.create_client_with_mtls((FILES / "client.pem").read_bytes(),
                                                     (FILES / "client-key.pem").read_bytes())
    made.override_default_trust_store_from_path(None, str(FILES / "ca.pem"))
    return made


def version(name):
    from awscrt.io import TlsVersion
    return TlsVersion[name]


def preference(name):
    from awscrt.io import TlsCipherPref
    return TlsCipherPref[name]


# Each makes TlsContextOptions, or None for no TLS options at all.
ROWS = {
    "no options": lambda: None,
    "default context": lambda: options(ca=None),
    "private CA, file": lambda: options(),
    "private CA, bytes": lambda: of_bytes("ca.pem"),
    "private CA, folder": of_folder,
    "two CAs in one": lambda: of_bytes("other-ca.pem", "ca.pem"),
    "another CA": lambda: options(ca="other-ca.pem"),
    "no certificate in the file": lambda: options(ca="garbage.pem"),
    "no file": lambda: options(ca="nothing.pem"),
    "pin: the server's own self-signed": lambda: options(ca="self-signed.pem"),
    "pin: the server's issued one": lambda: options(ca="server.pem"),
    "pin: the intermediate": lambda: options(ca="intermediate.pem"),
    "verify off": lambda: options(ca=None, verify_peer=False),
    "verify off, another CA": lambda: options(ca="other-ca.pem", verify_peer=False),
    "mTLS": lambda: options(client=("client.pem", "client-key.pem")),
    "mTLS, bytes": mtls_of_bytes,
    "mTLS, PKCS#1 key": lambda: options(client=("client.pem", "client-key-pkcs1.pem")),
    "mTLS, EC key": lambda: options(client=("client-ec.pem", "client-ec-key.pem")),
    "mTLS, chain": lambda: options(client=("client-chain.pem", "client-chain-key.pem")),
    "mTLS, of another CA": lambda: options(client=("client-other.pem", "client-other-key.pem")),
    "mTLS, key of another": lambda: options(client=("client.pem", "client-other-key.pem")),
    "least TLS 1.2": lambda: options(min_tls_ver=version("TLSv1_2")),
    "least TLS 1.3": lambda: options(min_tls_ver=version("TLSv1_3")),
    "least SSL 3": lambda: options(min_tls_ver=version("SSLv3")),
    "cipher preference, TLS 1.2": lambda: options(cipher_pref=preference("TLSv1_2_2025_07")),
    "cipher preference, post-quantum": lambda: options(cipher_pref=preference("PQ_DEFAULT")),
    "ALPN http/1.1": lambda: options(alpn_list=["http/1.1"]),
    "ALPN h2 and http/1.1": lambda: options(alpn_list=["h2", "http/1.1"]),
    "ALPN h2": lambda: options(alpn_list=["h2"]),
    "ALPN of the connection": lambda: options(),
    "server name of another": lambda: options(),
    "address as host": lambda: options(),
}


def connection_options(row):
    from awscrt.io import ClientTlsContext
    made = ROWS[row]()
    if made is None:
        return None
    connection = ClientTlsContext(made).new_connection_options()
    if row == "server name of another":
        connection.set_server_name("other.example")
    elif row == "ALPN of the connection":
        connection.set_alpn_list(["http/1.1"])
    elif not row.startswith("address"):
        connection.set_server_name("localhost")
    return connection


def cell(row, port):
    from awscrt.auth import AwsCredentialsProvider
    from awscrt.http import HttpHeaders, HttpRequest
    from awscrt.io import ClientBootstrap, DefaultHostResolver, EventLoopGroup
    from awscrt.s3 import (S3Client, S3RequestTlsMode, S3RequestType, S3RetryConfig, S3RetryMode,
                           create_default_s3_signing_config)
    try:
        loops = EventLoopGroup(1)
        provider = AwsCredentialsProvider.new_static("KEY", "SECRET")
        signing = create_default_s3_signing_config(region="us-east-1", credential_provider=provider)
        client = S3Client(bootstrap=ClientBootstrap(loops, DefaultHostResolver(loops)), region="us-east-1",
                          signing_config=signing, tls_mode=S3RequestTlsMode.ENABLED,
                          tls_connection_options=connection_options(row),
                          retry_config=S3RetryConfig(retry_mode=S3RetryMode.STANDARD, max_retries=1))
        host = f"{'127.0.0.1' if row.startswith('address') else 'localhost'}:{port}"
        received = []
        request = client.make_request(type=S3RequestType.GET_OBJECT,
                                      request=HttpRequest("GET", "/bucket/key", HttpHeaders([("host", host)])),
                                      on_body=lambda chunk, **_: received.append(len(chunk)))
        request.finished_future.result(60)
        return "ok" if sum(received) == SIZE else f"{sum(received)} bytes"
    except Exception as error:
        return getattr(error, "name", None) or str(error).split(":")[0] or type(error).__name__


def main(row):
    ports = json.loads(os.environ["CONSUMERS_TLS_PORTS"])
    with concurrent.futures.ThreadPoolExecutor(len(ports)) as pool:
        cells = {server: pool.submit(cell, row, port) for server, port in ports.items()}
        print(json.dumps({server: future.result() for server, future in cells.items()}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
