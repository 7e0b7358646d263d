"""Downloads: what the headers callback is shown, field by field."""
from wire import *

FIRST, MIDDLE, LAST = "x-amz-meta-first: 1", "content-range: bytes %d-%d/%d", "x-amz-meta-last: 2"


def placed(size):
    """A server that answers ranges, suffixes too, with a Content-Range in small letters between two other fields."""
    def answer(s, c, r):
        first, last = re.fullmatch(r"bytes=(\d*)-(\d*)", r.h["range"]).groups()
        a, b = (int(first), min(int(last or size), size - 1)) if first else (max(0, size - int(last)), size - 1)
        head = r.op() == "Head"
        fields = [f"ETag: {s.etag}", FIRST, MIDDLE % (a, b, size), LAST, f"Content-Length: {b - a + 1}"]
        c.reply(206, b"" if head else content(a, b - a + 1), fields, head=head)
        return True
    return Server(answer, size)


@case
def suffix_range_shows_the_field_as_it_came():
    """HEAD describes all of a suffix range: its Content-Range is handed on where it stands and as it is spelled."""
    size = 200000
    for length in (100, 150000, size, size + 1):
        seen = drive(placed(size), "part=65536", f"h=Range:bytes=-{length}", "tmo=15")
        if seen.died or seen.r[0]["err"] != "AWS_ERROR_SUCCESS":
            return seen.died or seen.r[0]["err"]
        length = min(length, size)
        heads = seen.r[0]["heads"]
        lines = [FIRST, MIDDLE % (size - length, size - 1, size), LAST, f"Content-Length: {length}"]
        if "\n".join(lines) not in heads or "Content-Range" in heads:
            return f"of {length} bytes: {heads!r}"


@case
def later_part_without_range():
    """A later part that is answered 200 and without Content-Range has the object's first bytes (RFC 9110, 14.2), however many they are. At the
    beginning they are the right ones, and 206 says that they are those of the range."""
    for first, status, good in ((65536, 200, False), (65536, 206, True), (0, 200, True)):
        def answer(s, c, r):
            a, b = re.fullmatch(r"bytes=(\d+)-(\d+)", r.h.get("range", "bytes=0-0")).groups()
            if r.method == "GET" and int(a) == first:
                c.reply(status, content(0 if status == 200 else int(a), int(b) - int(a) + 1), [f"ETag: {s.etag}"])
                return True
        seen = drive(Server(answer, 200000), "part=65536", "validate=1", "tmo=15")
        err = seen.died or seen.r[0]["err"]
        if err != ("AWS_ERROR_SUCCESS" if good else "AWS_ERROR_S3_MISSING_CONTENT_RANGE_HEADER") or seen.r[0]["wrong"]:
            return f"{status} for the part from {first}: {err}"


@case
def range_in_parts_shows_one_field():
    """Guard: the Content-Range of a first part becomes that of the whole range, at the end, as the original has it."""
    seen = drive(placed(200000), "part=65536", "h=Range:bytes=1000-", "tmo=15")
    if seen.died or seen.r[0]["err"] != "AWS_ERROR_SUCCESS":
        return seen.died or seen.r[0]["err"]
    lines = [FIRST, LAST, "Content-Range: bytes 1000-199999/200000", "Content-Length: 199000"]
    heads = seen.r[0]["heads"]
    if "\n".join(lines) not in heads or "content-range" in heads:
        return repr(heads)
