"""Charts as inline SVG that stretches with the page: marks in a unit box, text beside it in real pixels.

Strokes keep their width however the box is stretched; ``page.css`` has widths and colours by class.
"""

from __future__ import annotations

import numpy as np
from markupsafe import Markup, escape

from ...data.types import Floats
from .labels import spread
from .spec import Band, Bar, Chart, Dot, Label, Line, Row, Tick, Tile, seen

WIDTH, HEIGHT = 4000, 1000  # of the unit box, in whole steps
_CLASSES = {
    "series": "line", "level": "line level", "axis": "axis", "trail": "trail", "trail-strong": "trail strong",
    "trail-far": "trail far",
    "leader": "leader", "reach": "line reach", "ticks": "ticks",
}  # fmt: skip


def chart(chart: Chart, height: int = 0, on_paper: int = 0) -> Markup:
    """A chart with its axes, names of its points, and a label at the end of each line that has one.

    The labels at the ends are kept apart, also where a print squeezes the chart to ``on_paper`` pixels. On narrow pages
    they go below, as a legend.

    Parameters
    ----------
    chart : Chart
    height, on_paper : int
        Pixels; 0 for the chart's own.
    """
    high = height or chart.height
    named = chart.named_lines
    last = [float(line.y[-1]) if np.isfinite(line.y[-1]) else 0.0 for line in named]
    places = spread(last, max(17.0 / high, 10.0 / (on_paper or high)))
    ends = "".join(_end(line, at) for line, at in zip(named, places, strict=True))
    texts = [
        *(f'<span class="y" style="top:{_percent(1 - tick.at)}">{escape(tick.text)}</span>' for tick in chart.y_ticks),
        *map(_x_label, chart.x_ticks),
        *map(_name, chart.labels),
    ]
    return Markup(
        f'<div class="chart"><div class="plot" style="height:{high}px" role="img" '
        f'aria-label="{escape(chart.summary)}">{_svg(_grid(chart) + _marks(chart))}{"".join(texts)}</div>'
        + (f'<div class="ends" aria-hidden="true">{ends}</div>' if ends else "")
        + "</div>"
    )  # every text in it was escaped


def cell(chart: Chart | None) -> Markup:
    """A chart's marks alone, stretched over the cell that holds them; nothing for None."""
    return Markup(_svg(_marks(chart), chart.summary)) if chart else Markup("")


def behind(chart: Chart) -> Markup:
    """What lies behind every row of a chart, once: bands and grid, for ``row`` to refer to."""
    return Markup(
        '<svg class="defs" width="0" height="0" aria-hidden="true"><defs>'
        f'<g id="behind">{_grid(chart)}</g></defs></svg>'
    )


def row(row: Row) -> Markup:
    """The bars of one row, on what ``behind`` has drawn."""
    return Markup(_svg(f'<use href="#behind"/>{_bars(row, 0.0, 1.0)}'))


def x_labels(ticks: tuple[Tick, ...]) -> Markup:
    """The labels of a time axis, for a relatively placed box."""
    return Markup("".join(map(_x_label, ticks)))


# --- marks ----------------------------------------------------------------------------------------------------------


def _svg(shapes: str, told: str = "") -> str:
    heard = f'role="img" aria-label="{escape(told)}"' if told else 'aria-hidden="true"'
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" {heard}>{shapes}</svg>'


def _grid(chart: Chart) -> str:
    across = "".join(f'<path class="grid" d="M0 {_y(tick.at)}H{WIDTH}"/>' for tick in chart.y_ticks)
    at = [_x(tick.at) for tick in chart.x_ticks] if chart.x_grid else []
    return _bands(chart.bands) + across + "".join(f'<path class="grid" d="M{x} 0V{HEIGHT}"/>' for x in at)


def _marks(chart: Chart) -> str:
    count = len(chart.rows)
    rows = "".join(_bars(row, k / count, (k + 1) / count) for k, row in enumerate(chart.rows))
    lines = "".join(
        f'<path class="{f"{_CLASSES[line.style]} {line.role}".rstrip()}" d="{_path(line.x, line.y)}"/>'
        for line in (seen(line, chart.columns) for line in reversed(chart.lines))
    )
    return rows + "".join(map(_tile, chart.tiles)) + lines + "".join(map(_dot, reversed(chart.dots)))


def _bands(bands: tuple[Band, ...]) -> str:
    """One path for each colour."""
    steps: dict[str, str] = {}
    for band in bands:
        a, b = _x(band.start), _x(band.stop)
        steps[band.role] = steps.get(band.role, "") + f"M{a} 0H{b}V{HEIGHT}H{a}z"
    return "".join(
        f'<path class="{role if role == "band" else f"band {role}"}" d="{drawn}"/>' for role, drawn in steps.items()
    )


def _bars(row: Row, top: float, bottom: float) -> str:
    """The bars between two heights, measured from the top; one path for all that say nothing."""
    up, down = round(top * HEIGHT), round(bottom * HEIGHT)

    def outline(bar: Bar) -> str:
        return f"M{_x(bar.start)} {up}H{_x(bar.stop)}V{down}H{_x(bar.start)}z"

    quiet = "".join(outline(bar) for bar in row.bars if not bar.text)
    shapes = [f'<path d="{quiet}"/>'] if quiet else []
    shapes += [f'<path d="{outline(bar)}"><title>{escape(bar.text)}</title></path>' for bar in row.bars if bar.text]
    return f'<g class="{f"bars {row.role}".rstrip()}{" lighter" * row.lighter}">{"".join(shapes)}</g>'


def _tile(tile: Tile) -> str:
    strength = f' style="fill-opacity:{tile.strength:.2g}"' if tile.strength < 1.0 else ""
    return (
        f'<path class="tile {tile.role}"{strength} '
        f'd="M{_x(tile.left)} {_y(tile.high)}H{_x(tile.right)}V{_y(tile.low)}H{_x(tile.left)}z"/>'
    )


def _dot(dot: Dot) -> str:
    told = f"<title>{escape(dot.text)}</title>" if dot.text else ""
    strong = " strong" * dot.strong
    return f'<path class="spot {dot.role}{strong}" d="M{_x(dot.x)} {_y(dot.y)}h0">{told}</path>'


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


# --- text -----------------------------------------------------------------------------------------------------------


def _x_label(tick: Tick) -> str:
    return f'<span class="x{" minor" * tick.minor}" style="left:{_percent(tick.at)}">{escape(tick.text)}</span>'


def _end(line: Line, at: float) -> str:
    return (
        f'<span class="end {line.role}" style="top:{_percent(1 - at)}">'
        f"<b>{escape(line.label)}</b> <i>{escape(line.value)}</i></span>"
    )


def _name(label: Label) -> str:
    place = f"right:{_percent(1 - label.x)}" if label.side == "left" else f"left:{_percent(label.x)}"
    return (
        f'<span class="{label.style} {label.side} {label.role}" style="{place};'
        f'top:{_percent(1 - label.y - label.rise)}" aria-hidden="true"><b>{escape(label.text)}</b> '
        f"{escape(label.note)}</span>"
    )


def _x(at: float) -> int:
    return round(at * WIDTH)


def _y(at: float) -> int:
    return round((1.0 - at) * HEIGHT)


def _percent(at: float) -> str:
    return f"{at * 100:.2f}%"
