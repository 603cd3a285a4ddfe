"""What must not change a metric, and what must: scale, order, a benchmark."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports import metrics
from sectorlead.reports.growth import Growth

LINES = st.lists(st.integers(200, 5_000).map(lambda k: k / 1_000), min_size=3, max_size=60)
RETURNS = st.lists(st.integers(-300, 300).map(lambda k: k / 1_000), min_size=20, max_size=60)

RELATIVE = {*metrics.RELATIVE_METRICS, "break_even_cost_over_benchmark"}
UNORDERED = (
    metrics.value_at_risk, metrics.conditional_value_at_risk, metrics.tail_ratio, metrics.skewness, metrics.kurtosis,
    metrics.positive_share,
)  # fmt: skip


def summary(make, line, scale=1.0, benchmark=None):
    fills = [(1, 0, 1, scale, 1.0, 0.3 * scale, 0.01 * scale), (2, 0, -1, scale, 1.0, 0.4 * scale, 0.01 * scale)]
    shares = [[scale, 0], *[[0, 0]] * (len(line) - 1)]
    equity = [value * scale for value in line]
    return metrics.summary(make(equity, scale, benchmark=benchmark, fills=fills, shares=shares))


@given(line=LINES, scale=st.floats(1e-3, 1e6))
def test_the_size_of_the_account_changes_no_fraction(make, line, scale):
    one, other = summary(make, line), summary(make, line, scale)
    known = metrics.definitions()
    for name in one:
        factor = scale if known[name].unit == "currency" else 1.0
        assert other[name] == pytest.approx(one[name] * factor, rel=1e-6, abs=1e-9 * factor, nan_ok=True), name


@given(line=LINES)
def test_a_benchmark_changes_nothing_of_the_strategy(make, line):
    one, other = summary(make, line), summary(make, line, benchmark=np.linspace(1.0, 2.0, len(line) + 1))
    own = [name for name in one if name not in RELATIVE and not name.startswith("benchmark_")]
    assert len(own) > 50
    for name in own:
        assert other[name] == pytest.approx(one[name], rel=0, abs=0, nan_ok=True), name
    for name in RELATIVE - {"down_capture", "down_capture_sessions", "information_ratio"}:
        assert np.isnan(one[name])
        assert np.isfinite(other[name]), name


@given(returns=RETURNS, seed=st.integers(0, 99))
def test_the_order_of_returns_changes_no_tail(returns, seed):
    line = np.array(returns)
    other = np.random.default_rng(seed).permutation(line)
    for function in UNORDERED:
        assert function(other) == pytest.approx(function(line), rel=1e-9, abs=1e-9, nan_ok=True)
    for function in (metrics.volatility, metrics.sharpe, metrics.sortino):
        assert function(other, 252) == pytest.approx(function(line, 252), rel=1e-9, abs=1e-9, nan_ok=True)


def test_the_order_of_returns_makes_the_drawdown():
    def depth(*returns):
        return metrics.max_drawdown(np.concatenate(([1.0], np.cumprod(1 + np.array(returns)))))

    assert depth(0.1, -0.1, -0.1) == pytest.approx(-0.19)
    assert depth(-0.1, 0.1, -0.1) == pytest.approx(-0.109)


@given(returns=RETURNS, gap=st.integers(0, 19))
def test_an_unknown_return_is_left_out(returns, gap):
    line = np.array(returns)
    blank = np.insert(line, gap, np.nan)
    for function in UNORDERED:
        assert function(blank) == pytest.approx(function(line), rel=1e-12, nan_ok=True)
    assert metrics.sharpe(blank, 252) == pytest.approx(metrics.sharpe(line, 252), rel=1e-12, nan_ok=True)


@given(returns=RETURNS)
def test_tails_are_in_order(returns):
    line = np.array(returns)
    worst, tail, risk = line.min(), metrics.conditional_value_at_risk(line), metrics.value_at_risk(line)
    assert worst - 1e-15 <= tail <= risk + 1e-15
    assert risk == pytest.approx(np.quantile(line, 0.05), abs=1e-15)


@given(returns=st.lists(st.integers(-300, 300).map(lambda k: k / 1_000), min_size=3, max_size=60))
def test_a_line_against_itself(returns):
    line = Growth("", np.concatenate(([1.0], np.cumprod(1 + np.array(returns)))))
    got = metrics.relative_metrics(line, line, pd.date_range("2020-01-01", periods=len(returns) + 1), 252.0)
    assert got["tracking_error"] == got["relative_return"] == got["batting_average"] == 0
    assert np.isnan(got["information_ratio"])
    if np.ptp(line.returns) > 1e-9:
        assert (got["beta"], got["alpha"], got["correlation"]) == (1.0, 0.0, pytest.approx(1.0))


@given(line=LINES)
def test_the_deepest_drawdown_is_in_the_table(line):
    growth, dates = np.array([1.0, *line]), pd.date_range("2020-01-01", periods=len(line) + 1)
    table = metrics.worst_drawdowns(Growth("", growth), dates, 99)
    depth = metrics.max_drawdown(growth)
    assert (table["depth"].min() if len(table) else 0.0) == pytest.approx(depth, rel=1e-12)
    assert (table["days"].max() if len(table) else 0) == metrics.drawdown_days(growth, dates)
    if len(table):
        first = table.iloc[0]
        assert metrics.fall_days(growth, dates) == (first["trough"] - first["peak"]).days
        recovery = metrics.recovery_days(growth, dates)
        assert np.isnan(recovery) == pd.isna(first["recovered"])
        assert np.isnan(recovery) or recovery == (first["recovered"] - first["trough"]).days
    assert metrics.ulcer_index(growth) <= -depth + 1e-15
