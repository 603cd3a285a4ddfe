"""What page one says in two sentences: ahead of what, by luck or not, when it failed, what it holds, what it cost."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...engine.record import Record
from ..equal_weight import equal_weight_growth
from ..growth import Growth, annualises, benchmark_growth, periods_per_year, points, strategy_growth, years_between
from ..metrics.returns import cagr, total_return
from ..metrics.trades import cost_drag
from .among_picks import AmongPicks
from .drawdowns import Drawdown, deepest_falls
from .excess import excess_growth
from .today import Held, held_today


class Line(NamedTuple):
    """A line that a run is set beside.

    Attributes
    ----------
    label : str
    made : float
        What it made: a year, compounded, or in all where the run is too short; NaN where it is not known.
    lead : float
        What the run made less that, over the sessions in which both are known.
    """

    label: str
    made: float
    lead: float


class FirstLook(NamedTuple):
    """The answers of page one.

    Attributes
    ----------
    yearly : bool
        Whether returns are given a year (CAGR); in all where the run is too short for it.
    made : float
        Return of the run.
    equal : Line
        All series under the same schedule, rules and costs.
    market : Line or None
        The benchmark.
    place : float
        Share of random picks of the same turnover that made less; NaN where it is not measured.
    picks : int
        How many there are.
    unmeasured : str
        Why it is not measured, where that was tried.
    behind : Drawdown or None
        The deepest fall behind equal weight: of the growth of the run over it. None where it never fell behind.
    worst : Drawdown or None
        The deepest fall of the run itself.
    holds : tuple of Held
        What it holds at the end, cash last.
    cost : float
        All costs over mean equity, a year; in all where the run is too short.
    """

    yearly: bool
    made: float
    equal: Line
    market: Line | None
    place: float
    picks: int
    unmeasured: str
    behind: Drawdown | None
    worst: Drawdown | None
    holds: tuple[Held, ...]
    cost: float


def first_look(record: Record, picks: AmongPicks | None = None) -> FirstLook:
    """What a reader of page one asks first.

    Parameters
    ----------
    record : Record
    picks : AmongPicks, optional
        Random picks of the same turnover, where they were drawn.
    """
    dates, own = points(record), strategy_growth(record)
    yearly = annualises(len(record.sessions), periods_per_year(record.sessions))
    equal, market = equal_weight_growth(record), benchmark_growth(record)
    behind = deepest_falls(excess_growth(own, equal), None, dates, 1)
    worst = deepest_falls(own, None, dates, 1)
    years = years_between(dates, own.levels)
    total = total_return(own.levels)
    return FirstLook(
        yearly=yearly,
        made=_made(own.levels, dates, yearly=yearly),
        equal=_line(own, equal, dates, yearly=yearly),
        market=None if market is None else _line(own, market, dates, yearly=yearly),
        place=picks.place(total) if picks else math.nan,
        picks=len(picks.seeds) if picks else 0,
        unmeasured=picks.reason if picks else "",
        behind=behind[0] if behind else None,
        worst=worst[0] if worst else None,
        holds=held_today(record),
        cost=cost_drag(record, years if yearly else 1.0),
    )


def _line(own: Growth, other: Growth, dates: pd.DatetimeIndex, *, yearly: bool) -> Line:
    both = np.where(np.isfinite(other.levels), own.levels, np.nan)
    made = _made(other.levels, dates, yearly=yearly)
    return Line(other.label, made, _made(both, dates, yearly=yearly) - made)


def _made(levels: np.ndarray[tuple[int], np.dtype[np.float64]], dates: pd.DatetimeIndex, *, yearly: bool) -> float:
    return cagr(levels, years_between(dates, levels)) if yearly else total_return(levels)
