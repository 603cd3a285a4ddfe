"""Charts as inline SVG that stretches with the page: shapes in a unit box, labels as text beside it in real pixels."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup, escape

from ...data.types import Floats
from ..formatting import decimal
from .rrg_map import HEIGHT as MAP_HEIGHT
from .rrg_map import QUADRANTS, Map
from .rrg_map import WIDTH as MAP_WIDTH
from .spec import Band, Chart, Line, Row, Tick, Timeline, spread

WIDTH, HEIGHT = 4000, 1000  # of the unit box, in whole steps
_ZOOM = 8.0  # pixels to a unit of the map


def chart(chart: Chart, height: int = 260, on_paper: int = 0) -> Markup:
    """A chart ``height`` pixels high, with its axis labels and a label at the end of each line.

    Labels are kept apart there, and where a print squeezes the chart to ``on_paper`` pixels.

    On narrow pages the labels go below, as a legend.
    """
    shapes = [_bands(chart.bands)]
    shapes += [f'<path class="grid" d="M0 {_y(tick.at)}H{WIDTH}"/>' for tick in chart.y_ticks]
    if chart.filled and chart.lines:
        shapes.append(f'<path class="fill {chart.lines[0].role}" d="{_area(chart.lines[0])}"/>')
    shapes += [f'<path class="line {line.role}" d="{_path(line.x, line.y)}"/>' for line in reversed(chart.lines)]
    gap = max(17.0 / height, 10.0 / (on_paper or height))
    ends = spread([float(line.y[-1]) if np.isfinite(line.y[-1]) else 0.0 for line in chart.lines], gap)
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


def behind(timeline: Timeline) -> Markup:
    """What lies behind the bars of every series, once: bands and grid, for ``row`` to refer to."""
    grid = "".join(f'<path class="grid" d="M{_x(tick.at)} 0V{HEIGHT}"/>' for tick in timeline.x_ticks)
    return Markup(
        f'<svg class="defs" width="0" height="0" aria-hidden="true"><defs><g id="behind">{_bands(timeline.bands)}{grid}'
        "</g></defs></svg>"
    )


def row(row: Row) -> Markup:
    """The bars of one series, on what ``behind`` has drawn."""
    bars = "".join(
        f'<path d="M{_x(bar.start)} 0H{_x(bar.stop)}V{HEIGHT}H{_x(bar.start)}z">'
        f"<title>{escape(bar.text)}</title></path>"
        for bar in row.bars
    )
    return Markup(_svg(['<use href="#behind"/>', f'<g class="bars {row.role}">{bars}</g>']))


def share(value: float, widest: float) -> Markup:
    """A bar to the right of a middle for gains, to the left for losses; ``widest`` is the longest."""
    at = 60 + round(58 * value / widest) if widest > 0 else 60
    sign = "up" if value > 0 else "down"
    return Markup(
        f'<svg viewBox="0 0 120 11" preserveAspectRatio="none" aria-hidden="true"><path class="{sign}" '
        f'd="M60 1H{at}V10H60z"/><path class="zero" d="M60 0V11"/></svg>'
    )


def rotation_map(map: Map) -> Markup:
    """The map with its tails, labels and axes; it keeps its proportions, and scales as a whole."""

    def place(x: float, y: float) -> str:
        return f"{x * _ZOOM:.0f} {(MAP_HEIGHT - y) * _ZOOM:.0f}"

    wide, high = round(MAP_WIDTH * _ZOOM), round(MAP_HEIGHT * _ZOOM)
    (x, y), left, below = map.centre, 50, 34
    shapes = [f'<path class="grid" d="M{tick.at * _ZOOM:.0f} 0V{high}"/>' for tick in map.x_ticks]
    shapes += [f'<path class="grid" d="M0 {(MAP_HEIGHT - tick.at) * _ZOOM:.0f}H{wide}"/>' for tick in map.y_ticks]
    shapes.append(f'<path class="axis" d="M{x * _ZOOM:.0f} 0V{high}M0 {(MAP_HEIGHT - y) * _ZOOM:.0f}H{wide}"/>')
    corners = ((wide - 8, 20, "end"), (wide - 8, high - 10, "end"), (8, high - 10, "start"), (8, 20, "start"))
    shapes += [
        f'<text class="quadrant" x="{a}" y="{b}" text-anchor="{anchor}">{name}</text>'
        for name, (a, b, anchor) in zip(QUADRANTS, corners, strict=True)
    ]
    for trail in map.trails:
        steps = "L".join(place(a, b) for a, b in zip(trail.x.tolist(), trail.y.tolist(), strict=True))
        where = f"ratio {decimal(trail.ratio)}, momentum {decimal(trail.momentum)}"
        told = f"{trail.name}: {trail.quadrant.lower()}, {where}"
        cx, cy = place(float(trail.x[-1]), float(trail.y[-1])).split()
        shapes.append(
            f'<g class="trail {trail.role}{" held" * trail.held}"><path d="M{steps}"/>'
            f'<circle cx="{cx}" cy="{cy}" r="{5 if trail.held else 4}"><title>{escape(told)}</title></circle></g>'
        )
    for label in map.labels:
        a, b = place(label.x, label.y).split()
        shapes.append(
            f'<text class="name {label.role}{" held" * label.held}" x="{a}" y="{b}">{escape(label.text)}</text>'
        )
    shapes += [
        f'<text class="tick" x="{tick.at * _ZOOM:.0f}" y="{high + 16}" text-anchor="middle">{tick.text}</text>'
        for tick in map.x_ticks
    ]
    shapes += [
        f'<text class="tick" x="-8" y="{(MAP_HEIGHT - tick.at) * _ZOOM + 4:.0f}" text-anchor="end">{tick.text}</text>'
        for tick in map.y_ticks
    ]
    shapes.append(f'<text class="tick" x="{wide}" y="{high + 30}" text-anchor="end">Ratio →</text>')
    shapes.append('<text class="tick" x="-44" y="-8" text-anchor="start">Momentum ↑</text>')
    held = ", ".join(trail.name for trail in map.trails if trail.held) or "none"
    told = f"RRG-style map of {len(map.trails)} series; held: {held}. The list below says where each one is."
    return Markup(
        f'<svg class="map" viewBox="{-left} -20 {wide + left + 4} {high + below + 22}" role="img" '
        f'aria-label="{escape(told)}">{"".join(shapes)}</svg>'
    )  # every text in it was escaped


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
    """One path for each colour."""
    steps: dict[str, str] = {}
    for band in bands:
        a, b = _x(band.start), _x(band.stop)
        steps[band.role] = steps.get(band.role, "") + f"M{a} 0H{b}V{HEIGHT}H{a}z"
    return "".join(f'<path class="{_band_class(role)}" d="{drawn}"/>' for role, drawn in steps.items())


def _band_class(role: str) -> str:
    return role if role == "band" else f"band {role}"


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
