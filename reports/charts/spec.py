"""Charts as plain descriptions in a unit box: what to draw, thinned and with its ticks, but on no canvas yet.

The page (``svg``) and the PDF (``pdf``) paint the same descriptions, so they can't disagree. x runs from 0
(the base point) to 1 (the last session) by session, so that closed days take no room; y runs from 0 at the
bottom to 1 at the top.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.types import Floats
from ...engine.record import Record
from ..formatting import decimal, percent
from ..growth import Growth, drawdowns
from ..holdings import HoldingSpells
from .palette import group_key, series_roles

_COLUMNS = 800  # a line has at most two points in each of these: more can't be seen


class Tick(NamedTuple):
    """A labelled position on an axis; ``minor`` ones give way where room is short."""

    at: float
    text: str
    minor: bool = False


class Band(NamedTuple):
    """A shaded stretch of the x axis; ``role`` is its colour: "band", or that of a market phase, "p2", "p3", ..."""

    start: float
    stop: float
    role: str = "band"


class Line(NamedTuple):
    """A polyline with a label at its end; K points."""

    label: str
    value: str
    role: str
    x: Floats  # (K,)
    y: Floats  # (K,)


class Chart(NamedTuple):
    """Lines over time."""

    title: str
    summary: str  # what a reader who can't see it should know
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    filled: bool = False  # the first line down from the top edge


class Bar(NamedTuple):
    """A stretch in which a series was held."""

    start: float
    stop: float
    text: str


class Row(NamedTuple):
    """One series of a timeline."""

    symbol: str
    name: str
    role: str
    bars: tuple[Bar, ...]
    held: float  # share of sessions
    contribution: float  # money made over starting cash


class Timeline(NamedTuple):
    """Which series were held when."""

    rows: tuple[Row, ...]
    never: tuple[str, ...]  # names of series that were never held
    x_ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]
    key: tuple[tuple[str, str], ...]  # role and group, where colours stand for groups


# --- growth and drawdown --------------------------------------------------------------------------------------------


def growth_chart(lines: Sequence[tuple[Growth, str]], dates: pd.DatetimeIndex, bands: Iterable[Band] = ()) -> Chart:
    """Growth of 1 on a log scale; ``lines`` are growths, all on ``dates``, with their roles."""
    logs = [np.log(np.maximum(growth.levels, 1e-6)) for growth, _ in lines]
    low = min(float(np.nanmin(values)) for values in logs)
    high = max(float(np.nanmax(values)) for values in logs)
    pad = max((high - low) * 0.04, 0.01)
    low, high = low - pad, high + pad
    drawn = tuple(
        _line(growth.label, f"{growth.levels[-1]:.2f}×", role, (values - low) / (high - low))
        for (growth, role), values in zip(lines, logs, strict=True)
    )
    told = "; ".join(f"{line.label} ends at {line.value}" for line in drawn)
    ticks = tuple(
        Tick((math.log(level) - low) / (high - low), f"{level:g}")
        for level in log_levels(math.exp(low), math.exp(high))
    )
    return Chart("Growth of 1, log scale", f"Growth of 1. {told}.", drawn, tuple(bands), time_ticks(dates), ticks)


def drawdown_chart(
    lines: Sequence[tuple[Growth, str]], dates: pd.DatetimeIndex, bands: Iterable[Band] = (), deepest: float = 0.0
) -> Chart:
    """Fall below the running peak; the first line is filled. The axis reaches to ``deepest`` or the deepest fall."""
    falls = [drawdowns(growth.levels) for growth, _ in lines]
    low = min(-0.01, deepest, *(float(np.nanmin(fall)) for fall in falls)) * 1.04
    drawn = tuple(
        _line(growth.label, percent(float(np.nanmin(fall))), role, 1.0 - fall / low)
        for (growth, role), fall in zip(lines, falls, strict=True)
    )
    told = "; ".join(f"{line.label} {line.value} at worst" for line in drawn)
    step = next(step for step in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5) if -low / step <= 4.5 or step == 0.5)
    levels = [-step * i for i in range(int(-low / step + 1e-9) + 1)]
    ticks = tuple(Tick(1.0 - level / low, percent(level, 1 if step < 0.01 else 0)) for level in levels)
    return Chart(
        "Drawdown", f"Fall below the running peak. {told}.", drawn, tuple(bands), time_ticks(dates), ticks, True
    )


def value_chart(
    title: str,
    lines: Sequence[tuple[str, str, Floats]],
    dates: pd.DatetimeIndex,
    bands: Iterable[Band] = (),
    *,
    centre: float,
    fraction: bool,
) -> Chart | None:
    """Lines on a plain scale that shows ``centre``; None where nothing is known.

    Parameters
    ----------
    title : str
    lines : sequence of (label, role, values of shape (S + 1,))
        NaN where a value isn't known.
    dates : DatetimeIndex of shape (S + 1,)
    bands : iterable of Band
    centre : float
        The value that means "as the benchmark".
    fraction : bool
        Whether values are fractions, shown in percent.
    """
    known = [values[np.isfinite(values)] for _, _, values in lines]
    if not any(len(values) for values in known):
        return None
    both = np.concatenate(known)
    low, high = min(float(both.min()), centre), max(float(both.max()), centre)
    pad = max((high - low) * 0.05, 1e-3)
    low, high = low - pad, high + pad

    def text(value: float, digits: int) -> str:
        return percent(value, digits, True) if fraction else decimal(value, digits)

    drawn = tuple(
        _line(label, text(float(last[-1]), 1 if fraction else 2), role, (values - low) / (high - low))
        for (label, role, values), last in zip(lines, known, strict=True)
        if len(last)
    )
    levels = linear_levels(low, high)
    digits = 0 if fraction and all(abs(level * 100 - round(level * 100)) < 1e-6 for level in levels) else 1
    ticks = tuple(Tick((level - low) / (high - low), text(level, digits)) for level in levels)
    told = "; ".join(f"{line.label} {line.value} at the end" for line in drawn)
    return Chart(title, f"{title}. {told}.", drawn, tuple(bands), time_ticks(dates), ticks)


def linear_levels(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers from ``low`` to ``high``, at most ``most`` of them and at least 2."""
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(mark * power for mark in (1.0, 2.0, 5.0, 10.0) if mark * power >= raw)
    return [float(f"{i * step:.6g}") for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def log_levels(low: float, high: float) -> list[float]:
    """Round numbers between ``low`` and ``high`` for a log axis, 3 to 7 of them where that is possible."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for marks in ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)):
        levels = [
            float(f"{mark * 10.0**power:.6g}")
            for power in decades
            for mark in marks
            if low <= mark * 10.0**power <= high
        ]
        if 3 <= len(levels) <= 7:
            return levels
    step = next(
        step
        for power in range(-6, 7)
        for step in (1 * 10.0**power, 2 * 10.0**power, 5 * 10.0**power)
        if (high - low) / step <= 6
    )
    return [float(f"{i * step:.6g}") for i in range(math.ceil(low / step), math.floor(high / step) + 1) if i * step > 0]


def time_ticks(dates: pd.DatetimeIndex) -> tuple[Tick, ...]:
    """Where years begin; months or days in a short run. ``dates`` are those of a growth line, S + 1 of them."""
    if len(dates) < 2:
        return ()
    years, months = dates.year.to_numpy(), dates.year.to_numpy() * 12 + dates.month.to_numpy() - 1
    last = len(dates) - 1
    if months[-1] - months[0] > 22:
        found = [(i, int(years[i])) for i in _starts(years)]
        if months[0] % 12 == 0:
            found = [(0, int(years[0])), *[pair for pair in found if pair[0] > 0 and pair[1] > years[0]]]
        return _spaced([(i, year, str(year)) for i, year in found], last)
    if months[-1] - months[0] > 2:
        return _spaced([(i, int(months[i]), f"{dates[i]:%Y-%m}") for i in _starts(months)], last)
    return _spaced([(i, i, f"{dates[i]:%m-%d}") for i in range(1, last + 1)], last)


def _starts(keys: NDArray[np.integer]) -> list[int]:
    """Positions where ``keys`` changes."""
    return [int(i) for i in np.flatnonzero(keys[1:] != keys[:-1]) + 1]


def _spaced(found: list[tuple[int, int, str]], last: int, wide: int = 12, narrow: int = 5) -> tuple[Tick, ...]:
    """At most ``wide`` ticks, of which at most ``narrow`` are not minor; by round keys."""
    step = next(step for step in (1, 2, 3, 5, 10, 20, 50, 100, 1000) if len(found) / step <= wide)
    kept = [item for item in found if item[1] % step == 0]
    much = next(step * k for k in (1, 2, 3, 5, 10, 20) if len(found) / (step * k) <= narrow)
    return tuple(Tick(i / last, text, key % much != 0) for i, key, text in kept)


def _line(label: str, value: str, role: str, y: Floats) -> Line:
    x = np.arange(len(y)) / max(len(y) - 1, 1)
    kept = thinned(y)
    return Line(label, value, role, x[kept], y[kept])


def thinned(values: Floats, columns: int = _COLUMNS) -> NDArray[np.int64]:
    """Positions of the lowest and the highest value in each of ``columns`` slices, and both ends."""
    count = len(values)
    if count <= 2 * columns:
        return np.arange(count)
    edges = np.linspace(0, count, columns + 1).astype(np.int64)
    low, high = np.nan_to_num(values, nan=np.inf), np.nan_to_num(values, nan=-np.inf)
    picks = [(a + int(low[a:b].argmin()), a + int(high[a:b].argmax())) for a, b in itertools.pairwise(edges)]
    return np.unique(np.append(np.array(picks).ravel(), (0, count - 1)))


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """The positions moved apart to at least ``gap``, in the same order and within [0, 1] as far as there is room."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    placed = [positions[i] for i in order]
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + gap)
    if placed and placed[-1] > 1.0:
        placed[-1] = 1.0
        for k in range(len(placed) - 2, -1, -1):
            placed[k] = min(placed[k], placed[k + 1] - gap)
    return [placed[order.index(i)] for i in range(len(positions))]


# --- timeline -------------------------------------------------------------------------------------------------------


def timeline(record: Record, dates: pd.DatetimeIndex, spells: HoldingSpells, bands: Iterable[Band] = ()) -> Timeline:
    """Which series were held when, by group and symbol; series never held at a close are only named.

    Parameters
    ----------
    record : Record
    dates : DatetimeIndex of shape (S + 1,)
    spells : HoldingSpells
        Of the record.
    bands : iterable of Band
    """
    panel, size = record.panel, len(record.sessions)
    closes = np.bincount(spells.column, spells.sessions, len(panel.symbols))
    made = np.bincount(spells.column, spells.contribution, len(panel.symbols)) / record.terms.cash
    colours, bars = series_roles(panel.symbols, panel.groups), _bars(spells, record.sessions)
    order = sorted(range(len(closes)), key=lambda i: (panel.groups[i], panel.symbols[i]))
    rows = tuple(
        Row(panel.symbols[i], panel.names[i], colours[i], tuple(bars[i]), float(closes[i] / size), float(made[i]))
        for i in order
        if closes[i]
    )
    never = tuple(panel.names[i] for i in order if not closes[i])
    return Timeline(rows, never, time_ticks(dates), tuple(bands), group_key(panel.symbols, panel.groups))


def _bars(spells: HoldingSpells, sessions: pd.DatetimeIndex) -> dict[int, list[Bar]]:
    """The spells of each column that were held at a close, in order of time."""
    days, size, out = sessions.strftime("%Y-%m-%d"), len(sessions), defaultdict(list)
    fields = (values.tolist() for values in (spells.column, spells.start, spells.sessions))
    for column, start, count in zip(*fields, strict=True):
        if count:
            stop = start + count
            text = f"{days[start]} to {days[stop - 1]}, {count} session{'s' * (count != 1)}"
            out[column].append(Bar(start / size, stop / size, text))
    return out
