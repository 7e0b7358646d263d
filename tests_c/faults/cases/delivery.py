"""What reaches the caller, and in which order."""
import os, socket, threading, time
from wire import *


@case
def progress_in_order_with_bodies():
    """Part 3 of 4 comes late. At the third progress event (parts 1, 2 and 4) the bodies of parts 1 and 2 were delivered; a pause
    there must not lose them, and the token says so."""
    def late(s, c, r):
        if r.h.get("range", "").startswith("bytes=131072-"):
            time.sleep(0.3)
    counts = {}
    for _ in range(12):
        s = drive(Server(late, size=262144), "part=65536", "pauseat=3")
        if s.died or s.hang:
            return s.died or "hangs"
        k = s.r[0]["bytes"] // 65536
        counts[k] = counts.get(k, 0) + 1
    bad = sum(n for k, n in counts.items() if k < 2)
    return f"{bad} of 12 runs: parts 1 and 2 had come, and fewer were delivered ({counts})" if bad else None


def late_part(start):
    """Every part but the one that begins at `start` comes at once."""
    def handler(s, c, r):
        if r.h.get("range", "").startswith(f"bytes={start}-"):
            time.sleep(0.3)
    return handler


@case
def pause_keeps_what_progress_told():
    """A pause at the first progress event and at the last: the part that it tells of is delivered, and the token says so."""
    for event in (1, 4):
        for _ in range(4):
            s = drive(Server(late_part(131072), size=262144), "part=65536", f"pauseat={event}")
            if s.died or s.hang:
                return s.died or "hangs"
            r = s.r[0]
            if r["bytes"] < event * 65536 or r["token"] != r["bytes"] or r["wrong"]:
                return f"pause at event {event}: {r['bytes']} bytes delivered, the token says {r['token']}"


@case
def pause_keeps_what_came_for_a_file():
    """The same into a file, in object order and as parts come: what the token counts is in the file, and is all that had come."""
    for order in ({}, {"AWS_CRT_S3_ORDERED_DELIVERY": "1"}):
        for _ in range(4):
            path = scratch("out.bin")
            s = drive(Server(late_part(131072), size=262144), "recv=" + path, "part=65536", "pauseat=3", env=order)
            if s.died or s.hang:
                return s.died or "hangs"
            token = s.r[0]["token"]
            with open(path, "rb") as f:
                got = f.read()
            if token < 131072 or got[:token] != content(0, token):
                return f"{order or 'out of order'}: the token says {token}, the file has {len(got)} bytes"


def into_pipe(read, *args, env=None, handler=None, size=300000):
    """Downloads into a FIFO that `read(file)` reads -> what drive saw, what was read"""
    fifo = scratch("fifo")
    os.mkfifo(fifo)
    got = []
    def drain():
        with open(fifo, "rb", buffering=0) as f:
            got.append(read(f))
    t = threading.Thread(target=drain, daemon=True)
    t.start()
    s = drive(Server(handler, size=size), "recv=" + fifo, "part=65536", "tmo=6", *args, env=env)
    t.join(2)
    return s, got[0] if got else None


@case
def pipe_gets_parts_in_order():
    """A FIFO gets the content, however late a part comes, whatever order was asked for, and whichever way the size was found out."""
    for args in ((), ("validate=1",), ("ropt=2",), ("ropt=3",), ("win=0",), ("type=default", "op=GetObject")):
        s, got = into_pipe(lambda f: f.read(), *args, handler=late_part(65536))
        if failures(s):
            return f"{args}: {failures(s)}"
        if got != content(0, 300000):
            return f"{args}: success, and the reader got {len(got or b'')} other bytes"


@case
def pipe_with_slow_reader():
    """A reader that takes its time gets everything."""
    def slowly(f):
        got = b""
        while (d := f.read(20000)):
            got += d
            time.sleep(0.02)
        return got
    s, got = into_pipe(slowly)
    return failures(s) or (None if got == content(0, 300000) else "the reader got other bytes")


@case
def pipe_whose_reader_leaves():
    """A reader that leaves in the middle: an error, and no signal that ends the program."""
    s, _ = into_pipe(lambda f: f.read(1000), size=3000000)
    if s.died or s.hang:
        return s.died or "hangs"
    return None if s.r[0]["err"] == "AWS_ERROR_SYS_CALL_FAILURE" else "ended with " + s.r[0]["err"]


@case
def pipe_without_reader():
    """A FIFO that nobody reads is refused at once; the caller is not held for ever, and nothing is asked for."""
    fifo = scratch("fifo")
    os.mkfifo(fifo)
    server = Server(size=1000)
    s = drive(server, "recv=" + fifo, "tmo=6")
    if s.died or s.hang:
        return s.died or "hangs"
    if s.r[0]["err"] != "AWS_ERROR_FILE_OPEN_FAILURE" or server.log:
        return f"ended with {s.r[0]['err']} after {len(server.log)} requests"


@case
def pipe_that_is_full_can_be_paused():
    """A reader that stops reading does not keep a pause from ending the request."""
    s, _ = into_pipe(lambda f: time.sleep(4), "pauseat=2")
    if s.died or s.hang:
        return s.died or "hangs"
    if s.r[0]["err"] != "AWS_ERROR_S3_PAUSED" or s.r[0]["secs"] > 3:
        return f"ended with {s.r[0]['err']} after {s.r[0]['secs']} s"


@case
def socket_as_receive_file():
    """A socket cannot be opened: refused at once."""
    path = scratch("socket")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    s = drive(Server(size=1000), "recv=" + path, "tmo=6")
    listener.close()
    if s.died or s.hang:
        return s.died or "hangs"
    return None if s.r[0]["err"] == "AWS_ERROR_FILE_OPEN_FAILURE" else "ended with " + s.r[0]["err"]


@case
@preloads
def close_error_of_receive_file():
    """What closing the receive file reports is the request's error, whichever descriptor it is, in both orders, for one part and for many,
    for an empty object and for a request that is not split. The file goes if that was asked for."""
    cases = [(5, "AWS_ERROR_SYS_CALL_FAILURE", {}, (), 200000), (28, "AWS_ERROR_NO_SPACE", {"AWS_CRT_S3_ORDERED_DELIVERY": "1"}, (), 200000),
             (122, "AWS_ERROR_SYS_CALL_FAILURE", {}, ("rdel=1",), 1000), (28, "AWS_ERROR_NO_SPACE", {}, ("type=default", "op=GetObject"), 0),
             (28, "AWS_ERROR_NO_SPACE", {}, ("type=default", "op=GetObject"), 1000)]
    for errno, expected, env, args, size in cases:
        for times in (None, 1):
            path = scratch("out.bin")
            s = drive(Server(size=size), "recv=" + path, "part=65536", *args, env={**env, **shim(path, "close", times=times, errno=errno)})
            if s.died or s.hang:
                return s.died or "hangs"
            r = s.r[0]
            if r["err"] != expected or (args == ("rdel=1",)) == os.path.exists(path):
                return f"{errno} {args} {times}: ended with {r['err']}, the file is {'there' if os.path.exists(path) else 'gone'}"


@case
@preloads
def close_error_at_a_pause():
    """A pause promises that what its token counts is in the file: without that, no token, and an error."""
    path = scratch("out.bin")
    s = drive(Server(late_part(131072), size=262144), "recv=" + path, "part=65536", "pauseat=3", env=shim(path, "close", errno=28))
    if s.died or s.hang:
        return s.died or "hangs"
    r = s.r[0]
    return None if r["err"] == "AWS_ERROR_NO_SPACE" and not r["token"] else f"ended with {r['err']}, the token says {r['token']}"


@case
def fifo_as_receive_file():
    """recv_filepath names a FIFO that somebody reads: the content comes, or an error at once."""
    fifo = scratch("fifo")
    os.mkfifo(fifo)
    got = []
    def drain():
        with open(fifo, "rb") as f:
            got.append(f.read())
    t = threading.Thread(target=drain, daemon=True)
    t.start()
    s = drive(Server(size=200000), "recv=" + fifo, "part=65536", "tmo=6")
    if s.died or s.hang:
        return s.died or "never finishes"
    if s.r[0]["err"] == "AWS_ERROR_SUCCESS":
        t.join(2)
        return None if got and got[0] == content(0, 200000) else "success, and the reader got other bytes"


@case
def headers_refused_or_canceled():
    """Who fails, or cancels, in the headers callback wants no part of the object: nothing more is asked for from then on, whatever the first
    request was and wherever the bytes would go."""
    for how, err in (("hfail=1", "AWS_ERROR_INVALID_STATE"), ("hcancel=1", "AWS_ERROR_S3_CANCELED")):
        for args in ((), ("validate=1",), ("recv=out.bin",), ("recvbuf=2000000",), ("hint=2000000", "h=Range:bytes=0-")):
            server = Server(size=2000000)
            s = drive(server, "part=65536", how, *args)
            if s.died or s.hang:
                return s.died or "hangs"
            r = s.r[0]
            if r["err"] != err or r["bytes"] or r["progress"] or len(server.log) != 1:
                return f"{how} {args}: {r['err']}, {r['bytes']} bytes and progress {r['progress']} after {len(server.log)} requests"


@case
def slow_callback_holds_up_no_parts_of_others():
    """Whoever shares a thread with a transfer that does not come back from its body callback has its parts asked for all the same."""
    def later(s, c, r):
        if r.path != "/b/k0" and r.h["range"].startswith("bytes=0-"):
            time.sleep(0.3)
    server = Server(later, size=200000)
    s = drive(server, "part=65536", "path=/b/k{i}", "n=5", "blockms=2500")
    late = [r for r in server.log if r.at - server.log[0].at > 2]
    return failures(s) or (f"{len(late)} requests waited for another transfer" if late else None)
