"""The rule against chance on markets whose truth is known: it must find what is planted, and nothing where nothing is.

Both tests use one statistic: over 100 seeds, the annual return of ``pullback-leaders`` minus that of ``random`` in the
sessions in which the leaders are invested (they wait in cash for the first pullback), and the t of its mean. The bound
is the two-sided 0.1% point of Student's t with 99 degrees of freedom: on other seeds, a rule without any skill would be
taken for skilled, or for harmful, once in a thousand times. Here the seeds are fixed, and nothing is left to luck.
"""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead import build
from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest

SEEDS = 100
SESSIONS = 1_250
BOUND = 3.39  # t(99), two-sided, 0.1%

pytestmark = pytest.mark.slow


def t_statistic(persistence: float) -> float:
    apart = []
    for seed in range(SEEDS):
        panel = simulate(seed, SESSIONS, persistence=persistence)
        leaders = backtest(build("pullback-leaders"), panel, "cn-etf")
        chance = backtest(build("random", seed=seed), panel, "cn-etf")
        invested = (leaders.outcome.shares[:-1] > 0).any(axis=1)
        apart.append(252 * (leaders.returns - chance.returns).to_numpy()[1:][invested].mean())
    return float(np.mean(apart) / (np.std(apart, ddof=1) / np.sqrt(SEEDS)))


def test_nothing_is_found_where_nothing_is() -> None:
    assert abs(t_statistic(persistence=0.0)) < BOUND


def test_what_is_planted_is_found() -> None:
    assert t_statistic(persistence=1.0) > 2 * BOUND
