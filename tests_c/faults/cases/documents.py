"""What servers name, and what is made of it."""
import urllib.parse
from wire import *


@case
def upload_id_with_plus():
    """Servers read a query like a form: + is a blank there, so an upload id with + goes out as %2B."""
    uid = "2~XlNd+M+261dHJ/iszJktw=="
    def reads_like_a_form(s, c, r):
        if "uploadId" in r.query:
            got = urllib.parse.unquote_plus(r.query["uploadId"])
            if got != uid:
                c.body(r)
                c.error(404, "NoSuchUpload")
                return True
    srv = Server(reads_like_a_form)
    srv.upload = uid
    return failures(drive(srv, "type=put", "size=6000000", "part=5242880"))


@case
def rejected_complete_has_its_end():
    """Every record has its end, that of a CompleteMultipartUpload which the caller's review rejects too."""
    s = drive(Server(), "type=put", "size=6000000", "part=5242880", "review=reject", "records=1")
    if s.died or s.hang:
        return s.died or "hangs"
    bad = [r["op"] or "nameless" for r in s.records if not 0 < r["end"] < 2**64 - 1]
    return f"no end in the record of: {', '.join(bad)}" if bad else None


@case
def what_is_left_behind_is_logged():
    """An upload that could not be aborted is named in the log, with bucket, key and id, so that somebody can find it."""
    def refuses(s, c, r):
        if r.op() in ("Part", "Abort"):
            c.body(r)
            c.error(403, "AccessDenied")
            return True
    srv, log = Server(refuses), scratch("log")
    srv.upload = "2~left&amp;behind"
    s = drive(srv, "type=put", "size=6000000", "part=5242880", "path=/some-bucket/some/key", "log=" + log)
    if s.died or s.hang:
        return s.died or "hangs"
    lines = [line for line in open(log, errors="replace") if "2~left&behind" in line and "[ERROR]" in line]
    if not any("/some-bucket/some/key" in line for line in lines):
        return f"the log does not tell: {lines}"
    asked = sum(r.op() == "Abort" for r in srv.log)
    return None if asked == 1 else f"aborted {asked} times"


@case
def nothing_is_said_of_what_is_gone():
    """An upload that the service does not know any more was not left behind."""
    def forgets(s, c, r):
        if r.op() in ("Part", "Abort"):
            c.body(r)
            c.error(404, "NoSuchUpload")
            return True
    srv, log = Server(forgets), scratch("log")
    s = drive(srv, "type=put", "size=6000000", "part=5242880", "log=" + log)
    if s.died or s.hang:
        return s.died or "hangs"
    told = [line for line in open(log, errors="replace") if "left behind" in line]
    return f"the log says: {told[0]}" if told else None


@case
def chunks_that_are_none():
    """Guard: a whole result in chunks that do not end, or go on as something else, is not all that was to come."""
    result = "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"
    for rest in ("", "5\r\n<Comp", "zz\r\n", "ffffffffffffffffff\r\n", "-5\r\nabc"):
        def serve(s, c, r):
            if r.op() == "Complete":
                c.body(r)
                c.send(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{len(result):x}\r\n{result}\r\n{rest}")
                c.close()
                return True
        s = drive(Server(serve), "type=put", "size=6000000", "part=5242880", "retry=none")
        if s.died or s.hang or s.r[0]["err"] == "AWS_ERROR_SUCCESS":
            return f"{rest!r}: {s.died or s.r[0]['err']}"
