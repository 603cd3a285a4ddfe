"""Against chance in markets whose truth is known: no skill is seldom claimed, planted skill is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

import sectorlead as sl
from sectorlead.chance.matched_picks import matched_picks
from sectorlead.data.quality.gate import NAMES
from sectorlead.reports.compare.paired_bootstrap import Difference, Labels, paired
from sectorlead.reports.compare.random_picks import RandomPicks
from sectorlead.reports.compare.tournament import usual_stay
from sectorlead.reports.growth import log_returns, strategy_growth
from sectorlead.strategies.library.registry import build

NO_SKILL: dict[str, Callable[[int], sl.Rotation]] = {
    "trades all the time": lambda seed: sl.Rotation(sl.RandomScore(1_000 + seed), sl.TopN(5), schedule=sl.Weekly()),
    "hardly trades": lambda seed: sl.Rotation(sl.RandomScore(1_000 + seed), sl.TopN(5, 8, min_hold=120)),
}


def against_chance(rule: Any, seed: int, sessions: int, persistence: float) -> Difference:
    """The test of the headline, of one rule in one market."""
    panel = sl.simulate(seed=seed, sessions=sessions, persistence=persistence)
    run = sl.run(rule, panel, start=panel.sessions[100], accept=NAMES)
    picks = matched_picks(run, range(40))
    assert isinstance(picks, RandomPicks)
    assert picks.drawn_turnover == pytest.approx(picks.turnover, rel=0.02)
    own = log_returns(strategy_growth(run))
    lines = {"chance": np.zeros(len(own)), "rule": own - picks.mean}
    nobody = Labels(np.full(len(own), -1), ())
    return paired(lines, "chance", nobody, holding=usual_stay({"rule": run}), resamples=300).rows[0]


@pytest.mark.parametrize("rule", NO_SKILL.values(), ids=NO_SKILL)
def test_without_skill_a_rule_is_told_from_chance_no_more_than_one_time_in_twenty(rule: Any) -> None:
    """300 markets of 1,250 sessions are in docs/tournament.md; these few would show a test that claims far too much."""
    markets = 12
    claims = sum(against_chance(rule(seed), seed, 500, 0.0).p <= 0.05 for seed in range(markets))
    assert binomtest(claims, markets).proportion_ci().low <= 0.05


def test_planted_skill_is_found() -> None:
    found = [against_chance(build("pullback-leaders"), seed, 2_000, 2.0) for seed in range(5)]
    assert sum(row.p <= 0.05 and row.ahead > 0 for row in found) >= 4
