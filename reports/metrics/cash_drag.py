"""What cash that no target asked for did to a run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from ...engine.record import DIVIDEND, Record
from ...engine.strategy import as_strategy
from ..decision_windows import decision_windows, first_passes, splits
from ..growth import DAYS_PER_YEAR
from .inputs import TRADING, span_of
from .registry import Definition

__all__ = ["CashDrag", "cash_drag"]


class CashDrag(NamedTuple):
    """Unintended cash and its effect; S sessions.

    Attributes
    ----------
    weight : Series of shape (S,)
        Unintended cash after each close, as a fraction of equity: the cash weight less what the target in force left
        in cash. In force is the last target that has had a fill pass; 0 before the first. Negative where less is in
        cash than was asked for, as where a sale was blocked.
    effect : Series of shape (S,)
        On each session's return, as a fraction of the equity at the close before; negative where it cost.
    money : float
        Sum of ``effect`` times that equity, in currency.
    per_year : float
        ``money`` over mean equity, as a fraction per calendar year of 365.25 days; NaN for a run without length.
    """

    weight: pd.Series
    effect: pd.Series
    money: float
    per_year: float


TRADING.add(
    lambda run: float(run.record.outcome.interest.sum()),
    Definition(
        "interest", "Interest", "what idle cash earned", "currency", source="the ledger",
    ),
)  # fmt: skip


class _Drag(NamedTuple):
    """``CashDrag`` with arrays for lines."""

    weight: Floats
    effect: Floats
    money: float
    per_year: float


def cash_drag(record: Record) -> CashDrag:
    """The effect of cash that no target asked for: blocked, rounded and unpaid buys, and prices that moved weights.

    ``effect[t] = u[t-1] * (interest[t] / cash[t-1] - r[t])``, with ``u`` the unintended cash weight and ``r[t]`` the
    return from close to close of what was held at the close of t-1. Where nothing was held there is no such return,
    and ``r`` is 0; so is the effect of a run's first session.
    """
    drag, sessions = _drag(record), record.sessions
    return CashDrag(
        pd.Series(drag.weight, index=sessions, name="unintended cash"),
        pd.Series(drag.effect, index=sessions, name="cash drag"),
        drag.money,
        drag.per_year,
    )


def _drag(record: Record) -> _Drag:
    outcome = record.outcome
    equity, cash = outcome.equity, outcome.cash
    funded = equity > 0  # fees can eat up the last fen
    whole = bool(funded.all())
    unintended = cash / (equity if whole else np.where(funded, equity, 1.0)) - _meant(record)
    idle = np.isnan(unintended) if whole else np.isnan(unintended) | ~funded
    unintended[idle] = 0.0
    rate: Floats | float = 0.0
    if outcome.interest.any():
        rate = np.divide(outcome.interest[1:], cash[:-1], out=np.zeros(len(equity) - 1), where=cash[:-1] > 0)
    before, after = (equity - cash)[:-1], _kept(record)
    if not outcome.fills.traded.all():
        after += _recovered(record)[1:]
        after += _dividends(record)[1:]
    returned = np.divide(after - before, before, out=np.zeros(len(before)), where=before > 0)
    effect = np.concatenate(([0.0], unintended[:-1] * (rate - returned)))
    money = float((effect[1:] * equity[:-1]).sum())
    days = span_of(record).dates.days
    years = float(days[-1] - days[0]) / DAYS_PER_YEAR
    average = float(equity.mean())
    return _Drag(unintended, effect, money, money / average / years if years > 0 and average > 0 else np.nan)


TRADING.add(
    lambda run: float(run.once(_drag).weight.mean()),
    Definition(
        "unintended_cash", "Unintended cash", "mean cash weight less what the target left in cash", "fraction",
        source="`engine.cash_drag`",
    ),
)  # fmt: skip
TRADING.add(
    lambda run: run.once(_drag).per_year,
    Definition(
        "cash_drag", "Cash drag", "effect of unintended cash / mean equity / years; negative cost money", "fraction",
        annualised="calendar years", blank="no time in the run", source="`engine.cash_drag`",
    ),
)  # fmt: skip


def _meant(record: Record) -> Floats:
    """The fraction that the target in force leaves in cash, by session, shape (S,); NaN before the first."""
    target, sessions = record.outcome.decisions.target, len(record.outcome.equity)
    if as_strategy(record.strategy).watchful:
        in_force, columns = decision_windows(record).in_force, np.arange(target.shape[1])[None, :]
        target = np.where(in_force >= 0, target[in_force, columns], 0.0)
    edges = np.zeros(len(target) + 2, np.int64)
    edges[1:-1] = np.minimum(np.maximum(first_passes(record) - record.terms.first, 0), sessions)
    edges[-1] = sessions
    kept = np.full(len(target) + 1, np.nan)
    kept[1:] = 1.0 - target.sum(axis=1)
    return np.repeat(kept, edges[1:] - edges[:-1])


def _kept(record: Record) -> Floats:
    """What was held at each close but the last, at the next, shape (S - 1,): what is held then, but for fills."""
    outcome, first = record.outcome, record.terms.first
    kept = (outcome.equity - outcome.cash)[1:]
    row = outcome.fills.row  # ascending, as fills come in the order they happened
    fresh = row > first
    fresh[1:] &= row[1:] != row[:-1]
    busy = row[fresh] - first
    which, column = np.nonzero(outcome.shares[busy - 1] > 0)
    until = busy[which] + first
    grown = outcome.shares[busy[which] - 1, column] * splits(record, until - 1, until, column)
    kept[busy - 1] = np.bincount(which, grown * record.panel.last_close[until, column], len(busy))
    return kept


def _dividends(record: Record) -> Floats:
    """What was paid on holdings in each session, less what was withheld, shape (S,)."""
    fills = record.outcome.fills
    paid = np.flatnonzero(fills.side == DIVIDEND)
    if not len(paid):
        return np.zeros(len(record.sessions))
    money = fills.value[paid] - fills.fees[paid]
    return np.bincount(fills.row[paid] - record.terms.first, money, len(record.sessions)).astype(np.float64)


def _recovered(record: Record) -> Floats:
    """What left without a trade brought over its last close, in each session, shape (S,): 0, or a loss."""
    fills = record.outcome.fills
    ended = np.flatnonzero(~fills.traded & (fills.side != DIVIDEND))
    if not len(ended):
        return np.zeros(len(record.sessions))
    over = fills.value[ended] - fills.shares[ended] * record.panel.last_close[fills.row[ended], fills.column[ended]]
    return np.bincount(fills.row[ended] - record.terms.first, over, len(record.sessions)).astype(np.float64)
