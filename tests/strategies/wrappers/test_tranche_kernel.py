"""The loop over tranches, compiled and plain."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead import Every, Momentum, Rotation, TopN
from sectorlead.engine.compiled import picks
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies.rotation import picked_columns, shared_out
from sectorlead.strategies.wrappers import tranche_kernel
from sectorlead.strategies.wrappers.tranche_kernel import paper_targets
from sectorlead.strategies.wrappers.tranches import _only


@pytest.mark.parametrize("pick", [TopN(2, 4), TopN(3, max_swaps=1), TopN(2, min_hold=20)], ids=repr)
@pytest.mark.parametrize("count", [1, 3])
def test_targets_are_the_mean_of_what_each_tranche_would_pick_alone(make_random, pick: TopN, count: int) -> None:
    panel = make_random(5, 200, 6)
    plan = Rotation(Momentum(20), pick, schedule=Every(5)).plan(panel, 30, 198)
    assert plan is not None
    asked = np.arange(len(plan.rows))[:, None] % count == np.arange(count)
    latest, since = np.zeros((count, 6)), np.full((count, 6), -1)
    expected = []
    for d, row in enumerate(plan.rows.tolist()):
        for k in np.flatnonzero(asked[d]):
            one, on_paper = _only(plan, d), Portfolio(0.0, 1.0, latest[k], latest[k], since[k])
            latest[k] = shared_out(one, picked_columns(one, on_paper, np.zeros(6, np.bool_)))
            since[k] = np.where(latest[k] > 0, np.where(since[k] < 0, row + 1, since[k]), -1)
        expected.append(latest.sum(axis=0) / count)
    found = paper_targets(plan, asked)
    np.testing.assert_allclose(found, expected, rtol=1e-15, atol=0)
    assert (found > 0).any(axis=1).sum() > 20


def test_compiled_equals_plain(make_random, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = make_random(9, 150, 5)
    plan = Rotation(Momentum(20), TopN(2, 3), schedule=Every(5)).plan(panel, 30, 148)
    assert plan is not None
    asked = np.random.default_rng(1).random((len(plan.rows), 4)) < 0.4
    fast = paper_targets(plan, asked)
    monkeypatch.setattr(tranche_kernel, "_follow_nb", tranche_kernel._follow)
    monkeypatch.setattr(tranche_kernel, "pick", getattr(picks.pick, "py_func", picks.pick))
    np.testing.assert_array_equal(paper_targets(plan, asked), fast)
