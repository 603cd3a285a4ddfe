"""Series without bars: which have ended, for how long the others have had none, and what is marked at closes that old.

A later row says nothing here: that a series never trades again is known when its end is stated, or not at all.
"""

from __future__ import annotations

import weakref

import numpy as np

from ..data.panel import Panel
from ..data.types import Flags, Floats, Ints
from .config import Ended
from .record import Outcome, Terms

_old_marks: weakref.WeakKeyDictionary[Panel, tuple[Flags, Ints]] = weakref.WeakKeyDictionary()
"""Where a panel's last close is old, shape (T, N), and the columns where it ever is."""

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


def _old(panel: Panel) -> tuple[Flags, Ints]:
    if panel not in _old_marks:
        old = (sessions_without_bar(panel.has_bar) >= STALE_AFTER) & np.isfinite(panel.last_close)
        _old_marks[panel] = old, np.flatnonzero(old.any(axis=0))
    return _old_marks[panel]


def ever_stale(panel: Panel) -> bool:
    """Whether any series of a panel is without a bar for ``STALE_AFTER`` sessions after its first."""
    return bool(len(_old(panel)[1]))


def stale_total(panel: Panel, terms: Terms, outcome: Outcome) -> Floats:
    """What is held in series without a bar for ``STALE_AFTER`` sessions, at their last closes, shape (S,).

    In currency, after each close of the run, all series together.

    Parameters
    ----------
    panel : Panel
    terms : Terms
    outcome : Outcome
        Of a run on that panel.
    """
    old, columns = _old(panel)
    rows, shares = slice(terms.first, terms.last + 1), outcome.shares[:, columns]
    marked = old[rows, columns] & (shares > 0)
    return np.asarray(np.where(marked, shares * panel.last_close[rows, columns], 0.0).sum(axis=1))


def stale_notes(panel: Panel, terms: Terms, outcome: Outcome) -> tuple[str, ...]:
    """Which series a run holds at its end at closes that are ``STALE_AFTER`` sessions old, since when and how much.

    Parameters
    ----------
    panel : Panel
    terms : Terms
    outcome : Outcome
        Of a run on that panel.
    """
    if panel.has_bar[terms.last].all():
        return ()
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
