#!/usr/bin/env python3
"""The S3 classes of aws-crt-cpp (crt_cpp/crt_cpp.cpp uses them), which no registry has: install it twice, once beside
the original and once beside this library in host mode, and name the two prefixes, each with those that it needs.

    tests_consumers/crt_cpp.py --original PREFIX[;PREFIX...] --here PREFIX[;PREFIX...]
"""
import argparse
import os
import re

import beside


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--original", required=True)
    parser.add_argument("--here", required=True)
    options = parser.parse_args()
    beside.tools("cmake:cmake", "make:make", "c++:g++")
    told = {}
    for variant in ("original", "here"):
        paths = getattr(options, variant).split(";")
        program = beside.cmake_program(beside.HERE / "crt_cpp", f"crt_cpp-{variant}", paths) / "crt_cpp"
        with beside.server() as facts:
            environment = dict(os.environ, AWS_ACCESS_KEY_ID=facts["access_key"],
                               AWS_SECRET_ACCESS_KEY=facts["secret_key"])
            host = f"localhost:{facts['http_port']}"
            code, said = beside.ended([program, host, facts["bucket"], facts["work"]], 120, env=environment)
        told[variant] = {name: word == "pass" for word, name in re.findall(r"^(pass|fail) ([^:\n]*)", said, re.M)}
        told[variant]["ends well"] = code in (0, 1)
        for line in re.findall("^fail .*", said, re.M):
            print(f"#     {variant}: {line}")
        if code not in (0, 1):
            print(f"#     {variant}: exit code {code}: {said[-300:]}")
    book = beside.Book()
    book.passed("the S3 classes of aws-crt-cpp", told["original"], told["here"])
    book.close()


if __name__ == "__main__":
    main()
