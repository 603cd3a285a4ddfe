"""Metrics: answers worked by hand, and what must not change them."""

from __future__ import annotations

import inspect
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports import metrics
from sectorlead.reports.growth import (
    Growth,
    benchmark_growth,
    by_month,
    equal_weight_growth,
    periods_per_year,
    points,
    strategy_growth,
)

LINES = st.lists(st.floats(0.2, 5.0), min_size=3, max_size=40)


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


def test_a_loss_in_the_first_session_is_a_drawdown(make):
    assert metrics.summary(make([90.0, 94.5, 99.225]))["max_drawdown"] == near(-0.1)
    assert metrics.summary(make([90.0, 94.5, 99.225], first=0))["max_drawdown"] == near(-0.1)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ([1.0, 1.1, 1.2], 0),
        ([1.0, 0.9, 1.0, 1.1], 2),  # regained on the second day
        ([1.0, 1.2, 1.1, 1.0, 1.1], 3),  # still open at the end
        ([1.0, 0.9, 1.0, 0.8, 0.9, 1.0, 0.99], 3),
        ([1.0, 1.0, 1.0], 0),
    ],
)
def test_longest_drawdown(line, days):
    dates = pd.date_range("2020-01-01", periods=len(line), freq="D")
    assert metrics.drawdown_days(np.array(line), dates) == days


def test_against_a_benchmark_by_hand():
    bench = np.array([0.01, -0.02, 0.03, 0.0])
    own = 2 * bench + 0.001
    assert metrics.beta(own, bench) == near(2.0)
    assert metrics.alpha(own, bench, 252) == near(0.252)
    gap = own - bench
    assert metrics.tracking_error(own, bench, 12) == near(gap.std(ddof=1) * math.sqrt(12))
    assert metrics.information_ratio(own, bench, 12) == near(gap.mean() / gap.std(ddof=1) * math.sqrt(12))


def test_capture_and_months_ahead_by_hand():
    bench = np.array([0.10, -0.10, 0.21, np.nan])
    own = np.array([0.21, -0.05, 0.10, 9.0])
    up = (math.sqrt(1.21 * 1.10) - 1) / (math.sqrt(1.10 * 1.21) - 1)
    assert metrics.capture(own, bench, up=True) == near(up)
    assert metrics.capture(own, bench, up=False) == near(0.5)
    assert metrics.hit_rate(own, bench) == near(2 / 3)


def test_relative_return_is_taken_where_both_are_known():
    own, bench = np.array([1.0, 2.0, 3.0]), np.array([np.nan, 1.0, 1.2])
    assert metrics.relative_return(own, bench, 1.0) == near(1.5 / 1.2 - 1)


def test_trading_by_hand(make):
    fills = [
        (1, 0, 1, 50.0, 1.0, 50.0, 0.5, 0.0, 0.1, 0.07, 0.03, 0.2),
        (2, 0, -1, 50.0, 1.0, 50.0, 0.5, 0.3, 0.1, 0.07, 0.03, 0.2),
        (3, 1, 0, 7.0, 1.0, 999.0),  # an ended series: not traded by choice
    ]
    run = make([100.0, 100.0, 100.0], fills=fills, shares=[[50, 0], [0, 0], [0, 0]])
    got = metrics.summary(run)
    years = (run.sessions[-1] - run.panel.sessions[0]).days / 365.25
    assert got["turnover"] == near(50 / 100 / years)
    assert got["cost_total"] == near(2.1)
    assert got["cost_drag"] == near(0.021 / years)
    assert (got["cost_commission"], got["cost_stamp_duty"]) == (near(1.0), near(0.3))
    assert (got["cost_handling_fee"], got["cost_levy"]) == (near(0.14), near(0.06))
    assert got["exposure"] == near(0.5 / 3)
    assert got["holdings"] == near(1 / 3)
    assert (got["fills"], got["rejections"], got["decisions"]) == (3, 0, 0)


def test_periods_per_year():
    for freq, periods in (("B", 252), ("W", 52), ("ME", 12), ("QE", 4), ("YE", 1)):
        assert periods_per_year(pd.date_range("2000-01-03", periods=9, freq=freq)) == periods


def test_months_start_from_the_base_point(make):
    run = make([100.0 * 1.01**k for k in range(1, 61)])
    months = by_month(strategy_growth(run), points(run))
    assert months.month[0] == 1
    assert np.prod(1 + months.returns) == near(1.01**60)
    assert months.returns[0] == near(1.01**22 - 1)  # 2 to 31 January 2020


def test_equal_weight_leaves_out_what_has_ended_or_is_not_listed(make):
    nan = np.nan
    run = make([100.0] * 3, close=[[1.0, 2.0], [1.1, 2.0], [1.21, nan], [1.331, nan]])
    assert equal_weight_growth(run).levels == pytest.approx([1.0, 1.05, 1.05 * 1.1, 1.05 * 1.21])


def test_a_benchmark_that_starts_late_is_measured_from_there(make):
    run = make([100.0] * 4, benchmark=[np.nan, np.nan, 50.0, 60.0, 66.0])
    assert benchmark_growth(run).levels.tolist()[2:] == pytest.approx([1.0, 1.2, 1.32])
    assert metrics.summary(run)["benchmark_total_return"] == near(0.32)


@pytest.mark.parametrize(("sessions", "freq", "short"), [(59, "B", True), (60, "B", False), (3, "ME", False)])
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
    got = metrics.summary(make([90.0, 99.0], benchmark=[1.0, 1.1, 1.2]))
    known = metrics.definitions(12)
    assert set(got) == set(known)
    assert all(isinstance(value, float) for value in got.values())
    assert all(name == item.name and all(item) for name, item in known.items())
    assert "√12" in known["volatility"].text
    assert {item.unit for item in known.values()} == {
        "fraction", "ratio", "per year", "days", "years", "sessions", "bps", "count", "currency",
    }  # fmt: skip
    assert (format(0.12345, known["var_95"].format), format(1234.5, known["capacity"].format)) == ("12.35%", "1,234")
    yearly = {name for name, item in known.items() if not item.annualised.startswith("no")}
    assert yearly == {*metrics.YEARLY, *(name for name in known if name.removeprefix("benchmark_") in metrics.YEARLY)}
    assert set(metrics.LINE_DETAILS) | set(metrics.RELATIVE_METRICS) <= set(known)


def test_the_document_is_the_table_of_definitions():
    page = Path(__file__).parents[3] / "docs" / "metrics.md"
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    listed = [line for line in rows if line.count(" | ") == 6]
    own = [item for name, item in metrics.definitions().items() if not name.startswith("benchmark_")]
    cells = [(f"`{i.name}`", i.label, i.text, i.unit, i.annualised, i.blank, i.source) for i in own]
    assert listed == [f"| {' | '.join(row)} |" for row in cells]


def test_the_document_lists_the_functions():
    page = Path(__file__).parents[3] / "docs" / "metrics.md"
    told = page.read_text(encoding="utf-8").partition("## Functions")[2].partition("\n\n**")[0]
    named = {name for name in re.findall(r"`(\w+)(?:\([\w, =]+\))?`", told) if name in metrics.__all__}
    assert named == {name for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))} - {"definitions"}


def test_a_flat_line_has_no_ratio(make):
    got = metrics.summary(make([100.0, 100.0, 100.0], benchmark=[1.0] * 4))
    assert got["volatility"] == 0
    assert all(math.isnan(got[name]) for name in ("sharpe", "sortino", "calmar", "beta", "information_ratio"))


@given(LINES)
def test_the_drawdown_is_the_worst_of_all_holding_periods(line):
    growth = np.array([1.0, *line])
    assert -1 < metrics.max_drawdown(growth) <= 0
    assert metrics.max_drawdown(growth) == pytest.approx(
        min(b / a - 1 for k, a in enumerate(growth) for b in growth[k:])
    )


def test_the_record_is_not_changed(make):
    run = make([90.0, 99.0], benchmark=[1.0, 1.1, 1.2])
    before = [array.copy() for array in run.outcome[:3]]
    metrics.summary(run)
    assert all(np.array_equal(a, b) for a, b in zip(before, run.outcome[:3], strict=True))
    assert Growth("x", np.array([1.0, 2.0])).returns.tolist() == [1.0]
