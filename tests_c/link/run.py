#!/usr/bin/env python3
"""Try what programs and packagers do with the library: link it, find it, package it.

    run.py embedded|host linking|packages PREFIX [CRT_PREFIX] --scratch FOLDER [--only REGEX] [--keep]

PREFIX is where the library of this source tree is installed. One line per case: "holds NAME", "FALLS SHORT NAME: what
was seen", or "not tried NAME: why"; then "N of M hold". Exit status 0 only if all that were tried hold, and one was."""

import argparse
import re
import shutil
import sys
import time

sys.dont_write_bytecode = True

import linking
import packages
import packing
import targets
from kit import FallsShort, NotHere, Place

SUBJECTS = {"linking": linking.CASES, "packages": packages.CASES + packing.CASES + targets.CASES}


def attempt(place: Place, name: str, case) -> bool | None:
    started = time.monotonic()
    try:
        place.enter(name)
        case(place)
    except NotHere as why:
        print(f"not tried {name}: {why}", flush=True)
        return None
    except FallsShort as seen:
        print(f"FALLS SHORT {name}: {seen}", flush=True)
        return False
    print(f"holds {name} ({time.monotonic() - started:.1f} s)", flush=True)
    return True


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["embedded", "host"])
    parser.add_argument("subject", choices=["linking", "packages"])
    parser.add_argument("prefix")
    parser.add_argument("crt", nargs="?")
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    place = Place(given.mode, given.prefix, given.crt, given.scratch)
    results = []
    for case in SUBJECTS[given.subject]:
        name = case.__name__.replace("_", "-")
        if re.search(given.only, name):
            results.append(attempt(place, name, case))
            if not given.keep:
                shutil.rmtree(place.scratch, ignore_errors=True)
    tried = [result for result in results if result is not None]
    print(f"{sum(tried)} of {len(tried)} hold")
    if not given.keep:
        shutil.rmtree(place.top, ignore_errors=True)
    sys.exit(0 if tried and all(tried) else 1)


if __name__ == "__main__":
    main()
