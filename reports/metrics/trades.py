"""What a run traded and held: turnover, exposure, costs, holding spells.

Read from a ``Record``, in currency and sessions; ``years`` are calendar years of 365.25 days. Series that ended are not
traded by choice and count in no turnover, though they end a spell.
"""

from __future__ import annotations

import math

import numpy as np

from ...data.types import Floats
from ...engine.record import Record
from ...engine.suspended import STALE_AFTER, ever_stale, stale_total
from ..history import fills_of
from ..holdings import HoldingSpells, spells_of
from .inputs import TRADING
from .registry import Definition

__all__ = [
    "cost_drag", "cost_per_traded", "exposure", "holdings", "mean_holding", "median_holding",
    "positive_series", "positive_spells", "stale_marked", "traded_value",
    "turnover",
]  # fmt: skip


def exposure(record: Record) -> float:
    """Mean over sessions of the invested fraction ``1 - cash / equity``, 0 where nothing is left."""
    equity = record.outcome.equity
    if equity.min() > 0:
        return float((1.0 - record.outcome.cash / equity).mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(equity > 0, 1.0 - record.outcome.cash / equity, 0.0).mean())


TRADING.add(
    lambda run: exposure(run.record),
    Definition(
        "exposure", "Exposure", "mean invested fraction of equity", "fraction",
    ),
)  # fmt: skip


def holdings(record: Record) -> float:
    """Mean over sessions of the number of series held."""
    return float(np.count_nonzero(record.outcome.shares > 0) / len(record.outcome.shares))


TRADING.add(
    lambda run: holdings(run.record),
    Definition(
        "holdings", "Holdings", "mean number of series held", "ratio",
    ),
)  # fmt: skip


def _spells(record: Record) -> HoldingSpells:
    shares, marks = record.outcome.shares, record.panel.last_close[record.terms.last]
    held = shares[-1]
    return spells_of(fills_of(record), shares, np.where(held > 0, held * marks, 0.0))


TRADING.add(
    lambda run: float(len(run.once(_spells))),
    Definition(
        "spells", "Holding spells", "times a series was held, from in to out, those still open included", "count",
    ),
)  # fmt: skip


def mean_holding(spells: HoldingSpells) -> float:
    """Mean length of the spells that ended, in sessions; NaN where none did. Those still open would be cut short."""
    ended = spells.sessions[spells.ended]
    return float(ended.mean()) if len(ended) else math.nan


TRADING.add(
    lambda run: mean_holding(run.once(_spells)),
    Definition(
        "holding_mean", "Mean holding period", "mean sessions held, of the spells that ended", "sessions",
        blank="no spell ended",
    ),
)  # fmt: skip


def median_holding(spells: HoldingSpells) -> float:
    """Median length of the spells that ended, in sessions; NaN where none did."""
    ended = np.sort(spells.sessions[spells.ended])
    middle = ended[(len(ended) - 1) // 2 : len(ended) // 2 + 1]  # one or two
    return float(middle.sum()) / len(middle) if len(ended) else math.nan


TRADING.add(
    lambda run: median_holding(run.once(_spells)),
    Definition(
        "holding_median", "Median holding period", "median sessions held, of the spells that ended", "sessions",
        blank="no spell ended",
    ),
)  # fmt: skip


def positive_spells(spells: HoldingSpells) -> float:
    """Hit rate by trade: share of spells that gained after their fees, in [0, 1]; one still open at its last value.

    A trade is a holding spell, from in to out, not a fill and not a session. NaN where nothing was held.
    """
    return (
        float(np.count_nonzero(spells.contribution > 0) / len(spells.contribution))
        if len(spells.contribution)
        else math.nan
    )


TRADING.add(
    lambda run: positive_spells(run.once(_spells)),
    Definition(
        "positive_spells", "Holdings that gained", "share of spells with sales and last value above purchases and fees",
        "fraction", blank="nothing held", source="hit rate by trade",
    ),
)  # fmt: skip


def positive_series(spells: HoldingSpells) -> float:
    """Hit rate by sector: share of the series ever held whose spells together gained after fees, in [0, 1].

    NaN where nothing was held.
    """
    if not len(spells):
        return math.nan
    made, held = np.bincount(spells.column, spells.contribution), np.bincount(spells.column)
    return int(np.count_nonzero(made[held > 0] > 0)) / int(np.count_nonzero(held))


TRADING.add(
    lambda run: positive_series(run.once(_spells)),
    Definition(
        "positive_series", "Series that gained",
        "share of the series ever held whose spells together gained after fees", "fraction", blank="nothing held",
        source="hit rate by sector",
    ),
)  # fmt: skip


def traded_value(record: Record) -> float:
    """All that was bought and sold, in currency."""
    log = record.outcome.fills
    traded = log.traded
    return float((log.value if traded.all() else log.value[traded]).sum())


def paid_in_all(record: Record) -> float:
    """All costs, slippage included, in currency."""
    return sum(record.costs.values())


def stale_marked(record: Record) -> Floats:
    """Share of equity that is marked at old closes: in series without a bar for 20 sessions or more, shape (S,)."""
    equity = record.outcome.equity
    if not ever_stale(record.panel):
        return np.zeros(len(equity))
    value = stale_total(record.panel, record.terms, record.outcome)
    return np.asarray(np.divide(value, equity, out=np.zeros(len(value)), where=equity > 0))


TRADING.add(
    lambda run: float(run.once(stale_marked).max()),
    Definition(
        "stale_marked_max", "Marked at old closes, at most",
        f"largest share of equity in series without a bar for {STALE_AFTER} sessions or more, at their last closes",
        "fraction",
    ),
)  # fmt: skip
TRADING.add(
    lambda run: float(run.once(stale_marked)[-1]),
    Definition("stale_marked_end", "Marked at old closes, at the end", "the same after the last close", "fraction"),
)


def turnover(record: Record, years: float) -> float:
    """One way: half of all that was bought and sold, over mean equity, per year, without ended series.

    1 is the whole portfolio once a year. NaN for a run without length. Source: the SEC's lesser-of-purchases-and-sales
    rate is near it for a portfolio that stays invested; half the sum also counts moves into and out of cash.

    Parameters
    ----------
    record : Record
    years : float
        Calendar years of the run.
    """
    return one_way(traded_value(record), record.outcome.equity, years)


def one_way(traded: float, equity: Floats, years: float) -> float:
    """Half of what was bought and sold, over mean equity, per year; NaN without length.

    Parameters
    ----------
    traded : float
        All that was bought and sold, in currency.
    equity : float array of shape (S,)
        After each close, in currency.
    years : float
        Calendar years.
    """
    return _a_year(traded / 2.0, float(equity.mean()), years)


def _a_year(amount: float, mean_equity: float, years: float) -> float:
    return amount / mean_equity / years if years > 0 else math.nan


TRADING.add(
    lambda run: _a_year(run.once(traded_value) / 2.0, run.mean_equity, run.own.years),
    Definition(
        "turnover", "Turnover", "one way: half of all bought and sold / mean equity / years", "per year",
        annualised="calendar years", blank="no time in the run",
    ),
)  # fmt: skip


def cost_drag(record: Record, years: float) -> float:
    """All costs, slippage included, over mean equity, as a fraction per year; NaN for a run without length.

    Parameters
    ----------
    record : Record
    years : float
        Calendar years of the run.
    """
    return _a_year(paid_in_all(record), float(record.outcome.equity.mean()), years)


TRADING.add(
    lambda run: _a_year(run.once(paid_in_all), run.mean_equity, run.own.years),
    Definition(
        "cost_drag", "Cost drag", "all costs with slippage / mean equity / years", "fraction",
        annualised="calendar years", blank="no time in the run",
    ),
)  # fmt: skip


def cost_per_traded(record: Record) -> float:
    """All costs, slippage included, over all that was bought and sold, in basis points; NaN where nothing was."""
    return _per_traded(paid_in_all(record), traded_value(record))


def _per_traded(paid: float, traded: float) -> float:
    return paid / traded * 1e4 if traded > 0 else math.nan


TRADING.add(
    lambda run: _per_traded(run.once(paid_in_all), run.once(traded_value)),
    Definition(
        "cost_per_traded", "Cost per traded value", "all costs with slippage / all bought and sold", "bps",
        blank="nothing traded",
    ),
)  # fmt: skip
