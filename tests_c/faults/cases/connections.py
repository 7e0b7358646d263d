"""Who gets a connection, when a request is signed, and what becomes of one that was not heard."""
import calendar, os, socket, ssl, struct, time
from wire import *


def wall(date):
    return calendar.timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))


def oldest(*args, n=40, each=0.3, date=lambda r: r.h["x-amz-date"], **how):
    """N requests on two connections, each answered after `each` seconds: how old was the oldest signature on arrival?"""
    def slow(s, c, r):
        c.body(r)
        time.sleep(each)
    srv = Server(slow, **how)
    s = drive(srv, f"n={n}", "conns=2", *args, "tmo=40", limit=60)
    age = max((r.at - wall(date(r)) for r in srv.log), default=99)
    return failures(s) or (None if age <= 3 else f"signatures were up to {age:.0f} s old on arrival")


@case
def signed_when_sent_put():
    """A request is signed when it has its connection: S3 refuses dates that are 15 minutes off, and session tokens expire in a queue.
    40 requests on two connections, 0.3 s each, so the queue is 6 s long; 3 s are allowed."""
    return oldest("type=put", "path=/b/k{i}", "size=100000")


@case
def signed_when_sent_head():
    """The same for HEAD, whose answer has no body to say that the date was wrong, signed in the query."""
    return oldest("type=default", "method=HEAD", "op=HeadObject", "path=/b/k{i}", "query=1", date=lambda r: r.query["X-Amz-Date"])


@case
def signed_when_sent_parts():
    """The same for the parts of one download."""
    return oldest("part=65536", n=1, size=40 * 65536)


@case
def slow_provider_delays_nobody_else():
    """Who waits for credentials holds nothing that others need: neither the only connection, nor the turn of a large body."""
    srv = Server()
    s = drive(srv, "type=put", "path=/b/k{i}", "size=3000000", "n=20", "conns=1", "slow=4000", "tmo=30")
    late = [x["secs"] for x in s.r[1:] if x["secs"] > 3]
    return failures(s) or (f"{len(late)} others were done after up to {max(late)} s" if late else None) or \
        (None if s.r[0]["secs"] >= 4 else "the slow provider was not waited for")


def expiry(*args, code="ExpiredToken", status=400, old=("token-1",), requests=None, size=1000):
    """What comes of it when the service finds the tokens in `old` expired; `requests` is how many it may get"""
    def expired(s, c, r):
        if r.h.get("x-amz-security-token", "none") in old:
            if r.method == "HEAD":
                c.reply(status, head=True)
            else:
                c.body(r)
                c.error(status, code, "The provided token has expired.")
            return True
    srv = Server(expired, size=size)
    s = drive(srv, *args)
    if bad := failures(s):
        return f"{status} {code}: {bad}"
    if requests and len(srv.log) != requests:
        return f"{len(srv.log)} requests instead of {requests}"


@case
def expired_token_asks_again():
    """ExpiredToken: the provider is asked once more, and its new token is tried."""
    return expiry("rotate=1") or expiry("rotate=1", "retry=none", status=403, requests=2) or \
        expiry("rotate=1", code="ExpiredTokenException", status=403) or expiry("rotate=1", code="TokenRefreshRequired")


@case
def expired_token_of_other_requests():
    """The same for a body that has to be sent again, for the first request of an upload in parts, for one of its parts, and for HEAD,
    which can only say 400."""
    up = ("type=put", "rotate=1", "size=12000000", "part=5242880", "conns=1")
    return expiry("type=put", "rotate=1", "size=100000", requests=2) or expiry(*up, requests=6) or \
        expiry(*up, old=("token-3",), requests=6) or \
        expiry("type=default", "rotate=1", "method=HEAD", "op=HeadObject", requests=2)


@case
def expired_token_ends():
    """Guard: a service that finds every token expired gets a few requests, and the caller gets the error."""
    srv = Server(lambda s, c, r: (c.error(400, "ExpiredToken"), True)[1])
    s = drive(srv, "rotate=1")
    if s.died or s.hang or s.r[0]["err"] == "AWS_ERROR_SUCCESS":
        return s.died or ("hangs" if s.hang else "success")
    if "ExpiredToken" not in s.r[0]["body"] or s.r[0]["status"] != 400:
        return f"told of status {s.r[0]['status']} and {s.r[0]['body']!r}"
    return None if len(srv.log) <= 8 else f"{len(srv.log)} requests"


@case
def expired_token_without_another():
    """Guard: where the provider has no other credentials, the first refusal is the last."""
    srv = Server(lambda s, c, r: (c.error(400, "ExpiredToken"), True)[1])
    s = drive(srv)
    if s.died or s.hang or s.r[0]["err"] != "AWS_ERROR_S3_INVALID_RESPONSE_STATUS":
        return s.died or s.r[0]["err"]
    return None if len(srv.log) == 1 else f"{len(srv.log)} requests"


def express(c, r, token, seconds):
    """The answer to CreateSession: a session that lasts so long."""
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
    c.reply(200, f"<CreateSessionResult><Credentials><SessionToken>{token}</SessionToken><SecretAccessKey>s</SecretAccessKey>"
                 f"<AccessKeyId>a</AccessKeyId><Expiration>{end}</Expiration></Credentials></CreateSessionResult>")


@case
def session_with_one_connection():
    """S3 Express with a single connection: CreateSession needs that too. Sessions last 8 s and the queue 12 s; who finds the session
    over when its turn has come gives the connection back, and none is sent with a session that is over."""
    ends = {}

    def serve(s, c, r):
        if "session" in r.query:
            token = f"session-{s.count('sessions')}"
            ends[token] = time.time() + 8
            express(c, r, token, 8)
            return True
        time.sleep(0.3)
    srv = Server(serve)
    s = drive(srv, "express=1", "conns=1", "n=40", "path=/k{i}", "type=default", "op=GetObject", "tmo=40", limit=60)
    late = [r for r in srv.log if "session" not in r.query and r.at > ends[r.h["x-amz-s3session-token"]]]
    return failures(s) or (f"{len(late)} requests with sessions that were over" if late else None) or \
        (None if len(ends) > 1 else "one session for all, so this tried nothing")


@case
def session_that_is_refused():
    """A session that the service finds expired, whatever its end was said to be, is made anew, once for all who use it."""
    def serve(s, c, r):
        if "session" in r.query:
            express(c, r, f"session-{s.count('sessions')}", 300)
            return True
        if r.h["x-amz-s3session-token"] == "session-1":
            c.error(400, "ExpiredToken")
            return True
    srv = Server(serve, size=40 * 65536)
    s = drive(srv, "express=1", "conns=4", "part=65536")
    made = srv.counts.get("sessions")
    return failures(s) or (None if made == 2 else f"{made} sessions")


@case
def session_for_an_expired_token():
    """CreateSession is refused because the caller's own token has expired: the provider is asked once more there, too."""
    def serve(s, c, r):
        if "session" in r.query:
            if r.h["x-amz-security-token"] == "token-1":
                c.error(400, "ExpiredToken")
            else:
                express(c, r, "session-1", 300)
            return True
    srv = Server(serve)
    s = drive(srv, "express=1", "rotate=1")
    return failures(s) or (None if len(srv.log) == 3 else f"{len(srv.log)} requests")


@case
def session_never_granted():
    """Guard: where every token has expired, CreateSession is tried twice, and the request fails as ever."""
    srv = Server(lambda s, c, r: (c.error(400, "ExpiredToken"), True)[1])
    s = drive(srv, "express=1", "rotate=1")
    if s.died or s.r[0]["err"] != "AWS_ERROR_S3EXPRESS_CREATE_SESSION_FAILED":
        return s.died or s.r[0]["err"]
    return None if len(srv.log) == 2 else f"{len(srv.log)} requests"


def unheard(end):
    def serve(s, c, r):
        if r.nth > 1:
            end(c)
            return True
    return serve


def close(c):
    c.close()


def reset(c):
    c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()


@case
def second_request_unheard():
    """A server closes, without a word, at the second request of every connection. Such a request was not heard and goes out again on a
    fresh connection (RFC 9112, 9.3.1); nobody fails."""
    for i in range(4):
        s = drive(Server(unheard(close)), "n=60", "type=default", "method=HEAD", "op=HeadObject", "path=/b/k{i}", "conns=10", "tmo=30")
        if bad := failures(s):
            return f"run {i + 1}: {bad}"


@case
def second_request_reset():
    """The same with a reset in place of the close, for requests that nothing else would be sent again of: without retries."""
    for method in ("HEAD", "GET", "POST", "DELETE"):
        args = ("n=60", "type=default", f"method={method}", "op=X", "path=/b/k{i}", "conns=10", "retry=none", "tmo=30")
        for end in (reset, close):
            srv = Server(unheard(end))
            srv.answer = lambda c, r: c.reply(200, head=r.method == "HEAD")
            if bad := failures(drive(srv, *args)):
                return f"{method}, {end.__name__}: {bad}"


@case
def second_request_with_body_unheard():
    """The same for bodies, from memory and from a file, whole and in parts: what the second attempt sends is the whole body."""
    path, runs = make_file(11000000), []
    for end in (reset, close):
        runs += [(end, 100000, ("n=30", "size=100000")), (end, 11000000, ("size=11000000", "part=5242880")),
                 (end, 11000000, (f"file={path}", "part=5242880")), (end, 3000000, ("n=8", "size=3000000"))]
    for end, size, args in runs:
        srv = Server(unheard(end))
        s = drive(srv, "type=put", "path=/b/k{i}", "conns=3", "retry=none", "tmo=30", *args)
        wrong = [k for k, v in srv.stored.items() if v != content(0, size)]
        if bad := failures(s) or (f"{len(wrong)} objects are wrong" if wrong else None):
            return f"{end.__name__}, {' '.join(args)}: {bad}"


@case
def second_request_timed_out():
    """A server gives up a kept connection with 408, maybe when the next request is on its way (RFC 9110, 15.5.9): that one goes out again
    on a fresh connection. One that says so of a first request has judged it."""
    def gives_up(late):
        def serve(s, c, r):
            if not late or r.nth > 1:
                c.body(r)
                c.reply(408, headers=["Connection: close"])
                c.close()
                return True
        return serve
    for args in (("n=30", "type=default", "method=HEAD", "op=HeadObject"), ("n=10", "size=100000", "type=put"),
                 ("type=put", "size=11000000", "part=5242880")):
        if bad := failures(drive(Server(gives_up(True)), *args, "path=/b/k{i}", "conns=2", "retry=none")):
            return f"{' '.join(args)}: {bad}"
    srv = Server(gives_up(False))
    s = drive(srv, "type=put", "size=1000")
    if s.died or (s.r[0]["err"], s.r[0]["status"], len(srv.log)) != ("AWS_ERROR_S3_INVALID_RESPONSE_STATUS", 408, 1):
        return s.died or f"{s.r[0]['err']} after {len(srv.log)} requests"


@case
def second_request_heard_in_part():
    """Guard: whoever begins to answer has heard, so that this is a fault, and tried again like one."""
    for beginning in ("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nETag: "):
        def serve(s, c, r):
            if r.nth == 2:
                c.body(r)
                c.send(beginning)
                c.close()
                return True
        if bad := failures(drive(Server(serve), "n=20", "type=put", "path=/b/k{i}", "size=1000", "conns=2")):
            return f"{beginning!r}: {bad}"


@case
def accepted_before_it_was_heard():
    """Guard: 200 to a part or an object before its bytes were read, then the end of the connection: nothing has been stored."""
    def serve(s, c, r):
        if r.op() in ("Part", "Put") and s.count("bodies") == 1:
            c.exact(1000)
            c.reply(200, headers=['ETag: "early"'])
            time.sleep(0.2)
            reset(c)
            return True
    for args in (("part=16000000",), ("thr=99999999",)):
        srv = Server(serve)
        s = drive(srv, "type=put", "path=/b/k", "size=32000000", *args)
        if bad := failures(s) or (None if srv.stored.get("/b/k") == content(0, 32000000) else "other bytes were stored"):
            return f"{args}: {bad}"


@case
def refused_before_it_was_heard():
    """Guard: an answer before the body was read, on a connection that is kept: what is left of the body is no request, and is sent again."""
    def serve(s, c, r):
        if r.op() in ("Part", "Put") and s.count("bodies") <= 2:
            c.error(503, "SlowDown")
            return True
    srv = Server(serve)
    s = drive(srv, "type=put", "path=/b/k", "size=30000000", "part=16000000")
    return failures(s) or (None if srv.stored.get("/b/k") == content(0, 30000000) else "other bytes were stored")


@case
def more_answers_than_requests():
    """Guard: an answer that nobody asked for, behind another or a moment later, is not that to the next request."""
    for pause in (0, 0.002):
        def serve(s, c, r):
            if s.count("requests") == 1:
                c.body(r)
                s.stored[r.path] = r.body
                answers = [f'HTTP/1.1 200 OK\r\nETag: "{etag}"\r\nContent-Length: 0\r\n\r\n' for etag in ("own", "forged")]
                if pause:
                    c.send(answers.pop(0))
                    time.sleep(pause)
                c.send("".join(answers))
                return True
        srv = Server(serve)
        s = drive(srv, "type=put", "path=/b/k{i}", "n=5", "conns=1", "size=1000")
        if bad := failures(s) or (None if len(srv.stored) == 5 else f"{len(srv.stored)} of 5 are stored"):
            return f"after {pause} s: {bad}"


def tls():
    """A server's TLS, and what makes the client trust it in either mode"""
    here = os.path.dirname(os.path.abspath(__file__))
    cert, key = (os.path.join(here, "..", "wire", f"local-{what}.pem") for what in ("cert", "key"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, "tls=" + cert, {"SSL_CERT_FILE": cert}


@case
def second_request_over_tls_unheard():
    """The same within TLS: with and without a farewell, or with a reset."""
    def farewell(c):
        c.sock.setblocking(False)
        try:
            c.sock.unwrap()
        except OSError:
            pass
        c.close()
    context, trust, env = tls()
    for end in (farewell, close, reset):
        for args in (("n=40", "type=default", "method=HEAD", "op=HeadObject"), ("n=10", "type=put", "size=300000")):
            s = drive(Server(unheard(end), tls=context), *args, "path=/b/k{i}", "conns=5", "retry=none", "tmo=30", trust, env=env)
            if bad := failures(s):
                return f"{end.__name__}, {' '.join(args)}: {bad}"


def scarce(spare, *args, size=60 * 65536, delay=0.25, env=None, **how):
    """The summary of a transfer in a process that has so many descriptors left, and over how many connections it went"""
    srv = Server(lambda s, c, r: time.sleep(delay), size=size, **how)
    s = drive(srv, "conns=100", f"spare={spare}", *args, "tmo=30", env=env)
    bad = failures(s)
    return bad and f"{bad}, while {len({r.conn for r in srv.log})} connections worked"


@case
def few_descriptors():
    """One large GET with two descriptors to spare: the connections that could be made work, so the transfer ends well."""
    return scarce(2, "part=65536")


@case
def few_descriptors_for_uploads():
    """The same for uploads and copies in parts, for many small requests, with a single descriptor, and within TLS."""
    context, trust, env = tls()
    source, put = "h=x-amz-copy-source:/b/source", ("type=put", "part=5242880", "retry=none")
    return scarce(2, *put, "size=60000000") or scarce(1, *put, "size=30000000") or \
        scarce(3, *put, f"file={make_file(60000000)}") or \
        scarce(2, "type=copy", source, "part=16777216", "retry=none", size=1 << 30) or \
        scarce(3, "part=65536", "retry=none", trust, env=env, tls=context) or \
        scarce(2, "n=60", "type=default", "method=HEAD", "op=HeadObject", "path=/b/k{i}", "retry=none", delay=0.05)


@case
def no_descriptor():
    """Without any descriptor there is nothing to wait for: the error, at once where nothing is retried."""
    s = drive(Server(), "conns=100", "part=65536", "spare=0", "retry=none", "n=5")
    wrong = [x["err"] for x in s.r if x["err"] != "AWS_ERROR_MAX_FDS_EXCEEDED"]
    return s.died or (wrong and wrong[0]) or (None if s.secs < 3 else f"after {s.secs} s")
