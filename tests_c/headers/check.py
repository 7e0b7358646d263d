#!/usr/bin/env python3
"""Check the headers the way their users meet them.

    check.py embedded INCLUDE_DIR          aws/s3 and the embedded CRT's headers, all in INCLUDE_DIR
    check.py host INCLUDE_DIR CRT_DIR      aws/s3 of INCLUDE_DIR, with the real CRT's headers in CRT_DIR

Three checks each. Standalone: a header needs nothing before it, bears being included again, and draws no warning as
C99, C11 or C++11. Layout: sizes, offsets and numbers that the library was built with (../layout.c) are what the headers
say; what the embedded CRT leaves out, or leaves opaque, is left out there too. Fingerprint: types, prototypes and
constants of aws/s3 are those of aws-c-s3 v1.5.1 (../../tests/abi).

The compilers are $CC and $CXX, else cc and c++; the fingerprint needs gcc and gdb, or a gcc for another machine as $CC
and gdb-multiarch.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

LANGUAGES = [
    ("CC", "cc", "c", "-std=c99"),
    ("CC", "cc", "c", "-std=c11"),
    ("CXX", "c++", "c++", "-std=c++11"),
]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# Locks and threads are POSIX types, which strict C hides unless asked.
POSIX = "-D_POSIX_C_SOURCE=200809L"
HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent))

import machine


def compiled(source: str, variable: str, default: str, language: str, *flags: str) -> subprocess.CompletedProcess:
    command = [*machine.compiler(variable, default), "-x", language, *flags, "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True)


def standalone(include_dir: str, system_dirs: list[str]) -> int:
    """Number of headers that do not stand alone."""
    root = pathlib.Path(include_dir)
    headers = sorted(str(path.relative_to(root)) for path in root.rglob("*.h"))
    if not headers:
        sys.exit(f"no headers under {include_dir}")
    paths = [f"-I{root}"] + [f"-isystem{directory}" for directory in system_dirs]

    def failure(header: str) -> str:
        source = f"#include <{header}>\n#include <{header}>\nint main(void) {{ return 0; }}\n"
        for variable, default, language, standard in LANGUAGES:
            flags = [standard, *WARNINGS, POSIX, "-c", "-o", os.devnull, *paths]
            result = compiled(source, variable, default, language, *flags)
            if result.returncode:
                return f"{header} {standard}:\n{result.stderr}"
        return ""

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        failures = [text for text in pool.map(failure, headers) if text]
    print("\n".join(failures) or f"{len(headers)} headers stand alone")
    return len(failures)


def part(source: str, paths: list[str]) -> str:
    """The assertions about what the headers define, and the includes that exist."""
    include = re.compile(r"#include <(aws/[^>]+)>")
    exists = lambda header: any(pathlib.Path(path, header).exists() for path in paths)
    lines = [line for line in source.splitlines() if not (found := include.match(line)) or exists(found.group(1))]
    includes = "\n".join(line for line in lines if line.startswith("#include"))
    preprocessed = compiled(includes, "CC", "cc", "c", "-E", "-P", *[f"-I{path}" for path in paths])
    if preprocessed.returncode:
        sys.exit(preprocessed.stderr)
    structs = set(re.findall(r"\bstruct\s+(\w+)\s*\{", preprocessed.stdout))
    words = set(re.findall(r"\w+", preprocessed.stdout))

    def holds(line: str) -> bool:
        kind, _, rest = line.partition("(")
        name = re.match(r"\w*", rest).group()
        return {"STRUCT": name in structs, "FIELD": name in structs, "VALUE": name in words}.get(kind, True)

    return "\n".join(line for line in lines if holds(line)) + "\n"


def layout(paths: list[str], is_part: bool) -> int:
    """Not 0 when C and Rust differ."""
    source = (HERE.parent / "layout.c").read_text()
    if is_part:
        source = part(source, paths)
    # Where machines differ, one of the two ways is compiled.
    told = re.sub(r"^#if .*?^#else\n", "", source, flags=re.M | re.S)
    facts = len(re.findall(r"^(?:STRUCT|FIELD|VALUE)\(", told, re.M))
    if not facts:
        sys.exit("nothing to compare")
    flags = [f"-isystem{path}" for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        result = compiled(source, "CC", "cc", "c", "-std=c11", *WARNINGS, POSIX, "-c", "-o", f"{folder}/layout.o", *flags)
    print(result.stderr if result.returncode else f"{facts} facts hold")
    return result.returncode


def fingerprint(paths: list[str]) -> int:
    """Not 0 when aws/s3 is not what v1.5.1 has."""
    folder = HERE.parent.parent / "tests" / "abi"
    command = [sys.executable, folder / "fingerprint.py", ":".join(paths)]
    return subprocess.run([*command, "--check", folder / "fingerprint-v1.5.1.txt"]).returncode


def main() -> int:
    match sys.argv[1:]:
        case ["embedded", include_dir]:
            results = [standalone(include_dir, []), layout([include_dir], True), fingerprint([include_dir])]
        case ["host", include_dir, crt_dir]:
            # The folder holds embedded headers as well; only aws/s3 is meant.
            with tempfile.TemporaryDirectory() as only_s3:
                folder = pathlib.Path(only_s3, "aws")
                shutil.copytree(pathlib.Path(include_dir, "aws", "s3"), folder / "s3")
                paths = [only_s3, crt_dir]
                results = [standalone(only_s3, [crt_dir]), layout(paths, False), fingerprint(paths)]
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 1 if any(results) else 0


if __name__ == "__main__":
    sys.exit(main())
