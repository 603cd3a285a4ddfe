"""What compares runs: metrics, growth over common sessions, holdings, months. Of records and of stored runs alike.

Pages and the server show what is computed here; differences that a bootstrap judges are in ``paired_bootstrap``, places
among random picks in ``random_picks``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...data.errors import InputError
from ...data.types import Floats
from ...engine.measured import measured_since
from ...engine.record import Record
from ..growth import Growth, annualises, benchmark_base, by_month, periods_per_year, points, strategy_growth
from ..metrics.benchmark import correlation
from ..metrics.registry import Definition
from ..metrics.run_metrics import LINE_METRICS, blanked, definitions, line_metrics, readable, summary


@dataclass(frozen=True, eq=False)
class ComparedRun:
    """One run as comparisons read it; S sessions, N series.

    Attributes
    ----------
    label : str
    sessions : DatetimeIndex of shape (S,)
        Empty where the run's equity is not known.
    levels : float64 array of shape (S + 1,)
        Starting cash and equity after each close, in currency or what 1 became.
    base : Timestamp or None
        The session before the first; None where it is not known.
    weights : DataFrame of shape (S, N)
        Fraction of equity by symbol after each close; empty where it is not known.
    benchmark : Series of shape (S,)
        The benchmark's closes; NaN where unknown.
    benchmark_base : float
        Its close before the first session; NaN where unknown.
    metrics : dict of str to float
        As a report shows them: NaN for those given per year where the run is too short.
    """

    label: str
    sessions: pd.DatetimeIndex
    levels: Floats
    base: pd.Timestamp | None
    weights: pd.DataFrame
    benchmark: pd.Series
    benchmark_base: float
    metrics: dict[str, float]

    def of_benchmark(self, name: str) -> float:
        """A metric of the run's benchmark; NaN where there is none of that name."""
        return self.metrics.get(f"benchmark_{name}", math.nan)


def compared_run(label: str, record: Record) -> ComparedRun:
    """A record as comparisons read it.

    Parameters
    ----------
    label : str
        What it is called beside the others.
    record : Record
    """
    dates = points(record)
    base = dates[0] if dates[0] < record.sessions[0] else None
    levels = strategy_growth(record).levels
    metrics = readable(summary(record, equal_weight=True), record)
    return ComparedRun(
        label, record.sessions, levels, base, record.weights, record.benchmark, benchmark_base(record), metrics
    )


def named_runs(records: Mapping[str, Record] | Sequence[Record]) -> dict[str, Record]:
    """Runs by label, over the same sessions where they end together; a label given twice gets a number.

    Those that are measured from an earlier session on than another are measured from the latest on.
    """
    if isinstance(records, Mapping):
        named = dict(records)
    else:
        seen: Counter[str] = Counter()
        named = {}
        for record in records:
            seen[record.name] += 1
            named[record.name if seen[record.name] == 1 else f"{record.name} ({seen[record.name]})"] = record
    if not named:
        raise InputError("a comparison needs at least one run, was given none")
    latest = max(record.sessions[0] for record in named.values())
    return {label: _measured_from(record, latest) for label, record in named.items()}


def _measured_from(record: Record, day: pd.Timestamp) -> Record:
    """A run from this session on; itself where it has it not, or nothing after it."""
    row = int(record.panel.sessions.searchsorted(day))
    there = row < record.terms.last and record.panel.sessions[row] == day
    return measured_since(record, row) if there else record


def comparison_table(records: Mapping[str, Record] | Sequence[Record]) -> pd.DataFrame:
    """All of ``metrics.summary`` for each run: a row per run, a column per metric, plain floats."""
    named = named_runs(records)
    return pd.DataFrame([summary(record) for record in named.values()], index=pd.Index(list(named), name="strategy"))


# --- metrics --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ComparedMetric:
    """A metric of each run; NaN where it is not known."""

    definition: Definition
    of_runs: tuple[float, ...]

    @property
    def differences(self) -> tuple[float, ...]:
        """Each value less the first run's."""
        return tuple(value - self.of_runs[0] for value in self.of_runs)


def compared_metrics(runs: Sequence[ComparedRun], names: Sequence[str]) -> list[ComparedMetric]:
    """Metrics of each whole run by name, as its own summary has them; short runs are not annualised.

    Parameters
    ----------
    runs : sequence of ComparedRun
    names : sequence of str
        Of metrics; one that a run does not have is NaN there.
    """
    known = definitions()
    return [ComparedMetric(known[name], tuple(run.metrics.get(name, math.nan) for run in runs)) for name in names]


# --- growth over common sessions ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CommonGrowth:
    """Growth of each of R runs over the sessions that all of them have; S of them.

    Attributes
    ----------
    labels : tuple of str
    sessions : DatetimeIndex of shape (S,)
    levels : float64 array of shape (R, S + 1)
        What 1 became; the first point is the account before the first common session.
    benchmark : float64 array of shape (S,), or None
        The benchmark over its close before the first common session, over its first known one where that is not known;
        None where the runs have different ones, or none.
    base : Timestamp
        The date of the first point: the session before, where one of the runs has it, else the first session.
    """

    labels: tuple[str, ...]
    sessions: pd.DatetimeIndex
    levels: Floats
    benchmark: Floats | None
    base: pd.Timestamp

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The S + 1 dates of ``levels``."""
        return pd.DatetimeIndex([self.base, *self.sessions])

    @property
    def lines(self) -> list[Growth]:
        """The growth line of each run."""
        return [Growth(label, line) for label, line in zip(self.labels, self.levels, strict=True)]

    @property
    def metrics(self) -> list[ComparedMetric]:
        """The metrics of the lines; short stretches are not annualised."""
        known, periods = definitions(), periods_per_year(self.sessions)
        columns = [line_metrics(line, self.dates, periods) for line in self.lines]
        if not annualises(len(self.sessions), periods):
            columns = [blanked(column) for column in columns]
        return [ComparedMetric(known[name], tuple(column[name] for column in columns)) for name in LINE_METRICS]


def common_growth(runs: Sequence[ComparedRun]) -> CommonGrowth | None:
    """Growth over the common sessions; None if there are fewer than two."""
    sessions = runs[0].sessions
    for run in runs[1:]:
        sessions = sessions.intersection(run.sessions)
    if len(sessions) < 2:
        return None
    starts = [int(run.sessions.searchsorted(sessions[0])) for run in runs]
    earlier = [run.sessions[:start][-1] if start else run.base for run, start in zip(runs, starts, strict=True)]
    levels = np.empty((len(runs), len(sessions) + 1))
    for k, (run, start) in enumerate(zip(runs, starts, strict=True)):
        line = run.levels[1:][run.sessions.get_indexer(sessions)]
        before = run.levels[start] if run.levels[start] > 0 else line[0]
        levels[k] = np.concatenate(([1.0], line / before))
    known = [day for day in earlier if day is not None]
    base = max(known, default=sessions[0])
    return CommonGrowth(tuple(run.label for run in runs), sessions, levels, _benchmark(runs, sessions), base)


def _benchmark(runs: Sequence[ComparedRun], sessions: pd.DatetimeIndex) -> Floats | None:
    first, *others = (run.benchmark[sessions].to_numpy() for run in runs)
    known = np.flatnonzero(np.isfinite(first))
    start = int(runs[0].sessions.searchsorted(sessions[0]))
    before = float(runs[0].benchmark.iloc[start - 1]) if start else runs[0].benchmark_base
    if len(known) < 2 or any(not np.array_equal(first, line, equal_nan=True) for line in others):
        return None
    out: Floats = first / (before if math.isfinite(before) else first[known[0]])
    return out


def same_sessions(runs: Sequence[ComparedRun]) -> bool:
    """Whether all runs cover the same sessions."""
    return all(runs[0].sessions.equals(run.sessions) for run in runs[1:])


@dataclass(frozen=True)
class YearOfDifferences:
    """Monthly differences of a calendar year, as fractions; NaN where a month is in none of the sessions."""

    year: int
    months: tuple[float, ...]
    whole: float


def monthly_differences(shared: CommonGrowth, run: int) -> list[YearOfDifferences]:
    """A run's monthly returns less the first run's, by calendar year; the first and last month may be partial.

    Parameters
    ----------
    shared : CommonGrowth
    run : int
        Position of the run among those of ``shared``.
    """
    mine, first = (by_month(shared.lines[k], shared.dates) for k in (run, 0))
    gaps = mine.returns - first.returns
    out = []
    for year in np.unique(mine.year).tolist():
        here = mine.year == year
        months = np.full(12, np.nan)
        months[mine.month[here] - 1] = gaps[here]
        whole = np.prod(1.0 + mine.returns[here]) - np.prod(1.0 + first.returns[here])
        out.append(YearOfDifferences(int(year), tuple(months.tolist()), float(whole)))
    return out


def correlations(lines: Sequence[Growth], dates: pd.DatetimeIndex) -> Floats:
    """Pearson's correlations of returns, shape (R, R): of sessions below the diagonal, of calendar months above it.

    Over the sessions (months) in which both returns are known; NaN where there are fewer than 3 of them, or a line is
    flat, and on the diagonal.

    Parameters
    ----------
    lines : sequence of Growth
    dates : DatetimeIndex of shape (S + 1,)
        From ``growth.points``.
    """
    daily = [growth.returns for growth in lines]
    monthly = [by_month(growth, dates).returns for growth in lines]
    out = np.full((len(lines), len(lines)), np.nan)
    for i in range(len(lines)):
        for j in range(i):
            for row, column, returns in ((i, j, daily), (j, i, monthly)):
                if np.count_nonzero(np.isfinite(returns[i]) & np.isfinite(returns[j])) >= 3:
                    out[row, column] = correlation(returns[i], returns[j])
    return out


# --- holdings -------------------------------------------------------------------------------------------------------


def overlap(runs: Sequence[ComparedRun]) -> Floats:
    """Common weight of each pair of runs, shape (R, R): mean over common sessions of the summed smaller weights.

    In [0, 1]; on the diagonal it is the mean invested fraction. What only one of two runs could hold overlaps with
    nothing. NaN where a pair has no session, or no series, in common.
    """
    out = np.full((len(runs), len(runs)), np.nan)
    for i, mine in enumerate(runs):
        for j, theirs in enumerate(runs[: i + 1]):
            a, b = mine.weights.align(theirs.weights, join="inner")
            if a.size:
                out[i, j] = out[j, i] = float(np.minimum(a.to_numpy(), b.to_numpy()).sum(axis=1).mean())
    return out


@dataclass(frozen=True)
class MeanWeights:
    """Mean weight of a series in each run, as fractions."""

    symbol: str
    weights: tuple[float, ...]


def mean_weights(runs: Sequence[ComparedRun], sessions: pd.DatetimeIndex, most: int = 20) -> list[MeanWeights]:
    """Mean weight by series over some sessions, where it differs most between runs first.

    Parameters
    ----------
    runs : sequence of ComparedRun
    sessions : DatetimeIndex
    most : int
        Series that are kept.
    """
    means = []
    for run in runs:
        inside = run.weights.loc[run.weights.index.isin(sessions)]
        means.append(inside.mean() if len(inside) else pd.Series(dtype=float))
    table = pd.DataFrame(dict(enumerate(means))).fillna(0.0)
    table = table[table.max(axis=1) > 0]
    spread = (table.max(axis=1) - table.min(axis=1)).sort_values(ascending=False, kind="stable")
    return [MeanWeights(str(symbol), tuple(table.loc[symbol].tolist())) for symbol in spread.index[:most]]
