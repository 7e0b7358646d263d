"""Where request bodies come from: files that are none, that fail, or that cannot be sent by the kernel."""
import os, re, threading
from wire import *

FILE_ERROR = r"FILE|IO_STREAM|SYS_CALL|READ_FAIL"


@case
def fifo_is_sent_whole_or_refused():
    """send_filepath names a FIFO (st_size is 0): its content is sent whole, or the request is refused. An empty object is neither."""
    fifo = scratch("fifo")
    os.mkfifo(fifo)
    def feed():
        fd = os.open(fifo, os.O_WRONLY)
        try:
            os.write(fd, content(0, 5000))
        except OSError:
            pass
        finally:
            os.close(fd)
    threading.Thread(target=feed, daemon=True).start()
    srv = Server()
    s = drive(srv, "type=put", "path=/b/k", "file=" + fifo, "tmo=8")
    if not s.r or s.hang:
        try:
            os.close(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK))
        except OSError:
            pass
        return s.died or "hangs"
    if s.r[0]["err"] == "AWS_ERROR_SUCCESS" and srv.stored.get("/b/k") != content(0, 5000):
        return f"success with {len(srv.stored.get('/b/k', b''))} of 5000 bytes"


@case
def proc_file_is_sent_whole_or_refused():
    """A file of /proc has content and st_size 0."""
    path = "/proc/version"
    srv = Server()
    s = drive(srv, "type=put", "path=/b/k", "file=" + path, "tmo=8")
    if s.died or s.hang:
        return s.died or "hangs"
    want = open(path, "rb").read()
    if s.r[0]["err"] == "AWS_ERROR_SUCCESS" and srv.stored.get("/b/k") != want:
        return f"success with {len(srv.stored.get('/b/k', b''))} of {len(want)} bytes"


@case
def device_with_content_length():
    """/dev/zero with a Content-Length is as long as that says."""
    srv = Server()
    s = drive(srv, "type=put", "path=/b/k", "file=/dev/zero", "cl=6000000", "part=5242880", "tmo=10")
    return failures(s) or (None if srv.stored.get("/b/k") == bytes(6000000) else "other bytes were stored")


def unreadable(times):
    path = make_file(16 << 20)
    s = drive(Server(), "type=put", "path=/b/k", "file=" + path, "cl=16777216", "part=8388608", "tmo=12",
              env=shim(path, at=9 << 20, times=times))
    if s.died:
        return s.died
    if s.hang:
        return "not finished after 12 s"
    if s.r[0]["err"] == "AWS_ERROR_SUCCESS" and times:
        return None if s.secs < 5 else f"success after {s.secs:.0f} s"
    if not re.search(FILE_ERROR, s.r[0]["err"]):
        return f"{s.r[0]['err']} after {s.secs:.0f} s"
    return None if s.secs < 5 else f"{s.r[0]['err']} only after {s.secs:.0f} s"


@case
def source_unreadable():
    """Reads of the source file fail with EIO: the request ends at once with a file error."""
    return unreadable(None)


@case
def source_unreadable_once():
    """One EIO is a file error too, or the read is tried again at once; it is no broken connection to wait for."""
    return unreadable(1)


@case
def sendfile_not_possible():
    """File systems and kernels may refuse sendfile (EINVAL, ENOSYS): the file is read then."""
    for errno in (22, 38):
        path = make_file(12 << 20)
        srv = Server()
        s = drive(srv, "type=put", "path=/b/k", "file=" + path, "cl=12582912", "part=5242880", "tmo=12",
                  env=shim(path, call="sendfile", errno=errno))
        bad = failures(s) or (None if srv.stored.get("/b/k") == content(0, 12 << 20) else "other bytes were stored")
        if bad:
            return f"errno {errno}: {bad}"
