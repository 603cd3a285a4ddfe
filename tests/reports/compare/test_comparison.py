"""Runs side by side: correlations, growth over common sessions, holdings, months. By hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import InputError
from sectorlead.reports.compare.comparison import (
    ComparedRun,
    common_growth,
    compared_metrics,
    compared_run,
    correlations,
    mean_weights,
    monthly_differences,
    named_runs,
    overlap,
    same_sessions,
)
from sectorlead.reports.growth import Growth

NAN = math.nan


def test_correlations_are_of_sessions_below_and_of_months_above():
    days = pd.DatetimeIndex(["2020-01-31", *(f"2020-{m:02}-{d}" for m in range(2, 6) for d in (10, 20))])
    rng = np.random.default_rng(0)
    first, second = (np.cumprod(np.append(1.0, 1 + rng.normal(0, 0.02, 8))) for _ in range(2))
    flat = Growth("flat", np.ones(9))
    table = correlations([Growth("a", first), Growth("b", second), flat], days)
    daily = [line[1:] / line[:-1] - 1 for line in (first, second)]
    monthly = [line[2::2] / line[:-1:2] - 1 for line in (first, second)]
    assert table[1, 0] == pytest.approx(np.corrcoef(daily)[0, 1])
    assert table[0, 1] == pytest.approx(np.corrcoef(monthly)[0, 1])
    assert np.isnan(table[2]).all()
    assert np.isnan(np.diag(table)).all()


def test_overlap_by_hand(make):
    one = make([2.0] * 2, 2.0, shares=[[1, 1], [2, 0]])
    other = make([2.0] * 2, 2.0, shares=[[0, 1], [1, 0]])
    runs = [compared_run("one", one), compared_run("other", other)]
    np.testing.assert_allclose(overlap(runs), [[1.0, 0.5], [0.5, 0.5]])


def run_of(label, days, levels, weights=None, benchmark=None, base=None, **metrics):
    """A run in these sessions of January 2024."""
    sessions = pd.DatetimeIndex([f"2024-01-{day:02}" for day in days])
    closes = np.full(len(days), NAN) if benchmark is None else np.asarray(benchmark, dtype=float)
    held = pd.DataFrame(weights or {}, index=sessions, dtype=float)
    return ComparedRun(
        label, sessions, np.asarray(levels, dtype=float), base, held, pd.Series(closes, sessions), NAN, metrics
    )


LONG = run_of("long", (2, 3, 4, 5), [100, 110, 121, 121, 242], benchmark=(NAN, 5, 6, 7))
SHORT = run_of("short", (4, 5, 8), [10, 12, 15, 30], benchmark=(6, 7, 9))


def test_growth_over_common_sessions_starts_at_the_close_before_them():
    shared = common_growth([LONG, SHORT])
    assert shared.dates.strftime("%d").tolist() == ["03", "04", "05"]  # the 3rd is a session of the long run only
    np.testing.assert_allclose(shared.levels, [[1.0, 1.0, 2.0], [1.0, 1.2, 1.5]])
    assert shared.benchmark.tolist() == pytest.approx([6 / 5, 7 / 5])  # from the close of the 3rd
    assert [line.label for line in shared.lines] == ["long", "short"]
    total = next(row for row in shared.metrics if row.definition.name == "total_return")
    assert total.of_runs == pytest.approx((1.0, 0.5))
    assert total.differences == pytest.approx((0.0, -0.5))
    cagr = next(row for row in shared.metrics if row.definition.name == "cagr")
    assert all(map(math.isnan, cagr.of_runs))  # two sessions are no year


def test_the_base_of_growth_is_the_latest_that_is_known():
    early, late = pd.Timestamp("2023-12-28"), pd.Timestamp("2023-12-29")
    one, two = (run_of("x", (2, 3), [1, 2, 3], base=base) for base in (early, late))
    assert common_growth([one, two]).base == late
    assert common_growth([run_of("x", (2, 3), [1, 2, 3])] * 2).base == pd.Timestamp("2024-01-02")
    empty = run_of("x", (2, 3), [0, 2, 3])  # an account that had nothing before
    assert common_growth([empty, empty]).levels[0].tolist() == [1.0, 1.0, 1.5]


def test_less_than_two_common_sessions_or_another_benchmark_are_not_compared():
    assert common_growth([LONG, run_of("x", (5, 8), [1, 2, 3])]) is None
    assert common_growth([LONG, run_of("x", (4, 5), [1, 2, 3], benchmark=(6, 8))]).benchmark is None
    assert common_growth([LONG, run_of("x", (4, 5), [1, 2, 3])]).benchmark is None
    assert same_sessions([LONG, LONG])
    assert not same_sessions([LONG, SHORT])


def test_monthly_differences_by_hand():
    days = pd.DatetimeIndex(["2023-12-29", "2024-01-31", "2024-02-29", "2025-01-31"])
    runs = [
        ComparedRun(label, days[1:], np.array(levels), days[0], pd.DataFrame(), pd.Series(NAN, days[1:]), NAN, {})
        for label, levels in (("a", [1.0, 1.1, 1.1, 2.2]), ("b", [1.0, 1.3, 1.17, 1.17]))
    ]
    first, second = monthly_differences(common_growth(runs), 1)
    assert (first.year, second.year) == (2024, 2025)
    assert first.months[:2] == pytest.approx((0.2, -0.1))
    assert all(map(math.isnan, first.months[2:]))
    assert (first.whole, second.whole) == pytest.approx((0.07, -1.0))


def test_overlap_is_of_what_both_could_hold():
    one = run_of("one", (2, 3), [1, 1, 1], {"A": [0.5, 0.5], "B": [0.5, 0.0]})
    other = run_of("other", (3, 4), [1, 1, 1], {"C": [0.6, 1.0], "A": [0.4, 0.0]})
    apart = run_of("apart", (3,), [1, 1], {"Z": [1.0]})
    table = overlap([one, other, apart])
    np.testing.assert_allclose(table, [[0.75, 0.4, NAN], [0.4, 1.0, NAN], [NAN, NAN, 1.0]])
    assert np.isnan(overlap([one, run_of("never", (9,), [1, 1], {"A": [1.0]})])[0, 1])


def test_mean_weights_are_told_where_they_differ_most():
    one = run_of("one", (2, 3, 4), [1] * 4, {"A": [0.5, 0.5, 9.0], "B": [0.2, 0.4, 9.0], "N": [0.0] * 3})
    other = run_of("other", (2, 3), [1] * 3, {"A": [0.4, 0.4], "C": [0.3, 0.5]})
    told = mean_weights([one, other], other.sessions)
    assert [row.symbol for row in told] == ["C", "B", "A"]
    assert [row.weights for row in told] == [pytest.approx(pair) for pair in ((0.0, 0.4), (0.3, 0.0), (0.5, 0.4))]
    assert [row.symbol for row in mean_weights([one, other], other.sessions, most=1)] == ["C"]


def test_metrics_that_a_run_does_not_tell_are_blank():
    (row,) = compared_metrics([run_of("a", (2,), [1, 1], cagr=0.1), run_of("b", (2,), [1, 1])], ["cagr"])
    assert row.of_runs[0] == 0.1
    assert math.isnan(row.of_runs[1])
    assert math.isnan(run_of("a", (2,), [1, 1]).of_benchmark("cagr"))


def test_labels_are_told_apart_and_at_least_one_run_is_needed(make):
    run = make([1.0, 1.0], name="x")
    assert list(named_runs([run, run, run])) == ["x", "x (2)", "x (3)"]
    assert list(named_runs({"own": run})) == ["own"]
    with pytest.raises(InputError, match="at least one run"):
        named_runs([])
