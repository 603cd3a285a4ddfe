"""``Delayed``: the same decisions, so many sessions later, on both engines alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sectorlead import Every, Momentum, Monthly, Rotation, TopN, Weekly
from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.engine.canonical import describe
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies.exposure.exits import Exits
from sectorlead.strategies.library.registry import build
from sectorlead.strategies.wrappers.delayed import Delayed, Later
from sectorlead.strategies.wrappers.tranches import Tranches

LAGS = (1, 3)


@pytest.fixture(scope="module")
def market() -> Panel:
    return simulate(seed=4, sessions=320)


class Counting:
    """Buys what rose most in 20 sessions; remembers what it was shown."""

    schedule = Weekly()

    def __init__(self) -> None:
        self.seen: list[tuple[int, list[int]]] = []

    def decide(self, view: Panel, portfolio: Portfolio) -> dict[str, float] | None:
        row = len(view.sessions) - 1
        self.seen.append((row, [row - since for since in portfolio.since.tolist() if since >= 0]))
        rise = view.last_adjusted_close[-1] / view.last_adjusted_close[max(row - 20, 0)]
        return {view.symbols[int(np.nanargmax(rise))]: 1.0}


RULES: list[Any] = [
    Rotation(Momentum(20), TopN(2), schedule=Every(7)),
    Rotation(Momentum(40), TopN(3, 6, min_hold=25), schedule=Weekly()),
    Rotation(Momentum(40), TopN(3), schedule=Monthly(), exits=Exits(0.05, 0.08, 40)),
    Tranches(Rotation(Momentum(20), TopN(2), schedule=Monthly()), 2, 8),
    build("equal-weight"), build("buy-and-hold"), build("random"),
]  # fmt: skip


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: describe(rule)[:60])
def test_decisions_are_those_of_the_strategy_so_many_sessions_later(rule: Any, lag: int, market: Panel) -> None:
    terms: dict[str, Any] = {"start": market.sessions[60]}
    plain, late = (backtest(each, market, **terms) for each in (rule, Delayed(rule, lag)))
    own, shifted = plain.outcome.decisions, late.outcome.decisions
    if getattr(rule, "watchful", False):
        assert set(shifted.row[shifted.rank.any(axis=1)]) == {
            row + lag for row in own.row[own.rank.any(axis=1)] if row + lag < len(market.sessions) - 1
        }
        return
    there = own.row + lag < len(market.sessions) - 1
    np.testing.assert_array_equal(shifted.row, own.row[there] + lag)
    np.testing.assert_array_equal(shifted.score, own.score[there])
    np.testing.assert_array_equal(shifted.rank, own.rank[there])
    assert late.outcome.equity[-1] != plain.outcome.equity[-1]


@pytest.mark.parametrize("rule", [*RULES, Counting()], ids=lambda rule: describe(rule)[:60])
def test_both_engines_agree(rule: Any, market: Panel) -> None:
    assert backtest(Delayed(rule, 2), market, start=market.sessions[60], engine="both").verified


def test_no_delay_changes_nothing(market: Panel) -> None:
    for rule in RULES[:4]:
        plain, same = backtest(rule, market), backtest(Delayed(rule, 0), market)
        np.testing.assert_array_equal(plain.outcome.equity, same.outcome.equity)
        np.testing.assert_array_equal(plain.outcome.fills.shares, same.outcome.fills.shares)


def test_a_rule_of_ones_own_is_shown_the_past_and_ages_as_they_are(market: Panel) -> None:
    plain, late = Counting(), Counting()
    backtest(plain, market)
    backtest(Delayed(late, 3), market)
    asked = [row for row, _ in plain.seen if row + 3 < len(market.sessions) - 1]
    assert [row for row, _ in late.seen] == asked
    # What is bought the session after a decision is as old at the next one, late or not.
    assert {tuple(ages) for _, ages in late.seen} <= {tuple(ages) for _, ages in plain.seen}


def test_it_sees_nothing_before_there_was_anything(market: Panel) -> None:
    late = Delayed(Counting(), 5)
    assert late.schedule == Later(Weekly(), 5)
    assert Delayed(object.__new__(type("Always", (), {"decide": lambda *_: None})), 2).schedule == Later(Every(1), 2)
    empty = Portfolio(1.0, 1.0, *(np.zeros(len(market.symbols)) for _ in range(2)), np.full(len(market.symbols), -1))
    assert late.decide(market.until(4), empty) is None
    assert late.decide(market.until(5), empty) is not None
    rank, score = late.ranking(market.until(9))  # the rule has none
    assert not rank.any()
    assert np.isnan(score).all()


def test_later_moves_a_schedule_and_drops_what_falls_out(market: Panel) -> None:
    asked = Later(Every(10), 3).decision_sessions(market.sessions[:25], 2)
    assert np.flatnonzero(asked).tolist() == [5, 15]
    assert not Later(Every(10), 200).decision_sessions(market.sessions[:25], 2).any()
    assert len(backtest(Delayed(RULES[0], 250), market.until(100)).fills) == 0


def test_the_seed_goes_through_and_what_cannot_decide_is_refused() -> None:
    rule = Delayed(build("random"), 2)
    assert repr(rule.with_seed(7)) != repr(rule)
    assert repr(Delayed(Rotation(Momentum(60)))) == f"Delayed(strategy={Rotation(Momentum(60))!r}, sessions=1)"
    assert repr(Delayed(Counting(), 3)) == "Delayed(strategy=Counting(seen=[]), sessions=3)"
    for wrong in (Counting, "momentum", (Counting, {})):
        with pytest.raises(ParameterError, match="must be an object with decide"):
            Delayed(wrong, 1)
    with pytest.raises(ParameterError, match="from 0 to 250"):
        Delayed(Rotation(), 251)
    with pytest.raises(ParameterError, match="must be a schedule"):
        Later("monthly", 1)
