"""Who gets a connection, when a request is signed, and what becomes of one that was not heard."""
import time
from wire import *


def oldest(*args, n=40, each=0.3):
    """N requests on two connections, each answered after `each` seconds: how old was the oldest signature on arrival?"""
    def slow(s, c, r):
        c.body(r)
        time.sleep(each)
    srv = Server(slow)
    s = drive(srv, f"n={n}", "conns=2", *args, "tmo=40", limit=60)
    age = max((r.age() for r in srv.log), default=99)
    return failures(s) or (None if age <= 3 else f"signatures were up to {age:.0f} s old on arrival")


@case
def signed_when_sent_put():
    """A request is signed when it has its connection: S3 refuses dates that are 15 minutes off, and session tokens expire in a queue.
    40 requests on two connections, 0.3 s each, so the queue is 6 s long; 3 s are allowed."""
    return oldest("type=put", "path=/b/k{i}", "size=100000")


@case
def expired_token_asks_again():
    """ExpiredToken: the provider is asked once more, and its new token is tried."""
    def expired(s, c, r):
        if r.h.get("x-amz-security-token") == "token-1":
            c.error(400, "ExpiredToken", "The provided token has expired.")
            return True
    s = drive(Server(expired), "rotate=1")
    return failures(s)


@case
def expired_token_ends():
    """Guard: a service that finds every token expired gets a few requests, and the caller gets the error."""
    srv = Server(lambda s, c, r: (c.error(400, "ExpiredToken"), True)[1])
    s = drive(srv, "rotate=1")
    if s.died or s.hang or s.r[0]["err"] == "AWS_ERROR_SUCCESS":
        return s.died or ("hangs" if s.hang else "success")
    return None if len(srv.log) <= 8 else f"{len(srv.log)} requests"


def unheard(s, c, r):
    if r.nth > 1:
        c.close()
        return True


@case
def second_request_unheard():
    """A server closes, without a word, at the second request of every connection. Such a request was not heard and goes out again on a
    fresh connection (RFC 9112, 9.3.1); nobody fails."""
    for i in range(4):
        s = drive(Server(unheard), "n=60", "type=default", "method=HEAD", "op=HeadObject", "path=/b/k{i}", "conns=10", "tmo=30")
        if bad := failures(s):
            return f"run {i + 1}: {bad}"


@case
def few_descriptors():
    """One large GET with two descriptors to spare: the connections that could be made work, so the transfer ends well."""
    srv = Server(lambda s, c, r: time.sleep(0.25), size=60 * 65536)
    s = drive(srv, "part=65536", "conns=100", "spare=2", "tmo=30")
    bad = failures(s)
    return bad and f"{bad}, while {len({r.conn for r in srv.log})} connections worked"
