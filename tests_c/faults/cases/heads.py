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
