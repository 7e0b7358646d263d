#!/usr/bin/env python3
"""A C++ program in the manner of an SDK (cpp/whole_urls.cpp), linked with the original and with this library in both
modes, against a server on the loopback interface: several operations, and how much memory 200 downloads of 1 MB need
that are started at once.

    tests_consumers/cpp.py [--build-type Debug]
"""
import argparse
import os
import re
import statistics

import beside

ROUNDS = 15
# How much of a growth is chance: from one run to the next, the same program differs by as much.
CHANCE = 0.5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build-type", default="Release")
    build_type = parser.parse_args().build_type
    beside.tools("cmake:cmake", "make:make", "c++:g++")
    programs = {}
    for mode in ("original", "host", "embedded"):
        paths = beside.prefixes(mode, build_type)
        programs[mode] = beside.cmake_program(beside.HERE / "cpp", f"cpp-{mode}-{build_type}", paths) / "whole_urls"
    book = beside.Book()
    with beside.server() as facts:
        for scheme in ("http", "https"):
            measure(book, programs, facts, scheme)
    book.close()


def measure(book, programs, facts, scheme):
    base = f"{scheme}://localhost:{facts[f'{scheme}_port']}/{facts['bucket']}"
    environment = dict(os.environ, AWS_ACCESS_KEY_ID=facts["access_key"], AWS_SECRET_ACCESS_KEY=facts["secret_key"],
                       CONSUMERS_CA=facts["ca"])

    def run(mode, *arguments):
        return beside.ended([programs[mode], *arguments], 120, env=environment)

    passed, grown = {}, {mode: [] for mode in programs}
    for mode in programs:
        code, said = run(mode, "all", base)
        passed[mode] = {name: word == "pass" for word, name in re.findall(r"^(pass|fail) ([^:\n]*)", said, re.M)}
        passed[mode]["ends well"] = code is not None and code >= 0
        for line in re.findall("^fail .*", said, re.M):
            print(f"#     {mode}: {line}")
    # In turns, so that whatever else the machine does meets all of them.
    for _ in range(ROUNDS):
        for mode in programs:
            code, said = run(mode, "gets", base, 200, 1000 * 1000)
            passed[mode]["200 at once"] = passed[mode].get("200 at once", True) and code == 0
            found = re.search(r"grown by (\d+) KiB", said)
            grown[mode].append(int(found[1]) / 1024 if found else float("inf"))
    median = {name: round(statistics.median(values), 1) for name, values in grown.items()}
    for mode in ("host", "embedded"):
        book.passed(f"operations, {scheme}, {mode} mode", passed["original"], passed[mode])
        book.least(f"growth with 200 GETs of 1 MB at once, {scheme}, {mode} mode, median of {ROUNDS}",
                   median["original"], median[mode], "MiB", CHANCE * median["original"])


if __name__ == "__main__":
    main()
