#!/usr/bin/env python3
"""The S3 classes of aws-crt-java (crt_java/Transfers.java uses them), which no registry here has: compile its classes,
build its native half twice, once with the original and once with this library in host mode, and say where they lie.

    tests_consumers/crt_java.py --classes FOLDER --original FOLDER --here FOLDER [--java HOME]

The last two are the folders of libaws-crt-jni.so.
"""
import argparse
import os
import pathlib
import re
import shutil

import beside


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--classes", "--original", "--here"):
        parser.add_argument(name, required=True, type=pathlib.Path)
    parser.add_argument("--java", type=pathlib.Path)
    options = parser.parse_args()
    beside.tools("javac:openjdk-17-jdk-headless")
    home = options.java or pathlib.Path(shutil.which("javac")).resolve().parent.parent
    own = beside.CACHE / "build/crt_java"
    beside.quietly(home / "bin/javac", "-cp", options.classes, "-d", own, beside.HERE / "crt_java/Transfers.java")
    told = {}
    for variant in ("original", "here"):
        told[variant] = {}
        with beside.server() as facts:
            environment = dict(os.environ, AWS_ACCESS_KEY_ID=facts["access_key"],
                               AWS_SECRET_ACCESS_KEY=facts["secret_key"])
            for more, right in (([], 0), (["exit"], 3)):
                command = [home / "bin/java", f"-Djava.library.path={getattr(options, variant)}", "-cp",
                           f"{options.classes}:{own}", "Transfers", f"localhost:{facts['http_port']}", facts["bucket"],
                           *more]
                code, said = beside.ended(command, 200, env=environment, cwd=facts["work"])
                for word, name in re.findall(r"^(pass|fail) ([^:\n]*)", said, re.M):
                    told[variant][" ".join([name, *more])] = word == "pass"
                told[variant][" ".join(["exit code", *more])] = code == right
                for line in re.findall("^fail .*", said, re.M):
                    print(f"#     {variant}: {line}")
                if code != right:
                    print(f"#     {variant}: exit code {code}: {said[-300:]}")
    book = beside.Book()
    book.passed("the S3 classes of aws-crt-java", told["original"], told["here"])
    book.close()


if __name__ == "__main__":
    main()
