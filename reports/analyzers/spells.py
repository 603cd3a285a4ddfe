"""Holding spells: what came in, how long it stayed, and what it made."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from ...data.types import Floats, Ints
from ...engine.market.arithmetic import DUST
from .history import History

SPELLS = ("symbol", "side", "start", "end", "sessions", "return", "contribution", "fees", "fills")
"""Columns of the table of spells."""


def rotation(history: History) -> dict[str, Any]:
    """What was held, from when to when, and what came of it.

    Returns
    -------
    dict
        spells : DataFrame
            A row for each time that a series was held, by start and symbol. ``start`` and ``end`` are the sessions of
            the first buy and of the last sale (of a short holding, the reverse), ``end`` NaT where it is still held.
            ``sessions``: closes at which it was held, 0 where it was bought and sold in one session.
            ``contribution``: sales and the last value less purchases and fees, in currency; over all spells its sum is
            what the account made, interest apart. ``return``: what 1 in it became, less 1: from fill to fill at their
            own prices, compounded, with the fees of each taken off the money that is in it then. Of one buy and one
            sale it is proceeds over cost, less 1; what came in or went out in between changes it by its fees only.
        timeline : DataFrame
            A row for each session after whose close other series were held than before: ``session``, and the symbols
            that ``came``, ``left`` and are ``held``, as tuples.
        holding_periods : dict
            Of the spells that ended, in sessions: ``count``, ``mean``, ``median``, ``shortest``, ``longest`` (NaN where
            none ended); and ``open``, the number of those that did not.
        sectors : DataFrame
            By symbol, those that were ever held: ``spells``, ``hits`` (spells with a contribution > 0, open ones at
            their last value), ``hit_rate`` = hits / spells, ``sessions``, ``contribution``.
    """
    table = spells(history)
    ended = table.loc[table["end"].notna(), "sessions"].to_numpy(dtype=np.float64)
    known = len(ended) > 0
    groups = table.assign(hits=table["contribution"] > 0).groupby("symbol", sort=True)
    sectors = groups.agg(
        spells=("hits", "size"), hits=("hits", "sum"), hit_rate=("hits", "mean"),
        sessions=("sessions", "sum"), contribution=("contribution", "sum"),
    )  # fmt: skip
    return {
        "spells": table,
        "timeline": timeline(history),
        "holding_periods": {
            "count": len(ended),
            "mean": float(ended.mean()) if known else np.nan,
            "median": float(np.median(ended)) if known else np.nan,
            "shortest": float(ended.min()) if known else np.nan,
            "longest": float(ended.max()) if known else np.nan,
            "open": len(table) - len(ended),
        },
        "sectors": sectors.astype({"spells": np.int64, "hits": np.int64, "hit_rate": np.float64}),
    }


def spells(history: History) -> pd.DataFrame:
    """One row per holding spell, by start and symbol; see ``rotation``."""
    order = np.argsort(history.fills.column, kind="stable")
    before, after = _around(history, order)
    column = history.fills.column[order]
    opens = np.flatnonzero((before == 0) | (np.diff(column, prepend=-1) != 0))
    bounds = pairwise([*opens.tolist(), len(order)])
    rows = [_spell(history, order[start:stop], before[start:stop], after[start:stop]) for start, stop in bounds]
    table = pd.DataFrame(rows, columns=["row", "column", *SPELLS]).sort_values(["row", "column"], kind="stable")
    kinds = {"symbol": object, "side": object, "sessions": np.int64, "fills": np.int64}
    kinds |= dict.fromkeys(("return", "contribution", "fees"), np.float64)
    for name in ("start", "end"):
        table[name] = pd.DatetimeIndex(table[name]).as_unit(history.sessions.unit)
    return table[list(SPELLS)].astype(kinds).reset_index(drop=True)


def timeline(history: History) -> pd.DataFrame:
    """The sessions after whose close other series were held than before; see ``rotation``."""
    held = history.shares != 0
    before = np.vstack((np.zeros(held.shape[1], dtype=bool), held[:-1]))
    rows = np.flatnonzero((held != before).any(axis=1))

    def told(chosen: Any) -> list[tuple[str, ...]]:
        return [tuple(history.names(np.flatnonzero(chosen[row])).tolist()) for row in rows]

    sets = {"came": told(held & ~before), "left": told(before & ~held), "held": told(held)}
    frame = {key: np.fromiter(values, dtype=object, count=len(rows)) for key, values in sets.items()}
    return pd.DataFrame({"session": history.sessions[rows]} | frame)


def _around(history: History, order: Ints) -> tuple[Floats, Floats]:
    """Shares before and after each fill, taken in ``order``, which is by column and then by time.

    Told backwards from what was held after the close, so that splits between fills change nothing.
    """
    log = history.fills
    row, column, signed = (values[order].tolist() for values in (log.row, log.column, log.signed))
    before, after = np.zeros(len(row)), np.zeros(len(row))
    for k in range(len(row) - 1, -1, -1):
        same = k + 1 < len(row) and (row[k + 1], column[k + 1]) == (row[k], column[k])
        after[k] = before[k + 1] if same else history.shares[row[k], column[k]]
        left = after[k] - signed[k]
        before[k] = 0.0 if abs(left) <= DUST * max(abs(after[k]), abs(signed[k])) else left
    return before, after


def _spell(history: History, mine: Ints, before: Floats, after: Floats) -> tuple[Any, ...]:
    """The row of one spell, from its fills and the shares before and after each."""
    log, column = history.fills, int(history.fills.column[mine[0]])
    first, ended = int(log.row[mine[0]]), after[-1] == 0
    last = int(log.row[mine[-1]]) if ended else len(history.sessions) - 1
    worth, fees = 0.0 if ended else float(history.worth[last, column]), log.fees[mine]
    flows = np.where(log.side[mine] > 0, -log.value[mine], log.value[mine]) - fees
    return (
        first, column, history.symbols[column], "long" if after[0] > 0 else "short",
        history.sessions[first], history.sessions[last] if ended else pd.NaT, last - first + (not ended),
        _compounded(log.value[mine] / log.shares[mine], fees, before, after, worth), float(worth + flows.sum()),
        float(fees.sum()), len(mine),
    )  # fmt: skip


def _compounded(price: Floats, fees: Floats, before: Floats, after: Floats, worth: float) -> float:
    """The return of a spell with these fills: from fill to fill at their own prices, fees off the money at work."""
    at_work = np.maximum(np.abs(before), np.abs(after)) * price
    grows = np.abs(after) > np.abs(before)
    paid = np.where(grows, _over(at_work, at_work + fees), _over(at_work - fees, at_work))
    begun, reached = after * price, np.append((before * price)[1:], worth)
    moved = 1.0 + np.divide(reached - begun, np.abs(begun), out=np.zeros(len(begun)), where=begun != 0)
    return float(np.prod(paid) * np.prod(moved) - 1.0)


def _over(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, 1 where the whole is nothing."""
    return np.divide(part, whole, out=np.ones(len(part)), where=whole != 0)
