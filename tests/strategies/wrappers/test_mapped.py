"""Signals on sector indices, orders in their funds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead import Every, Momentum, RandomScore, Rotation, TopN
from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.canonical import describe
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies.exposure.exits import Exits
from sectorlead.strategies.wrappers.mapped import Mapped

NAN = float("nan")
STRONGEST = Rotation(Momentum(1), TopN(1), schedule=Every(1))
PAIR = Rotation(Momentum(1), TopN(2), schedule=Every(1))


def signals(make_small, sessions: int = 6) -> Panel:
    """Every day A gains the most, then B, then C."""
    t = np.arange(sessions)
    return make_small({"A": 100 * 1.03**t, "B": 100 * 1.02**t, "C": 100 * 1.01**t})


def funds(make_small, **closes: list[float]) -> Panel:
    return make_small(closes)


def holding(view: Panel, since: dict[str, int] | None = None, **weights: float) -> Portfolio:
    weight = np.array([weights.get(symbol, 0.0) for symbol in view.symbols])
    opened = np.array([(since or {}).get(symbol, -1) for symbol in view.symbols], np.int64)
    return Portfolio(1e6 * (1 - weight.sum()), 1e6, weight * 100, weight, opened)


def decided(rule: Mapped, traded: Panel, row: int) -> dict[str, float] | None:
    view = traded.until(row)
    weights = rule.decide(view, holding(view))
    return None if weights is None else {s: w for s, w in zip(view.symbols, weights.tolist(), strict=True) if w}


@dataclass
class Asked:
    """Answers what it is told to, and keeps what it was asked."""

    answer: Any = None
    watchful: bool = True
    calls: list[tuple[str, Panel, Portfolio]] = field(default_factory=list)

    def decide(self, view: Panel, portfolio: Portfolio) -> Any:
        self.calls.append(("decide", view, portfolio))
        return self.answer

    def between(self, view: Panel, portfolio: Portfolio) -> Any:
        self.calls.append(("between", view, portfolio))
        return self.answer


# --- which fund, and what before there is one -------------------------------------------------------------------------


def test_before_the_fund_lists_the_slot_is_cash_or_goes_to_the_next_sector(make_small) -> None:
    traded = funds(make_small, a=[NAN, NAN, NAN, 1, 1, 1], b=[1.0] * 6, c=[1.0] * 6)
    pairs = {"A": ["a"], "B": ["b"], "C": ["c"]}
    cash, following = (Mapped(STRONGEST, signals(make_small), pairs, missing) for missing in ("cash", "next"))
    assert [decided(cash, traded, row) for row in (1, 2, 3)] == [{}, {}, {"a": 1.0}]
    assert [decided(following, traded, row) for row in (1, 2, 3)] == [{"b": 1.0}, {"b": 1.0}, {"a": 1.0}]
    two, then = (Mapped(PAIR, signals(make_small), pairs, missing) for missing in ("cash", "next"))
    assert [decided(two, traded, row) for row in (2, 3)] == [{"b": 0.5}, {"a": 0.5, "b": 0.5}]
    assert [decided(then, traded, row) for row in (2, 3)] == [{"b": 0.5, "c": 0.5}, {"a": 0.5, "b": 0.5}]


def test_a_sector_without_a_fund_is_one_whose_fund_never_lists(make_small) -> None:
    traded = funds(make_small, b=[1.0] * 6, c=[1.0] * 6)
    pairs = {"B": ["b"], "C": ["c"]}
    assert decided(Mapped(STRONGEST, signals(make_small), pairs), traded, 2) == {}
    assert decided(Mapped(STRONGEST, signals(make_small), pairs, "next"), traded, 2) == {"b": 1.0}


def test_the_first_fund_of_the_list_that_is_there(make_small) -> None:
    closes = {"a1": [NAN, NAN, NAN, 1, 1, 1], "a2": [NAN, 1, 1, 1, 1, 1], "b": [1.0] * 6}
    rule = Mapped(STRONGEST, signals(make_small), {"A": ["a1", "a2"], "B": "b"}, "next")
    assert [decided(rule, funds(make_small, **closes), row) for row in (1, 2, 3)] == [{"a2": 1.0}] * 2 + [{"a1": 1.0}]
    traded = funds(make_small, **closes)
    late = traded.released(np.array([traded.sessions[4], traded.sessions[2], "NaT"], "M8[ns]"))
    assert [decided(rule, late, row) for row in (1, 2, 3, 4)] == [{"b": 1.0}, {"a2": 1.0}, {"a2": 1.0}, {"a1": 1.0}]


def test_a_fund_that_has_ended_is_passed_over(make_small) -> None:
    t = np.arange(40)
    traded = funds(make_small, a1=np.where(t < 10, 1, NAN), a2=np.where(t < 12, 1, NAN), b=np.ones(40))
    rule = Mapped(STRONGEST, signals(make_small, 40), {"A": ["a1", "a2"], "B": ["b"]}, "next")
    shown = [decided(rule, traded, row) for row in (9, 29, 30, 31, 32)]  # the last bars are 9 and 11
    assert shown == [{"a1": 1.0}, {"a1": 1.0}, {"a2": 1.0}, {"a2": 1.0}, {"b": 1.0}]


def test_published_is_the_later_of_the_sector_and_its_fund(make_small) -> None:
    inner, days = Asked({}), signals(make_small).sessions
    sectors = signals(make_small).released(np.array([days[1], days[4], "NaT"], "M8[ns]"))
    traded = funds(make_small, a=[NAN, NAN, 1, 1, 1, 1], b=[1.0] * 6, c=[1.0] * 6)
    Mapped(inner, sectors, {"A": ["a"], "B": ["b"], "C": ["c"]}, "next").decide(traded, holding(traded))
    seen = inner.calls[0][1]
    assert seen.published.argmax(axis=0).tolist() == [2, 4, 0]
    inner.calls.clear()
    Mapped(inner, sectors, {"A": ["a"], "B": ["b"]}, "cash").decide(traded, holding(traded))
    assert inner.calls[0][1].published.argmax(axis=0).tolist() == [1, 4, 0]


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_the_last_signal_on_or_before_the_session_decides(make_small) -> None:
    whole = signals(make_small, 12)
    kept = [0, 1, 3, 10, 11]
    holey = Panel(whole.sessions[kept], whole.symbols, whole.close[kept])
    traded = funds(make_small, a=[1.0] * 12)
    inner = Asked({})
    rule = Mapped(inner, holey, {"A": ["a"]})
    for row in (1, 2, 3, 8, 10):
        rule.decide(traded.until(row), holding(traded))
    assert [call[1].session for call in inner.calls] == [whole.sessions[i] for i in (1, 1, 3, 3, 10)]
    with pytest.raises(InputError, match=r"last session before it is 2024-01-04, 6 sessions ago; 5 are allowed"):
        rule.decide(traded.until(9), holding(traded))
    late = Panel(whole.sessions[3:], whole.symbols, whole.close[3:])
    with pytest.raises(
        InputError, match=r"decision of 2024-01-03: the signal panel begins 2024-01-04; begin the run th"
    ):
        Mapped(inner, late, {"A": ["a"]}).decide(traded.until(2), holding(traded))


def test_the_schedule_counts_sessions_of_the_traded_panel(make_small) -> None:
    traded = funds(make_small, a=[1.0] * 12, b=[1.0] * 12)
    rule = Mapped(Rotation(Momentum(1), TopN(1), schedule=Every(4, 3)), signals(make_small, 12), {"A": "a", "B": "b"})
    assert backtest(rule, traded, "frictionless", fill="close").outcome.decisions.row.tolist() == [3, 7]
    assert Mapped(Asked(), signals(make_small), {"A": "a"}).schedule is None


# --- what the strategy sees, and what becomes of its answer -----------------------------------------------------------


def test_a_sector_is_held_as_its_funds_are(make_small) -> None:
    traded = funds(make_small, a1=[1.0] * 6, a2=[1.0] * 6, b=[1.0] * 6, x=[1.0] * 6)
    whole = signals(make_small)
    sectors = Panel(whole.sessions[[0, 1, 3, 4, 5]], whole.symbols, whole.close[[0, 1, 3, 4, 5]])
    inner = Asked({"A": 0.5, "C": 0.25})
    rule = Mapped(inner, sectors, {"A": ["a1", "a2"], "B": ["b"]})
    mine = holding(traded, {"a1": 4, "a2": 2, "x": 1}, a1=0.25, a2=0.125, x=0.5)
    weights = rule.decide(traded, mine)
    _, _, theirs = inner.calls[0]
    assert theirs.weights.tolist() == [0.375, 0.0, 0.0]
    assert theirs.shares.tolist() == [37.5, 0.0, 0.0]
    assert theirs.since.tolist() == [1, -1, -1]  # a2's fill, in the signal panel's last session by then
    assert (theirs.cash, theirs.equity) == (mine.cash, mine.equity)
    assert weights is not None
    assert weights.tolist() == [0.5, 0.0, 0.0, 0.0]  # C has no fund: a quarter stays in cash
    inner.answer = None
    assert rule.decide(traded, mine) is None
    inner.answer = {"A": 0.9, "B": 0.9}
    with pytest.raises(InputError, match=r"decision of 2024-01-08: weights sum to 1.8"):
        rule.decide(traded, mine)


def test_between_decisions_what_is_not_named_stays(make_small) -> None:
    traded = funds(make_small, a1=[1.0] * 6, a2=[1.0] * 6, b=[1.0] * 6, x=[1.0] * 6)
    inner = Asked({"A": 0.0})
    rule = Mapped(inner, signals(make_small), {"A": ["a1", "a2"], "B": ["b"]})
    assert rule.watchful
    np.testing.assert_array_equal(rule.between(traded, holding(traded, a2=0.5)), [0, 0, NAN, NAN])
    inner.answer = {"A": 0.25}
    np.testing.assert_array_equal(rule.between(traded, holding(traded, a2=0.5)), [0.25, 0, NAN, NAN])
    inner.answer = None
    assert rule.between(traded, holding(traded)) is None
    assert {name for name, _, _ in inner.calls} == {"between"}
    assert not Mapped(STRONGEST, signals(make_small), {"A": "a1"}).watchful


def test_ranks_stand_at_the_fund_in_force(make_small) -> None:
    traded = funds(make_small, a1=[NAN] * 4 + [1, 1], a2=[1.0] * 6, b=[1.0] * 6, x=[1.0] * 6)
    rule = Mapped(STRONGEST, signals(make_small), {"A": ["a1", "a2"], "B": ["b"]})
    for row, ranks in ((3, [0, 1, 2, 0]), (4, [1, 0, 2, 0])):
        rank, score = rule.ranking(traded.until(row))
        assert rank.tolist() == ranks
        np.testing.assert_allclose(score[rank > 0], [0.03, 0.02])
        assert np.isnan(score[rank == 0]).all()
    rank, score = Mapped(Asked(), signals(make_small), {"A": ["a1"]}).ranking(traded)
    assert not rank.any()
    assert np.isnan(score).all()


def test_a_seed_goes_to_the_strategy(make_small) -> None:
    rule = Mapped(Rotation(RandomScore(0)), signals(make_small), {"A": ["a"]})
    assert "RandomScore(seed=7)" in repr(rule.with_seed(7))
    unseeded = Mapped(Asked(), signals(make_small), {"A": ["a"]})
    assert unseeded.with_seed(7) is unseeded


def test_its_description_is_stable_and_says_all(make_small) -> None:
    sectors = signals(make_small)
    rule = Mapped(STRONGEST, sectors, {"B": "b", "A": ["a1", "a2"]}, "next")
    text = (
        f"Mapped(strategy={STRONGEST!r}, signal=<panel {sectors.content_hash}>, "
        "funds={'A': ('a1', 'a2'), 'B': ('b',)}, missing='next')"
    )
    assert describe(rule) == repr(rule) == text
    assert repr(Mapped(STRONGEST, signals(make_small, 7), {"B": "b", "A": ["a1", "a2"]}, "next")) != text


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ({}, "must map sectors to funds: {'801780': ['512800.SH']}; was {}"),
        ({"A": []}, "names no fund for A; leave the sector out"),
        ({"A": [1]}, "must give symbols of funds for A, was [1]"),
        ({"A": ["a"], "AA": ["b"]}, "unknown sector of the signal panel 'AA'. Did you mean 'A'?"),
        ({"A": ["a", "b"], "B": ["b"]}, "names b twice, for A and for B"),
        ({"A": ["a", "a"]}, "names a twice, for A and for A"),
    ],
)
def test_maps_that_are_refused(pairs: Any, says: str, make_small) -> None:
    with pytest.raises(InputError) as caught:
        Mapped(STRONGEST, signals(make_small), pairs)
    assert says in str(caught.value)


def test_other_mistakes(make_small) -> None:
    sectors, traded = signals(make_small), funds(make_small, fund1=[1.0] * 6)
    with pytest.raises(UnknownNameError, match=r"unknown way with a missing fund 'nxt'\. Did you mean 'next'"):
        Mapped(STRONGEST, sectors, {"A": "fund1"}, "nxt")
    with pytest.raises(InputError, match="must have decide"):
        Mapped(Rotation, sectors, {"A": "fund1"})
    for act in (lambda rule: rule.decide(traded, holding(traded)), lambda rule: rule.tracked(traded)):
        with pytest.raises(
            UnknownNameError, match=r"fund for sector A in the traded panel 'fund2'\. Did you mean 'fund1'"
        ):
            act(Mapped(STRONGEST, sectors, {"A": "fund2"}))


# --- whole runs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["cash", "next"])
def test_a_panel_mapped_to_itself_is_the_strategy_alone(missing: str, make_random) -> None:
    panel = make_random(3, 300, 8)
    rule = Rotation(Momentum(20), TopN(3, 5), schedule=Every(7))
    alone = backtest(rule, panel, "cn-etf", fill="close")
    mapped = backtest(Mapped(rule, panel, {s: s for s in panel.symbols}, missing), panel, "cn-etf", fill="close")
    pd.testing.assert_frame_equal(mapped.fills, alone.fills, check_exact=True)
    pd.testing.assert_frame_equal(mapped.decisions, alone.decisions, check_exact=True)
    assert len(alone.fills) > 50


def test_exits_between_decisions_too(make_random) -> None:
    panel = make_random(3, 300, 8)
    rule = Rotation(Momentum(20), TopN(3), schedule=Every(15), exits=Exits(stop=0.03, sessions=9))
    alone = backtest(rule, panel, "frictionless", fill="close")
    mapped = Mapped(rule, panel, {s: s for s in panel.symbols})
    pd.testing.assert_frame_equal(
        backtest(mapped, panel, "frictionless", fill="close", engine="both").fills, alone.fills, check_exact=True
    )
    calm = backtest(replace(rule, exits=Exits()), panel, "frictionless", fill="close")
    assert len(alone.fills) > len(calm.fills)


@pytest.mark.parametrize("missing", ["cash", "next"])
@pytest.mark.parametrize("seed", [1, 2])
def test_both_engines_agree(seed: int, missing: str, make_random) -> None:
    sectors, traded = make_random(seed, 200, 6), make_random(seed + 50, 200, 8)
    pairs = {"S00": ["S03", "S01"], "S01": ["S02"], "S02": ["S07", "S00"], "S04": ["S05"]}
    rule = Mapped(Rotation(Momentum(20), TopN(2, 3), schedule=Every(7)), sectors, pairs, missing)
    run = backtest(rule, traded, "cn-etf", fill="close", engine="both")
    assert len(run.fills) > 10
    assert set(run.fills["symbol"]) <= {fund for each in pairs.values() for fund in each}


@pytest.mark.parametrize("missing", ["cash", "next"])
def test_the_future_of_neither_panel_matters(missing: str, make_random) -> None:
    sectors, traded = make_random(5, 200, 6), make_random(55, 200, 6)
    pairs = {symbol: [symbol, *(["S05"] if symbol == "S00" else [])] for symbol in sectors.symbols[:5]}
    rule = Rotation(Momentum(20), TopN(2, 3), schedule=Every(1))
    whole = Mapped(rule, sectors, pairs, missing)
    rng = np.random.default_rng(0)
    for cut in (30, 90, 150):
        after = np.arange(200)[:, None] > cut
        other = sectors._replaced(close=np.where(after, rng.uniform(1, 99, sectors.shape), sectors.close))
        later = traded._replaced(close=np.where(after, rng.uniform(1, 99, traded.shape), traded.close))
        for seen, market in ((other, traded), (sectors.until(cut), traded), (sectors, later)):
            view, again = traded.until(cut), market.until(cut)
            mine, theirs = whole.ranking(view), Mapped(rule, seen, pairs, missing).ranking(again)
            assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(mine, theirs, strict=True))
            told = Mapped(rule, seen, pairs, missing).decide(again, holding(again))
            assert np.array_equal(told, whole.decide(view, holding(view)))


# --- tracking ---------------------------------------------------------------------------------------------------------


# --- real data --------------------------------------------------------------------------------------------------------

# Of the Shenwan sectors and the funds at hand, those whose names fit. A fund follows an index of its own, narrower as a
# rule: brokers for all of non-bank finance, semiconductors for all of electronics.
PAIRS = {
    "801030": "159870.SZ",  # chemicals
    "801040": "515210.SH",  # steel
    "801080": "512480.SH",  # electronics: semiconductors
    "801110": "561120.SH",  # home appliances, listed 2022-02-15
    "801120": "515170.SH",  # food and beverages
    "801150": "512010.SH",  # health care
    "801180": "512200.SH",  # real estate
    "801710": "516750.SH",  # building materials, listed 2021-11-05
    "801740": "512660.SH",  # defence
    "801770": "515880.SH",  # telecommunications
    "801780": "512800.SH",  # banks
    "801790": "512880.SH",  # non-bank finance: brokers
    "801950": "515220.SH",  # coal
}


def test_shenwan_signals_traded_in_etfs(shared_data: Path) -> None:
    sectors = load(shared_data / "cn_sw2021_l1/bars.csv.gz", f"{shared_data}/cn_index/bars.csv.gz:399006")
    traded = load(shared_data / "cn_sector_etf/bars.csv.gz")
    runs = {}
    for missing in ("cash", "next"):
        rule = Mapped(Rotation(pick=TopN(4, 6)), sectors, PAIRS, missing)
        runs[missing] = backtest(rule, traded, "cn-etf", start="2021-06-01", end="2026-03-18", engine="both")
        assert set(runs[missing].fills["symbol"]) <= set(PAIRS.values())
        for fund, listed in (("561120.SH", "2022-02-15"), ("516750.SH", "2021-11-05")):
            decisions = runs[missing].decisions
            assert (decisions.loc[decisions["symbol"] == fund, "session"] >= pd.Timestamp(listed)).all()
    invested = {missing: 1 - (run.cash / run.equity).mean() for missing, run in runs.items()}
    assert invested["cash"] < invested["next"]  # 18 of 31 sectors have no fund here
    assert runs["next"].targets.sum(axis=1).min() == pytest.approx(1)
    table = Mapped(Rotation(), sectors, PAIRS).tracked(traded, "2021-06-01").set_index("sector")
    assert (table["correlation"] > 0.9).all()
    assert table.loc["801780", "correlation"] > 0.97
    assert 0.02 < table.loc["801780", "difference"] < 0.08  # what banks pay out, which a price index loses
