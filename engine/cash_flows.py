"""Deposits and withdrawals: in which sessions they fall, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.types import Floats
from .flow_texts import PERIODS

if TYPE_CHECKING:
    import pandas as pd

    from .record import Outcome, Terms


def flows_by_session(flows: Sequence[str] | None, sessions: pd.DatetimeIndex, first: int, last: int) -> Floats:
    """What is due to come in, or below 0 to go out, after each close, shape (T,), in currency.

    A date that is no session counts in the next one. A rule falls in the first session of each of its periods that
    begins after the run does. What falls outside the run is no part of it.

    Parameters
    ----------
    flows : sequence of str or None
        As ``flow_texts.checked_flows`` keeps them.
    sessions : DatetimeIndex of shape (T,)
    first, last : int
        Rows of the run, both included.
    """
    out = np.zeros(len(sessions))
    for when, amount in map(str.split, flows or ()):
        out[_rows(when, sessions, first, last)] += float(amount)
    return out


def _rows(when: str, sessions: pd.DatetimeIndex, first: int, last: int) -> Any:
    if when not in PERIODS:
        row = int(sessions.searchsorted(np.datetime64(when), side="left"))
        return [row] if np.datetime64(when) >= sessions[first].to_datetime64() and row <= last else []
    ordinal = sessions[first : last + 1].to_period(PERIODS[when]).asi8
    return first + 1 + np.flatnonzero(np.diff(ordinal))


def still_due(terms: Terms, outcome: Outcome) -> Floats:
    """Withdrawals that were due and are not paid after each close, shape (S,), in currency.

    Parameters
    ----------
    terms : Terms
    outcome : Outcome
        Of a run under them.
    """
    left = terms.due_before - np.cumsum(terms.flow[terms.first : terms.last + 1]) + np.cumsum(outcome.flows)
    return np.maximum(0.0, np.round(left, 6))


def flow_notes(terms: Terms, outcome: Outcome, sessions: pd.DatetimeIndex) -> tuple[str, ...]:
    """What a reader must know of the flows of a run: those outside of it, and withdrawals that had to wait.

    Parameters
    ----------
    terms : Terms
    outcome : Outcome
    sessions : DatetimeIndex of shape (T,)
        Of the panel.
    """
    if not terms.cash_flows:
        return ()
    told = []
    dated = [text for text in terms.cash_flows if text.split()[0] not in PERIODS]
    outside = [text for text in dated if not flows_by_session([text], sessions, terms.first, terms.last).any()]
    if outside:
        told.append(f"cash flows outside the run, which are no part of it: {', '.join(outside)}")
    due = still_due(terms, outcome)
    if (waited := int((due > 0).sum())) > 0:
        end = f"; {due[-1]:,.2f} is still due at its end" if due[-1] > 0 else ""
        most = f"at most {due.max():,.2f}{end}"
        told.append(f"withdrawals were due that cash could not pay after {waited:,} closes, {most}")
    return tuple(told)

