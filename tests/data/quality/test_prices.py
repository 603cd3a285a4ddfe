"""Prices that can't be, or that no exchange quoted: each rule at its threshold, by hand."""

from __future__ import annotations

import pandas as pd

from sectorlead.data.quality.prices import (
    copied_bars,
    non_positive_prices,
    off_tick_prices,
    ohlc_contradiction,
    returns_not_prices,
    stale_prices,
)

from .tables import NAN, column, days, flat, hits, table


def test_a_price_at_zero_counts_and_the_lowest_close_is_told() -> None:
    (hit,) = hits(non_positive_prices, table(column([1, 0, -2, 1]), low=column([1, 1, 1, 0])))
    assert (hit.symbol, days(hit)) == ("A", [2, 3, 4])
    assert hit.message.startswith("3 bars with a price <= 0, lowest close -2: 2024-01-02")
    assert hits(non_positive_prices, table(column([0.01, NAN, 1]))) == []


def test_returns_are_told_by_the_share_of_negative_closes() -> None:
    up_and_down = [0.01, -0.01] * 5
    assert [hit.message for hit in hits(returns_not_prices, table(column(up_and_down)))] == [
        "50% of the closes are negative: these are returns"
    ]
    assert hits(returns_not_prices, table(column([1.0] * 8 + [-1.0] * 2))) == []  # a fifth is no return yet
    assert hits(returns_not_prices, table(column([-1.0] * 8 + [1.0] * 2))) == []  # nor are prices below zero


def test_bars_contradict_themselves_beyond_rounding_only() -> None:
    close = [10.0, 10.0, 10.0]
    bars = {"open": column(close), "high": column([10, 10 - 5e-6, 9.99]), "low": column([10, 10 + 5e-6, 10])}
    (hit,) = hits(ohlc_contradiction, table(column(close), **bars))
    assert days(hit) == [3]
    holed = {"open": column([10, NAN, 10]), "high": column([10] * 3), "low": column([10] * 3)}
    assert [days(hit) for hit in hits(ohlc_contradiction, table(column(close), **holed))] == [[2]]
    assert hits(ohlc_contradiction, table(column(close))) == []  # closes alone


def test_stale_is_three_equal_bars_or_five_equal_closes() -> None:
    close = [1.0, 2, 2, 3, 4, 4, 4, 5]
    (hit,) = hits(stale_prices, table(column(close), **flat(close)))
    assert days(hit) == [5, 8, 9]  # Friday, Monday, Tuesday
    assert hit.message == "3 bars in runs without any change, longest 3: 2024-01-05, 2024-01-08, 2024-01-09"
    four, five = [1.0, 2, 2, 2, 2, 3], [1.0, 2, 2, 2, 2, 2, 3]
    assert hits(stale_prices, table(column(four))) == []
    assert [days(hit) for hit in hits(stale_prices, table(column(five)))] == [[2, 3, 4, 5, 8]]


def test_a_closed_day_between_makes_no_run_longer() -> None:
    close = [1.0, 2, 2, 2, 2, 3]
    sessions = pd.date_range("2024-01-04", periods=6)  # the third and the fourth are a weekend
    assert hits(stale_prices, table(column(close), sessions=sessions, **flat(close))) == []


def test_a_copy_has_the_volume_too_and_a_range() -> None:
    bars = {"open": column([1, 1, 1, 1]), "high": column([2, 2, 2, 2]), "low": column([1, 1, 1, 1])}
    close = column([1.5] * 4)
    (hit,) = hits(copied_bars, table(close, volume=column([5, 5, 7, 7]), **bars))
    assert days(hit) == [2, 4]
    assert hits(copied_bars, table(close, volume=column([0, 0, 0, 0]), **bars)) == []
    still = table(column([1.5] * 4), volume=column([5] * 4), **flat([1.5] * 4))
    assert hits(copied_bars, still) == []  # a bar at a single price may come twice


def test_off_tick_is_more_than_half_of_the_closes() -> None:
    fine, coarse = 1.00003, 1.0001
    (hit,) = hits(off_tick_prices, table([[fine, coarse], [fine, coarse], [coarse, fine]]))
    assert (hit.symbol, hit.message) == ("A", "67% of the closes are off any tick")
    assert hits(off_tick_prices, table([[fine, coarse], [coarse, coarse]])) == []
    (hit,) = hits(off_tick_prices, table([[fine, fine], [fine, fine]]))
    assert (hit.symbol, hit.message) == ("", "100% of the closes of every series are off any tick")
