#!/usr/bin/env python3
"""Compares what docs/guide.md quotes with the files that it quotes, and looks for links that lead nowhere.

    quotes.py

A block that begins with ```LANGUAGE FILE is a piece of that file, line by line. Every block of C code says where it comes
from, and every program of examples/guide is quoted.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ["README.md", "docs/guide.md", "docs/migration.md", "docs/processes.md"]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([^)\s]+))?\)|\]\(#([^)\s]+)\)")


def blocks(text: str):
    """Line number, info string and content of each fenced block."""
    info, content, begin = None, [], 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("```"):
            content.append(line)
        elif info is None:
            info, content, begin = line[3:].strip(), [], number
        else:
            yield begin, info, content
            info = None


def is_piece(content: list[str], of: list[str]) -> bool:
    return any(of[at : at + len(content)] == content for at in range(len(of) - len(content) + 1))


def wrong_quotes(page: str) -> list[str]:
    wrong, quoted = [], set()
    for number, info, content in blocks((ROOT / page).read_text()):
        language, _, name = info.partition(" ")
        if not name:
            if language == "c":
                wrong.append(f"{page}:{number}: C code that is no file's")
            continue
        quoted.add(name)
        if not (ROOT / name).is_file():
            wrong.append(f"{page}:{number}: there is no {name}")
        elif not is_piece(content, (ROOT / name).read_text().splitlines()):
            wrong.append(f"{page}:{number}: {name} says something else")
    if page == "docs/guide.md":
        programs = {str(file.relative_to(ROOT)) for file in (ROOT / "examples/guide").glob("*.c")}
        wrong += [f"{page}: {name} is not quoted" for name in sorted(programs - quoted)]
    return wrong


def anchors(file: pathlib.Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def wrong_links(page: str) -> list[str]:
    here, wrong = ROOT / page, []
    for target, anchor, own in LINK.findall(here.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        file = here.parent / target if target else here
        if not file.exists():
            wrong.append(f"{page}: there is no {target}")
        elif (anchor or own) and (anchor or own) not in anchors(file):
            wrong.append(f"{page}: {target}#{anchor or own} is no heading")
    return wrong


def main() -> int:
    wrong = [line for page in PAGES for line in wrong_quotes(page) + wrong_links(page)]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
