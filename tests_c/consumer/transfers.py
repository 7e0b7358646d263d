#!/usr/bin/env python3
"""Build examples/s3-cp.c against an installed library, by find_package and by pkg-config, and have each of the two
programs copy a file to a server and back, over TLS.

    transfers.py READY.json PREFIX static|shared SCRATCH_DIR [CRT_PREFIX]
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

import build
import machine

EXAMPLES = build.HERE.parent.parent / "examples"
BYTES = 24 * 1024 * 1024 + 17


def transfer(program: pathlib.Path, facts: dict, environment: dict, scratch: pathlib.Path) -> None:
    there, back = scratch / "there", scratch / "back"
    there.write_bytes(os.urandom(BYTES))
    back.unlink(missing_ok=True)
    options = ["--endpoint", f"https://localhost:{facts['https_port']}", "--ca-file", facts["ca"], "--path-style"]
    key = f"s3://{facts['bucket']}/transfers/{os.getpid()}"
    for way in ((there, key), (key, back)):
        done = subprocess.run(machine.runs(program, *options, *way), env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{program} ended with {done.returncode}: {done.stdout}{done.stderr}")
    if there.read_bytes() != back.read_bytes():
        sys.exit(f"{program} brought something else back")


def main() -> None:
    ready, prefix, flavour, scratch_dir, *crt = sys.argv[1:]
    facts = json.loads(pathlib.Path(ready).read_text())
    scratch = pathlib.Path(scratch_dir)
    shutil.rmtree(scratch, ignore_errors=True)
    sources = [EXAMPLES / "s3-cp.c", EXAMPLES / "own_pool.c"]
    programs = [
        build.by_cmake([prefix, *crt], flavour, scratch / "cmake", build.HERE / "transfers", "s3-cp"),
        build.by_pkg_config(prefix, scratch / "pkg-config", sources),
    ]
    keys = {"AWS_ACCESS_KEY_ID": facts["access_key"], "AWS_SECRET_ACCESS_KEY": facts["secret_key"]}
    environment = dict(os.environ, LD_LIBRARY_PATH=build.library_folder(prefix)) | keys
    for program in programs:
        transfer(program, facts, environment, scratch)
        print(f"{program.relative_to(scratch)}: {BYTES} bytes there and back")


if __name__ == "__main__":
    main()
