"""Any backtrader.Strategy under the rules of a market."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market import MARKETS, Market
from sectorlead.engine.record import Record
from sectorlead.engine.rules import whole_lots

FREE = Market()
Limit, Stop = bt.Order.Limit, bt.Order.Stop


def panel(opens: list[float], closes: list[float], **arrays: Any) -> Panel:
    """One series A; highs and lows are those of open and close."""
    opened, close = (np.array(prices, dtype=float)[:, None] for prices in (opens, closes))
    days = pd.bdate_range("2024-01-01", periods=len(closes))
    given = {key: np.array(values, dtype=float)[:, None] for key, values in arrays.items()}
    return Panel(days, ("A",), close, opened, np.fmax(opened, close), np.fmin(opened, close), **given)


def market_of(seed: int, sessions: int = 250, symbols: int = 6) -> Panel:
    rng = np.random.default_rng(seed)
    close = np.round(10 * np.exp(rng.normal(0, 0.02, (sessions, symbols)).cumsum(axis=0)), 3)
    opened = np.round(close * (1 + rng.normal(0, 0.01, close.shape)), 3)
    close[: sessions // 3, -1] = opened[: sessions // 3, -1] = np.nan
    days = pd.bdate_range("2022-01-03", periods=sessions)
    volume = np.floor(rng.uniform(1e3, 1e6, close.shape))
    return Panel(days, tuple("ABCDEF"), close, opened, np.fmax(opened, close), np.fmin(opened, close), volume)


class Scripted(bt.Strategy):
    """Does what ``script`` says by session; ``told``: session, status or "trade", shares, reason or gain."""

    params = (("script", None), ("told", None))

    def next(self) -> None:
        if act := self.p.script.get(len(self) - 1):
            act(self)

    def notify_order(self, order: Any) -> None:
        if order.status != order.Accepted:
            told = order.getstatusname(), order.executed.size, order.info.get("reason", "")
            self.p.told.append((len(self) - 1, *told))

    def notify_trade(self, trade: Any) -> None:
        if trade.isclosed:
            self.p.told.append((len(self) - 1, "trade", trade.size, round(trade.pnlcomm, 2)))


def act(
    bars: Panel, market: Market, script: dict[int, Callable[[Any], Any]], cash: float = 10_000.0, **terms: Any
) -> tuple[Record, list[Any]]:
    told: list[Any] = []
    settings = {"script": script, "told": told}
    return backtest((Scripted, settings), bars, market, engine="backtrader", cash=cash, **terms), told


FLAT = panel([10, 10.1, 10.2, 10.3, 10.4], [10, 10.2, 10.3, 10.4, 10.5])


def rows(run: Record) -> list[tuple[Any, ...]]:
    """Fills as (session, side, shares, price)."""
    log = run.outcome.fills
    return list(zip(log.row.tolist(), log.side.tolist(), log.shares.tolist(), log.price.tolist(), strict=True))


def refused(run: Record) -> list[tuple[Any, ...]]:
    """Rejections as (session, side, wanted, filled, reason)."""
    sessions = run.outcome.rejections.row.tolist()
    return [(t, *row[2:]) for t, row in zip(sessions, run.rejections.itertuples(index=False, name=None), strict=True)]


# --- strategies as people write them ---------------------------------------------------------------------------------


def test_a_plain_moving_average_strategy_gives_the_fills_worked_out_with_pandas() -> None:
    class Cross(bt.Strategy):
        params = (("period", 20),)

        def __init__(self) -> None:
            self.mean = bt.ind.SMA(self.data.close, period=self.p.period)

        def next(self) -> None:
            if not self.position and self.data.close[0] > self.mean[0]:
                self.buy(size=300)
            elif self.position and self.data.close[0] < self.mean[0]:
                self.close()

    bars = market_of(1).select(["A"])
    run = backtest((Cross, {"period": 15}), bars, "cn-etf", engine="backtrader")
    above = pd.Series(bars.close[:, 0]) > pd.Series(bars.close[:, 0]).rolling(15).mean()
    held, expected = False, []
    for t in range(14, len(bars.sessions) - 1):
        if above[t] != held:
            held = bool(above[t])
            expected.append((t + 1, 1 if held else -1, 300.0, bars.open[t + 1, 0]))
    assert len(expected) > 10
    assert rows(run) == expected


@pytest.mark.parametrize("unfilled", ["carry", "drop"])
@pytest.mark.parametrize("market", ["frictionless", "cn-etf"])
def test_market_orders_fill_as_a_target_portfolio_does(market: str, unfilled: str) -> None:
    bars = market_of(2)
    weights = np.random.default_rng(3).dirichlet(np.ones(6), len(bars.sessions)) * 0.9
    weights[:, 2] = 0
    lot = MARKETS[market].lot

    class Told:
        def decide(self, view: Panel, portfolio: Any) -> Any:
            row = len(view.sessions) - 1
            return np.where(np.isfinite(view.last_close[-1]), weights[row], 0.0) if row % 5 == 0 else None

    class Orders(bt.Strategy):
        def next(self) -> None:
            row = len(self) - 1
            if row % 5:
                return
            for order in self.broker.get_orders_open():
                self.cancel(order)
            for i, feed in enumerate(self.datas):
                if len(feed):
                    target = weights[row, i] * self.broker.getvalue() / feed.close[0]
                    gap = target - self.getposition(feed).size
                    size = whole_lots(abs(gap), lot)
                    self.buy(feed, size) if gap > 0 else self.sell(feed, size)

    a, b = (
        backtest(kind, bars, market, engine="backtrader", unfilled=unfilled, cash=50_000) for kind in (Told(), Orders)
    )
    assert len(a.fills) > 200
    pd.testing.assert_frame_equal(a.fills, b.fills, rtol=1e-9)
    np.testing.assert_allclose(a.equity, b.equity, rtol=1e-12)


def test_order_target_percent_goes_by_lots() -> None:
    run, _ = act(FLAT, MARKETS["cn-etf"], {0: lambda s: s.order_target_percent(target=0.55)})
    assert rows(run) == [(1, 1, 500.0, 10.1)]
    assert run.cash.iloc[-1] == 10_000 - 5_050 - 5


def test_the_record_is_complete() -> None:
    run, _ = act(FLAT, MARKETS["cn-etf"], {1: lambda s: s.buy(size=100)})
    assert run.equity.tolist() == [10_000, 10_000, 10_005, 10_015, 10_025]
    assert run.positions["A"].tolist() == [0, 0, 100, 100, 100]
    assert run.decisions.empty


# --- order types -----------------------------------------------------------------------------------------------------


def test_a_limit_order_waits_for_its_price_and_gets_a_better_one() -> None:
    bars = panel([10, 10.2, 9.7, 10, 10.6, 10], [10, 10.1, 9.9, 10.2, 10.4, 10])
    script = {
        0: lambda s: s.buy(size=5, exectype=Limit, price=9.8),
        2: lambda s: s.sell(size=5, exectype=Limit, price=10.5),
    }
    run, told = act(bars, FREE, script)
    assert rows(run) == [(2, 1, 5, 9.7), (4, -1, 5, 10.6)]
    assert told == [(2, "Completed", 5, ""), (4, "Completed", -5, ""), (4, "trade", 0, 4.5)]


def test_a_day_order_ends_with_its_session_where_nothing_is_carried() -> None:
    bars = panel([10, 10.2, 9.7], [10, 10.1, 9.9])
    run, told = act(bars, FREE, {0: lambda s: s.buy(size=5, exectype=Limit, price=9.8)}, unfilled="drop")
    assert rows(run) == []
    assert told == [(1, "Rejected", 0, "day_order")]


def test_a_stop_can_not_sell_what_was_bought_in_the_same_session() -> None:
    script = {0: lambda s: (s.buy(size=100), s.sell(size=100, exectype=Stop, price=10.15))}
    run, told = act(FLAT, MARKETS["cn-etf"], script)
    assert refused(run) == [(1, "sell", 100, 0, "t_plus_one")]
    assert rows(run) == [(1, 1, 100, 10.1)]
    assert told == [(1, "Completed", 100, "")]


def test_a_bracket_of_odd_size_is_trimmed_to_lots_and_still_protects() -> None:
    bars = panel([10, 10.1, 10.0, 9.7, 9.6], [10, 10.2, 9.9, 9.6, 9.5])
    script = {0: lambda s: s.buy_bracket(size=130, exectype=bt.Order.Market, stopprice=9.8, limitprice=12)}
    run, told = act(bars, MARKETS["cn-etf"], script)
    assert rows(run) == [(1, 1, 100, 10.1), (3, -1, 100, 9.7)]
    assert refused(run)[0] == (1, "buy", 130, 100, "lot")
    assert [status for _, status, *_ in told] == ["Completed", "Completed", "Canceled", "trade"]


# --- what is refused -------------------------------------------------------------------------------------------------


def test_short_sales_are_refused() -> None:
    run, told = act(FLAT, FREE, {0: lambda s: (s.sell(size=5), s.buy(size=2)), 2: lambda s: s.sell(size=5)})
    assert rows(run) == [(1, 1, 2, 10.1), (3, -1, 2, 10.3)]
    assert [row[1:] for row in told if row[1] != "trade"] == [
        ("Rejected", 0, "short"), ("Completed", 2, ""), ("Completed", -2, "short"),
    ]  # fmt: skip


def test_what_can_not_be_traded_is_refused_at_once() -> None:
    nan = np.nan
    bars = panel([nan, nan, 10, 10], [nan, nan, 10, 10])
    run, told = act(bars, FREE, {0: lambda s: s.buy(size=5), 2: lambda s: s.buy(s.cerebro.datas[0], size=5)})
    assert refused(run) == [(0, "buy", 5, 0, "no_price")]
    assert told == [(1, "Rejected", 0, "no_price"), (3, "Rejected", 0, "not_tradable")]


def test_cash_cuts_the_buys_of_a_session_together() -> None:
    bars = market_of(4).select(["A", "B"])
    script = {0: lambda s: [s.buy(feed, size=600) for feed in s.datas]}
    run, told = act(bars, MARKETS["cn-etf"], script, cash=7_000)
    assert run.rejections.reason.tolist() == ["cash", "cash"]
    assert (run.fills.shares < 600).all()
    assert (run.fills.shares > 200).all()
    assert run.cash.min() >= 0
    assert [row[1::2] for row in told] == [("Partial", "cash")] * 2 + [("Canceled", "cash")] * 2


@pytest.mark.parametrize("unfilled", ["carry", "drop"])
def test_a_blocked_order_is_tried_again_if_orders_are_carried(unfilled: str) -> None:
    bars = panel([10, 11, 11.5, 11], [10, 11, 11.2, 11])  # opens limit-up in session 1
    run, told = act(bars, MARKETS["cn-etf"], {0: lambda s: s.buy(size=100)}, unfilled=unfilled)
    assert refused(run) == [(1, "buy", 100, 0, "limit_up")]
    carried = unfilled == "carry"
    assert rows(run) == ([(2, 1, 100, 11.5)] if carried else [])
    assert told == ([(2, "Completed", 100, "limit_up")] if carried else [(1, "Rejected", 0, "limit_up")])


# --- corporate actions -----------------------------------------------------------------------------------------------


def test_a_split_rescales_positions_trades_and_open_orders() -> None:
    bars = panel([10, 10, 5, 4.8, 4.6], [10, 10, 5, 4.7, 4.6], adj_factor=[1, 1, 2, 2, 2])
    script = {0: lambda s: (s.buy(size=10), s.sell(size=10, exectype=Stop, price=9.5))}
    run, told = act(bars, FREE, script)
    assert run.equity.iloc[2] == 10_000
    assert rows(run) == [(1, 1, 10, 10), (3, -1, 20, 4.75)]
    assert told[-1] == (3, "trade", 0, -5.0)


def test_a_series_that_ends_is_closed_at_its_last_close() -> None:
    nan = np.nan
    bars = panel([10, 10.1, nan, nan], [10, 10.4, nan, nan])
    script = {0: lambda s: s.buy(size=10), 1: lambda s: s.buy(size=3)}
    run, told = act(bars, FREE, script)
    assert rows(run) == [(1, 1, 10, 10.1), (2, 0, 10, 10.4)]
    assert refused(run) == [(2, "buy", 3, 0, "terminated")]
    assert (2, "trade", 0, 3.0) in told
    assert (2, "Rejected", 0, "terminated") in told


# --- what can't be run -----------------------------------------------------------------------------------------------


def test_same_close_needs_a_decision_in_the_session_itself() -> None:
    with pytest.raises(ParameterError, match=r"same-close.*use fill='open', 'close' or 'vwap'"):
        act(FLAT, FREE, {}, fill="same-close")


def test_something_else_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"must be an object with decide\(view, portfolio\) or a subclass"):
        backtest(3, FLAT, FREE, engine="backtrader")


def test_a_strategy_can_not_print_money() -> None:
    with pytest.raises(ParameterError, match="start with all of it"):
        act(FLAT, FREE, {0: lambda s: s.broker.add_cash(1e9)})
