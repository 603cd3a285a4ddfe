"""Charts of filled rectangles: upright bars in groups, lying bars on both sides of 0, a table of coloured cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ...data.types import Floats
from ..formatting import percent
from .axes import linear_scale
from .spec import Chart, Tick, Tile, straight

_GAP = 0.15
"""Share of a group of bars that is left free on either side."""
_FULL = 0.62
"""Strength of the strongest cell."""


def grouped_bars(
    title: str, names: Sequence[str], groups: Sequence[tuple[str, str, Floats]], *, key: bool = True
) -> Chart:
    """Upright bars of fractions, those of one name beside each other.

    Parameters
    ----------
    title : str
    names : sequence of K str
        Below the groups.
    groups : sequence of (label, role, values of shape (K,))
        A bar in each group; NaN has none.
    key : bool
        Whether a legend says what the colours are.
    """
    values = np.concatenate([own for _, _, own in groups])
    scale = linear_scale(np.append(values, 0.0), 0.05, 1e-3)
    step, zero = 1.0 / max(len(names), 1), scale.place(0.0)
    wide = step * (1 - 2 * _GAP) / len(groups)
    tiles = []
    for k in range(len(names)):
        for n, (_, role, own) in enumerate(groups):
            if math.isfinite(own[k]):
                left, at = (k + _GAP) * step + n * wide, scale.place(float(own[k]))
                tiles.append(Tile(left, left + wide, min(zero, at), max(zero, at), role))
    told = "; ".join(
        f"{name}: " + ", ".join(f"{label} {percent(float(own[k]))}" for label, _, own in groups)
        for k, name in enumerate(names)
    )
    return Chart(
        title, f"{title}. {told}.", tuple(Tick((k + 0.5) * step, name) for k, name in enumerate(names)),
        scale.percent_ticks(), lines=(straight((0.0, zero), (1.0, zero), "axis"),), tiles=tuple(tiles),
        key=tuple((role, label) for label, role, _ in groups) if key else (), y_reach=scale.reach(percent=True),
    )  # fmt: skip


def lying_bars(title: str, names: Sequence[str], values: Floats, roles: Sequence[str]) -> Chart:
    """A bar for each name, to the right for gains and to the left for losses, the first on top.

    Parameters
    ----------
    title : str
    names : sequence of K str
    values : array of shape (K,)
        Fractions.
    roles : sequence of K str
        Colours.
    """
    scale, step = linear_scale(np.append(values, 0.0), 0.05, 1e-3), 1.0 / max(len(names), 1)
    zero, tiles, ticks = scale.place(0.0), [], []
    for k, (name, value, role) in enumerate(zip(names, values.tolist(), roles, strict=True)):
        middle, at = 1.0 - (k + 0.5) * step, scale.place(value)
        ticks.append(Tick(middle, name))
        tiles.append(Tile(min(zero, at), max(zero, at), middle - 0.35 * step, middle + 0.35 * step, role))
    told = "; ".join(f"{name} {percent(value, 1, True)}" for name, value in zip(names, values.tolist(), strict=True))
    return Chart(
        title, f"{title}. {told}.", scale.percent_ticks(True), tuple(ticks), height=max(120, 18 * len(names)),
        lines=(straight((zero, 0.0), (zero, 1.0), "axis"),), tiles=tuple(tiles), x_reach=scale.reach(percent=True),
    )  # fmt: skip


def _points(value: float) -> str:
    return percent(value).removesuffix("%")


def heat_cells(
    title: str,
    down: Sequence[str],
    across: Sequence[str],
    values: Floats,
    full: float,
    written: Callable[[float], str] = _points,
) -> Chart:
    """A table of numbers, each cell coloured by its value: gains above 0, losses below; the first row on top.

    Parameters
    ----------
    title : str
    down, across : sequences of R and C str
    values : array of shape (R, C)
        NaN is left blank.
    full : float
        > 0; the size at which a cell has its full colour.
    written : callable
        What stands in a cell; default: fractions in percent.
    """
    high, wide = 1.0 / max(len(down), 1), 1.0 / max(len(across), 1)
    tiles = [
        Tile(
            j * wide, (j + 1) * wide, 1.0 - (i + 1) * high, 1.0 - i * high, "up" if value > 0 else "down",
            _FULL * min(1.0, abs(float(value)) / full), written(float(value)),
        )
        for (i, j), value in np.ndenumerate(values) if math.isfinite(value)
    ]  # fmt: skip
    told = f"{title}, {len(down)} rows and {len(across)} columns."
    return Chart(
        title, told, tuple(Tick((j + 0.5) * wide, name) for j, name in enumerate(across)),
        tuple(Tick(1.0 - (i + 0.5) * high, name) for i, name in enumerate(down)), tiles=tuple(tiles),
        height=20 + 22 * len(down),
    )  # fmt: skip
