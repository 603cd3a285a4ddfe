"""The base class of strategies, and objects that are none."""

from __future__ import annotations

from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from sectorlead import Every, Momentum, RandomScore, Rotation, TopN
from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.strategy import Foreign, Strategy, as_strategy, can_decide


@pytest.fixture
def panel() -> Panel:
    """Three series that move, 23 sessions."""
    close = 10 * np.exp(np.random.default_rng(1).normal(0, 0.01, (23, 3)).cumsum(axis=0))
    return Panel(pd.bdate_range("2024-01-01", periods=23), ("A", "B", "C"), close, close, close, close)


class Bare:
    def decide(self, view: Any, portfolio: Any) -> dict[str, float]:
        return {"A": 0.5}


class Derived(Strategy):
    def decide(self, view: Any, portfolio: Any) -> dict[str, float]:
        return {"A": 0.5}


class Full(Bare):
    """Has everything that a strategy may have, without being one."""

    schedule = Every(7)
    watchful = True

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def between(self, view: Any, portfolio: Any) -> dict[str, float] | None:
        return {"A": 0.0} if len(view.sessions) % 7 == 4 else None

    def ranking(self, view: Any) -> Any:
        return np.array([1, 2, 0]), np.array([3.0, 2.0, np.nan])

    def with_seed(self, seed: int) -> Full:
        return Full(seed)

    def tracked(self, traded: Any, first: Any, last: Any) -> Any:
        return traded, first, last


@pytest.mark.parametrize("rule", [as_strategy(Bare()), Derived(), as_strategy(type("Bt", (bt.Strategy,), {}))])
def test_defaults(rule: Strategy, panel: Panel) -> None:
    assert (rule.schedule, rule.watchful, rule.uses_seed) == (None, False, False)
    assert rule.decision_rows(panel, 3, 8).tolist() == [3, 4, 5, 6, 7]
    assert rule.plan(panel, 0, 5) is rule.between(panel, None) is rule.tracked(panel) is None  # type: ignore[arg-type]
    rank, score = rule.ranking(panel)
    assert (rank.shape, rank.dtype, rank.any()) == ((len(panel.symbols),), np.int64, False)
    assert np.isnan(score).all()
    assert rule.with_seed(3) in (rule, getattr(rule, "given", None))


def test_a_foreign_object_answers_for_itself(panel: Panel) -> None:
    given = Full()
    rule = as_strategy(given)
    assert isinstance(rule, Foreign)
    assert as_strategy(rule) is rule
    assert (rule.schedule, rule.watchful, rule.uses_seed) == (Every(7), True, True)
    assert rule.decision_rows(panel, 2, 10).tolist() == [2, 9]
    assert rule.decision_rows(panel, 2, 9).tolist() == [2], "nothing can be filled after the last session"
    assert rule.ranking(panel)[0].tolist() == [1, 2, 0]
    assert rule.with_seed(5).seed == 5
    assert rule.tracked(panel, 1, 2) == (panel, 1, 2)
    assert rule.decide(panel, None) == {"A": 0.5}  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
def test_derived_and_bare_run_alike(panel: Panel, engine: str) -> None:
    runs = [backtest(rule, panel, "frictionless", engine=engine) for rule in (Bare(), Derived())]
    assert runs[0].equity.tolist() == runs[1].equity.tolist()
    assert len(runs[0].fills)
    assert runs[0].strategy.__class__ is Bare, "the record holds what was given"


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
def test_what_a_foreign_object_has_is_used_by_the_engine(panel: Panel, engine: str) -> None:
    run = backtest(Full(), panel, "frictionless", engine=engine, seed=4)
    assert run.strategy.seed == 4
    log, (asked,) = run.outcome.decisions, np.nonzero(run.outcome.decisions.rank[:, 0])
    assert log.row[asked].tolist() == list(range(0, len(panel.sessions) - 1, 7))
    answered = np.setdiff1d(np.arange(len(log.row)), asked)
    assert log.row[answered].tolist() == [row for row in range(len(panel.sessions) - 1) if (row + 1) % 7 == 4]


def test_watchful_without_between_is_said_at_once(panel: Panel) -> None:
    watching = Bare()
    watching.watchful = True  # type: ignore[attr-defined]
    for engine in ("compiled", "backtrader"):
        with pytest.raises(ParameterError, match=r"is watchful, and needs between\(view, portfolio\)"):
            backtest(watching, panel, "frictionless", engine=engine)


def test_what_is_no_schedule_says_what_one_has(panel: Panel) -> None:
    rule = Derived()
    rule.schedule = "monthly"  # type: ignore[assignment]
    with pytest.raises(ParameterError, match=r"a schedule has decision_sessions\(sessions, first\), .* was 'monthly'"):
        backtest(rule, panel, "frictionless")


def test_a_seed_for_what_is_not_random_is_refused(panel: Panel) -> None:
    rule = Rotation(Momentum(2), TopN(1))
    assert not rule.uses_seed
    assert Rotation(RandomScore()).uses_seed
    with pytest.raises(ParameterError, match=r"seed=3 was given, but Rotation\(.*\) takes no seed"):
        backtest(rule, panel, "frictionless", seed=3)


def test_who_can_decide() -> None:
    assert can_decide(Bare())
    assert not can_decide(Bare)
    assert not can_decide(3)
    with pytest.raises(TypeError, match="abstract"):
        Strategy()  # type: ignore[abstract]
