"""Decisions carried out again are the run that made them, to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.engine.compiled import replay as module
from sectorlead.engine.compiled.engine import kernel_arguments
from sectorlead.engine.compiled.replay import replay, replays

RULE = sl.Rotation(score=sl.Momentum(20), pick=sl.TopN(4, hold_until_rank=7), schedule=sl.Weekly())


@pytest.mark.parametrize("fill", ["open", "close", "same-close"])
@pytest.mark.parametrize("size", ["decision", "fill"])
def test_a_run_s_decisions_replayed_are_the_run(fill: str, size: str) -> None:
    panel = sl.simulate(seed=3, sessions=400)
    run = sl.run(RULE, panel, "cn-etf", fill=fill, size=size, cash=50_000, cash_rate=0.02, start=panel.sessions[60])
    log, fills = run.outcome.decisions, run.outcome.fills
    found = replay(panel, run.market, run.terms, log.row, log.target)
    np.testing.assert_array_equal(found.equity, run.outcome.equity)
    np.testing.assert_array_equal(found.cash, run.outcome.cash)
    by_hand = [fills.value[(fills.row == 60 + s) & (fills.side != 0)].sum() for s in range(len(found.traded))]
    np.testing.assert_allclose(found.traded, by_hand, atol=1e-6)
    free = replay(panel, replace(run.market, cost_scale=0), run.terms, log.row, log.target)
    assert free.equity[-1] > run.outcome.equity[-1]


def test_nothing_is_left_over_from_one_list_to_the_next() -> None:
    panel = sl.simulate(seed=5, sessions=300)
    run = sl.run(RULE, panel)
    log, rng = run.outcome.decisions, np.random.default_rng(0)
    others = [rng.permuted(log.target, axis=1) for _ in range(3)]
    lists = [log.target, *others, log.target]
    together = [item.equity for item in replays(panel, run.market, run.terms, log.row, iter(lists))]
    alone = [replay(panel, run.market, run.terms, log.row, weights).equity for weights in lists]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together[-1], run.outcome.equity)
    assert not np.array_equal(together[1], together[0])


def test_what_is_left_alone_keeps_its_shares() -> None:
    panel = sl.simulate(seed=5, sessions=300)
    terms = sl.run(RULE, panel, "frictionless").terms
    weights = np.full((2, 31), np.nan)
    weights[0] = 1 / 31
    weights[1, :10] = 0.0
    found = replay(panel, sl.market("frictionless"), terms, np.array([100, 200]), weights)
    assert found.traded[201] == pytest.approx(found.equity[201] * 10 / 31, rel=0.5)
    weights[1, :10] = np.nan
    assert replay(panel, sl.market("frictionless"), terms, np.array([100, 200]), weights).traded[201:].sum() == 0


def test_compiled_equals_plain() -> None:
    panel = sl.simulate(seed=3, sessions=150)
    run = sl.run(RULE, panel, cash=20_000)
    log, lines = run.outcome.decisions, []
    for kernel in (module.replay_plain, module.replay_nb):
        arguments = kernel_arguments(panel, run.market, run.terms, len(log.row))
        kernel(*arguments, log.row, log.target, run.terms.last)
        lines.append(arguments.tracks.equity)
    np.testing.assert_array_equal(*lines)
