"""From which session on a run is measured: what comes before it has shaped the account, and counts in no number."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import pandas as pd

from ..data.errors import InputError
from ..data.types import Flags
from .cash_flows import still_due
from .config import FIRST_DECISION, START
from .dividends import share_factor
from .record import OPENING, Before, FillLog, Outcome, Record, RejectionLog, frozen
from .strategy import as_strategy
from .with_values import with_values

R = TypeVar("R", bound=Record)
L = TypeVar("L", FillLog, RejectionLog)


def first_decision(record: Record) -> int | None:
    """Panel row of the session after whose close a run first decided; None if it never did.

    Of a strategy that sends orders of its own, the session before its first fill.
    """
    outcome = record.outcome
    for rows in (outcome.decisions.row, outcome.fills.row - 1):
        if len(rows):
            return max(int(rows[0]), record.terms.first)
    return None


def measured(record: R) -> R:
    """A run as its term ``measured_from`` asks for; itself where that is its start.

    Raises
    ------
    InputError
        A date that leaves less than 2 sessions.
    """
    asked = record.terms.measured_from
    if asked is None or asked == START:
        return record
    if asked == FIRST_DECISION:
        row = first_decision(record)
        return record if row is None else measured_since(record, min(row, record.terms.last - 1))
    row = int(record.panel.sessions.searchsorted(pd.Timestamp(asked), side="left"))
    if row >= record.terms.last:
        raise InputError(
            f"measured_from={asked} leaves {max(0, record.terms.last - row + 1)} sessions, a run needs 2; it runs "
            f"{record.sessions[0]:%F} to {record.sessions[-1]:%F}"
        )
    return measured_since(record, row)


def measured_since(record: R, row: int) -> R:
    """A run from a panel row on; the account then begins with what it was worth at the close before.

    What it held then is in ``fills`` as an opening: at the last close, without costs, in the first measured session. It
    counts in no turnover.

    Parameters
    ----------
    record : Record
    row : int
        First session that is measured; the record itself for its first session, or one before.
    """
    terms, outcome = record.terms, record.outcome
    skip = row - terms.first
    if skip <= 0:
        return record
    fills, refused, decided = outcome.fills, outcome.rejections, outcome.decisions
    begins = [int(log.row.searchsorted(row)) for log in (fills, refused, decided)]  # rows ascend
    cut = Outcome(
        equity=outcome.equity[skip:],
        cash=outcome.cash[skip:],
        shares=outcome.shares[skip:],
        interest=outcome.interest[skip:],
        flows=outcome.flows[skip:],
        fills=_opened(record, row, _from(fills, begins[0])),
        rejections=_from(refused, begins[1]),
        decisions=decided.since(begins[2]),
    )
    began = terms.first if terms.began is None else terms.began
    due = float(still_due(terms, outcome)[skip - 1]) if terms.cash_flows else 0.0
    worth = float(outcome.equity[skip - 1])
    shown = with_values(terms, type(terms), first=row, began=began, worth=worth, due_before=due)
    held = " with what it held then" if np.count_nonzero(outcome.shares[skip - 1] > 0) else ""
    day = np.datetime_as_string(record.panel.stamps[row], unit="D")
    note = f"measured from {day} on{held}, {skip} sessions after its start"
    if orders := record.fill_orders[begins[0] :]:
        orders = (-1,) * (len(cut.fills.row) - len(orders)) + orders  # an opening has none
    return with_values(
        record, type(record), terms=shown, outcome=frozen(cut), before=frozen(_before(record, skip, begins[2])),
        notes=(*record.notes, note), fill_orders=orders,
    )  # fmt: skip


def _before(record: Record, skip: int, early: int) -> Before:
    """The account in the sessions that are not measured: those before the record's, and its first ``skip``.

    So are its first ``early`` decisions.
    """
    outcome, rows = record.outcome, record.outcome.decisions.row[:early]
    if early:
        rows = rows[planned(record)[:early]]
    mine = Before(outcome.equity[:skip], outcome.cash[:skip], outcome.flows[:skip], rows)
    if record.before is None:
        return mine
    return Before(*(np.concatenate(pair) for pair in zip(record.before, mine, strict=True)))


def planned(record: Record) -> Flags:
    """Which decisions are those of a schedule, shape (D,): not what a watchful strategy answered between them.

    Such an answer is known by having no ranks; all are planned of a strategy that never ranks.
    """
    log = record.outcome.decisions
    if not as_strategy(record.strategy).watchful:
        return np.ones(len(log.row), np.bool_)
    ranked: Flags = np.asarray((log.rank > 0).any(axis=1))
    return ranked if ranked.any() else np.ones(len(log.row), np.bool_)


def _from(log: L, begin: int) -> L:
    """A log from one of its rows on."""
    if not begin:
        return log
    kind: Any = type(log)
    made: L = kind(*(field[begin:] for field in log))
    return made


def _opened(record: Record, row: int, log: FillLog) -> FillLog:
    """The fills from ``row`` on, behind what was held at the close before."""
    panel, shares = record.panel, record.outcome.shares[row - 1 - record.terms.first]
    column = np.flatnonzero(shares > 0)
    if not len(column):
        return log
    value = shares[column] * panel.last_close[row - 1, column]
    factor = share_factor(panel, record.terms.dividends)
    ratio = factor[row, column] / factor[row - 1, column]
    now = shares[column] * np.where(np.isnan(ratio), 1.0, ratio)
    n = len(column)
    opened = FillLog(
        np.full(n, row), column, np.full(n, OPENING), now, value / now, value, np.zeros((n, log.costs.shape[1]))
    )
    return FillLog(*(np.concatenate(pair) for pair in zip(opened, log, strict=True)))
