"""exits.py STAGE WAY: a program that ends at some stage of its transfers, in one of the ways in which programs end.

`STAGES` and `WAYS` say which there are, the latter with the exit code that is right."""
import os
import signal
import sys
import threading
import time

STAGES = ("made", "downloading", "uploading", "in a callback", "cancelled")
WAYS = {"return": 0, "exit": 3, "raise": 1, "interrupt": -signal.SIGINT, "busy thread": 0}


def begin(stage, transfers):
    """Returns what has to stay alive."""
    client = transfers.client()
    requests = []
    reached = threading.Event()

    def linger(**_):
        reached.set()
        time.sleep(0.3)

    if stage in ("downloading", "cancelled"):
        requests = [transfers.get(client, "/slow/20m", on_body=lambda **_: reached.set()) for _ in range(4)]
    elif stage == "uploading":
        requests = [transfers.put(client, f"/plain/key{number}", 40 * 1024 * 1024, 0.005) for number in range(3)]
        time.sleep(0.3)
        reached.set()
    elif stage == "in a callback":
        requests = [transfers.get(client, "/plain/20m", on_body=linger) for _ in range(4)]
    else:
        reached.set()
    assert reached.wait(10)
    if stage == "cancelled":
        for request in requests:
            request.cancel()
    return client, requests


def main(stage, way):
    import transfers
    alive = begin(stage, transfers)
    if way == "exit":
        sys.exit(3)
    if way == "raise":
        raise RuntimeError("the program's own")
    if way == "interrupt":
        # What a shell starts in the background has it ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    if way == "busy thread":
        def work():
            while True:
                transfers.get(alive[0], "/plain/1k")
                time.sleep(0.001)

        threading.Thread(target=work, daemon=True).start()
        time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
