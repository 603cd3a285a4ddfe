"""What metrics are computed from, and the groups of those that are computed from the same."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from ...data.panel import Panel
from ...data.types import Floats, Ints
from ...engine.record import Record
from ..growth import Growth, benchmark_growth, month_ends, periods_per_year, points, strategy_growth, years_between
from .registry import MetricGroup
from .sample import Moments, Sample, known, moments

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Dates:
    """Dates of a line, as arrays that every line over the same sessions reads.

    Attributes
    ----------
    given : DatetimeIndex of shape (S + 1,)
    """

    given: pd.DatetimeIndex

    @cached_property
    def seconds(self) -> Ints:
        """Seconds since 1970, shape (S + 1,)."""
        return self.given.to_numpy().astype("M8[s]").astype(np.int64)

    @cached_property
    def days(self) -> Ints:
        """Days since 1970, shape (S + 1,)."""
        return self.given.to_numpy().astype("M8[D]").astype(np.int64)

    @cached_property
    def month_ends(self) -> Ints:
        """The base point, and where each calendar month after it ends, shape (M + 1,)."""
        return month_ends(self.given)[1]

    @cached_property
    def years(self) -> float:
        """Calendar years from the first to the last."""
        return years_between(self.given, np.ones(len(self.given)))


@dataclass(frozen=True, eq=False)
class MeasuredLine:
    """A growth line over S sessions, and what its metrics read.

    Attributes
    ----------
    growth : Growth
    dates : Dates
        S + 1 of them.
    periods : float
        Returns per year.
    """

    growth: Growth
    dates: Dates
    periods: float
    _found: dict[Callable[[MeasuredLine], Any], Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, function: Callable[[MeasuredLine], Result]) -> Result:
        """``function(line)``, computed once for all metrics that ask for it."""
        if function not in self._found:
            self._found[function] = function(self)
        result: Result = self._found[function]
        return result

    @cached_property
    def there(self) -> Ints | None:
        """Positions at which it is known, ascending; None where it is known at all of them."""
        finite = np.isfinite(self.growth.levels)
        return None if finite.all() else np.flatnonzero(finite)

    @cached_property
    def levels(self) -> Floats:
        """What 1 became, where that is known, shape (P,)."""
        return self.growth.levels if self.there is None else self.growth.levels[self.there]

    @cached_property
    def peaks(self) -> Floats:
        """The highest of ``levels`` so far, shape (P,)."""
        return np.maximum.accumulate(self.levels)

    @cached_property
    def falls(self) -> Floats:
        """Fall of ``levels`` below the running peak, <= 0, shape (P,), as a fraction."""
        return self.levels / self.peaks - 1.0

    def at_known(self, values: Ints) -> Ints:
        """What of every date, shape (S + 1,), belongs to ``levels``, shape (P,)."""
        return values if self.there is None else values[self.there]

    @cached_property
    def sessions(self) -> Sample:
        """The return of each session, S of them."""
        return Sample(self.growth.returns)

    @cached_property
    def months(self) -> Sample:
        """The return of each calendar month."""
        return Sample(Growth(self.growth.label, self.growth.levels[self.dates.month_ends]).returns)

    @cached_property
    def years(self) -> float:
        """Calendar years over which it is known."""
        return self.dates.years if self.there is None else years_between(self.dates.given, self.growth.levels)


@dataclass(frozen=True, eq=False)
class MeasuredPair:
    """A line against a benchmark over the same sessions."""

    own: MeasuredLine
    market: MeasuredLine
    _found: dict[Callable[[MeasuredPair], Any], Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, function: Callable[[MeasuredPair], Result]) -> Result:
        """``function(pair)``, computed once for all metrics that ask for it."""
        if function not in self._found:
            self._found[function] = function(self)
        result: Result = self._found[function]
        return result

    @cached_property
    def known(self) -> tuple[Sample, Sample]:
        """Returns of the line and of the benchmark in sessions in which both are known."""
        return both_known(self.own.sessions, self.market.sessions)

    @cached_property
    def ahead(self) -> Moments:
        """Of the difference of returns."""
        return moments(known(self.own.sessions.returns - self.market.sessions.returns))

    @cached_property
    def years(self) -> float:
        """Calendar years over which both are known."""
        if self.own.there is None and self.market.there is None:
            return self.own.dates.years
        levels = np.where(np.isfinite(self.own.growth.levels), self.market.growth.levels, np.nan)
        return years_between(self.own.dates.given, levels)


def both_known(one: Sample, other: Sample) -> tuple[Sample, Sample]:
    """Two samples of the same sessions or months, where both are known.

    Parameters
    ----------
    one, other : Sample
    """
    if one.whole and other.whole:
        return one, other
    both = np.isfinite(one.returns) & np.isfinite(other.returns)
    return Sample(one.returns[both]), Sample(other.returns[both])


@dataclass(frozen=True, eq=False)
class MeasuredSpan:
    """What all runs over the same sessions of a panel share."""

    dates: Dates
    periods: float
    market: MeasuredLine | None

    @cached_property
    def theirs(self) -> dict[str, float]:
        """The metrics of the benchmark's line, by the names in ``LINE``; NaN where none is known."""
        return LINE.of(self.market) if self.market else dict.fromkeys(LINE, math.nan)


_spans: weakref.WeakKeyDictionary[Panel, dict[tuple[int, int], MeasuredSpan]] = weakref.WeakKeyDictionary()
MOST_KEPT = 8
"""Spans that a panel remembers, the latest."""


def span_of(record: Record) -> MeasuredSpan:
    """What a run shares with others over the same sessions of its panel; found once."""
    terms, known = record.terms, _spans.setdefault(record.panel, {})
    key = terms.first, terms.last
    found = known.pop(key, None)
    if found is None:
        dates, periods = Dates(points(record)), periods_per_year(record.sessions)
        growth = benchmark_growth(record)
        found = MeasuredSpan(dates, periods, MeasuredLine(growth, dates, periods) if growth else None)
    known[key] = found
    while len(known) > MOST_KEPT:
        known.pop(next(iter(known)), None)
    return found


@dataclass(frozen=True, eq=False)
class MeasuredRun:
    """A run, and what is read of it more than once."""

    record: Record
    _found: dict[Callable[[Record], Any], Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def own(self) -> MeasuredLine:
        """The strategy's line."""
        return MeasuredLine(strategy_growth(self.record), self.span.dates, self.span.periods)

    @cached_property
    def span(self) -> MeasuredSpan:
        """What it shares with other runs over its sessions."""
        return span_of(self.record)

    @cached_property
    def mean_equity(self) -> float:
        """Of the sessions, in currency."""
        return float(self.record.outcome.equity.mean())

    @property
    def market(self) -> MeasuredLine | None:
        """The benchmark's line; None where none is known."""
        return self.span.market

    def once(self, function: Callable[[Record], Result]) -> Result:
        """``function(record)``, computed once for all metrics that ask for it."""
        if function not in self._found:
            self._found[function] = function(self.record)
        result: Result = self._found[function]
        return result


LINE: MetricGroup[MeasuredLine] = MetricGroup()
"""What any growth line has; the benchmark's are in ``summary`` with the prefix ``benchmark_``."""

DETAILS: MetricGroup[MeasuredLine] = MetricGroup()
"""What any growth line has beside ``LINE``; ``summary`` has the strategy's."""

OVER_CASH: MetricGroup[MeasuredRun] = MetricGroup()
"""What needs the return of cash."""

RELATIVE: MetricGroup[MeasuredPair] = MetricGroup()
"""What needs a benchmark, but for ``break_even_cost_over_benchmark``; NaN without one."""

OVER_EQUAL_WEIGHT: MetricGroup[MeasuredPair] = MetricGroup()
"""What needs equal weight of the same series, which is a run of its own: computed where it is asked for."""

TRADING: MetricGroup[MeasuredRun] = MetricGroup()
"""What was traded and held, what that cost, and the ledger."""
