#!/usr/bin/env python3
"""A Rust program (rust/) that links the static library beside its own std, tokio, rustls and AWS-LC: it works, panics
unwind and are caught. With the original, and with this library in both modes.

    tests_consumers/rust.py [--build-type Debug]
"""
import argparse
import os
import re

import beside

SIZE = 12 * 1024 * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build-type", default="Release")
    build_type = parser.parse_args().build_type
    beside.tools("cmake:cmake", "make:make", "cc:gcc", "c++:g++")
    programs = {mode: beside.rust_program("rust", mode, build_type) for mode in ("original", "host", "embedded")}
    book, told = beside.Book(), {}
    with beside.server() as facts:
        with open(os.path.join(facts["root"], facts["bucket"], "object"), "wb") as file:
            file.truncate(SIZE)
        environment = dict(
            os.environ, CONSUMERS_PORT=str(facts["http_port"]), CONSUMERS_TLS_PORT=str(facts["https_port"]),
            CONSUMERS_CA=facts["ca"], CONSUMERS_OBJECT=f"/{facts['bucket']}/object", CONSUMERS_SIZE=str(SIZE),
            AWS_ACCESS_KEY_ID=facts["access_key"], AWS_SECRET_ACCESS_KEY=facts["secret_key"])
        for mode, path in programs.items():
            code, said = beside.ended([path], 120, env=environment)
            told[mode] = {name: word == "pass" for word, name in re.findall(r"^(pass|fail) ([^:\n]*)", said, re.M)}
            told[mode]["exit code"] = code == 0
            for line in re.findall("^fail .*", said, re.M):
                print(f"#     {mode}: {line}")
            if code != 0:
                print(f"#     {mode}: exit code {code}: {said[-300:]}")
    for mode in ("host", "embedded"):
        book.passed(f"a Rust program, {mode} mode", told["original"], told[mode])
    book.close()


if __name__ == "__main__":
    main()
