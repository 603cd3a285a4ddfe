"""Lines of a feed: raw or adjusted prices, and nothing of the future in either."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.on_backtrader.feeds import bar_feeds
from sectorlead.engine.on_backtrader.lines import ReadMode
from sectorlead.engine.on_backtrader.quiet import bt

FACTOR = np.array([1, 1, 1, 2, 2, 2.06, 2.06, 2.06])
RAW = np.array([10, 11, 12, 6.5, 7, 6.9, 7.2, 7.3])
DAYS = pd.bdate_range("2024-01-01", periods=8)


def panel(factor: np.ndarray = FACTOR, raw: np.ndarray = RAW) -> Panel:
    close = np.c_[raw, raw]
    adj = np.c_[factor, np.ones(len(factor))]
    bars = close, close - 0.1, close + 0.2, close - 0.3, close * 1e4
    return Panel(DAYS, ("A", "B"), *bars, adj_factor=adj, checked=False)


class Reads(bt.Strategy):
    """Keeps what ``read`` says after every close."""

    params = (("read", None), ("seen", None))

    def next(self) -> None:
        self.p.seen.append(self.p.read(self))


def seen(read: Any, bars: Panel, **terms: Any) -> list[Any]:
    out: list[Any] = []
    backtest((Reads, {"read": read, "seen": out}), bars, "frictionless", engine="backtrader", **terms)
    return out


def prices(s: Any) -> list[float]:
    return [float(getattr(s.data, key)[0]) for key in ("open", "high", "low", "close")]


def test_adjusted_lines_are_raw_times_the_factor_of_the_session() -> None:
    quoted = np.c_[RAW - 0.1, RAW + 0.2, RAW - 0.3, RAW]
    np.testing.assert_array_equal(seen(prices, panel()), quoted * FACTOR[:, None])
    np.testing.assert_array_equal(seen(prices, panel(), prices="adjusted"), quoted * FACTOR[:, None])
    np.testing.assert_array_equal(seen(prices, panel(), prices="raw"), quoted)


@pytest.mark.parametrize("unit", ["adjusted", "raw"])
def test_what_is_the_same_in_both_units(unit: Any) -> None:
    def read(s: Any) -> list[float]:
        return [line[0] for line in (s.data.volume, s.data.adj_factor, s.data.raw_close, s.data.adjusted_close)]

    np.testing.assert_array_equal(
        seen(read, panel(), prices=unit), np.c_[RAW * 1e4, FACTOR, RAW, RAW * FACTOR]
    )  # fmt: skip


def test_a_line_is_never_rescaled_later() -> None:
    """What was seen of a session is the same whatever factor comes after it."""
    arrays = seen(lambda s: list(s.data.close.array), panel())
    assert arrays == [(RAW * FACTOR)[: t + 1].tolist() for t in range(8)]
    another = np.where(np.arange(8) > 4, 9.0, FACTOR)
    assert seen(prices, panel(another))[:5] == seen(prices, panel())[:5]


def test_indicators_are_made_of_the_lines() -> None:
    class Mean(bt.Strategy):
        params = (("seen", None),)

        def __init__(self) -> None:
            self.mean = bt.ind.SMA(self.data.close, period=3)

        def next(self) -> None:
            self.p.seen.append(self.mean[0])

    for unit, line in (("adjusted", RAW * FACTOR), ("raw", RAW)):
        out: list[Any] = []
        backtest((Mean, {"seen": out}), panel(), "frictionless", engine="backtrader", prices=unit)
        np.testing.assert_allclose(out[2:], pd.Series(line).rolling(3).mean()[2:], rtol=1e-12)


def test_a_price_goes_back_to_raw_to_the_last_bit() -> None:
    rng = np.random.default_rng(3)
    raw = np.round(rng.uniform(1, 50, 200), 3)
    days = pd.bdate_range("2024-01-01", periods=200)
    column = raw[:, None]
    bars = Panel(days, ("A",), column, column, column, column, adj_factor=rng.uniform(0.2, 40, (200, 1)))
    mode = ReadMode()
    (feed,) = bar_feeds(bars, 199, mode, True)
    feed.preload()
    mode.at_once = True
    for price in raw:
        feed.advance()
        assert feed.raw(feed.close[0]) == price
        assert feed.raw(feed.close[0] * 2) == pytest.approx(2 * price, rel=1e-15)
        with feed.in_raw_prices():
            assert (feed.close[0], feed.unit, feed.raw(7.0)) == (price, 1.0, 7.0)
        assert feed.close[0] == price * feed.unit


def test_a_run_says_which_prices_it_showed_where_that_matters() -> None:
    def notes(bars: Panel, **terms: Any) -> str:
        settings = {"read": lambda s: s.buy(size=1), "seen": []}
        return " ".join(backtest((Reads, settings), bars, "frictionless", engine="backtrader", **terms).notes)

    assert "adjusted (raw times the factor of the session), which differs for A; " in notes(panel())
    assert "raw: splits and distributions of A look like moves" in notes(panel(), prices="raw")
    assert notes(panel(np.ones(8))) == ""
    assert notes(panel(), end=DAYS[2]) == "", "the factor moves after the run"


def test_other_strategies_have_both_and_refuse_raw() -> None:
    class Decides:
        def decide(self, view: Panel, portfolio: Any) -> Any:
            return {"A": 0.5}

    for engine in ("compiled", "backtrader", "both"):
        with pytest.raises(ParameterError, match=r"prices='raw' was given, but .* is no backtrader\.Strategy"):
            backtest(Decides(), panel(), "frictionless", engine=engine, prices="raw")
        assert not backtest(Decides(), panel(), "frictionless", engine=engine).notes
