"""RRG-style rotation as data: relative strength against its rate of change, quadrants.

All of it is causal; what describes a whole sample (transitions, dwell times, what followed) is in ``rrg_statistics``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.errors import DataError, ParameterError
from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from .indicator import Indicator

Quadrants = NDArray[np.int8]
"Values of ``Quadrant``, shape (T, N)."

CENTRE = 100.0
FLOAT_NOISE = 1e-9  # a series that moves with the benchmark is at the centre, not around it


class Quadrant(IntEnum):
    """Where a series stands; in the order in which it usually comes by, clockwise.

    ``CENTRE`` is none of the four: a series that moves as the benchmark does.
    """

    UNKNOWN = 0
    LEADING = 1
    WEAKENING = 2
    LAGGING = 3
    IMPROVING = 4
    CENTRE = 5


class RotationMap(NamedTuple):
    """Where each series stands in each session; all of shape (T, N).

    Attributes
    ----------
    ratio : float64
        Relative strength against its own past; the centre is exactly 100. NaN where it isn't known.
    momentum : float64
        Rate of change of ``ratio``; the centre is exactly 100. NaN where it isn't known.
    quadrant : int8
        Values of ``Quadrant``.
    heading : float64
        Direction of the last move in degrees, [0, 360), as on a compass: 0 is up (momentum rises), 90 right (ratio
        rises), 180 down, 270 left. NaN where it isn't known or nothing moved.
    distance : float64
        Euclidean distance from the centre, in the units of ratio and momentum.
    """

    ratio: Floats
    momentum: Floats
    quadrant: Quadrants
    heading: Floats
    distance: Floats


@dataclass(frozen=True)
class RelativeRotation(Indicator):
    """RRG-style coordinates of every series against the benchmark.

    With ``RS = P / B``, P the adjusted close of a series and B the close of the benchmark, both carried over sessions
    without a bar, and spans in sessions ``w = window * bar``, ``s = smoothing * bar``, ``c = change * bar``:

    ``"ema"``, the default
        ``ratio = 100 * EMA_s(RS) / EMA_w(RS)`` and ``momentum = 100 * ratio / EMA_c(ratio)``. Both are pure numbers in
        percent: 102 is 2% above its own average. In a steady trend of ratio, momentum - 100 is its growth in percent
        per session times the mean age ``(c - 1) / 2`` of that average: a smoothed rate of change.
    ``"zscore"``
        ``ratio = 100 + z`` with z the z-score (population standard deviation) of ``EMA_s(RS)`` within the last w
        sessions; ``momentum = 100 + d / rms``, with ``d = ratio[t] - ratio[t - c]`` and ``rms`` the root mean square
        of d over w sessions. So momentum is above 100 exactly when ratio rose over c sessions.

    ``EMA_n`` has weights ``(1 - 2 / (n + 1)) ** age``, normalised over the history there is.

    A value of 100 counts as above it, but at the centre itself a series is in no quadrant (``CENTRE``): leading
    (ratio >= 100, momentum >= 100), weakening (>=, <), lagging (<, <), improving (<, >=). NaN, and ``UNKNOWN``, while a
    window isn't full (the first w + c - 2 sessions after the series' first bar with "ema", 2 * w + c - 2 with
    "zscore"), and where there is no bar.

    Parameters
    ----------
    form : str
        "ema" keeps what a z-score throws away: a series that moves little stays near the centre, distances are
        percentages that compare over years, and no division by a small standard deviation turns noise into a move.
        "zscore" is what open charts draw: each series in units of its own variation, so that calm ones are seen too;
        its ratio can't leave ``100 +- sqrt(w - 1)``.
    window, smoothing, change, tail : int
        Spans in bars of the long average or z-score, of the short average, of the rate of change, and of the move
        that ``heading`` is the direction of. ``smoothing`` is less than ``window``.
    bar : int
        Sessions in a bar: 1 for the panel's own, 5 for weekly equivalents on daily sessions. Every session has a value
        either way, so nothing hangs on the day on which a week ends.

    Raises
    ------
    ParameterError
        For values out of range or at odds.
    DataError
        When the panel has no benchmark.

    Notes
    -----
    Market practice; the chart this follows is proprietary, and no equality with it is claimed. The formula that open
    clones use takes as "momentum" the z-score of ``100 * (ratio / base - 1)`` with a fixed base. That is an affine
    function of ratio, and a z-score doesn't see those: it is a second z-score of ratio, says nothing of change, and the
    base has no effect. Some centre it at 101. Hence the rates of change above.
    """

    form: str = parameter("ema", choices=("ema", "zscore"), grid=("ema", "zscore"))
    window: int = parameter(14, low=2, high=520, grid=(10, 14, 26))
    smoothing: int = parameter(3, low=1, high=260, grid=(1, 3))
    change: int = parameter(4, low=1, high=260, grid=(2, 4, 8))
    bar: int = parameter(5, low=1, high=21, grid=(1, 5))
    tail: int = parameter(1, low=1, high=260)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.smoothing >= self.window:
            raise ParameterError(
                f"RelativeRotation.smoothing must be less than window={self.window}, was {self.smoothing}"
            )
        if self.form == "ema" and self.change * self.bar < 2:
            raise ParameterError('RelativeRotation.change must be at least 2 with form="ema" and bar=1, was 1')

    def __call__(self, panel: Panel) -> RotationMap:
        """Coordinates, quadrant, heading and distance of every series."""
        if panel.benchmark is None:
            raise DataError("RelativeRotation needs a benchmark: load(..., benchmark=...), or --benchmark PATH:SYMBOL")
        strength = pd.DataFrame(panel.last_adjusted_close / panel.benchmark.last_close[:, None])
        ratio, momentum = map(_settled, self._averaged(strength) if self.form == "ema" else self._scored(strength))
        step = self.tail * self.bar
        right, up = _moved(ratio, step), _moved(momentum, step)
        heading = np.degrees(np.arctan2(right, up)) % 360
        heading[heading == 360] = 0.0  # what is left of an angle of -1e-17
        heading[(right == 0) & (up == 0)] = np.nan
        distance = np.hypot(ratio - CENTRE, momentum - CENTRE)
        for values in (ratio, momentum, heading, distance):
            values[~panel.has_bar] = np.nan
        return RotationMap(ratio, momentum, quadrants(ratio, momentum), heading, distance)

    def _averaged(self, strength: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        window, change = self.window * self.bar, self.change * self.bar
        short = strength.ewm(span=self.smoothing * self.bar).mean()
        ratio = 100 * (short / strength.ewm(span=window, min_periods=window).mean())
        return ratio, 100 * (ratio / ratio.ewm(span=change, min_periods=change).mean())

    def _scored(self, strength: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        window, change = self.window * self.bar, self.change * self.bar
        line = strength.ewm(span=self.smoothing * self.bar).mean()
        past = line.rolling(window)
        middle = past.mean()
        ratio = 100 + _over(line - middle, past.std(ddof=0), middle)
        moved = ratio.diff(change)
        return ratio, 100 + _over(moved, (moved * moved).rolling(window).mean() ** 0.5, ratio)


def quadrants(ratio: Floats, momentum: Floats) -> Quadrants:
    """The ``Quadrant`` of each point of an RRG-style map.

    Parameters
    ----------
    ratio, momentum : float arrays of one shape
        100 is the centre, and a value of 100 counts as above it.

    Returns
    -------
    int8 array of the same shape
        ``CENTRE`` where both are 100, ``UNKNOWN`` where either is NaN.
    """
    right, up = ratio >= CENTRE, momentum >= CENTRE
    out = np.where(
        right,
        np.where(up, Quadrant.LEADING, Quadrant.WEAKENING),
        np.where(up, Quadrant.IMPROVING, Quadrant.LAGGING),
    ).astype(np.int8)
    out[(ratio == CENTRE) & (momentum == CENTRE)] = Quadrant.CENTRE
    out[np.isnan(ratio) | np.isnan(momentum)] = Quadrant.UNKNOWN
    return out


def _over(deviation: pd.DataFrame, spread: pd.DataFrame, level: pd.DataFrame) -> pd.DataFrame:
    """``deviation / spread``; 0 where the spread is no more than the float noise of ``level``."""
    flat = spread <= 1e-12 * level.abs()
    return (deviation / spread.mask(flat)).mask(flat, 0.0)


def _settled(values: pd.DataFrame) -> Floats:
    out: Floats = np.array(values, dtype=np.float64, order="C")
    out[np.abs(out - CENTRE) <= FLOAT_NOISE] = CENTRE
    return out


def _moved(values: Floats, step: int) -> Floats:
    """Change over ``step`` rows; NaN in the first of them."""
    out = np.full(values.shape, np.nan)
    out[step:] = values[step:] - values[:-step]
    return out
