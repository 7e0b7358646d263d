#!/usr/bin/env python3
"""Compile the headers the way their users do.

    check.py standalone INCLUDE_DIR [SYSTEM_DIR...]   each header under INCLUDE_DIR alone, twice, in every language
    check.py layout INCLUDE_DIR [INCLUDE_DIR...]      ../layout.c against the headers found there
    check.py layout --part INCLUDE_DIR [...]          the same, but only what these headers define

Standalone: a header needs nothing before it, bears being included again, and draws no warning as C99, C11 or C++11.
Headers in SYSTEM_DIR (the real CRT's, when INCLUDE_DIR holds aws/s3 alone) may be needed, but their warnings are not
ours. Layout: sizes, offsets and numbers that the library was built with are what these headers say. Headers of the
embedded CRT are a part: what they leave out, or leave opaque, is left out of layout.c as well.

The compilers are $CC and $CXX, else cc and c++.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

LANGUAGES = [
    ("CC", "cc", "c", "-std=c99"),
    ("CC", "cc", "c", "-std=c11"),
    ("CXX", "c++", "c++", "-std=c++11"),
]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def compiled(source: str, variable: str, default: str, language: str, *flags: str) -> subprocess.CompletedProcess:
    compiler = os.environ.get(variable, default)
    command = [compiler, "-x", language, *flags, "-"]
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
            result = compiled(source, variable, default, language, standard, *WARNINGS, "-fsyntax-only", *paths)
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


def layout(arguments: list[str]) -> int:
    source = (pathlib.Path(__file__).parent.parent / "layout.c").read_text()
    is_part = arguments[0] == "--part"
    paths = arguments[1:] if is_part else arguments
    if is_part:
        source = part(source, paths)
    facts = len(re.findall(r"^(?:STRUCT|FIELD|VALUE)\(", source, re.M))
    if not facts:
        sys.exit("nothing to compare")
    flags = [f"-isystem{path}" for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        result = compiled(source, "CC", "cc", "c", "-std=gnu11", *WARNINGS, "-c", "-o", f"{folder}/layout.o", *flags)
    print(result.stderr if result.returncode else f"{facts} facts hold")
    return result.returncode


def main() -> int:
    match sys.argv[1:]:
        case ["standalone", include_dir, *system_dirs]:
            return 1 if standalone(include_dir, system_dirs) else 0
        case ["layout", first, *rest]:
            return 1 if layout([first, *rest]) else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main())
