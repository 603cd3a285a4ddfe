"""The tables of a report, as rows: metrics, months, costs, tracked funds, series in pullbacks."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from ...engine.market.fees import COSTS
from ...engine.record import Record
from ...engine.strategy import as_strategy
from ..analysis.excess import excess_months
from ..analysis.pullbacks import RunPullback, Split, split
from ..growth import Growth, by_month, points
from ..metrics.registry import Definition
from ..metrics.run_metrics import too_short

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Measure(NamedTuple):
    """One row of a metrics table."""

    definition: Definition
    values: tuple[float, ...]


class Year(NamedTuple):
    """One row of the monthly table; NaN where a line has no value."""

    year: int
    months: tuple[float, ...]  # 12 of them
    total: float
    benchmark: float
    equal_weight: float = math.nan


class Cost(NamedTuple):
    """One kind of cost, in currency; kinds that cost nothing have no row."""

    kind: str
    total: float
    per_year: float
    per_traded: float  # fraction of the traded value


class Tracked(NamedTuple):
    """How a fund followed the sector that it was traded for; fractions per year but for the correlation."""

    sector: str
    fund: str
    first: pd.Timestamp
    sessions: int
    index_return: float
    fund_return: float
    difference: float
    tracking_error: float
    correlation: float


def years_of(record: Record, own: Growth, market: Growth | None, equal: Growth | None = None) -> tuple[Year, ...]:
    """Monthly and yearly returns of the account, with those of the benchmark and of equal weight where they are known.

    Parameters
    ----------
    record : Record
    own, market, equal : Growth
        Of the record's account, benchmark and equal weight, S + 1 levels.
    """
    dates = points(record)
    mine = by_month(own, dates)
    others = [by_month(line, dates).returns if line else np.full(len(mine.returns), np.nan) for line in (market, equal)]
    out = []
    for year in np.unique(mine.year).tolist():
        here = mine.year == year
        months = np.full(12, np.nan)
        months[mine.month[here] - 1] = mine.returns[here]
        totals = (compounded(returns[here]) for returns in (mine.returns, *others))
        out.append(Year(year, tuple(months.tolist()), *totals))
    return tuple(out)


def excess_years(own: Growth, other: Growth, dates: pd.DatetimeIndex) -> tuple[Year, ...]:
    """Months and years of a line less those of another, in points as fractions; the benchmark is left blank.

    Parameters
    ----------
    own, other : Growth
        Of S + 1 levels.
    dates : DatetimeIndex of shape (S + 1,)
    """
    mine, theirs, over = by_month(own, dates), by_month(other, dates), excess_months(own, other, dates)
    out = []
    for year in np.unique(over.year).tolist():
        here = over.year == year
        months = np.full(12, np.nan)
        months[over.month[here] - 1] = over.returns[here]
        totals = [compounded(line.returns[here]) for line in (mine, theirs)]
        out.append(Year(year, tuple(months.tolist()), totals[0] - totals[1], math.nan, totals[1]))
    return tuple(out)


def compounded(returns: Floats) -> float:
    """Product of ``1 + r`` over the known returns, less 1; NaN if none is known."""
    known = returns[np.isfinite(returns)]
    return float(np.prod(1.0 + known) - 1.0) if len(known) else math.nan


def tracked_funds(record: Record) -> tuple[Tracked, ...]:
    """The tracking table of a strategy that trades funds for sectors, over the run's sessions."""
    table: Any = as_strategy(record.strategy).tracked(record.panel, record.sessions[0], record.sessions[-1])
    if table is None:
        return ()
    numbers = Tracked._fields[4:]
    return tuple(
        Tracked(
            _both(row.sector_name, row.sector), _both(row.fund_name, row.fund), row.first, int(row.sessions),
            *(float(getattr(row, name)) for name in numbers),
        )
        for row in table.itertuples()
    )  # fmt: skip


def _both(name: str, symbol: str) -> str:
    return symbol if name == symbol else f"{name} {symbol}"


def inside_and_outside(record: Record) -> tuple[Split, Split] | None:
    """Growth a year inside and outside pullbacks, NaN where the run is too short for it; None without a benchmark."""
    parts = split(record)
    if parts is None or not too_short(record):
        return parts
    return Split(parts[0].sessions, *[math.nan] * 5), Split(parts[1].sessions, *[math.nan] * 5)


def costs_by_kind(record: Record, years: float) -> tuple[Cost, ...]:
    """What was paid, by kind, and all of it last; numbers per year are NaN where ``years`` is 0.

    Parameters
    ----------
    record : Record
    years : float
        Calendar years of the run.
    """
    log = record.outcome.fills
    traded = float(log.value[log.traded].sum())
    kinds = {COSTS[kind]: value for kind, value in record.costs.items() if value}
    kinds["All costs"] = sum(record.costs.values())
    return tuple(
        Cost(kind, value, value / years if years > 0 else math.nan, value / traded if traded else math.nan)
        for kind, value in kinds.items()
    )


def heat_scale(values: Floats, least: float = 0.02) -> float:
    """Value at which a heat colour is full: the 90th percentile of the sizes.

    Parameters
    ----------
    values : float array
        Of any shape; NaN is left out.
    least : float
        The answer is not below it.
    """
    known = np.abs(values[np.isfinite(values)])
    return max(least, float(np.percentile(known, 90))) if len(known) else least


class Mark(NamedTuple):
    """A series in a pullback."""

    name: str
    relative: float
    held: bool


def best_and_worst(record: Record, phase: RunPullback, count: int = 3) -> tuple[list[Mark], list[Mark]]:
    """The series that held up best, and those that fell most; fewer than ``count`` where few are listed.

    Parameters
    ----------
    record : Record
    phase : RunPullback
        Of the same record.
    count : int
        Of either list.
    """
    known = [i for i in np.argsort(-phase.series, kind="stable").tolist() if math.isfinite(phase.series[i])]
    count = min(count, (len(known) + 1) // 2)
    marks = [Mark(record.panel.names[i], float(phase.series[i]), bool(phase.held[i])) for i in known]
    return marks[:count], marks[: -count - 1 : -1] if len(known) > 1 else []
