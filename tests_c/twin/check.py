#!/usr/bin/env python3
"""Play all scenarios against an installed library, and compare which pass with which should.

    check.py embedded PREFIX
    check.py host PREFIX CRT_PREFIX

All have to pass except those that known-failures.txt lists. Fails when another one does not, when the list names
something that there is not, and whenever a scenario hangs or crashes, listed or not. A listed one that passes is only
reported: take it off the list. Up to three that fail are played again by themselves, and that counts.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LIST = HERE / "known-failures.txt"

# Scenarios that are given a second chance at most.
MOST_AGAIN = 3


def known_failures() -> dict[str, str]:
    """Scenarios that are known not to pass, and why."""
    lines = [line.strip() for line in LIST.read_text().splitlines()]
    rows = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    return {name: reason.strip() for name, _, reason in rows}


def verdict(statuses: dict[str, str], known: dict[str, str]) -> list[str]:
    """What is wrong, line by line."""
    wrong = []
    for name, status in statuses.items():
        if status not in ("PASS", "FAIL"):
            wrong.append(f"{status}: {name}")
        elif status == "FAIL" and name not in known:
            wrong.append(f"does not pass: {name}")
    wrong += [f"{LIST.name} names no scenario: {name}" for name in known if name not in statuses]
    wrong += [f"{LIST.name} gives no reason: {name}" for name, reason in known.items() if not reason]
    return wrong


def play(prefixes: list[str], *options: str) -> dict[str, str]:
    """Plays scenarios; says how each ended."""
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch) / "report.json"
        command = [sys.executable, HERE / "run.py", "--prefix", ";".join(prefixes), "--json", report]
        command += ["--accepted", HERE.parent / "accepted", *options]
        subprocess.run(command, stdin=subprocess.DEVNULL)
        if not report.exists():
            sys.exit("the scenarios did not run")
        scenarios = json.loads(report.read_text())["scenarios"]
    return {name: scenario["status"] for name, scenario in scenarios.items()}


def main() -> None:
    mode, *prefixes = sys.argv[1:]
    statuses = play(prefixes, "--jobs", str(min(os.cpu_count() or 1, 4)))
    known = known_failures()
    failed = [name for name, status in statuses.items() if status == "FAIL" and name not in known]
    if 0 < len(failed) <= MOST_AGAIN:
        # Some traces hold what only a loaded machine does in another order, with the original too.
        again = play(prefixes, "--jobs", "1", "--filter", f"^({'|'.join(failed)})$")
        print(f"played again without others beside them: {again}")
        statuses.update(again)
    passed = [name for name, status in statuses.items() if status == "PASS"]
    print(f"twin, {mode}: {len(passed)} of {len(statuses)} scenarios pass; {len(known)} are known not to")
    for name in passed:
        if name in known:
            print(f"passes now, take it off {LIST.name}: {name}")
    wrong = verdict(statuses, known)
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
