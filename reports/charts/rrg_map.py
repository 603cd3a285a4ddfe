"""The RRG-style map of a run's last session: where each series stands, the way it came, and labels that do not collide.

A description in units of its own: x runs from 0 to ``WIDTH``, y from 0 at the bottom to ``HEIGHT``; a label is
``SIZE`` high. The page and the PDF paint the same one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from ...engine.record import Record
from ..market_context import MarketContext
from .palette import series_roles
from .spec import Tick, linear_levels

WIDTH, HEIGHT, SIZE = 100.0, 62.0, 1.6
TAIL = 6
"""Points of a tail, the last one included."""
LABELS = 40
"""Labels tried: the series held, then those farthest from the centre."""

QUADRANTS = ("Leading", "Weakening", "Lagging", "Improving")
_CENTRE = 100.0
_DOT = 0.7


class Trail(NamedTuple):
    """One series: K points, the last one is where it stands."""

    symbol: str
    name: str
    role: str
    held: bool
    x: Floats  # (K,)
    y: Floats  # (K,)
    ratio: float
    momentum: float
    quadrant: str  # one of QUADRANTS


class Label(NamedTuple):
    """A name beside a point; x and y are the left end of its baseline."""

    x: float
    y: float
    text: str
    role: str
    held: bool


class Map(NamedTuple):
    """Trails around a centre.

    Attributes
    ----------
    session : Timestamp
        The run's last.
    trails : tuple of Trail
        Those held last, so that they lie on top.
    labels : tuple of Label
    x_ticks, y_ticks : tuple of Tick
    centre : (float, float)
        Where both coordinates are 100.
    bar : int
        Sessions from one point of a tail to the next.
    """

    session: pd.Timestamp
    trails: tuple[Trail, ...]
    labels: tuple[Label, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    centre: tuple[float, float]
    bar: int

    def quadrants(self) -> tuple[tuple[str, tuple[Trail, ...]], ...]:
        """The series in each quadrant, the farthest from the centre first."""
        far = sorted(self.trails, key=lambda trail: (-_distance(trail.ratio, trail.momentum), trail.symbol))
        return tuple((name, tuple(trail for trail in far if trail.quadrant == name)) for name in QUADRANTS)


def rotation_map(record: Record, context: MarketContext, tail: int = TAIL) -> Map | None:
    """The map at the run's last session; None where no series has coordinates then.

    Parameters
    ----------
    record : Record
    context : MarketContext
    tail : int
        Points, >= 1, ``context.bar`` sessions from one to the next; fewer where earlier ones aren't known.
    """
    panel, last = record.panel, record.terms.last
    rows = np.arange(last, -1, -max(context.bar, 1))[:tail][::-1]
    ratio, momentum = context.ratio[rows], context.momentum[rows]
    known = np.isfinite(ratio) & np.isfinite(momentum)
    shown = np.flatnonzero(known[-1])
    if not len(shown):
        return None
    held, colours = record.outcome.shares[-1] > 0, series_roles(panel.symbols, panel.groups)
    seen = known & known[-1]
    spread_x, spread_y = (max(0.5, 1.08 * float(np.abs(values[seen] - _CENTRE).max())) for values in (ratio, momentum))

    def across(values: Floats, reach: float, size: float) -> Floats:
        return np.asarray((values - _CENTRE + reach) / (2.0 * reach) * size)

    trails = []
    for i in sorted(shown.tolist(), key=lambda i: (bool(held[i]), panel.symbols[i])):
        gap = np.flatnonzero(~known[:, i])
        path = slice(int(gap[-1]) + 1 if len(gap) else 0, None)
        x, y = across(ratio[path, i], spread_x, WIDTH), across(momentum[path, i], spread_y, HEIGHT)
        here = float(ratio[-1, i]), float(momentum[-1, i])
        trails.append(
            Trail(panel.symbols[i], panel.names[i], colours[i], bool(held[i]), x, y, *here, quadrant_of(*here))
        )
    return Map(
        record.sessions[-1],
        tuple(trails),
        tuple(_labels(trails)),
        _ticks(spread_x, WIDTH),
        _ticks(spread_y, HEIGHT),
        (WIDTH / 2, HEIGHT / 2),
        context.bar,
    )


def quadrant_of(ratio: float, momentum: float) -> str:
    """One of ``QUADRANTS``; a value of 100 counts as above it."""
    if ratio >= _CENTRE:
        return "Leading" if momentum >= _CENTRE else "Weakening"
    return "Improving" if momentum >= _CENTRE else "Lagging"


def _distance(ratio: float, momentum: float) -> float:
    return math.hypot(ratio - _CENTRE, momentum - _CENTRE)


def _ticks(reach: float, size: float) -> tuple[Tick, ...]:
    levels = linear_levels(_CENTRE - reach, _CENTRE + reach)
    return tuple(Tick((level - _CENTRE + reach) / (2.0 * reach) * size, f"{level:g}") for level in levels)


# --- labels ---------------------------------------------------------------------------------------------------------


class _Room(NamedTuple):
    left: float
    right: float
    low: float
    high: float

    def meets(self, other: _Room) -> bool:
        return self.left < other.right and other.left < self.right and self.low < other.high and other.low < self.high


def text_width(text: str, size: float = SIZE) -> float:
    """A safe estimate of the width of a label: Chinese characters are as wide as high, others 0.62 of that."""
    return size * sum(1.0 if ord(char) >= 0x2E80 else 0.62 for char in text)


def _labels(trails: Sequence[Trail]) -> list[Label]:
    """Names beside the points, where there is room for them: no label covers another, or a point."""
    points = [_Room(t.x[-1] - _DOT, t.x[-1] + _DOT, t.y[-1] - _DOT, t.y[-1] + _DOT) for t in trails]
    order = sorted(
        range(len(trails)),
        key=lambda k: (not trails[k].held, -_distance(trails[k].ratio, trails[k].momentum), trails[k].symbol),
    )
    taken: list[_Room] = []
    out = []
    for k in order[:LABELS]:
        trail = trails[k]
        text = trail.name if len(trail.name) <= 12 else trail.name[:11] + "…"
        wide = text_width(text)
        for room in _rooms(float(trail.x[-1]), float(trail.y[-1]), wide):
            inside = room.left >= 0 and room.right <= WIDTH and room.low >= 0 and room.high <= HEIGHT
            others = (point for j, point in enumerate(points) if j != k)
            if inside and not any(map(room.meets, taken)) and not any(map(room.meets, others)):
                taken.append(room)
                out.append(Label(room.left, room.low + 0.22 * SIZE, text, trail.role, trail.held))
                break
    return out


def _rooms(x: float, y: float, wide: float) -> list[_Room]:
    """Places for a label around a point: beside it first, then above, below and at the corners."""
    gap, high = 1.1, SIZE * 1.05
    across = ((x + gap, x + gap + wide), (x - gap - wide, x - gap), (x - wide / 2, x + wide / 2))
    up = ((y - high / 2, y + high / 2), (y + gap, y + gap + high), (y - gap - high, y - gap))
    return [_Room(*across[i], *up[j]) for i, j in ((0, 0), (1, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (2, 2))]
