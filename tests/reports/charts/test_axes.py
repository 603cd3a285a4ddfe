"""Scales: a tick is where a line of its value is drawn, and its text is that value."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports.charts.axes import (
    Scale,
    apart,
    calendar_ticks,
    linear_levels,
    linear_scale,
    log_levels,
    log_scale,
    time_ticks,
)

LEVELS = st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=20)


@given(LEVELS)
def test_a_tick_of_a_log_axis_is_where_the_logarithm_of_its_text_is(values):
    """Measured from the lowest and the highest value, whose places follow from the 4% at either end."""
    scale = log_scale(np.array(values))
    low, high = math.log(min(values)), math.log(max(values))
    pad = max(0.04 * (high - low), 0.01)
    for tick in scale.ticks():
        assert tick.at == pytest.approx((math.log(float(tick.text)) - low + pad) / (high - low + 2 * pad), abs=1e-5)
        assert 0 <= tick.at <= 1
    assert len(scale.ticks()) >= 2


@given(st.lists(st.floats(-0.9, 5), min_size=2, max_size=20), st.booleans())
def test_a_tick_in_percent_is_where_its_text_is(values, signed):
    scale = linear_scale(np.array(values), 0.08, 0.002)
    low, high = min(values), max(values)
    pad = max(0.08 * (high - low), 0.002)
    ticks = scale.percent_ticks(signed)
    assert 2 <= len(ticks) <= 6
    for tick in ticks:
        value = float(tick.text.removesuffix("%").replace("−", "-").replace(",", "")) / 100
        if abs(value * 1000 - round(value * 1000)) < 1e-6 and high - low > 0.01:  # finer steps are rounded in the text
            assert tick.at == pytest.approx((value - low + pad) / (high - low + 2 * pad), abs=2e-3)
        assert tick.text.startswith("+") == (signed and value > 0)


def test_lines_and_ticks_share_their_scale():
    scale = log_scale(np.array([0.5, 4.0]))
    one, two, four = (scale.place(level) for level in (1.0, 2.0, 4.0))
    assert four - two == pytest.approx(two - one)
    assert {tick.text: tick.at for tick in scale.ticks()}["2"] == pytest.approx(two)
    assert np.isnan(scale.at(np.array([np.nan, 1.0]))).tolist() == [True, False]
    assert math.isfinite(scale.place(0.0))  # a run that lost all is drawn at the bottom
    assert Scale(0.0, 4.0).at(np.array([0.0, 1.0, 4.0])).tolist() == [0.0, 0.25, 1.0]


@given(st.floats(1e-3, 1e3), st.floats(1.01, 1e4))
def test_log_axis_has_a_few_round_levels(low, ratio):
    levels = log_levels(low, low * ratio)
    assert 2 <= len(levels) <= 8
    assert all(low * (1 - 1e-6) <= level <= low * ratio * (1 + 1e-6) for level in levels)


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4), st.floats(2, 8))
def test_a_plain_axis_has_a_few_round_levels(low, reach, most):
    levels = linear_levels(low, low + reach, most)
    assert len(levels) <= most + 1
    size = max(abs(low), abs(low + reach))
    assert all(low - 1e-5 * size <= level <= low + reach + 1e-5 * size for level in levels)
    steps = np.diff(levels)
    assert not len(steps) or steps.max() - steps.min() < 1e-3 * steps.max() + 1e-5 * size


def test_levels_by_hand():
    assert linear_levels(-3.2, 11.0) == [0.0, 5.0, 10.0]
    assert log_levels(0.8, 5.0) == [1.0, 2.0, 5.0]


@pytest.mark.parametrize(
    ("freq", "count", "first"),
    [("B", 2600, "2011"), ("B", 150, "2010-02"), ("B", 15, "01-06"), ("ME", 960, "2010"), ("B", 2, None)],
)
def test_time_ticks(freq, count, first):
    ticks = time_ticks(pd.date_range("2010-01-04", periods=count, freq=freq))
    assert len(ticks) <= 12
    assert sum(not tick.minor for tick in ticks) <= 6
    assert all(0 <= tick.at <= 1 for tick in ticks)
    texts = [tick.text for tick in ticks]
    assert first is None or first in texts or "2010" in texts


def test_a_year_begins_where_its_first_session_is():
    dates = pd.bdate_range("2015-06-01", "2019-03-01")
    for tick in time_ticks(dates):
        day = dates[round(tick.at * (len(dates) - 1))]
        assert (day.year, day.month) == (int(tick.text), 1)
        assert dates[round(tick.at * (len(dates) - 1)) - 1].year == int(tick.text) - 1
    assert [tick.text for tick in time_ticks(dates)] == ["2016", "2017", "2018", "2019"]


def test_calendar_ticks_are_first_of_januaries():
    dates = pd.DatetimeIndex(["2016-01-01", "2016-07-01", "2018-01-01"])
    ticks = calendar_ticks(dates)
    assert [(tick.text, tick.at) for tick in ticks] == [("2017", pytest.approx(366 / 731)), ("2018", 1.0)]
    assert len(calendar_ticks(pd.bdate_range("1990-01-01", "2020-01-01"))) <= 10
    assert calendar_ticks(dates[:1]) == ()


def test_values_too_near_the_last_one_get_no_tick():
    ticks = apart([10, 11, 20, 60], ["10", "11", "20", "60"], Scale(10, 60))
    assert [(tick.text, tick.at) for tick in ticks] == [("10", 0.0), ("20", 0.2), ("60", 1.0)]


def test_names_of_months_have_room():
    """October has few sessions in China: every month of a year would not go beside the next."""
    ticks = time_ticks(pd.bdate_range("2025-03-19", "2026-03-18"))
    assert [tick.text for tick in ticks] == ["2025-05", "2025-07", "2025-09", "2025-11", "2026-01", "2026-03"]
    assert min(b.at - a.at for a, b in pairwise(ticks)) > 0.1
