"""Returns that are known together, and what they say of two series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlead import Every, Everything, Rotation, TopN
from sectorlead.data.panel import Panel
from sectorlead.strategies.weights.caps import VolatilityTarget
from sectorlead.strategies.weights.covariance import correlation, joint_returns, own_returns
from sectorlead.strategies.weights.optimised import HierarchicalRiskParity, MinimumVariance, RiskParity

from ..decided import from_moves

NAN = float("nan")


def test_correlation_is_that_of_pandas_where_both_are_known(make_market) -> None:
    panel = make_market(4, 200, 6)
    moves = own_returns(panel, 60)
    frame = panel.frame("adjusted_close").pct_change(fill_method=None).iloc[-60:]
    wanted = frame.corr(min_periods=30).to_numpy()
    ours = [[correlation(moves[i], moves[j], 30) for j in range(6)] for i in range(6)]
    assert np.isnan(wanted).any()
    np.testing.assert_allclose(ours, wanted, atol=1e-12)


def test_who_has_too_few_bars_or_never_moves_cannot_be_ranked() -> None:
    close = from_moves(np.random.default_rng(0).normal(0, 0.01, (60, 4))).close.copy()
    close[:46, 1] = NAN  # 15 bars
    close[:51, 2] = NAN  # 10 bars
    close[:, 3] = 7.0
    panel = Panel(pd.bdate_range("2023-01-02", periods=61), ("A", "B", "C", "D"), close)
    for weigh in (VolatilityTarget(sessions=30), RiskParity(30), MinimumVariance(30), HierarchicalRiskParity(30)):
        rule = Rotation(Everything(), TopN(3), weigh, schedule=Every(1))
        assert rule.ranking(panel)[0].tolist() == [1, 2, 0, 0], weigh
    assert joint_returns(panel, [0, 1], 30).shape == (14, 2)  # 15 bars make 14 returns
