"""Prices at a time of day: fields of a panel that are called ``price_10:00``, in the unit of its bars.

Minute bars stay outside: what a run needs of them is the price at the minute at which it trades, and perhaps at the one
at which it decides. Such a price is raw as the open is, and known from that minute of its session on.
"""

from __future__ import annotations

import numpy as np

from .arrays import sealed
from .clock import timed
from .errors import DataError
from .panel import Panel
from .types import Floats


def price_at(panel: Panel, time: str) -> Floats:
    """The prices of a panel at a time of day.

    Parameters
    ----------
    panel : Panel
        T sessions, N series.
    time : str
        ``HH:MM``.

    Returns
    -------
    float array of shape (T, N)
        In currency, as quoted; NaN where there was none.

    Raises
    ------
    DataError
        The panel has no prices at that time; says which it has.
    """
    name = f"price_{time}"
    if name not in panel.fields:
        known = [each.removeprefix("price_") for each in panel.fields if timed(each)]
        raise DataError(
            f"the panel has no prices at {time}; it has {', '.join(known) if known else 'none at any time of day'}. "
            f'Bring a column {name} beside the bars, or Panel.from_frames(close, ..., prices={{"{time}": frame}})'
        )
    return panel.fields[name]


def seen_at(panel: Panel, row: int, time: str) -> Panel:
    """The panel as it was known at a time of day in session ``row``, before its close.

    The last session is a bar that is not over: its close is the price at that time, its high and low are those of the
    open and the prices up to then, its volume and amount are not known. A series without a price at that time has no
    bar yet. Other fields, and the benchmark, are what was known after the close before.

    Parameters
    ----------
    panel : Panel
    row : int
    time : str
        ``HH:MM``.

    Raises
    ------
    DataError
        As ``price_at``.
    """
    seen, price = panel.until(row), price_at(panel, time)[row]
    there = np.isfinite(price)
    so_far = [array[row] for name, array in panel.fields.items() if timed(name) and name <= f"price_{time}"]
    opened = np.where(np.isfinite(panel.open[row]), panel.open[row], price)
    bars = {"close": price, "volume": np.full(len(price), np.nan), "amount": np.full(len(price), np.nan)}
    if panel.has_ohlc:
        range_so_far = np.array([opened, *so_far])
        bars |= {"open": np.where(there, opened, np.nan)}
        bars |= {"high": np.where(there, np.fmax.reduce(range_so_far), np.nan)}
        bars |= {"low": np.where(there, np.fmin.reduce(range_so_far), np.nan)}
    fields = {
        name: array if timed(name) and name <= f"price_{time}" else _last_row(array, _before(array, row, timed(name)))
        for name, array in seen.fields.items()
    }
    return seen.in_progress({key: _last_row(getattr(seen, key), line) for key, line in bars.items()}, fields)


def _before(array: Floats, row: int, later_today: str) -> Floats:
    """What of a field was known after the close before; nothing of a price that is still to come."""
    return np.full(array.shape[1], np.nan) if later_today or row == 0 else array[row - 1]


def _last_row(array: Floats, line: Floats) -> Floats:
    """The array with another last row."""
    return sealed(np.vstack((array[:-1], line)))
