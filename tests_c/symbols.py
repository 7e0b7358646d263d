#!/usr/bin/env python3
"""Compare what a library makes visible with the lists of exported names.

    symbols.py LIBRARY EXPORTS_FILE...

A static archive may define no other global symbol than the listed ones, because a program that links it may hold
another Rust library; they are hidden, because a shared object that links it has names of its own to show. A shared
library exports exactly the listed names, and says what it is called (SONAME).
"""
import pathlib
import subprocess
import sys


def readelf(*arguments: str) -> str:
    return subprocess.run(["readelf", *arguments], check=True, capture_output=True, text=True).stdout


def visible(library: str, table: str, hidden: bool) -> set[str]:
    names = set()
    for line in readelf(table, "-W", library).splitlines():
        # Num: Value Size Type Bind Visibility Section Name
        columns = line.split()
        if len(columns) < 8 or not columns[0].endswith(":") or not columns[0][:-1].isdigit():
            continue
        if columns[4] in ("GLOBAL", "WEAK", "UNIQUE") and columns[6] != "UND":
            if (columns[5] == "HIDDEN") != hidden:
                sys.exit(f"{columns[7]} is of visibility {columns[5]}")
            names.add(columns[7].split("@")[0])
    return names


def listed(files: list[str]) -> set[str]:
    names = set()
    for file in files:
        lines = [line for line in pathlib.Path(file).read_text().splitlines() if line and not line.startswith("#")]
        if lines != sorted(set(lines)):
            sys.exit(f"{file} is not sorted, or names something twice")
        names.update(lines)
    return names


def main() -> None:
    library, *files = sys.argv[1:]
    shared = ".so" in pathlib.Path(library).name
    found = visible(library, "--dyn-syms" if shared else "-s", hidden=not shared)
    wanted = listed(files)
    complaints = [f"not listed, but visible: {name}" for name in sorted(found - wanted)]
    complaints += [f"listed, but not there: {name}" for name in sorted(wanted - found)]
    if shared and "Library soname: [libaws-c-s3.so." not in readelf("-dW", library):
        complaints.append("the library has no SONAME")
    if complaints:
        sys.exit("\n".join(complaints))
    print(f"{library} shows exactly {len(wanted)} names")


if __name__ == "__main__":
    main()
