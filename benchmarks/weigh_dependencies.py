"""What each direct dependency costs on disk: packages and megabytes, with all it brings along and what it alone brings.

    .venv/bin/python benchmarks/weigh_dependencies.py                       # the environment it runs in
    python benchmarks/weigh_dependencies.py --python OTHER/bin/python       # another one

Counts the files that each installed package lists as its own, without the bytecode that Python writes beside them. An
environment with only ``pip install .`` weighs what users get; in a developer's the extras are there as well.
"""

from __future__ import annotations

import argparse
import importlib.metadata as metadata
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

PROJECT = "sectorlead"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")
Graph = dict[str, set[str]]


def key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed() -> tuple[Graph, dict[str, float], dict[str, set[str]]]:
    """Which package needs which, megabytes of each, and the direct needs of the project by extra ("" for none)."""
    needs: Graph = {}
    size: dict[str, float] = {}
    direct: dict[str, set[str]] = {}
    found = {key(each.metadata["Name"]): each for each in metadata.distributions()}
    for name, each in found.items():
        files = [file for file in each.files or () if file.suffix != ".pyc"]
        size[name] = sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file()) / 1e6
        needs[name] = set()
        for line in each.requires or ():
            other, extra = key(_NAME.match(line.strip())[0]), _EXTRA.search(line)  # type: ignore[index]
            if name == PROJECT:
                direct.setdefault(extra[1] if extra else "", set()).add(other)
            elif extra is None and other in found:
                needs[name].add(other)
    return needs, size, direct


def reached(roots: Iterable[str], needs: Graph) -> set[str]:
    """The packages, and all that they need."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in needs and name not in seen:
            seen.add(name)
            waiting += needs[name]
    return seen


def table(roots: set[str], needs: Graph, size: dict[str, float]) -> list[str]:
    """A row per direct dependency, the one whose absence saves most first, and the sum of all."""
    rows = []
    for name in sorted(roots):
        own, whole = reached([name], needs), reached(roots, needs)
        saved = whole - reached(roots - {name}, needs)
        rows.append((total(saved, size), len(saved), total(own, size), len(own), size.get(name, 0.0), name))
    whole = reached(roots, needs)
    lines = [f"{'package':24}{'itself':>9}{'with all it needs':>24}{'only for it':>22}"]
    for saved_mb, saved_count, own_mb, own_count, itself, name in sorted(rows, reverse=True):
        own_text, saved_text = f"{own_count} packages {own_mb:8.1f}", f"{saved_count} packages {saved_mb:8.1f}"
        lines.append(f"{name:24}{itself:9.1f}{own_text:>24}{saved_text:>22}")
    return [*lines, f"{'all':24}{'':9}{f'{len(whole)} packages {total(whole, size):8.1f}':>24}"]


def total(names: Iterable[str], size: dict[str, float]) -> float:
    return sum(size[name] for name in names)


def main() -> None:
    parser = argparse.ArgumentParser(description="MB and packages of each direct dependency.")
    parser.add_argument("--python", help="interpreter of the environment to weigh; default: this one")
    parser.add_argument("--json", action="store_true", help="the numbers, to be read by a program")
    chosen = parser.parse_args()
    if chosen.python:
        again = [argument for argument in sys.argv[1:] if argument == "--json"]
        sys.exit(subprocess.run([chosen.python, __file__, *again], check=False).returncode)
    needs, size, direct = installed()
    if chosen.json:
        print(json.dumps({"needs": {name: sorted(of) for name, of in needs.items()}, "mb": size}, indent=1))
        return
    core = direct.get("", set())
    print("\n".join(table(core, needs, size)))
    for extra in sorted(direct.keys() - {""}):
        more = reached(core | direct[extra], needs) - reached(core, needs)
        if direct[extra] & needs.keys():
            print(f"\nextra {extra}: {len(more)} packages {total(more, size):.1f} MB more")


if __name__ == "__main__":
    main()
