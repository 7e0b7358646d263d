#!/usr/bin/env python3
"""A Rust program in the manner of mountpoint-s3 (mountpoint/): downloads through a read window and uploads by
asynchronous writes, while a thread reads the numbers of the client out of its private struct, those of v1.5.1. With the
original, and with this library in both modes.

    tests_consumers/mountpoint.py [--build-type Debug] [--modes embedded]
"""
import argparse
import os
import re

import beside

SIZE = 24 * 1024 * 1024 + 17


def content(length):
    """The same bytes as in tests/support."""
    return bytes((offset * 0x9E3779B1 & 0xFFFFFFFF) >> 24 for offset in range(length))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build-type", default="Release")
    parser.add_argument("--modes", nargs="+", default=["host", "embedded"])
    arguments = parser.parse_args()
    beside.tools("cmake:cmake", "make:make", "cc:gcc", "c++:g++")
    modes = ["original", *arguments.modes]
    programs = {mode: beside.rust_program("mountpoint", mode, arguments.build_type) for mode in modes}
    book, told = beside.Book(), {}
    with beside.server() as facts:
        with open(os.path.join(facts["root"], facts["bucket"], "object"), "wb") as file:
            file.write(content(SIZE))
        environment = dict(
            os.environ, CONSUMERS_PORT=str(facts["http_port"]), CONSUMERS_OBJECT=f"/{facts['bucket']}/object",
            CONSUMERS_SIZE=str(SIZE), AWS_ACCESS_KEY_ID=facts["access_key"],
            AWS_SECRET_ACCESS_KEY=facts["secret_key"])
        for mode, path in programs.items():
            code, said = beside.ended([path], 300, env=environment)
            told[mode] = {name: word == "pass" for word, name in re.findall(r"^(pass|fail) ([^:\n]*)", said, re.M)}
            told[mode]["exit code"] = code == 0
            for line in re.findall("^(?:fail|#) .*", said, re.M):
                print(f"#     {mode}: {line}")
            if code != 0:
                print(f"#     {mode}: exit code {code}: {said[-300:]}")
    for mode in arguments.modes:
        book.passed(f"a program in the manner of mountpoint-s3, {mode} mode", told["original"], told[mode])
    book.close()


if __name__ == "__main__":
    main()
