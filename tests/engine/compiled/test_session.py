"""Each kernel is plain Python with a second, compiled name: both must give the same run, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.engine.compiled import engine as compiled
from sectorlead.engine.compiled import session as kernels
from sectorlead.engine.compiled.state import FILLS, REJECTIONS
from sectorlead.engine.market.market import MARKETS

RULE = sl.Rotation(score=sl.Momentum(20), pick=sl.TopN(4, hold_until_rank=7), schedule=sl.Weekly())


@pytest.mark.parametrize("market", ["frictionless", "cn-etf"])
@pytest.mark.parametrize("fill", ["open", "same-close"])
@pytest.mark.parametrize("size", ["decision", "fill"])
def test_compiled_equals_plain(market: str, fill: str, size: str) -> None:
    panel = sl.simulate(seed=3, sessions=150)
    terms = sl.run(RULE, panel, market, cash=20_000, fill=fill, size=size).terms
    plan = RULE.plan(panel, terms.first, terms.last - 1)
    machines = []
    for simulate in (kernels.simulate, kernels.simulate_nb):
        arguments = compiled.kernel_arguments(panel, MARKETS[market], terms, len(plan.rows))
        simulate(arguments.market, arguments.rules, plan, arguments.account, arguments.tracks, terms.last)
        machines.append(arguments)
    plain, fast = machines
    assert plain.account.state[FILLS] > 50
    np.testing.assert_array_equal(plain.account.state, fast.account.state)
    for field in ("equity", "cash", "shares", "held", "target"):
        np.testing.assert_array_equal(getattr(plain.tracks, field), getattr(fast.tracks, field))
    for field, count in (("fill_money", FILLS), ("reject_shares", REJECTIONS)):
        n = plain.account.state[count]
        np.testing.assert_array_equal(getattr(plain.tracks, field)[:n], getattr(fast.tracks, field)[:n])


def test_the_log_changes_nothing() -> None:
    panel = sl.simulate(seed=4, sessions=400)
    terms = sl.run(RULE, panel).terms
    plan = RULE.plan(panel, terms.first, terms.last - 1)
    lines = []
    for logged in (True, False):
        arguments = compiled.kernel_arguments(panel, MARKETS["cn-etf"], terms, len(plan.rows), logged=logged)
        kernels.simulate_nb(arguments.market, arguments.rules, plan, arguments.account, arguments.tracks, terms.last)
        lines.append(arguments.tracks.equity)
    np.testing.assert_array_equal(*lines)
