"""Random picks with the turnover of a strategy: what they share with it, what they do not, and what is told of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.chance.matched_picks import matched_picks, solve
from sectorlead.chance.random_draws import pattern_of, random_targets
from sectorlead.data.panel import Panel
from sectorlead.engine.market.market import Market
from sectorlead.reports.compare.random_picks import RandomPicks
from sectorlead.reports.metrics.run_metrics import summary
from sectorlead.strategies.exposure.exits import Exits
from sectorlead.strategies.exposure.guards import TrendGuard
from sectorlead.strategies.scores.score import LowVolatility

FAST = sl.Rotation(sl.RandomScore(11), sl.TopN(5), schedule=sl.Weekly())
SLOW = sl.Rotation(sl.RandomScore(11), sl.TopN(5, hold_until_rank=8, min_hold=120))


@pytest.fixture(scope="module")
def panel() -> Panel:
    return sl.simulate(seed=8, sessions=900, persistence=0)


def picks_of(run: sl.Run, seeds: int = 60) -> RandomPicks:
    found = matched_picks(run, range(seeds))
    assert isinstance(found, RandomPicks)
    return found


RULES = {
    "fast": FAST,
    "slow": SLOW,
    "momentum": sl.Rotation(sl.Momentum(60)),
    "calm": sl.Rotation(LowVolatility(120), sl.TopN(5, 8)),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_turnover_is_that_of_the_strategy_fast_or_slow(rule: Any, panel: Panel) -> None:
    run = sl.run(rule, panel, start=panel.sessions[130])
    found = picks_of(run)
    assert found.turnover == pytest.approx(summary(run)["turnover"])
    assert found.drawn_turnover == pytest.approx(found.turnover, rel=0.02)
    assert found.matched
    assert 0 < found.keep < 1
    bare = matched_picks(run, found.seeds, free=False)
    assert not isinstance(bare, str)
    np.testing.assert_array_equal(bare.logs, found.logs)
    assert (len(bare.free), len(bare.own_free)) == (0, 0)
    charged = found.own_free.sum() - np.log(run.outcome.equity[-1] / run.terms.cash)
    drawn = found.free.sum() - found.mean.sum()
    assert drawn == pytest.approx(charged, rel=0.1)  # the same turnover costs about the same
    assert charged > 0


def test_picks_decide_when_the_strategy_does_and_hold_as_many_with_its_weights(panel: Panel) -> None:
    rule = sl.Rotation(sl.Momentum(120), sl.TopN(4), sl.InverseVolatility(60), TrendGuard(60))
    run = sl.run(rule, panel)
    own, drawn = run.outcome.decisions.target, random_targets(pattern_of(run), 0.5, [3])[0]
    np.testing.assert_array_equal(np.sort(drawn, axis=1), np.sort(own, axis=1))
    assert (own.sum(axis=1) == 0).any()  # the guard is out at times
    assert not np.array_equal(drawn, own)
    assert (run.outcome.decisions.rank[drawn > 0] > 0).all()


def test_a_sale_between_two_decisions_leaves_the_rest_alone(panel: Panel) -> None:
    run = sl.run(sl.Rotation(sl.Momentum(60), sl.TopN(5), exits=Exits(stop=0.05)), panel)
    found = pattern_of(run)
    assert 5 < found.partial.sum() < len(found.rows) - 10
    drawn = random_targets(found, 0.5, [0])[0]
    sold = np.count_nonzero(drawn[found.partial] == 0, axis=1)
    before = found.wanted[np.flatnonzero(found.partial) - 1]
    np.testing.assert_array_equal(sold, before - found.wanted[found.partial])
    assert np.isnan(drawn[found.partial]).any(axis=1).all()
    assert picks_of(run, 30).matched


def test_a_strategy_of_one_s_own_has_picks_of_what_could_be_bought(panel: Panel) -> None:
    class Own:
        def decide(self, view: Panel, portfolio: Any) -> dict[str, float] | None:
            k, rest = divmod(len(view.sessions), 25)
            return None if rest else {view.symbols[k % 31]: 0.5, view.symbols[(k + 3) % 31]: 0.3}

    run = sl.run(Own(), panel)
    found = pattern_of(run)
    known = panel.has_bar[found.rows] & panel.published[found.rows]
    assert (found.able >= known).all()
    assert found.weights[:, :3].tolist() == [[0.5, 0.3, 0.0]] * len(found.rows)
    assert picks_of(run, 30).drawn_turnover == pytest.approx(summary(run)["turnover"], rel=0.02)


def test_picks_are_measured_from_the_session_that_is_asked_for(panel: Panel) -> None:
    run = sl.run(FAST, panel, measured_from="start")
    whole, late = picks_of(run, 25), matched_picks(run, range(25), since=500)
    assert isinstance(late, RandomPicks)
    assert late.logs.shape == (25, 400)
    assert late.own_free.shape == (400,)
    np.testing.assert_allclose(late.own_free, whole.own_free[500:])
    assert late.turnover != whole.turnover


def test_what_cannot_have_picks_says_why(panel: Panel) -> None:
    class Never:
        def decide(self, view: Panel, portfolio: Any) -> None:
            return None

    assert matched_picks(sl.run(Never(), panel), range(20)) == "it has no log of decisions"
    poor = sl.run(SLOW, panel, Market(name="lots", lot=100_000), cash=1_000)
    assert matched_picks(poor, range(20)) == "it traded nothing"


def test_picks_that_cannot_trade_as_little_are_not_called_matched(panel: Panel) -> None:
    class Drifts:
        def decide(self, view: Panel, portfolio: Any) -> Any:
            return portfolio.weights if portfolio.weights.any() else dict.fromkeys(view.symbols[:5], 0.2)

    found = picks_of(sl.run(Drifts(), panel, "frictionless"), 20)
    assert (found.keep, found.matched) == (1, False)
    assert found.drawn_turnover > found.turnover


@given(st.floats(0.05, 0.95), st.floats(0.2, 5))
def test_the_probability_is_found_wherever_it_lies(keep: float, bend: float) -> None:
    def turnover(share: float) -> float:
        return 1 + 4 * (1 - share**bend)

    assert turnover(solve(turnover, turnover(keep))) == pytest.approx(turnover(keep), rel=0.006)
    assert (solve(turnover, 9.0), solve(turnover, 0.5)) == (0, 1)
