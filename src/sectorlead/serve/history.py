"""The history of a stored run, as far as its tables go: what ``reports.holdings`` finds holding spells in."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sectorlead.data.types import Flags, Floats, Ints
from sectorlead.engine.market.fees import SLIPPAGE
from sectorlead.engine.record import SIDES
from sectorlead.reports.history import Fills, History, Unfilled
from sectorlead.serve.stored import COSTS_AFTER, StoredRun

_CODES = {side: code for code, side in SIDES.items()}
_SOME = 1e-6  # shares of which no more is known than that there are some


@dataclass(frozen=True, eq=False)
class StoredHistory:
    """A history, and which rows of fills.csv its fills are.

    Attributes
    ----------
    history : History
    rows : int64 array of shape (F,)
        Position in fills.csv; -1 for a fill that no row tells of.
    """

    history: History
    rows: Ints


def stored_history(run: StoredRun) -> StoredHistory | None:
    """What the tables of a run folder tell of its account; None where weights.csv can't be read, or is empty.

    A series that has a weight after a close and none before was bought in that session, also where fills.csv has no
    such fill, or can't be read: its value, price and fees are NaN then. Likewise where it has none any more. The tables
    have no share counts: they are added up from the fills since the series was last not held, so after a split they are
    those of before it.
    """
    weights = run.weights.frame
    if weights.empty:
        return None
    weights = weights[~weights.index.duplicated()].sort_index()
    sessions, symbols = pd.DatetimeIndex(weights.index), tuple(map(str, weights.columns))
    held, equity = weights.to_numpy() > 0, _aligned(run, "equity", sessions)
    fills, rows = _with_presumed(*_written(run, sessions, symbols), held)
    none, nothing, words = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=object)
    history = History(
        sessions=sessions,
        base=sessions[0],
        symbols=symbols,
        opening=run.cash,
        equity=equity,
        cash=_aligned(run, "cash", sessions),
        units=np.ones(len(sessions)),
        shares=_shares(held, fills),
        valued=np.where(held, weights.to_numpy() * equity[:, None], 0.0).__getitem__,
        fills=fills,
        costs={"fees": fills.fees},
        rejections=Unfilled(none, none, none, nothing, nothing, words, words),
    )
    return StoredHistory(history, rows)


def fee_kinds(fills: pd.DataFrame) -> list[str]:
    """The columns of fills.csv that were paid beside the value; slippage is none, it is inside the prices."""
    names = list(fills.columns)
    after = names.index(COSTS_AFTER) + 1 if COSTS_AFTER in names else len(names)
    return [name for name in names[after:] if name != SLIPPAGE]


def _aligned(run: StoredRun, column: str, sessions: pd.DatetimeIndex) -> Floats:
    """A column of equity.csv in these sessions, shape (S,); NaN where it is not known."""
    if run.equity.problem:
        return np.full(len(sessions), math.nan)
    line = run.equity.frame[column]
    return np.asarray(line[~line.index.duplicated()].reindex(sessions), dtype=np.float64)


def _written(run: StoredRun, sessions: pd.DatetimeIndex, symbols: tuple[str, ...]) -> tuple[Fills, Ints]:
    """The fills in fills.csv that are of a known symbol, session, side and number of shares, and their rows."""
    frame = run.fills.frame
    if run.fills.problem:
        return Fills(*np.zeros((3, 0), dtype=np.int64), *np.zeros((4, 0))), np.zeros(0, dtype=np.int64)
    row = sessions.get_indexer(pd.DatetimeIndex(frame["session"]))
    column = pd.Index(symbols).get_indexer(pd.Index(frame["symbol"]))
    side = frame["side"].map(_CODES).to_numpy(dtype=np.float64)
    known = np.flatnonzero((row >= 0) & (column >= 0) & np.isfinite(side) & (frame["shares"].to_numpy() > 0))
    frame = frame.iloc[known]
    fees = frame[fee_kinds(frame)].sum(axis=1).to_numpy(dtype=np.float64)
    shares, price, value = (frame[name].to_numpy(dtype=np.float64) for name in ("shares", "price", "value"))
    return Fills(row[known], column[known], side[known].astype(np.int64), shares, price, value, fees), known


def _with_presumed(fills: Fills, rows: Ints, held: Flags) -> tuple[Fills, Ints]:
    """``fills`` and, by session, one more wherever a series came or left without one."""
    change = held.astype(np.int64)
    change[1:] -= held[:-1]
    change[fills.row, fills.column] = 0
    row, column = np.nonzero(change)
    unknown = np.full(len(row), math.nan)
    presumed = Fills(row, column, change[row, column], np.full(len(row), _SOME), unknown, unknown, unknown)
    order = np.argsort(np.concatenate((fills.row, row)), kind="stable")
    both = (np.concatenate(pair)[order] for pair in zip(fills, presumed, strict=True))
    return Fills(*both), np.concatenate((rows, np.full(len(row), -1)))[order]


def _shares(held: Flags, fills: Fills) -> Floats:
    """Shares after each close, shape (S, N): 0 where there is no weight, and more than 0 where there is one."""
    change = np.zeros(held.shape)
    np.add.at(change, (fills.row, fills.column), fills.signed)
    total = np.cumsum(change, axis=0)
    flat = np.maximum.accumulate(np.where(held, -1, np.arange(len(held))[:, None]), axis=0)  # last close without it
    base = np.where(flat >= 0, np.take_along_axis(total, np.maximum(flat, 0), axis=0), 0.0)
    return np.where(held, np.maximum(total - base, _SOME), 0.0)
