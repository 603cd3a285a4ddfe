"""What was copied: sessions that repeat earlier ones, series that are another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..types import Flags, Floats
from .finding import Hit, counted, rule, span
from .table import Table

COMMON = 60  # bars that a comparison of two series needs
_CLOSE = 1.5e-3  # relative; closes of twins are nearer
_DIGIT = 2e-4  # relative; what rounding may differ by where prices have many digits
_EQUAL = 0.97  # share of the common bars in which twins agree
_PROBES = 6  # sessions in which candidates are looked for
_SAMPLED = 16  # one session in so many is looked at before all are: twice as many as may differ
_AT_ONCE = 4096  # pairs, so that what is compared stays near the processor
_LAGS = range(2, 31)  # sessions; a copy of the session before is ``copied-bars``
_PRICES, _VOLUME = 2.5, 8.0  # how much more a bar says with open, high and low, and with a volume; log
_TICKS = 2.0  # of a usual move, from which on open, high and low are not those of any other bar
_CERTAIN = 24.0  # log; chance in all the places where a repetition may be is below it
_COPIES = 2  # of a stretch, one after the other; what repeats for longer was made up


def twins(close: Floats) -> Iterator[tuple[int, int]]:
    """Pairs of columns whose closes are equal up to the last digit in the sessions that both have; each second once."""
    seen: set[int] = set()
    lines = np.where(np.isfinite(close), close, np.nan).T.copy()
    for one, other in _possible(lines, _candidates(close)).tolist():
        if other not in seen and _are_twins(lines[one], lines[other]):
            seen.add(other)
            yield one, other


def _are_twins(line: Floats, other: Floats) -> bool:
    """Whether two series of closes, (T,), are one; NaN where there is none."""
    both = ~np.isnan(line) & ~np.isnan(other)
    if both.sum() < COMMON:
        return False
    a, b = line[both], other[both]
    if (a == a[0]).all():
        return False
    apart, coarsest = np.abs(a - b), _CLOSE * float(np.median(a))
    if (apart <= np.maximum(_DIGIT * a, 1.01 * coarsest)).mean() < _EQUAL:
        return False
    step = min(max(_step(a), _step(b)), coarsest)
    near = apart <= np.maximum(_DIGIT * a, 1.01 * step)
    return bool(near.mean() >= _EQUAL and np.corrcoef(a, b)[0, 1] > 0.999)


def _candidates(close: Floats) -> NDArray[np.intp]:
    """Pairs of columns with almost equal closes in one of some sessions, ascending, (P, 2)."""
    width = close.shape[1]
    found = [np.empty(0, dtype=np.intp)]
    for row in np.unique(np.linspace(len(close) - 1, 0, _PROBES).astype(int)):
        columns = np.flatnonzero(np.isfinite(close[row]))
        columns = columns[np.argsort(close[row, columns], kind="stable")]
        level = close[row, columns]
        for distance in range(1, len(columns)):
            near = np.abs(level[distance:] - level[:-distance]) <= _CLOSE * np.abs(level[distance:])
            if not near.any():
                break
            one, other = columns[:-distance][near], columns[distance:][near]
            found.append(np.minimum(one, other) * width + np.maximum(one, other))
    return np.column_stack(np.divmod(np.unique(np.concatenate(found)), max(1, width)))


def _possible(lines: Floats, pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """The pairs that some sessions do not show to be no twins: every pair of twins, and few others.

    A pair that is apart in more of the sampled sessions than twins may be in all that they have in common is none.
    ``lines`` is (N, T), NaN where there is no close.
    """
    if not len(pairs):
        return pairs
    there = ~np.isnan(lines)
    first, last = there.argmax(axis=1), there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    count = there.sum(axis=1)
    sample = lines[:, ::-_SAMPLED].copy()
    low, high = np.where(there, lines, np.inf).min(axis=1), np.where(there, lines, -np.inf).max(axis=1)
    moves = high > low
    largest = np.where(count > 0, np.maximum(np.abs(low), np.abs(high)), 0.0)[:, None]  # no median is above it
    slack = np.maximum(_DIGIT * sample, 1.01 * _CLOSE * largest) * (1 + 1e-9)
    kept = []
    for start in range(0, len(pairs), _AT_ONCE):
        one, other = pairs[start : start + _AT_ONCE].T
        common = np.minimum(last[one], last[other]) - np.maximum(first[one], first[other]) + 1
        common = np.minimum(common, np.minimum(count[one], count[other]))  # at most
        apart = (np.abs(sample[one] - sample[other]) > slack[one]).sum(axis=1)
        few = (common >= COMMON) & (apart <= (1 - _EQUAL) * common + 1e-6)
        kept.append(few & moves[one] & moves[other])
    return np.asarray(pairs[np.concatenate(kept)])


def _step(values: Floats) -> float:
    """The last digit that is used, as a number: 0.01 for prices with two decimals."""
    for decimals in range(5):
        if np.abs(values - np.round(values, decimals)).max() < 1e-9 * np.abs(values).max():
            return float(10.0**-decimals)
    return 0.0


class _Run(NamedTuple):
    """Rows first..last that equal those ``lag`` sessions before."""

    first: int
    last: int
    lag: int


@rule(
    "repeated-sessions", "error",
    effect="A stretch of history is counted twice and another is lost: its moves are false and known in advance.",
    treatment="Fetch these sessions again, or from a second source (sectorlead reconcile).",
)  # fmt: skip
def repeated_sessions(table: Table) -> Iterator[Hit]:
    """A stretch of sessions in which every field equals that of as many sessions before."""
    said = _information(table)
    taken = np.zeros_like(table.bar)
    for lag in _LAGS:
        if lag >= len(table.sessions):
            break
        close = table.close[lag:] == table.close[:-lag]
        if not (close[1:] & close[:-1]).any():
            continue
        equal = _equal(table, close, lag) & ~taken[lag:]
        for run in _common(table, equal, lag, said):
            taken[run.first : run.last + 1] = True
            count = int(table.bar[run.first, : table.members].sum())
            yield Hit("", *_told(table, run, f", in all {count} series"))
        equal &= ~taken[lag:]
        for column in np.flatnonzero((equal[1:] & equal[:-1]).any(axis=0)).tolist():
            for run in _runs(equal[:, column], lag):
                if _is_cycle(run):
                    taken[run.first : run.last + 1, column] = True
                elif said.of(table, run, [column]) > _CERTAIN and _distinct(table, column, run):
                    taken[run.first : run.last + 1, column] = True
                    yield Hit(table.symbols[column], *_told(table, run, ""))


def _told(table: Table, run: _Run, more: str) -> tuple[pd.DatetimeIndex, str]:
    days = table.sessions[run.first : run.last + 1]
    source = table.sessions[run.first - run.lag : run.last - run.lag + 1]
    return days, f"{counted(len(days), 'session')} {span(days)}: every field equals that of {span(source)}{more}"


def _equal(table: Table, close: Flags, lag: int) -> Flags:
    """Bars that equal those ``lag`` sessions before in every field, (T - lag, N)."""
    out = close & ~table.closed[lag:, None]
    for values in (table.open, table.high, table.low, table.volume, table.amount):
        one, other = values[lag:], values[:-lag]
        out &= (one == other) | (np.isnan(one) & np.isnan(other))
    return out


def _common(table: Table, equal: Flags, lag: int, said: _Information) -> Iterator[_Run]:
    """Runs of sessions in which the bars of all series are repeated."""
    alive = table.bar[lag:, : table.members]
    count = alive.sum(axis=1)
    whole = (count >= 2) & ((equal[:, : table.members] & alive).sum(axis=1) == count)
    for run in _runs(whole, lag):
        columns = np.flatnonzero(table.bar[run.first, : table.members]).tolist()
        moving = [i for i in columns if _distinct(table, i, run)]
        if not _is_cycle(run) and said.of(table, run, moving) > _CERTAIN:
            yield run


def _runs(flags: Flags, lag: int) -> Iterator[_Run]:
    """Runs of True of two sessions or more, in rows of the table."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if stop - start >= 2:
            yield _Run(start + lag, stop + lag - 1, lag)


def _is_cycle(run: _Run) -> bool:
    """Whether a stretch comes again so many times that the series was made up."""
    return run.last - run.first + 1 > _COPIES * run.lag


def _distinct(table: Table, column: int, run: _Run) -> bool:
    """Whether prices move there: standing ones repeat themselves."""
    return len(np.unique(table.close[run.first : run.last + 1, column])) >= 2


class _Information(NamedTuple):
    """How unlikely it is that a bar equals another one by chance, log, by column, each of shape (N,).

    A close is one of about four times as many as a usual move has ticks; open, high and low are not independent of it,
    and say nothing more where a move has hardly a tick; a volume is hardly ever the same, unless it always is.
    """

    close: Floats
    prices: Floats  # besides, of a bar with open, high and low
    volume: Floats  # besides, of a bar with a volume

    def of(self, table: Table, run: _Run, columns: Sequence[int]) -> float:
        """Of a stretch of some columns: each bar says what it has, and history may be closes only."""
        rows = slice(run.first, run.last + 1)
        told = 0.0
        for column in columns:
            whole = np.isfinite(table.high[rows, column]).sum()
            traded = np.isfinite(table.volume[rows, column]).sum()
            told += (run.last - run.first + 1) * self.close[column] + whole * self.prices[column]
            told += traded * self.volume[column]
        return float(told)


def _information(table: Table) -> _Information:
    close, prices, volume = np.zeros((3, len(table.symbols)))
    for i in range(len(close)):
        line = table.close[table.bar[:, i], i]
        step = _step(line) if len(line) else 0.0
        ticks = float(np.median(np.abs(np.diff(line)))) / step if step and len(line) > 1 else 1e4
        close[i] = np.log(1 + 4 * ticks)
        prices[i] = (_PRICES - 1.0) * close[i] if table.has_ohlc[i] and ticks >= _TICKS else 0.0
        volume[i] = _VOLUME if table.telling_volume[i] else 0.0
    return _Information(close, prices, volume)


RULES = (repeated_sessions,)
