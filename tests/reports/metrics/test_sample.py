"""What metrics share is what each would find by itself."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports import metrics
from sectorlead.reports.growth import Growth, by_month, years_between
from sectorlead.reports.metrics.inputs import Dates, MeasuredLine, both_known
from sectorlead.reports.metrics.sample import Sample, moments

LEVELS = st.one_of(st.integers(200, 5_000).map(lambda k: k / 1_000), st.just(math.nan))
LINES = st.lists(st.tuples(LEVELS, LEVELS), min_size=2, max_size=80)
START = pd.Timestamp("2021-01-18")


@given(values=st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=300))
def test_moments_are_numpys_to_the_last_bit(values: list[float]) -> None:
    line = np.array(values)
    found = moments(line)
    assert (found.mean, found.deviation) == (line.mean(), line.std(ddof=1))
    assert moments(line[:0]).deviation == moments(line[:1]).deviation == 0.0


@given(pairs=LINES)
def test_a_line_with_gaps_has_the_metrics_of_the_functions(pairs: list[tuple[float, float]]) -> None:
    levels, other = np.array(pairs).T
    dates = pd.date_range(START, periods=len(levels), freq="7D").as_unit("s")
    growth, against = Growth("own", levels), Growth("other", other)
    own, theirs, years = growth.returns, against.returns, years_between(dates, levels)
    months, their_months = (by_month(line, dates).returns for line in (growth, against))
    told = metrics.line_metrics(growth, dates, 52.0) | metrics.line_details(growth, dates, 52.0)
    both = years_between(dates, np.where(np.isnan(levels), np.nan, other))
    told |= metrics.relative_metrics(growth, against, dates, 52.0)
    expected = {
        "total_return": metrics.total_return(levels),
        "cagr": metrics.cagr(levels, years),
        "cagr_sessions": metrics.cagr_by_sessions(levels, 52.0),
        "volatility": metrics.volatility(own, 52.0),
        "sharpe": metrics.sharpe(own, 52.0),
        "sortino": metrics.sortino(own, 52.0),
        "max_drawdown": metrics.max_drawdown(levels),
        "calmar": metrics.calmar(levels, years),
        "drawdown_days": metrics.drawdown_days(levels, dates),
        "drawdown_fall_days": metrics.fall_days(levels, dates),
        "drawdown_recovery_days": metrics.recovery_days(levels, dates),
        "ulcer_index": metrics.ulcer_index(levels),
        "var_95": metrics.value_at_risk(own),
        "cvar_95": metrics.conditional_value_at_risk(own),
        "tail_ratio": metrics.tail_ratio(own),
        "skewness": metrics.skewness(own),
        "kurtosis": metrics.kurtosis(own),
        "positive_sessions": metrics.positive_share(own),
        "positive_months": metrics.positive_share(months),
        "relative_return": metrics.relative_return(levels, other, both),
        "beta": metrics.beta(own, theirs),
        "alpha": metrics.alpha(own, theirs, 52.0),
        "correlation": metrics.correlation(own, theirs),
        "tracking_error": metrics.tracking_error(own, theirs, 52.0),
        "information_ratio": metrics.information_ratio(own, theirs, 52.0),
        "treynor": metrics.treynor(own, theirs, 52.0),
        "batting_average": metrics.batting_average(own, theirs),
        "hit_rate": metrics.hit_rate(months, their_months),
        "up_capture": metrics.capture(months, their_months, up=True),
        "down_capture": metrics.capture(months, their_months, up=False),
        "up_capture_sessions": metrics.capture(own, theirs, up=True),
        "down_capture_sessions": metrics.capture(own, theirs, up=False),
    }
    assert told.keys() == expected.keys()
    for name, value in expected.items():
        assert told[name] == pytest.approx(value, rel=1e-12, abs=1e-15, nan_ok=True), name


def test_a_return_from_nothing_is_not_known() -> None:
    sample = Sample(Growth("", np.array([1.0, 0.0, 0.0, 2.0, 3.0])).returns)
    assert sample.known.tolist() == [-1.0, 0.5]
    assert metrics.positive_share(sample.returns) == 0.5
    one, other = both_known(sample, Sample(np.array([0.1, 0.2, 0.3, math.nan])))
    assert (one.returns.tolist(), other.returns.tolist()) == ([-1.0], [0.1])


def test_a_late_line_is_measured_where_it_is_known() -> None:
    dates = pd.bdate_range(START, periods=6)
    late = MeasuredLine(Growth("", np.array([math.nan, math.nan, 2.0, 1.0, 3.0, 2.5])), Dates(dates), 252.0)
    whole = MeasuredLine(Growth("", np.array([2.0, 1.0, 3.0, 2.5])), Dates(dates[2:]), 252.0)
    assert late.levels.tolist() == whole.levels.tolist()
    assert late.falls.tolist() == [0.0, -0.5, 0.0, 2.5 / 3 - 1]
    assert late.at_known(late.dates.days).tolist() == whole.dates.days.tolist()
    assert late.years == whole.years == 5 / 365.25
