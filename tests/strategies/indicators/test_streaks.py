"""Rises and falls in a row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.benchmark import Benchmark
from sectorlead.data.errors import DataError
from sectorlead.data.panel import Panel
from sectorlead.strategies.indicators.streaks import Streaks

NAN = np.nan
DAYS = pd.bdate_range("2021-07-01", periods=7)


def test_closes_and_candles_by_hand() -> None:
    close = np.array([[10, 11, 12, 12, 11, 10, 12], [10, 9, NAN, 8, 7, 8, 9.0]]).T
    opened = np.array([[10, 10, 11, 13, 12, 9, 12], [11, 9.5, NAN, 9, 7, 7, 8.0]]).T
    factor = np.ones((7, 2))
    factor[5:, 1] = 0.5  # 8 after 7 is a fall here: 4 of 7, adjusted
    panel = Panel(
        DAYS, ("A", "B"), close, opened, np.fmax(opened, close), np.fmin(opened, close), adj_factor=factor,
        benchmark=Benchmark("X", "X", *(close[:, 0],) * 4, close[:, 0] * NAN, close[:, 0] * NAN),
    )  # fmt: skip
    found = Streaks()(panel)
    np.testing.assert_array_equal(found[:, 0], [NAN, 1, 2, 0, -1, -2, 1])
    np.testing.assert_array_equal(found[:, 1], [NAN, -1, NAN, NAN, -1, -2, 1])
    np.testing.assert_array_equal(Streaks("benchmark")(panel), found[:, 0])
    candles = Streaks(by="candle")(panel)
    np.testing.assert_array_equal(candles[:, 0], [0, 1, 2, -1, -2, 1, 0])
    np.testing.assert_array_equal(candles[:, 1], [-1, -2, NAN, -1, 0, 1, 2])
    np.testing.assert_array_equal(Streaks("benchmark", "candle")(panel), np.zeros(7))


def test_what_it_needs_is_said(make_small) -> None:
    panel = make_small({"A": [1.0, 2.0]})
    assert Streaks()(panel)[1, 0] == 1
    with pytest.raises(DataError, match="needs a benchmark"):
        Streaks("benchmark")(panel)
    with pytest.raises(DataError, match="needs opens, but the series has closes alone"):
        Streaks(by="candle")(panel)


@given(seed=st.integers(0, 10_000))
def test_a_streak_is_one_longer_than_the_one_before_or_begins_anew(make_random, seed: int) -> None:
    panel = make_random(seed, 80, 5, gaps=0.1)
    found, price = Streaks()(panel), panel.last_adjusted_close
    assert np.isnan(found[0]).all()
    for t in range(1, 80):
        both = panel.has_bar[t] & panel.has_bar[t - 1]
        assert (np.isnan(found[t]) == ~both).all()
        side = np.sign(price[t] - price[t - 1])
        before = np.where(np.sign(found[t - 1]) == side, np.abs(found[t - 1]), 0)
        assert (found[t][both] == (side * (np.nan_to_num(before) + 1))[both]).all()
