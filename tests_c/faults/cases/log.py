"""Text from the network in the log."""
import os, re, ssl
from wire import *


def forged(text):
    """-> what is wrong with a log, or None: text of a server must not begin a line, hold control characters or be without bound"""
    lines = text.split(b"\n")
    if any(l.startswith(b"[ERROR] FORGED") for l in lines):
        return "a server wrote a line of its own into the log"
    if m := re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", text):
        return f"control character {m[0]!r} in the log"
    if m := re.search(rb"\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]", text):
        return f"{m[0]!r} in the log, which moves text"
    if max(map(len, lines)) > 20000:
        return f"a log line of {max(map(len, lines))} bytes"


FORGERY = "\r\n[ERROR] FORGED by the server\x1b[31m\r\n"


def logged(handler, *args, tls=None):
    log = scratch("log.txt")
    s = drive(Server(handler, tls=tls), *args, "log=" + log, "tmo=12" if tls else "tmo=40", limit=60)
    if s.died or (s.hang and not tls):  # some TLS libraries answer a bad certificate after a long while
        return s.died or "hangs"
    return forged(open(log, "rb").read())


@case
def log_of_xml_error():
    """Guard: the text of an XML error reaches the log escaped, without line breaks and control characters, if at all."""
    return logged(lambda s, c, r: (c.error(403, "AccessDenied" + FORGERY, "no" + FORGERY), True)[1])


@case
def log_of_session_error():
    """The same for the answer to CreateSession of S3 Express, whose code and message go into the log."""
    return logged(lambda s, c, r: (c.error(403, "AccessDenied" + FORGERY, "no" + FORGERY), True)[1], "express=1")


@case
def log_of_certificate():
    """The same for a certificate: it names another host, and that name holds line ends."""
    here = os.path.dirname(os.path.abspath(__file__))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(os.path.join(here, "..", "wire", "forging-cert.pem"), os.path.join(here, "..", "wire", "forging-key.pem"))
    return logged(None, "tls=" + os.path.join(here, "..", "wire", "forging-cert.pem"), tls=server)


@case
def log_of_long_error():
    """Guard: and bounded."""
    return logged(lambda s, c, r: (c.error(403, "AccessDenied", "x" * 300000), True)[1], "express=1")


@case
def log_of_field():
    """The same for a header field that the log names: bytes beyond ASCII are control characters, too."""
    forged_id = "x-amz-request-id: 1\xc2\x9b31m\xc2\x85\xe2\x80\xa8\xe2\x80\xae" + "y" * 60000
    return logged(lambda s, c, r: (c.error(403, "AccessDenied", headers=[forged_id]), True)[1], "express=1")


@case
def log_of_zeros():
    """A zero byte ends no line early and hides nothing."""
    log = scratch("log.txt")
    s = drive(Server(lambda s, c, r: (c.error(403, "AccessDenied", "before\0after"), True)[1]), "express=1", "log=" + log)
    text = open(log, "rb").read()
    if s.died or s.hang or b"after" not in text:
        return s.died or "what stood behind a zero is not in the log"
    return forged(text)


@case
def log_of_document_that_cannot_be_read():
    """The same for an answer that is no document, sent instead of a session and instead of an object."""
    garbage = ("<CreateSessionResult><Credentials><Expiration>" + FORGERY + "x" * 100000 +
               "</Expiration><SessionToken>t</SessionToken><SecretAccessKey>s</SecretAccessKey><AccessKeyId>a</AccessKeyId></Credentials></CreateSessionResult>")
    return logged(lambda s, c, r: (c.reply(200, garbage, ["Content-Type: application/xml"]), True)[1], "express=1") or \
        logged(lambda s, c, r: (c.send(b"HTTP/1.1 200 OK\r\nContent-Range: \x1b" + FORGERY.encode() + b"\r\n\r\n"), c.close(), True)[2])


@case
def log_of_answers_without_sense():
    """The same for whatever else of an answer the log may tell of: its status line, its framing, the names and values of its fields."""
    evil = "\x1b[31m\x07\x9b\x85\x7f"
    reference = "A&#27;&#10;[ERROR] FORGED&#x85;&#x2028;&#x202e;"
    def raw(text):
        return lambda s, c, r: (c.send(text.encode("latin1") + b"z" * 1000), c.close(), True)[2]
    answers = [raw(f"HTTP/1.1 {evil} x\r\n\r\n"), raw(f"{evil}SSH-2.0\r\n\r\n" + "z" * 100000)]
    for fields in (f"Content-Length: 5{evil}", f"Transfer-Encoding: {evil}", f"Content-Range: bytes {evil}", f"x{evil}: 1\r\nContent-Length: 1000",
                   f"x-amz-checksum-crc32: {evil}\r\nETag: {evil}\r\nContent-Range: bytes 0-999/1000\r\nContent-Length: 1000", "Transfer-Encoding: chunked\r\n\r\n" + evil):
        answers.append(raw(f"HTTP/1.1 206 {evil}\r\n{fields}\r\n\r\n"))
    for status in (301, 400, 503):
        answers.append(lambda s, c, r: (c.error(status, reference, reference, [f"Location: http://{evil}/"]), True)[1])
    return logged(lambda s, c, r: answers[int(r.path[4:])](s, c, r), f"n={len(answers)}", "path=/b/k{i}", "retry=none")
