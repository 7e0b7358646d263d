#!/usr/bin/env python3
"""Counts the instructions that one small object takes, and who takes them.

    benches/instructions.py DRIVER SERVER [--op get|put] [--size BYTES] [--scheme http|https] [--top N]

DRIVER is that of benches/run (build/bench/driver-embedded/driver, or -host), SERVER the program s3-test-server. The
driver moves 500 and then 1,500 objects under callgrind; the difference, divided by 1,000, is what one more object takes,
without what the start of a program and its first connections take.

Counted is what runs in user space, by the room of src/ whose function it is; what the compiler has put into that
function from the standard library and other crates counts as its own. Valgrind has no processor instructions for
SHA-256 and AES, which therefore are counted in software; they are a line of their own and left out of the sum that is
compared.
"""
import argparse
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

from run import Server
from workloads import BUILD, Workload

HERE = pathlib.Path(__file__).resolve().parent
FEW, MANY = 500, 1500

# The first that is found in the name of a function, or else in that of its file, has it.
GROUPS = [
    ("hashing and ciphers, in software", r"sha256_block|sha512_block|sha2::|aesni|aes_hw|gcm_|ghash|chacha|poly1305|vpaes"),
    ("malloc and free", r"^(_int_(malloc|free|realloc)|malloc|free|calloc|realloc|cfree|unlink_chunk|malloc_consolidate|sysmalloc)"),
    ("memcpy, memset, memcmp", r"mem(cpy|move|set|cmp)|bcmp"),
    ("what is left of the program", r"^s_|driver\.c"),
    ("tokio and mio", r"tokio|mio::"),
    ("rustls", r"rustls"),
    ("AWS-LC", r"aws_lc"),
    ("other crates", r"^<?(bytes|httparse|memchr|hashbrown|zeroize|aws_sigv4|rustix|socket2|once_cell|percent_encoding)::|registry"),
    ("the standard library", r"(core|alloc|std)::|__rust|/rustc/|library/"),
    ("libc", r"pthread|nptl|sysdeps|setjmp|printf|libio|getpid|\./"),
]


class Profile:
    """Self cost by (file, function) of one callgrind file."""

    def __init__(self, path):
        self.costs = collections.Counter()
        names = {}
        file = function = home = ""
        skip = False

        def named(kind, text):
            number, _, name = text.partition(" ")
            if name:
                names[kind, number] = name
            return names[kind, number]

        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            key, is_name, text = line.partition("=")
            if is_name and key in ("fl", "fi", "fe", "fn", "cfi", "cfl", "cfn", "ob", "cob"):
                kind = "fn" if key.endswith("fn") else "ob" if key.endswith("ob") else "fl"
                name = named(kind, text)
                if key == "fl":
                    home = file = name
                elif key in ("fi", "fe"):
                    file = name
                elif key == "fn":
                    function, file = name, home
            elif line.startswith("calls="):
                skip = True
            elif line[:1] in "+-*0123456789" and line[:1]:
                if not skip:
                    self.costs[file, function] += int(line.split()[1])
                skip = False


def count(driver, server, arguments, objects, folder):
    out = folder / f"out.{objects}"
    command = [
        "valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", driver, "--op", arguments.op, "--size",
        arguments.size, "--count", objects, "--in-flight", arguments.in_flight, *server,
    ]
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return Profile(out).costs


def group(file, function):
    own = re.search(r"aws_c_s3::([a-z_]+)", function)
    if own:
        return f"src/{own[1]}"
    for text in (function, file):
        for name, pattern in GROUPS:
            if re.search(pattern, text):
                return name
    ours = re.match(rf"{re.escape(str(HERE.parent))}/(src/[a-z_]+)", file)
    return ours[1] if ours else "the rest"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("driver")
    parser.add_argument("server")
    parser.add_argument("--op", choices=["get", "put"], default="get")
    parser.add_argument("--scheme", choices=["http", "https"], default="http")
    parser.add_argument("--size", type=int, default=64 * 1024)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--top", type=int, default=0, help="so many functions as well")
    arguments = parser.parse_args()

    BUILD.mkdir(parents=True, exist_ok=True)
    workload = Workload("", arguments.op, arguments.scheme, arguments.size, MANY, arguments.in_flight)
    with tempfile.TemporaryDirectory() as folder, Server(arguments.server, 0, 0, 0) as server:
        where = server.arguments(workload)
        few, many = (count(arguments.driver, where, arguments, n, pathlib.Path(folder)) for n in (FEW, MANY))
    each = {key: (many[key] - few[key]) / (MANY - FEW) for key in many}
    groups = collections.Counter()
    for (file, function), cost in each.items():
        groups[group(file, function)] += cost
    total, software = sum(groups.values()), groups[GROUPS[0][0]]
    print("| instructions per object | |\n|---|---|")
    for name, cost in groups.most_common():
        if round(cost) > 0:
            print(f"| {name} | {cost:,.0f} |")
    print(f"| all | {total:,.0f} |\n| without {GROUPS[0][0]} | {total - software:,.0f} |")
    for (file, function), cost in sorted(each.items(), key=lambda item: -item[1])[: arguments.top]:
        print(f"{cost:10,.0f}  {group(file, function)}: {file} {function[:150]}")


if __name__ == "__main__":
    main()
