"""How many are held goes by the regime of the market."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from sectorlead import Every, Everything, Rotation
from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.strategies.indicators.regime import Regime
from sectorlead.strategies.picks.by_regime import TopByRegime

from ..decided import chosen, from_moves


def test_selective_markets_concentrate() -> None:
    @dataclass(frozen=True)
    class Told(Regime):
        def __call__(self, panel: Panel) -> np.ndarray:
            return np.array([0.0, 1.0, -1.0, -1.0, np.nan, 0.0])[: len(panel.sessions)]

    panel = from_moves(np.zeros((5, 6)))
    pick = TopByRegime(4, 2, band=1, regime=Told())
    top, keep = pick.at(panel, np.arange(5))
    assert top.tolist() == [4, 4, 2, 2, 4]
    assert keep.tolist() == [5, 5, 3, 3, 5]
    careful = TopByRegime(4, 2, band=1, regime=Told(), unknown=3)  # not known is neither of the others
    assert [each.tolist() for each in careful.at(panel, np.arange(5))] == [[4, 4, 2, 2, 3], [5, 5, 3, 3, 4]]
    rule = Rotation(Everything(), pick, schedule=Every(1))
    assert chosen(rule, panel.until(1)) == ["A", "B", "C", "D"]
    assert chosen(rule, panel.until(2), 0, 0, 1, 1, 1, 0) == ["A", "C"]  # C stays at rank 3, D and E leave
    assert rule.plan(panel, 0, 3) is not None
    for each in (pick, careful):
        rotation = Rotation(Everything(), each, schedule=Every(1))
        assert backtest(rotation, panel, "frictionless", fill="close", engine="both").verified
    with pytest.raises(ParameterError, match=r"TopByRegime\.regime must be Regime\(\.\.\.\), was 1"):
        TopByRegime(regime=1)  # type: ignore[arg-type]
