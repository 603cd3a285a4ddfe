"""A scatter of few points, each with its name beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..formatting import percent
from .axes import Scale, linear_scale
from .labels import Box, Named, Place, Room, placed, shortened, text_width
from .spec import Chart, Dot, Label, Line, straight

_NARROW = 300.0  # pixels: names that don't meet in so narrow a plot don't in a wider one either
_SIZE, _LINE, _DOT, _GAP = 11.0, 15.0, 6.0, 8.0  # pixels: of a narrow page's text, a line of it, half a dot, to a name
_LONGEST = 164.0  # pixels of a name
_ASIDE = 0.012  # of the width, from a point to the end of a leader


def turnover_against_return(
    runs: Sequence[tuple[str, str, float, float]], level: tuple[str, float] | None = None
) -> Chart | None:
    """Turnover a year across, return a year up; None where fewer than two runs have both.

    Parameters
    ----------
    runs : sequence of (label, role, turnover, return)
    level : (label, return), optional
        Of a line across: the benchmark, which trades nothing.

    Returns
    -------
    Chart or None
        As high as it must be for all names to have room.
    """
    known = [run for run in runs if math.isfinite(run[2]) and math.isfinite(run[3])]
    if len(known) < 2:
        return None
    across = [level] if level and math.isfinite(level[1]) else []
    right = Scale(0.0, max(max(turnover for *_, turnover, _ in known) * 1.04, 0.1))
    up = linear_scale(np.array([*(run[3] for run in known), *(grown for _, grown in across)]), 0.08, 0.002)
    dots = tuple(
        Dot(right.place(turnover), up.place(grown), role, f"{label} {turnover:.1f}×, {_percent(grown)}")
        for label, role, turnover, grown in known
    )
    beyond = tuple(
        Label(1.0, up.place(grown), shortened(name, _LONGEST, _SIZE), "benchmark", "beyond", 0.0, _percent(grown))
        for name, grown in across
    )
    names, height = _names([run[0] for run in known], dots, beyond)
    leaders = (_leader(name) for name in names if abs(name.rise) * height > (_LINE if name.side == "middle" else 4))
    told = "; ".join([*(dot.text for dot in dots), *(f"{name.text} {name.note}" for name in beyond)])
    return Chart(
        "Turnover against return",
        f"Turnover a year and return a year. {told}.",
        right.ticks("{:g}×".format),
        up.percent_ticks(),
        lines=(*leaders, *(straight((0.0, name.y), (1.0, name.y), "level", name.role) for name in beyond)),
        dots=dots,
        labels=(*names, *beyond),
        x_grid=True,
        height=height,
        x_reach=right.reach(),
        y_reach=up.reach(percent=True),
    )


def _percent(grown: float) -> str:
    return percent(grown, 1, True)


def _leader(name: Label) -> Line:
    """From a point to the end of its name that is nearer to it."""
    aside = {"left": -_ASIDE, "right": _ASIDE}.get(name.side, 0.0)
    return straight((name.x, name.y), (name.x + aside, name.y + name.rise), "leader")


def _names(labels: Sequence[str], dots: Sequence[Dot], beyond: Sequence[Label]) -> tuple[list[Label], int]:
    """A name for each dot, cut to the room beside it, and the height in pixels that has room for all of them."""
    texts = [
        shortened(label, min(_LONGEST, max(dot.x, 1 - dot.x) * _NARROW - _GAP), _SIZE)
        for label, dot in zip(labels, dots, strict=True)
    ]
    height = max(260, 22 * (len(dots) + 1))
    while None in (places := _places(texts, dots, beyond, height)):
        height = height * 5 // 4
    return [
        Label(dot.x, dot.y, text, dot.role, place.side, place.rise / height)
        for dot, text, place in zip(dots, texts, places, strict=True)
        if place
    ], height


def _places(texts: Sequence[str], dots: Sequence[Dot], beyond: Sequence[Label], height: int) -> list[Place | None]:
    points = [
        Named(dot.x * _NARROW, dot.y * height, text_width(text, _SIZE)) for dot, text in zip(dots, texts, strict=True)
    ]
    taken = [  # on a narrow page it stands inside
        Box(_NARROW - text_width(name.text + name.note, _SIZE), _NARROW, name.y * height, name.y * height + _LINE)
        for name in beyond
    ]
    return placed(points, Room(_NARROW, height, _LINE, _DOT, _GAP, 2 * height // round(_LINE)), taken=taken)
