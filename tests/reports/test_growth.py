"""Growth lines: what they start from, their months, and how many returns a year has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sectorlead.reports import metrics
from sectorlead.reports.growth import (
    benchmark_growth,
    by_month,
    equal_weight_growth,
    periods_per_year,
    points,
    strategy_growth,
)


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def test_periods_per_year():
    for freq, periods in (("B", 252), ("W", 52), ("ME", 12), ("QE", 4), ("YE", 1)):
        assert periods_per_year(pd.date_range("2000-01-03", periods=9, freq=freq)) == periods


def test_months_start_from_the_base_point(make):
    run = make([100.0 * 1.01**k for k in range(1, 61)])
    months = by_month(strategy_growth(run), points(run))
    assert months.month[0] == 1
    assert np.prod(1 + months.returns) == near(1.01**60)
    assert months.returns[0] == near(1.01**22 - 1)  # 2 to 31 January 2020


def test_equal_weight_leaves_out_what_has_ended_and_keeps_what_is_suspended(make):
    nan = np.nan
    run = make([100.0] * 3, close=[[1.0, 2.0], [1.1, 2.0], [1.21, nan], [1.331, nan]])
    assert equal_weight_growth(run).levels == pytest.approx([1.0, 1.05, 1.05**2, 1.05**3])
    by_bars = replace(run, terms=replace(run.terms, ended="last-bar"))
    assert equal_weight_growth(by_bars).levels == pytest.approx([1.0, 1.05, 1.05 * 1.1, 1.05 * 1.21])


def test_a_benchmark_that_starts_late_is_measured_from_there(make):
    run = make([100.0] * 4, benchmark=[np.nan, np.nan, 50.0, 60.0, 66.0])
    assert benchmark_growth(run).levels.tolist()[2:] == pytest.approx([1.0, 1.2, 1.32])
    assert metrics.summary(run)["benchmark_total_return"] == near(0.32)
