"""A run in a notebook: headline numbers, growth and rotation as a fragment of HTML, without a script.

A fragment, not a page in a frame: it takes the notebook's own font and colours, grows with what it holds, and is
printed and copied with it, where a frame would need a fixed height, and a trusted notebook. What a fragment must not do
is to change the rest of the notebook, so each of its CSS rules begins with its own class.
"""

from __future__ import annotations

import math

from markupsafe import Markup, escape

from ...engine.record import Record
from ..charts.palette import COLOURS, NOTEBOOK_DARK, NOTEBOOK_LIGHT, declarations, series_role
from ..charts.spec import Chart, Timeline, spread
from ..formatting import percent
from ..sections.content import ONE_VARIANT, Sheet, sheet, verification
from .i18n import ENGLISH, Locale, find_locale
from .jinja import environment

WIDTH, LEFT, RIGHT = 760, 44, 150  # pixels: the picture, room for the labels on either side of its plot
MOST_ROWS = 20
"""Series in the timeline: those held longest."""

_ROLES = ("strategy", "benchmark", "reference", "band", "rule", "warn", *map(series_role, range(COLOURS)))
_LIGHT, _DARK = declarations(NOTEBOOK_LIGHT, _ROLES), declarations(NOTEBOOK_DARK, _ROLES)
_OWN = ".sectorlead-run"
_STYLE = f"""
{_OWN}{{{_LIGHT}max-width:{WIDTH}px;font-size:13px;line-height:1.45}}
@media (prefers-color-scheme:dark){{{_OWN}{{{_DARK}}}}}
[data-jp-theme-light="true"] {_OWN},.vscode-light {_OWN}{{{_LIGHT}}}
[data-jp-theme-light="false"] {_OWN},.vscode-dark {_OWN}{{{_DARK}}}
{_OWN} p{{margin:4px 0}}
{_OWN} .sl-title{{font-size:15px}}
{_OWN} .sl-title span,{_OWN} .sl-note{{font-size:12px;opacity:.75}}
{_OWN} .sl-warn{{font-weight:600;color:var(--warn)}}
{_OWN} table{{border-collapse:collapse;margin:6px 0;color:inherit;font-size:13px;font-variant-numeric:tabular-nums}}
{_OWN} th,{_OWN} td{{padding:2px 12px 2px 0;text-align:right;background:none;border:0}}
{_OWN} th:first-child{{text-align:left;font-weight:400}}
{_OWN} .sl-key{{display:inline-block;width:12px;height:3px;margin-right:5px;vertical-align:middle}}
{_OWN} svg{{display:block;width:100%;height:auto;font-variant-numeric:tabular-nums}}
{_OWN} text{{font-size:11.5px;fill:currentColor}}
{_OWN} .sl-soft{{opacity:.7}}
"""


def notebook(record: Record, *, locale: str | Locale = ENGLISH) -> str:
    """What a notebook shows of a run, for ``_repr_html_``; self-contained, light or dark with the notebook.

    Parameters
    ----------
    record : Record
    locale : str or Locale
        See ``locale.LOCALES``.
    """
    speech, content = find_locale(locale), sheet(record)
    roles = ("strategy", "benchmark", "reference") if len(content.columns) == 3 else ("strategy", "reference")
    rows = content.timeline.rows
    template = environment().get_template("notebook.html")
    page = template.render(
        locale=speech,
        style=Markup(_STYLE),
        title=content.title,
        period=f"{record.sessions[0]:%F} to {record.sessions[-1]:%F}, {len(record.sessions):,} sessions",
        simulated=record.panel.simulated,
        columns=content.columns,
        roles=roles,
        rows=content.headline,
        growth=_growth(content.growth, speech),
        bars=_bars(content, content.timeline) if rows else "",
        cut=f"{MOST_ROWS} of {len(rows)}: the longest held" if len(rows) > MOST_ROWS else "",
        verification=verification(record),
        remark=ONE_VARIANT,
    )
    return speech.page(page)


def _growth(chart: Chart, speech: Locale, high: int = 170) -> Markup:
    """Growth of 1 on a log scale."""
    wide = WIDTH - LEFT - RIGHT
    shapes = [
        f'<rect x="{LEFT + band.start * wide:.1f}" y="6" width="{(band.stop - band.start) * wide:.1f}" '
        f'height="{high}" style="fill:var(--band)"/>'
        for band in chart.bands
    ]
    for tick in chart.y_ticks:
        y = 6 + (1 - tick.at) * high
        shapes.append(f'<path d="M{LEFT} {y:.1f}h{wide}" style="stroke:var(--rule);stroke-width:.7"/>')
        shapes.append(_text(LEFT - 8, y + 4, tick.text, "end", "sl-soft"))
    shapes += [
        _text(LEFT + tick.at * wide, high + 24, tick.text, "middle", "sl-soft")
        for tick in chart.x_ticks
        if not tick.minor or len(chart.x_ticks) <= 12
    ]
    for line in reversed(chart.lines):
        steps = " ".join(
            f"{LEFT + x * wide:.1f},{6 + (1 - y) * high:.1f}"
            for x, y in zip(line.x.tolist(), line.y.tolist(), strict=True)
            if math.isfinite(y)
        )
        width = 1.7 if line.role == "strategy" else 1.2
        shapes.append(
            f'<polyline points="{steps}" style="fill:none;stroke:var(--{line.role});stroke-width:{width};'
            'stroke-linejoin:round"/>'
        )
    ends = spread([float(line.y[-1]) if math.isfinite(line.y[-1]) else 0.0 for line in chart.lines], 15.0 / high)
    for line, at in zip(chart.lines, ends, strict=True):
        told = f"{speech.text(line.label)} {line.value}"
        shapes.append(_text(WIDTH - RIGHT + 8, 10 + (1 - at) * high, told, "start", "", f"fill:var(--{line.role})"))
    return _picture(shapes, high + 32, chart.summary)


def _bars(content: Sheet, timeline: Timeline, step: int = 15) -> Markup:
    """Which series were held when."""
    left = LEFT + 90
    wide = WIDTH - RIGHT - left
    kept = sorted(timeline.rows, key=lambda row: -row.held)[:MOST_ROWS]
    rows = [row for row in timeline.rows if row in kept]
    shapes = [
        f'<rect x="{left + band.start * wide:.1f}" y="0" width="{(band.stop - band.start) * wide:.1f}" '
        f'height="{step * len(rows)}" style="fill:var(--band)"/>'
        for band in timeline.bands
    ]
    for k, row in enumerate(rows):
        shapes.append(_text(left - 8, k * step + 11, _short(row.name), "end", ""))
        spans = ((left + bar.start * wide, left + bar.stop * wide) for bar in row.bars)
        steps = "".join(f"M{a:.1f} {k * step + 3}H{b:.1f}v9H{a:.1f}z" for a, b in spans)
        shapes.append(f'<path d="{steps}" style="fill:var(--{row.role})"/>')
        made = percent(row.contribution, 1, True)
        shapes.append(_text(left + wide + 58, k * step + 11, made, "end", "sl-soft"))
    shapes += [
        _text(left + tick.at * wide, step * len(rows) + 14, tick.text, "middle", "sl-soft")
        for tick in timeline.x_ticks
        if not tick.minor or len(timeline.x_ticks) <= 12
    ]
    named = ", ".join(f"{row.name} {row.held:.0%}" for row in rows)
    return _picture(shapes, step * len(rows) + 22, f"{content.title}: {named}")


def _short(name: str, most: int = 15) -> str:
    """``name`` in at most ``most`` columns, of which a Chinese character takes two."""
    if sum(2 if ord(char) >= 0x2E80 else 1 for char in name) <= most:
        return name
    while sum(2 if ord(char) >= 0x2E80 else 1 for char in name) > most - 1:
        name = name[:-1]
    return name.rstrip() + "\u2026"


def _text(x: float, y: float, text: str, anchor: str, kind: str, style: str = "") -> str:
    styled = f' style="{style}"' if style else ""
    classed = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{classed}{styled}>{escape(text)}</text>'


def _picture(shapes: list[str], high: int, summary: str) -> Markup:
    """Shapes whose texts were escaped."""
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {high}" role="img" aria-label="{escape(summary)}">{"".join(shapes)}</svg>'
    )
