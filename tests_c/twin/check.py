#!/usr/bin/env python3
"""Play all scenarios against an installed library, and compare how many pass with how many should.

    check.py embedded PREFIX
    check.py host PREFIX CRT_PREFIX

Fails when a scenario hangs or crashes, or when fewer pass than expected-passes.txt says for that mode.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def expected(mode: str) -> int:
    lines = (HERE / "expected-passes.txt").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.split()[:1] == [mode])


def main() -> None:
    mode, *prefixes = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch) / "report.json"
        command = [sys.executable, HERE / "run.py", "--prefix", ";".join(prefixes), "--json", report]
        command += ["--accepted", HERE.parent / "accepted", "--jobs", str(min(os.cpu_count() or 1, 4))]
        subprocess.run(command, stdin=subprocess.DEVNULL)
        if not report.exists():
            sys.exit("the scenarios did not run")
        scenarios = json.loads(report.read_text())["scenarios"]

    counts = collections.Counter(scenario["status"] for scenario in scenarios.values())
    broken = [name for name, scenario in scenarios.items() if scenario["status"] not in ("PASS", "FAIL")]
    print(f"twin, {mode}: {counts['PASS']} of {len(scenarios)} scenarios pass, {expected(mode)} should")
    if broken:
        print("hang or crash:", *broken)
    sys.exit(bool(broken) or counts["PASS"] < expected(mode))


if __name__ == "__main__":
    main()
