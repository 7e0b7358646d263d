#!/usr/bin/env python3
"""TLS servers and proxies of many kinds on the loopback interface, for matrix.c.

    matrix.py DIR

Makes certificates and keys in DIR, prints ports and paths as one JSON object, and serves until its input ends. Every
request is answered with 404. Needs the openssl program, whose library is what the servers speak TLS with.
"""
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import warnings

NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"
ANSWER = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Maker:
    """Certificates and keys, as files in one directory."""

    def __init__(self, directory: pathlib.Path):
        self.directory = directory

    def path(self, name: str) -> str:
        return str(self.directory / name)

    def openssl(self, *arguments: str):
        subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def key(self, name: str, kind: str):
        """A key of its own, as PKCS#8."""
        options = {"rsa": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "ec": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]}
        self.openssl("genpkey", "-algorithm", *options[kind], "-out", self.path(f"{name}.key"))

    def own(self, name: str, *extensions: str, kind: str = "ec"):
        """A certificate signed by itself, which `openssl req -x509` makes an authority."""
        self.key(name, kind)
        added = [part for extension in extensions for part in ("-addext", extension)]
        self.openssl("req", "-x509", "-new", "-key", self.path(f"{name}.key"), "-subj", f"/CN={name}", "-days", "100",
                     "-out", self.path(f"{name}.pem"), *added)

    def issued(self, name: str, by: str, *extensions: str, subject: str = "server", kind: str = "ec"):
        """A certificate that an authority signed; without extensions, and of the first version, if there are none."""
        self.key(name, kind)
        self.openssl("req", "-new", "-key", self.path(f"{name}.key"), "-subj", f"/CN={subject}", "-out",
                     self.path(f"{name}.csr"))
        added = []
        if extensions:
            (self.directory / f"{name}.ext").write_text("".join(line + "\n" for line in extensions))
            added = ["-extfile", self.path(f"{name}.ext")]
        self.openssl("x509", "-req", "-in", self.path(f"{name}.csr"), "-CA", self.path(f"{by}.pem"), "-CAkey",
                     self.path(f"{by}.key"), "-CAcreateserial", "-days", "100", "-out", self.path(f"{name}.pem"), *added)

    def hashed(self, name: str, directory: str):
        """A directory in which a certificate lies under the name that OpenSSL looks for."""
        (self.directory / directory).mkdir()
        asked = ["openssl", "x509", "-hash", "-noout", "-in", self.path(f"{name}.pem")]
        found = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        (self.directory / directory / f"{found}.0").symlink_to(self.path(f"{name}.pem"))


def make(maker: Maker):
    maker.own("authority")
    maker.own("stranger")
    maker.own("itself", NAMES)
    maker.own("itself-elsewhere", "subjectAltName=DNS:other.test")
    maker.issued("named", "authority", NAMES)
    maker.issued("rsa", "authority", NAMES, kind="rsa")
    maker.issued("elsewhere", "authority", "subjectAltName=DNS:other.test")
    maker.issued("common", "authority", "basicConstraints=CA:FALSE", subject="localhost")
    maker.issued("address", "authority", "subjectAltName=DNS:127.0.0.1")
    maker.issued("proxy", "stranger", NAMES)
    maker.issued("client-ec", "authority", "basicConstraints=CA:FALSE", subject="client")
    maker.issued("client-rsa", "authority", "basicConstraints=CA:FALSE", subject="client", kind="rsa")
    maker.issued("client-v1", "authority", subject="client")
    maker.openssl("rsa", "-in", maker.path("client-rsa.key"), "-traditional", "-out", maker.path("client-rsa.pkcs1"))
    maker.openssl("ec", "-in", maker.path("client-ec.key"), "-out", maker.path("client-ec.sec1"))
    maker.hashed("authority", "hashed")


def context(maker: Maker, certificate: str, least=None, most=None, ciphers=None, protocols=None, clients=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(maker.path(f"{certificate}.pem"), maker.path(f"{certificate}.key"))
    if ciphers:
        made.set_ciphers(ciphers)
    if least:
        made.minimum_version = least
    if most:
        made.maximum_version = most
    if protocols:
        made.set_alpn_protocols(protocols)
    if clients:
        made.load_verify_locations(maker.path(f"{clients}.pem"))
        made.verify_mode = ssl.CERT_REQUIRED
        # Certificates of the first version as well.
        made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return made


def head(stream) -> bytes:
    text = b""
    while not text.endswith(b"\r\n\r\n"):
        piece = stream.recv(1)
        if not piece:
            return b""
        text += piece
    return text


def serve(stream):
    while head(stream):
        stream.sendall(ANSWER)


def copy(source, sink):
    try:
        while piece := source.recv(65536):
            sink.sendall(piece)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def tunnel(stream):
    target = head(stream).split(b" ")[1].decode()
    host, _, port = target.rpartition(":")
    with socket.create_connection((host, int(port))) as server:
        stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        back = threading.Thread(target=copy, args=(server, stream), daemon=True)
        back.start()
        copy(stream, server)
        back.join()


def listen(what, tls=None) -> int:
    """Does `what` with every connection, behind TLS if there is a context."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def one(connection):
        try:
            stream = tls.wrap_socket(connection, server_side=True) if tls else connection
            what(stream)
        except (OSError, IndexError, ValueError):
            pass
        finally:
            connection.close()

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def main():
    # Old versions are what some of the servers are for.
    warnings.simplefilter("ignore", DeprecationWarning)
    maker = Maker(pathlib.Path(sys.argv[1]))
    make(maker)
    version = ssl.TLSVersion
    kinds = {
        "named": dict(certificate="named"),
        "rsa": dict(certificate="rsa"),
        "itself": dict(certificate="itself"),
        "itself_elsewhere": dict(certificate="itself-elsewhere"),
        "elsewhere": dict(certificate="elsewhere"),
        "common": dict(certificate="common"),
        "address": dict(certificate="address"),
        "only_13": dict(certificate="named", least=version.TLSv1_3),
        "only_12": dict(certificate="named", most=version.TLSv1_2),
        "only_11": dict(certificate="rsa", least=version.TLSv1_1, most=version.TLSv1_1, ciphers="ALL:@SECLEVEL=0"),
        "cbc": dict(certificate="rsa", most=version.TLSv1_2, ciphers="ECDHE-RSA-AES128-SHA:@SECLEVEL=0"),
        "rsa_exchange": dict(certificate="rsa", most=version.TLSv1_2, ciphers="AES128-GCM-SHA256:@SECLEVEL=0"),
        "protocols": dict(certificate="named", protocols=["http/1.1"]),
        "clients_12": dict(certificate="named", most=version.TLSv1_2, clients="authority"),
        "clients_13": dict(certificate="named", least=version.TLSv1_3, clients="authority"),
    }
    ports = {name: listen(serve, context(maker, **kind)) for name, kind in kinds.items()}
    ports["proxy"] = listen(tunnel)
    facts = {f"{name}_port": port for name, port in ports.items()}
    facts["tls_proxy_port"] = tunnels_behind_tls(maker)
    print(json.dumps(facts | {"keys": str(maker.directory)}), flush=True)
    sys.stdin.read()


def tunnels_behind_tls(maker: Maker) -> int:
    """A proxy behind TLS: what comes out of that goes to a plain one, byte by byte."""
    plain = listen(tunnel)

    def forward(stream):
        with socket.create_connection(("127.0.0.1", plain)) as proxy:
            back = threading.Thread(target=copy, args=(proxy, stream), daemon=True)
            back.start()
            copy(stream, proxy)
            back.join()

    return listen(forward, context(maker, "proxy"))


if __name__ == "__main__":
    main()
