"""``Switching``: one account across the seams, the same on both engines, and the strategy itself where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.data.errors import ParameterError
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies.wrappers.mixture import Mixture

WHOLE = sl.simulate(seed=5, sessions=260)
PANEL = WHOLE.select(WHOLE.symbols[:6])
DAYS = [f"{day:%F}" for day in PANEL.sessions]
RULES = (
    sl.Rotation(sl.Momentum(20), sl.TopN(2, hold_until_rank=4), schedule=sl.Every(7)),
    sl.Rotation(sl.Momentum(60), sl.TopN(3, min_hold=15), schedule=sl.Weekly()),
    sl.Rotation(sl.LowVolatility(20), sl.TopN(1), schedule=sl.Monthly(), exits=sl.Exits(stop=0.04)),
    sl.Rotation(sl.Reverse(sl.Momentum(20)), sl.TopN(2), schedule=sl.Every(5), exits=sl.Exits(sessions=9)),
    sl.Tranches(sl.Rotation(sl.Momentum(40), sl.TopN(2), schedule=sl.Every(20)), 3, 5),
)


def turns(*parts: tuple[int, int]) -> tuple[sl.Stretch, ...]:
    """Stretches of one member each, -1 for cash, by row."""
    return tuple(sl.Stretch(DAYS[row], (k,), (1.0,)) if k >= 0 else sl.Stretch(DAYS[row]) for row, k in parts)


@pytest.mark.parametrize(("k", "engine"), [*((k, "compiled") for k in range(5)), (0, "backtrader"), (2, "backtrader")])
def test_the_same_strategy_in_every_stretch_is_that_strategy(k: int, engine: Any) -> None:
    rule = RULES[k]
    made = sl.Switching((rule,), turns((0, 0), (90, 0), (91, 0), (170, 0)))
    plain, own = (sl.run(each, PANEL, "cn-etf", start=DAYS[40], engine=engine) for each in (rule, made))
    np.testing.assert_array_equal(own.equity, plain.equity)
    pd.testing.assert_frame_equal(own.fills, plain.fills)
    pd.testing.assert_frame_equal(own.rejections, plain.rejections)


@settings(max_examples=6)
@given(st.lists(st.integers(-1, len(RULES) - 1), min_size=2, max_size=4), st.integers(20, 60), st.booleans())
def test_both_engines_agree_whatever_follows_what(members: list[int], step: int, carry: bool) -> None:
    parts = [(30 + step * k, member) for k, member in enumerate(members)]
    rule = sl.Switching(RULES, turns(*parts))
    run = sl.run(rule, PANEL, "cn-etf", engine="both", cash=50_000, unfilled="carry" if carry else "drop")
    assert run.verified


def test_both_engines_agree_on_several_at_a_time() -> None:
    picks = sl.TopN(2, hold_until_rank=3)
    several = tuple(sl.Rotation(sl.Momentum(n), picks, schedule=sl.Weekly()) for n in (10, 30, 60))
    first = sl.Stretch(DAYS[30], (0, 2), (0.75, 0.25))
    stretches = (first, sl.Stretch(DAYS[140], (1,), (1.0,)), sl.Stretch(DAYS[200]))
    run = sl.run(sl.Switching(several, stretches), PANEL, "cn-etf", engine="both")
    assert run.verified
    assert run.decisions["session"].max() == PANEL.sessions[200], "cash is decided once, in its first session"
    assert (run.weights.iloc[-1] == 0).all()


@dataclass(frozen=True)
class Always(sl.Score):
    """One column, always."""

    column: int

    def __call__(self, panel: sl.Panel) -> np.ndarray:
        return np.where(np.arange(len(panel.symbols)) == self.column, 1.0, np.nan) * np.ones((len(panel.sessions), 1))


def flat(sessions: int) -> sl.Panel:
    days = pd.bdate_range("2024-01-01", periods=sessions)
    prices = pd.DataFrame({name: [10.0] * sessions for name in "AB"}, index=days)
    return sl.Panel.from_frames(prices, open=prices, high=prices, low=prices)


def test_a_seam_trades_nothing_and_the_next_own_session_does() -> None:
    panel = flat(20)
    days = [f"{day:%F}" for day in panel.sessions]
    a, b = (sl.Rotation(Always(k), sl.TopN(1), schedule=sl.Every(6)) for k in (0, 1))
    rule = sl.Switching((a, b), (sl.Stretch(days[0], (0,), (1.0,)), sl.Stretch(days[8], (1,), (1.0,))))
    for engine in ("compiled", "backtrader"):
        run = sl.run(rule, panel, "frictionless", engine=engine, cash=1_000.0)
        assert [panel.sessions.get_loc(day) for day in run.decisions["session"].unique()] == [0, 6, 12, 18]
        held = (run.weights > 0.5).idxmax(axis=1).where(run.weights.sum(axis=1) > 0.5, "")
        assert held.tolist() == [""] + ["A"] * 12 + ["B"] * 7, "decided after the close of 12, filled in 13"


def test_the_age_of_a_holding_is_carried_across_the_seam() -> None:
    """B's exit sells, at its age of five sessions, what A bought before the seam."""
    panel = flat(20)
    days = [f"{day:%F}" for day in panel.sessions]
    a = sl.Rotation(Always(0), sl.TopN(1), schedule=sl.Once())
    b = sl.Rotation(Always(0), sl.TopN(1), schedule=sl.Once(), exits=sl.Exits(sessions=5))
    rule = sl.Switching((a, b), (sl.Stretch(days[0], (0,), (1.0,)), sl.Stretch(days[4], (1,), (1.0,))))
    for engine in ("compiled", "backtrader"):
        run = sl.run(rule, panel, "frictionless", engine=engine, cash=1_000.0)
        alone = sl.run(b, panel, "frictionless", engine=engine, cash=1_000.0)
        assert run.weights["A"].tolist() == alone.weights["A"].tolist()
        assert run.weights["A"].iloc[-1] == 0


def test_several_are_the_mean_of_their_targets_by_hand() -> None:
    panel = flat(12)
    a, b = (sl.Rotation(Always(k), sl.TopN(1), schedule=sl.Every(4)) for k in (0, 1))
    plan = Mixture((a, b), (0.75, 0.25)).plan(panel, 0, 11)
    assert plan.rows.tolist() == [0, 4, 8]
    assert (plan.base * (plan.total / plan.base.sum(axis=1))[:, None]).tolist() == [[0.75, 0.25]] * 3
    assert Mixture((a, b), (0.75, 0.25)).decide(panel.until(4), _empty(2)).tolist() == [0.75, 0.25]


def _empty(n: int) -> Portfolio:
    return Portfolio(1.0, 1.0, np.zeros(n), np.zeros(n), np.full(n, -1))


@pytest.mark.parametrize("row", [120, 189])
def test_no_decision_goes_by_later_rows(row: int) -> None:
    several = (RULES[0], sl.Rotation(sl.Momentum(60), sl.TopN(3), schedule=sl.Every(7)))
    rule = sl.Switching(several, (sl.Stretch(DAYS[30], (0, 1), (0.5, 0.5)), sl.Stretch(DAYS[150], (1,), (1.0,))))
    rule = sl.Switching(several, rule.stretches[:1]) if row < 150 else rule
    whole = rule.plan(PANEL, 0, len(DAYS) - 1)
    cut = rule.plan(PANEL.until(row), 0, row)
    assert whole is not None
    assert cut is not None
    count = len(cut.rows)
    for name in ("rows", "order", "score", "base", "total"):
        np.testing.assert_array_equal(getattr(whole, name)[:count], getattr(cut, name))
    assert whole.rows[count] > row if count < len(whole.rows) else True


def test_a_strategy_with_memory_is_one_across_its_stretches() -> None:
    class Counts:
        def __init__(self) -> None:
            self.asked = 0

        def decide(self, view: sl.Panel, portfolio: Portfolio) -> dict[str, float]:
            self.asked += 1
            return {view.symbols[self.asked % 2]: 1.0}

    given = Counts()
    panel = flat(9)
    days = [f"{day:%F}" for day in panel.sessions]
    rule = sl.Switching((given,), (sl.Stretch(days[0], (0,), (1.0,)), sl.Stretch(days[5], (0,), (1.0,))))
    plain, own = (sl.run(each, panel, "frictionless", cash=1_000.0) for each in (Counts(), rule))
    pd.testing.assert_frame_equal(own.weights, plain.weights)
    assert given.asked == 0, "a run works on a copy"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: sl.Stretch("soon"), "ISO date"),
        (lambda: sl.Stretch("2020-01-01", (0, 0), (0.5, 0.5)), "each once"),
        (lambda: sl.Stretch("2020-01-01", (0,), (0.5,)), "sum 1"),
        (lambda: sl.Switching((sl.Momentum(20),), turns((0, 0))), "decide"),
        (lambda: sl.Switching(RULES, turns((9, 0), (5, 1))), "order of their dates"),
        (lambda: sl.Switching(RULES[:1], turns((0, 3))), "numbers from 0 to 0"),
        (lambda: sl.Switching(RULES, (sl.Stretch(DAYS[0], (0, 1), (0.5, 0.5)),)), "one schedule"),
        (lambda: sl.Switching(RULES, (sl.Stretch(DAYS[0], (2, 3), (0.5, 0.5)),)), "exits"),
        (lambda: sl.Switching((sl.Delayed(),) * 2, (sl.Stretch(DAYS[0], (0, 1), (0.5, 0.5)),)), "a Rotation"),
    ],
)  # fmt: skip
def test_what_can_t_be_followed_is_refused(make: Any, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        make()


def test_it_is_made_again_from_its_data() -> None:
    rule = sl.Switching(RULES[:2], turns((3, 0), (90, 1)))
    assert sl.from_data(sl.to_data(rule)) == rule
