"""Charts in print: the marks of a chart in millimetres on a page."""

from __future__ import annotations

import numpy as np

from ....data.types import Floats
from ...charts.labels import spread
from ...charts.spec import AWAY, LIGHTER, Chart, Dot, Label, Line
from .page import FAINT, HAIR, INK, POINT, RULE, SOFT, TONES, PageWriter, mixed
from .parts import Box

_STYLES: dict[str, tuple[float, float]] = {  # width in points, and strength of the colour
    "series": (0.65, 1.0), "level": (0.5, 1.0), "axis": (0.6, 1.0), "trail": (0.5, 0.45), "trail-strong": (0.9, 0.85),
    "leader": (0.4, 1.0), "reach": (1.2, 0.45), "ticks": (0.3, 0.45),
}  # fmt: skip
_FIRST = 0.9  # width of the first line


def draw_chart(writer: PageWriter, chart: Chart, box: Box, size: float = 6.0) -> None:
    """Paint a chart into a box.

    Axis labels stand outside it to the left and below, labels of lines to the right; names of rows are the page's.

    Parameters
    ----------
    writer : PageWriter
    chart : Chart
    box : Box
    size : float
        Of its texts, in points; names inside the picture have the size that the chart says.
    """
    _grid(writer, chart, box, size)
    step = (box.bottom - box.top) / max(len(chart.rows), 1)
    for k, row in enumerate(chart.rows):
        top, tone = box.top + (k + 0.15) * step, TONES.get(row.role, FAINT)
        if row.lighter:
            tone = mixed(tone, LIGHTER)
        for bar in row.bars:
            writer.box(_across(box, bar.start), top, _across(box, bar.stop), top + 0.7 * step, tone)
    for k, line in reversed(list(enumerate(chart.lines))):
        width, strength = _STYLES[line.style]
        if line.style == "series":
            width = _FIRST if k == 0 else width
        for piece in _pieces(line, box):
            writer.polyline(piece, mixed(TONES.get(line.role, FAINT), strength), width)
    for dot in reversed(chart.dots):
        _dot(writer, dot, box)
    for label in chart.labels:
        _label(writer, label, box, chart.text * (box.bottom - box.top) / POINT or size)
    _ends(writer, chart, box, size)


def _grid(writer: PageWriter, chart: Chart, box: Box, size: float) -> None:
    """Shades, grid, and what is written at the axes."""
    for band in chart.bands:
        writer.box(_across(box, band.start), box.top, _across(box, band.stop), box.bottom, TONES[band.role])
    for tick in chart.y_ticks:
        y = _down(box, tick.at)
        writer.line((box.left, box.right), (y, y), HAIR, 0.4)
        writer.text(box.left - 1.5, y + 0.75, tick.text, size, SOFT, "right")
    for tick in chart.x_ticks:
        x = _across(box, tick.at)
        if chart.x_grid:
            writer.line((x, x), (box.top, box.bottom), HAIR, 0.4)
        writer.text(x, box.bottom + 3.4, tick.text, size, SOFT, "center")
    writer.text(box.right, box.bottom + 6.4, chart.x_name, size, SOFT, "right")
    writer.text(box.left - 8, box.top - 1.5, chart.y_name.removesuffix(" ↑"), size, SOFT)  # the font lacks the arrow


def _ends(writer: PageWriter, chart: Chart, box: Box, size: float) -> None:
    """The labels at the ends of lines."""
    last = [float(line.y[-1]) if np.isfinite(line.y[-1]) else 0.0 for line in chart.named_lines]
    for line, at in zip(chart.named_lines, spread(last, 2.7 / (box.bottom - box.top)), strict=True):
        room = 24.0 - writer.width(line.value, size)
        label = writer.fitted(line.label, size, room)
        y = _down(box, at) + 0.75
        writer.text(box.right + 1.5, y, label, size, TONES[line.role])
        writer.text(box.right + 2.3 + writer.width(label, size), y, line.value, size, SOFT)


def _dot(writer: PageWriter, dot: Dot, box: Box) -> None:
    at, line = _across(box, dot.x), _down(box, dot.y)
    if dot.strong:
        writer.polygon(_disc(at, line, 0.95), INK)
    writer.polygon(_disc(at, line, 0.7), TONES[dot.role])


def _label(writer: PageWriter, label: Label, box: Box, size: float) -> None:
    """A text that hangs on its point."""
    away = {"middle": 0.0, "left": -AWAY}.get(label.side, AWAY) * size * POINT
    align = {"left": "right", "middle": "center"}.get(label.side, "left")
    text = writer.name(label.code, label.text) if label.code else label.text
    x, y = _across(box, label.x) + away, _down(box, label.y + label.rise) + 0.3 * size * POINT
    tone = FAINT if label.style == "corner" else INK if label.strong else SOFT
    writer.text(x, y, f"{text} {label.note}".rstrip(), size, tone, align)


def _across(box: Box, at: float) -> float:
    return box.left + at * (box.right - box.left)


def _down(box: Box, at: float) -> float:
    return box.bottom - at * (box.bottom - box.top)


def _path(line: Line, box: Box) -> Floats:
    """Its known points, shape (K, 2)."""
    known = np.isfinite(line.y)
    x = box.left + line.x[known] * (box.right - box.left)
    return np.column_stack([x, box.bottom - line.y[known] * (box.bottom - box.top)])


def _pieces(line: Line, box: Box) -> list[Floats]:
    """Its stretches of known points, each of shape (K, 2)."""
    known = np.flatnonzero(np.isfinite(line.y))
    path = _path(line, box)
    return np.split(path, np.flatnonzero(np.diff(known) > 1) + 1)


def _disc(x: float, y: float, radius: float) -> Floats:
    turns = np.linspace(0.0, 2.0 * np.pi, 25)[:-1]
    return np.column_stack([x + radius * np.cos(turns), y + radius * np.sin(turns)])


def draw_key(writer: PageWriter, key: tuple[tuple[str, str], ...], right: float, y: float, size: float = 6.0) -> None:
    """What the shades mean, in one line that ends at ``right``, from baseline ``y``."""
    x = right - sum(writer.width(name, size) + 6.5 for _, name in key) + 2.5
    for role, name in key:
        writer.box(x - 0.15, y - 1.95, x + 2.65, y + 0.45, RULE)
        writer.box(x, y - 1.8, x + 2.5, y + 0.3, TONES[role])
        writer.text(x + 3.5, y, name, size, SOFT)
        x += writer.width(name, size) + 6.5
