#!/usr/bin/env python3
"""The Python package awscrt, as it is and with this tree in place of its crt/aws-c-s3: its own tests as far as they run
without AWS, its S3 tests and boto3 against a server on the loopback interface, interpreters that end during transfers,
and forks.

    tests_consumers/python.py [--only REGEX]

--only takes some of the checks: own, s3, boto, exits, forks.
"""
import argparse
import json
import os
import re
import subprocess
import sys

import beside
import bindings

PROGRAMS = beside.HERE / "python"
# What of the package's tests runs without AWS. Those of websockets are left out: their server races with them.
OWN = ["aiohttp_client", "auth", "aws_iot_metrics", "cbor", "checksums", "common", "crypto", "eventstream",
       "eventstream_rpc", "exceptions", "http_client", "http_connection_lifetime", "http_headers", "io", "mqtt", "mqtt5",
       "mqtt_request_response", "s3"]


def tests(python, modules, seconds, facts=None):
    """Runs tests of the package, each class (with a server each test) in a process of its own; returns {test: well}."""
    environment = dict(os.environ)
    if facts:
        environment["CONSUMERS_S3"] = json.dumps(facts)
    suite = [python, PROGRAMS / "suite.py"]
    names = subprocess.check_output(
        [str(word) for word in suite + ["list", *modules]], cwd=bindings.TREE, env=environment, text=True)
    told = {}
    for name in json.loads(names.splitlines()[-1]):
        code, said = beside.ended([*suite, "run", name], seconds, cwd=bindings.TREE, env=environment)
        for line in re.findall(r'^\{"name": .*\}$', said, re.M):
            one = json.loads(line)
            told[one["name"]] = one["well"]
            if not one["well"] and os.environ.get("CONSUMERS_VERBOSE"):
                print(f"{python.parent.parent.name} {one['name']}: {one['why']}", file=sys.stderr)
        told[f"{name} (its process)"] = code == 0
    return told


def own_tests(book, pythons):
    modules = [f"test.test_{name}" for name in OWN]
    book.passed("awscrt's own tests without AWS", *(tests(python, modules, 300) for python in pythons.values()))


def s3_tests(book, pythons):
    told = {}
    for variant, python in pythons.items():
        with beside.server("--bucket", "aws-crt-canary-bucket") as facts:
            bucket = os.path.join(facts["root"], facts["bucket"])
            # As large as the names say, and not written anywhere.
            for name, mib in (("get_object_test_10MB.txt", 10), ("get_object_test_5120MB.txt", 5120)):
                with open(os.path.join(bucket, name), "wb") as file:
                    file.truncate(mib << 20)
            told[variant] = tests(python, ["test.test_s3.S3RequestTest"], 90, facts)
    book.passed("awscrt's S3 tests with a local server", *told.values())


def boto(book, pythons, tls):
    told = {}
    for variant, python in pythons.items():
        with beside.server() as facts:
            environment = dict(os.environ, CONSUMERS_S3=json.dumps(facts), CONSUMERS_TLS="1" if tls else "")
            code, said = beside.ended([python, PROGRAMS / "boto.py"], 180, env=environment)
        told[variant] = {name: word == "pass" for word, name in re.findall(r"^(pass|fail) ([^:\n]*)", said, re.M)}
        told[variant]["ends well"] = code == 0
        for line in re.findall("^fail .*", said, re.M):
            print(f"#     {variant}: {line}")
    book.passed(f"boto3 with the CRT transfer client, {'TLS with a private CA' if tls else 'HTTP'}", *told.values())


class GuestServer:
    """The small server of tests_c/guest, which can be slow."""

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, beside.ROOT / "tests_c/guest/server.py", "--seconds", "1800"],
                                        stdout=subprocess.PIPE, text=True)
        return dict(os.environ, CONSUMERS_PORT=self.process.stdout.readline().strip(), PYTHONPATH=str(PROGRAMS))

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def endings(book, pythons, what, program, cases, seconds):
    """Programs with an exit code that is right."""
    told = {}
    for variant, python in pythons.items():
        told[variant] = {}
        with GuestServer() as environment:
            for arguments, right in cases:
                code, said = beside.ended([python, PROGRAMS / program, *arguments], seconds, env=environment)
                told[variant][", ".join(arguments)] = code == right
                if code != right:
                    last = (said.strip().splitlines() or [""])[-1][:200]
                    print(f"#     {variant}: {', '.join(arguments)}: exit code {code} instead of {right} {last}")
    book.passed(what, *told.values())


def cases_of(name):
    """What a program says that it has; it is not run for that."""
    sys.path.insert(0, str(PROGRAMS))
    return __import__(name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    pythons = bindings.interpreters()
    exits, forks = cases_of("exits"), cases_of("forks")
    book = beside.Book()
    checks = {
        "own": lambda: own_tests(book, pythons),
        "s3": lambda: s3_tests(book, pythons),
        "boto": lambda: [boto(book, pythons, tls) for tls in (False, True)],
        "exits": lambda: endings(
            book, pythons, "interpreters that end during transfers", "exits.py",
            [((stage, way), code) for stage in exits.STAGES for way, code in exits.WAYS.items()], 30),
        "forks": lambda: endings(
            book, pythons, "forks", "forks.py", [((case,), 0) for case in forks.CASES], 60),
    }
    for name, check in checks.items():
        if re.search(options.only, name):
            check()
    book.close()


if __name__ == "__main__":
    main()
