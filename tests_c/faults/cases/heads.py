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
