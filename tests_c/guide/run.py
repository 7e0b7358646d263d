#!/usr/bin/env python3
"""Runs the programs of docs/guide.md against a server, as the guide says how to run them.

    run.py READY.json SERVER PROGRAMS
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import machine

LIMIT_S = 120
MIB = 1024 * 1024


def environment(facts: dict) -> dict[str, str]:
    # Settings of whoever runs the tests would change what the library does.
    stray = re.compile(r"AWS_|SSL_CERT_|https?_proxy$|HTTPS?_PROXY$|no_proxy$|NO_PROXY$")
    kept = {name: value for name, value in os.environ.items() if not stray.match(name)}
    keys = {"AWS_ACCESS_KEY_ID": facts["access_key"], "AWS_SECRET_ACCESS_KEY": facts["secret_key"]}
    return kept | keys | {"AWS_REGION": "us-east-1"}


class Guide:
    def __init__(self, facts: dict, server: str, programs: pathlib.Path, scratch: pathlib.Path):
        self.facts, self.server, self.programs, self.scratch = facts, server, programs, scratch
        self.root = f"http://127.0.0.1:{facts['http_port']}/{facts['bucket']}"
        self.environment = environment(facts)

    def run(self, name: str, *arguments, given: bytes = b"", code: int = 0) -> tuple[bytes, str]:
        """What a program prints, and what it says on standard error."""
        command = machine.runs(self.programs / name, *arguments)
        done = subprocess.run(command, env=self.environment, input=given, capture_output=True, timeout=machine.seconds(LIMIT_S))
        said = done.stderr.decode(errors="replace")
        assert done.returncode == code, f"{command} ended with {done.returncode}: {done.stdout[-500:]!r} {said}"
        return done.stdout, said

    def small(self):
        self.run("put", f"{self.root}/guide/small", "some words")
        assert self.run("get", f"{self.root}/guide/small")[0] == b"some words"
        listed = self.run("list", f"{self.root}?list-type=2&prefix=guide/")[0]
        assert b"<Key>guide/small</Key>" in listed, listed

    def files(self):
        content = b"".join(b"line %d\n" % number for number in range(2 * MIB))[: 24 * MIB]
        source, target = self.scratch / "source", self.scratch / "target"
        source.write_bytes(content)
        url = f"{self.root}/guide/file"
        told = self.run("upload", url, source)[0].decode().splitlines()
        assert told[-1] == f"{24 * MIB} of {24 * MIB} bytes", told
        self.run("download", url, target)
        assert target.read_bytes() == content
        assert self.run("get", url)[0] == content
        printed, said = self.run("pool", url)
        assert printed == content and int(said.split()[0]) > 0, said
        assert self.run("keep", url)[0].decode() == f"{content.count(bytes([10]))} lines\n"
        assert self.run("cancel", url, 5)[0] == content[:5]
        printed, said = self.run("limits", url)
        assert printed == content and said == "4 connections\n", said

    def writes(self):
        content = bytes(range(256)) * 4096 * 13
        for program in ("write", "poll_write"):
            url = f"{self.root}/guide/{program}"
            self.run(program, url, given=content)
            assert self.run("get", url)[0] == content
            self.run(program, url)
            assert self.run("get", url)[0] == b""

    def pauses(self):
        source = self.scratch / "source"
        content = os.urandom(MIB) * 96
        source.write_bytes(content)
        printed, said = self.run("pause", f"{self.root}/guide/paused", source)
        told = printed.decode().splitlines()
        assert said.startswith("AWS_ERROR_S3_PAUSED") and re.fullmatch(r"\d+ of 12 parts are there", told[0]), told
        assert self.run("get", f"{self.root}/guide/paused")[0] == content

    def failures(self):
        printed, said = self.run("errors", f"{self.root}/guide/none", code=1)
        assert b"operation: GetObject" in printed and b"<Code>NoSuchKey</Code>" in printed, printed
        assert said.startswith("AWS_ERROR_S3_INVALID_RESPONSE_STATUS") and "404" in said, said
        log = self.scratch / "log"
        self.run("log", f"{self.root}/guide/small", log)
        assert "[S3MetaRequest]" in log.read_text(), log.read_text()[:2000]

    def tls(self):
        ca, directory = self.facts["ca"], self.scratch / "front"
        url = f"https://127.0.0.1:{self.facts['https_port']}/{self.facts['bucket']}/guide/small"
        assert self.run("tls", url, ca)[0] == b"some words"
        self.run("get", url, code=1)
        command = [self.server, "front", "--to", str(self.facts["http_port"]), "--tls-dir", str(directory)]
        front = subprocess.Popen([*command, "--certified-clients"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            port = json.loads(front.stdout.readline())["front_port"]
            url = f"https://127.0.0.1:{port}/{self.facts['bucket']}/guide/small"
            shown = [directory / "client.pem", directory / "client-key.pem"]
            assert self.run("tls", url, directory / "ca.pem", *shown)[0] == b"some words"
            self.run("tls", url, directory / "ca.pem", code=1)
        finally:
            front.communicate()


def main() -> int:
    ready, server, programs = sys.argv[1:]
    facts = json.loads(pathlib.Path(ready).read_text())
    with tempfile.TemporaryDirectory() as scratch:
        guide = Guide(facts, server, pathlib.Path(programs), pathlib.Path(scratch))
        for chapter in (guide.small, guide.files, guide.writes, guide.pauses, guide.failures, guide.tls):
            chapter()
            print(chapter.__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
