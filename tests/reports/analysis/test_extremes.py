"""Best and worst periods, and histograms, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.reports.analysis.extremes import distribution, extremes
from sectorlead.reports.growth import Growth


def test_days_weeks_and_months_by_hand():
    # Wed 31 Jan is the base; Thu, Fri, then Mon, Tue of the next week, then Thu 29 Feb and Fri 1 March
    dates = pd.DatetimeIndex(
        ["2024-01-31", "2024-02-01", "2024-02-02", "2024-02-05", "2024-02-06", "2024-02-29", "2024-03-01"]
    )
    line = Growth("", np.array([1.0, 1.1, 1.32, 0.99, 0.99, 0.495, 0.99]))
    day, week, month = extremes(line, dates)
    assert (day.name, day.best, day.worst) == ("session", pytest.approx(1.0), pytest.approx(-0.5))
    assert (day.best_end, day.worst_end) == (dates[6], dates[5])
    assert (week.best, week.worst) == (pytest.approx(0.32), pytest.approx(0.99 / 1.32 - 1))
    assert (week.best_end, week.worst_end) == (dates[2], dates[4])
    assert (month.best, month.worst) == (pytest.approx(1.0), pytest.approx(0.495 - 1))


def test_monthly_data_have_months_only_once():
    dates = pd.date_range("2020-01-31", periods=6, freq="ME")
    found = extremes(Growth("", np.array([1, 2, 1, 2, 1, 3.0])), dates)
    assert [(row.name, row.best) for row in found] == [("session", 2.0)]
    assert extremes(Growth("", np.full(6, np.nan)), dates) == ()


def test_a_histogram_counts_all_returns_around_an_edge_at_zero():
    rng = np.random.default_rng(0)
    lines = [rng.normal(0.001, 0.02, 999), np.append(rng.normal(0, 0.01, 500), [np.nan, 0.0, 5.0])]
    found = distribution(lines, 20)
    assert [counts.sum() for counts in found.counts] == [999, 502]
    assert np.abs(found.edges).min() < 1e-12
    np.testing.assert_allclose(np.diff(found.edges), found.edges[1] - found.edges[0])
    assert 18 <= len(found.edges) - 1 <= 23
    zero = int(np.abs(found.edges).argmin())
    assert found.counts[0][zero:].sum() == (lines[0] >= 0).sum()
    assert found.counts[1][-1] >= 1  # what lies beyond is in the last bin
    np.testing.assert_array_equal(distribution([np.zeros(3)]).counts[0].sum(), 3)
