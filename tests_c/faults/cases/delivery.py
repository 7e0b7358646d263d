"""What reaches the caller, and in which order."""
import os, threading, time
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
