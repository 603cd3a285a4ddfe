"""At which price a market order fills."""

from __future__ import annotations

import numpy as np

from ...data.errors import DataError
from ...data.panel import Panel
from ...data.timed_prices import price_at
from ...data.types import Flags, Floats
from ..config import Fill


def reference_price(panel: Panel, fill: Fill, time: str | None = None) -> Floats:
    """Price of a market order before slippage.

    Parameters
    ----------
    panel : Panel
        T sessions, N series.
    fill : {"open", "close", "vwap", "at", "same-close"}
    time : str, optional
        Of day, ``HH:MM``, with "at".

    Returns
    -------
    float array of shape (T, N)
        In currency; NaN where there is no bar that an order can fill in (``Panel.tradable``), or no price at the time.

    Raises
    ------
    DataError
        If the panel lacks what the convention needs: opens, or an amount and volume that give a price within the bar.
    """
    if fill == "at":
        return np.where(panel.tradable, price_at(panel, time or ""), np.nan)
    if fill in ("close", "same-close"):
        return panel.close if panel.tradable is panel.has_bar else np.where(panel.tradable, panel.close, np.nan)
    if not panel.has_ohlc:
        raise DataError(f"a close-only panel can't be filled at {fill!r}; use fill='close' or fill='same-close'")
    return panel.open if fill == "open" else _vwap(panel)


def value_without_fill(panel: Panel, fill: Fill, time: str | None = None, decided: str | None = None) -> Floats:
    """What a holding or a target is worth in a fill pass in which no order of its series can fill.

    Parameters
    ----------
    panel : Panel
        T sessions, N series.
    fill : {"open", "close", "vwap", "at", "same-close"}
    time : str, optional
        Of day, ``HH:MM``, with "at".
    decided : str, optional
        Time of day of decisions before the close.

    Returns
    -------
    float array of shape (T, N)
        In currency: the last close known then. Before the close of a bar of a close only, or without a price at the
        time, that is the price that was decided by, or the previous close, over the ratio of a split in the session.
        Anything where orders can fill.
    """
    if fill in ("close", "same-close"):
        return panel.last_close
    if fill == "at":
        if decided is not None:
            return decision_price(panel, decided)
        return _known_before(panel, panel.has_bar & ~np.isfinite(reference_price(panel, fill, time)))
    return _known_before(panel, panel.has_bar & ~panel.tradable)


def decision_price(panel: Panel, time: str | None) -> Floats:
    """What a decision goes by: the last price known when it is made.

    Parameters
    ----------
    panel : Panel
        T sessions, N series.
    time : str or None
        Of day, ``HH:MM``; None is after the close.

    Returns
    -------
    float array of shape (T, N)
        In currency; where a series has no price at the time, its previous close, over the ratio of a split in the
        session.
    """
    if time is None:
        return panel.last_close
    price = price_at(panel, time)
    return np.where(np.isfinite(price), price, _known_before(panel, panel.has_bar))


def _known_before(panel: Panel, cells: Flags) -> Floats:
    """The last close; in these cells that of the session before, over the ratio of a split in the session."""
    if not cells.any():
        return panel.last_close
    unknown = np.full((1, len(panel.symbols)), np.nan)
    close, factor = (np.vstack((unknown, array[:-1])) for array in (panel.last_close, panel.last_factor))
    with np.errstate(invalid="ignore"):
        return np.where(cells, close / (panel.last_factor / factor), panel.last_close)


def _vwap(panel: Panel) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        average = np.where(panel.volume == 0, panel.close, panel.amount / panel.volume)
        slack = 1e-3  # publishers round the amount
        inside = (average >= panel.low * (1 - slack)) & (average <= panel.high * (1 + slack))
    wrong = panel.tradable & ~inside
    if wrong.any():
        t, i = np.argwhere(wrong)[0]
        raise DataError(
            f"fill='vwap' needs amount / volume within low..high; {int(wrong.sum())} bars have none, first: "
            f"{panel.sessions[t]:%F} {panel.symbols[i]} (amount {panel.amount[t, i]}, volume {panel.volume[t, i]}); "
            "use fill='open' or 'close', or bring volume in units and amount in currency"
        )
    return np.where(panel.tradable, average, np.nan)
