"""Analyzers: the same from a record of either engine and from backtrader itself, and right by hand."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import DataError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.engine.on_backtrader.quiet import bt
from sectorlead.engine.record import Record
from sectorlead.reports import analyzers, metrics
from sectorlead.reports.analyzers import ANALYSES, analyse
from sectorlead.reports.growth import Growth
from sectorlead.reports.metrics.drawdowns import drawdown_table
from sectorlead.strategies.library.registry import build

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:backtrader")

Make = Callable[..., Record]
BARS = ("open", "high", "low", "close", "volume")


def same(one: Any, other: Any, where: str, rel: float = 1e-12) -> None:
    """Both are equal: frames, series, numbers, and dicts of them."""
    if isinstance(one, dict):
        assert list(one) == list(other), where
        for key in one:
            same(one[key], other[key], f"{where}[{key!r}]", rel)
    elif isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, rtol=rel, atol=1e-9, check_freq=False, obj=where)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other, rtol=rel, atol=1e-9, check_freq=False, obj=where)
    else:
        assert one == (other if isinstance(other, str) else pytest.approx(other, rel=rel, nan_ok=True)), where


def in_backtrader(
    strategy: Any, feeds: Mapping[str, pd.DataFrame], cash: float, *, rate: float = 0.0, coc: bool = False, **how: Any
) -> dict[str, Any]:
    """A run in backtrader itself, as its documentation has it: PandasData, default broker, no observers."""
    cerebro = bt.Cerebro(stdstats=False)
    for name, frame in feeds.items():
        cerebro.adddata(bt.feeds.PandasData(dataname=frame), name=name)
    cerebro.broker.setcash(cash)
    cerebro.broker.setcommission(rate)
    cerebro.broker.set_coc(coc)
    cerebro.addstrategy(strategy)
    for name in ANALYSES:
        cerebro.addanalyzer(getattr(analyzers, name))
    done = cerebro.run(**how)[0]
    return {name: getattr(done.analyzers, name.lower()).get_analysis() for name in ANALYSES} | {"strategy": done}


def frame(days: pd.DatetimeIndex, opens: list[float], closes: list[float]) -> pd.DataFrame:
    high, low = np.maximum(opens, closes), np.minimum(opens, closes)
    return pd.DataFrame({"open": opens, "high": high, "low": low, "close": closes, "volume": 1e6}, index=days)


# --- both engines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", [{}, {"fill": "close", "cash_rate": 0.03}], ids=["open", "close, interest"])
def test_both_engines_give_the_same(terms: dict[str, Any]) -> None:
    panel = simulate(seed=4, sessions=500)
    market = Market(
        name="costly", rulebook="cn-a", board="main", commission_rate=0.0003, slippage_bps=5, money_step=0.01
    )
    runs = [
        analyse(backtest(build("pullback-leaders"), panel, market, start="2015-09-01", engine=engine, **terms))
        for engine in ("compiled", "backtrader")
    ]
    assert len(runs[0]["Rotation"]["spells"]) > 10
    same(runs[0], runs[1], "analyse")


def test_a_record_reconciles_with_what_other_reports_say(market_run: Record) -> None:
    found, told = analyse(market_run), metrics.summary(market_run)
    spells = found["Rotation"]["spells"]
    own = spells.groupby("symbol")["contribution"].sum().reindex(market_run.panel.symbols, fill_value=0.0)
    total = market_run.outcome.equity[-1] - market_run.terms.cash
    assert own.sum() == pytest.approx(total, rel=1e-9)
    assert found["Turnover"]["per_year"] == pytest.approx(told["turnover"], rel=1e-12)
    assert found["Exposure"]["mean"] == pytest.approx(told["exposure"], rel=1e-12)
    assert found["Costs"]["per_year"] == pytest.approx(told["cost_drag"], rel=1e-12)
    assert found["Costs"]["by_kind"].to_dict() == pytest.approx(market_run.costs)
    assert found["Returns"]["drawdowns"]["depth"].iloc[0] == pytest.approx(told["max_drawdown"], rel=1e-12)
    assert found["Returns"]["drawdowns"]["days"].max() == told["drawdown_days"]
    pd.testing.assert_frame_equal(found["Exposure"]["weights"], market_run.weights)
    pd.testing.assert_series_equal(found["Returns"]["returns"], market_run.returns)
    closes = (market_run.positions > 0).sum()
    assert spells.groupby("symbol")["sessions"].sum().to_dict() == closes[closes > 0].to_dict()
    assert len(found["Transactions"]) == len(market_run.fills)
    assert found["Rejections"]["reason"].tolist() == market_run.rejections["reason"].tolist()


def test_spells_by_hand(make: Make) -> None:
    """Two of A, one over a sale and a purchase in one session; B is bought and sold in one session; C ends."""
    close = np.array([[10.0, 5.0, 8.0], [10.0, 5.0, 8.0], [12.0, 5.0, 8.0], [15.0, 5.0, 8.0], [16.0, 5.0, np.nan]])
    shares = [[10.0, 0.0, 5.0], [10.0, 0.0, 5.0], [4.0, 0.0, 5.0], [4.0, 0.0, 0.0]]
    fills = [
        (1, 0, 1, 10.0, 10.0, 100.0, 1.0), (1, 2, 1, 5.0, 8.0, 40.0),
        (2, 1, 1, 6.0, 5.0, 30.0, 0.5), (2, 1, -1, 6.0, 5.5, 33.0, 0.5),
        (3, 0, -1, 10.0, 14.0, 140.0, 2.0), (3, 0, 1, 4.0, 14.0, 56.0),
        (4, 2, 0, 5.0, 6.0, 30.0),
    ]  # fmt: skip
    cash = np.array([859.0, 861.0, 943.0, 973.0])
    worth = np.array([140.0, 160.0, 100.0, 64.0])
    record = make(cash + worth, 1_000.0, names=("A", "B", "C"), fills=fills, shares=shares, close=close)
    found = analyse(record)["Rotation"]
    day = record.panel.sessions
    expected = pd.DataFrame(
        {
            "symbol": ["S0", "S2", "S1", "S0"],
            "start": [day[1], day[1], day[2], day[3]],
            "end": [day[3], day[4], day[2], pd.NaT],
            "sessions": [2, 3, 0, 2],
            "return": [138 / 101 - 1, 30 / 40 - 1, 32.5 / 30.5 - 1, 64 / 56 - 1],
            "contribution": [37.0, -10.0, 2.0, 8.0],
            "fees": [3.0, 0.0, 1.0, 0.0],
            "fills": [2, 2, 2, 1],
        }
    )
    pd.testing.assert_frame_equal(
        found["spells"].drop(columns="side"), expected.astype({"symbol": object}), check_dtype=False, rtol=1e-12
    )
    assert found["spells"]["contribution"].sum() == pytest.approx(record.equity.iloc[-1] - 1_000)
    assert found["holding_periods"] == {
        "count": 3, "mean": pytest.approx(5 / 3), "median": 2.0, "shortest": 0.0, "longest": 3.0, "open": 1,
    }  # fmt: skip
    assert found["sectors"].loc["S0"].to_dict() == {
        "spells": 2, "hits": 2, "hit_rate": 1.0, "sessions": 4, "contribution": pytest.approx(45.0),
    }  # fmt: skip
    assert found["timeline"]["session"].tolist() == [day[1], day[4]]
    assert found["timeline"]["left"].tolist() == [(), ("S2",)]
    assert found["timeline"]["held"].tolist() == [("S0", "S2"), ("S0",)]


def test_a_split_is_no_fill_and_no_loss(make: Make) -> None:
    close = np.array([[10.0], [10.0], [4.0], [4.5]])
    fills = [(1, 0, 1, 10.0, 10.0, 100.0), (3, 0, -1, 30.0, 4.5, 135.0)]
    record = make([200.0, 220.0, 235.0], 200.0, names=("A",), fills=fills, shares=[[10.0], [30.0], [0.0]], close=close)
    spell = analyse(record)["Rotation"]["spells"].iloc[0]
    assert (spell["sessions"], spell["fills"]) == (2, 2)
    assert spell["return"] == pytest.approx(0.35, rel=1e-12)


def test_purchases_in_a_spell_are_no_gain(make: Make) -> None:
    """1 doubles, 99 more come in, all of it falls by half: 1 in it became 1, whatever came in on the way."""
    close = np.array([[1.0], [1.0], [2.0], [1.0]])
    fills = [(1, 0, 1, 1.0, 1.0, 1.0), (2, 0, 1, 49.5, 2.0, 99.0)]
    record = make([100.0, 101.0, 50.5], 100.0, names=("A",), fills=fills, shares=[[1.0], [50.5], [50.5]], close=close)
    spell = analyse(record)["Rotation"]["spells"].iloc[0]
    assert spell["return"] == pytest.approx(2 / 1 * 50.5 / 101 - 1, abs=1e-12)
    assert spell["contribution"] == pytest.approx(-49.5)


def test_a_run_without_fills(make: Make) -> None:
    found = analyse(make([100.0, 100.0]))
    assert found["Rotation"]["spells"].empty
    assert found["Rotation"]["timeline"].empty
    assert found["Returns"]["drawdowns"].empty
    assert found["Costs"]["total"] == 0.0
    assert np.isnan(found["Costs"]["of_traded"])


def test_ruin_is_a_loss_of_everything_and_then_unknown(make: Make) -> None:
    found = analyse(make([100.0, 0.0, 0.0]))
    assert found["Returns"]["returns"].tolist() == pytest.approx([0.0, -1.0, np.nan], nan_ok=True)
    assert found["Returns"]["drawdowns"]["depth"].tolist() == [-1.0]
    assert found["Exposure"]["mean"] == 0.0
    owing = analyse(make([100.0, -10.0, -20.0]))
    assert owing["Returns"]["returns"].tolist() == pytest.approx([0.0, -1.1, np.nan], nan_ok=True)


def test_float_noise_is_no_holding(make: Make) -> None:
    """0.1 and 0.2 bought and 0.3 sold, in two sessions: two spells, though 0.1 + 0.2 - 0.3 is not 0."""
    day = [(0, 1, 0.1, 1.0, 0.1), (0, 1, 0.2, 1.0, 0.2), (0, -1, 0.3, 1.0, 0.3)]
    record = make([100.0, 100.0], fills=[(row, *fill) for row in (1, 2) for fill in day])
    assert analyse(record)["Rotation"]["spells"]["fills"].tolist() == [3, 3]


# --- drawdowns --------------------------------------------------------------------------------------------------------


def test_drawdowns_by_hand() -> None:
    line = np.array([1.0, 0.9, 0.95, 1.0, 1.2, 0.6, 0.9, 0.8])
    days = pd.date_range("2024-01-01", periods=len(line), freq="W-MON")
    table = drawdown_table(Growth("", line), days)
    assert table["depth"].tolist() == pytest.approx([-0.5, -0.1])
    assert table["peak"].tolist() == [days[4], days[0]]
    assert table["trough"].tolist() == [days[5], days[1]]
    assert table["recovered"].tolist() == [pd.NaT, days[3]]
    assert table["fall"].tolist() == [1, 1]
    assert table["recovery"].tolist() == pytest.approx([np.nan, 2.0], nan_ok=True)
    assert table["length"].tolist() == [3, 3]
    assert table["days"].tolist() == [21, 21]


@given(st.lists(st.sampled_from([0.5, 0.8, 0.9, 1.0, 1.1, 1.5]), min_size=1, max_size=30))
def test_drawdowns_cover_what_lies_below_a_peak(line: list[float]) -> None:
    growth = np.array([1.0, *line])
    days = pd.bdate_range("2024-01-01", periods=len(growth))
    table = drawdown_table(Growth("", growth), days)
    below = (table["length"] - table["recovered"].notna()).sum()
    assert below == (growth < np.maximum.accumulate(growth)).sum()
    assert table["depth"].min() == pytest.approx(metrics.max_drawdown(growth)) if len(table) else True
    assert (table["depth"].diff().dropna() >= 0).all()


# --- backtrader itself ------------------------------------------------------------------------------------------------

DAYS = pd.bdate_range("2024-01-01", periods=6)


class Scripted(bt.Strategy):
    """Orders by session: ``(feed, shares)``, sales negative."""

    script: Mapping[int, list[tuple[int, float]]] = MappingProxyType(
        {1: [(0, 100)], 2: [(0, 1_000)], 3: [(0, -100), (1, 50)], 5: [(1, 10)], 6: [(1, -60)]}
    )

    def next(self) -> None:
        for feed, shares in self.script.get(len(self), ()):
            (self.buy if shares > 0 else self.sell)(self.datas[feed], size=abs(shares))

    prenext = next


HAND = {
    "A": frame(DAYS, [10, 10, 12, 12, 14, 14], [10, 11, 12, 15, 14, 14]),
    "B": frame(DAYS[2:], [20, 20, 25, 24], [20, 22, 20, 30]),
}


@pytest.mark.parametrize("runonce", [True, False])
def test_a_run_in_backtrader_by_hand(runonce: bool) -> None:
    """Commission 0.1%. A: 100 at 10, sold at 12. B: 50 at 20, 10 more at 24; it comes in the third session."""
    found = in_backtrader(Scripted, HAND, 5_000, rate=0.001, runonce=runonce)
    equity = [5_000, 3_999 + 1_100, 3_999 + 1_200, 4_196.8 + 1_100, 4_196.8 + 1_000, 3_956.56 + 1_800]
    growth = found["Returns"]["growth"]
    assert (growth * 5_000).tolist() == pytest.approx([5_000, *equity], rel=1e-12)
    assert growth.index.tolist() == [DAYS[0], *DAYS]
    assert found["Returns"]["monthly"].to_dict() == {pd.Period("2024-01"): pytest.approx(5_756.56 / 5_000 - 1)}
    spells = found["Rotation"]["spells"]
    assert spells["symbol"].tolist() == ["A", "B"]
    assert spells["start"].tolist() == [DAYS[1], DAYS[3]]
    assert spells["end"].tolist() == [DAYS[3], pd.NaT]
    assert spells["sessions"].tolist() == [2, 3]
    assert spells["contribution"].tolist() == pytest.approx([1_198.8 - 1_001, 1_800 - 1_001 - 240.24])
    chained = 1_000 / 1_001 * 1_200 / 1_000 * 1_440 / 1_440.24 * 1_800 / 1_440
    assert spells["return"].tolist() == pytest.approx([1_198.8 / 1_001 - 1, chained - 1], rel=1e-12)
    assert found["Returns"]["drawdowns"].iloc[0].to_dict() == {
        "peak": DAYS[3], "trough": DAYS[4], "recovered": DAYS[5], "depth": pytest.approx(-100 / 5_296.8),
        "fall": 1, "recovery": 1.0, "length": 2, "days": 4,
    }  # fmt: skip
    fills = found["Transactions"]
    assert fills["session"].tolist() == [DAYS[1], DAYS[3], DAYS[3], DAYS[5]]
    assert fills["side"].tolist() == ["buy", "sell", "buy", "buy"]
    assert fills["value"].tolist() == pytest.approx([1_000, 1_200, 1_000, 240])
    assert fills["fees"].tolist() == pytest.approx([1.0, 1.2, 1.0, 0.24])
    assert found["Costs"]["by_kind"].to_dict() == {"commission": pytest.approx(3.44)}
    assert found["Costs"]["by_symbol"]["commission"].to_dict() == pytest.approx({"A": 2.2, "B": 1.24})
    mean, years = np.mean(equity), 7 / 365.25
    assert found["Turnover"]["per_year"] == pytest.approx(3_440 / 2 / mean / years)
    assert found["Turnover"]["by_session"].iloc[3] == pytest.approx(2_200 / 2 / 5_199)
    exposure = found["Exposure"]
    assert exposure["cash"].iloc[-1] == pytest.approx(3_956.56 / 5_756.56)
    assert exposure["weights"]["B"].tolist() == pytest.approx(
        [0, 0, 0, 1_100 / 5_296.8, 1_000 / 5_196.8, 1_800 / 5_756.56]
    )
    assert exposure["holdings"].tolist() == [0, 1, 1, 1, 1, 1]
    refused = found["Rejections"]
    assert refused["session"].tolist() == [DAYS[2], DAYS[5]]
    assert refused[["symbol", "side", "wanted", "filled", "status", "reason"]].to_numpy().tolist() == [
        ["A", "buy", 1_000.0, 0.0, "margin", "cash"],
        ["B", "sell", 60.0, 0.0, "submitted", "open"],
    ]


class Rotating(bt.Strategy):
    """The strongest two of 20 sessions, looked at every 10, in round lots; asks for every feed's position."""

    def next(self) -> None:
        held = {feed._name: self.getposition(feed).size for feed in self.datas}
        if len(self) % 10:
            return
        known = [feed for feed in self.datas if len(feed) > 20 and feed.close[0] > 0 and feed.close[-20] > 0]
        top = sorted(known, key=lambda feed: feed.close[-20] / feed.close[0])[:2]
        names = {feed._name for feed in top}
        for feed in self.datas:
            if held[feed._name] and feed._name not in names:
                self.sell(feed, size=held[feed._name])
        for feed in top:
            if not held[feed._name]:
                self.buy(feed, size=100 * (250 // feed.close[0]))

    prenext = next


@pytest.fixture(scope="module")
def staggered() -> Panel:
    """Four series; C and D come late, and D has gaps."""
    rng = np.random.default_rng(5)
    close = np.round(10 * np.exp(rng.normal(0, 0.02, (160, 4)).cumsum(axis=0)), 2)
    opened = np.round(close * (1 + rng.normal(0, 0.01, close.shape)), 2)
    for array in (close, opened):
        array[:50, 2] = array[:90, 3] = array[100:104, 3] = np.nan
    days = pd.bdate_range("2022-01-03", periods=160, unit="us")
    high, low = np.fmax(opened, close), np.fmin(opened, close)
    return Panel(days, tuple("ABCD"), close, opened, high, low, 0 * close + 1e7)


@pytest.fixture(scope="module")
def ours(staggered: Panel) -> dict[str, Any]:
    """The strategy in the engine of this package, under terms as backtrader's own broker has them."""
    market = Market(commission_rate=0.001)
    return analyse(backtest(Rotating, staggered, market, cash=100_000, engine="backtrader"))


@pytest.mark.parametrize(
    ("padded", "how"),
    [
        (False, {}),
        (False, {"runonce": False}),
        (False, {"quicknotify": True}),
        (False, {"preload": False, "runonce": False}),
        (True, {}),
        (True, {"runonce": False}),
    ],
    ids=str,
)
def test_backtrader_itself_gives_what_our_engine_gives(
    staggered: Panel, ours: dict[str, Any], padded: bool, how: dict[str, Any]
) -> None:
    """Feeds that start late or have gaps, or are padded with NaN, which makes the broker's own value NaN."""
    frames = {symbol: pd.DataFrame({bar: staggered.frame(bar)[symbol] for bar in BARS}) for symbol in staggered.symbols}
    feeds = {symbol: bars if padded else bars.dropna() for symbol, bars in frames.items()}
    found = in_backtrader(Rotating, feeds, 100_000, rate=0.001, **how)
    assert len(found["Rotation"]["spells"]) > 8
    for name in ("Rotation", "Returns", "Transactions", "Turnover", "Exposure"):
        same(found[name], ours[name], name, rel=1e-9)
    assert found["Costs"]["total"] == pytest.approx(ours["Costs"]["total"])
    assert found["Costs"]["by_kind"]["commission"] == pytest.approx(ours["Costs"]["by_kind"]["commission"])


def test_the_trap_is_there(staggered: Panel) -> None:
    """Padded with NaN, backtrader's own value of the account is NaN as soon as an empty position is asked for."""
    seen = []

    class Watching(Rotating):
        def next(self) -> None:
            super().next()
            seen.append(self.broker.getvalue())

        prenext = next

    bars = {s: pd.DataFrame({bar: staggered.frame(bar)[s] for bar in BARS}) for s in staggered.symbols}
    found = in_backtrader(Watching, bars, 100_000)
    assert np.isnan(seen).any()
    assert np.isfinite(found["Returns"]["growth"]).all()


orders = st.dictionaries(
    st.integers(1, 14), st.lists(st.tuples(st.integers(0, 1), st.integers(-30, 30).filter(bool)), max_size=3)
)


@settings(max_examples=40)
@given(orders, st.integers(0, 5), st.booleans())
def test_contributions_are_what_the_account_made(
    script: dict[int, list[tuple[int, float]]], seed: int, coc: bool
) -> None:
    """Whatever is bought, sold, sold short, turned from long to short, traded twice a day, or put in."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2024-01-01", periods=15)
    close = 100 + rng.normal(0, 2, (15, 2)).cumsum(axis=0)
    opened = close + rng.normal(0, 1, close.shape)
    feeds = {name: frame(days, opened[:, i].tolist(), close[:, i].tolist()) for i, name in enumerate("AB")}
    put_in = 500.0 * seed

    class Any_(Scripted):
        def next(self) -> None:
            if len(self) == 4:
                self.broker.add_cash(put_in)
            super().next()

    Any_.script = script
    found = in_backtrader(Any_, feeds, 20_000, rate=0.001, coc=coc)
    broker = found["strategy"].broker
    spells = found["Rotation"]["spells"]
    assert spells["contribution"].sum() == pytest.approx(broker.getvalue() - 20_000 - put_in, abs=1e-6)
    assert found["Returns"]["growth"].iloc[-1] == pytest.approx(broker.fundvalue / 100, rel=1e-12)
    simple = spells[(spells["fills"] == 1) | ((spells["fills"] == 2) & spells["end"].notna())]
    assert (np.sign(simple["return"]) == np.sign(simple["contribution"])).all()
    still = spells[spells["end"].isna()]
    left = {feed._name: position.size for feed, position in broker.positions.items() if position.size}
    assert dict(zip(still["symbol"], still["side"], strict=True)) == {
        name: "long" if size > 0 else "short" for name, size in left.items()
    }


def test_a_bar_of_nan_counts_at_the_last_close() -> None:
    gap = frame(DAYS, [10, 10, 12, np.nan, 14, 14], [10, 11, 12, np.nan, 14, 14])

    class Holding(Scripted):
        script = MappingProxyType({1: [(0, 10)]})

    found = in_backtrader(Holding, {"A": gap}, 1_000)
    assert (found["Returns"]["growth"] * 1_000).tolist() == pytest.approx(
        [1_000, 1_000, 1_010, 1_020, 1_020, 1_040, 1_040]
    )
    assert found["Exposure"]["weights"]["A"].iloc[3] == pytest.approx(120 / 1_020)


def test_feeds_of_equal_price_are_told_apart() -> None:
    """backtrader's feeds compare equal where their closes are."""
    twins = {name: frame(DAYS, [10] * 6, [10] * 6) for name in "AB"}

    class Second(Scripted):
        script = MappingProxyType({1: [(1, 10)]})

    found = in_backtrader(Second, twins, 1_000)
    assert found["Rotation"]["spells"]["symbol"].tolist() == ["B"]
    assert found["Exposure"]["weights"].iloc[-1].tolist() == [0.0, 0.1]


def test_one_day_is_one_session_whatever_its_times_of_day() -> None:
    late = HAND["A"].set_axis(DAYS + pd.Timedelta(hours=15))
    found = in_backtrader(Scripted, {"A": HAND["A"], "B": late}, 5_000)
    assert found["Returns"]["returns"].index.tolist() == DAYS.tolist()
    assert len(found["strategy"]) == 12


def test_feeds_without_a_name_and_without_bars() -> None:
    class First(Scripted):
        script = MappingProxyType({1: [(0, 10)]})

    found = in_backtrader(First, {"": HAND["A"], "empty": HAND["A"].iloc[:0]}, 5_000)
    assert found["Exposure"]["weights"].columns.tolist() == ["data0", "empty"]
    assert found["Returns"]["growth"].iloc[-1] == pytest.approx(5_040 / 5_000)
    with pytest.raises(DataError, match="no session"):
        in_backtrader(Scripted, {"A": HAND["A"].iloc[:0]}, 5_000)


def test_futures_count_by_their_multiplier() -> None:
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(bt.feeds.PandasData(dataname=HAND["A"]), name="A")
    cerebro.broker.setcommission(2.0, margin=5.0, mult=10.0)

    class One(Scripted):
        script = MappingProxyType({1: [(0, 1)]})

    cerebro.addstrategy(One)
    cerebro.addanalyzer(analyzers.Rotation)
    done = cerebro.run()[0]
    spell = done.analyzers.rotation.get_analysis()["spells"].iloc[0]
    assert spell["contribution"] == pytest.approx((14 - 10) * 10 - 2) == done.broker.getvalue() - 10_000


def test_analyses_outlive_an_optimisation() -> None:
    cerebro = bt.Cerebro(stdstats=False, maxcpus=1)
    for name, bars in HAND.items():
        cerebro.adddata(bt.feeds.PandasData(dataname=bars), name=name)

    class Sized(bt.Strategy):
        params = (("size", 1),)

        def next(self) -> None:
            if not self.position:
                self.buy(size=self.p.size)

    cerebro.optstrategy(Sized, size=[1, 2])
    cerebro.addanalyzer(analyzers.Transactions)
    found = [run[0].analyzers.transactions for run in cerebro.run()]
    assert [pickle.loads(pickle.dumps(one)).get_analysis()["shares"].tolist() for one in found] == [[1.0], [2.0]]


# --- loading ----------------------------------------------------------------------------------------------------------


def test_backtrader_is_loaded_by_the_first_analyzer() -> None:
    code = (
        "import sys, sectorlead, sectorlead.reports.metrics.run_metrics, sectorlead.reports.analyzers as found\n"
        "assert callable(found.analyse) and 'backtrader' not in sys.modules\n"
        "assert found.Rotation.__name__ == 'Rotation' and 'backtrader' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_names() -> None:
    assert set(ANALYSES) == {name for name in analyzers.__all__ if name[0].isupper()} - {"ANALYSES", "History"}
    with pytest.raises(AttributeError, match="it has ANALYSES, Costs"):
        _ = analyzers.Nothing
