#!/usr/bin/env python3
"""Measures the library beside the original, in one run or in several that add up.

The driver is built four times: against aws-c-s3 1.5.1 as its makers build it, against this library in host and in
embedded mode, and against this library as it was at one commit of its past, so that progress can be told from the
machine. Every workload is done by each of them in turn, round after round, so that whatever else the machine does meets
all of them. The client has one core, the server another.

Samples are kept in build/bench/results.json, and later runs add to them: `--only`, `--rounds` and `--peers` make a run
as short as the machine can be had for. The tables are made of all that is there; `--fresh` begins anew.
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import report
import results as kept
from workloads import BEFORE, BUILD, EMBEDDED, GIB, HOST, LIBRARIES, LOOPS, MIB, PEER, ROOT, workloads

PAGE = ROOT / "docs" / "performance.md"
README = ROOT / "README.md"


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, **options)


def source(library):
    """The tree that a library is built from."""
    if library != BEFORE:
        return ROOT
    tree = BUILD / f"source-{BEFORE}"
    if not tree.exists():
        part = tree.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, check=True, stdout=subprocess.PIPE)
        run("tar", "-x", "-C", part, input=archive.stdout)
        part.rename(tree)
    return tree


def build(peers):
    crt = subprocess.check_output([ROOT / "tests_c" / "real_crt.sh"], text=True).strip()
    target = pathlib.Path(os.environ.setdefault("CARGO_TARGET_DIR", str(BUILD / "cargo")))
    # As CMake has it, so that nothing is built twice.
    os.environ.setdefault("AWS_LC_SYS_NO_JITTER_ENTROPY", "1")
    run("cargo", "build", "--release", "--locked", "--workspace", "--bin", "s3-test-server", cwd=ROOT)
    for library in [it for it in LIBRARIES[1:] if it in peers]:
        tree, prefix = BUILD / f"lib-{library}", BUILD / library
        if library == BEFORE and (prefix / "lib").exists():
            # The past does not change.
            continue
        mode = HOST if library == HOST else EMBEDDED
        run(
            "cmake", "-S", source(library), "-B", tree, "-DBUILD_TESTING=OFF", "-DBUILD_EXAMPLES=OFF",
            f"-DAWS_C_S3_CRT={mode}", f"-DCMAKE_PREFIX_PATH={crt}", f"-DCMAKE_INSTALL_PREFIX={prefix}",
            stdout=subprocess.DEVNULL,
        )
        run("cmake", "--build", tree)
        run("cmake", "--install", tree, stdout=subprocess.DEVNULL)
    for library in {PEER, *peers} & set(LIBRARIES):
        # Where both prefixes hold an aws-c-s3, the first one is taken.
        own = [] if library == PEER else [str(BUILD / library)]
        prefix = ";".join(own + ([crt] if library in (PEER, HOST) else []))
        tree = BUILD / f"driver-{library}"
        run(
            "cmake", "-S", ROOT / "benches", "-B", tree, "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
            f"-DCMAKE_PREFIX_PATH={prefix}", stdout=subprocess.DEVNULL,
        )
        run("cmake", "--build", tree, stdout=subprocess.DEVNULL)
    return target / "release" / "s3-test-server"


class Server:
    """The synthetic server on a core of its own, until the end of the block."""

    def __init__(self, program, core, first_byte_ms, connection_mb):
        self.command = ["taskset", "-c", str(core), str(program), "synthetic", "--first-byte-ms", str(first_byte_ms)]
        if connection_mb:
            self.command += ["--connection-mb", str(connection_mb)]
        self.command += ["--tls-dir", str(BUILD / f"tls-{first_byte_ms}-{connection_mb}")]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = json.loads(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def arguments(self, workload):
        if workload.scheme == "http":
            return ["--endpoint", f"http://127.0.0.1:{self.facts['http_port']}"]
        return ["--endpoint", f"https://localhost:{self.facts['https_port']}", "--ca-file", self.facts["ca"]]


@contextlib.contextmanager
def neighbour(core):
    """A program that computes for as long as it may, on this core."""
    process = subprocess.Popen(["taskset", "-c", str(core), sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def drive(library, workload, server, core, tracer=()):
    if library in LOOPS:
        command = [BUILD / f"driver-{PEER}" / "floor", workload.op, server.facts["http_port"],
                   workload.size * workload.count, LOOPS[library]]
    else:
        command = [
            BUILD / f"driver-{library}" / "driver", "--op", workload.op, "--size", workload.size,
            "--count", workload.count, "--in-flight", workload.in_flight, *server.arguments(workload),
            *workload.options,
        ]
    command = [str(word) for word in ("taskset", "-c", core, *tracer, *command)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SSL_"))}
    with neighbour(core) if workload.neighbour else contextlib.nullcontext():
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{workload.name}: the driver of {library} failed")
    return json.loads(done.stdout)


def count_calls(library, workload, server, core):
    """System calls per MiB, from a run that is not timed."""
    trace = BUILD / "calls"
    drive(library, workload, server, core, ("strace", "-f", "-c", "-o", trace))
    total = re.search(r"^\s*100\.00\s+\S+\s+(?:\d+\s+)?(\d+)\s+(?:\d+\s+)?total", trace.read_text(), re.M)
    return int(total[1]) / (workload.size * workload.count / MIB)


def who_does(workload, peers):
    return [who for who in (*workload.libraries, *workload.loops) if who in peers]


def measure(chosen, peers, options, server_program, results):
    cores = sorted(os.sched_getaffinity(0))
    client_core, server_core = cores[0], cores[-1]
    if any("--send-file" in workload.options for workload in chosen):
        with open(BUILD / "file", "wb") as out:
            for _ in range(GIB // MIB):
                out.write(os.urandom(MIB))
    with contextlib.ExitStack() as stack:
        servers = {}

        def server_of(workload):
            kind = (workload.first_byte_ms, workload.connection_mb)
            if kind not in servers:
                servers[kind] = stack.enter_context(Server(server_program, server_core, *kind))
            return servers[kind]

        for turn in range(options.rounds):
            mark = f"{time.time():.0f}"
            for workload in chosen:
                who = who_does(workload, peers)
                first = turn % max(1, len(who))
                for library in who[first:] + who[:first]:
                    sample = drive(library, workload, server_of(workload), client_core)
                    results.add(workload, library, mark, sample)
                    told = f"{kept.cost(workload)(sample):.3f}, {kept.peak(sample):.0f} MiB"
                    print(f"{turn + 1} {workload.name} {library}: {told}, {sample['seconds']:.2f} s", flush=True)
        for workload in chosen if options.calls else []:
            if workload.table != "cost":
                continue
            for library in [who for who in who_does(workload, peers) if who in LIBRARIES]:
                eighth = workload.scaled(1 / 8)
                calls = count_calls(library, eighth, server_of(workload), client_core)
                results.add(eighth, f"calls-{library}", "calls", {"calls": calls})


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5, help="0 makes the tables of what is there")
    arguments.add_argument("--scale", type=float, default=1.0, help="share of the bytes of large objects to move")
    arguments.add_argument("--only", default="", help="workloads whose name this expression finds")
    arguments.add_argument("--peers", default=",".join([*LIBRARIES, *LOOPS]), help="who is measured, with commas")
    arguments.add_argument("--list", action="store_true", help="only name the workloads")
    arguments.add_argument("--fresh", action="store_true", help="forget the samples of earlier runs")
    arguments.add_argument("--calls", action="store_true", help="count system calls too")
    arguments.add_argument("--write", action="store_true", help="write docs/performance.md, README.md and the plot")
    arguments.add_argument("--build-only", action="store_true", help="build, and measure nothing")
    arguments.add_argument("--no-build", action="store_true", help="take the server and the drivers that are there")
    options = arguments.parse_args()

    chosen = [workload for workload in workloads() if re.search(options.only, workload.name)]
    if options.list:
        print("\n".join(workload.name for workload in chosen))
        return
    peers = options.peers.split(",")
    if unknown := set(peers) - {*LIBRARIES, *LOOPS}:
        sys.exit(f"nobody knows {', '.join(sorted(unknown))}")
    BUILD.mkdir(parents=True, exist_ok=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", BUILD / "cargo"))
    server_program = target / "release" / "s3-test-server"
    if not options.no_build and options.rounds > 0:
        server_program = build(peers)
    if options.build_only:
        return
    if options.fresh:
        kept.FILE.unlink(missing_ok=True)
    results = kept.Results()
    # Few objects would measure how a program starts.
    chosen = [workload.scaled(options.scale) if workload.large else workload for workload in chosen]
    measure(chosen, peers, options, server_program, results)

    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    share = "" if options.scale == 1 else f", large objects at {options.scale:g} of the size that is named"
    lines = [f"{processor[1] if processor else 'processor not known'}, two cores{share}.", ""]
    lines += report.tables(results)
    print("\n".join(lines))
    if options.write:
        report.draw(results)
        report.write_between(PAGE, "<!-- table: made by benches/run -->", "<!-- end of the table -->", lines)
        limits = report.limit_table(results)
        report.write_between(README, "<!-- limits: made by benches/run -->", "<!-- end of the limits -->", limits)


if __name__ == "__main__":
    main()
