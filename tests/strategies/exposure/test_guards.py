"""Guards: how much may be invested, against pandas and on numbers that can be checked on paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from sectorlead import AbsoluteMomentum, AlwaysIn, Guard, MarketPhases, PhaseGuard, Rotation, TrendGuard
from sectorlead.data.errors import DataError, ParameterError
from sectorlead.data.panel import Panel

from ..decided import holding

NAN = float("nan")


def along(make_small, line: list[float]) -> Panel:
    return make_small({"A": [1.0] * len(line)}, benchmark=line)


def test_a_trend_is_the_mean_of_so_many_closes_this_one_included(make_small) -> None:
    panel = along(make_small, [10, 12, 11, 9, 9, 13])  # means of 3: 11, 10.67, 9.67, 10.33
    assert TrendGuard(3)(panel) == pytest.approx([NAN, NAN, 1, 0, 0, 1], nan_ok=True)
    assert TrendGuard(2)(along(make_small, [0.1] * 4)) == pytest.approx([NAN, 1, 1, 1], nan_ok=True), "a flat line"
    assert TrendGuard(2)(along(make_small, [NAN, 5, NAN, 4])) == pytest.approx([NAN, NAN, 1, 0], nan_ok=True)


def test_a_trend_is_that_of_pandas(make_random) -> None:
    panel = make_random(3, 300, 2)
    line = pd.Series(panel.benchmark.last_close)
    mean = line.rolling(50).mean()
    expected = (line >= mean).astype(float).mask(mean.isna())
    assert expected.notna().sum() > 200
    np.testing.assert_array_equal(TrendGuard(50)(panel), expected)
    rows = np.array([299, 10, 120])
    np.testing.assert_array_equal(TrendGuard(50).at(panel, rows), expected.to_numpy()[rows])


def test_absolute_momentum_must_exceed_its_hurdle(make_small) -> None:
    panel = along(make_small, [100, 100, 150, 100, 75])
    assert AbsoluteMomentum(1, 0.0)(panel) == pytest.approx([NAN, 0, 1, 0, 0], nan_ok=True)
    assert AbsoluteMomentum(1, 0.5)(panel) == pytest.approx([NAN, 0, 0, 0, 0], nan_ok=True), "equal is not above"
    assert AbsoluteMomentum(2, 0.25)(panel) == pytest.approx([NAN, NAN, 1, 0, 0], nan_ok=True)
    assert AbsoluteMomentum(2, -0.5)(panel) == pytest.approx([NAN, NAN, 1, 1, 0], nan_ok=True)


def test_each_phase_has_its_exposure(make_random) -> None:
    exposures = {"advance": 0.9, "pullback": 0.8, "correction": 0.7, "bear": 0.1, "bottoming": 0.3, "recovery": 0.6}
    phases = MarketPhases(window=60)
    panel = make_random(8, 400, 2)
    found, phase = PhaseGuard(**exposures, phases=phases)(panel), phases(panel).phase
    told = np.array([NAN, *exposures.values()])[phase]
    np.testing.assert_array_equal(found, told)
    assert len(np.unique(phase)) >= 5
    assert AlwaysIn()(panel).tolist() == [1.0] * 400


@pytest.mark.parametrize("guard", [TrendGuard(3), AbsoluteMomentum(2)], ids=repr)
def test_what_needs_a_benchmark_says_so(guard: Guard, make_small) -> None:
    with pytest.raises(DataError, match=rf"{type(guard).__name__} needs a benchmark: load\(\.\.\., benchmark="):
        guard(make_small({"A": [1.0, 2.0, 3.0]}))


@dataclass(frozen=True)
class Told(Guard):
    exposure: float

    def __call__(self, panel: Panel) -> np.ndarray:
        return np.full(len(panel.sessions), self.exposure)


@pytest.mark.parametrize("exposure", [-0.01, 1.01, np.inf])
def test_an_exposure_outside_of_0_to_1_is_an_error(exposure: float, make_small) -> None:
    with pytest.raises(ParameterError, match=r"Told\(exposure=.*\) must give an exposure from 0 to 1, or NaN; gave"):
        Rotation(guard=Told(exposure)).decide(along(make_small, [1.0, 2.0]), holding(0))


def test_of_whom_the_phases_are_must_be_phases() -> None:
    with pytest.raises(ParameterError, match=r"PhaseGuard\.phases must be MarketPhases\(\.\.\.\), was 3"):
        PhaseGuard(phases=3)  # type: ignore[arg-type]
