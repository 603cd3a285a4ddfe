"""Beta, relative strength, volatility and Sharpe ratio over a moving window, blank until the window is full."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...data.types import Floats

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


def rolling_volatility(returns: Floats, periods: float, window: int) -> Floats:
    """Standard deviation (ddof 1) of the last ``window`` returns times the square root of ``periods``.

    Parameters
    ----------
    returns : array of shape (S,)
        Fractions.
    periods : float
        Sessions in a year.
    window : int
        >= 2.

    Returns
    -------
    array of shape (S,)
        NaN where the window is not full, or one of its returns is unknown.
    """
    out: Floats = pd.Series(returns).rolling(window).std().to_numpy(np.float64) * np.sqrt(periods)
    return out


def rolling_sharpe(returns: Floats, periods: float, window: int) -> Floats:
    """Mean over standard deviation (ddof 1) of the last ``window`` returns times the square root of ``periods``.

    The risk-free rate is 0.

    Parameters
    ----------
    returns : array of shape (S,)
        Fractions.
    periods : float
        Sessions in a year.
    window : int
        >= 2.

    Returns
    -------
    array of shape (S,)
        NaN where the window is not full, one of its returns is unknown, or the line did not move.
    """
    rolled = pd.Series(returns).rolling(window)
    spread = rolled.std()
    out: Floats = (rolled.mean() / spread.where(spread > _FLAT)).to_numpy(np.float64) * np.sqrt(periods)
    return out
