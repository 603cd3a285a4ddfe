"""Holding spells: what came in, how long it stayed, and what it made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..history import History
from ..holdings import spell_table


def rotation(history: History) -> dict[str, Any]:
    """What was held, from when to when, and what came of it.

    Returns
    -------
    dict
        spells : DataFrame
            A row for each time that a series was held; see ``holdings.spell_table``.
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
    table = spell_table(history)
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
