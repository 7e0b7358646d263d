#!/usr/bin/env python3
"""TLS servers for one test program, each with a peculiarity, and everything that certificates need.

    servers.py DIR

Makes authorities, certificates and keys in DIR, by the command `openssl`; prints one line of JSON with the ports and
ends with its standard input. Objects are called by their size: `/bucket/object-SIZE`, with a content as in support.h.
"""
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import threading
import time

DIR = pathlib.Path(sys.argv[1])


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=DIR)


def authority(name: str) -> None:
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN=authority {name}",
            "-keyout", f"{name}.key", "-out", f"{name}.pem", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")


def certificate(name: str, issuer: str, kind: str, subject: str) -> None:
    extra = {"rsa": ("-newkey", "rsa:2048"), "ec": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")}[kind]
    openssl("req", *extra, "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
    (DIR / f"{name}.ext").write_text(f"basicConstraints=CA:FALSE\n{subject}\n")
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial",
            "-days", "20", "-extfile", f"{name}.ext", "-out", f"{name}.pem")


def make_certificates() -> None:
    authority("known")
    authority("other")
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    certificate("server", "known", "rsa", names)
    certificate("server-ec", "known", "ec", names)
    certificate("stranger", "other", "rsa", names)
    certificate("misnamed", "known", "rsa", "subjectAltName=DNS:elsewhere.test")
    for kind in ("rsa", "ec"):
        name = f"client-{kind}"
        certificate(name, "known", kind, "extendedKeyUsage=clientAuth")
        # What openssl makes is PKCS#8; the older form depends on the kind of key.
        openssl("rsa" if kind == "rsa" else "ec", "-in", f"{name}.key", "-out", f"{name}.pkcs1.key",
                *(["-traditional"] if kind == "rsa" else []))
    openssl("ec", "-in", "client-ec.key", "-outform", "DER", "-out", "client-ec.der")
    (DIR / "both.pem").write_text((DIR / "known.pem").read_text() + (DIR / "other.pem").read_text())


class Facts(dict):
    """Counters that programs read from files."""

    lock = threading.Lock()

    def count(self, name: str) -> None:
        with self.lock:
            self[name] = self.get(name, 0) + 1
            # Whoever reads it finds the number that was or the one that is.
            written = DIR / f"{name}.written"
            written.write_text(str(self[name]))
            written.replace(DIR / f"{name}.count")


FACTS = Facts()
def content(first: int, end: int) -> bytes:
    return bytes(((offset * 0x9E3779B1) & 0xFFFFFFFF) >> 24 for offset in range(first, end))


def read_request(connection) -> tuple[str, dict, bytes] | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    length = int(fields.get("content-length", 0))
    while len(body) < length:
        more = connection.recv(1 << 20)
        if not more:
            return None
        body += more
    return lines[0], fields, body


def answer(line: str, fields: dict, body: bytes) -> bytes:
    if line.startswith("PUT"):
        right = body == content(0, len(body))
        return (b"HTTP/1.1 200 OK\r\nETag: \"x\"\r\n" if right else b"HTTP/1.1 400 Bad\r\n") + b"Content-Length: 0\r\n\r\n"
    size = int(re.search(r"object-(\d+)", line)[1])
    first, end, status, extra = 0, size, "200 OK", ""
    span = re.match(r"bytes=(\d+)-(\d+)", fields.get("range", ""))
    if span and size > 0:
        first, end = int(span[1]), min(int(span[2]) + 1, size)
        status, extra = "206 Partial Content", f"Content-Range: bytes {first}-{end - 1}/{size}\r\n"
    head = f"HTTP/1.1 {status}\r\n{extra}ETag: \"x\"\r\nContent-Length: {end - first}\r\n\r\n"
    return head.encode() + (b"" if line.startswith("HEAD") else content(first, end))


def serve(connection: ssl.SSLSocket, name: str) -> None:
    while (request := read_request(connection)) is not None:
        FACTS.count(f"{name}.requests")
        connection.sendall(answer(*request))


MANY = 300
ALL_THERE = threading.Barrier(MANY)


def serve_together(connection: ssl.SSLSocket, name: str) -> None:
    """Answers when many connections are there."""
    while (request := read_request(connection)) is not None:
        try:
            ALL_THERE.wait(timeout=150)
        except threading.BrokenBarrierError:
            FACTS.count(f"{name}.alone")
        connection.sendall(answer(*request))


def say_farewell(connection: ssl.SSLSocket, _name: str) -> None:
    """Closes properly, right behind the handshake."""
    connection.settimeout(2)
    connection.unwrap()


def stop_midway(connection: ssl.SSLSocket, _name: str) -> None:
    """Closes properly in the middle of a body."""
    reply = answer(*read_request(connection))
    connection.sendall(reply[: len(reply) - 100])
    connection.settimeout(2)
    connection.unwrap()


def listen() -> tuple[socket.socket, int]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    return listener, listener.getsockname()[1]


def accept(listener: socket.socket, handle) -> None:
    def one(connection):
        try:
            handle(connection)
        except (OSError, ssl.SSLError, ValueError, TypeError):
            pass
        finally:
            connection.close()

    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=one, args=(connection,), daemon=True).start()


def start(handle) -> int:
    listener, port = listen()
    threading.Thread(target=accept, args=(listener, handle), daemon=True).start()
    return port


def tls(name: str, cert: str = "server", least=None, most=None, clients=False, alpn=None, script=serve, wait=0) -> int:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DIR / f"{cert}.pem", DIR / f"{cert}.key")
    context.minimum_version = least or ssl.TLSVersion.TLSv1_2
    context.maximum_version = most or ssl.TLSVersion.TLSv1_3
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(DIR / "known.pem")
    if alpn:
        context.set_alpn_protocols(alpn)

    def handle(connection):
        FACTS.count(f"{name}.connections")
        time.sleep(wait)
        with context.wrap_socket(connection, server_side=True) as wrapped:
            if wrapped.selected_alpn_protocol() not in (None, "http/1.1"):
                FACTS.count(f"{name}.other_protocol")
                wrapped.recv(1)
                return
            script(wrapped, name)

    return start(handle)


def relay(port: int, change, name: str = "relay") -> int:
    """Passes on what a server says as `change` gives it, piece by piece. Counts clients that have closed."""

    def handle(client):
        server = socket.create_connection(("127.0.0.1", port))
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def upward():
            try:
                while data := client.recv(65536):
                    server.sendall(data)
                server.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            FACTS.count(f"{name}.closed")

        threading.Thread(target=upward, daemon=True).start()
        for piece in change(iter(lambda: server.recv(65536), b"")):
            client.sendall(piece)
        if name != "relay":
            while f"{name}.closed" not in FACTS:
                time.sleep(0.05)
        server.close()
        client.shutdown(socket.SHUT_RDWR)

    return start(handle)


def byte_by_byte(pieces):
    for piece in pieces:
        for at in range(len(piece)):
            yield piece[at : at + 1]


def cut_after(limit: int):
    def cut(pieces):
        seen = 0
        for piece in pieces:
            yield piece[: limit - seen]
            seen += len(piece)
            if seen >= limit:
                return

    return cut


def flip_at(place: int):
    def flip(pieces):
        seen = 0
        for piece in pieces:
            if seen <= place < seen + len(piece):
                changed = bytearray(piece)
                changed[place - seen] ^= 1
                piece = bytes(changed)
            seen += len(piece)
            yield piece

    return flip


def records(pieces):
    data = b""
    for piece in pieces:
        data += piece
        while len(data) >= 5 and len(data) >= (length := 5 + int.from_bytes(data[3:5], "big")):
            yield data[:length]
            data = data[length:]


def junk_behind(pieces):
    """Something in one piece with the alert that closes a connection of TLS 1.3, known by its length."""
    for record in records(pieces):
        yield record + (b"\x17\x03\x03\x00\x10" + b"junk" * 100 if len(record) == 24 else b"")


def between_records(pieces):
    """Cuts between two records, when some are through."""
    passed = 0
    for record in records(pieces):
        yield record
        passed += len(record)
        if passed > 100_000:
            return


def garbage(connection) -> None:
    connection.recv(1)
    connection.sendall(b"HTTP/1.0 400 this is no TLS\r\n\r\n" * 50)


def silence(connection) -> None:
    while connection.recv(65536):
        pass


def key_update() -> int:
    """An `openssl s_server` that changes its keys, and asks for the same, in the middle of a body."""
    listener, port = listen()
    listener.close()
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", "server.pem", "-key", "server.key", "-tls1_3"]
    server = subprocess.Popen(command, cwd=DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = b""
    while b"ACCEPT" not in said:
        said += server.stdout.read1(4096)
        if server.poll() is not None:
            sys.exit(f"openssl s_server has ended: {said!r}")

    def play():
        seen = b""
        while not seen.lower().endswith(b"\r\n\r\n"):
            more = server.stdout.read1(4096)
            if not more:
                return
            seen += more
        line = "x" * 999 + "\n"
        for piece in ("HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n", line, line, "K\n", line, "k\n", line):
            server.stdin.write(piece.encode())
            server.stdin.flush()
            time.sleep(0.2)
        while server.stdout.read1(4096):
            pass

    threading.Thread(target=play, daemon=True).start()
    STARTED.append(server)
    return port


STARTED = []


def main() -> None:
    make_certificates()
    old, new = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
    plain = tls("plain")
    ports = {
        "plain": plain,
        "ec": tls("ec", "server-ec"),
        "stranger": tls("stranger", "stranger"),
        "misnamed": tls("misnamed", "misnamed"),
        "tls12": tls("tls12", most=old),
        "tls13": tls("tls13", least=new),
        "clients": tls("clients", clients=True),
        "clients12": tls("clients12", most=old, clients=True),
        "clients13": tls("clients13", least=new, clients=True),
        "h2": tls("h2", alpn=["h2", "http/1.1"]),
        "many": tls("many", script=serve_together),
        "farewell": tls("farewell", script=say_farewell),
        "midway": tls("midway", script=stop_midway),
        "slow": tls("slow", wait=1),
        "garbage": start(garbage),
        "silence": start(silence),
        "key_update": key_update(),
        "bytewise": relay(plain, byte_by_byte),
        "cut_in_handshake": relay(plain, cut_after(700)),
        "cut_in_record": relay(plain, cut_after(123_457)),
        "cut_between": relay(plain, between_records),
        "flipped_in_handshake": relay(plain, flip_at(600)),
        "flipped": relay(plain, flip_at(100_000)),
        "kept_flipped": relay(plain, flip_at(100_000), "kept_flipped"),
    }
    ports["kept_stranger"] = relay(ports["stranger"], lambda pieces: pieces, "kept_stranger")
    ports["junk"] = relay(ports["midway"], junk_behind)
    print(json.dumps({"tls_dir": str(DIR)} | {f"tls_{name}_port": port for name, port in ports.items()}), flush=True)
    sys.stdin.buffer.read()
    for server in STARTED:
        server.kill()
    os._exit(0)


main()
