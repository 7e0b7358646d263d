#!/usr/bin/env python3
"""shared_siblings.py PREFIX OUT: the static AWS C libraries of PREFIX as shared ones in OUT, with their CMake packages.

Builds of them as shared libraries take minutes; this takes seconds. The static ones are position independent but hide
their names, so the visibility of every global symbol is set back to default in each object first.
"""

import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

# Each after what it needs.
LIBRARIES = {
    "crypto": [],
    "aws-c-common": [],
    "aws-checksums": ["aws-c-common"],
    "aws-c-compression": ["aws-c-common"],
    "aws-c-sdkutils": ["aws-c-common"],
    "aws-c-cal": ["aws-c-common", "crypto"],
    "s2n": ["crypto"],
    "aws-c-io": ["aws-c-cal", "aws-c-common", "s2n"],
    "aws-c-http": ["aws-c-io", "aws-c-cal", "aws-c-compression", "aws-c-common"],
    "aws-c-auth": ["aws-c-http", "aws-c-io", "aws-c-cal", "aws-c-sdkutils", "aws-c-common"],
}


def show_names(data: bytearray, base: int, length: int) -> None:
    (offset,) = struct.unpack_from("<Q", data, base + 0x28)
    size, count, _ = struct.unpack_from("<HHH", data, base + 0x3A)
    for i in range(count):
        _, kind, _, _, start, length, _, _, _, entry = struct.unpack_from("<IIQQQQIIQQ", data, base + offset + i * size)
        if kind != 2:  # SYMTAB
            continue
        for at in range(base + start, base + start + length, entry):
            if data[at + 4] >> 4 in (1, 2):  # global, weak
                data[at + 5] &= ~3


def archive(path: pathlib.Path) -> bytearray:
    data = bytearray(path.read_bytes())
    at = 8
    while at < len(data):
        length = int(data[at + 48 : at + 58])
        body = at + 60
        if data[body : body + 4] == b"\x7fELF":
            show_names(data, body, length)
        at = body + length + length % 2
    return data


def main() -> None:
    prefix, out = map(pathlib.Path, sys.argv[1:3])
    lib = out / "lib"
    lib.mkdir(parents=True)
    (out / "include").symlink_to(prefix / "include")
    with tempfile.TemporaryDirectory() as scratch:
        for name, needs in LIBRARIES.items():
            shown = pathlib.Path(scratch) / f"lib{name}.a"
            shown.write_bytes(archive(prefix / "lib" / f"lib{name}.a"))
            subprocess.run(
                [
                    "cc",
                    "-shared",
                    f"-Wl,-soname,lib{name}.so.1",
                    "-Wl,-Bsymbolic",
                    "-o",
                    lib / f"lib{name}.so.1",
                    "-Wl,--whole-archive",
                    shown,
                    "-Wl,--no-whole-archive",
                    f"-L{lib}",
                    *[f"-l{need}" for need in needs],
                    "-lpthread",
                    "-ldl",
                    "-lm",
                    "-lrt",
                ],
                check=True,
            )
            (lib / f"lib{name}.so").symlink_to(f"lib{name}.so.1")
    for package in [*(prefix / "lib/cmake").iterdir(), prefix / "lib/s2n", prefix / "lib/crypto"]:
        if package.name in ("aws-c-s3", "aws-c-event-stream", "aws-c-mqtt"):
            continue
        shutil.copytree(package, lib / package.relative_to(prefix / "lib"))
    for folder in list(lib.rglob("static")):
        for file in folder.iterdir():
            text = file.read_text()
            file.write_text(text.replace("STATIC IMPORTED", "SHARED IMPORTED").replace('.a"', '.so"'))
        folder.rename(folder.parent / "shared")


if __name__ == "__main__":
    main()
