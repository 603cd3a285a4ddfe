"""The score on the map."""

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Panel
from sectorlead.strategies.indicators.rrg import RelativeRotation, RotationMap
from sectorlead.strategies.scores.rotation_quadrant import RotationQuadrant


def strength(values: np.ndarray | list[float], **more: list[float]) -> Panel:
    """A panel whose first series has these relative strengths, against a benchmark at 1."""
    columns = {"A": np.asarray(values, float), **{key: np.asarray(line, float) for key, line in more.items()}}
    days = pd.bdate_range("2020-01-01", periods=len(values))
    return Panel.from_frames(pd.DataFrame(columns, index=days), benchmark=pd.Series(1.0, index=days, name="B"))


class Fixed(RelativeRotation):
    """Quadrants as given, momentum 100 plus the row."""

    given = np.array([], np.int8)

    def __call__(self, panel: Panel) -> RotationMap:
        rows = np.where(self.given > 0, np.arange(len(self.given)), np.nan)[:, None]
        return RotationMap(rows, 100 + rows, self.given[:, None], rows, 10 + rows)


@pytest.mark.parametrize("between", [0, 5])  # not known, or at the centre: in none of the four either way
@pytest.mark.parametrize(
    ("prefer", "ranked"),
    [
        ("leading", {9: 19, 11: 21}),
        ("improving", {2: 2, 3: 3, 4: 4, 5: 5, 8: 8, 10: 10}),
        ("crossing-into-improving", {2: 2, 3: 3, 8: 8}),
    ],
)
def test_score_by_hand(
    prefer: str, ranked: dict[int, float], between: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    #                   0  1  2  3  4  5  6     7     8  9  10 11
    given = np.array([4, 3, 4, 4, 4, 4, 3, between, 4, 1, 4, 1], np.int8)
    monkeypatch.setattr(Fixed, "given", given)
    score = RotationQuadrant(prefer, within=2, rotation=Fixed())(strength(np.ones(12)))[:, 0]
    expected = {0: 0.0, **ranked} if prefer == "improving" else ranked
    assert {int(t): score[t] for t in np.flatnonzero(np.isfinite(score))} == expected
