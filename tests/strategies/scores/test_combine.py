from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from sectorlead import Beta, Blend, Everything, Filtered, RandomScore, Ranked, Reverse, Score, ZScore
from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel

NAN, INF = float("nan"), float("inf")
SYMBOLS = ("A", "B", "C", "D", "E")


@dataclass(frozen=True)
class Given(Score):
    """The same numbers in every session."""

    values: tuple[float, ...]

    def __call__(self, panel: Panel) -> np.ndarray:
        return np.tile(self.values, (len(panel.sessions), 1))


@pytest.fixture
def panel() -> Panel:
    """One session; E is published after it."""
    days = pd.bdate_range("2024-01-01", periods=1)
    return Panel(days, SYMBOLS, np.ones((1, 5)), known_from=[pd.NaT] * 4 + [pd.Timestamp("2024-02-01")])


def values(score: Score, panel: Panel):
    return pytest.approx(score(panel)[0].tolist(), nan_ok=True)


X, Y = Given((10.0, 20.0, 20.0, 40.0, 99.0)), Given((3.0, NAN, 1.0, 2.0, 99.0))


def test_places_and_z_scores_by_hand(panel: Panel) -> None:
    # A series that isn't published has no place, and takes none.
    assert values(Ranked(X), panel) == [0, 0.5, 0.5, 1, NAN]
    assert values(Ranked(Y), panel) == [1, NAN, 0, 0.5, NAN]
    assert values(Ranked(Given((INF, 1.0, 2.0, -INF, NAN))), panel) == [NAN, 0, 1, NAN, NAN]
    assert values(Ranked(Given((NAN, NAN, 7.0, NAN, NAN))), panel) == [NAN, NAN, 0.5, NAN, NAN]
    # 10, 20, 20, 40: mean 22.5, variance (156.25 + 6.25 + 6.25 + 306.25) / 4 = 118.75.
    assert values(ZScore(X), panel) == [*(np.array([-12.5, -2.5, -2.5, 17.5]) / 118.75**0.5), NAN]
    assert values(ZScore(Given((0.1,) * 5)), panel) == [0, 0, 0, 0, NAN]
    assert values(ZScore(Given((NAN,) * 5)), panel) == [NAN] * 5


def test_blends_by_hand(panel: Panel) -> None:
    assert values(Blend((X, Y)), panel) == [0.5, NAN, 0.25, 0.75, NAN]
    assert values(Blend((X, Y), weights=(3.0, 1.0)), panel) == [0.25, NAN, 0.375, 0.875, NAN]
    assert values(Blend((X, Y), weights=(6.0, 2.0), missing="any"), panel) == [0.25, 0.5, 0.375, 0.875, NAN]
    assert values(Blend((X, Y), how="raw"), panel) == [6.5, NAN, 10.5, 21, NAN]
    assert values(Blend((X, Y), how="raw", missing="any"), panel) == [6.5, 20, 10.5, 21, NAN]
    z, w = ZScore(X)(panel)[0], ZScore(Y)(panel)[0]
    assert values(Blend([X, Y], how="z"), panel) == ((z + w) / 2).tolist()
    assert values(Blend((X, Reverse(X))), panel) == [0.5, 0.5, 0.5, 0.5, NAN]


def test_a_filter_by_hand(panel: Panel) -> None:
    assert values(Filtered(X, by=Y, at_least=2.0), panel) == [10, NAN, NAN, 40, 99]
    assert values(Filtered(X, by=Ranked(Y), at_least=0.75), panel) == [10, NAN, NAN, NAN, NAN]


def test_what_they_refuse() -> None:
    for kind in (Ranked, ZScore):
        with pytest.raises(ParameterError, match=rf"^{kind.__name__}\.score must be a Score, was 3$"):
            kind(3)
    with pytest.raises(ParameterError, match=r"^Filtered\.by must be a Score, was 0\.5$"):
        Filtered(X, 0.5)
    with pytest.raises(ParameterError, match=r"^Blend\.scores\[1\] must be a Score, was 'Y'$"):
        Blend((X, "Y"))
    with pytest.raises(ParameterError, match=r"^Blend\.scores must be a tuple of at least one Score, was \(\)$"):
        Blend(())
    with pytest.raises(
        ParameterError, match=r"^Blend\.weights must be one number, or 2 of them, was \(1\.0, 2\.0, 3\.0\)$"
    ):
        Blend((X, Y), (1, 2, 3))
    with pytest.raises(
        ParameterError, match=r"^Blend\.weights must be a number from 1e-09 to 1e\+09, or a tuple .*, was 0$"
    ):
        Blend((X, Y), 0)


def test_a_seed_reaches_every_score_inside() -> None:
    old, new = RandomScore(1), RandomScore(2)
    assert Ranked(old).with_seed(2) == Ranked(new)
    assert ZScore(old).with_seed(2) == ZScore(new)
    assert Filtered(old, Reverse(old)).with_seed(2) == Filtered(new, Reverse(new))
    assert Blend((old, Everything()), (1, 2)).with_seed(2) == Blend((new, Everything()), (1, 2))
    assert Filtered().with_seed(2) == Filtered(by=Ranked(Beta()))
