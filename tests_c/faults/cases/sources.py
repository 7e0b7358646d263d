"""Where request bodies come from: files that are none, that fail, or that cannot be sent by the kernel."""
import os, re, socket, threading, time
from wire import *

FILE_ERROR = r"FILE|IO_STREAM|SYS_CALL|READ_FAIL"


def fed(data, pause=0, piece=70000):
    """A FIFO into which somebody writes `data`, in pieces."""
    fifo = scratch("fifo")
    os.mkfifo(fifo)
    def feed():
        fd = os.open(fifo, os.O_WRONLY)
        try:
            for at in range(0, len(data), piece):
                os.write(fd, data[at:at + piece])
                time.sleep(pause)
        except OSError:
            pass
        finally:
            os.close(fd)
    threading.Thread(target=feed, daemon=True).start()
    return fifo


def release(fifo):
    """Lets the writer go that nobody has come for."""
    try:
        os.close(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK))
    except OSError:
        pass


def stored(srv, s, want):
    return failures(s) or (None if srv.stored.get("/b/k") == want else f"success with {len(srv.stored.get('/b/k', b''))} of {len(want)} bytes")


def unwrapped(srv, c, r):
    """Keeps of an aws-chunked body, which has one chunk, the content."""
    if "x-amz-trailer" in r.h:
        size, _, rest = c.body(r).partition(b"\r\n")
        r.body = rest[:int(size, 16)]


def default(*more):
    return ("type=default", "method=PUT", "op=PutObject", *more)


def first_of_all(cases):
    """-> the first that does not hold, with its name"""
    for name, holds in cases:
        seen = holds()
        if seen:
            return f"{name}: {seen}"


@case
def fifo_is_sent_whole():
    """send_filepath names a FIFO (st_size is 0): what is written to it is the body, in one request or in parts, in whatever pieces it comes."""
    def send(data, *how, pause=0, piece=70000, handler=None):
        fifo, srv = fed(data, pause, piece), Server(handler)
        s = drive(srv, "path=/b/k", "file=" + fifo, "part=5242880", "tmo=8", *how)
        release(fifo)
        return stored(srv, s, data)
    def once(srv, c, r):
        if r.op() in ("Part", "Put") and srv.count(r.op() + str(r.query.get("partNumber"))) == 1:
            c.body(r)
            return c.error(503, "SlowDown") or True
    small, large = content(0, 5000), content(0, 12 << 20)
    return first_of_all([
        ("PUT", lambda: send(small, "type=put")),
        ("PUT in parts", lambda: send(large, "type=put")),
        ("flowing", lambda: send(large, "type=put", "stream=1")),
        ("with a checksum", lambda: send(large, "type=put", "cksum=1", handler=unwrapped)),
        ("DEFAULT", lambda: send(small, *default())),
        ("DEFAULT, large", lambda: send(large, *default())),
        ("nothing", lambda: send(b"", "type=put")),
        ("DEFAULT, nothing", lambda: send(b"", *default())),
        ("slowly", lambda: send(small, "type=put", pause=0.05, piece=900)),
        ("again, as it can be read only once", lambda: send(large, "type=put", handler=once)),
        ("DEFAULT again", lambda: send(small, *default(), handler=once)),
    ])


@case
def fifo_with_content_length():
    """As long as the Content-Length says; less is an error, and no object."""
    def send(cl, *how):
        fifo, srv = fed(content(0, 6000000)), Server()
        s = drive(srv, "path=/b/k", "file=" + fifo, f"cl={cl}", "part=5242880", "tmo=8", *how)
        release(fifo)
        if cl <= 6000000:
            return stored(srv, s, content(0, cl))
        if s.died or s.r[0]["err"] != "AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH" or "/b/k" in srv.stored:
            return s.died or f"{s.r[0]['err']}, stored: {list(srv.stored)}"
    return first_of_all([(f"{cl} {how}", lambda cl=cl, how=how: send(cl, *how))
                         for cl in (1000, 6000000, 6000001) for how in (("type=put",), ("type=put", "stream=1"), default())])


@case
def fifo_without_writer():
    """Whoever names a FIFO that nobody opens is not held up, nor is anybody else, and a cancel ends it at once."""
    def wait(*how):
        fifo = scratch("fifo")
        os.mkfifo(fifo)
        srv = Server()
        s = drive(srv, "path=/b/k{i}", "file=" + fifo, "n=20", "cancelms=300", "tmo=8", *how)
        if s.died or s.hang:
            return s.died or "hangs"
        if s.making > 2 or s.secs > 5:
            return f"made after {s.making} s, ended after {s.secs} s"
        others = {x["err"] for x in s.r} - {"AWS_ERROR_S3_CANCELED"}
        return f"ended with {others}" if others else f"stored {list(srv.stored)}" if srv.stored else None
    return first_of_all([(" ".join(how), lambda how=how: wait(*how)) for how in
                         (("type=put",), ("type=put", "cl=9000000", "part=5242880"), default(), default("cl=100"))])


@case
def proc_file_is_sent_whole():
    """A file of /proc has content and st_size 0."""
    path = "/proc/version"
    want = open(path, "rb").read()
    def send(*how):
        srv = Server()
        return stored(srv, drive(srv, "path=/b/k", "file=" + path, "tmo=8", *how), want)
    exact = f"cl={len(want)}"
    return first_of_all([(" ".join(how), lambda how=how: send(*how)) for how in
                         (("type=put",), ("type=put", "stream=1"), ("type=put", exact), default(), default(exact))])


@case
def device_with_content_length():
    """/dev/zero with a Content-Length is as long as that says; without one, /dev/null is empty."""
    def send(*how, file="/dev/zero", want=bytes(6000000)):
        srv = Server()
        return stored(srv, drive(srv, "path=/b/k", "file=" + file, "part=5242880", "tmo=10", *how), want)
    return first_of_all([
        ("PUT", lambda: send("type=put", "cl=6000000")),
        ("flowing", lambda: send("type=put", "cl=6000000", "stream=1")),
        ("one request", lambda: send("type=put", "cl=1000", want=bytes(1000))),
        ("DEFAULT", lambda: send(*default("cl=6000000"))),
        ("/dev/null", lambda: send("type=put", file="/dev/null", want=b"")),
        ("/dev/null, DEFAULT", lambda: send(*default(), file="/dev/null", want=b"")),
    ])


@case
def other_things_with_names():
    """An empty file stays an empty object in one request; a folder and a socket are refused at once, and a device that is too short is an error."""
    folder = os.path.dirname(scratch("x"))
    address, empty = os.path.join(folder, "socket"), os.path.join(folder, "empty")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    open(empty, "w").close()
    def send(path, want, *how):
        srv = Server()
        s = drive(srv, "path=/b/k", "file=" + path, "tmo=8", *how)
        if s.died or s.hang:
            return s.died or "hangs"
        if s.r[0]["err"] != "AWS_ERROR_" + want:
            return s.r[0]["err"]
        if want == "SUCCESS" and (srv.stored != {"/b/k": b""} or len(srv.log) != 1):
            return f"stored {srv.stored} by {len(srv.log)} requests"
        return f"{len(srv.log)} requests" if want != "SUCCESS" and srv.log else None
    return first_of_all([(path + " " + " ".join(how), lambda path=path, want=want, how=how: send(path, want, *how)) for path, want, how in (
        (empty, "SUCCESS", ("type=put",)), (empty, "SUCCESS", default()), (empty, "S3_INCORRECT_CONTENT_LENGTH", default("cl=10")),
        (folder, "FILE_INVALID_PATH", ("type=put",)), (folder, "FILE_INVALID_PATH", default("cl=10")),
        (address, "FILE_OPEN_FAILURE", ("type=put",)), (address, "FILE_OPEN_FAILURE", default("cl=10")),
        ("/dev/null", "S3_INCORRECT_CONTENT_LENGTH", ("type=put", "cl=10")))])


def unreadable(times, *how, errno=5):
    path = make_file(16 << 20)
    s = drive(Server(), "path=/b/k", "file=" + path, "part=8388608", "tmo=12", *how, env=shim(path, at=9 << 20, times=times, errno=errno))
    if s.died:
        return s.died
    if s.hang:
        return "not finished after 12 s"
    if s.r[0]["err"] == "AWS_ERROR_SUCCESS" and times:
        return None if s.secs < 5 else f"success after {s.secs:.0f} s"
    if not re.search(FILE_ERROR, s.r[0]["err"]):
        return f"{s.r[0]['err']} after {s.secs:.0f} s"
    return None if s.secs < 5 else f"{s.r[0]['err']} only after {s.secs:.0f} s"


WAYS = [("parts", ("type=put", "cl=16777216")), ("flowing", ("type=put", "stream=1", "cksum=1")), ("checksum", ("type=put", "cksum=1")),
        ("one request", ("type=put", "thr=99999999")), ("DEFAULT", default("cl=16777216"))]


@case
@preloads
def source_unreadable():
    """Reads of the source file fail: the request ends at once with a file error, whatever the way of the bytes. Some systems of files give errors that sockets give too."""
    ways = [(name, lambda how=how: unreadable(None, *how)) for name, how in WAYS]
    return first_of_all(ways + [(f"errno {n}", lambda n=n: unreadable(None, *WAYS[0][1], errno=n)) for n in (32, 104, 107, 110, 116)])


@case
@preloads
def source_unreadable_once():
    """One error is a file error too, or the read is tried again at once; it is no broken connection to wait for."""
    return first_of_all([(name, lambda how=how: unreadable(1, *how)) for name, how in WAYS])


@case
@preloads
def sendfile_not_possible():
    """File systems and kernels may refuse to send a file, in more than one way: it is read then."""
    def send(errno, times):
        path, srv = make_file(12 << 20), Server()
        s = drive(srv, "type=put", "path=/b/k", "file=" + path, "cl=12582912", "part=5242880", "tmo=12",
                  env=shim(path, call="sendfile", errno=errno, times=times))
        return stored(srv, s, content(0, 12 << 20)) or (f"took {s.secs:.0f} s" if s.secs > 5 else None)
    return first_of_all([(f"errno {n}", lambda n=n, t=t: send(n, t)) for n, t in ((22, None), (38, None), (75, None), (95, None), (1, None), (32, None), (5, 1))])


@case
def file_changes_while_it_is_sent():
    """Of a file that grows what the Content-Length says is sent; without one it is an error, and so is at once a file that gets shorter, also in the middle of a part."""
    size = 40 << 20
    def change(to, middle, *how):
        path = make_file(size)
        def handler(srv, c, r):
            if r.op() == "Part" and middle:
                r.body = c.exact(1 << 20)
                os.truncate(path, to)
                r.body += c.exact(int(r.h["content-length"]) - len(r.body))
            if r.op() == "Create" and not middle:
                os.truncate(path, to)
        srv = Server(handler)
        s = drive(srv, "path=/b/k", "file=" + path, "part=20971520", "tmo=12", *how)
        if s.died or s.hang:
            return s.died or "hangs"
        if to > size and f"cl={size}" in how:
            return stored(srv, s, content(0, size))
        if to > size:
            return None if s.r[0]["err"] == "AWS_ERROR_S3_FILE_MODIFIED" and not srv.stored else s.r[0]["err"]
        if s.r[0]["err"] != "AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH" or s.secs > 5 or srv.stored:
            return f"{s.r[0]['err']} after {s.secs:.0f} s, stored: {list(srv.stored)}"
    flowing = ("type=put", "stream=1", "cksum=1")
    return first_of_all([
        ("parts, grows", lambda: change(50 << 20, False, "type=put")),
        ("parts, grows behind what was announced", lambda: change(50 << 20, False, "type=put", f"cl={size}")),
        ("parts", lambda: change(30 << 20, False, "type=put", f"cl={size}")),
        ("parts, in the middle", lambda: change(2 << 20, True, "type=put", f"cl={size}", "mrconns=1")),
        ("flowing", lambda: change(30 << 20, False, *flowing)),
        ("flowing, in the middle", lambda: change(2 << 20, True, *flowing, "mrconns=1")),
    ])
