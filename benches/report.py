"""The tables of docs/performance.md, and the plot beside them."""
from results import cost, peak, speed
from workloads import BEFORE, EMBEDDED, GIB, HOST, LIBRARIES, LOOPS, PEER, ROOT, workloads

PLOT = ROOT / "docs" / "performance.svg"


def spread(ratio):
    return "" if ratio is None else f"{ratio[0]:.2f} ({ratio[1]:.2f}–{ratio[2]:.2f})"


def numbers(values, digits=0):
    """As many as there are, `–` for those that were not measured."""
    if all(value is None for value in values):
        return ""
    return ", ".join("–" if value is None else f"{value:.{digits}f}" for value in values)


def measured(results, table):
    return [it for it in workloads() if it.table == table and results.rounds(it) > 0]


def cost_table(results):
    lines = [
        f"| workload | rounds | unit | peer (user + system) | host ÷ peer | embedded ÷ peer | embedded ÷ {BEFORE} "
        "| MiB/s: peer, host, embedded | peak RSS MiB: peer, host, embedded | p50, p99 ms: peer, embedded "
        "| calls/MiB: peer, host, embedded |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    shown = LIBRARIES[:3]
    for workload in measured(results, "cost"):
        of = cost(workload)
        unit, digits = ("s/GiB", 2) if workload.large else ("µs/object", 0)
        theirs = results.median(workload, PEER, of)
        system = results.median(workload, PEER, lambda s: s["system"] / (s["user"] + s["system"]))
        split = ""
        if theirs is not None:
            split = f"{theirs:.{digits}f} ({theirs * (1 - system):.{digits}f} + {theirs * system:.{digits}f})"
        late = [
            numbers([results.median(workload, who, lambda s: s.get(at)) for at in ("p50_ms", "p99_ms")], 1)
            for who in (PEER, EMBEDDED)
            if not workload.large and results.of(workload, who)
        ]
        calls = [results.median(workload, f"calls-{who}", lambda s: s["calls"]) for who in shown]
        lines.append(
            f"| {workload.name} | {results.rounds(workload)} | {unit} | {split} "
            f"| {spread(results.ratio(workload, HOST, PEER, of))} "
            f"| {spread(results.ratio(workload, EMBEDDED, PEER, of))} "
            f"| {spread(results.ratio(workload, EMBEDDED, BEFORE, of))} "
            f"| {numbers([results.median(workload, who, speed) for who in shown])} "
            f"| {numbers([results.median(workload, who, peak) for who in shown])} "
            f"| {'; '.join(late)} | {numbers(calls, 1)} |"
        )
    return lines


def loop_table(results):
    title = " | ".join(f"bare loop with {count}, s/GiB | embedded ÷ that" for count in LOOPS.values())
    lines = [f"| over http | {title} |", "|---" * (1 + 2 * len(LOOPS)) + "|"]
    for workload in measured(results, "cost"):
        if not workload.loops:
            continue
        of, cells = cost(workload), []
        for loop in LOOPS:
            least = results.median(workload, loop, of)
            ratio = results.ratio(workload, EMBEDDED, loop, of)
            cells += ["" if least is None else f"{least:.2f}", spread(ratio)]
        lines.append(f"| {workload.name} | {' | '.join(cells)} |")
    return lines


def neighbour_table(results):
    lines = [
        "| busy neighbour on the client's core | embedded ÷ peer, CPU | peak RSS MiB: peer, host, embedded "
        "| without the neighbour |",
        "|---|---|---|---|",
    ]
    alone = {it.name: it for it in workloads()}
    for workload in measured(results, "neighbour"):
        without = alone[workload.name.replace(", busy neighbour", "")]
        cells = [numbers([results.median(it, who, peak) for who in LIBRARIES[:3]]) for it in (workload, without)]
        ratio = spread(results.ratio(workload, EMBEDDED, PEER, cost(workload)))
        lines.append(f"| {without.name} | {ratio} | {cells[0]} | {cells[1]} |")
    return lines


def slow_table(results):
    """How long they take, how close together their ends are, and what a small object beside them takes."""
    lines = [
        "| workload | seconds: peer, host, embedded | first end ÷ last | 64 KiB, median ms: peer, host, embedded |",
        "|---|---|---|---|",
    ]
    shown = LIBRARIES[:3]
    for workload in measured(results, "slow"):
        small = "beside_p50_ms" if "--beside" in workload.options else "p50_ms"
        ends = [results.median(workload, who, lambda s: s["first_end_ms"] / s["last_end_ms"]) for who in shown]
        late = [results.median(workload, who, lambda s: s[small]) for who in shown]
        seconds = [results.median(workload, who, lambda s: s["seconds"]) for who in shown]
        is_small = "64 KiB" in workload.name
        lines.append(
            f"| {workload.name} | {numbers(seconds, 2) if workload.large else ''} "
            f"| {numbers(ends, 2) if workload.count == 8 else ''} | {numbers(late, 2) if is_small else ''} |"
        )
    return lines


def limit_table(results):
    lines = [
        "| http, 8 × 1 GiB | MiB/s with 256 MiB | MiB/s with 16 GiB | ratio | peak RSS above the start, with 256 MiB |",
        "|---|---|---|---|---|",
    ]
    rows = measured(results, "limit")
    for small, large in zip(rows[::2], rows[1::2]):
        speeds = [results.median(it, EMBEDDED, speed) for it in (small, large)]
        grown = max((s["peak_rss_kib"] - s["base_rss_kib"]) / 1024 for s in results.of(small, EMBEDDED))
        lines.append(
            f"| {small.op.upper()} | {speeds[0]:.0f} | {speeds[1]:.0f} | {speeds[0] / speeds[1]:.2f} | {grown:.0f} MiB |"
        )
    return lines


def tables(results):
    made = [of(results) for of in (cost_table, loop_table, neighbour_table, slow_table, limit_table)]
    # Without a row there is no table.
    return [line for lines in made if len(lines) > 2 for line in ("", *lines)][1:]


def draw(results):
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    lines = [it for it in measured(results, "cost") if results.of(it, PEER)]
    figure, axes = pyplot.subplots(figsize=(9, 0.42 * len(lines) + 1.2))
    height = 0.38
    for index, who in enumerate((HOST, EMBEDDED)):
        ratios = [results.ratio(it, who, PEER, cost(it)) for it in lines]
        places = [place + (index - 0.5) * height for place, ratio in enumerate(ratios) if ratio]
        axes.barh(places, [ratio[0] for ratio in ratios if ratio], height, label=who)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_yticks(range(len(lines)), [it.name for it in lines], fontsize=8)
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
