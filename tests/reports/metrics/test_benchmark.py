"""A line against a benchmark: answers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

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


def test_correlation_treynor_and_sessions_ahead():
    bench, own = np.array([0.01, 0.02, 0.03, NAN]), np.array([0.01, 0.03, 0.02, 0.9])
    assert metrics.correlation(own, bench) == near(0.5)
    assert metrics.beta(own, bench) == near(0.5)
    assert metrics.treynor(own, bench, 252) == near(0.02 / 0.5 * 252)  # a mean by the year, not the total return
    assert metrics.batting_average(own, bench) == near(1 / 3)  # an equal return is not ahead
    assert math.isnan(metrics.correlation(own, np.full(4, 0.01)))
    assert math.isnan(metrics.treynor(own, np.full(4, 0.01), 252))


def test_alpha_is_arithmetic_and_the_information_ratio_by_the_year():
    bench = np.array([0.01, -0.02, 0.03, 0.0])
    own = bench + np.array([0.002, 0.0, 0.002, 0.0])
    assert metrics.alpha(2 * bench + 0.001, bench, 252) == near(0.252)  # compounded it would be 0.286
    assert metrics.information_ratio(own, bench, 252) == near(math.sqrt(252) * 0.001 / math.sqrt(4e-6 / 3))
    assert metrics.tracking_error(own, bench, 252) == near(math.sqrt(252) * math.sqrt(4e-6 / 3))


def test_capture_by_month_and_by_session_are_two_numbers(make):
    """The strategy makes the benchmark's month in sessions in which the benchmark falls."""
    bench = [100.0, 110.0, 99.0, 108.9]  # the session before, then +10%, -10%, +10% within January: a month of +8.9%
    got = metrics.summary(make([90.0, 99.0, 108.9], benchmark=bench))  # -10%, +10%, +10%
    assert got["up_capture"] == near(1.0)
    assert got["up_capture_sessions"] == near((math.sqrt(0.9 * 1.1) - 1) / 0.1)
    assert got["down_capture_sessions"] == near(0.1 / -0.1)
    assert math.isnan(got["down_capture"])  # no month in which it fell
    assert (got["hit_rate"], got["batting_average"]) == (0.0, near(1 / 3))


def test_a_line_that_is_its_benchmark():
    returns = np.array([0.01, -0.02, 0.03, 0.0])
    dates, line = days(5), Growth("", grown(*returns))
    got = metrics.relative_metrics(line, line, dates, 252.0)
    assert (got["alpha"], got["beta"], got["tracking_error"]) == (0.0, 1.0, 0.0)
    assert math.isnan(got["information_ratio"])
    assert (got["correlation"], got["batting_average"], got["relative_return"]) == (near(1.0), 0.0, 0.0)
    assert got["up_capture_sessions"] == got["down_capture_sessions"] == 1.0


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
