"""Charts as inline SVG that stretches with the page: shapes in a unit box, labels as text beside it in real pixels."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from .figures import Band, Chart, Line, Row, Tick, Timeline, spread

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 4000, 1000  # of the unit box, in whole steps


def chart(chart: Chart, height: int = 260) -> Markup:
    """A chart ``height`` pixels high, with its axis labels and a label at the end of each line.

    On narrow pages the labels go below, as a legend.
    """
    shapes = [_bands(chart.bands)]
    shapes += [f'<path class="grid" d="M0 {_y(tick.at)}H{WIDTH}"/>' for tick in chart.y_ticks]
    if chart.filled and chart.lines:
        shapes.append(f'<path class="fill {chart.lines[0].role}" d="{_area(chart.lines[0])}"/>')
    shapes += [f'<path class="line {line.role}" d="{_path(line.x, line.y)}"/>' for line in reversed(chart.lines)]
    ends = spread([float(line.y[-1]) if np.isfinite(line.y[-1]) else 0.0 for line in chart.lines], 17.0 / height)
    labels = [
        f'<span class="y" style="top:{_percent(1 - tick.at)}">{escape(tick.text)}</span>' for tick in chart.y_ticks
    ]
    labels += _x_labels(chart.x_ticks)
    named = [
        f'<span class="end {line.role}" style="top:{_percent(1 - at)}">'
        f"<b>{escape(line.label)}</b> <i>{escape(line.value)}</i></span>"
        for line, at in zip(chart.lines, ends, strict=True)
    ]
    return Markup(
        f'<div class="chart"><div class="plot" style="height:{height}px" role="img" '
        f'aria-label="{escape(chart.summary)}">{_svg(shapes)}{"".join(labels)}</div>'
        f'<div class="ends" aria-hidden="true">{"".join(named)}</div></div>'
    )  # every text in it was escaped


def row(row: Row, timeline: Timeline) -> Markup:
    """The bars of one series."""
    bars = "".join(
        f'<path d="M{_x(bar.start)} 0H{_x(bar.stop)}V{HEIGHT}H{_x(bar.start)}z">'
        f"<title>{escape(bar.text)}</title></path>"
        for bar in row.bars
    )
    grid = "".join(f'<path class="grid" d="M{_x(tick.at)} 0V{HEIGHT}"/>' for tick in timeline.x_ticks)
    return Markup(_svg([_bands(timeline.bands), grid, f'<g class="bars {row.role}">{bars}</g>']))


def x_labels(ticks: tuple[Tick, ...]) -> Markup:
    """The labels of a time axis, for a relatively placed box."""
    return Markup("".join(_x_labels(ticks)))


def _x_labels(ticks: tuple[Tick, ...]) -> list[str]:
    return [
        f'<span class="x{" minor" * tick.minor}" style="left:{_percent(tick.at)}">{escape(tick.text)}</span>'
        for tick in ticks
    ]


def _svg(shapes: list[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">{"".join(shapes)}</svg>'


def _bands(bands: tuple[Band, ...]) -> str:
    steps = "".join(f"M{_x(band.start)} 0H{_x(band.stop)}V{HEIGHT}H{_x(band.start)}z" for band in bands)
    return f'<path class="band" d="{steps}"/>' if steps else ""


def _path(x: Floats, y: Floats) -> str:
    """A polyline in whole steps, relative where that is shorter; broken at NaN."""
    known = np.isfinite(y)
    across = np.rint(x * WIDTH).astype(np.int64)
    up = np.rint((1.0 - np.where(known, y, 0.0)) * HEIGHT).astype(np.int64)
    out, open_ = [], False
    for px, py, there, dx, dy in zip(
        across.tolist(),
        up.tolist(),
        known.tolist(),
        np.diff(across, prepend=0).tolist(),
        np.diff(up, prepend=0).tolist(),
        strict=True,
    ):
        if there:
            out.append(f"l{dx} {dy}" if open_ else f"M{px} {py}")
        open_ = there
    return "".join(out).replace(" -", "-")


def _area(line: Line) -> str:
    known = np.isfinite(line.y)
    if not known.any():
        return ""
    x = line.x[known]
    return f"{_path(x, line.y[known])}L{_x(x[-1])} 0L{_x(x[0])} 0z"


def _x(at: float) -> int:
    return round(at * WIDTH)


def _y(at: float) -> int:
    return round((1.0 - at) * HEIGHT)


def _percent(at: float) -> str:
    return f"{at * 100:.2f}%"
