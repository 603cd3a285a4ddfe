"""Metrics of a run, by name: ``summary`` computes them, ``definitions`` says what each one is.

Both are made from rows that stand beside the functions, in ``returns``, ``drawdowns``, ``tails``, ``benchmark``,
``trades``, ``capacity``, ``cash_drag``, ``money_weighted`` and ``ledger``. Returns are fractions per session, and time-
weighted; "periods" is returns per year (252 daily, 52 weekly, 12 monthly), found from the sessions and printed with the
numbers. The risk-free rate is 0 except in ``sharpe_over_cash``. Every line has a base point before its first return, so
a loss in the first session counts. Returns that are NaN are left out; a metric without enough values, or with a zero
divisor, is NaN. No number depends on what it does not name: a benchmark changes nothing about a strategy's own.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from ...engine.record import Record
from ..growth import Growth, annualises, periods_per_year
from .inputs import (
    DETAILS,
    LINE,
    OVER_CASH,
    OVER_EQUAL_WEIGHT,
    RELATIVE,
    TRADING,
    Dates,
    MeasuredLine,
    MeasuredPair,
    MeasuredRun,
)
from .over_equal_weight import MEANT, PREFIX, over_equal_weight
from .registry import Definition

__all__ = [
    "LINE_DETAILS", "LINE_METRICS", "PRICE_INDEX", "RELATIVE_METRICS", "YEARLY", "Definition", "definitions",
    "line_details", "line_metrics", "readable", "relative_metrics", "summary", "too_short",
]  # fmt: skip

PRICE_INDEX = "a price index leaves out dividends"

_GROUPS = (LINE, DETAILS, OVER_CASH, RELATIVE, OVER_EQUAL_WEIGHT, TRADING)

LINE_METRICS = tuple(LINE)
"""What any growth line has; the benchmark's are in ``summary`` with the prefix ``benchmark_``."""

LINE_DETAILS = tuple(DETAILS)
"""What any growth line has beside ``LINE_METRICS``; ``summary`` has the strategy's."""

RELATIVE_METRICS = tuple(RELATIVE)
"""What needs a benchmark, but for ``break_even_cost_over_benchmark``."""

YEARLY = tuple(name for group in _GROUPS for name, row in group.definitions.items() if row.yearly)
"""What is given per year."""


def definitions(periods: float = 252.0) -> dict[str, Definition]:
    """Every name in ``summary`` with its definition; ``periods`` is printed in what is annualised by sessions."""
    own = {name: row.at(periods) for group in _GROUPS for name, row in group.definitions.items()}
    text = f"as for the strategy, from the benchmark's closes; {PRICE_INDEX}"
    market = {
        f"benchmark_{name}": replace(
            own[name], name=f"benchmark_{name}", label=f"Benchmark: {own[name].label}", text=text, blank="no benchmark"
        )
        for name in LINE_METRICS
    }
    equal = {
        f"{PREFIX}{name}": replace(
            own[name], name=f"{PREFIX}{name}", label=f"Equal weight: {own[name].label}",
            text=f"as for the strategy, of {MEANT}",
        )
        for name in LINE_METRICS
    }  # fmt: skip
    return own | market | equal


def too_short(record: Record) -> bool:
    """Whether what is given per year says nothing of a run; see ``growth.annualises``."""
    return not annualises(len(record.sessions), periods_per_year(record.sessions))


def readable(values: dict[str, float], record: Record) -> dict[str, float]:
    """``values`` as a report shows them: NaN for those given per year where the run is ``too_short``.

    Parameters
    ----------
    values : dict of str to float
        Metrics by name.
    record : Record
    """
    return blanked(values) if too_short(record) else values


def blanked(values: dict[str, float]) -> dict[str, float]:
    """``values`` without those that are given per year, which are NaN."""
    return {name: math.nan if is_yearly(name) else value for name, value in values.items()}


def is_yearly(name: str) -> bool:
    """Whether a metric of this name is given per year."""
    return name.removeprefix("benchmark_").removeprefix(PREFIX) in YEARLY


def line_metrics(growth: Growth, dates: pd.DatetimeIndex, periods: float) -> dict[str, float]:
    """The metrics of one growth line, by the names in ``LINE_METRICS``; over the stretch where it is known.

    Parameters
    ----------
    growth : Growth
        S returns and S + 1 levels.
    dates : DatetimeIndex of shape (S + 1,)
    periods : float
        Sessions in a year.
    """
    return LINE.of(MeasuredLine(growth, Dates(dates), periods))


def line_details(growth: Growth, dates: pd.DatetimeIndex, periods: float) -> dict[str, float]:
    """More metrics of one growth line, by the names in ``LINE_DETAILS``; over the stretch where it is known.

    Parameters
    ----------
    growth : Growth
        S returns and S + 1 levels.
    dates : DatetimeIndex of shape (S + 1,)
    periods : float
        Sessions in a year.
    """
    return DETAILS.of(MeasuredLine(growth, Dates(dates), periods))


def relative_metrics(own: Growth, market: Growth | None, dates: pd.DatetimeIndex, periods: float) -> dict[str, float]:
    """The metrics of one growth line against another, by the names in ``RELATIVE_METRICS``; NaN where there is none.

    Over the stretch where both are known; ``dates`` are those of both lines, shape (S + 1,).

    Parameters
    ----------
    own : Growth
    market : Growth or None
        The line that it is set against.
    dates : DatetimeIndex of shape (S + 1,)
        Of both lines.
    periods : float
        Sessions in a year.
    """
    shared = Dates(dates)
    line = MeasuredLine(own, shared, periods)
    return _relative(line, MeasuredLine(market, shared, periods) if market else None)


def summary(record: Record, *, equal_weight: bool = False) -> dict[str, float]:
    """All metrics of a run by machine name, plain floats; NaN where one is not defined, as without benchmark.

    See ``definitions`` for what each one is.

    Parameters
    ----------
    record : Record
    equal_weight : bool
        Whether those over equal weight are among them: it is another run, made for them.
    """
    run = MeasuredRun(record)
    found = (
        LINE.of(run.own)
        | DETAILS.of(run.own)
        | OVER_CASH.of(run)
        | _relative(run.own, run.market)
        | TRADING.of(run)
        | {f"benchmark_{name}": value for name, value in run.span.theirs.items()}
    )
    return found | over_equal_weight(run) if equal_weight else found


def over_equal_weight_of(record: Record) -> dict[str, float]:
    """What ``summary`` has of a run with ``equal_weight``, and has not without.

    Parameters
    ----------
    record : Record
    """
    return over_equal_weight(MeasuredRun(record))


def _relative(own: MeasuredLine, market: MeasuredLine | None) -> dict[str, float]:
    return RELATIVE.of(MeasuredPair(own, market)) if market else dict.fromkeys(RELATIVE, math.nan)
