"""Scales and their ticks: round numbers on linear and logarithmic axes, years and months on an axis of time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.types import Floats
from ..formatting import percent
from .spec import Reach, Tick

_LOWEST = 1e-6  # a level below it is drawn there: a logarithmic axis has no 0


class Scale(NamedTuple):
    """From values to the unit interval.

    Attributes
    ----------
    low, high : float
        What is drawn at 0 and at 1; logarithms on a logarithmic scale.
    log : bool
    """

    low: float
    high: float
    log: bool = False

    def reach(self, *, percent: bool = False) -> Reach:
        """What the unit interval stands for; ``percent`` where values are fractions that are shown so."""
        low, high = (math.exp(self.low), math.exp(self.high)) if self.log else (self.low, self.high)
        return Reach(low, high, self.log, percent)

    def at(self, values: Floats) -> Floats:
        """Where values are drawn; NaN stays NaN."""
        shown = np.log(np.maximum(values, _LOWEST)) if self.log else values
        return np.asarray((shown - self.low) / (self.high - self.low))

    def place(self, value: float) -> float:
        """Where one value is drawn."""
        return float(self.at(np.array(value)))

    def levels(self, most: float = 5) -> list[float]:
        """Round numbers on the scale; on a linear one in at most ``most`` steps."""
        if self.log:
            return log_levels(math.exp(self.low), math.exp(self.high))
        return linear_levels(self.low, self.high, most)

    def ticks(self, text: Callable[[float], str] = "{:g}".format) -> tuple[Tick, ...]:
        """Its levels, each at its place, as ``text`` writes them."""
        return tuple(Tick(self.place(level), text(level)) for level in self.levels())

    def percent_ticks(self, signed: bool = False, most: float = 5) -> tuple[Tick, ...]:
        """Its levels, which are fractions, in percent: all with the decimals that one of them needs, at most one.

        Parameters
        ----------
        signed : bool
            Whether gains carry a plus.
        most : float
            Steps, as ``linear_levels``.
        """
        levels = self.levels(most)
        digits = 0 if all(abs(level * 100 - round(level * 100)) < 1e-6 for level in levels) else 1
        return tuple(Tick(self.place(level), percent(level, digits, signed)) for level in levels)


def linear_scale(values: Floats, pad: float, least: float) -> Scale:
    """A scale around the known values, wider by ``pad`` of their range at either end, at least by ``least``.

    Parameters
    ----------
    values : float array
        Of any shape; NaN is left out.
    pad : float
        Fraction of the range, added at either end.
    least : float
        The same in the unit of the values: added at least.
    """
    return _padded(values, pad, least, False)


def log_scale(values: Floats) -> Scale:
    """A logarithmic scale around the known values, which are levels > 0, wider by 4% of its length at either end."""
    return _padded(np.log(np.maximum(values, _LOWEST)), 0.04, 0.01, True)


def _padded(shown: Floats, pad: float, least: float, log: bool) -> Scale:
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    more = max((high - low) * pad, least)
    return Scale(low - more, high + more, log)


def linear_levels(low: float, high: float, most: float = 5) -> list[float]:
    """Round numbers from ``low`` to ``high`` in at most ``most`` steps, 2 or more of them.

    Parameters
    ----------
    low, high : float
        ``low < high``.
    most : int
    """
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(mark * power for mark in (1.0, 2.0, 5.0, 10.0) if mark * power >= raw)
    return [float(f"{i * step:.6g}") for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def log_levels(low: float, high: float) -> list[float]:
    """Round numbers between ``low`` and ``high`` for a log axis, 3 to 7 of them where that is possible.

    Parameters
    ----------
    low, high : float
        ``0 < low < high``.
    """
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


# --- time -----------------------------------------------------------------------------------------------------------


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
        return _spaced([(i, int(months[i]), f"{dates[i]:%Y-%m}") for i in _starts(months)], last, 8, 4)
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


def calendar_ticks(dates: pd.DatetimeIndex, most: int = 10) -> tuple[Tick, ...]:
    """Where years begin on an axis of calendar days from the first of ``dates`` to the last, at most ``most``.

    Parameters
    ----------
    dates : DatetimeIndex
        Ascending; without two of them there are no ticks.
    most : int
        Years are left out evenly until there are so few.
    """
    if len(dates) < 2:
        return ()
    first, whole = dates[0], dates[-1] - dates[0]
    years = range(first.year + 1, dates[-1].year + 1)
    begins = ((year, pd.Timestamp(year=year, month=1, day=1)) for year in years[:: max(1, -(-len(years) // most))])
    return tuple(Tick((day - first) / whole, str(year)) for year, day in begins)


def apart(values: Sequence[float], texts: Sequence[str], scale: Scale, gap: float = 0.05) -> tuple[Tick, ...]:
    """A tick for each of ascending values that is more than ``gap`` from the one before.

    Parameters
    ----------
    values : sequence of float
        Ascending.
    texts : sequence of str
        One for each.
    scale : Scale
    gap : float
        Of the whole axis.
    """
    out: list[Tick] = []
    for value, text in zip(values, texts, strict=True):
        at = scale.place(value)
        if not out or at - out[-1].at > gap:
            out.append(Tick(at, text))
    return tuple(out)
