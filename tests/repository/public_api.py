"""The contract of the public names: each with its signature, a class with its public methods and properties.

``python tests/repository/public_api.py`` writes ``public_api.txt`` anew; a change there needs a line in CHANGELOG.md
(``docs/stability.md``). Types are left out: they are held by mypy.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sectorlead

CONTRACT = Path(__file__).with_name("public_api.txt")
LIMIT = 60
"""Signs of a default; what is longer is cut, and what stands at an address in memory is not shown."""


def signature(thing: Any) -> str:
    """Parameters with their kinds and defaults, as they would be written."""
    try:
        own = inspect.signature(thing)
    except (TypeError, ValueError):  # of a builtin
        return "(...)"
    plain = [item.replace(annotation=item.empty, default=_default(item)) for item in own.parameters.values()]
    return str(own.replace(parameters=plain, return_annotation=own.empty))


class _Shown:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _default(item: inspect.Parameter) -> Any:
    if item.default is item.empty:
        return item.empty
    text = re.sub(r" at 0x[0-9a-f]+", "", " ".join(repr(item.default).split()))
    return _Shown(text if len(text) <= LIMIT else f"{text[:LIMIT]}...")


def members(kind: type) -> Iterator[str]:
    """Public methods and properties that the package itself defines on a class."""
    for name, member in sorted(inspect.getmembers_static(kind)):
        home = next((base for base in kind.__mro__ if name in vars(base)), object)
        if name.startswith("_") or not home.__module__.startswith("sectorlead"):
            continue
        if isinstance(member, property) or type(member).__name__ == "cached_property":
            yield f"  .{name}"
        elif isinstance(member, classmethod | staticmethod) or inspect.isfunction(member):
            yield f"  .{name}{signature(getattr(member, '__func__', member))}"


def contract() -> str:
    """A line for each name, indented ones for what a class has."""
    lines = []
    for name in sorted(sectorlead.__all__):
        thing = getattr(sectorlead, name)
        lines.append(f"{name}{signature(thing) if callable(thing) else ''}")
        if inspect.isclass(thing) and not issubclass(thing, Exception):
            lines += members(thing)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    CONTRACT.write_text(contract(), encoding="utf-8")
