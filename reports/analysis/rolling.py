"""Beta and relative strength over a moving window, blank until the window is full."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from ..charts.spec import Band, Chart, value_chart
from ..growth import Growth

_FLAT = 1e-12  # a standard deviation below this is rounding, not risk


def window_of(periods: float) -> int:
    """Sessions of half a year, but no fewer than 24: 126 daily ones, 26 weekly ones, 24 monthly ones."""
    return max(24, round(periods / 2.0))


def rolling_beta(returns: Floats, benchmark: Floats, window: int) -> Floats:
    """Least-squares slope of the returns on the benchmark's over the last ``window`` sessions.

    Parameters
    ----------
    returns, benchmark : arrays of shape (S,)
        Fractions; NaN where unknown.
    window : int
        >= 2.

    Returns
    -------
    array of shape (S,)
        NaN where one of the returns in the window is unknown, the window is not full, or the benchmark did not move.
    """
    y, x = pd.Series(returns), pd.Series(benchmark)
    both = y.notna() & x.notna()
    moved = x.where(both).rolling(window)
    variance = moved.var()
    return np.asarray((moved.cov(y.where(both)) / variance.where(variance > _FLAT**2)).to_numpy(np.float64))


def relative_strength(levels: Floats, benchmark: Floats, window: int) -> Floats:
    """Growth over the last ``window`` sessions relative to the benchmark's, ``(1 + R) / (1 + B) - 1``.

    Parameters
    ----------
    levels, benchmark : arrays of shape (S + 1,)
        Growth lines with their base point.
    window : int
        >= 1.

    Returns
    -------
    array of shape (S + 1,)
        NaN in the first ``window`` points and where a level is unknown or was 0.
    """
    out = np.full(len(levels), np.nan)
    ratio = np.divide(levels, benchmark, out=np.full(len(levels), np.nan), where=benchmark > 0)
    past = ratio[:-window] if window < len(ratio) else ratio[:0]
    np.divide(ratio[window:], past, out=out[window:], where=past > 0)
    return out - 1.0


class Rolling(NamedTuple):
    """Charts over a moving window; None where no window is full."""

    window: int
    beta: Chart | None
    strength: Chart | None


def rolling_charts(
    own: tuple[Growth, str],
    other: tuple[Growth, str],
    market: Growth,
    dates: pd.DatetimeIndex,
    bands: Iterable[Band],
    window: int,
) -> Rolling:
    """Beta and relative strength of two lines, each with its role, against the benchmark.

    Parameters
    ----------
    own, other : (Growth, str)
    market : Growth
    dates : DatetimeIndex of shape (S + 1,)
        Of all lines.
    bands : iterable of Band
    window : int
        Sessions.
    """
    shaded = tuple(bands)
    betas, strengths = [], []
    for line, role in (own, other):
        beta = rolling_beta(line.returns, market.returns, window)
        betas.append((line.label, role, np.concatenate(([np.nan], beta))))
        strengths.append((line.label, role, relative_strength(line.levels, market.levels, window)))
    head = f"Return over the benchmark's in the last {window} sessions"
    return Rolling(
        window,
        value_chart(f"Beta over the last {window} sessions", betas, dates, shaded, centre=1.0, fraction=False),
        value_chart(head, strengths, dates, shaded, centre=0.0, fraction=True),
    )
