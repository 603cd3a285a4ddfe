"""Feeds and indicators can't be read outside the past, and late or short feeds disturb nothing."""

from __future__ import annotations

from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from sectorlead.data.benchmark import Benchmark
from sectorlead.data.errors import LookAheadError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest

GAP, LATE = range(5, 8), 25  # rows without a bar of C; first row of B
ALL = ["at once", "step by step"]


def ragged(sessions: int = 40) -> Panel:
    """A from the start, B from row ``LATE`` on, C with a gap; the benchmark IDX has A's closes."""
    rng = np.random.default_rng(5)
    close = np.round(20 * np.exp(rng.normal(0, 0.02, (sessions, 3)).cumsum(axis=0)), 3)
    close[:LATE, 1] = np.nan
    close[GAP, 2] = np.nan
    blank = np.full(sessions, np.nan)
    index = Benchmark("IDX", "Index", blank, blank, blank, close[:, 0], blank, blank)
    days = pd.bdate_range("2024-01-01", periods=sessions)
    return Panel(days, ("A", "B", "C"), close, close, close * 1.01, close * 0.99, benchmark=index)


PANEL = ragged()


def run(kind: Any, panel: Panel = PANEL, **terms: Any) -> Any:
    return backtest(kind, panel, "frictionless", engine="backtrader", **terms)


class Probe(bt.Strategy):
    """Evaluates ``read`` after every close; the values by session are in ``seen``."""

    params = (("read", None), ("build", None), ("mode", "at once"), ("seen", None))

    def __init__(self) -> None:
        self.built = self.p.build(self) if self.p.build else None
        if self.p.mode == "step by step":
            self.cerebro._disable_runonce()

    def next(self) -> None:
        self.p.seen.append(self.p.read(self))


def probe(read: Any, build: Any = None, mode: str = "at once", panel: Panel = PANEL, **terms: Any) -> list[Any]:
    seen: list[Any] = []
    run((Probe, {"read": read, "build": build, "mode": mode, "seen": seen}), panel, **terms)
    return seen


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda s: s.data.close[1], r"A\.close\[1\] reads the future"),
        (lambda s: s.data.close.get(ago=1, size=2), r"A\.close\[1\] reads the future"),
        (lambda s: s.built[1], r"SMA\[1\] reads the future"),
        (lambda s: s.built.get(ago=1), r"SMA\[1\] reads the future"),
        (lambda s: s.datas[1].close[0], "B has no bar yet"),
        (lambda s: s.datas[1].datetime.date(), "B has no bar yet"),
        (lambda s: s.datas[2].close[-5], r"C\.close\[-5\]: C has 1 bars so far"),
        (lambda s: s.data.close.get(size=9), r"A\.close\[-8\]: A has 1 bars so far"),
    ],
)
@pytest.mark.parametrize("mode", ALL)
def test_reading_outside_the_past_raises(read: Any, message: str, mode: str) -> None:
    with pytest.raises(LookAheadError, match=message) as caught:
        probe(read, lambda s: bt.ind.SMA(s.data, period=3), mode)
    assert isinstance(caught.value, IndexError)


def test_a_line_of_the_future_can_not_be_built() -> None:
    with pytest.raises(LookAheadError, match=r"A\.close\(1\) reads the future"):
        probe(lambda s: 0, lambda s: s.data.close(1))


def test_an_indicator_that_looks_ahead_is_caught() -> None:
    class Tomorrow(bt.Indicator):
        lines = ("value",)

        def next(self) -> None:
            self.lines.value[0] = self.data.close[1]

    with pytest.raises(LookAheadError, match=r"A\.close\[1\]"):
        probe(lambda s: s.built[0], lambda s: Tomorrow(s.data))


@pytest.mark.parametrize("mode", ALL)
def test_indicators_use_each_feeds_own_bars(mode: str) -> None:
    def build(s: Any) -> list[Any]:
        return [bt.ind.SMA(d.close, period=12) for d in s.datas] + [d.close / d.close(-3) - 1 for d in s.datas]

    found = np.array(probe(lambda s: [line[0] for line in s.built], build, mode))
    closes = pd.DataFrame(PANEL.close)
    bars = [closes[i].dropna() for i in range(3)]
    told = [of.rolling(12).mean() for of in bars] + [of / of.shift(3) - 1 for of in bars]
    expected = pd.concat([line.reindex(closes.index).ffill() for line in told], axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("mode", ALL)
def test_a_feed_shorter_than_an_indicator_gives_nan(mode: str) -> None:
    found = probe(lambda s: s.built.macd[0], lambda s: bt.ind.MACD(s.datas[1]), mode)  # B has 15 bars, MACD needs 34
    assert np.isnan(found).all()


def test_feeds_with_bars_on_other_days_are_paired_by_day() -> None:
    found = probe(lambda s: s.built[0], lambda s: s.datas[0].close - s.datas[1].close)
    np.testing.assert_allclose(found, PANEL.close[:, 0] - PANEL.close[:, 1], rtol=1e-12)


def test_the_benchmark_is_found_by_name_and_is_not_among_the_feeds() -> None:
    def read(s: Any) -> Any:
        return [d._name for d in s.datas], s.getdatabyname("IDX").close[0], s.built[0]

    class Mean(bt.Indicator):
        lines = ("value",)

        def next(self) -> None:
            self.lines.value[0] = (self.data.close[0] + self.data.close[-1]) / 2

        def __init__(self) -> None:
            self.addminperiod(2)

    names, closes, means = zip(*probe(read, lambda s: Mean(s.getdatabyname("IDX"))), strict=True)
    assert set(map(tuple, names)) == {("A", "B", "C")}
    np.testing.assert_array_equal(closes, PANEL.close[:, 0])
    np.testing.assert_allclose(means, pd.Series(PANEL.close[:, 0]).rolling(2).mean())


def test_next_is_called_in_every_session_of_the_run_and_in_no_other() -> None:
    class Waiting(bt.Strategy):
        params = (("seen", None),)

        def __init__(self) -> None:
            self.mean = [bt.ind.SMA(d, period=30) for d in self.datas]

        def prenext(self) -> None:
            self.next()

        def next(self) -> None:
            self.p.seen.append((bt.num2date(self.datetime[0]), len(self), len(self.datas[1])))

    seen: list[Any] = []
    result = run((Waiting, {"seen": seen}), start=PANEL.sessions[4], end=PANEL.sessions[30])
    assert [day for day, *_ in seen] == list(PANEL.sessions[4:31]) == list(result.sessions)
    assert [rest for _, *rest in seen] == [[t + 1, max(0, t + 1 - LATE)] for t in range(4, 31)]


def test_a_feed_is_equal_to_itself_only() -> None:
    found = probe(lambda s: (s.datas[0] in s.datas[1:], s.datas.index(s.datas[2]), s.datas[0] == s.getdatabyname("A")))
    assert set(found) == {(False, 2, True)}


def test_lines_hold_the_panels_values() -> None:
    def read(s: Any) -> Any:
        return s.data.datetime.date(), s.data.adjusted_close[0], s.data.high[0], s.data.low[1 - len(s.data)]

    days, closes, highs, first_lows = zip(*probe(read), strict=True)
    assert list(days) == [day.date() for day in PANEL.sessions]
    np.testing.assert_array_equal(closes, PANEL.close[:, 0])
    np.testing.assert_array_equal(highs, PANEL.high[:, 0])
    assert set(first_lows) == {PANEL.low[0, 0]}


# --- whole arrays -----------------------------------------------------------------------------------------------------

NUMBER = np.arange(40.0)
TRACKS = Panel(
    pd.bdate_range("2024-01-01", periods=40), ("A", "B"), np.c_[NUMBER + 1, np.where(NUMBER < 9, np.nan, NUMBER + 1)],
    *[np.c_[NUMBER + 1, np.where(NUMBER < 9, np.nan, NUMBER + 1)]] * 3, checked=False,
)  # fmt: skip
"""The close of session t is t + 1, so what is seen of the future shows."""

PAST = {
    "array": lambda s: s.data.close.array,
    "array of the feed": lambda s: s.data.array,
    "array by lines": lambda s: s.data.lines.close.array,
    "array by number": lambda s: s.data.lines[3].array if s.data.getlinealiases()[3] == "close" else s.data.l[0].array,
    "array by short name": lambda s: s.data.l.close.array,
    "array of another feed by name": lambda s: s.getdatabyname("A").close.array,
    "array by alias": lambda s: s.data_close.array,
    "numpy": lambda s: np.array(s.data.close.array),
    "a view": lambda s: np.frombuffer(s.data.close.array),
    "numpy of the line": lambda s: np.asarray(s.data.close),
    "a list": lambda s: list(s.data.close),
    "a list of the feed": lambda s: list(s.data),
    "a Series": lambda s: pd.Series(list(s.data.close)).to_numpy(),
    "get": lambda s: s.data.close.get(ago=0, size=len(s.data)),
    "get of the feed": lambda s: s.data.get(ago=0, size=len(s.data)),
    "getzero": lambda s: s.data.close.getzero(0, 1_000),
    "plot": lambda s: s.data.close.plot(),
    "plot, all of it": lambda s: s.data.close.plot(0, 1_000),
    "plotrange": lambda s: s.data.close.plotrange(0, 1_000),
    "an indicator's array": lambda s: s.built[0].array,
    "an indicator's line": lambda s: s.built[0].lines[0].array,
    "an indicator's plot": lambda s: s.built[0].lines[0].plot(),
    "an indicator's data": lambda s: s.built[0].data.array,
    "an expression's array": lambda s: s.built[1].array,
    "an expression's part": lambda s: s.built[1].a.array,
    "another one's input": lambda s: s.built[2].datas[0].lines[0].array,
}
REFUSED = {
    "buflen": (lambda s: s.data.buflen(), r"A\.datetime\.buflen\(\)|A\.close\.buflen\(\)"),
    "buflen of a line": (lambda s: s.data.close.buflen(), r"A\.close\.buflen\(\) tells how many bars are to come"),
    "buflen of lines": (lambda s: s.data.lines.buflen(), "buflen"),
    "buflen of an indicator": (lambda s: s.built[0].buflen(), r"SMA\.buflen\(\)"),
    "getzeroval": (lambda s: s.data.close.getzeroval(len(s.data)), r"A\.close\.getzeroval\(\d+\) reads the future"),
    "date of tomorrow": (lambda s: s.data.datetime.date(1), r"A\.datetime\[1\] reads the future"),
    "time of tomorrow": (lambda s: s.data.datetime.time(1), r"A\.datetime\[1\] reads the future"),
    "number of tomorrow": (lambda s: s.data.datetime.dt(1), r"A\.datetime\[1\] reads the future"),
    "rest of tomorrow": (lambda s: s.data.datetime.tm_raw(1), r"A\.datetime\[1\] reads the future"),
    "clock of tomorrow": (lambda s: s.data.datetime.tm(1), r"A\.datetime\[1\] reads the future"),
    "a feed moved on": (lambda s: s.data.advance(), "A was moved on to another bar"),
    "a feed's next": (lambda s: s.data.next(), "A was moved on to another bar"),
    "a feed moved forward": (lambda s: s.data.forward(), r"A\.\w+ was moved on"),
    "lines moved on": (lambda s: s.data.lines.advance(), r"A\.\w+ was moved on"),
    "a line moved on": (lambda s: s.data.close.advance(2), r"A\.close was moved on"),
    "a line's index": (lambda s: setattr(s.data.close, "idx", 30), r"A\.close was moved on"),
    "an indicator moved on": (lambda s: s.built[0].lines.advance(), "SMA was moved on"),
    "an expression's index": (lambda s: setattr(s.built[1], "idx", 30), "LinesOperation was moved on"),
    "the clock moved on": (lambda s: s.cerebro.datas[0].advance(), "the clock was moved on"),
    "the clock's length": (lambda s: s.cerebro.datas[0].buflen(), "buflen"),
}  # fmt: skip


def built(s: Any) -> list[Any]:
    return [bt.ind.SMA(s.data, period=1), s.data.close + 0.0, bt.ind.SMA(s.data.close, period=1)]


@pytest.mark.parametrize("mode", ALL)
@pytest.mark.parametrize("way", PAST)
def test_whole_arrays_end_with_the_current_bar(way: str, mode: str) -> None:
    seen = probe(lambda s: list(PAST[way](s)), built, mode, panel=TRACKS)
    assert seen == [list(range(1, t + 2)) for t in range(40)]


@pytest.mark.parametrize("mode", ALL)
@pytest.mark.parametrize("way", REFUSED)
def test_the_future_has_no_other_way_in(way: str, mode: str) -> None:
    read, told = REFUSED[way]
    with pytest.raises(LookAheadError, match=told) as caught:
        probe(lambda s: read(s) if len(s) == 5 else 0, built, mode, panel=TRACKS)
    assert f" - {__file__}:{read.__code__.co_firstlineno}: " in str(caught.value)


def test_the_clock_and_dates_end_today_as_well() -> None:
    seen = probe(lambda s: (len(s.data.datetime.array), len(s.cerebro.datas[0].datetime.array)), panel=TRACKS)
    assert seen == [(t + 1, t + 1) for t in range(40)]
    assert probe(lambda s: s.data._dataname, panel=TRACKS) == [None] * 40


def test_a_feed_without_a_bar_has_an_empty_past() -> None:
    seen = probe(lambda s: len(s.datas[1].close.array), panel=TRACKS)
    assert seen == [max(0, t - 8) for t in range(40)]


def test_before_the_first_session_nothing_is_known() -> None:
    class Early(bt.Strategy):
        def __init__(self) -> None:
            self.closes = np.array(self.data.close.array)

    class Starts(bt.Strategy):
        def start(self) -> None:
            self.closes = self.data.close.array

    for kind in (Early, Starts):
        with pytest.raises(LookAheadError, match=r"A\.close\.array: no bar is known before the first session"):
            run(kind, TRACKS)


@pytest.mark.parametrize("mode", ALL)
def test_an_indicator_of_ones_own_sees_its_past_only(mode: str) -> None:
    class Longest(bt.Indicator):
        lines = ("value",)

        def next(self) -> None:
            self.lines.value[0] = max(self.data.close.array)

    assert probe(lambda s: s.built[0], lambda s: Longest(s.data), mode, panel=TRACKS) == [t + 1 for t in range(40)]


def test_an_indicator_that_writes_into_the_past_is_not_read_there_too_early() -> None:
    class Late(bt.Indicator):
        lines = ("value",)

        def next(self) -> None:
            if len(self) > 2:
                self.lines.value[-2] = self.data.close[0]

    assert np.isnan(probe(lambda s: s.built[0], lambda s: Late(s.data), panel=TRACKS)).all()


def test_an_indicator_that_only_computes_at_once_is_refused() -> None:
    class Peeks(bt.Indicator):
        lines = ("value",)

        def once(self, start: int, end: int) -> None:
            self.lines.value.array[start : end - 1] = self.data.close.array[start + 1 : end]

    with pytest.raises(LookAheadError, match=r"Peeks has once\(\) and no next\(\).* - .*test_lines\.py:\d+: def once"):
        probe(lambda s: s.built[0], lambda s: Peeks(s.data), panel=TRACKS)


def test_one_that_has_both_goes_by_next() -> None:
    class Both(bt.Indicator):
        lines = ("value",)

        def next(self) -> None:
            self.lines.value[0] = self.data.close[0]

        def once(self, start: int, end: int) -> None:
            self.lines.value.array[start : end - 1] = self.data.close.array[start + 1 : end]

    assert probe(lambda s: s.built[0], lambda s: Both(s.data), panel=TRACKS) == [t + 1 for t in range(40)]


@pytest.mark.parametrize("mode", ALL)
def test_indicators_of_backtrader_are_as_ever(mode: str) -> None:
    kinds = [bt.ind.SMA, bt.ind.EMA, bt.ind.RSI, bt.ind.MACD, bt.ind.Stochastic, bt.ind.ATR, bt.ind.Highest, bt.ind.ROC]
    closes = ragged().close[:, [0]]
    panel = Panel(PANEL.sessions, ("A",), closes, closes, closes * 1.01, closes * 0.99)

    def make(s: Any) -> list[Any]:
        return [kind(s.data) for kind in kinds]

    plain: list[Any] = []

    class Plain(bt.Strategy):
        def __init__(self) -> None:
            self.built = make(self)

        def prenext(self) -> None:
            self.next()

        def next(self) -> None:
            plain.append([line[0] for line in self.built])

    cerebro = bt.Cerebro(stdstats=False, runonce=mode == "at once")
    frame = pd.DataFrame({key: getattr(panel, key)[:, 0] for key in ("open", "high", "low", "close")}, panel.sessions)
    cerebro.adddata(bt.feeds.PandasData(dataname=frame))
    cerebro.addstrategy(Plain)
    cerebro.run()
    found = probe(lambda s: [line[0] for line in s.built], make, mode, panel=panel)
    np.testing.assert_array_equal(np.array(found)[20:], np.array(plain)[20:])
