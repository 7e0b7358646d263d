"""What was measured, kept in a file to which later runs add."""
import json
import statistics

from workloads import BUILD, GIB, MIB

FILE = BUILD / "results.json"


def median(values):
    return statistics.median(values)


class Results:
    """Samples by workload and by who did it, each with the round that it belongs to."""

    def __init__(self):
        self.samples = json.loads(FILE.read_text()) if FILE.exists() else {}

    def add(self, workload, who, turn, sample):
        sample |= {"turn": turn, "size": workload.size, "count": workload.count}
        self.samples.setdefault(workload.name, {}).setdefault(who, []).append(sample)
        whole = FILE.with_suffix(".part")
        whole.write_text(json.dumps(self.samples, indent=0))
        whole.replace(FILE)

    def of(self, workload, who):
        return self.samples.get(workload.name, {}).get(who, [])

    def rounds(self, workload):
        """How many were made, of those who made the fewest."""
        of = self.samples.get(workload.name, {})
        counts = [len(samples) for who, samples in of.items() if not who.startswith("calls-")]
        return min(counts, default=0)

    def values(self, workload, who, of):
        """One number of each sample, by round."""
        return {sample["turn"]: of(sample) for sample in self.of(workload, who) if "turn" in sample}

    def median(self, workload, who, of):
        values = self.values(workload, who, of)
        return median(values.values()) if values else None

    def ratio(self, workload, ours, theirs, of):
        """Ratio of the medians of the rounds that both were in, with the least and the greatest of one round."""
        left, right = self.values(workload, ours, of), self.values(workload, theirs, of)
        both = [(left[turn], right[turn]) for turn in left if right.get(turn)]
        if not both:
            return None
        each = [a / b for a, b in both]
        return median([a for a, _ in both]) / median([b for _, b in both]), min(each), max(each)


def cost(workload):
    """CPU-seconds per GiB, or microseconds per object where those are small."""
    def of(sample):
        cpu, moved = sample["user"] + sample["system"], sample["size"] * sample["count"]
        return cpu / (moved / GIB) if workload.large else cpu / sample["count"] * 1e6

    return of


def speed(sample):
    return sample["size"] * sample["count"] / MIB / sample["seconds"]


def peak(sample):
    return sample["peak_rss_kib"] / 1024
