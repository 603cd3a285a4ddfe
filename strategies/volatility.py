"""Volatility of each series, for scores, weights and indicators alike."""

from __future__ import annotations

import numpy as np

from ..data.panel import Panel
from ..data.types import Floats
from .part import Rows

NO_VOLATILITY = 1e-12  # per session; what rounding leaves of a line that never moves


def inverse_volatility(panel: Panel, rows: Rows, lookback: int) -> Floats:
    """One over the standard deviation (ddof 1) of the last ``lookback`` simple returns of the adjusted close.

    Parameters
    ----------
    panel : Panel
        Closes are carried over sessions without a bar.
    rows : int64 array of shape (D,)
        Panel rows.
    lookback : int
        Sessions.

    Returns
    -------
    float64 array of shape (D, N)
        Per session; NaN where fewer than half of the sessions have a bar, or the volatility is zero. Row by row the
        same to the last bit whatever other rows are asked for.
    """
    first = max(int(rows.min(initial=len(panel.sessions))) - lookback, 0)
    price, has_bar = panel.last_adjusted_close[first:], panel.has_bar[first:]
    blank = np.full((lookback, price.shape[1]), np.nan)  # so that a window may begin before the panel
    moves = np.concatenate((blank, price[:1] * np.nan, price[1:] / price[:-1] - 1))
    bars = np.concatenate((blank == 0, has_bar))
    known = np.isfinite(moves)
    moves[~known] = 0.0
    # Row by row: a library sum adds in an order that depends on the shape, and row t would differ in a view.
    window = [rows - first + lookback - j for j in range(lookback)]
    count, real, mean, spread = (np.zeros((len(rows), price.shape[1])) for _ in range(4))
    for row in window:
        count += known[row]
        real += bars[row]
        mean += moves[row]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean /= count
        for row in window:
            spread += np.where(known[row], (moves[row] - mean) ** 2, 0.0)
        volatility = np.sqrt(spread / (count - 1))
        weight: Floats = 1 / volatility
    weight[~(volatility > NO_VOLATILITY) | (2 * real < lookback)] = np.nan
    return weight
