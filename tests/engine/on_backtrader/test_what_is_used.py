"""What is used of backtrader is the closed list in docs/backtrader.md, in the few places that may use it."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

import sectorlead.engine.on_backtrader as package
from sectorlead.engine.on_backtrader.engine import _guarded
from sectorlead.engine.on_backtrader.quiet import bt

ROOT = Path(__file__).parents[3]
FOLDERS = ("data", "engine", "strategies", "reports", "src")
HOMES = (
    "engine/on_backtrader/",
    "reports/analyzers/on_backtrader.py",
    "src/sectorlead/research/selftest/orders.py",
    "engine/class_names.py",
)  # the last if it is loaded
PAGE = (ROOT / "docs" / "backtrader.md").read_text(encoding="utf-8").partition("## What is used of backtrader")[2]


def used_names(source: str) -> set[str]:
    """Dotted names below ``bt`` or ``backtrader``, the longest of each; ``__file__`` is no part of backtrader."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if parts and isinstance(node, ast.Name) and node.id in ("bt", "backtrader"):
            found.add(".".join(parts))
    inner = {name.rpartition(".")[0] for name in found if inspect.ismodule(reached(name.rpartition(".")[0]))}
    return found - inner - {"__file__", "TimeFrame"}


def reached(name: str) -> Any:
    thing: Any = bt
    for part in filter(None, name.split(".")):
        thing = getattr(thing, part)
    return thing


def imports_it(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
        if any(name.split(".")[0] == "backtrader" for name in names):
            return True
    return False


def test_the_names_in_use_are_those_of_the_page() -> None:
    (listed,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    used = set().union(*(used_names(path.read_text(encoding="utf-8")) for path in files))
    assert used == set(listed.split())
    assert all(reached(name) is not None for name in used)


def test_one_file_imports_backtrader_and_nothing_else_reaches_it() -> None:
    files = {str(path.relative_to(ROOT)): path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")}
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    assert [name for name, text in texts.items() if imports_it(text)] == ["engine/on_backtrader/quiet.py"]
    outside = {name for name, text in texts.items() if used_names(text) and not name.startswith(HOMES)}
    assert outside == set()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("bt.Cerebro()", {"Cerebro"}),
        ("def f():\n    x = bt.indicators.SMA", {"indicators.SMA"}),
        ("class A(bt.Sizer): ...", {"Sizer"}),
        ("other.bt.Cerebro", set()),
    ],
)
def test_a_name_that_creeps_in_is_seen(source: str, names: set[str]) -> None:
    assert used_names(source) == names
    assert imports_it("def f():\n    from backtrader.feeds import PandasData")


def test_the_private_methods_that_are_overridden_are_those_of_the_page() -> None:
    modules = [
        importlib.import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)
    ]
    modules.append(importlib.import_module("sectorlead.reports.analyzers.on_backtrader"))
    kinds = {kind for module in modules for kind in vars(module).values() if inspect.isclass(kind)}
    found = set()
    for kind in {*kinds, _guarded(bt.Strategy)}:
        theirs = {name for base in kind.__mro__ if base.__module__.startswith("backtrader") for name in vars(base)}
        ours = {name for base in kind.__mro__ if base.__module__.startswith("sectorlead") for name in vars(base)}
        found |= {name for name in theirs & ours if name.startswith("_") and not name.startswith("__")}
    assert found == set(re.findall(r"`(_[a-z_]+)`", PAGE))
