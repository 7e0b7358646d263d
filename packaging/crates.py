#!/usr/bin/env python3
"""The licences of the crates inside the library, which travel with it. Whether they may be there is .ci/deny's to say.

    crates.py texts     compares packaging/THIRD-PARTY-LICENSES.txt with what the crates say
    crates.py write     makes it anew, after a change of Cargo.lock

Needs the sources of the crates where cargo keeps them, and nothing else.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEXTS = ROOT / "packaging/THIRD-PARTY-LICENSES.txt"
# The licence of this library: a crate that offers it is taken under it, and its text is printed once.
OURS = "Apache-2.0"
# For crates that bring none.
MIT = """Copyright (c) {authors}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""
# What is inside beside code.
DATA = [
    "endpoint rules and partitions of botocore 1.44.8, in builds with AWS_ENABLE_S3_ENDPOINT_RESOLVER: Apache-2.0",
    "Copyright 2012-2022 Amazon.com, Inc. or its affiliates. All Rights Reserved.",
]
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)


def metadata(target: str) -> dict:
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    # With everything that a build may ask for; the generator of headers stays outside of the library.
    command += ["--features", "endpoint-resolver"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout)


def reached(graph: dict, kinds: tuple) -> list[dict]:
    """The packages that our own one needs by such dependencies, itself left out."""
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}
    packages = {package["id"]: package for package in graph["packages"]}
    first = next(package["id"] for package in graph["packages"] if package["name"] == "aws-c-s3")
    found, waiting = set(), [first]
    while waiting:
        here = waiting.pop()
        if here in found:
            continue
        found.add(here)
        waiting += [
            dep["pkg"] for dep in nodes[here]["deps"] if any(kind["kind"] in kinds for kind in dep["dep_kinds"])
        ]
    outside = [packages[package] for package in found if packages[package]["source"]]
    return sorted(outside, key=lambda package: (package["name"], package["version"]))


class Expression:
    """An SPDX expression, also in the old way with a slash for OR."""

    def __init__(self, text: str):
        self.words = re.findall(r"[()]|[^\s()]+", text.replace("/", " OR "))
        self.alternatives = self.either()
        if self.words:
            raise ValueError(f"'{text}' is no licence expression")

    def either(self) -> list[frozenset]:
        """Each way to satisfy it, as the set of licences that it takes."""
        ways = self.both()
        while self.words[:1] == ["OR"]:
            self.words.pop(0)
            ways = ways + self.both()
        return ways

    def both(self) -> list[frozenset]:
        ways = self.one()
        while self.words[:1] == ["AND"]:
            self.words.pop(0)
            ways = [left | right for right in self.one() for left in ways]
        return ways

    def one(self) -> list[frozenset]:
        word = self.words.pop(0)
        if word == "(":
            ways = self.either()
            self.words.pop(0)
            return ways
        if self.words[:1] == ["WITH"]:
            word = f"{word} WITH {self.words[1]}"
            del self.words[:2]
        return [frozenset([word])]

    def chosen(self, allowed: set) -> frozenset | None:
        """The way with the fewest licences other than our own, of those that are allowed."""
        ways = [way for way in self.alternatives if way <= allowed]
        return min(ways, key=lambda way: (len(way - {OURS}), len(way), sorted(way)), default=None)


def files(package: dict) -> list[pathlib.Path]:
    folder = pathlib.Path(package["manifest_path"]).parent
    return sorted(path for path in folder.iterdir() if path.is_file() and LICENCE_FILE.match(path.name))


def own_texts(package: dict, taken: frozenset) -> list[str]:
    """What a crate wants to be passed on: notices always, its licences unless it is taken under ours alone."""
    notices, ours, others = [], [], []
    for path in files(package):
        text = "\n".join(line.rstrip() for line in path.read_text(errors="replace").strip().splitlines())
        if path.name.lower().startswith(("notice", "copyright")):
            notices.append(text)
        else:
            (ours if "Apache License" in text[:300] else others).append(text)
    if taken == {OURS}:
        return notices
    if not ours and not others:
        if taken != {"MIT"}:
            sys.exit(f"{package['name']} brings no text of {', '.join(sorted(taken))}")
        others = [MIT.format(authors=", ".join(package["authors"]) or f"the authors of {package['name']}")]
    return notices + (others or ours)


def texts(rules: dict, graph: dict) -> str:
    allowed = set(rules["licenses"]["allow"])
    by_text = collections.defaultdict(list)
    lines = [
        "What is inside the library beside its own code, and under which licences.",
        "",
        f"Where there is a choice, it is {OURS}; its text is in the file LICENSE. Other texts and all notices follow",
        "the list. The standard library of Rust is inside as well, under the same choice",
        "(https://www.rust-lang.org/policies/licenses).",
        "",
    ]
    for package in reached(graph, (None,)):
        taken = Expression(package["license"]).chosen(allowed)
        if taken is None:
            sys.exit(f"{package['name']} asks for {package['license']}")
        name = f"{package['name']} {package['version']}"
        lines.append(f"{name}: {' AND '.join(sorted(taken))}")
        for text in own_texts(package, taken):
            by_text[text].append(name)
    lines += ["", *DATA]
    for text, names in sorted(by_text.items(), key=lambda item: item[1]):
        lines += ["", "-" * 78, ", ".join(names), "", text]
    return "\n".join(lines) + "\n"


def main() -> None:
    if sys.argv[1:] not in (["texts"], ["write"]):
        sys.exit(__doc__)
    rules = tomllib.loads((ROOT / "deny.toml").read_text())
    graph = metadata(rules["graph"]["targets"][0])
    made = texts(rules, graph)
    if sys.argv[1] == "write":
        TEXTS.write_text(made)
    elif not TEXTS.exists() or TEXTS.read_text() != made:
        sys.exit(f"{TEXTS} is not what the crates say: run packaging/crates.py write")


if __name__ == "__main__":
    main()
