"""The RRG-style map: where each series stands, the way it came, and the names of those for which there is room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...data.types import Floats
from ..formatting import decimal
from .axes import Scale
from .labels import Named, Room, placed, shortened, text_width
from .spec import AWAY, Chart, Dot, Label, Line, straight

TAIL = 6
"""Points of a tail, the last one included."""
FEW = 40
"""Up to so many series, those that aren't held are named too, the farthest from the centre first; beyond, only the
held."""
QUADRANTS = ("Leading", "Weakening", "Lagging", "Improving")
_CENTRE = 100.0
_WIDTH, _HEIGHT, _SIZE = 100.0, 62.0, 1.6  # of the picture, and of its text
_DOT, _LINE, _LONGEST = 0.7, 1.05 * _SIZE, 16 * _SIZE  # half a point, a line, the longest name
_INSET = 0.03  # of the height, from the edge to the middle of a quadrant's name


class Trail(NamedTuple):
    """The way of one series, K points, of which the last is where it stands.

    Attributes
    ----------
    symbol, name, role : str
    held : bool
    ratio, momentum : float64 arrays of shape (K,)
        RRG-style coordinates around 100.
    """

    symbol: str
    name: str
    role: str
    held: bool
    ratio: Floats
    momentum: Floats

    @property
    def quadrant(self) -> str:
        """Where it stands, one of ``QUADRANTS``; a value of 100 counts as above it."""
        if self.ratio[-1] >= _CENTRE:
            return "Leading" if self.momentum[-1] >= _CENTRE else "Weakening"
        return "Improving" if self.momentum[-1] >= _CENTRE else "Lagging"

    @property
    def distance(self) -> float:
        """From the centre to where it stands."""
        return math.hypot(self.ratio[-1] - _CENTRE, self.momentum[-1] - _CENTRE)


def by_quadrant(trails: Sequence[Trail]) -> tuple[tuple[str, tuple[Trail, ...]], ...]:
    """The series in each quadrant, the farthest from the centre first."""
    far = sorted(trails, key=lambda trail: (-trail.distance, trail.symbol))
    return tuple((name, tuple(trail for trail in far if trail.quadrant == name)) for name in QUADRANTS)


def map_chart(trails: Sequence[Trail]) -> Chart:
    """The map of one or more series: trails, points, and names that don't collide.

    Both axes reach as far from 100 as the farthest point of any trail. Series that are held lie on top, and are named
    first; of more than ``FEW`` series nobody else is.

    Parameters
    ----------
    trails : sequence of Trail
        At least one; of those that are held, and of the others, the last lies on top.
    """
    across, up = (_around(np.concatenate([getattr(trail, axis) for trail in trails])) for axis in ("ratio", "momentum"))
    top = sorted(trails, key=lambda trail: trail.held)[::-1]
    lines = tuple(
        Line("", "", trail.role, across.at(trail.ratio), up.at(trail.momentum), _way(trail, len(trails)), trail.symbol)
        for trail in top
    )
    dots = tuple(
        Dot(float(line.x[-1]), float(line.y[-1]), trail.role, _told(trail), trail.held, trail.symbol)
        for trail, line in zip(top, lines, strict=True)
    )
    held = ", ".join(trail.name for trail in trails if trail.held) or "none"
    return Chart(
        "Relative rotation",
        f"RRG-style map of {len(trails)} series; held: {held}. The list below says where each one is.",
        across.ticks(),
        up.ticks(),
        lines=(*lines, straight((0.5, 0.0), (0.5, 1.0), "axis"), straight((0.0, 0.5), (1.0, 0.5), "axis")),
        dots=dots,
        labels=(*_names(top, dots), *_corners()),
        x_name="Ratio →",
        y_name="Momentum ↑",
        x_grid=True,
        x_reach=across.reach(),
        y_reach=up.reach(),
        aspect=_WIDTH / _HEIGHT,
        text=_SIZE / _HEIGHT,
    )


def _way(trail: Trail, count: int) -> str:
    """The style of a trail: of many series, those that are not held only hint at theirs."""
    return "trail-strong" if trail.held else "trail-far" if count > FEW else "trail"


def _around(values: Floats) -> Scale:
    """A scale with 100 in its middle that shows all values."""
    reach = max(0.5, 1.08 * float(np.abs(values - _CENTRE).max()))
    return Scale(_CENTRE - reach, _CENTRE + reach)


def _told(trail: Trail) -> str:
    where = f"ratio {decimal(float(trail.ratio[-1]))}, momentum {decimal(float(trail.momentum[-1]))}"
    return f"{trail.name}: {trail.quadrant.lower()}, {where}"


def _names(trails: Sequence[Trail], dots: Sequence[Dot]) -> list[Label]:
    """Names beside the points, where there is room for them: of those held first, then of those far from the centre."""
    texts = [shortened(trail.name, _LONGEST, _SIZE) for trail in trails]
    points = [
        Named(dot.x * _WIDTH, dot.y * _HEIGHT, text_width(text, _SIZE)) for dot, text in zip(dots, texts, strict=True)
    ]
    order = sorted(
        (k for k in range(len(trails)) if trails[k].held or len(trails) <= FEW),
        key=lambda k: (not trails[k].held, -trails[k].distance, trails[k].symbol),
    )
    places = placed(points, Room(_WIDTH, _HEIGHT, _LINE, _DOT, AWAY * _SIZE), order)
    return [
        Label(
            dot.x, dot.y, text, dot.role, place.side, place.rise / _HEIGHT, strong=trail.held,
            code=trail.symbol if trail.name != trail.symbol else "",
        )
        for trail, dot, text, place in zip(trails, dots, texts, places, strict=True)
        if place
    ]  # fmt: skip


def _corners() -> list[Label]:
    """The quadrants' names in their corners, clockwise from the upper right."""
    corners = ((1.0, 1.0), (1.0, 0.0), (0.0, 0.0), (0.0, 1.0))
    return [
        Label(x, y, name, "", "left" if x else "right", -_INSET if y else _INSET, style="corner")
        for name, (x, y) in zip(QUADRANTS, corners, strict=True)
    ]
