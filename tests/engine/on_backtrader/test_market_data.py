"""What the market says in a session."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Panel
from sectorlead.engine.dividends import distributions
from sectorlead.engine.market.market import MARKETS, Market
from sectorlead.engine.on_backtrader.market_data import MarketData
from sectorlead.engine.record import Terms

NAN = math.nan
DAYS = pd.bdate_range("2024-01-01", periods=6)
CLOSE = np.c_[[10.0, 10.5, NAN, 5.2, 5.3, 5.4], [20.0, 20, 20, 20, NAN, NAN]]
FACTOR = np.c_[[1.0, 1, 1, 2, 2, 2.1], [1.0, 1, 1, 1, 1, 1]]


def data(market: Market = Market(price_limit=0.1, tick=0.01), **terms: Any) -> MarketData:  # noqa: B008  # frozen
    volume = np.where(np.isfinite(CLOSE), 1_000.0, NAN)
    panel = Panel(DAYS, ("A", "B"), CLOSE, CLOSE - 0.1, CLOSE + 0.3, CLOSE - 0.2, volume, adj_factor=FACTOR)
    return MarketData(panel, market, Terms(first=0, last=5, **terms))


def told(read: Any, found: MarketData) -> list[Any]:
    out = []
    for row in range(6):
        found.turn(row)
        out.append(read(found))
    return out


def test_marks_are_last_known_closes() -> None:
    np.testing.assert_array_equal(
        told(lambda m: list(m.marks), data()), np.c_[[10, 10.5, 10.5, 5.2, 5.3, 5.4], [20.0] * 6]
    )


def test_prices_go_by_the_fill_and_are_marks_where_there_is_no_bar() -> None:
    for fill, first in (("open", CLOSE[:, 0] - 0.1), ("close", CLOSE[:, 0])):
        np.testing.assert_array_equal(told(lambda m: m.price(0), data(fill=fill)), first)
        valued = np.where(np.isnan(first), 10.5, first)
        np.testing.assert_array_equal(told(lambda m: m.valuation[0], data(fill=fill)), valued)


def test_a_split_falls_on_the_first_bar_that_has_it() -> None:
    ratios = told(lambda m: [m.ratio(0), m.ratio(1)], data())
    assert ratios == [[1, 1], [1, 1], [1, 1], [2, 1], [1, 1], [pytest.approx(1.05), 1]]
    assert told(lambda m: list(m.splits()), data()) == [[], [], [], [0], [], [0]]
    volume = np.where(np.isfinite(CLOSE), 1_000.0, NAN)
    panel = Panel(DAYS, ("A", "B"), CLOSE, CLOSE, CLOSE, CLOSE, volume, adj_factor=FACTOR)
    np.testing.assert_array_equal(ratios, distributions(panel, "reinvested").shares)


def test_limits_go_by_the_last_known_close_after_the_split() -> None:
    found = told(lambda m: [m.limit(0, 1), m.limit(0, -1)], data())
    assert found[1] == [11.0, 9.0]
    assert found[3] == [5.78, 4.73], "10.5 became 5.25"
    assert np.isnan(found[0]).all(), "no limit on the first bar"
    assert np.isnan(told(lambda m: m.limit(0, 1), data(Market()))).all()


def test_at_the_limit() -> None:
    def read(m: MarketData) -> Any:
        return m.at_limit(0, 1, 11.0), m.at_limit(0, 1, 10.98), m.at_limit(0, -1, 9.0), m.at_limit(0, -1, 9.02)

    assert told(read, data())[1] == (True, False, True, False)
    sealed = data(Market(price_limit=0.1, tick=0.01, limit_policy="one-price"))
    assert told(lambda m: m.at_limit(0, 1, 11.0), sealed)[1] is False, "its low is below the limit"


def test_bars_and_volumes() -> None:
    assert told(lambda m: [m.has_bar(0), m.has_bar(1)], data())[2:5] == [[False, True], [True, True], [True, False]]
    np.testing.assert_array_equal(told(lambda m: m.volume(0), data()), [1e3, 1e3, NAN, 1e3, 1e3, 1e3])


def test_pressure_is_nothing_without_impact() -> None:
    assert told(lambda m: m.pressure(0), data()) == [0.0] * 6
    long = pd.bdate_range("2024-01-01", periods=40)
    line = (10 + np.sin(np.arange(40.0)))[:, None]
    panel = Panel(long, ("A",), line, line, line, line, line * 0 + 400.0)
    found = MarketData(panel, Market(impact=1.0), Terms(first=0, last=39))
    found.turn(39)
    moves = pd.Series(line[:, 0]).pct_change()
    assert found.pressure(0) == pytest.approx(moves[19:39].std() / np.sqrt(400))


def test_rules_change_with_the_date() -> None:
    days = pd.bdate_range("2023-08-24", "2023-08-29")
    close = np.full((4, 1), 10.0)
    panel = Panel(days, ("600000",), close, close, close, close, kinds=("stock",))
    found = MarketData(panel, MARKETS["cn-stock"], Terms(first=0, last=3))
    duties = []
    for row in range(4):
        found.turn(row)
        rules = found.rules(0)
        duties.append(round(max(rate for rate, _ in rules.sell_fees), 6))
        assert (rules.minimum, rules.step, rules.tick, rules.locked) == (100, 100, 0.01, True)
        assert (rules.lots(250), rules.lots(99)) == (200, 0)
    assert duties == [0.001, 0.001, 0.0005, 0.0005]
