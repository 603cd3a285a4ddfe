"""What a run traded and held: turnover, exposure, costs, holding spells.

Read from a ``Record``, in currency and sessions; ``years`` are calendar years of 365.25 days. Series that ended are not
traded by choice and count in no turnover, though they end a spell.
"""

from __future__ import annotations

import math

import numpy as np

from ...engine.record import Record
from ..holdings import HoldingSpells

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


# --- of holding spells, see ``holdings`` ------------------------------------------------------------------------------


def mean_holding(spells: HoldingSpells) -> float:
    """Mean length of the spells that ended, in sessions; NaN where none did. Those still open would be cut short."""
    ended = spells.sessions[spells.ended]
    return float(ended.mean()) if len(ended) else math.nan


def median_holding(spells: HoldingSpells) -> float:
    """Median length of the spells that ended, in sessions; NaN where none did."""
    ended = spells.sessions[spells.ended]
    return float(np.median(ended)) if len(ended) else math.nan


def positive_spells(spells: HoldingSpells) -> float:
    """Hit rate by trade: share of spells that gained after their fees, in [0, 1]; one still open at its last value.

    A trade is a holding spell, from in to out, not a fill and not a session. NaN where nothing was held.
    """
    return (
        float(np.count_nonzero(spells.contribution > 0) / len(spells.contribution))
        if len(spells.contribution)
        else math.nan
    )


def positive_series(spells: HoldingSpells) -> float:
    """Hit rate by sector: share of the series ever held whose spells together gained after fees, in [0, 1].

    NaN where nothing was held.
    """
    if not len(spells):
        return math.nan
    held, place = np.unique(spells.column, return_inverse=True)
    return float(np.count_nonzero(np.bincount(place, spells.contribution) > 0) / len(held))
