#!/usr/bin/env python3
"""A Java program (java/) whose callbacks run on threads of the library, attached to the virtual machine by a native
half of its own: with the original, and with this library in both modes.

    tests_consumers/java.py [--build-type Debug] [--java HOME]
"""
import argparse
import os
import pathlib
import shutil

import beside

SIZE = 12 * 1024 * 1024
CASES = {"many": 0, "deep": 0, "overflow": 0, "nulls": 0, "exception": 0, "garbage": 0, "unused": 0, "return": 0,
         "exit": 3, "halt": 3, "hook": 0}
# What to stop a thread by, if it does not stop by itself, differs between collectors.
COLLECTORS = ["-XX:+UseSerialGC", "-XX:+UseG1GC"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build-type", default="Release")
    parser.add_argument("--java", type=pathlib.Path)
    options = parser.parse_args()
    beside.tools("cmake:cmake", "make:make", "cc:gcc", "javac:openjdk-17-jdk-headless")
    home = options.java or pathlib.Path(shutil.which("javac")).resolve().parent.parent
    classes = beside.CACHE / "build/java"
    beside.quietly(home / "bin/javac", "-d", classes, beside.HERE / "java/Attached.java")
    libraries = {}
    for mode in ("original", "host", "embedded"):
        paths = beside.prefixes(mode, options.build_type)
        name = f"java-{mode}-{options.build_type}"
        libraries[mode] = beside.cmake_program(beside.HERE / "java", name, paths, f"-DJAVA={home}") / "libattached.so"
    book, told = beside.Book(), {}
    with beside.server() as facts:
        with open(os.path.join(facts["root"], facts["bucket"], "object"), "wb") as file:
            file.truncate(SIZE)
        environment = dict(
            os.environ, CONSUMERS_HOST=f"localhost:{facts['http_port']}", CONSUMERS_OBJECT=f"/{facts['bucket']}/object",
            CONSUMERS_SIZE=str(SIZE), AWS_ACCESS_KEY_ID=facts["access_key"], AWS_SECRET_ACCESS_KEY=facts["secret_key"])
        for mode, library in libraries.items():
            told[mode] = {}
            for collector in COLLECTORS:
                for case, right in CASES.items():
                    command = [home / "bin/java", collector, "-Xcheck:jni", "-XX:-CreateCoredumpOnCrash", "-cp",
                               classes, "Attached", library, case]
                    code, said = beside.ended(command, 90, env=environment, cwd=facts["work"])
                    told[mode][f"{case} {collector}"] = code == right
                    if code != right:
                        print(f"#     {mode}, {case}: exit code {code}: {said[-600:]}")
    for mode in ("host", "embedded"):
        book.passed(f"a Java program, {mode} mode", told["original"], told[mode])
    book.close()


if __name__ == "__main__":
    main()
