"""Runs side by side as the sections of a comparison read them: lines, colours, metrics, benchmark, equal weight."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from ...data.errors import InputError
from ...engine.record import Record
from ..analysis.pullbacks import pullback_spans
from ..charts.palette import run_roles
from ..charts.shading import bands
from ..charts.spec import Band
from ..equal_weight import LABEL, equal_weight_growth, equal_weight_run
from ..growth import Growth, benchmark_growth, periods_per_year, points, strategy_growth
from ..message import Text
from ..metrics.run_metrics import blanked, readable, relative_metrics, summary, too_short
from ..sections.measures import line_name
from .comparison import ComparedRun, compared_run, named_runs

LEAD = "relative_return_over_equal_weight"
"""What a line made over equal weight, compounded a year."""


@dataclass(frozen=True, eq=False)
class MeasuredLine:
    """A run, the benchmark or equal weight in a table.

    Attributes
    ----------
    label : str
    name : Message or str
        The label as it is shown.
    role : str
        Its colour.
    values : dict of str to float
        Metrics by name; NaN for those given per year where the runs are too short.
    growth : Growth
    """

    label: str
    name: Text
    role: str
    values: dict[str, float]
    growth: Growth


@dataclass(frozen=True, eq=False)
class Compared:
    """Runs over the same sessions.

    The line of equal weight holds every series of the panel and decides when the first run does, under its rules and
    costs (``reports.equal_weight``). What a run made over equal weight is over that of its own schedule, as in its own
    report.

    Attributes
    ----------
    records : mapping of label to Record
        The first is the one that others are set against.
    """

    records: Mapping[str, Record]

    @property
    def first(self) -> Record:
        """The run that others are set against."""
        return next(iter(self.records.values()))

    @property
    def against(self) -> str:
        """Its label."""
        return next(iter(self.records))

    @cached_property
    def runs(self) -> tuple[ComparedRun, ...]:
        """The runs as comparisons read them."""
        return tuple(compared_run(label, record) for label, record in self.records.items())

    @cached_property
    def roles(self) -> dict[str, str]:
        """Colours by label."""
        return dict(zip(self.records, run_roles(len(self.records)), strict=True))

    @cached_property
    def dates(self) -> pd.DatetimeIndex:
        """The S + 1 dates of every line."""
        return points(self.first)

    @cached_property
    def lines(self) -> tuple[tuple[Growth, str], ...]:
        """Growth of each run, by its label, with its colour."""
        return tuple(
            (strategy_growth(record)._replace(label=label), self.roles[label])
            for label, record in self.records.items()
        )

    @cached_property
    def market(self) -> Growth | None:
        """The benchmark, where there is one."""
        return benchmark_growth(self.first)

    @cached_property
    def equal(self) -> Growth:
        """All series in equal weight."""
        return equal_weight_growth(self.first)

    @property
    def references(self) -> tuple[tuple[Growth, str], ...]:
        """Benchmark and equal weight, with their colours."""
        return (*(((self.market, "benchmark"),) if self.market else ()), (self.equal, "reference"))

    @cached_property
    def shaded(self) -> tuple[Band, ...]:
        """The pullbacks that the first run sees."""
        return tuple(bands(pullback_spans(self.first)))

    @cached_property
    def with_equal_weight(self) -> dict[str, Record]:
        """The runs, and that of equal weight behind them."""
        held = equal_weight_run(self.first)
        return {**self.records, LABEL: replace(held, terms=replace(held.terms, periods=self.first.terms.periods))}

    @cached_property
    def measured(self) -> tuple[MeasuredLine, ...]:
        """Every run, then the benchmark, then equal weight, with their metrics."""
        own = [
            MeasuredLine(run.label, run.label, role, run.metrics, line)
            for run, (line, role) in zip(self.runs, self.lines, strict=True)
        ]
        if self.market is not None:
            names = [name for name in self.runs[0].metrics if f"benchmark_{name}" in self.runs[0].metrics]
            values = {name: self.runs[0].of_benchmark(name) for name in names} | self._lead(self.market)
            own.append(MeasuredLine(self.market.label, self.market.label, "benchmark", values, self.market))
        held = self.with_equal_weight[LABEL]
        values = readable(summary(held), held)
        own.append(MeasuredLine(LABEL, line_name(LABEL), "reference", values, self.equal))
        return tuple(own)

    def _lead(self, line: Growth) -> dict[str, float]:
        periods = periods_per_year(self.first.sessions)
        found = relative_metrics(line, self.equal, self.dates, periods)
        found = blanked(found) if too_short(self.first) else found
        return {LEAD: found.get("relative_return", math.nan)}


def compared(records: Mapping[str, Record] | Sequence[Record]) -> Compared:
    """Runs side by side, measured from the latest session that one of them is measured from.

    Parameters
    ----------
    records : mapping of label to Record, or sequence of Record
        At least one.

    Raises
    ------
    InputError
        For no runs, or runs over different sessions.
    """
    named = named_runs(records)
    first = next(iter(named.values()))
    for label, record in named.items():
        if not record.sessions.equals(first.sessions):
            raise InputError(
                f"a comparison needs runs over the same sessions: {next(iter(named))} has {span_of(first)}, "
                f"{label} has {span_of(record)}; run them with the same data, start and end"
            )
    return Compared(named)


def span_of(record: Record) -> str:
    """How many sessions a run has, and which.

    Parameters
    ----------
    record : Record
    """
    return f"{len(record.sessions):,} sessions from {record.sessions[0]:%F} to {record.sessions[-1]:%F}"
