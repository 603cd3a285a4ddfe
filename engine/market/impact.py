"""The market's side of the square-root law: how much an order of one share moves a price."""

from __future__ import annotations

import weakref

import numpy as np

from ...data.errors import DataError
from ...data.panel import Panel
from ...data.types import Floats

LOOKBACK, FEWEST = 20, 5

_made: weakref.WeakKeyDictionary[Panel, Floats] = weakref.WeakKeyDictionary()


def pressure(panel: Panel) -> Floats:
    """``sigma / sqrt(volume)``, shape (T, N): times ``sqrt(quantity)``, the fraction by which an order moves the price.

    ``sigma`` is the standard deviation (ddof 1) of the last 20 simple returns of the adjusted close, carried over
    sessions without a bar, ``volume`` the mean of the volumes known in the last 20 sessions; row t has both up to
    t-1. 0 where fewer than 5 of either are known, or the volume is 0. The square-root law of market impact: Almgren,
    Thum, Hauptmann, Li, Direct Estimation of Equity Market Impact, Risk 18(7), 2005, and what it cites.

    Raises
    ------
    DataError
        For a panel without any volume.
    """
    if panel not in _made:
        _made[panel] = _pressure(panel)
    return _made[panel]


def _pressure(panel: Panel) -> Floats:
    if not np.isfinite(panel.volume).any():
        raise DataError(
            "a market with impact needs volumes, and the panel has none; bring a column 'volume', or use slippage_bps"
        )
    moves = panel.frame("last_adjusted_close").pct_change(fill_method=None)  # type: ignore[arg-type]
    sigma = moves.rolling(LOOKBACK, min_periods=FEWEST).std().shift().to_numpy()
    volume = panel.frame("volume").rolling(LOOKBACK, min_periods=FEWEST).mean().shift().to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        out: Floats = np.ascontiguousarray(sigma / np.sqrt(volume))
    out[~np.isfinite(out) | ~(volume > 0)] = 0.0
    out.flags.writeable = False
    return out
