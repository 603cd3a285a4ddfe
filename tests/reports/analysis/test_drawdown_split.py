"""Drawdowns by series: by hand, and exact in real runs."""

from __future__ import annotations

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.reports.analysis.drawdown_split import split_drawdowns
from sectorlead.reports.analysis.drawdowns import deepest_falls
from sectorlead.reports.analysis.earned import earned
from sectorlead.reports.growth import points, strategy_growth
from sectorlead.reports.history import history_of


def test_two_series_by_hand(make):
    """100 in two series: A loses 20, then 10 while B gains 5."""
    shares = [[50, 50], [50, 50], [50, 50]]
    run = make(
        [100.0, 80.0, 75.0], close=[[1, 1], [1, 1], [0.6, 1], [0.4, 1.1]], shares=shares,
        fills=[(1, 0, 1, 50.0, 1.0, 50.0), (1, 1, 1, 50.0, 1.0, 50.0)],
    )  # fmt: skip
    (fall,) = deepest_falls(strategy_growth(run), None, points(run))
    (parts,) = split_drawdowns(run, [fall])
    assert [(part.column, part.share) for part in parts] == [(0, pytest.approx(-0.3)), (1, pytest.approx(0.05))]


@pytest.mark.parametrize(
    "terms",
    [{}, {"cash_rate": 0.03, "cash_flows": "monthly -3000"}, {"fill": "close"}, {"measured_from": "2016-03-01"}],
)
def test_the_parts_add_up_to_the_fall(terms):
    run = sl.run("pullback-leaders", sl.simulate(seed=7, sessions=500), "cn-etf", **terms)
    made = earned(history_of(run))
    np.testing.assert_allclose(made.sum(axis=1), run.returns, atol=1e-12)
    falls = deepest_falls(strategy_growth(run), None, points(run))
    assert len(falls) > 2
    for fall, parts in zip(falls, split_drawdowns(run, falls), strict=True):
        assert sum(part.share for part in parts) == pytest.approx(fall.depth, abs=1e-9)
        assert [part.share for part in parts] == sorted(part.share for part in parts)
