"""Charts as SVG with their text inside: pictures that keep their proportions, and scale as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from markupsafe import Markup, escape

from .labels import shortened, spread
from .spec import AWAY, LIGHTER, Chart, Dot, Label, Line, Row, Tick, seen

_CLASSES = {
    "series": "line", "level": "line level", "axis": "axis", "trail": "trail", "trail-strong": "trail strong",
    "trail-far": "trail far",
    "leader": "leader", "reach": "line reach", "ticks": "ticks",
}  # fmt: skip
FONT = 11.5
"""Pixels, of texts where the chart leaves their size to the medium."""
_GAP = 8.0  # pixels, from the plot to its texts
_DROP = 4.0  # pixels, from the middle of a text to its baseline
_ANCHORS = {"right": "start", "left": "end", "middle": "middle", "beyond": "start"}


class Frame(NamedTuple):
    """A plot and the room around it for texts, in pixels of the picture before it is scaled."""

    width: float
    height: float
    left: float
    right: float
    above: float
    below: float


def picture(chart: Chart, frame: Frame) -> Markup:
    """A chart with all its texts; ``page.css`` and the notebook's style have strokes and colours by class.

    Parameters
    ----------
    chart : Chart
    frame : Frame
        Names of rows stand on the left, their values and the labels of lines on the right.
    """
    wide, high = frame.width, frame.height
    box = f"{-frame.left:g} {-frame.above:g} {frame.left + wide + frame.right:g} {frame.above + high + frame.below:g}"
    size = f' font-size="{chart.text * high:.1f}"' if chart.text else ""
    names = "".join(_name(label, frame, chart.text * high) for label in chart.labels)
    return Markup(
        f'<svg class="picture" viewBox="{box}" role="img" aria-label="{escape(chart.summary)}">'
        f"{_marks(chart, frame)}{f'<g{size}>{names}</g>' if names else ''}{_texts(chart, frame)}</svg>"
    )  # every text in it was escaped


def row_picture(row: Row, behind: Chart | None, tones: Mapping[str, str]) -> str:
    """The bars of one row on the shades and the grid of a chart, with its colours inside, to be stretched over a cell.

    Parameters
    ----------
    row : Row
    behind : Chart, optional
        What lies behind all rows.
    tones : mapping of str to str
        Colours by role.
    """
    wide, high = 1000.0, 20.0
    shades: dict[str, str] = {}
    for band in behind.bands if behind else ():
        drawn = f"M{band.start * wide:.0f} 0H{band.stop * wide:.0f}V{high:g}H{band.start * wide:.0f}z"
        shades[tones[band.role]] = shades.get(tones[band.role], "") + drawn
    shapes = [f'<path fill="{tone}" d="{drawn}"/>' for tone, drawn in shades.items() if tone != tones["paper"]]
    grid = "".join(f"M{tick.at * wide:.0f} 0V{high:g}" for tick in (behind.x_ticks if behind else ()))
    shapes += [f'<path stroke="{tones["rule"]}" d="{grid}"/>'] if grid else []
    faint = f' fill-opacity="{LIGHTER}"' if row.lighter else ""
    steps = "".join(
        f"M{bar.start * wide:.0f} 3H{bar.stop * wide:.0f}V{high - 3:g}H{bar.start * wide:.0f}z" for bar in row.bars
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" preserveAspectRatio="none">'
        f'{"".join(shapes)}<path fill="{tones[row.role]}"{faint} d="{steps}"/></svg>'
    )


def axis_picture(ticks: Iterable[Tick], tones: Mapping[str, str]) -> str:
    """The labels of a time axis below rows of bars, with its colours inside.

    Parameters
    ----------
    ticks : iterable of Tick
    tones : mapping of str to str
        Colours by role.
    """
    texts = "".join(
        f'<text x="{tick.at * 500:.0f}" y="8" '
        f'text-anchor="{"start" if tick.at < 0.02 else "end" if tick.at > 0.98 else "middle"}">'
        f"{escape(tick.text)}</text>"
        for tick in ticks
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 11"><g font-size="8" font-family="DejaVu Sans" '
        f'fill="{tones["soft"]}">{texts}</g></svg>'
    )


def _marks(chart: Chart, frame: Frame) -> str:
    wide, high = frame.width, frame.height
    shapes = [
        f'<path class="{"" if band.role == "band" else "band "}{band.role}" '
        f'd="M{band.start * wide:.1f} 0H{band.stop * wide:.1f}V{high:g}H{band.start * wide:.1f}z"/>'
        for band in chart.bands
    ]
    shapes += [f'<path class="grid" d="M0 {(1 - tick.at) * high:.1f}H{wide:g}"/>' for tick in chart.y_ticks]
    if chart.x_grid:
        shapes += [f'<path class="grid" d="M{tick.at * wide:.1f} 0V{high:g}"/>' for tick in chart.x_ticks]
    step = high / max(len(chart.rows), 1)
    shapes += [_bars(row, k * step, step, wide) for k, row in enumerate(chart.rows)]
    shapes += [
        f'<path class="{f"{_CLASSES[line.style]} {line.role}".rstrip()}"{_of(line.code)} d="{_path(line, frame)}"/>'
        for line in (seen(line, chart.columns) for line in reversed(chart.lines))
    ]
    return "".join(shapes) + "".join(_dot(dot, frame) for dot in reversed(chart.dots))


def _texts(chart: Chart, frame: Frame) -> str:
    """Ticks, names of axes, names and values of rows, labels of lines."""
    wide, high = frame.width, frame.height
    texts = [_text(-_GAP, (1 - tick.at) * high, tick.text, "end", "tick") for tick in chart.y_ticks]
    texts += [_text(tick.at * wide, high + 13, tick.text, "middle", "tick") for tick in chart.x_ticks]
    if chart.x_name:
        texts.append(_text(wide, high + 26, chart.x_name, "end", "tick"))
    if chart.y_name:
        texts.append(_text(6 - frame.left, -12, chart.y_name, "start", "tick"))
    step = high / max(len(chart.rows), 1)
    for k, row in enumerate(chart.rows):
        name = shortened(row.name, frame.left - _GAP - 4, FONT)
        texts.append(_text(-_GAP, (k + 0.5) * step, name, "end", "row"))
        texts.append(_text(wide + 7 * _GAP, (k + 0.5) * step, row.value, "end", "value"))
    last = [float(line.y[-1]) if math.isfinite(line.y[-1]) else 0.0 for line in chart.named_lines]
    for line, at in zip(chart.named_lines, spread(last, 15.0 / high), strict=True):
        texts.append(_text(wide + _GAP, (1 - at) * high, line.label, "start", f"end {line.role}", line.value))
    return "".join(texts)


def _bars(row: Row, top: float, step: float, wide: float) -> str:
    bars = "".join(
        f'<path d="M{bar.start * wide:.1f} {top + 0.2 * step:.1f}H{bar.stop * wide:.1f}v{0.6 * step:.1f}'
        f'H{bar.start * wide:.1f}z"/>'
        for bar in row.bars
    )
    return f'<g class="bars {row.role}{" lighter" * row.lighter}">{bars}</g>'


def _of(code: str) -> str:
    """The series that a mark belongs to, for scripts."""
    return f' data-of="{escape(code)}"' if code else ""


def _dot(dot: Dot, frame: Frame) -> str:
    strong = " strong" * dot.strong
    x, y = dot.x * frame.width, (1 - dot.y) * frame.height
    return (
        f'<circle class="spot {dot.role}{strong}"{_of(dot.code)} cx="{x:.1f}" cy="{y:.1f}" '
        f'r="{5 if dot.strong else 4}"><title>{escape(dot.text)}</title></circle>'
    )


def _path(line: Line, frame: Frame) -> str:
    """A polyline, broken at NaN."""
    steps, open_ = [], False
    for x, y in zip((line.x * frame.width).tolist(), ((1 - line.y) * frame.height).tolist(), strict=True):
        there = math.isfinite(y)
        if there:
            steps.append(f"{'L' if open_ else 'M'}{x:.1f} {y:.1f}")
        open_ = there
    return "".join(steps)


def _name(label: Label, frame: Frame, size: float) -> str:
    """A text that hangs on its point."""
    away = {"middle": 0.0, "left": -AWAY}.get(label.side, AWAY) * size
    x, y = label.x * frame.width + away, (1 - label.y - label.rise) * frame.height
    kind = f"{label.style} {label.role}{' strong' * label.strong}".replace("  ", " ").rstrip()
    return _text(x, y, label.text, _ANCHORS[label.side], kind, label.note)


def _text(x: float, y: float, text: str, anchor: str, kind: str, note: str = "") -> str:
    """A text whose middle line is at ``y``; the note is an element of its own, so that the text can be translated."""
    behind = f" <tspan>{escape(note)}</tspan>" if note else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y + _DROP:.1f}" text-anchor="{anchor}">{escape(text)}{behind}</text>'
