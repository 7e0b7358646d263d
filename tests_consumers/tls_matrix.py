#!/usr/bin/env python3
"""TLS options of a Python program (awscrt), each against a number of servers: the package as it is and with this tree
in place of its crt/aws-c-s3, cell by cell. python/tls.py says which options, python/tls_servers.py which servers.

    tests_consumers/tls_matrix.py [--only REGEX] [--jobs N]

Takes minutes: the TLS library of the original keeps who fails a handshake waiting, for up to 30 s.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

import beside
import bindings

PROGRAMS = beside.HERE / "python"
PROXIED = "private CA, file"
# Where the original fails and success is right: HTTP/1.1 is all that its client speaks, whatever the program offers.
BETTER = re.compile(r"^ALPN h2.* \| prefers h2$")


class Servers:
    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="consumers-")
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", PROGRAMS / "tls_servers.py", self.folder.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = json.loads(self.process.stdout.readline())
        self.environment = dict(os.environ, CONSUMERS_TLS_FILES=self.folder.name,
                                CONSUMERS_TLS_PORTS=json.dumps(self.facts["servers"]))
        return self

    def proxied(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def row(self, python, row, more=None):
        """What the client of one row saw: {server: what}."""
        code, said = beside.ended([python, PROGRAMS / "tls.py", row], 200, env=dict(self.environment, **(more or {})))
        told = re.findall(r"^\{.*\}$", said, re.M)
        cells = json.loads(told[-1]) if told else dict.fromkeys(self.facts["servers"], f"exit code {code}")
        if told and code != 0:
            cells["its end"] = f"exit code {code}"
        return cells


def compare(book, what, told):
    """A cell is as good as the original's if both work or both fail; how it fails is told, and does not count."""
    original, here = told["original"], told["here"]
    works = {variant: {cell: seen == "ok" for cell, seen in cells.items()} for variant, cells in told.items()}
    same = {cell: works["here"].get(cell) == well or bool(works["here"].get(cell) and BETTER.search(cell))
            for cell, well in works["original"].items()}
    book.passed(what, dict.fromkeys(original, True), same)
    for cell, seen in original.items():
        if here.get(cell) != seen:
            print(f"#     {cell}: original {seen}, this library {here.get(cell)}")
    letters = sum(here.get(cell) == seen for cell, seen in original.items())
    print(f"#     the same to the letter: {letters} of {len(original)}")


def matrix(book, pythons, rows, jobs):
    told = {variant: {} for variant in pythons}
    with Servers() as servers, concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {(variant, row): pool.submit(servers.row, python, row)
                   for row in rows for variant, python in pythons.items()}
        for (variant, row), future in running.items():
            for server, seen in future.result().items():
                told[variant][f"{row} | {server}"] = seen
    compare(book, "TLS options and servers", told)


def proxies(book, pythons):
    told = {variant: {} for variant in pythons}
    with Servers() as servers:
        proxy = f"http://127.0.0.1:{servers.facts['proxy']}"
        for settings in ({"https_proxy": proxy}, {"HTTPS_PROXY": proxy}, {"http_proxy": proxy},
                         {"https_proxy": proxy, "no_proxy": "localhost"}, {"https_proxy": "http://127.0.0.1:1"}):
            for variant, python in pythons.items():
                before = servers.proxied()
                seen = servers.row(python, PROXIED, settings)["usual"]
                name = ", ".join(f"{name}={value.replace(proxy, 'PROXY')}" for name, value in settings.items())
                told[variant][name] = seen
                told[variant][f"{name}: by the proxy"] = "ok" if servers.proxied() > before else "none"
    compare(book, "proxies of the environment", told)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=16)
    options = parser.parse_args()
    beside.tools("openssl:openssl")
    pythons = bindings.interpreters()
    sys.path.insert(0, str(PROGRAMS))
    from tls import ROWS
    book = beside.Book()
    rows = [row for row in ROWS if re.search(options.only, row)]
    if rows:
        matrix(book, pythons, rows, options.jobs)
    if re.search(options.only, "proxies"):
        proxies(book, pythons)
    book.close()


if __name__ == "__main__":
    main()
