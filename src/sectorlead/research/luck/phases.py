"""All the days on which a schedule could have asked as often as it did."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sectorlead.strategies.schedules import Every, Monthly, Once, Weekly
from sectorlead.strategies.wrappers.delayed import Later

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel

MONTH, LONGEST = 21, 252
"""Sessions of a month, and the most phases of any schedule."""
_LAST_OFFSET = 14  # that Monthly takes by itself


def phased(strategy: Any, panel: Panel, first: int, last: int) -> list[tuple[str, Any]] | str:
    """A strategy on each of the days that its schedule could have, the one used first; or why there is no choice.

    Parameters
    ----------
    strategy : strategy
    panel : Panel
    first, last : int
        Rows of the run's first and last session.

    Returns
    -------
    list of (str, strategy), or str
    """
    where = _place_of(strategy)
    if where is None:
        return "it has no schedule that could begin on another day"
    schedule = _value(strategy, where)
    if isinstance(schedule, Once):
        return "it decides once; see the start"
    shifted = _shifted(schedule, panel, first, last)
    if len(shifted) < 2:
        return "it decides in every session"
    return [(label, _with(strategy, where, one)) for label, one in shifted]


def _shifted(schedule: Any, panel: Panel, first: int, last: int) -> list[tuple[str, Any]]:
    if isinstance(schedule, Every):
        count = schedule.sessions
        return [(f"+{k}", replace(schedule, offset=(schedule.offset + k) % count)) for k in range(min(count, LONGEST))]
    if isinstance(schedule, Weekly):
        if schedule.weekday is not None:
            return [(f"day {day}", replace(schedule, weekday=day)) for day in _from(schedule.weekday, 0, 4)]
        return [(f"+{k}", replace(schedule, offset=k)) for k in _from(schedule.offset, 0, 4)]
    if isinstance(schedule, Monthly):
        if schedule.day is not None:
            return [(f"day {day}", replace(schedule, day=day)) for day in _from(schedule.day, 1, max(28, schedule.day))]
        return [(f"+{k}", _monthly(schedule, k)) for k in _from(schedule.offset, 0, MONTH - 1)]
    asked = np.flatnonzero(schedule.decision_sessions(panel.sessions, first)[: last + 1])
    gap = int(np.median(np.diff(asked))) if len(asked) > 1 else 1
    return [(f"+{k}", Later(schedule, k) if k else schedule) for k in range(min(gap, LONGEST))]


def _monthly(schedule: Monthly, offset: int) -> Any:
    if offset <= _LAST_OFFSET:
        return replace(schedule, offset=offset)
    return Later(replace(schedule, offset=_LAST_OFFSET), offset - _LAST_OFFSET)


def _from(used: int, low: int, high: int) -> list[int]:
    """All numbers from low to high, the used one first."""
    return [used, *(k for k in range(low, high + 1) if k != used)]


def _place_of(strategy: Any) -> tuple[str, ...] | None:
    """Where in a strategy its schedule is; None where there is none."""
    if not is_dataclass(strategy) or isinstance(strategy, type):
        return None
    if callable(getattr(getattr(strategy, "schedule", None), "decision_sessions", None)):
        names = {item.name for item in fields(strategy)}
        if "schedule" in names:
            return ("schedule",)
    for name in ("strategy", "rotation"):
        inside = getattr(strategy, name, None)
        if inside is not None and (place := _place_of(inside)) is not None:
            return (name, *place)
    return None


def _value(strategy: Any, where: tuple[str, ...]) -> Any:
    for name in where:
        strategy = getattr(strategy, name)
    return strategy


def _with(strategy: Any, where: tuple[str, ...], value: Any) -> Any:
    name, *rest = where
    return replace(strategy, **{name: _with(getattr(strategy, name), tuple(rest), value) if rest else value})
