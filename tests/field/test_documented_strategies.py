"""Every strategy of the README and the examples, in Python, in a comparison and on the command line, and again."""

from __future__ import annotations

import ast
import importlib
import json
import re
import sys
import types
from pathlib import Path
from typing import Any

import backtrader
import numpy as np
import pytest

import sectorlead as sl

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "docs" / "three_ways.md", *sorted((ROOT / "examples").glob("*.py")))
EXPECTED = {
    "three_ways:Calm", "three_ways:Patient", "three_ways:Crossing", "02_own_score:Calm",
    "03_path_dependent_rule:TakeProfit", "06_from_backtrader:Crossing", "05_analyzers_in_plain_backtrader:Strongest",
}  # fmt: skip


def definitions(path: Path) -> str:
    """Imports, classes and functions of a document, without what it runs."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        text = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    kept = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef)
    return "\n\n".join(ast.unparse(node) for node in ast.parse(text).body if isinstance(node, kept))


def is_strategy(value: Any, home: str) -> bool:
    own = isinstance(value, type) and value.__module__ == home
    return own and (hasattr(value, "decide") or issubclass(value, sl.Score | backtrader.Strategy))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, type]]:
    """Module and class by document and name, from modules that a command can import as well."""
    folder, out = tmp_path_factory.mktemp("documents"), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        for path in DOCUMENTS:
            module = f"of_{re.sub('[^a-z0-9]', '_', path.stem.lower())}"
            (folder / f"{module}.py").write_text(definitions(path), encoding="utf-8")
            made = importlib.import_module(module)
            for name, value in vars(made).items():
                if is_strategy(value, module):
                    out[f"{path.stem}:{name}"] = (str(folder / f"{module}.py"), value)
        yield out
    for module in [name for name in sys.modules if name.startswith("of_")]:
        del sys.modules[module]


@pytest.fixture(scope="module")
def panel() -> sl.Panel:
    return sl.simulate(seed=3, sessions=400)


def same(one: Any, other: Any) -> bool:
    return all(
        np.array_equal(a, b, equal_nan=True)
        for part in ("equity", "cash", "shares")
        for a, b in [(getattr(one.outcome, part), getattr(other.outcome, part))]
    )


def test_none_is_left_out(found: dict[str, tuple[str, type]]) -> None:
    assert set(found) == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_strategy_runs_twice_alike(found: dict[str, tuple[str, type]], panel: sl.Panel, name: str) -> None:
    kind = found[name][1]
    foreign = issubclass(kind, backtrader.Strategy)
    given = kind if foreign else kind()
    before = None if foreign else dict(getattr(given, "__dict__", {}))
    terms = {"engine": "backtrader"} if foreign else {"engine": "both"}
    first, second = (sl.run(given, panel, "cn-etf", **terms) for _ in range(2))  # type: ignore[arg-type]
    assert same(first, second)
    assert len(first.fills) > 0
    if not foreign:
        assert dict(getattr(given, "__dict__", {})) == before  # what it remembers it remembers in its run only
        assert same(first, sl.run(kind, panel, "cn-etf"))  # a class is made anew


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_strategy_is_compared_twice_alike(found: dict[str, tuple[str, type]], panel: sl.Panel, name: str) -> None:
    kind = found[name][1]
    foreign = issubclass(kind, backtrader.Strategy)
    given = kind if foreign else kind()
    both = {"own": given, "again": given, "held": "equal-weight"}
    if foreign:
        from sectorlead.research.compare import Entry

        both = {label: Entry(kind, "backtrader") if label != "held" else each for label, each in both.items()}
    made = [sl.compare(both, panel, "cn-etf", seeds=0, bootstrap=100, sensitivity=False) for _ in range(2)]
    runs = [record for each in made for label, record in each.records.items() if label != "held"]
    assert all(same(runs[0], run) for run in runs[1:])


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_strategy_runs_on_the_command_line(
    found: dict[str, tuple[str, type]], command: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, kind = found[name]
    Path(Path(path).name).write_text(Path(path).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setitem(sys.modules, kind.__module__, types.ModuleType(kind.__module__))
    del sys.modules[kind.__module__]
    done = command("run", "--strategy", f"{kind.__module__}:{kind.__name__}", "--out", "out", "--no-panel")
    assert done.status == 0, done.err
    told = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert bool(told["verified"]) is not issubclass(kind, backtrader.Strategy)
    assert "note: no market was named: cn-etf, as the simulated series are Chinese sector funds" in done.out
    assert "data quality: no errors" in done.out
