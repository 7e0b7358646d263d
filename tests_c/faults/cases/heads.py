"""Response heads."""
from wire import *


@case
def many_short_headers():
    """S3 allows 2 KB of user metadata: 300 fields of a few bytes are a legal answer. HTTP names no limit (RFC 9110, 5.4)."""
    def many(s, c, r):
        s.extra = [f"x-amz-meta-{i:x}: 1" for i in range(300)]
    srv = Server(many)
    bad = failures(drive(srv, "tmo=15"))
    return bad and f"{bad}, after {len(srv.log)} requests"


def answered(extra, *args):
    """-> what is wrong, and how many requests there were, when every answer about an object has these fields as well"""
    def more(s, c, r):
        s.extra = extra
    srv = Server(more)
    return failures(drive(srv, "tmo=15", *args)), len(srv.log)


@case
def heads_of_two_thousand_fields_and_a_megabyte():
    """Heads that are longer than any service makes them are read all the same."""
    for extra in ([f"x-{i:x}: 1" for i in range(1990)], ["x-long: " + "y" * 1000000], [f"x-{i:x}: " + "y" * 9900 for i in range(100)]):
        bad, requests = answered(extra)
        if bad:
            return f"{len(extra)} fields of {len(extra[0])} bytes: {bad}, after {requests} requests"


@case
def heads_without_measure():
    """What is beyond the limits fails at once: a server that answers so does it again."""
    for extra in ([f"x-{i:x}: 1" for i in range(3000)], ["x-long: " + "y" * 1100000], [f"x-{i:x}: " + "y" * 60000 for i in range(100)]):
        bad, requests = answered(extra)
        if not bad or requests > 1:
            return f"{len(extra)} fields of {len(extra[0])} bytes: {bad or 'success'}, after {requests} requests"


@case
def head_that_never_ends():
    """The same for a head that goes on and on."""
    def endless(s, c, r):
        c.send("HTTP/1.1 200 OK\r\n")
        for i in range(100000):
            c.send(f"x-{i:x}: {'y' * 1000}\r\n")
    srv = Server(endless)
    bad = failures(drive(srv, "tmo=15"))
    if not bad or len(srv.log) > 1:
        return f"{bad or 'success'}, after {len(srv.log)} requests"


@case
def long_heads_everywhere():
    """A long head is read in every kind of answer."""
    def more(s, c, r):
        s.extra = [f"x-amz-meta-{i:x}: 1" for i in range(300)]
        if r.op() not in ("Get", "Head"):
            c.body(r)
            plain = c.reply
            c.reply = lambda status, body=b"", headers=(): plain(status, body, [*headers, *s.extra])
    for args in (("validate=1",), ("type=default", "op=GetObject"), ("type=put", "size=6000000", "part=5242880")):
        bad = failures(drive(Server(more), "tmo=15", *args))
        if bad:
            return f"{args}: {bad}"


@case
def answers_that_never_end():
    """What goes on and on where HTTP names no limit is given up before it takes time or memory."""
    whole = "206 OK\r\nETag: \"e1\"\r\nContent-Range: bytes 0-0/1\r\nTransfer-Encoding: chunked\r\n\r\n"
    kinds = [("", "HTTP/1.1 100 Continue\r\n\r\n"), ("200 ", "x" * 1000), (whole + "1;", "x" * 1000), (whole + "1\r\n.\r\n0\r\n", f"x: {'y' * 1000}\r\n")]
    def endless(s, c, r):
        first, more = kinds[int(r.path[4:])]
        c.send("HTTP/1.1 " + first if first else "")
        for _ in range(100000):
            c.send(more * 10)
    srv = Server(endless)
    seen = drive(srv, f"n={len(kinds)}", "path=/b/k{i}", "tmo=15", "retry=none")
    if seen.died or seen.hang or len(srv.log) > len(kinds) or any(x["err"] == "AWS_ERROR_SUCCESS" for x in seen.r):
        return f"{seen.died or [x['err'] for x in seen.r]}, after {len(srv.log)} requests"


@case
def framings():
    """Guard: where a body ends must be beyond doubt, and what came with it must be there."""
    whole = content(0, 1000)
    chunk = b"3e8\r\n" + whole + b"\r\n0\r\n\r\n"
    chunked, length = "Transfer-Encoding: chunked", "Content-Length: 1000"
    table = [(True, [length], whole), (True, [length, length], whole), (True, [chunked], chunk), (True, [chunked], chunk.replace(b"3e8", b"3E8;a=b")),
             (False, [length, "Content-Length: 10"], whole), (False, ["Content-Length: 10", length], whole), (False, ["Content-Length: 1000, 10"], whole),
             (False, ["Content-Length: +1000"], whole), (False, ["Content-Length: -1"], whole), (False, ["Content-Length: 0x3e8"], whole),
             (False, ["Content-Length: 99999999999999999999"], whole), (False, [chunked], b"fffffffffffffffff\r\n" + whole), (False, [chunked], b"-" + chunk),
             (False, [chunked], chunk[:-5]), (False, [chunked], chunk.replace(b"\r\n0", b"xx0")), (False, ["Transfer-Encoding: gzip"], whole),
             (False, ["Transfer-Encoding: chunked, identity"], chunk), (False, [length], whole[:500])]
    def answer(s, c, r):
        _, fields, body = table[int(r.path[4:])]
        c.send("\r\n".join(["HTTP/1.1 200 OK", 'ETag: "e1"', *fields, "", ""]).encode() + body)
        c.close()
        return True
    seen = drive(Server(answer), f"n={len(table)}", "path=/b/k{i}", "type=default", "op=GetObject", "retry=none", "tmo=15")
    if seen.died or seen.hang:
        return seen.died or "hangs"
    for (good, fields, body), x in zip(table, seen.r):
        if (x["err"] == "AWS_ERROR_SUCCESS") != good or x["wrong"] or (good and x["bytes"] != 1000):
            return f"{fields}, {body[:8]}...: {x['err']}, {x['bytes']} bytes"
