"""Whether a strategy goes by the future: its arrays of the whole panel, computed again from panels that end earlier.

The compiled engine takes a strategy's arrays from the whole panel, so a score with ``shift(-20)`` would trade on it.
Law 1 says that row t is the same to the last bit on the panel that ends at t; here that is tried on a few panels, for
everything of the user's own: scores, picks, weights, guards, schedules, strategies with a ``plan``. What is part of
this package passes it in the tests, and is not tried again.

What this can't see: a part that reads other data than the panel it is given, such as a global, a file, or a frame it
was made with; a look-ahead in sessions that are on neither side of a cut; and what any strategy could do to Python.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..data.errors import LookAheadError
from ..data.panel import Panel
from ..data.types import Floats
from .code_version import digest, is_own
from .fresh import is_settled, settle
from .strategy import Foreign, Plan

CUTS = (0.35, 0.6, 0.8, 0.95)
"""Where the shorter panels end, as fractions of the panel; two are in its last quarter. Every second one moves on to
the end of a month, where most rules decide."""
KNOWN_AHEAD = 25
"""Sessions for which an exchange's calendar is known ahead: schedules may go by it."""
MOST_KEPT = 1_000
"""Parts that a panel remembers as tried."""
_ROUNDING = 1e-9

Readings = dict[str, Any]
"""Arrays by name, the first axis is sessions."""


class Moved(NamedTuple):
    """Where a part is not the same on a panel that ends earlier."""

    part: Any
    what: str  # which of its arrays
    session: pd.Timestamp
    symbol: str  # "" where there is one value per session
    whole: float  # on the whole panel
    cut: float  # on the panel that ends at ``end``
    end: pd.Timestamp
    repeats: bool  # whether the whole panel gives the same twice

    def __str__(self) -> str:
        name = getattr(self.part, "__name__", type(self.part).__name__) + ("" if self.what == "at" else f".{self.what}")
        where = f"{self.session:%F} {self.symbol}".rstrip()
        told = f"{name}: {where} is {self.whole:.10g} on the whole panel"
        if not self.repeats:
            return f"{told} and another number the next time: it does not answer the same twice (random, no seed?)"
        told += f", {self.cut:.10g} on the panel that ends on {self.end:%F}"
        if abs(self.whole - self.cut) <= _ROUNDING * max(abs(self.whole), abs(self.cut)):
            return (
                f"{told}: the last digits go by how many rows follow, as in a matrix product or an FFT; compute row by "
                "row, or round: np.round(score, 12)"
            )
        return (
            f"{told}: it goes by later rows (look-ahead). Row t may use rows up to t only: no shift(-k), no centred "
            "window, no filling backwards, no mean, rank or extreme of the whole sample"
        )


def check_causal(thing: Any, panel: Panel) -> None:
    """Tries everything of the user's own in a strategy or score on panels that end earlier, once for each panel.

    Parameters
    ----------
    thing : object
        A strategy that makes a ``Plan``: any other is only ever shown panels that end with the decision's session. Or
        a part, such as a score.
    panel : Panel
        Remembers what was tried, by content and code of the part.

    Raises
    ------
    LookAheadError
        Names part, session and symbol with both values.
    """
    if is_settled(thing):
        return
    parts = own_parts(thing)
    if not parts:
        settle(thing)
    for part in parts:
        key = digest(part)
        if key is not None and key in panel.causal:
            continue
        if moved := first_moved(part, panel):
            raise LookAheadError(str(moved))
        if key is not None:
            while len(panel.causal) >= MOST_KEPT:
                panel.causal.pop(next(iter(panel.causal)), None)
            panel.causal[key] = True


def first_moved(part: Any, panel: Panel, cuts: Iterable[int] | None = None) -> Moved | None:
    """The first difference between what a part computes from a panel and from panels that end earlier.

    Parameters
    ----------
    part : object
        With ``at(panel, rows)``, ``decision_sessions(sessions, first)`` or ``plan(panel, first, last)``.
    panel : Panel
    cuts : iterable of int, optional
        Rows that the shorter panels end with. Default: see ``CUTS``.

    Returns
    -------
    Moved or None
    """
    shorter, failed = [], None
    for row in sorted(cut_rows(panel) if cuts is None else cuts):
        view = panel.until(row)
        try:
            shorter.append((view, readings(part, view)))
            failed = None
        except Exception as error:  # too few rows for it, perhaps: the longest decides
            error.add_note(f"on the panel that ends on {view.session:%F}, to see whether it looks ahead")
            failed = error
    if failed is not None:
        raise failed
    whole = readings(part, panel)  # after the others: a part that remembers has not seen later rows before
    for view, cut in shorter:
        if found := _difference(part, whole, cut, view, panel):
            return found
    return None


def own_parts(strategy: Any) -> list[Any]:
    """What of a strategy is the user's own and computed from the whole panel; inner parts first.

    A part of this package counts as his if something of his is inside of it that can't be tried by itself.
    """
    found: list[Any] = []
    _collect(strategy.given if isinstance(strategy, Foreign) else strategy, found, set())
    return found


def cut_rows(panel: Panel) -> list[int]:
    """Where the shorter panels end."""
    sessions = panel.sessions
    last, months = len(sessions) - 1, sessions.year * 12 + sessions.month
    rows = set()
    for k, fraction in enumerate(CUTS):
        row = min(int(fraction * len(sessions)), last - 1)
        if k % 2:
            row = next((t for t in range(row, min(row + KNOWN_AHEAD, last)) if months[t] != months[t + 1]), row)
        rows.add(row)
    return sorted(row for row in rows if row >= 0)


def readings(part: Any, panel: Panel) -> Readings:
    """All that a part computes from a panel.

    Parameters
    ----------
    part : object
        See ``first_moved``.
    panel : Panel

    Returns
    -------
    dict of str to float array
        The first axis is sessions; empty for a strategy that makes no plan.
    """
    rows = np.arange(len(panel.sessions))
    if callable(getattr(part, "plan", None)):
        plan = part.plan(panel, 0, len(rows) - 1)
        return {} if plan is None else _by_session(plan, len(rows))
    if callable(getattr(part, "at", None)):
        value = part.at(panel, rows)
        if isinstance(value, tuple):
            return {f"at[{k}]": _floats(each) for k, each in enumerate(value)}
        return {"at": _floats(value)}
    asked = _floats(part.decision_sessions(panel.sessions, 0))
    return {"decision_sessions": asked[: max(0, len(asked) - KNOWN_AHEAD)]}


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _by_session(plan: Plan, sessions: int) -> Readings:
    """A plan with a row for every session, NaN where nothing is decided."""
    out: Readings = {}
    for name in ("score", "order", "base", "total", "top", "keep"):
        given = _floats(getattr(plan, name))
        array: Floats = np.full((sessions, *given.shape[1:]), np.nan)
        array[plan.rows] = given
        out[name] = array
    if np.isnan(out["total"][-1]):  # only later sessions tell whether the last one ends a month, say
        out = {name: array[:-1] for name, array in out.items()}
    return out | {"price": plan.price}


def _collect(value: Any, found: list[Any], seen: set[int]) -> bool:
    """Adds the user's parts inside a value; whether something of his is in it that none of them covers."""
    if id(value) in seen or isinstance(value, Panel | np.ndarray | str | bytes | int | float | None):
        return False
    seen.add(id(value))
    kind = type(value)
    own = is_own(value if isinstance(value, type) or _is_function(value) else kind)
    inside = [_collect(item, found, seen) for item in _members(value, own)]  # all of them
    if (own or any(inside)) and _readable(value):
        found.append(value)
        return False
    return own or any(inside)


def _is_function(value: Any) -> bool:
    return callable(value) and hasattr(value, "__code__")


def _readable(value: Any) -> bool:
    if isinstance(value, type):
        return False
    return any(callable(getattr(value, name, None)) for name in ("plan", "at", "decision_sessions"))


def _members(value: Any, own: bool) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from (getattr(value, item.name) for item in dataclasses.fields(value))
    elif own and not isinstance(value, type) and not _is_function(value):
        yield from getattr(value, "__dict__", {}).values()


def _difference(part: Any, whole: Readings, cut: Readings, view: Panel, panel: Panel) -> Moved | None:
    for what, there in cut.items():
        here = whole[what][: len(there)] if what in whole else there[:0]
        if here.shape != there.shape:
            shapes = f"{here.shape} and {there.shape}"
            raise LookAheadError(
                f"{type(part).__name__}.{what} has {shapes} values up to {view.session:%F} on the whole panel and on "
                "the one that ends there: it goes by later rows (look-ahead)"
            )
        apart = ~((here == there) | (np.isnan(here) & np.isnan(there)))
        if apart.any():
            plainly = apart & ~np.isclose(here, there, rtol=_ROUNDING, atol=0.0)
            at = tuple(int(k) for k in np.argwhere(plainly if plainly.any() else apart)[0])
            again = np.array_equal(readings(part, panel)[what], whole[what], equal_nan=True)
            symbol = panel.symbols[at[1]] if len(at) > 1 and what != "order" else ""
            session, values = panel.sessions[at[0]], (float(here[at]), float(there[at]))
            return Moved(part, what, session, symbol, *values, view.session, again)
    return None
