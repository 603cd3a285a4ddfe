"""How deep a line fell and for how long: answers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports import metrics
from sectorlead.reports.growth import (
    Growth,
)

NAN = np.nan


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def days(count: int) -> pd.DatetimeIndex:
    return pd.date_range("2020-01-01", periods=count, freq="D")


def grown(*returns: float) -> np.ndarray:
    return np.concatenate(([1.0], np.cumprod(1 + np.array(returns))))


def test_a_loss_of_the_first_session_counts_everywhere():
    """Without a point before the first return it would be 0: the line only rises from there."""
    line = grown(-0.10, 0.05, 0.05)
    assert metrics.max_drawdown(line) == near(-0.1)
    assert metrics.ulcer_index(line) == near(math.sqrt((0.1**2 + 0.055**2 + 0.00775**2) / 3))
    assert metrics.worst_drawdowns(Growth("", line), days(4)).loc[0, "depth"] == near(-0.1)
    assert metrics.calmar(line, 1.0) == near((0.9 * 1.05**2 - 1) / 0.1)


def test_the_deepest_drawdown_falls_and_recovers():
    line = np.array([NAN, 1.0, 0.95, 1.0, 1.2, 1.1, 0.9, 1.0, 1.2, 1.1])
    assert metrics.fall_days(line, days(10)) == 2  # 1.2 to 0.9
    assert metrics.recovery_days(line, days(10)) == 2
    assert math.isnan(metrics.recovery_days(line[:8], days(8)))  # not regained
    assert math.isnan(metrics.fall_days(np.array([1.0, 1.1]), days(2)))  # never fell


def test_the_table_of_the_worst():
    line = np.array([NAN, 1.0, 0.95, 1.0, 1.2, 1.1, 0.9, 1.0, 1.2, 1.1])
    table = metrics.worst_drawdowns(Growth("", line), days(10), 2)
    assert table["depth"].tolist() == [near(-0.25), near(1.1 / 1.2 - 1)]
    assert table["fall"].tolist() == [2, 1]
    assert table["recovery"].tolist()[0] == 2
    assert pd.isna(table["recovered"]).tolist() == [False, True]
    assert table["peak"].tolist() == [days(10)[4], days(10)[8]]
    assert table["length"].tolist() == [4, 1]


def test_ulcer_index():
    assert metrics.ulcer_index(np.array([1.0, 0.9, 1.0, 0.8])) == near(math.sqrt((0.01 + 0.0 + 0.04) / 3))
    assert math.isnan(metrics.ulcer_index(np.array([NAN, 1.0])))


LINES = st.lists(st.floats(0.2, 5.0), min_size=3, max_size=40)


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


@given(LINES)
def test_the_drawdown_is_the_worst_of_all_holding_periods(line):
    growth = np.array([1.0, *line])
    assert -1 < metrics.max_drawdown(growth) <= 0
    assert metrics.max_drawdown(growth) == pytest.approx(
        min(b / a - 1 for k, a in enumerate(growth) for b in growth[k:])
    )
