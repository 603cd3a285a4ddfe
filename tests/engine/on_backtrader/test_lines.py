"""Feeds and indicators can't be read outside the past, and late or short feeds disturb nothing."""

from __future__ import annotations

from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import LookAheadError
from sectorlead.data.panel import Benchmark, Panel
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


def probe(read: Any, build: Any = None, mode: str = "at once", **terms: Any) -> list[Any]:
    seen: list[Any] = []
    run((Probe, {"read": read, "build": build, "mode": mode, "seen": seen}), **terms)
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
