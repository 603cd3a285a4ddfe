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
from ...data.types import Floats
from ...engine.record import Record
from ..growth import Growth, benchmark_growth, by_month, periods_per_year, points, strategy_growth, years_between
from .registry import MetricGroup

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class MeasuredLine:
    """A growth line over S sessions, and what its metrics read.

    Attributes
    ----------
    growth : Growth
    dates : DatetimeIndex of shape (S + 1,)
    periods : float
        Returns per year.
    """

    growth: Growth
    dates: pd.DatetimeIndex
    periods: float
    _found: dict[Callable[[MeasuredLine], Any], Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, function: Callable[[MeasuredLine], Result]) -> Result:
        """``function(line)``, computed once for all metrics that ask for it."""
        if function not in self._found:
            self._found[function] = function(self)
        result: Result = self._found[function]
        return result

    @property
    def levels(self) -> Floats:
        """What 1 became, shape (S + 1,); NaN before the line is known."""
        return self.growth.levels

    @cached_property
    def returns(self) -> Floats:
        """Of each session, shape (S,), as fractions."""
        return self.growth.returns

    @cached_property
    def ordered(self) -> Floats:
        """Known returns, ascending."""
        return np.sort(self.returns[np.isfinite(self.returns)])

    @cached_property
    def months(self) -> Floats:
        """Return of each calendar month, as fractions."""
        return by_month(self.growth, self.dates).returns

    @cached_property
    def years(self) -> float:
        """Calendar years over which it is known."""
        return years_between(self.dates, self.levels)


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
    def known(self) -> tuple[Floats, Floats]:
        """Returns of the line and of the benchmark in sessions in which both are known."""
        own, market = self.own.returns, self.market.returns
        both = np.isfinite(own) & np.isfinite(market)
        return (own, market) if both.all() else (own[both], market[both])

    @cached_property
    def years(self) -> float:
        """Calendar years over which both are known."""
        known = np.where(np.isfinite(self.own.levels), self.market.levels, np.nan)
        return years_between(self.own.dates, known)


@dataclass(frozen=True, eq=False)
class MeasuredSpan:
    """What all runs over the same sessions of a panel share."""

    dates: pd.DatetimeIndex
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
        dates, periods, growth = points(record), periods_per_year(record.sessions), benchmark_growth(record)
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
