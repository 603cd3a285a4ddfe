"""Several stored runs side by side: metrics with differences, growth over common sessions, holdings, months."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.types import Floats
from sectorlead.reports.growth import Growth, annualises, by_month, periods_per_year
from sectorlead.reports.metrics.registry import Definition
from sectorlead.reports.metrics.run_metrics import LINE_METRICS, YEARLY, blanked, definitions, line_metrics
from sectorlead.serve.stored import StoredRun

SHOWN = (
    "total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "drawdown_days", "calmar",
    "relative_return", "beta", "information_ratio", "up_capture", "down_capture", "hit_rate", "exposure", "holdings",
    "turnover", "cost_drag", "cost_total", "fills", "rejections", "decisions",
)  # fmt: skip
"""Metrics of ``summary.json`` in the table."""


class Measure(NamedTuple):
    """A metric of each run; NaN where it is not known."""

    definition: Definition
    of_runs: tuple[float, ...]

    @property
    def differences(self) -> tuple[float, ...]:
        """Each value less the first run's."""
        return tuple(value - self.of_runs[0] for value in self.of_runs)


class Common(NamedTuple):
    """Growth of each run over the sessions that all of them have; S of them.

    Attributes
    ----------
    sessions : DatetimeIndex of shape (S,)
    levels : float64 array of shape (R, S + 1)
        What 1 became; the first point is the account before the first common session.
    benchmark : float64 array of shape (S,), or None
        The benchmark over its first known close; None where the runs have different ones, or none.
    base : Timestamp
        The date of the first point: the session before, where one of the runs has it, else the first session.
    """

    sessions: pd.DatetimeIndex
    levels: Floats
    benchmark: Floats | None
    base: pd.Timestamp

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The S + 1 dates of ``levels``."""
        return pd.DatetimeIndex([self.base, *self.sessions])


class Held(NamedTuple):
    """Mean weight of a series in each run."""

    symbol: str
    weights: tuple[float, ...]


class Year(NamedTuple):
    """Monthly differences of a calendar year; NaN where a month is in none of the sessions."""

    year: int
    months: tuple[float, ...]
    whole: float


def measures(runs: Sequence[StoredRun]) -> list[Measure]:
    """The metrics of each whole run, as its own ``summary.json`` has them; short runs are not annualised."""
    known = definitions()
    return [Measure(known[name], tuple(_readable(run, name) for run in runs)) for name in SHOWN]


def _readable(run: StoredRun, name: str) -> float:
    values = run.summary
    sessions, periods = values.get("sessions", math.inf), values.get("periods_per_year", 252.0)
    if name in YEARLY and not annualises(sessions, periods):
        return math.nan
    return values.get(name, math.nan)


def common(runs: Sequence[StoredRun]) -> Common | None:
    """Growth over the common sessions; None if there are fewer than two, or an equity file can't be read."""
    if any(run.equity.problem or run.equity.frame.empty for run in runs):
        return None
    frames = [run.equity.frame for run in runs]
    sessions = pd.DatetimeIndex(frames[0].index)
    for frame in frames[1:]:
        sessions = sessions.intersection(pd.DatetimeIndex(frame.index))
    if len(sessions) < 2:
        return None
    earlier = [frame.index[frame.index < sessions[0]] for frame in frames]
    base_date = max((days[-1] for days in earlier if len(days)), default=sessions[0])
    levels = np.empty((len(runs), len(sessions) + 1))
    for k, (run, frame) in enumerate(zip(runs, frames, strict=True)):
        line = frame["equity"]
        before = line.index < sessions[0]
        base = float(line[before].iloc[-1]) if before.any() else run.cash
        base = base if base > 0 else float(line[sessions[0]])
        levels[k] = np.concatenate(([1.0], line[sessions].to_numpy() / base))
    return Common(sessions, levels, _benchmark(frames, sessions), base_date)


def _benchmark(frames: Sequence[pd.DataFrame], sessions: pd.DatetimeIndex) -> Floats | None:
    lines = [frame["benchmark"][sessions].to_numpy() for frame in frames]
    first = lines[0]
    known = np.flatnonzero(np.isfinite(first))
    if len(known) < 2 or any(not np.array_equal(first, line, equal_nan=True) for line in lines[1:]):
        return None
    out: Floats = first / first[known[0]]
    return out


def same_period(runs: Sequence[StoredRun]) -> bool:
    """Whether all runs cover the same sessions."""
    first = runs[0].equity.frame.index
    return all(first.equals(run.equity.frame.index) for run in runs[1:])


def common_measures(runs: Sequence[StoredRun], shared: Common) -> list[Measure]:
    """The metrics of the growth lines over the common sessions."""
    known, periods = definitions(), periods_per_year(shared.sessions)
    columns = [
        line_metrics(Growth(run.entry.name, line), shared.dates, periods)
        for run, line in zip(runs, shared.levels, strict=True)
    ]
    if not annualises(len(shared.sessions), periods):
        columns = [blanked(column) for column in columns]
    return [Measure(known[name], tuple(column[name] for column in columns)) for name in LINE_METRICS]


def overlap(runs: Sequence[StoredRun]) -> Floats:
    """Common weight of each pair, shape (R, R): mean over common sessions of the summed smaller weights.

    In [0, 1]; on the diagonal it is the mean invested fraction. A series that only one of two runs knows is in none of
    it; NaN where a pair has no session in common or a file can't be read.
    """
    out = np.full((len(runs), len(runs)), np.nan)
    for i, mine in enumerate(runs):
        for j, theirs in enumerate(runs[: i + 1]):
            if mine.weights.problem or theirs.weights.problem:
                continue
            a, b = mine.weights.frame.align(theirs.weights.frame, join="inner")
            if len(a):
                out[i, j] = out[j, i] = float(np.minimum(a.to_numpy(), b.to_numpy()).sum(axis=1).mean())
    return out


def held(runs: Sequence[StoredRun], shared: Common, most: int = 20) -> list[Held]:
    """Mean weight by series over the common sessions, where it differs most between runs first."""
    means = []
    for run in runs:
        frame = run.weights.frame
        inside = frame.loc[frame.index.isin(shared.sessions)]
        means.append(inside.mean() if len(inside) else pd.Series(dtype=float))
    table = pd.DataFrame(dict(enumerate(means))).fillna(0.0)
    table = table[table.max(axis=1) > 0]
    spread = (table.max(axis=1) - table.min(axis=1)).sort_values(ascending=False, kind="stable")
    return [Held(str(symbol), tuple(table.loc[symbol].tolist())) for symbol in spread.index[:most]]


def monthly_difference(shared: Common, run: int) -> list[Year]:
    """A run's monthly returns less the first run's, by calendar year; the first and last month may be partial."""
    mine, first = (by_month(Growth("", shared.levels[k]), shared.dates) for k in (run, 0))
    gaps = mine.returns - first.returns
    out = []
    for year in np.unique(mine.year).tolist():
        here = mine.year == year
        months = np.full(12, np.nan)
        months[mine.month[here] - 1] = gaps[here]
        whole = np.prod(1.0 + mine.returns[here]) - np.prod(1.0 + first.returns[here])
        out.append(Year(int(year), tuple(months.tolist()), float(whole)))
    return out


def drawn(line: Floats, digits: int = 6) -> list[Any]:
    """Numbers for a chart: ``digits`` significant ones, None for NaN."""
    return [float(f"{value:.{digits}g}") if math.isfinite(value) else None for value in line.tolist()]
