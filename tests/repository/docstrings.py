"""Public functions of two or more parameters, and which of them have no Parameters section.

``python tests/repository/docstrings.py`` writes the list of those without anew, and refuses to let it grow. The
docstring of a command is its help on a terminal, where every option has a sentence of its own: none is asked of it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("without_sections.txt")
FOLDERS = ("data", "engine", "strategies", "reports", "src")
SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)


class Function(NamedTuple):
    """A public function or method."""

    name: str  # path:Class.function
    parameters: tuple[str, ...]  # without self and cls
    accepts: frozenset[str]  # what its documentation may name: also those after * and **
    sections: dict[str, str]

    @property
    def documented(self) -> tuple[str, ...]:
        """Names in the Parameters section."""
        lines = [line for line in self.sections.get("Parameters", "").splitlines() if re.match(r"[\w*]", line)]
        return tuple(each.strip(" *") for line in lines for each in line.partition(" : ")[0].split(","))


def functions(path: Path, source: str | None = None) -> Iterator[Function]:
    """The public functions of a file: no underscore in front, in no private class, in no other function."""
    text = source if source is not None else path.read_text(encoding="utf-8")
    yield from _within(ast.parse(text), f"{path.relative_to(ROOT).as_posix()}:")


def _within(node: ast.AST, before: str) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        name = getattr(child, "name", "")
        if isinstance(child, ast.ClassDef) and not name.startswith("_"):
            yield from _within(child, f"{before}{name}.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not name.startswith("_"):
            given = child.args
            named = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
            parameters = tuple(each for each in named if each not in ("self", "cls"))
            rest = {each.arg for each in (given.vararg, given.kwarg) if each is not None}
            doc = SECTION.split(ast.get_docstring(child) or "")
            sections = dict(zip(doc[1::2], doc[2::2], strict=True))
            told = [ast.unparse(each.annotation) for each in (*given.args, *given.kwonlyargs) if each.annotation]
            if any("typer." in annotation for annotation in told):
                continue
            yield Function(before + name, parameters, frozenset(parameters) | rest, sections)
        elif isinstance(child, ast.If | ast.Try):
            yield from _within(child, before)


def everywhere() -> list[Function]:
    """Those of all packages with two or more parameters."""
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [each for path in files for each in functions(path) if len(each.parameters) >= 2]


def without() -> set[str]:
    """Names of those without a Parameters section."""
    return {each.name for each in everywhere() if "Parameters" not in each.sections}


def listed() -> set[str]:
    """Names in the list."""
    return set(LIST.read_text(encoding="utf-8").split()) if LIST.is_file() else without()


def main() -> None:
    """Write the list anew, if it is not longer than before."""
    old, new = listed(), without()
    if len(new) > len(old):
        more = "".join(f"\n  {name}" for name in sorted(new - old))
        sys.exit(f"the list may only shrink: {len(old)} functions without a Parameters section, now {len(new)}:{more}")
    LIST.write_text("".join(f"{name}\n" for name in sorted(new)), encoding="utf-8")
    print(f"{len(new)} of {len(everywhere())} public functions of two or more parameters have no Parameters section")


if __name__ == "__main__":
    main()
