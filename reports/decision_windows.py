"""The windows of decisions in a record: which fills and rejections belong to which, and how its targets were sized.

The *window* of a decision is its fill passes: from ``first``, the session after it (its own with "same-close" or
``decide_at``), to ``last``, the session before the first fill pass of the next decision, or the last of the run. A
strategy that is asked ``between`` its decisions may answer for some symbols: for the others the window of the decision
before goes on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..data.types import Floats, Ints
from ..engine.cash_flows import still_due
from ..engine.dividends import share_factor
from ..engine.market.arithmetic import outside
from ..engine.market.fill_prices import decision_price, reference_price, value_without_fill
from ..engine.record import DIVIDEND, ENDED, NO_PRICE, OPENING, TERMINATED, WRITTEN_OFF, Record
from ..engine.strategy import as_strategy

_START, _PASS, _DECISION, _LATE_PASS = range(4)  # the order of events within a session


class DecisionWindows(NamedTuple):
    """D decisions in N symbols; rows are the panel's.

    Attributes
    ----------
    row, first : int64 arrays of shape (D,)
        Of the decision, and of its first fill pass.
    named : bool array of shape (D, N)
        Whether the decision says something about a symbol: all, but for an answer ``between`` decisions. Such an answer
        is known by having no ranks, and what it leaves alone by its held weight as target; so a strategy without ranks
        that is ``watchful`` and decides for exactly the weight it holds is taken to leave that symbol alone.
    in_force : int64 array of shape (D, N)
        The last decision up to this one that names the symbol; -1 if there is none.
    last : int64 array of shape (D, N)
        The last session of its window, by symbol.
    """

    row: Ints
    first: Ints
    named: NDArray[np.bool_]
    in_force: Ints
    last: Ints


def decision_windows(record: Record) -> DecisionWindows:
    """The window of each decision."""
    log, terms, first = record.outcome.decisions, record.terms, first_passes(record)
    shape, count = log.target.shape, len(log.row)
    mine = np.arange(count)[:, None]
    if not as_strategy(record.strategy).watchful:  # each decision names all
        last = np.append(first[1:] - 1, terms.last)[:count, None]
        whole = (np.broadcast_to(each, shape) for each in (np.True_, mine, last))
        return DecisionWindows(log.row, first, *whole)
    named = (log.target != log.held) | (log.rank > 0).any(axis=1, keepdims=True)
    in_force = np.maximum.accumulate(np.where(named, mine, -1), axis=0)
    successor = np.full(named.shape, count)
    successor[:-1] = np.minimum.accumulate(np.where(named, mine, count)[::-1], axis=0)[::-1][1:]
    last = np.append(first - 1, terms.last)[successor]
    return DecisionWindows(log.row, first, named, in_force, last)


def first_passes(record: Record) -> Ints:
    """The session of the first fill pass of each decision, as a row of the panel, shape (D,)."""
    rows = record.outcome.decisions.row
    return rows if record.terms.same_session else rows + 1


def fills_of(record: Record, windows: DecisionWindows) -> Ints:
    """The decision that each fill belongs to; -1 where there is none, as in runs of a strategy that places orders.

    Parameters
    ----------
    record : Record
    windows : DecisionWindows
        Of the same record.

    Returns
    -------
    int array, one for each fill
        Rows of the decision log.
    """
    fills = record.outcome.fills
    phase = np.where(np.isin(fills.side, (ENDED, DIVIDEND)), _START, _fill_pass(record))
    if record.terms.decide_at is None:
        phase[fills.side == WRITTEN_OFF] = _PASS  # before a decision in the same session, whatever is filled after it
    return _owner(windows, fills.row, phase, fills.column)


def rejections_of(record: Record, windows: DecisionWindows) -> Ints:
    """The decision that each rejection belongs to; -1 where there is none.

    ``terminated`` is said of an order that was open when the series ended, before the fills of a session, or at the
    decision, of a target in a series that has ended; where both are said, in this order.

    Parameters
    ----------
    record : Record
    windows : DecisionWindows
        Of the same record.

    Returns
    -------
    int array, one for each rejection
        Rows of the decision log.
    """
    log, target = record.outcome.rejections, record.outcome.decisions.target
    phase = np.where(log.reason == NO_PRICE, _DECISION, _fill_pass(record))
    ended = np.flatnonzero(log.reason == TERMINATED)
    phase[ended] = _START
    at = _owner(windows, log.row[ended], np.full(len(ended), _DECISION), log.column[ended])
    ended, at = ended[at >= 0], at[at >= 0]
    fresh = (windows.row[at] == log.row[ended]) & (target[at, log.column[ended]] > 0)
    fresh &= ~pd.Index(log.row[ended] * target.shape[1] + log.column[ended]).duplicated(keep="last")
    phase[ended[fresh]] = _DECISION
    return _owner(windows, log.row, phase, log.column)


def target_shares(record: Record, windows: DecisionWindows) -> tuple[Floats, Ints]:
    """The shares that each decision asked for, shape (D, N), and the rows in whose units they are, shape (D,).

    NaN for a positive weight of a symbol that had no price yet.

    Parameters
    ----------
    record : Record
    windows : DecisionWindows
        Of the same record.
    """
    decisions, panel = record.outcome.decisions, record.panel
    if record.terms.size == "decision" and not record.terms.same_session:
        row = windows.row
        price, equity = panel.last_close[row], record.outcome.equity[row - record.terms.first]
        due = _due(record, row)
        shares = record.outcome.shares[row - record.terms.first]
    else:
        row = windows.first
        price = _price_at_fill(record, row)
        cash, shares = _before_fills(record, row)
        equity = cash + np.where(shares > 0, shares * price, 0.0).sum(axis=1)
        due = _due(record, row if record.terms.fill == "same-close" else row - 1)
    equity = np.maximum(0.0, equity - due)
    known = np.isfinite(decision_price(panel, record.terms.decide_at)[windows.row])
    with np.errstate(divide="ignore", invalid="ignore"):
        asked = np.where(known, decisions.target * equity[:, None] / price, np.nan)
    if record.terms.no_trade:
        for d, i in np.argwhere((decisions.target > 0) & (shares > 0) & np.isfinite(asked)):
            asked[d, i] = _banded(record, decisions.target[d, i], equity[d], price[d, i], shares[d, i])
    return np.where(decisions.target > 0, asked, 0.0), row


def _banded(record: Record, weight: float, equity: float, price: float, shares: float) -> float:
    """What the no-trade band makes of a target in shares: what is held, where the weight is within it."""
    terms = record.terms
    width = terms.no_trade * (weight if terms.no_trade_of == "target" else 1.0)
    edges = {-1: (weight - width) * equity, 1: (weight + width) * equity}
    side = outside(shares * price, edges[-1], edges[1], float(record.market.money_step))
    if side == 0:
        return shares
    return (edges[side] if terms.no_trade_to == "edge" else weight * equity) / price


def splits(record: Record, since: Ints, until: Ints, column: Ints) -> Floats:
    """What splits and distributions make of one share from the close of one row to that of another.

    Parameters
    ----------
    record : Record
    since, until, column : int arrays of one shape
        Rows and columns of the panel.

    Returns
    -------
    float array of that shape
        1 where nothing happened, or a factor is not known.
    """
    factor = share_factor(record.panel, record.terms.dividends)
    ratio = factor[until, column] / factor[since, column]
    return np.where(np.isnan(ratio), 1.0, ratio)


def _owner(windows: DecisionWindows, row: Ints, phase: Ints, column: Ints) -> Ints:
    """The decision in force at each event."""
    before = np.searchsorted(windows.row * 4 + _DECISION, row * 4 + phase, side="right") - 1
    owner = np.full(len(row), -1)
    said = before >= 0
    owner[said] = windows.in_force[before[said], column[said]]
    return owner


def _due(record: Record, row: Ints) -> Floats:
    """Withdrawals that are due and not paid after the close of sessions ``row``, shape (D,)."""
    terms = record.terms
    if not terms.flow.any():
        return np.zeros(len(row))
    place = row - terms.first
    return np.where(place < 0, terms.due_before, still_due(terms, record.outcome)[place])


def _fill_pass(record: Record) -> int:
    return _LATE_PASS if record.terms.same_session else _PASS


def _price_at_fill(record: Record, row: Ints) -> Floats:
    """The prices that targets are sized by in a fill pass, shape (D, N)."""
    panel, terms = record.panel, record.terms
    if terms.size == "decision":
        return decision_price(panel, terms.decide_at)[row]
    reference = reference_price(panel, terms.fill, terms.price_at)[row]
    value = value_without_fill(panel, terms.fill, terms.price_at, terms.decide_at)[row]
    return np.where(np.isnan(reference), value, reference)


def _before_fills(record: Record, row: Ints) -> tuple[Floats, Floats]:
    """Cash, shape (D,), and shares, shape (D, N), in sessions ``row`` after interest, splits and terminations."""
    outcome, fills, terms = record.outcome, record.outcome.fills, record.terms
    before = row - terms.first - 1
    none = before < 0
    cash = np.where(none, terms.opening, outcome.cash[before]) + outcome.interest[before + 1]
    columns = np.arange(outcome.shares.shape[1])[None, :]
    rows = np.maximum(row, 1)[:, None]
    shares = np.where(none[:, None], 0.0, outcome.shares[before] * splits(record, rows - 1, rows, columns))
    for k in np.flatnonzero(fills.side == DIVIDEND):
        cash[row == fills.row[k]] += fills.value[k] - fills.fees[k]
    late = terms.fill == "same-close"  # the pass comes after what is written off, and after flows
    cash += outcome.flows[before + 1] * late
    for k in np.flatnonzero(fills.side == OPENING):
        cash[none] -= fills.value[k]
        shares[none, fills.column[k]] = fills.shares[k]
    for k in np.flatnonzero((fills.side == ENDED) | (late & (fills.side == WRITTEN_OFF))):
        now = row == fills.row[k]
        cash[now] += fills.value[k]
        shares[now, fills.column[k]] = 0.0
    return cash, shares
