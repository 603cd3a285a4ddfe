"""At which price a market order fills."""

from __future__ import annotations

import numpy as np

from ...data.errors import DataError, ParameterError
from ...data.panel import Panel
from ...data.types import Floats

FILLS = {
    "open": "filled at the next session's open",
    "close": "filled at the next session's close",
    "vwap": "filled at the next session's volume-weighted average price",
    "same-close": "filled at the very close that was decided on",
}
"""Fill conventions and what they mean, for reports."""


def reference_price(panel: Panel, fill: str) -> Floats:
    """Price of a market order before slippage, shape (T, N); NaN where there is no bar.

    Raises
    ------
    ParameterError
        For an unknown convention.
    DataError
        If the panel lacks what the convention needs: opens, or an amount and volume that give a price within the bar.
    """
    if fill not in FILLS:
        raise ParameterError(f"fill must be one of {', '.join(map(repr, FILLS))}, was {fill!r}")
    if fill in ("close", "same-close"):
        return panel.close
    if not panel.has_ohlc:
        raise DataError(f"a close-only panel can't be filled at {fill!r}; use fill='close' or fill='same-close'")
    return panel.open if fill == "open" else _vwap(panel)


def _vwap(panel: Panel) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        average = np.where(panel.volume == 0, panel.close, panel.amount / panel.volume)
        slack = 1e-3  # publishers round the amount
        inside = (average >= panel.low * (1 - slack)) & (average <= panel.high * (1 + slack))
    wrong = panel.has_bar & ~inside
    if wrong.any():
        t, i = np.argwhere(wrong)[0]
        raise DataError(
            f"fill='vwap' needs amount / volume within low..high; {int(wrong.sum())} bars have none, first: "
            f"{panel.sessions[t]:%F} {panel.symbols[i]} (amount {panel.amount[t, i]}, volume {panel.volume[t, i]}); "
            "use fill='open' or 'close', or bring volume in units and amount in currency"
        )
    return np.where(panel.has_bar, average, np.nan)
