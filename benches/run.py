#!/usr/bin/env python3
"""Measures the library beside the original, in one run.

The driver is built three times: against aws-c-s3 1.5.1 as its makers build it, and against this library in host and in
embedded mode. Every workload is done by each of them in turn, round after round, so that whatever else the machine does
meets all of them. The client has one core, the server another.

Prints a table, writes it into docs/performance.md between its markers, what concerns the memory limit also into
README.md, and draws docs/performance.svg.
"""
import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
PAGE = ROOT / "docs" / "performance.md"
README = ROOT / "README.md"
PLOT = ROOT / "docs" / "performance.svg"
PEER = "peer"
LIBRARIES = [PEER, "host", "embedded"]
MIB = 1 << 20
GIB = 1 << 30


class Workload:
    """What one line of the table is about."""

    def __init__(self, name, op, scheme, size, count, in_flight, *options, delayed=False):
        self.name, self.op, self.scheme, self.delayed = name, op, scheme, delayed
        self.size, self.count, self.in_flight, self.options = size, count, in_flight, options
        # What many bytes cost is told by the byte, what many objects cost by the object.
        self.large = size >= GIB

    def scaled(self, factor):
        """Fewer bytes: long objects get shorter, of others there are fewer."""
        if factor == 1:
            return self
        size, count = self.size, self.count
        if "--send-file" in self.options or not self.large:
            # The file stays as long as it is.
            count = max(1, int(count * factor))
        else:
            size = max(64 * MIB, int(size * factor) // (8 * MIB) * 8 * MIB)
        scaled = Workload(
            self.name, self.op, self.scheme, size, count, self.in_flight, *self.options, delayed=self.delayed
        )
        scaled.large = self.large
        return scaled

    @property
    def bytes(self):
        return self.size * self.count


def workloads():
    for scheme in ("http", "https"):
        for op in ("get", "put"):
            title = f"{op.upper()} {scheme}"
            yield Workload(f"{title}, 1 × 8 GiB", op, scheme, 8 * GIB, 1, 1)
            yield Workload(f"{title}, 8 × 1 GiB", op, scheme, GIB, 8, 8)
            yield Workload(f"{title}, 8 × 1 GiB, CRC32C", op, scheme, GIB, 8, 8, "--crc32c")
            yield Workload(f"{title}, 1,000 × 1 MiB", op, scheme, MIB, 1000, 64)
            yield Workload(f"{title}, 10,000 × 64 KiB", op, scheme, 64 * 1024, 10000, 64)
            yield Workload(f"{title}, 8 × 1 GiB, 20 ms to the first byte", op, scheme, GIB, 8, 8, delayed=True)
            if op == "put":
                file = BUILD / "file"
                yield Workload(f"{title}, 8 × 1 GiB from a file", op, scheme, GIB, 8, 8, "--send-file", str(file))


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, **options)


def build():
    crt = subprocess.check_output([ROOT / "tests_c" / "real_crt.sh"], text=True).strip()
    target = pathlib.Path(os.environ.setdefault("CARGO_TARGET_DIR", str(ROOT / "target")))
    run("cargo", "build", "--release", "--locked", "--workspace", "--bin", "s3-test-server", cwd=ROOT)
    for mode in ("embedded", "host"):
        tree = BUILD / f"lib-{mode}"
        run(
            "cmake", "-S", ROOT, "-B", tree, "-DBUILD_TESTING=OFF", "-DBUILD_EXAMPLES=OFF", f"-DAWS_C_S3_CRT={mode}",
            f"-DCMAKE_PREFIX_PATH={crt}", f"-DCMAKE_INSTALL_PREFIX={BUILD / mode}", stdout=subprocess.DEVNULL,
        )
        run("cmake", "--build", tree)
        run("cmake", "--install", tree, stdout=subprocess.DEVNULL)
    # Where both prefixes hold an aws-c-s3, the first one is taken.
    prefixes = {PEER: crt, "host": f"{BUILD / 'host'};{crt}", "embedded": BUILD / "embedded"}
    for library, prefix in prefixes.items():
        tree = BUILD / f"driver-{library}"
        run(
            "cmake", "-S", ROOT / "benches", "-B", tree, "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
            f"-DCMAKE_PREFIX_PATH={prefix}", stdout=subprocess.DEVNULL,
        )
        run("cmake", "--build", tree, stdout=subprocess.DEVNULL)
    return target / "release" / "s3-test-server"


class Server:
    """The synthetic server on a core of its own, until the end of the block."""

    def __init__(self, program, core, first_byte_ms):
        self.command = ["taskset", "-c", str(core), str(program), "synthetic", "--first-byte-ms", str(first_byte_ms)]
        self.command += ["--tls-dir", str(BUILD / f"tls-{first_byte_ms}")]

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


def drive(library, workload, server, core, tracer=()):
    command = [
        "taskset", "-c", core, *tracer, BUILD / f"driver-{library}" / "driver", "--op", workload.op,
        "--size", workload.size, "--count", workload.count, "--in-flight", workload.in_flight,
        *server.arguments(workload), *workload.options,
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SSL_"))}
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True, env=environment,
                          timeout=600)
    if done.returncode != 0:
        sys.exit(f"{workload.name}: the driver of {library} failed")
    return json.loads(done.stdout)


def count_calls(library, workload, server, core):
    """System calls per MiB, from a run that is not timed."""
    report = BUILD / "calls"
    drive(library, workload, server, core, ("strace", "-f", "-c", "-o", report))
    total = re.search(r"^\s*100\.00\s+\S+\s+(?:\d+\s+)?(\d+)\s+(?:\d+\s+)?total", report.read_text(), re.M)
    return int(total[1]) / (workload.bytes / MIB)


def median(values):
    return statistics.median(values)


def spread(ours, theirs):
    """Ratio of the medians, with the least and the greatest ratio of one round."""
    rounds = [a / b for a, b in zip(ours, theirs)]
    return f"{median(ours) / median(theirs):.2f} ({min(rounds):.2f}–{max(rounds):.2f})"


def cost(workload, sample):
    """CPU-seconds per GiB, or microseconds per object where those are small."""
    cpu = sample["user"] + sample["system"]
    return cpu / (workload.bytes / GIB) if workload.large else cpu / workload.count * 1e6


def table(results):
    lines = [
        "| workload | unit | peer (user + system) | host ÷ peer | embedded ÷ peer | MiB/s: peer, host, embedded "
        "| peak RSS MiB: peer, host, embedded | calls/MiB: peer, host, embedded |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for entry in results:
        workload, samples = entry["workload"], entry["samples"]
        costs = {library: [cost(workload, s) for s in samples[library]] for library in samples}
        unit, digits = ("s/GiB", 2) if workload.large else ("µs/object", 0)
        theirs = samples[PEER]
        system = median([s["system"] / (s["user"] + s["system"]) for s in theirs])
        peer = median(costs[PEER])
        speeds = [median([workload.bytes / MIB / s["seconds"] for s in samples[l]]) for l in LIBRARIES]
        peaks = [median([s["peak_rss_kib"] / 1024 for s in samples[l]]) for l in LIBRARIES]
        calls = entry["calls"]
        lines.append(
            f"| {workload.name} | {unit} "
            f"| {peer:.{digits}f} ({peer * (1 - system):.{digits}f} + {peer * system:.{digits}f}) "
            f"| {spread(costs['host'], costs[PEER])} | {spread(costs['embedded'], costs[PEER])} "
            f"| {', '.join(f'{s:.0f}' for s in speeds)} | {', '.join(f'{p:.0f}' for p in peaks)} "
            f"| {', '.join(f'{calls[l]:.1f}' for l in LIBRARIES) if calls else ''} |"
        )
    return lines


def measure_floor(server, core, size, rounds):
    """What a bare loop of blocking calls takes: CPU-seconds per GiB."""
    program = BUILD / f"driver-{PEER}" / "floor"
    floors = {"get": [], "put": []}
    for _ in range(rounds):
        for op, samples in floors.items():
            command = ["taskset", "-c", str(core), str(program), op, str(server.facts["http_port"]), str(size)]
            sample = json.loads(subprocess.check_output(command))
            samples.append((sample["user"] + sample["system"]) / (size / GIB))
    return floors


def floor_table(floors, results):
    lines = ["| over http | bare loop, s/GiB | host ÷ bare loop | embedded ÷ bare loop |", "|---|---|---|---|"]
    for op, samples in floors.items():
        for entry in results:
            workload = entry["workload"]
            if (workload.op, workload.scheme) == (op, "http") and workload.large and not workload.options:
                cells = [
                    f"{median([cost(workload, s) for s in entry['samples'][library]]) / median(samples):.2f}"
                    for library in ("host", "embedded")
                ]
                lines.append(f"| {workload.name} | {median(samples):.2f} | {cells[0]} | {cells[1]} |")
    return lines


def measure_limits(server, core, factor, rounds):
    """Throughput and memory of this library inside a small limit and with as much as it likes."""
    results = []
    for op in ("get", "put"):
        samples = {256: [], 16384: []}
        for _ in range(rounds):
            for limit, taken in samples.items():
                workload = Workload("", op, "http", GIB, 8, 8, "--memory-limit", str(limit)).scaled(factor)
                taken.append((workload.bytes / MIB, drive("embedded", workload, server, core)))
        results.append((op, samples))
    return results


def limit_table(results):
    lines = [
        "| http, 8 × 1 GiB | MiB/s with 256 MiB | MiB/s with 16 GiB | ratio | peak RSS above the start, with 256 MiB |",
        "|---|---|---|---|---|",
    ]
    for op, samples in results:
        speeds = {limit: median([mib / s["seconds"] for mib, s in taken]) for limit, taken in samples.items()}
        grown = max((s["peak_rss_kib"] - s["base_rss_kib"]) / 1024 for _, s in samples[256])
        lines.append(
            f"| {op.upper()} | {speeds[256]:.0f} | {speeds[16384]:.0f} | {speeds[256] / speeds[16384]:.2f} "
            f"| {grown:.0f} MiB |"
        )
    return lines


def draw(results):
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    names = [entry["workload"].name for entry in results]
    figure, axes = pyplot.subplots(figsize=(9, 0.42 * len(names) + 1.2))
    height = 0.38
    for index, library in enumerate(("host", "embedded")):
        ratios = []
        for entry in results:
            costs = {l: median([cost(entry["workload"], s) for s in entry["samples"][l]]) for l in LIBRARIES}
            ratios.append(costs[library] / costs[PEER])
        places = [place + (index - 0.5) * height for place in range(len(names))]
        axes.barh(places, ratios, height, label=library)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("CPU time of the client, as a ratio to aws-c-s3 1.5.1 (the line at 1); less is better")
    axes.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(PLOT, metadata={"Date": None})


def write_between(path, begin, end, lines):
    """Replaces what stands between two markers."""
    head, rest = path.read_text(encoding="utf-8").split(begin)
    _, tail = rest.split(end)
    path.write_text(f"{head}{begin}\n{chr(10).join(lines)}\n{end}{tail}", encoding="utf-8")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--scale", type=float, default=1.0, help="share of the bytes of large objects to move")
    arguments.add_argument("--only", default="", help="workloads whose name this expression finds")
    arguments.add_argument("--no-calls", action="store_true", help="do not count system calls")
    arguments.add_argument("--write", action="store_true", help="write docs/performance.md, README.md and the plot")
    arguments.add_argument("--no-build", metavar="SERVER", help="use this server, and the drivers that are there")
    options = arguments.parse_args()

    BUILD.mkdir(parents=True, exist_ok=True)
    server_program = options.no_build or build()
    cores = sorted(os.sched_getaffinity(0))
    client_core, server_core = cores[0], cores[-1]
    chosen = [w for w in workloads() if re.search(options.only, w.name)]
    # Few objects would measure how a program starts.
    chosen = [w.scaled(options.scale) if w.large else w for w in chosen]
    file = BUILD / "file"
    if any("--send-file" in w.options for w in chosen):
        with open(file, "wb") as out:
            for _ in range(GIB // MIB):
                out.write(os.urandom(MIB))

    results = [{"workload": w, "samples": {library: [] for library in LIBRARIES}, "calls": {}} for w in chosen]
    with Server(server_program, server_core, 0) as prompt, Server(server_program, server_core, 20) as delayed:
        for turn in range(options.rounds):
            for entry in results:
                workload = entry["workload"]
                server = delayed if workload.delayed else prompt
                for library in LIBRARIES[turn % 3:] + LIBRARIES[:turn % 3]:
                    sample = drive(library, workload, server, client_core)
                    entry["samples"][library].append(sample)
                    print(f"{turn + 1} {workload.name} {library}: {cost(workload, sample):.3f}", flush=True)
        floors = measure_floor(prompt, client_core, max(GIB, int(8 * GIB * options.scale)), options.rounds)
        limits = measure_limits(prompt, client_core, options.scale, options.rounds)
        for entry in [] if options.no_calls else results:
            workload = entry["workload"].scaled(1 / 8)
            for library in LIBRARIES:
                server = delayed if workload.delayed else prompt
                entry["calls"][library] = count_calls(library, workload, server, client_core)

    share = "" if options.scale == 1 else f", large objects at {options.scale:g} of the size that is named"
    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    told = f"{options.rounds} rounds{share}; {processor[1] if processor else 'processor not known'}, two cores."
    lines = [told, "", *table(results), "", *floor_table(floors, results), "", *limit_table(limits)]
    print("\n".join(lines))
    if options.write:
        draw(results)
        write_between(PAGE, "<!-- table: made by benches/run -->", "<!-- end of the table -->", lines)
        limit_lines = limit_table(limits)
        write_between(README, "<!-- limits: made by benches/run -->", "<!-- end of the limits -->", limit_lines)


if __name__ == "__main__":
    main()
