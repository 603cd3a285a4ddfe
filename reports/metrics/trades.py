"""What a run traded and held: turnover, exposure, costs, holding spells.

Read from a ``Record``, in currency and sessions; ``years`` are calendar years of 365.25 days. Series that ended are not
traded by choice and count in no turnover, though they end a spell.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...data.types import Floats, Ints
from ...engine.market.arithmetic import DUST
from ...engine.record import COSTS, Record

# --- turnover, exposure, costs --------------------------------------------------------------------------------------


def traded_value(record: Record) -> float:
    """All that was bought and sold, in currency."""
    log = record.outcome.fills
    return float(log.value[log.side != 0].sum())


def turnover(record: Record, years: float) -> float:
    """One way: half of all that was bought and sold, over mean equity, per year, without ended series.

    1 is the whole portfolio once a year. NaN for a run without length. Source: the SEC's lesser-of-purchases-and-sales
    rate is near it for a portfolio that stays invested; half the sum also counts moves into and out of cash.
    """
    return traded_value(record) / 2.0 / float(record.outcome.equity.mean()) / years if years > 0 else math.nan


def exposure(record: Record) -> float:
    """Mean over sessions of the invested fraction ``1 - cash / equity``, 0 where nothing is left."""
    equity = record.outcome.equity
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(equity > 0, 1.0 - record.outcome.cash / equity, 0.0).mean())


def holdings(record: Record) -> float:
    """Mean over sessions of the number of series held."""
    return float(np.count_nonzero(record.outcome.shares > 0) / len(record.outcome.shares))


def cost_drag(record: Record, years: float) -> float:
    """All costs, slippage included, over mean equity, as a fraction per year; NaN for a run without length."""
    return sum(record.costs.values()) / float(record.outcome.equity.mean()) / years if years > 0 else math.nan


def cost_per_traded(record: Record) -> float:
    """All costs, slippage included, over all that was bought and sold, in basis points; NaN where nothing was."""
    traded = traded_value(record)
    return sum(record.costs.values()) / traded * 1e4 if traded > 0 else math.nan


# --- holding spells -------------------------------------------------------------------------------------------------


class Spells(NamedTuple):
    """Times that a series was held; K of them, by column and then by time. Each field has shape (K,).

    The spells of ``analyzers.spells``, as plain arrays.

    Attributes
    ----------
    column : int64
        Of the panel.
    start : int64
        Session of the run in which it was bought, from 0.
    sessions : int64
        Closes at which it was held; 0 where it was bought and sold in one session.
    gain : float64
        Sales, and the last value where it is still held, less purchases and fees, in currency.
    ended : bool
        Whether it was sold whole, or its series ended.
    """

    column: Ints
    start: Ints
    sessions: Ints
    gain: Floats
    ended: NDArray[np.bool_]


def holding_spells(record: Record) -> Spells:
    """All holding spells of a run: from a buy out of nothing to the sale that leaves nothing."""
    log, shares = record.outcome.fills, record.outcome.shares
    order = np.argsort(log.column, kind="stable")
    row, column = log.row[order] - record.terms.first, log.column[order]
    signed = np.where(log.side > 0, log.shares, -log.shares)[order]
    fees = sum((getattr(log, kind) for kind in COSTS if kind != "slippage"), np.zeros(len(log.value)))
    flows = (np.where(log.side > 0, -log.value, log.value) - fees)[order]
    other = np.diff(column, prepend=-1) != 0
    after = shares[row, column]
    again = np.flatnonzero(~other[1:] & (row[1:] == row[:-1]))  # the same series has another fill in the session
    for k in again[::-1].tolist():
        after[k] = _undusted(after[k + 1] - signed[k + 1], after[k + 1], signed[k + 1])
    left = after - signed
    before = np.where(np.abs(left) <= DUST * np.maximum(np.abs(after), np.abs(signed)), 0.0, left)
    first = np.flatnonzero((before == 0) | other)
    if not len(first):
        nothing = np.zeros(0, dtype=np.int64)
        return Spells(nothing, nothing, nothing, np.zeros(0), np.zeros(0, dtype=np.bool_))
    last = np.append(first[1:], len(row)) - 1
    mine, ended = column[first], after[last] == 0
    worth = np.where(ended, 0.0, shares[-1, mine] * record.panel.last_close[record.terms.last, mine])
    length = np.where(ended, row[last], len(shares)) - row[first]
    return Spells(mine, row[first], length, np.add.reduceat(flows, first) + worth, ended)


def _undusted(left: float, after: float, signed: float) -> float:
    return 0.0 if abs(left) <= DUST * max(abs(after), abs(signed)) else left


def mean_holding(spells: Spells) -> float:
    """Mean length of the spells that ended, in sessions; NaN where none did. Those still open would be cut short."""
    ended = spells.sessions[spells.ended]
    return float(ended.mean()) if len(ended) else math.nan


def median_holding(spells: Spells) -> float:
    """Median length of the spells that ended, in sessions; NaN where none did."""
    ended = spells.sessions[spells.ended]
    return float(np.median(ended)) if len(ended) else math.nan


def positive_spells(spells: Spells) -> float:
    """Hit rate by trade: share of spells that gained after their fees, in [0, 1]; one still open at its last value.

    A trade is a holding spell, from in to out, not a fill and not a session. NaN where nothing was held.
    """
    return float(np.count_nonzero(spells.gain > 0) / len(spells.gain)) if len(spells.gain) else math.nan


def positive_series(spells: Spells) -> float:
    """Hit rate by sector: share of the series ever held whose spells together gained after fees, in [0, 1].

    NaN where nothing was held.
    """
    if not len(spells.gain):
        return math.nan
    held, place = np.unique(spells.column, return_inverse=True)
    return float(np.count_nonzero(np.bincount(place, spells.gain) > 0) / len(held))
