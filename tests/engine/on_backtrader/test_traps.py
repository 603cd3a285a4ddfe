"""What plain backtrader does silently wrong, and what the same strategy gets here.

Where it is cheap, a test first runs the strategy in plain backtrader, on pandas feeds, and shows that it falls into the
trap. ``PLAIN`` are its ways to run, ``OURS`` those of the engine, whose feeds are always loaded whole.
"""

from __future__ import annotations

import datetime as dt
import linecache
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError, LookAheadError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import MARKETS, Market
from sectorlead.engine.on_backtrader.quiet import bt
from sectorlead.engine.record import Record

NAN = float("nan")
FREE = Market()
SHARES = Market(lot=100, t_plus_one=True, money_step=0.01)
PLAIN = [{}, {"runonce": False}, {"preload": False}]
OURS = ["at once", "step by step"]
DAYS = pd.bdate_range("2024-01-01", periods=8)
LATE = {"A": [10, 11, 12, 13, 14, 15, 16, 17], "B": [NAN, NAN, NAN, 23, 24, 25, 26, 27]}
"""B has its first bar in session 3."""


class Does(bt.Strategy):
    """Calls ``act`` with itself and the session's number in every bar; keeps the answers and what it was told."""

    params = (("act", None), ("build", None), ("mode", ""), ("seen", None), ("told", None))

    def __init__(self) -> None:
        self.built = self.p.build(self) if self.p.build else None
        if self.p.mode == "step by step":
            self.cerebro._disable_runonce()

    def prenext(self) -> None:
        self.next()

    def next(self) -> None:
        self.p.seen.append(self.p.act(self, len(self) - 1))

    def notify_order(self, order: Any) -> None:
        if order.status not in (order.Submitted, order.Accepted):
            told = order.getstatusname(), order.executed.size, order.executed.price
            self.p.told.append((len(self) - 1, *told))


def plain(closes: dict[str, list[float]], act: Any, build: Any = None, pad: bool = False, **terms: Any) -> Any:
    """Plain backtrader: what ``act`` answered, what the strategy was told, and the broker."""
    setup = terms.pop("setup", lambda broker: None)
    cerebro = bt.Cerebro(stdstats=False, **terms)
    for symbol, line in closes.items():
        close = pd.Series(line, DAYS[: len(line)])
        frame = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close"), close) | {"volume": 1e6})
        cerebro.adddata(bt.feeds.PandasData(dataname=frame if pad else frame.dropna()), name=symbol)
    setup(cerebro.broker)
    seen, told = [], []  # type: ignore[var-annotated]
    cerebro.addstrategy(Does, act=act, build=build, seen=seen, told=told)
    cerebro.run()
    return seen, told, cerebro.broker


def ours(
    closes: dict[str, list[float]], act: Any, build: Any = None, market: Market = FREE, mode: str = "", **terms: Any
) -> tuple[list[Any], list[Any], Record]:
    """The same strategy here."""
    close = np.array(list(closes.values()), float).T
    panel = Panel(DAYS[: len(close)], tuple(closes), close, close, close, close, np.where(close > 0, 1e6, NAN))
    seen, told = [], []  # type: ignore[var-annotated]
    settings = {"act": act, "build": build, "mode": mode, "seen": seen, "told": told}
    run = backtest((Does, settings), panel, market, engine="backtrader", cash=terms.pop("cash", 10_000), **terms)
    return seen, told, run


def on(row: int, do: Any) -> Any:
    """Does it in one session only."""
    return lambda s, t: do(s) if t == row else None


def filled(told: list[Any]) -> list[Any]:
    return [(t, size, price) for t, status, size, price in told if status == "Completed"]


# --- reading outside the past ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("terms", "got"), [(PLAIN[0], 27), (PLAIN[1], 27), (PLAIN[2], 23)])
def test_a_feed_before_its_first_bar_plain(terms: dict[str, Any], got: float) -> None:
    seen, *_ = plain(LATE, lambda s, t: s.datas[1].close[0], **terms)
    assert seen[0] == got  # the last close of the whole history, or the first of the future


def test_further_back_than_the_first_bar_plain() -> None:
    seen, *_ = plain(LATE, lambda s, t: s.data.close[-5])
    assert seen[2] == 15  # counted from the end of the history


@pytest.mark.parametrize("terms", PLAIN[:2])
def test_tomorrows_bar_plain(terms: dict[str, Any]) -> None:
    seen: list[float] = []
    with pytest.raises(IndexError):  # in the last bar only
        plain(LATE, lambda s, t: seen.append(s.data.close[1]), **terms)
    assert seen == LATE["A"][1:]


def first_of(lines: Any) -> float:
    return float(lines[0])


OUTSIDE = {
    "a bar before the first": (lambda s, t: s.datas[1].close[0], "B.close[0]: B has no bar yet"),
    "its date": (lambda s, t: s.datas[1].datetime.date(0), "B.datetime[0]: B has no bar yet"),
    "in a function of one's own": (lambda s, t: first_of(s.datas[1].open), "B.open[0]: B has no bar yet"),
    "further back than the first": (lambda s, t: s.data.close[-5], "A.close[-5]: A has 1 bars so far"),
    "a window longer than the past": (lambda s, t: s.data.close.get(size=5), "A.close[-4]: A has 1 bars so far"),
    "tomorrow": (lambda s, t: s.data.close[1], "A.close[1] reads the future"),
    "tomorrow by the feed": (lambda s, t: s.data[1], "A.close[1] reads the future"),
    "tomorrow by number": (lambda s, t: s.data.lines[0][1], "A.close[1] reads the future"),
    "tomorrow by name": (lambda s, t: s.getdatabyname("A").l.high[2], "A.high[2] reads the future"),
    "tomorrow's date": (lambda s, t: s.data.datetime.date(1), "A.datetime[1] reads the future"),
    "a window into tomorrow": (lambda s, t: s.data.close.get(ago=1, size=2), "A.close[1] reads the future"),
    "an indicator's tomorrow": (lambda s, t: s.built[1], "SMA[1] reads the future"),
    "an expression's tomorrow": (lambda s, t: (s.built, s.ratio[1]), "LinesOperation[1] reads the future"),
}  # fmt: skip


@pytest.mark.parametrize("mode", OURS)
@pytest.mark.parametrize("case", OUTSIDE)
def test_reading_outside_the_past_names_the_line_that_reads(case: str, mode: str) -> None:
    read, what = OUTSIDE[case]

    def build(s: Any) -> Any:
        s.ratio = s.data.close / s.data.open
        return bt.ind.SMA(s.data, period=2)

    with pytest.raises(LookAheadError, match=re.escape(what)) as caught:
        ours(LATE, read, build, mode=mode)
    reading = first_of.__code__.co_firstlineno + 1 if "function" in case else read.__code__.co_firstlineno
    assert str(caught.value).endswith(f" - {__file__}:{reading}: {linecache.getline(__file__, reading).strip()}")


@pytest.mark.parametrize("mode", OURS)
def test_an_indicator_that_reads_tomorrow_names_its_line(mode: str) -> None:
    class Tomorrow(bt.Indicator):
        lines = ("value",)

        def next(self) -> None:
            self.lines.value[0] = self.data.close[1]

    with pytest.raises(LookAheadError, match=r"A\.close\[1\] reads the future.*self\.lines\.value\[0\] = self\.data"):
        ours(LATE, lambda s, t: s.built[0], lambda s: Tomorrow(s.data), mode=mode)


@pytest.mark.parametrize("build", [lambda s: s.data.close(1), lambda s: s.data(1) - s.data])
def test_a_line_of_tomorrow_names_the_line_that_makes_it(build: Any) -> None:
    seen, *_ = plain(LATE, lambda s, t: s.built[0], build)
    assert seen[0] in (11, 1)  # plain backtrader shows it
    with pytest.raises(LookAheadError, match=r"A\.close\(1\) reads the future") as caught:
        ours(LATE, lambda s, t: 0, build)
    assert f" - {__file__}:{build.__code__.co_firstlineno}: " in str(caught.value)


def test_an_indicators_line_of_tomorrow_names_the_strategy_that_makes_it() -> None:
    with pytest.raises(LookAheadError, match=r"SMA\(1\) reads the future") as caught:
        ours(LATE, lambda s, t: 0, lambda s: bt.ind.SMA(s.data, period=2)(1))
    assert f" - {__file__}:{Does.__init__.__code__.co_firstlineno}: def __init__" in str(caught.value)


@pytest.mark.parametrize("mode", OURS)
def test_indicators_of_a_feed_before_its_first_bar_are_not_a_number(mode: str) -> None:
    def build(s: Any) -> Any:
        return [bt.ind.SMA(s.datas[1], period=2), s.datas[1].close - s.datas[0].close, s.datas[1].close(-1)]

    plainly, *_ = plain(LATE, lambda s, t: s.built[1][0], build)
    assert plainly[0] == 13 - 14 or plainly[0] == 23 - 10  # two bars of different days
    seen, *_ = ours(LATE, lambda s, t: [line[0] for line in s.built], build, mode=mode)
    np.testing.assert_array_equal(seen, [
        [NAN] * 3, [NAN] * 3, [NAN] * 3, [NAN, 10, NAN], [23.5, 10, 23], [24.5, 10, 24], [25.5, 10, 25], [26.5, 10, 26],
    ])  # fmt: skip


# --- identity, time and order of bars --------------------------------------------------------------------------------

TWINS = {"A": [10, 10, 12, 12], "B": [10, 10, 11, 11]}  # the same closes at first


def test_feeds_in_a_list() -> None:
    def act(s: Any, t: int) -> Any:
        return s.datas[1] in s.datas[:1], s.datas.index(s.datas[1]), s.datas[0] == s.datas[1]

    assert plain(TWINS, act)[0][:2] == [(True, 0, True)] * 2  # compares today's closes
    assert ours(TWINS, act)[0] == [(False, 1, False)] * 4


def test_a_position_in_a_feed_without_a_bar() -> None:
    def act(s: Any, t: int) -> Any:
        return s.getposition(s.datas[1]).size, s.broker.getvalue()

    assert np.isnan(plain(LATE, act, pad=True)[0][1][1])  # zero shares of a price that is NaN
    assert ours(LATE, act)[0] == [(0, 10_000)] * 8


def test_an_order_for_a_feed_without_a_bar() -> None:
    order = on(0, lambda s: s.buy(s.datas[1], size=10))
    assert plain(LATE, order)[1] == []  # accepted, and never heard of again
    assert ours(LATE, order)[1] == [(1, "Rejected", 0, 0)]


def test_bars_of_one_day_at_two_times() -> None:
    close = np.array([[10.0, NAN], [NAN, 11.0]])
    days = pd.DatetimeIndex(["2024-01-02", "2024-01-02 15:00"])
    with pytest.raises(DataError, match="sessions must be midnights"):
        Panel(days, ("A", "B"), close)
    with pytest.raises(DataError, match="carry a time zone"):
        Panel(days.normalize().tz_localize("Asia/Shanghai"), ("A", "B"), close)


@pytest.mark.parametrize("days", [["2024-01-03", "2024-01-02"], ["2024-01-02", "2024-01-02"]])
def test_rows_out_of_order_or_twice(days: list[str]) -> None:
    close = pd.Series([10.0, 11.0], pd.DatetimeIndex(days))
    frame = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close", "volume"), close))
    cerebro, seen = bt.Cerebro(stdstats=False), []  # type: ignore[var-annotated]
    cerebro.adddata(bt.feeds.PandasData(dataname=frame))
    cerebro.addstrategy(Does, act=lambda s, t: s.data.datetime.date(0), seen=seen, told=[])
    cerebro.run()
    assert [f"{day:%F}" for day in seen] == days  # time stands still, or runs backwards
    with pytest.raises(DataError, match="strictly increasing"):
        Panel(pd.DatetimeIndex(days), ("A",), np.array([[10.0], [11.0]]))


# --- sessions in which a strategy is called --------------------------------------------------------------------------


def test_a_late_feed_holds_the_strategy_back() -> None:
    class Waits(Does):
        prenext = bt.Strategy.prenext

    cerebro, seen = bt.Cerebro(stdstats=False), []  # type: ignore[var-annotated]
    for line in LATE.values():
        close = pd.Series(line, DAYS).dropna()
        cerebro.adddata(bt.feeds.PandasData(dataname=pd.DataFrame({"close": close, "open": close})))
    cerebro.addstrategy(Waits, act=lambda s, t: t, seen=seen, told=[])
    cerebro.run()
    assert seen == [3, 4, 5, 6, 7]
    seen = []
    panel = Panel(DAYS, ("A", "B"), np.array(list(LATE.values())).T)
    settings = {"act": lambda s, t: t, "seen": seen, "told": []}
    backtest((Waits, settings), panel, FREE, fill="close", engine="backtrader")
    assert seen == list(range(8))


@pytest.mark.parametrize("mode", OURS)
def test_gaps_filled_with_nan_never_leave_an_average(mode: str) -> None:
    def build(s: Any) -> Any:
        return bt.ind.EMA(s.datas[1], period=2)

    assert np.isnan(plain(LATE, lambda s, t: s.built[0], build, pad=True)[0]).all()
    seen, *_ = ours(LATE, lambda s, t: s.built[0], build, mode=mode)
    assert seen[4:] == pytest.approx([23.5, 24.5, 25.5, 26.5])


@pytest.mark.parametrize("mode", OURS)
def test_a_feed_shorter_than_an_indicator(mode: str) -> None:
    def build(s: Any) -> Any:
        return bt.ind.SMA(s.datas[1], period=7)

    with pytest.raises(IndexError, match="array assignment index out of range"):
        plain(LATE, lambda s, t: 0, build)
    assert np.isnan(ours(LATE, lambda s, t: s.built[0], build, mode=mode)[0]).all()


def test_a_monthly_timer_falls_on_the_first_session_of_the_month() -> None:
    days = pd.bdate_range("2023-12-20", "2024-04-10").drop("2024-01-01")
    close = np.full((len(days), 1), 10.0)
    rung: list[dt.date] = []

    class Monthly(bt.Strategy):
        def __init__(self) -> None:
            self.add_timer(when=bt.timer.SESSION_START, monthdays=[1], monthcarry=True)

        def notify_timer(self, timer: Any, when: Any, *args: Any, **kwargs: Any) -> None:
            rung.append(self.datas[0].datetime.date(0))

    backtest(Monthly, Panel(days, ("A",), close), FREE, fill="close", engine="backtrader", start="2023-12-27")
    assert [f"{day:%m-%d}" for day in rung] == ["01-02", "02-01", "03-01", "04-01"]


# --- orders ----------------------------------------------------------------------------------------------------------

HALT = {"A": [10, 10, 10, 10, 10, 10], "B": [20, NAN, NAN, NAN, 30, 30]}


def test_valid_of_a_market_order() -> None:
    order = on(0, lambda s: s.buy(s.datas[1], size=10, valid=dt.timedelta(days=1)))
    assert filled(plain(HALT, order)[1]) == [(4, 10, 30)]  # three days too late
    assert ours(HALT, order)[1] == [(1, "Expired", 0, 0)]
    order = on(0, lambda s: s.buy(s.datas[1], size=10, valid=bt.Order.DAY))
    assert filled(plain(HALT, order)[1]) == [(4, 10, 30)]
    assert ours(HALT, order)[1] == [(1, "Expired", 0, 0)]


def test_a_day_order_that_waits_for_its_price() -> None:
    order = on(0, lambda s: s.buy(size=10, exectype=bt.Order.Limit, price=11, valid=bt.Order.DAY))
    assert filled(plain(TWINS, order)[1]) == []  # its day is over before it can trade
    assert filled(ours(TWINS, order)[1]) == [(1, 10, 10)]


def test_a_limit_order_in_a_halt_trades_on_the_bar_it_was_made_from() -> None:
    order = on(0, lambda s: s.buy(s.datas[1], size=10, exectype=bt.Order.Limit, price=25))
    assert filled(plain(HALT, order)[1]) == [(1, 10, 20)]
    assert filled(ours(HALT, order)[1]) == []


def test_an_order_at_the_close_in_a_halt() -> None:
    order = on(0, lambda s: s.buy(s.datas[1], size=10, exectype=bt.Order.Close))
    assert filled(ours(HALT, order)[1]) == [(4, 10, 30)]


def test_what_is_bought_and_sold_on_one_bar() -> None:
    bars = {"A": [10, 10, 9, 9]}
    orders = on(0, lambda s: (s.buy(size=100), s.sell(size=100, exectype=bt.Order.Stop, price=10)))
    assert filled(plain(bars, orders)[1]) == [(1, 100, 10), (1, -100, 10)]
    assert filled(ours(bars, orders, market=SHARES)[1]) == [(1, 100, 10), (2, -100, 9)]


def test_target_orders_go_by_lots() -> None:
    order = on(0, lambda s: s.order_target_percent(target=0.56))
    assert filled(plain(TWINS, order)[1]) == [(1, 560, 10)]
    assert filled(ours(TWINS, order, market=SHARES)[1]) == [(1, 500, 10)]


def test_an_odd_remainder_can_be_sold() -> None:
    close = np.array([[10.0], [10.0], [10.0 / 1.03], [9.8], [9.8]])
    panel = Panel(DAYS[:5], ("A",), close, close, close, close, adj_factor=np.array([[1], [1], [1.03], [1.03], [1.03]]))
    act = lambda s, t: s.buy(size=100) if t == 0 else s.close() if t == 2 else None  # noqa: E731
    settings = {"act": act, "seen": [], "told": []}
    run = backtest((Does, settings), panel, SHARES, cash=5_000, engine="backtrader")
    assert run.fills.shares.tolist() == [100, 103]
    assert run.positions.iloc[-1, 0] == 0


SWITCH = {"A": [10] * 4, "B": [20] * 4, "C": [5] * 4}


def switch(s: Any, t: int) -> None:
    """All of A into B and C, with the buys sent before the sale."""
    if t == 0:
        s.buy(s.datas[0], size=1_000)
    elif t == 1:
        s.buy(s.datas[1], size=300)
        s.buy(s.datas[2], size=800)
        s.close(s.datas[0])


def test_a_buy_that_is_sent_before_the_sale_that_pays_for_it() -> None:
    told = plain(SWITCH, switch)[1]
    assert [row[1] for row in told] == ["Completed", "Margin", "Margin", "Completed"]  # the second was affordable
    assert filled(ours(SWITCH, switch)[1]) == [(1, 1_000, 10), (2, -1_000, 10), (2, 300, 20), (2, 800, 5)]


def test_an_open_above_the_close_that_was_counted_with() -> None:
    bars, order = {"A": [10, 12, 12]}, on(0, lambda s: s.buy(size=1_000))
    assert [row[1] for row in plain(bars, order)[1]] == ["Margin"]  # all or nothing
    _, told, run = ours(bars, order, market=SHARES)
    assert told[0] == (1, "Partial", 800, 12)
    assert run.cash.iloc[-1] == 400


def test_a_short_sale() -> None:
    order = on(0, lambda s: s.sell(size=100))
    assert filled(plain(TWINS, order)[1]) == [(1, -100, 10)]
    assert ours(TWINS, order)[1] == [(1, "Rejected", 0, 0)]


def test_a_commission_in_per_cent() -> None:
    class Rate(bt.CommInfoBase):  # type: ignore[misc]
        params = (("commission", 0.00025), ("stocklike", True), ("commtype", bt.CommInfoBase.COMM_PERC))

    order = on(0, lambda s: s.buy(size=500))
    broker = plain(TWINS, order, setup=lambda broker: broker.addcommissioninfo(Rate()))[2]
    assert 10_000 + 500 * 2 - broker.getvalue() == pytest.approx(5_000 * 0.00025 / 100)
    *_, run = ours(TWINS, order, market=Market(commission_rate=0.00025))
    assert run.costs["commission"] == 5_000 * 0.00025


def test_what_backtrader_charges_where_it_is_asked_goes_by_the_day() -> None:
    close = np.full((4, 1), 10.0)
    days = pd.bdate_range("2023-08-24", "2023-08-29")  # stamp duty is halved on the 28th
    panel = Panel(days, ("600000",), close, close, close, close, kinds=("stock",))
    act = lambda s, t: s.broker.getcommissioninfo(s.data).getcommission(-2_000, 10)  # noqa: E731
    settings = {"act": act, "seen": [], "told": []}
    backtest((Does, settings), panel, MARKETS["cn-stock"], engine="backtrader")
    assert settings["seen"] == pytest.approx([5 + 20 + 0.2, 5 + 20 + 0.2, 5 + 10 + 0.2, 5 + 10 + 0.2])
