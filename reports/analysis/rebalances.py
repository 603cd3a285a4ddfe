"""Planned rebalances beside executed ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.errors import ParameterError
from ...data.types import Flags, Floats, Ints
from ...engine.record import NO_PRICE, REASONS, TERMINATED, WRITTEN_OFF, Record
from ...engine.strategy import as_strategy
from ..decision_windows import DecisionWindows, decision_windows, fills_of, rejections_of, splits

STATUSES = ("executed", "partial", "blocked", "superseded", "nothing to do")
"""What became of a decision; see ``rebalances``."""

_WAITING = [REASONS.index(reason) for reason in ("no_bar", "zero_volume", "limit_up", "participation")]
"""Reasons for which a buy is tried again; a sale is for every reason."""


def rebalances(record: Record) -> pd.DataFrame:
    """Planned against executed rebalances: a row per decision.

    Returns
    -------
    DataFrame
        planned, session, rolled
            The calendar date that the schedule meant, if it says so (``planned(sessions, first)``), otherwise the
            session of the decision; that session; calendar days from the one to the other, negative where it rolled
            back.
        first, until
            Session of the first fill pass; the last one in which something was filled or refused, NaT if nothing was.
        orders, full, part, unfilled
            Orders of the decision, and how they ended: ``full + part + unfilled == orders``.
        wanted, traded
            Money. ``traded`` is the value of the fills; ``wanted`` adds what was not traded of each order at the last
            close of the decision's window, or ``target * equity`` for a symbol that had no price.
        status
            "executed": every order filled in full, if not at once. "superseded": an order was still open when the
            next decision came. "blocked": no order filled at all. "partial": the rest. "nothing to do": no orders.

    Raises
    ------
    ParameterError
        A schedule that does not plan one date for each of its decisions.
    """
    windows, sessions = decision_windows(record), record.panel.sessions
    orders, count = _orders(record, windows), len(windows.row)

    def total(values: Floats | Flags) -> Floats:
        """Sum over the orders of each decision."""
        return np.bincount(orders.decision, values, count).astype(np.float64)

    every, full = total(np.ones(len(orders.decision))), total(orders.filled & ~orders.short)
    part, waiting = total(orders.filled & orders.short), total(orders.open) > 0
    until = np.full(count, -1)
    np.maximum.at(until, orders.decision, orders.until)
    planned, traded = _planned(record)[windows.row], total(orders.traded)
    executed, partial, blocked, superseded, nothing = STATUSES
    cases = [every == 0, full == every, waiting, full + part == 0]
    return pd.DataFrame(
        {
            "planned": planned,
            "session": sessions[windows.row],
            "rolled": (sessions[windows.row] - planned).days.to_numpy(np.int64),
            "first": sessions[windows.first],
            "until": sessions[np.maximum(until, 0)].where(until >= 0),
            "orders": every.astype(np.int64),
            "full": full.astype(np.int64),
            "part": part.astype(np.int64),
            "unfilled": (every - full - part).astype(np.int64),
            "wanted": traded + total(orders.lacking),
            "traded": traded,
            "status": np.select(cases, [nothing, executed, superseded, blocked], partial).astype(object),
        }
    )


class _Orders(NamedTuple):
    """Orders: one for each decision and symbol that was traded or refused; K of them."""

    decision: Ints
    filled: Flags  # at least in part
    short: Flags  # not in full
    open: Flags  # still, when the next decision came
    until: Ints  # row of the last fill or rejection
    traded: Floats  # money
    lacking: Floats  # money


def _orders(record: Record, windows: DecisionWindows) -> _Orders:
    refused, symbols = record.outcome.rejections, len(record.panel.symbols)
    fills, of_fill, of_refusal = record.outcome.fills, fills_of(record, windows), rejections_of(record, windows)
    traded = np.flatnonzero(fills.traded & (of_fill >= 0))
    lost = np.flatnonzero(of_refusal >= 0)
    fill_keys = of_fill[traded] * symbols + fills.column[traded]
    keys, order = np.unique(
        np.concatenate((fill_keys, of_refusal[lost] * symbols + refused.column[lost])), return_inverse=True
    )
    mine, missed = order[: len(traded)], order[len(traded) :]
    last_fill, last_refusal = np.full(len(keys), -1), np.full(len(keys), -1)
    np.maximum.at(last_fill, mine, fills.row[traded])
    np.maximum.at(last_refusal, missed, refused.row[lost])
    short = last_refusal >= np.maximum(last_fill, 0)
    waits = (refused.side < 0) | np.isin(refused.reason, _WAITING)
    over = windows.last[of_refusal[lost], refused.column[lost]]
    given_up = np.flatnonzero(fills.side == WRITTEN_OFF)
    where = refused.row * symbols + refused.column
    waits &= ~np.isin(where, fills.row[given_up] * symbols + fills.column[given_up])
    waits = waits[lost] & (refused.row[lost] == over) & (over < record.terms.last) & (record.terms.unfilled == "carry")
    telling = np.full(
        len(keys), -1
    )  # the rejection that says what was open: the last, before the series ended if it did
    for chosen in (refused.reason[lost] == TERMINATED, refused.reason[lost] != TERMINATED):
        telling[missed[chosen]] = lost[chosen]
    return _Orders(
        decision=keys // symbols,
        filled=last_fill >= 0,
        short=short,
        open=np.bincount(missed, waits, minlength=len(keys)) > 0,
        until=np.maximum(last_fill, last_refusal),
        traded=np.bincount(mine, fills.value[traded], len(keys)).astype(np.float64),
        lacking=np.where(short, _value_open(record, windows, telling, keys // symbols), 0.0),
    )


def _value_open(record: Record, windows: DecisionWindows, rejection: Ints, decision: Ints) -> Floats:
    """What rejections left open, in money at the last close of the window; without meaning where none did."""
    log, panel, decisions = record.outcome.rejections, record.panel, record.outcome.decisions
    if not len(log.row):
        return np.zeros(len(rejection))
    column = log.column[rejection]
    last = windows.last[decision, column]
    shares = (log.wanted - log.filled)[rejection] * splits(record, log.row[rejection], last, column)
    asked = decisions.target[decision, column] * record.outcome.equity[windows.row[decision] - record.terms.first]
    return np.where(log.reason[rejection] == NO_PRICE, asked, shares * panel.last_close[last, column])


def _planned(record: Record) -> pd.DatetimeIndex:
    """The date that each panel session stands for as a decision session, shape (T,)."""
    sessions, first = record.panel.sessions, record.terms.first
    schedule = as_strategy(record.strategy).schedule
    plan = getattr(schedule, "planned", None)
    if schedule is None or plan is None:
        return sessions
    rows, dates = np.flatnonzero(schedule.decision_sessions(sessions, first)), plan(sessions, first)
    if len(rows) != len(dates):
        raise ParameterError(
            f"{schedule!r} decides in {len(rows)} sessions and plans {len(dates)} dates; planned(sessions, first) "
            "gives one date for each of the decision_sessions"
        )
    planned = sessions.to_numpy().copy()
    planned[rows] = dates.to_numpy()
    return pd.DatetimeIndex(planned)
