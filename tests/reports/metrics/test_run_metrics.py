"""The summary of a run: its numbers by hand, and what defines them."""

from __future__ import annotations

import inspect
import math
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from sectorlead.reports import metrics
from sectorlead.reports.growth import (
    Growth,
)


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def test_one_line_by_hand(make):
    run = make([90.0, 99.0, 108.9])  # -10%, +10%, +10%
    got = metrics.summary(run)
    days = (run.sessions[-1] - run.panel.sessions[0]).days
    assert got["total_return"] == near(0.089)
    assert got["cagr"] == near(1.089 ** (365.25 / days) - 1)
    spread = math.sqrt(((-0.1 - 0.1 / 3) ** 2 + 2 * (0.1 - 0.1 / 3) ** 2) / 2)
    assert got["volatility"] == near(spread * math.sqrt(252))
    assert got["sharpe"] == near(0.1 / 3 / spread * math.sqrt(252))
    assert got["sortino"] == near(0.1 / 3 / math.sqrt(0.01 / 3) * math.sqrt(252))
    assert got["max_drawdown"] == near(-0.1)
    assert got["calmar"] == near(got["cagr"] / 0.1)
    assert math.isnan(got["beta"])
    assert math.isnan(got["benchmark_cagr"])


@pytest.mark.parametrize(
    ("sessions", "freq", "short"), [(239, "B", True), (240, "B", False), (11, "ME", True), (12, "ME", False)]
)
def test_short_runs_are_not_annualised_for_readers(make, sessions, freq, short):
    line = [100.0 + k % 3 for k in range(sessions)]
    run = make(line, benchmark=[99.0, *line[::-1]], freq=freq)
    got = metrics.summary(run)
    shown = metrics.readable(got, run)
    assert metrics.too_short(run) == short
    assert math.isnan(shown["benchmark_cagr"]) == math.isnan(shown["sharpe"]) == short
    assert math.isfinite(got["sharpe"])
    assert shown["total_return"] == got["total_return"]


def test_every_number_is_defined(make):
    run = make([90.0, 99.0], benchmark=[1.0, 1.1, 1.2])
    got = metrics.summary(run, equal_weight=True)
    known = metrics.definitions(12)
    assert set(got) == set(known)
    assert set(metrics.summary(run)) == {name for name in known if "equal_weight" not in name}
    assert all(isinstance(value, float) for value in got.values())
    assert all(name == item.name for name, item in known.items())
    assert all(item.label and item.text and item.annualised and item.blank and item.source for item in known.values())
    assert "√12" in known["volatility"].text
    assert {item.unit for item in known.values()} == {
        "fraction", "ratio", "per year", "days", "years", "sessions", "bps", "count", "currency",
    }  # fmt: skip
    assert (format(0.12345, known["var_95"].format), format(1234.5, known["capacity"].format)) == ("12.35%", "1,234")
    yearly = {name for name, item in known.items() if not item.annualised.startswith("no")}
    named = {name: re.sub("^(benchmark|equal_weight)_", "", name) for name in known}
    assert yearly == {name for name, own in named.items() if own in metrics.YEARLY}
    assert set(metrics.LINE_DETAILS) | set(metrics.RELATIVE_METRICS) <= set(known)


def test_the_document_is_the_table_of_definitions():
    page = Path(__file__).parents[3] / "docs" / "metrics.md"
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    listed = [line for line in rows if line.count(" | ") == 6]
    own = [i for name, i in metrics.definitions().items() if not name.startswith(("benchmark_", "equal_weight_"))]
    cells = [(f"`{i.name}`", i.label, i.text, i.unit, i.annualised, i.blank, i.source) for i in own]
    assert listed == [f"| {' | '.join(row)} |" for row in cells]


def test_the_document_lists_the_functions():
    page = Path(__file__).parents[3] / "docs" / "metrics.md"
    told = page.read_text(encoding="utf-8").partition("## Functions")[2].partition("\n\n**")[0]
    there = {name for name, _ in inspect.getmembers(metrics, inspect.isfunction)}
    named = {name for name in re.findall(r"`(\w+)(?:\([\w, =]+\))?`", told) if name in there}
    assert named - {"definitions"} == there - {"definitions"}


def test_every_function_of_the_modules_is_reached_by_one_name():
    """``from metrics import ...`` has what the modules list, whichever of them is imported first."""
    for path in Path(metrics.__file__).parent.glob("[a-z]*.py"):
        listed = getattr(import_module(f"{metrics.__name__}.{path.stem}"), "__all__", ())
        for name in listed:
            assert hasattr(metrics, name), f"{path.name} lists {name}"


def test_a_flat_line_has_no_ratio(make):
    got = metrics.summary(make([100.0, 100.0, 100.0], benchmark=[1.0] * 4))
    assert got["volatility"] == 0
    assert all(math.isnan(got[name]) for name in ("sharpe", "sortino", "calmar", "beta", "information_ratio"))


def test_the_record_is_not_changed(make):
    run = make([90.0, 99.0], benchmark=[1.0, 1.1, 1.2])
    before = [array.copy() for array in run.outcome[:3]]
    metrics.summary(run)
    assert all(np.array_equal(a, b) for a, b in zip(before, run.outcome[:3], strict=True))
    assert Growth("x", np.array([1.0, 2.0])).returns.tolist() == [1.0]
