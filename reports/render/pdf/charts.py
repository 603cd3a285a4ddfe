"""Charts on paper: the same descriptions as on the page."""

from __future__ import annotations

import numpy as np

from ....data.types import Floats
from ...charts.rrg_map import HEIGHT, QUADRANTS, SIZE, WIDTH, Map
from ...charts.spec import Chart, spread
from .page import FAINT, HAIR, INK, RULE, SOFT, TONES, Paper, mixed
from .parts import Box

_POINT = 25.4 / 72.0  # millimetres


def draw_chart(paper: Paper, chart: Chart, box: Box, size: float = 6.0) -> None:
    """Paint a chart into a box, axis labels outside it to the left and below, line labels to the right."""
    wide, high = box.right - box.left, box.bottom - box.top
    for band in chart.bands:
        paper.box(box.left + band.start * wide, box.top, box.left + band.stop * wide, box.bottom, TONES[band.role])
    for tick in chart.y_ticks:
        y = box.bottom - tick.at * high
        paper.line((box.left, box.right), (y, y), HAIR, 0.4)
        paper.text(box.left - 1.5, y + 0.75, tick.text, size, SOFT, "right")
    for tick in chart.x_ticks:
        paper.text(box.left + tick.at * wide, box.bottom + 3.4, tick.text, size, SOFT, "center")
    for k, line in reversed(list(enumerate(chart.lines))):
        known = np.isfinite(line.y)
        path = np.column_stack([box.left + line.x[known] * wide, box.bottom - line.y[known] * high])
        if chart.filled and k == 0 and len(path):
            edge = np.array([[path[-1, 0], box.top], [path[0, 0], box.top]])
            paper.polygon(np.concatenate([path, edge]), mixed(TONES["fall"], 0.45))
        paper.polyline(path, TONES[line.role], 0.5 if chart.filled else 0.9 if k == 0 else 0.65)
    ends = spread([float(line.y[-1]) if np.isfinite(line.y[-1]) else 0.0 for line in chart.lines], 2.7 / high)
    for line, at in zip(chart.lines, ends, strict=True):
        room = 24.0 - paper.width(line.value, size)
        label = paper.fitted(line.label, size, room)
        y = box.bottom - at * high + 0.75
        paper.text(box.right + 1.5, y, label, size, TONES[line.role])
        paper.text(box.right + 2.3 + paper.width(label, size), y, line.value, size, SOFT)


def draw_key(paper: Paper, key: tuple[tuple[str, str], ...], right: float, y: float, size: float = 6.0) -> None:
    """What the shades mean, in one line that ends at ``right``, from baseline ``y``."""
    x = right - sum(paper.width(name, size) + 6.5 for _, name in key) + 2.5
    for role, name in key:
        paper.box(x - 0.15, y - 1.95, x + 2.65, y + 0.45, RULE)
        paper.box(x, y - 1.8, x + 2.5, y + 0.3, TONES[role])
        paper.text(x + 3.5, y, name, size, SOFT)
        x += paper.width(name, size) + 6.5


def draw_map(paper: Paper, map: Map, left: float, top: float, wide: float) -> float:
    """Paint a map ``wide`` millimetres across, labels of its axes outside; returns where it ends."""
    unit = wide / WIDTH
    bottom = top + HEIGHT * unit

    def across(x: float) -> float:
        return left + x * unit

    def down(y: float) -> float:
        return bottom - y * unit

    for tick in map.x_ticks:
        paper.line((across(tick.at), across(tick.at)), (top, bottom), HAIR, 0.4)
        paper.text(across(tick.at), bottom + 3.4, tick.text, 6, SOFT, "center")
    for tick in map.y_ticks:
        paper.line((left, left + wide), (down(tick.at), down(tick.at)), HAIR, 0.4)
        paper.text(left - 1.5, down(tick.at) + 0.75, tick.text, 6, SOFT, "right")
    x, y = map.centre
    paper.line((across(x), across(x)), (top, bottom), FAINT, 0.6)
    paper.line((left, left + wide), (down(y), down(y)), FAINT, 0.6)
    right, low, high = left + wide - 1.0, bottom - 1.5, top + 3.0
    corners = ((right, high, "right"), (right, low, "right"), (left + 1.0, low, "left"), (left + 1.0, high, "left"))
    for name, (at, line, align) in zip(QUADRANTS, corners, strict=True):
        paper.text(at, line, name, 6.5, FAINT, align)
    for trail in map.trails:
        tone = TONES[trail.role]
        path = np.column_stack([left + trail.x * unit, bottom - trail.y * unit])
        paper.polyline(path, mixed(tone, 0.85 if trail.held else 0.45), 0.9 if trail.held else 0.5)
    for trail in map.trails:
        at, line = across(float(trail.x[-1])), down(float(trail.y[-1]))
        if trail.held:
            paper.polygon(_disc(at, line, 0.95), INK)
        paper.polygon(_disc(at, line, 0.7), TONES[trail.role])
    symbols = {trail.name: trail.symbol for trail in map.trails}
    size = SIZE * unit / _POINT * 0.95
    for label in map.labels:
        text = paper.name(symbols.get(label.text, ""), label.text)
        paper.text(across(label.x), down(label.y), text, size, INK if label.held else SOFT)
    paper.text(left + wide, bottom + 6.4, "Ratio →", 6, SOFT, "right")
    paper.text(left - 8, top - 1.5, "Momentum", 6, SOFT)
    return bottom + 7.0


def _disc(x: float, y: float, radius: float) -> Floats:
    turns = np.linspace(0.0, 2.0 * np.pi, 25)[:-1]
    return np.column_stack([x + radius * np.cos(turns), y + radius * np.sin(turns)])
