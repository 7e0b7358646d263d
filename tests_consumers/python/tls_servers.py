"""Servers of one small object on the loopback interface, each with TLS of its own kind, and a proxy.

    tls_servers.py FOLDER       makes certificates in FOLDER, prints one line of JSON (the ports by the name of the
                                server, and that of the proxy), and ends when standard input does
"""
import http.server
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

BODY = b"x" * 3000


def openssl(folder, *words, text=""):
    subprocess.run(["openssl", *words], cwd=folder, input=text, text=True, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def certificate(folder, name, by=None, ca=False, names="DNS:localhost,IP:127.0.0.1", key="rsa", days="30"):
    """A key, and a certificate of it by another or by itself."""
    kind = ["-newkey", "rsa:2048"] if key == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    openssl(folder, "req", "-new", "-nodes", *kind, "-keyout", f"{name}-key.pem", "-out", f"{name}.csr", "-subj",
            f"/CN={name}")
    lines = [f"basicConstraints=critical,CA:{'TRUE' if ca else 'FALSE'}", f"subjectAltName={names}"]
    if ca:
        lines.append("keyUsage=critical,keyCertSign,cRLSign,digitalSignature")
    (folder / f"{name}.ext").write_text("\n".join(lines))
    signer = ["-signkey", f"{name}-key.pem"]
    if by:
        signer = ["-CA", f"{by}.pem", "-CAkey", f"{by}-key.pem", "-CAcreateserial"]
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", *signer, "-days", days, "-extfile", f"{name}.ext", "-out",
            f"{name}.pem")


def certificates(folder):
    certificate(folder, "ca", ca=True, names="DNS:ca.example")
    certificate(folder, "other-ca", ca=True, names="DNS:other-ca.example")
    certificate(folder, "server", by="ca")
    certificate(folder, "server-ec", by="ca", key="ec")
    certificate(folder, "expired", by="ca", days="-1")
    certificate(folder, "other-name", by="ca", names="DNS:other.example")
    certificate(folder, "self-signed")
    certificate(folder, "intermediate", by="ca", ca=True, names="DNS:intermediate.example")
    certificate(folder, "below", by="intermediate")
    certificate(folder, "client", by="ca", names="DNS:client.example")
    certificate(folder, "client-ec", by="ca", names="DNS:client.example", key="ec")
    certificate(folder, "client-other", by="other-ca", names="DNS:client.example")
    certificate(folder, "client-below", by="intermediate", names="DNS:client.example")
    openssl(folder, "rsa", "-in", "client-key.pem", "-traditional", "-out", "client-key-pkcs1.pem")
    intermediate = (folder / "intermediate.pem").read_text()
    (folder / "chain.pem").write_text((folder / "below.pem").read_text() + intermediate)
    (folder / "client-chain.pem").write_text((folder / "client-below.pem").read_text() + intermediate)
    (folder / "client-chain-key.pem").write_text((folder / "client-below-key.pem").read_text())
    (folder / "garbage.pem").write_text("this is no certificate\n")
    (folder / "anchors").mkdir()
    (folder / "anchors/ca.pem").write_text((folder / "ca.pem").read_text())
    openssl(folder, "rehash", "anchors")


class Object(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        first, last = 0, len(BODY) - 1
        ranged = self.headers.get("Range", "")
        if ranged.startswith("bytes="):
            begin, _, end = ranged[6:].partition("-")
            first, last = int(begin), min(int(end or last), last)
        self.send_response(206 if ranged else 200)
        if ranged:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(BODY)}")
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        if body:
            self.wfile.write(BODY[first:last + 1])

    def do_GET(self):
        self.answer(True)

    def do_HEAD(self):
        self.answer(False)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """The handshake is done by the thread of the connection: a client that hangs is its own affair."""
    daemon_threads = True

    def __init__(self, context):
        super().__init__(("127.0.0.1", 0), Object)
        self.context = context

    def finish_request(self, request, address):
        request.settimeout(30)
        try:
            with self.context.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, address)
        except OSError:
            pass

    def handle_error(self, *_):
        pass


USUAL = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def context(folder, name, key=None, versions=USUAL, wants=ssl.CERT_NONE, alpn=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_ciphers("ALL:@SECLEVEL=0")
    made.minimum_version, made.maximum_version = versions
    made.load_cert_chain(folder / f"{name}.pem", folder / f"{key or name}-key.pem")
    if wants != ssl.CERT_NONE:
        made.load_verify_locations(folder / "ca.pem")
        made.verify_mode = wants
    if alpn:
        made.set_alpn_protocols(alpn)
    return made


def contexts(folder):
    one_two, one_three, one = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1
    return {
        "usual": context(folder, "server"),
        "EC": context(folder, "server-ec"),
        "TLS 1.2": context(folder, "server", versions=(one_two, one_two)),
        "TLS 1.3": context(folder, "server", versions=(one_three, one_three)),
        "TLS 1.0": context(folder, "server", versions=(one, one)),
        "expired": context(folder, "expired"),
        "another name": context(folder, "other-name"),
        "self-signed": context(folder, "self-signed"),
        "chain": context(folder, "chain", key="below"),
        "wants a client's": context(folder, "server", wants=ssl.CERT_REQUIRED),
        "wants it, TLS 1.2": context(folder, "server", wants=ssl.CERT_REQUIRED, versions=(one_two, one_two)),
        "may have a client's": context(folder, "server", wants=ssl.CERT_OPTIONAL),
        "prefers h2": context(folder, "server", alpn=["h2", "http/1.1"]),
    }


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def tunnel(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(4096)
        if not more:
            return
        head += more
    method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
    host, _, port = target.rpartition(":")
    if method != "CONNECT" or host not in ("localhost", "127.0.0.1"):
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        return
    inner = socket.create_connection(("127.0.0.1", int(port)))
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    threading.Thread(target=pump, args=(inner, connection), daemon=True).start()
    pump(connection, inner)


def proxy():
    """Tunnels to this machine alone; counts them."""
    listener, count = socket.create_server(("127.0.0.1", 0)), [0]

    def accept():
        while True:
            connection, _ = listener.accept()
            count[0] += 1
            threading.Thread(target=tunnel, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1], count


def main(folder):
    folder = pathlib.Path(folder)
    certificates(folder)
    servers = {name: Server(made) for name, made in contexts(folder).items()}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    port, count = proxy()
    ports = {name: server.server_address[1] for name, server in servers.items()}
    print(json.dumps({"servers": ports, "proxy": port}), flush=True)
    # Each line asks how many came to the proxy so far.
    for _ in sys.stdin:
        print(count[0], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
