"""forks.py CASE: children of a process that uses the library. `CASES` says which there are; each ends with 0 when all
went well."""
import multiprocessing
import os
import sys
import time

MIB = 1024 * 1024


def download(number):
    import transfers
    client = transfers.client()
    transfers.get_whole(client, "/plain/3m", 3 * MIB)
    return number


def leave(code):
    sys.exit(code)


def child(context, target, arguments, code=0):
    process = context.Process(target=target, args=arguments)
    process.start()
    process.join(20)
    ended = process.exitcode
    if ended is None:
        process.kill()
    assert ended == code, f"the child's exit code is {ended}"


def idle_parent():
    """The parent has a client that rests."""
    import transfers
    client = transfers.client()
    transfers.get_whole(client, "/plain/1k", 1024)
    child(multiprocessing.get_context("fork"), download, (0,))
    transfers.get_whole(client, "/plain/3m", 3 * MIB)


def busy_parent():
    """The parent's downloads go on during the fork and afterwards."""
    import transfers
    client = transfers.client()
    received = []
    running = [transfers.get(client, "/slow/3m", on_body=lambda chunk, **_: received.append(len(chunk)))
               for _ in range(3)]
    time.sleep(0.2)
    child(multiprocessing.get_context("fork"), download, (0,))
    for request in running:
        request.finished_future.result(20)
    assert sum(received) == 9 * MIB, f"{sum(received)} bytes"


def child_leaves():
    """The child does nothing but end, with all that it inherited."""
    import transfers
    client = transfers.client()
    running = [transfers.get(client, "/slow/3m") for _ in range(3)]
    child(multiprocessing.get_context("fork"), leave, (7,), 7)
    for request in running:
        request.finished_future.result(20)


def child_drops():
    """The child lets go of the client that it inherited and makes its own."""
    import transfers
    clients = [transfers.client()]
    transfers.get_whole(clients[0], "/plain/1k", 1024)

    def drop():
        clients.clear()
        download(0)

    child(multiprocessing.get_context("fork"), drop, ())
    transfers.get_whole(clients[0], "/plain/3m", 3 * MIB)


def pool():
    """A pool of workers, forked beside a client."""
    import transfers
    client = transfers.client()
    transfers.get_whole(client, "/plain/1k", 1024)
    with multiprocessing.get_context("fork").Pool(4) as workers:
        assert workers.map_async(download, range(8)).get(40) == list(range(8))


def spawned():
    """A child that begins anew."""
    import transfers
    client = transfers.client()
    transfers.get_whole(client, "/plain/1k", 1024)
    child(multiprocessing.get_context("spawn"), download, (0,))


CASES = {case.__name__.replace("_", " "): case for case in
         (idle_parent, busy_parent, child_leaves, child_drops, pool, spawned)}

if __name__ == "__main__":
    CASES[sys.argv[1]]()
    sys.stdout.flush()
