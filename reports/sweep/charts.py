"""Charts of a sweep: how all variants are spread, and which values the best have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...data.types import Floats
from ..charts.axes import Scale, linear_scale
from ..charts.spec import Chart, Label, Line, Tick, straight
from ..charts.tiled import heat_cells
from ..formatting import by_unit
from ..metrics.registry import Definition
from .content import SweepContent

BINS = 60
MOST_CELLS = 400
"""Cells of a heat map that have their numbers in them."""
BEST = 0.1
"""Share of the variants drawn strong in parallel coordinates."""
_TALL = 0.9
_EDGE = 0.06
_LETTERS = 14  # of a value at the end of an axis


def distribution_chart(content: SweepContent) -> Chart | None:
    """How many variants have which value of the metric, with the median and the best marked; None for less than two.

    Parameters
    ----------
    content : SweepContent
    """
    values = content.spread
    if len(values) < 2 or values[0] == values[-1]:
        return None
    scale = linear_scale(values, 0.03, 0.0)
    counts, edges = np.histogram(values, bins=min(BINS, max(5, int(np.sqrt(len(values))) * 2)))
    x = np.repeat(scale.at(edges), 2)
    y = np.concatenate(([0.0], np.repeat(counts / counts.max() * _TALL, 2), [0.0]))
    unit, median, best = content.metric.unit, float(np.median(values)), float(values[-1])
    marks = [(median, "median", "benchmark"), (best, "best", "strategy")]
    told = f"median {by_unit(median, unit)}, best {by_unit(best, unit)}"
    return Chart(
        f"{content.metric.label} of all variants",
        f"{content.metric.label} of {len(values):,} variants: {told}.",
        x_ticks=_ticks(scale, content.metric),
        y_ticks=(Tick(0.0, "0"), Tick(_TALL, f"{int(counts.max()):,}")),
        lines=(
            Line("", "", "strategy", x, y),
            *(straight((scale.place(at), 0.0), (scale.place(at), 1.0), "level", role) for at, _, role in marks),
        ),
        labels=tuple(
            Label(place, 0.96, f"{name} {by_unit(at, unit)}", side="left" if place > 0.5 else "right")
            for at, name, _ in marks
            for place in [scale.place(at)]
        ),
        height=180,
        x_reach=scale.reach(),
    )


def parallel_chart(content: SweepContent) -> Chart:
    """A line per variant through its parameters to the metric; the best tenth strong.

    Parameters
    ----------
    content : SweepContent
    """
    count, axes = content.lines.shape
    x = np.linspace(_EDGE, 1.0 - _EDGE, axes)
    strong = max(1, round(count * BEST))
    named = [*content.names, content.metric.label]
    return Chart(
        f"Parameters and {content.metric.label}",
        f"A line per variant through {', '.join(named)}; strong lines are the best tenth.",
        x_ticks=tuple(Tick(float(at), name) for at, name in zip(x, named, strict=True)),
        lines=(
            *(Line("", "", "strategy", x, _moved(row), "trail-strong") for row in content.lines[:strong]),
            *(Line("", "", "benchmark", x, _moved(row), "ticks") for row in content.lines[strong:]),
            *(straight((float(at), 0.0), (float(at), 1.0), "axis") for at in x),
        ),
        labels=tuple(_ends(content, x)),
        height=300,
    )


def _ends(content: SweepContent, x: Floats) -> list[Label]:
    """The first and the last value of each axis at its ends."""
    unit, values = content.metric.unit, content.spread
    ends = [(own[0], own[-1]) for own in content.labels]
    ends.append((by_unit(float(values[0]), unit), by_unit(float(values[-1]), unit)) if len(values) else ("", ""))
    out = []
    for k, (at, (low, high)) in enumerate(zip(x.tolist(), ends, strict=True)):
        side = "left" if k == len(x) - 1 else "right"
        out.append(Label(at, _moved(0.0), _short(low), side=side))
        if high != low:
            out.append(Label(at, _moved(1.0), _short(high), side=side))
    return out


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def _moved(place: Any) -> Any:
    """A place on an axis with room for its ends."""
    return 0.06 + 0.88 * place


def _ticks(scale: Scale, metric: Definition) -> tuple[Tick, ...]:
    return tuple(Tick(scale.place(level), by_unit(level, metric.unit)) for level in scale.levels())


def heat_chart(table: pd.DataFrame, metric: Definition) -> Chart:
    """A metric by two parameters as coloured cells: gains above 0, losses below.

    Parameters
    ----------
    table : DataFrame
        NaN is left blank.
    metric : Definition
    """
    values = table.to_numpy(np.float64)
    most = float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
    down, across = ([str(value) for value in axis] for axis in (table.index, table.columns))
    written = (lambda value: by_unit(value, metric.unit)) if values.size <= MOST_CELLS else (lambda value: "")
    chart = heat_cells(f"{metric.label}, median over the others", down, across, values, most, written)
    return chart._replace(x_name=str(table.columns.name), y_name=str(table.index.name))
