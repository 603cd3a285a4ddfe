"""Weights that depend on nobody else."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead import Equal, Every, Everything, InverseVolatility, Rotation, TopN
from sectorlead.data.errors import ParameterError

from ..decided import from_moves, holding


def test_the_picked_split_the_total() -> None:
    panel = from_moves(np.array([[0.1, 0.2, 0.0], [-0.1, -0.2, 0.0], [0.1, 0.2, 0.0]]))
    rule = Rotation(Everything(), TopN(2), Equal(0.5), schedule=Every(1))
    assert rule.decide(panel, holding(0, 0, 0)).tolist() == [0.25, 0.25, 0.0]
    calm = Rotation(Everything(), TopN(2), InverseVolatility(3, total=0.9), schedule=Every(1))
    assert calm.decide(panel, holding(0, 0, 0)) == pytest.approx([0.6, 0.3, 0.0], rel=1e-12)


def test_inverse_volatility_is_one_over_that_of_pandas(make_market) -> None:
    panel = make_market(4, 200, 6)
    moves = panel.frame("adjusted_close").pct_change(fill_method=None)
    ours, theirs = InverseVolatility(40)(panel), 1 / moves.rolling(40).std().to_numpy()
    both = np.isfinite(ours) & np.isfinite(theirs)
    assert both.sum() > 150
    np.testing.assert_allclose(ours[both], theirs[both], rtol=1e-9)
    assert (Equal()(panel) == 1).all()


def test_a_total_is_a_fraction() -> None:
    with pytest.raises(ParameterError, match=r"InverseVolatility\.total must be a number from 0 to 1, was 1\.1"):
        InverseVolatility(total=1.1)
