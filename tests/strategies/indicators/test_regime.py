"""Rising tide or selective: drawn markets, and what must hold in any."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.strategies.indicators import regime
from sectorlead.strategies.indicators.regime import Regime, _lasting


def drawn(moves: np.ndarray) -> Panel:
    closes = 100 * np.exp(np.cumsum(moves, axis=0))
    return Panel.from_frames(pd.DataFrame(closes, pd.bdate_range("2020-01-01", periods=len(moves))))


def test_a_tide_a_crash_and_a_narrow_market() -> None:
    rng = np.random.default_rng(5)
    quiet = rng.normal(0.0, 0.003, (80, 10))
    tide = 0.006 + rng.normal(0.0, 0.01, (60, 1)) + rng.normal(0.0, 0.003, (60, 10))
    crash = -0.012 + rng.normal(0.0, 0.01, (60, 1)) + rng.normal(0.0, 0.003, (60, 10))
    narrow = rng.normal(0.0, 0.003, (60, 10)) + np.where(np.arange(10) < 2, 0.015, -0.006)
    found = Regime(window=10, history=60)(drawn(np.concatenate((quiet, tide, crash, narrow))))
    assert np.isnan(found[:10]).all()  # not known yet
    assert (found[61:74] == 0).all()  # known, and neither
    assert (found[100:140] == 1).all()
    assert (found[155:200] != 1).all()  # they fall together: no tide
    assert (found[160:200] == -1).mean() < 0.5
    assert (found[220:250] == -1).all()
    panel = drawn(np.concatenate((quiet, tide)))
    assert Regime(10, 60).at(panel, np.array([70, 110])).tolist() == Regime(10, 60)(panel)[[70, 110]].tolist() == [0, 1]
    names = Regime(10, 60).named(panel)
    assert (len(names), names[5], names[70], names[110]) == (140, "unknown", "neither", "rising tide")


def test_what_would_last_does_not_begin() -> None:
    # Half of the series rise, half fall, far apart: within the margin of a narrow market (0.55), not narrow (0.4).
    rng = np.random.default_rng(1)
    apart = rng.normal(0.0, 0.003, (60, 10)) + np.where(np.arange(10) < 5, 0.02, -0.02)
    panel = drawn(np.concatenate((rng.normal(0.0, 0.003, (80, 10)), apart)))
    rule = Regime(10, 60, broad=0.8, margin=0.15)
    assert (rule(panel)[95:] == 0).all()
    assert (Regime(10, 60, narrow=0.5, broad=0.9, margin=0.15)(panel)[95:110] == -1).all()


def test_it_lasts_within_the_margin_and_no_longer() -> None:
    value = np.array([0.6, 0.7, 0.65, 0.6, 0.59, 0.65, 0.7, np.nan, 0.65])
    assert _lasting(value >= 0.7, value >= 0.6).tolist() == [False, True, True, True, False, False, True, False, False]


def test_margins_that_overlap_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"narrow \+ margin < broad, .* was narrow=0.4, broad=0.7, margin=0.3"):
        Regime(margin=0.3)


@given(seed=st.integers(0, 1000), margin=st.floats(0.0, 0.29), apart=st.floats(0.0, 1.0))
def test_a_margin_only_prolongs(make_random, seed: int, margin: float, apart: float) -> None:
    panel = make_random(seed, 120, 8)
    bare, wide = (Regime(5, 30, apart=apart, margin=each)(panel) for each in (0.0, margin))
    assert set(np.unique(wide[~np.isnan(wide)])) <= {-1, 0, 1}
    assert (wide[abs(bare) == 1] == bare[abs(bare) == 1]).all()
    assert np.isnan(wide[:5]).all()
    assert np.array_equal(bare[:70], Regime(5, 30, apart=apart, margin=0.0)(panel.until(69)), equal_nan=True)


N = np.nan


@pytest.mark.parametrize(
    ("participation", "correlation", "dispersion", "expected"),
    [
        # A tide begins at both thresholds, 0.75 and 0.5, and lasts to 0.25 below either, no further.
        ([0.75, 0.75, 0.75, 0.75, 0.75], [0.49, 0.5, 0.25, 0.24, 0.25], [0.0] * 5, [0, 1, 1, 0, 0]),
        ([0.74, 0.75, 0.5, 0.49, 0.5], [0.5] * 5, [0.0] * 5, [0, 1, 1, 0, 0]),
        ([0.75, 0.75, 0.75, 0.75, 0.75], [0.5, N, 0.25, 0.5, 0.5], [0.0] * 5, [1, N, 0, 1, 1]),
        # A selective market begins at 0.25 and 0.75, and lasts to 0.5 of each.
        ([0.25, 0.25, 0.25, 0.25, 0.25], [0.0] * 5, [0.74, 0.75, 0.5, 0.49, 0.5], [0, -1, -1, 0, 0]),
        ([0.26, 0.25, 0.5, 0.51, 0.5], [0.0] * 5, [0.75] * 5, [0, -1, -1, 0, 0]),
        # Not known: what the answer hangs on. Known all the same: what the others rule out, or are enough for.
        ([N, N, 0.4, 0.49, 0.51], [0.6] * 5, [0.1, N, N, 0.4, N], [N, N, N, 0, 0]),
        ([0.75, 0.6, 0.6, 0.49, 0.3], [0.6, N, 0.2, N, N], [N, N, N, 0.1, 0.6], [1, N, 0, 0, 0]),
    ],
)
def test_every_threshold_and_every_margin(monkeypatch, participation, correlation, dispersion, expected) -> None:
    class Told:
        """The three readings, in place of those of a panel."""

        @classmethod
        def of(cls, panel, present):
            return cls()

    told = [participation, correlation, dispersion]
    Told.share, Told.correlation, Told.dispersion = (
        staticmethod(lambda *_, values=values: np.array(values, np.float64)) for values in told
    )
    monkeypatch.setattr(regime, "Crowd", Told)
    monkeypatch.setattr(regime, "percentile", lambda values, history: values)
    rule = Regime(10, 60, broad=0.75, narrow=0.25, together=0.5, apart=0.75, margin=0.25)
    found = rule(drawn(np.zeros((5, 3))))
    assert found == pytest.approx(expected, nan_ok=True)
