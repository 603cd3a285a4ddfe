"""Decisions carried out again are the run that made them, to the last bit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.engine.compiled.batch.replay import replay

RULE = sl.Rotation(score=sl.Momentum(20), pick=sl.TopN(4, hold_until_rank=7), schedule=sl.Weekly())


EXITS = replace(RULE, exits=sl.Exits(stop=0.04))


def returns_of(run: sl.Run) -> np.ndarray:
    line = np.concatenate(([run.terms.cash], run.outcome.equity))
    return np.asarray(line[1:] / line[:-1] - 1.0)


@pytest.mark.parametrize("fill", ["open", "close", "same-close"])
@pytest.mark.parametrize("size", ["decision", "fill"])
def test_a_run_s_decisions_replayed_are_the_run(fill: str, size: str) -> None:
    panel = sl.simulate(seed=3, sessions=400)
    terms: dict[str, Any] = {"cash": 50_000, "cash_rate": 0.02, "start": panel.sessions[60], "measured_from": "start"}
    run = sl.run(RULE, panel, "cn-etf", fill=fill, size=size, **terms)
    log, fills = run.outcome.decisions, run.outcome.fills
    found = replay(panel, run.market, run.terms, log.row, log.target[None])
    np.testing.assert_array_equal(found.returns[0], returns_of(run))
    assert found.final_equity[0] == run.outcome.equity[-1]
    np.testing.assert_allclose(found.traded[0], fills.value[fills.side != 0].sum(), rtol=1e-12)
    np.testing.assert_allclose(found.mean_equity[0], run.outcome.equity.mean(), rtol=1e-12)
    free = replay(panel, replace(run.market, cost_scale=0), run.terms, log.row, log.target[None])
    assert free.final_equity[0] > run.outcome.equity[-1]


def test_sales_between_decisions_leave_the_rest_alone() -> None:
    panel = sl.simulate(seed=3, sessions=400)
    run = sl.run(EXITS, panel, "cn-etf", cash=50_000)
    log = run.outcome.decisions
    between = ~np.isin(log.row, RULE.decision_rows(panel, run.terms.first, run.terms.last))
    assert between.sum() > 5
    weights = np.where(between[:, None] & (log.target > 0), np.nan, log.target)
    found = replay(panel, run.market, run.terms, log.row, weights[None])
    np.testing.assert_array_equal(found.returns[0], returns_of(run))


def test_nothing_is_left_over_from_one_list_to_the_next() -> None:
    panel = sl.simulate(seed=5, sessions=300)
    run = sl.run(RULE, panel)
    log, rng = run.outcome.decisions, np.random.default_rng(0)
    lists = [log.target, *(rng.permuted(log.target, axis=1) for _ in range(3)), log.target]
    together = replay(panel, run.market, run.terms, log.row, np.stack(lists)).returns
    alone = [replay(panel, run.market, run.terms, log.row, weights[None]).returns[0] for weights in lists]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together[-1], returns_of(run))
    assert not np.array_equal(together[1], together[0])


def test_what_is_left_alone_keeps_its_shares() -> None:
    panel = sl.simulate(seed=5, sessions=300)
    terms = sl.run(RULE, panel, "frictionless").terms
    weights = np.full((2, 2, 31), np.nan)
    weights[:, 0] = 1 / 31
    weights[0, 1, :10] = 0.0
    found = replay(panel, sl.market("frictionless"), terms, np.array([100, 200]), weights, measured=201)
    assert found.traded[0] == pytest.approx(found.mean_equity[0] * 10 / 31, rel=0.5)
    assert found.traded[1] == 0
    assert found.returns.shape == (2, 99)
