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
