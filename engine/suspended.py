"""Series without bars: which have ended, for how long the others have had none, and what is marked at closes that old.

A later row says nothing here: that a series never trades again is known when its end is stated, or not at all.
"""

from __future__ import annotations

import numpy as np

from ..data.panel import Panel
from ..data.types import Flags, Floats, Ints
from .config import Ended
from .record import Outcome, Terms

STALE_AFTER = 20
"""Sessions without a bar after which a close is old enough to be told of."""


def last_rows(panel: Panel, ended: Ended) -> Ints:
    """Row of the last session that each series belongs to, shape (N,): it ends before the session after it.

    T where it goes on, or that is not known; -1 where it ended before the first session.

    Parameters
    ----------
    panel : Panel
    ended : {"stated", "last-bar"}
        What ends a series of which no ``last_date`` is stated: nothing, or its last bar.
    """
    count = len(panel.sessions)
    stated = ~np.isnat(panel.last_date)
    last = np.searchsorted(panel.sessions.to_numpy(), panel.last_date, side="right") - 1
    otherwise = np.where(panel.last_bar < 0, count, panel.last_bar) if ended == "last-bar" else count
    return np.where(stated, last, otherwise).astype(np.int64)


def sessions_without_bar(has_bar: Flags) -> Ints:
    """For how many sessions each series has had no bar after each close, shape (T, N); 0 in a session with a bar.

    Before the first bar, sessions since the first row.

    Parameters
    ----------
    has_bar : bool array of shape (T, N)
    """
    rows = np.arange(len(has_bar), dtype=np.int64)[:, None]
    return np.asarray(rows - np.maximum.accumulate(np.where(has_bar, rows, -1), axis=0))


def stale_value(panel: Panel, terms: Terms, outcome: Outcome) -> Floats:
    """What is held in series without a bar for ``STALE_AFTER`` sessions, at their last closes, shape (S, N).

    In currency, after each close of the run; 0 elsewhere.

    Parameters
    ----------
    panel : Panel
    terms : Terms
    outcome : Outcome
        Of a run on that panel.
    """
    out = np.zeros(outcome.shares.shape)
    held = np.flatnonzero((outcome.shares > 0).any(axis=0))
    held = held[~panel.has_bar[: terms.last + 1, held].all(axis=0)]
    if held.size:
        shares = outcome.shares[:, held]  # a panel of stocks has thousands of series
        silent = sessions_without_bar(panel.has_bar[: terms.last + 1, held])[terms.first :]
        marks = panel.last_close[terms.first : terms.last + 1, held]
        out[:, held] = np.where((silent >= STALE_AFTER) & (shares > 0), shares * marks, 0.0)
    return out


def stale_notes(panel: Panel, terms: Terms, outcome: Outcome) -> tuple[str, ...]:
    """Which series a run holds at its end at closes that are ``STALE_AFTER`` sessions old, since when and how much.

    Parameters
    ----------
    panel : Panel
    terms : Terms
    outcome : Outcome
        Of a run on that panel.
    """
    held = np.flatnonzero(outcome.shares[-1] > 0)
    held = held[~panel.has_bar[max(0, terms.last + 1 - STALE_AFTER) : terms.last + 1, held].any(axis=0)]
    silent = sessions_without_bar(panel.has_bar[: terms.last + 1, held])[-1]
    columns, silent = held[silent >= STALE_AFTER], silent[silent >= STALE_AFTER]
    if not columns.size:
        return ()
    value = outcome.shares[-1, columns] * panel.last_close[terms.last, columns]
    named = ", ".join(
        f"{panel.symbols[i]} since {panel.sessions[terms.last - count]:%F}"
        for i, count in zip(columns.tolist(), silent.tolist(), strict=True)
    )
    return (
        f"{value.sum() / outcome.equity[-1]:.1%} of the final equity is held in series that have had no bar for "
        f"{STALE_AFTER} sessions or more, at their last closes: {named}",
    )
