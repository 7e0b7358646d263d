#!/usr/bin/env python3
"""The samples of aws-c-s3 (out of the source package of awscrt), compiled file by file against the original and against
this library in host and in embedded mode, and what they do without the network.

They talk to AWS alone: the names of its hosts are written into them. They include private headers of aws-c-s3, which
the original keeps beside its sources and does not install; this library installs those few.

    tests_consumers/samples.py [--build-type Debug]
"""
import argparse
import os
import re

import beside
import bindings

INCLUDE = bindings.TREE / "crt/aws-c-s3.original/include"
SAMPLES = bindings.TREE / "crt/aws-c-s3.original/samples/s3"
# What is asked of the program, by the file that does it.
RUNS = {
    "help": ("main", ["--help"]),
    "no command": ("main", []),
    "platform-info": ("s3-platform_info", ["platform-info"]),
    "help of ls": ("s3-ls", ["ls", "--help", "--region", "us-east-1"]),
    "help of cp": ("s3-cp", ["cp", "--help", "--region", "us-east-1"]),
    "ls of a host that is not there": ("s3-ls", ["ls", "s3://bucket/", "--region", "nowhere-1"]),
    "cp to a host that is not there": ("s3-cp", ["cp", "/etc/hostname", "s3://bucket/key", "--region", "nowhere-1"]),
}


def compiled(mode, build_type):
    """Which files compile, and why the others do not."""
    paths = beside.prefixes(mode, build_type)
    name = f"samples-{mode}-{build_type}"
    build = beside.CACHE / "build" / name
    configure = ["cmake", "-S", beside.HERE / "samples", "-B", build, f"-DSAMPLES={SAMPLES}",
                 f"-DMORE_HEADERS={INCLUDE if mode == 'original' else ''}",
                 "-DCMAKE_PREFIX_PATH=" + ";".join(str(path) for path in paths)]
    beside.quietly(*configure, "-DCOMPILED=")
    told = {}
    for source in sorted(SAMPLES.glob("*.c")):
        code, said = beside.ended(["cmake", "--build", build, "--target", f"object-{source.stem}"], 300)
        told[source.stem] = code == 0
        for line in re.findall(r"(?:fatal )?error: .*", said)[:3]:
            print(f"#     {mode}, {source.name}: {line}")
    beside.quietly(*configure, "-DCOMPILED=" + ";".join(name for name, well in told.items() if well))
    code, said = beside.ended(["cmake", "--build", build, "--target", "s3"], 300)
    told["the program"] = code == 0
    return told, build / "s3"


def ran(program, files):
    """Exit codes and what was printed, of what was compiled."""
    environment = dict(os.environ, AWS_ACCESS_KEY_ID="KEY", AWS_SECRET_ACCESS_KEY="SECRET")
    runs = {name: arguments for name, (file, arguments) in RUNS.items() if files[file]}
    return {name: beside.ended([program, *arguments], 60, env=environment) for name, arguments in runs.items()}


def comparable(name, outcome):
    """What two runs have in common when they do the same."""
    code, said = outcome
    # How an error is described is a library's own matter.
    said = re.sub(r"\b(AWS_[A-Z_]+), .*", r"\1", said)
    if name.startswith("cp to"):
        # Its finish callback goes on using variables of a function that may have returned meanwhile (address sanitizer
        # sees that with the original as well), and how often it draws its bar is a matter of the clock.
        return code is not None, said.split("\033[3A")[0]
    return code, said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build-type", default="Release")
    build_type = parser.parse_args().build_type
    beside.tools("cmake:cmake", "make:make", "cc:gcc", "python3:python3", "pip3:python3-pip")
    bindings.source()
    made, said = {}, {}
    for mode in ("original", "host", "embedded"):
        made[mode], program = compiled(mode, build_type)
        said[mode] = ran(program, made[mode])
    book = beside.Book()
    for mode in ("host", "embedded"):
        book.passed(f"files that compile, {mode} mode", made["original"], made[mode])
        # A file that does not compile is told of above.
        same = {name: comparable(name, words) == comparable(name, said["original"][name])
                for name, words in said[mode].items()}
        book.passed(f"runs that say the same, {mode} mode", {name: True for name in same}, same)
        for name in same:
            if not same[name]:
                print(f"#     {name}: original {said['original'][name]}, {mode} {said[mode][name]}"[:1000])
    book.close()


if __name__ == "__main__":
    main()
