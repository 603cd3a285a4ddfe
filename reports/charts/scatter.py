"""A scatter of few points, each with its name beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from ..formatting import percent
from .rrg_map import text_width
from .spec import Tick, linear_levels

WIDTH, HEIGHT = 1000, 1000  # of the unit box, in whole steps
_NARROW = 300.0  # pixels: names that don't meet in so narrow a plot don't in a wider one either
_SIZE, _LINE, _DOT, _GAP = 11.0, 15.0, 6.0, 8.0  # pixels: of a narrow page's text, a line of it, half a dot, to a name
_LONGEST = 24  # characters of a name


class Spot(NamedTuple):
    """A point; x and y as fractions of the axes from the lower left.

    ``side`` is where its name stands: "left" or "right" of it, at the height ``at``.
    """

    label: str
    text: str
    role: str
    x: float
    y: float
    side: str = "right"
    at: float = 0.0


class Scatter(NamedTuple):
    """Points and axes; ``level`` is a line across, such as the benchmark's, with its label."""

    summary: str
    spots: tuple[Spot, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    level: Spot | None
    height: int  # pixels


def turnover_against_return(
    runs: Sequence[tuple[str, str, float, float]], level: tuple[str, float] | None = None
) -> Scatter | None:
    """Turnover a year across, return a year up; None where fewer than two runs have both.

    Parameters
    ----------
    runs : sequence of (label, role, turnover, return)
    level : (label, return), optional
        Of a line across: the benchmark, which trades nothing.
    """
    known = [run for run in runs if math.isfinite(run[2]) and math.isfinite(run[3])]
    if len(known) < 2:
        return None
    across = level if level and math.isfinite(level[1]) else None
    right = max(max(turnover for *_, turnover, _ in known) * 1.04, 0.1)
    heights = [grown for *_, grown in known] + ([across[1]] if across else [])
    low, high = min(heights), max(heights)
    pad = max((high - low) * 0.08, 0.002)
    low, high = low - pad, high + pad
    height = max(260, 22 * (len(known) + 1))

    def up(value: float) -> float:
        return (value - low) / (high - low)

    points = [
        Spot(label, f"{turnover:.1f}×, {percent(grown, 1, True)}", role, turnover / right, up(grown))
        for label, role, turnover, grown in known
    ]
    line = None
    if across:
        at = up(across[1])
        line = Spot(across[0], percent(across[1], 1, True), "benchmark", 1.0, at, "beyond", at)
    spots = tuple(_named(points, line, height))
    levels = linear_levels(low, high)
    digits = 0 if all(abs(value * 100 - round(value * 100)) < 1e-6 for value in levels) else 1
    told = "; ".join(f"{spot.label} {spot.text}" for spot in (*spots, *([line] if line else ())))
    return Scatter(
        f"Turnover a year and return a year. {told}.",
        spots,
        tuple(Tick(value / right, f"{value:g}×") for value in linear_levels(0.0, right)),
        tuple(Tick(up(value), percent(value, digits)) for value in levels),
        line,
        height,
    )


class _Box(NamedTuple):
    """A place in pixels of a narrow plot, from its lower left."""

    left: float
    right: float
    low: float
    high: float

    def meets(self, other: _Box) -> bool:
        return self.left < other.right and other.left < self.right and self.low < other.high and other.low < self.high


def _named(points: Sequence[Spot], level: Spot | None, height: int) -> list[Spot]:
    """The points with places for their names that cover no other name and no point, as far as there is room."""
    taken = [
        _Box(x - _DOT, x + _DOT, y - _DOT, y + _DOT)
        for x, y in ((point.x * _NARROW, point.y * height) for point in points)
    ]
    if level:
        wide = text_width(_short(level.label) + level.text, _SIZE)
        taken.append(_Box(_NARROW - wide, _NARROW, level.y * height, level.y * height + _LINE))
    out: dict[int, Spot] = {}
    for k in sorted(range(len(points)), key=lambda k: -points[k].y):
        point = points[k]
        own = taken[k]
        choices = [(shift, side) for shift in _shifts(len(points)) for side in ("right", "left")]
        free = (
            (side, shift)
            for shift, side in choices
            if _fits(box := _box(point, side, shift, height), height)
            and not any(box.meets(other) for other in taken if other is not own)
        )
        side, shift = next(free, ("left" if point.x > 0.5 else "right", 0.0))
        taken.append(_box(point, side, shift, height))
        out[k] = point._replace(side=side, at=point.y + shift / height)
    return [out[k] for k in range(len(points))]


def _shifts(count: int) -> list[float]:
    """Heights to try, in pixels, the nearest first."""
    return [0.0, *(sign * step * _LINE / 2 for step in range(1, 2 * count + 2) for sign in (1, -1))]


def _box(point: Spot, side: str, shift: float, height: int) -> _Box:
    x, y, wide = point.x * _NARROW, point.y * height + shift, text_width(_short(point.label), _SIZE) + _GAP
    left, right = (x - wide, x) if side == "left" else (x, x + wide)
    return _Box(left, right, y - _LINE / 2, y + _LINE / 2)


def _fits(box: _Box, height: int) -> bool:
    return box.left >= 0 and box.right <= _NARROW and box.low >= 0 and box.high <= height


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"


def scatter(drawn: Scatter) -> Markup:
    """The picture: dots in a stretched box, names as text beside them, a fine line to a name that had to move."""
    shapes = [f'<path class="grid" d="M0 {_y(tick.at)}H{WIDTH}"/>' for tick in drawn.y_ticks]
    shapes += [f'<path class="grid" d="M{_x(tick.at)} 0V{HEIGHT}"/>' for tick in drawn.x_ticks]
    if drawn.level:
        shapes.append(f'<path class="line benchmark" d="M0 {_y(drawn.level.y)}H{WIDTH}"/>')
    for spot in drawn.spots:
        if abs(spot.at - spot.y) * drawn.height > 4:
            aside = -12 if spot.side == "left" else 12
            shapes.append(f'<path class="lead" d="M{_x(spot.x)} {_y(spot.y)}L{_x(spot.x) + aside} {_y(spot.at)}"/>')
    shapes += [
        f'<path class="line spot {spot.role}" d="M{_x(spot.x)} {_y(spot.y)}h0"><title>{escape(spot.label)} '
        f"{escape(spot.text)}</title></path>"
        for spot in drawn.spots
    ]
    names = [_name(spot) for spot in (*drawn.spots, *([drawn.level] if drawn.level else ()))]
    labels = [f'<span class="y" style="top:{_percent(1 - tick.at)}">{tick.text}</span>' for tick in drawn.y_ticks]
    labels += [f'<span class="x" style="left:{_percent(tick.at)}">{tick.text}</span>' for tick in drawn.x_ticks]
    return Markup(
        f'<div class="chart scatter"><div class="plot" style="height:{drawn.height}px" role="img" '
        f'aria-label="{escape(drawn.summary)}"><svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" '
        f'aria-hidden="true">{"".join(shapes)}</svg>{"".join(labels)}{"".join(names)}</div></div>'
    )  # every text in it was escaped


def _name(spot: Spot) -> str:
    place = f"right:{_percent(1 - spot.x)}" if spot.side == "left" else f"left:{_percent(spot.x)}"
    return (
        f'<span class="name {spot.side} {spot.role}" style="{place};top:{_percent(1 - spot.at)}" aria-hidden="true">'
        f"<b>{escape(_short(spot.label))}</b> {escape(spot.text) if spot.side == 'beyond' else ''}</span>"
    )


def _x(at: float) -> int:
    return round(at * WIDTH)


def _y(at: float) -> int:
    return round((1.0 - at) * HEIGHT)


def _percent(at: float) -> str:
    return f"{at * 100:.2f}%"
