"""Whether decisions made on made-up prices know the real ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats, Ints
from sectorlead.research.audit.decisions import Decisions

HORIZONS = (1, 5, 20, 60)
BEYOND = 6.0
"""Standard deviations of the same decisions moved to other sessions; what is beyond is no chance."""
LEAST = 60
"""Sessions without which nothing can be said."""


class Knowledge(NamedTuple):
    """How well decisions that can't know them go with the returns that follow."""

    z: float
    horizon: int  # sessions
    what: str  # "who is held" or "how much is held"


_NONE = Knowledge(0.0, 0, "")


def knowledge(found: Decisions, panel: Panel) -> Knowledge:
    """How far decisions go with the returns that follow in a panel they were not made on.

    Each decision is taken less the mean of all, so that a lasting preference counts nothing, and multiplied by returns
    over the next sessions, in units of each series' volatility and less their mean across series. The sum is set
    against those of the same decisions moved round the sessions, by more than the longest horizon: with no knowledge
    the decisions belong to their own sessions no more than to others.

    Parameters
    ----------
    found : Decisions
        Made on other numbers.
    panel : Panel
        With the real ones, on the same sessions.

    Returns
    -------
    Knowledge
        The strongest over ``HORIZONS``; z is 0 where there are too few decisions or sessions.
    """
    if found.error or len(found.rows) < 5:
        return _NONE
    return _strongest(found.rows, np.nan_to_num(found.target), panel, len(panel.sessions))


def knowledge_of_table(value: Any, panel: Panel, last: int) -> Knowledge:
    """The same for data by session: whether each row goes with the returns that follow it.

    Parameters
    ----------
    value : object
        A frame, Series, array, list or mapping by date; rows go by date, or by position. Columns that are symbols, or
        as many as there are, are series; texts that are symbols, and whole numbers, name one; any other numbers are
        about all.
    panel : Panel
    last : int
        The last row that counts.

    Returns
    -------
    Knowledge
        z is 0 for what can't be read so.
    """
    read = _rows_of(value, panel)
    if read is None:
        return _NONE
    rows, table = read
    kept = rows <= last
    if kept.sum() < LEAST or not np.isfinite(table[kept]).any():
        return _NONE
    table = table[kept]
    means = np.nanmean(np.where(np.isfinite(table), table, np.nan), axis=0) if np.isfinite(table).all(0).any() else 0.0
    return _strongest(rows[kept], np.where(np.isfinite(table), table, np.nan_to_num(means)), panel, last + 1)


def _rows_of(value: Any, panel: Panel) -> tuple[Ints, Floats] | None:
    """Rows of the panel, and for each what the value says of each series, or of all: shape (R, N) or (R, 1)."""
    columns = panel.symbols
    if type(value) is dict:
        days = pd.to_datetime(list(value), errors="coerce")
        value = pd.Series(list(value.values()), index=days)[np.asarray(days.notna())]
    if isinstance(value, Panel):
        return None
    if isinstance(value, pd.DataFrame):
        columns = tuple(map(str, value.columns))
    index = getattr(value, "index", None)
    if isinstance(index, pd.DatetimeIndex):
        rows = panel.sessions.get_indexer(index)
    elif isinstance(value, pd.DataFrame | pd.Series | np.ndarray | list | tuple):
        rows = np.where(np.arange(len(value)) < len(panel.sessions), np.arange(len(value)), -1)
    else:
        return None
    array = np.asarray(value)[rows >= 0]
    rows = rows[rows >= 0].astype(np.int64)
    if not len(array) or array.ndim > 2 or len(set(rows.tolist())) < len(rows):
        return None
    if array.ndim == 1:
        named = np.array([str(each) for each in array])
        if np.isin(named, panel.symbols).any():
            return rows, (named[:, None] == np.array(panel.symbols)).astype(float)
        if array.dtype.kind in "iu" and array.min() >= 0 and array.max() < len(panel.symbols):
            return rows, (array[:, None] == np.arange(len(panel.symbols))).astype(float)
        array = array[:, None]
    if array.dtype.kind not in "fiub":
        return None
    table = array.astype(float)
    if set(columns) >= set(panel.symbols) and isinstance(value, pd.DataFrame):
        return rows, table[:, [columns.index(symbol) for symbol in panel.symbols]]
    return (rows, table) if table.shape[1] in (1, len(panel.symbols)) else None


def _strongest(rows: Ints, target: Floats, panel: Panel, stop: int) -> Knowledge:
    best, first = _NONE, int(rows[0])
    if stop - first < LEAST:
        return best
    who, much = target - target.mean(axis=0), target.mean(axis=1, keepdims=True)
    who = who - who.mean(axis=1, keepdims=True)
    much = much - much.mean()
    levels = np.log(panel.last_adjusted_close[first:stop])
    for horizon in HORIZONS:
        if horizon >= len(levels):
            break
        ahead = np.zeros_like(levels)
        ahead[:-horizon] = np.nan_to_num(levels[horizon:] - levels[:-horizon])
        spread = ahead.std(axis=0)
        ahead = ahead / np.where(spread > 0, spread, 1.0)
        common = ahead.mean(axis=1, keepdims=True)
        for what, taken, earned in (("who is held", who, ahead - common), ("how much is held", much, common)):
            if taken.shape[1] != earned.shape[1]:
                continue
            z = _beyond(rows - first, taken, earned, horizon)
            if z > best.z:
                best = Knowledge(z, horizon, what)
    return best


def _beyond(rows: Ints, taken: Floats, earned: Floats, horizon: int) -> float:
    """How far the sum of products stands out of those at other shifts; 0 where it is not the largest."""
    placed = np.zeros_like(earned)
    placed[rows] = taken
    if not np.abs(placed).max() > 1e-9:
        return 0.0
    sums = np.fft.irfft(
        (np.conj(np.fft.rfft(placed, axis=0)) * np.fft.rfft(earned, axis=0)).sum(axis=1), n=len(placed)
    )
    near = min(2 * horizon + 1, len(sums) // 4)
    others = sums[near : len(sums) - near]
    if len(others) < LEAST // 2 or not others.std() > 0 or sums[0] <= others.max():
        return 0.0
    return float((sums[0] - others.mean()) / others.std())
