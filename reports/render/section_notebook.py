"""Sections in a notebook: a fragment of HTML, without a script.

A fragment, not a page in a frame: it takes the notebook's own font and colours, grows with what it holds, and is
printed and copied with it, where a frame would need a fixed height, and a trusted notebook. What a fragment must not do
is to change the rest of the notebook, so each of its CSS rules begins with its own class, and nothing in it has an id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from html import escape

from ..charts.palette import COLOURS, NOTEBOOK_DARK, NOTEBOOK_LIGHT, declarations, line_classes, series_role
from ..charts.picture import FONT, Frame, picture
from ..charts.spec import Chart, fullest
from ..message import Text, say
from ..sections.base import SHARED_AXIS, Beside, Block, Column, Facts, Figure, Heading, Items, Section, Table, parts_of
from . import fonts, section_html
from .i18n import Locale

WIDTH, LEFT, NAMES, RIGHT, ROW = 760, 44, 134, 150, 15
"""Pixels: a picture, room for the labels on either side of its plot, that for names of rows, a row."""
MOST_ROWS, MOST_BARS = 30, 20
"""Rows of a table, and series of a timeline: those held longest."""
OWN = ".sectorlead-run"
"""What every rule of the style begins with."""

_PHASES = ("p2", "p3", "p4", "p5", "p6")
_ROLES = (
    "strategy", "benchmark", "reference", "band", "wait", "up", "down", "rule", "warn", "error", "ink", "soft", "faint",
    *_PHASES, *map(series_role, range(COLOURS)),
)  # fmt: skip
_LIGHT, _DARK = declarations(NOTEBOOK_LIGHT, _ROLES), declarations(NOTEBOOK_DARK, _ROLES)
_FAMILIES = "var(--jp-ui-font-family,var(--vscode-font-family,system-ui,sans-serif))"
"""A notebook's own fonts; they come after the embedded one, which has Chinese and nothing else."""
_SMALL = (".sl-title span", ".note", ".lead", ".keys", "caption")
_LEFT_OUT = ("definition", "share")
"""Looks of columns that a fragment has no room for."""
STYLE = f"""
{OWN}{{{_LIGHT}max-width:{WIDTH}px;font-size:13px;line-height:1.45}}
@media (prefers-color-scheme:dark){{{OWN}{{{_DARK}}}}}
[data-jp-theme-light="true"] {OWN},.vscode-light {OWN}{{{_LIGHT}}}
[data-jp-theme-light="false"] {OWN},.vscode-dark {OWN}{{{_DARK}}}
{OWN} p,{OWN} ul{{margin:4px 0}}
{OWN} ul{{padding-left:1.3em}}
{OWN} .sl-title{{font-size:15px}}
{OWN} .sl-head{{font-weight:600;margin-top:12px}}
{",".join(f"{OWN} {name}" for name in _SMALL)}{{font-size:12px;opacity:.75}}
{OWN} .sl-warn{{font-weight:600;color:var(--warn)}}
{OWN} .scroll{{overflow:auto;max-height:520px}}
{OWN} table{{border-collapse:collapse;margin:6px 0;color:inherit;font-size:13px;font-variant-numeric:tabular-nums}}
{OWN} caption{{text-align:left;caption-side:top}}
{OWN} th,{OWN} td{{padding:2px 12px 2px 0;text-align:right;vertical-align:top;background:none;border:0}}
{OWN} thead th{{vertical-align:bottom}}
{OWN} .l,{OWN} th[scope=row],{OWN} th:first-child{{text-align:left}}
{OWN} th[scope=row]{{font-weight:400;white-space:nowrap}}
{OWN} .wrap{{white-space:normal}}
{OWN} .quiet{{opacity:.7}}
{OWN} .line,{OWN} .dot,{OWN} .key{{display:inline-block;margin-right:5px;vertical-align:middle}}
{OWN} span.line,{OWN} .dot{{width:12px;height:3px;background:var(--line)}}
{OWN} .key{{width:12px;height:10px;background:var(--band)}}
{"".join(f"{OWN} .key.{role}{{background:var(--{role})}}" for role in ("wait", "up", "down", *_PHASES))}
{OWN} .keys>span{{margin-right:12px}}
{OWN} td.v{{background:color-mix(in srgb,var(--tone) calc(var(--v)*62%),transparent);padding-left:8px}}
{line_classes(f"{OWN} ")}
{OWN} svg path{{fill:none}}
{OWN} svg .line{{stroke:var(--line);stroke-width:1.2;stroke-linejoin:round}}
{OWN} svg .line.strategy{{stroke-width:1.7}}
{OWN} svg .line.level{{stroke-dasharray:4 3}}
{OWN} .grid{{stroke:var(--rule);stroke-width:.7}}
{OWN} svg .band{{fill:var(--band)}}
{"".join(f"{OWN} svg .band.{role}{{fill:var(--{role})}}" for role in ("wait", *_PHASES))}
{OWN} .bars path{{fill:var(--line)}}
{OWN} .lighter path{{fill-opacity:.5}}
{OWN} .axis,{OWN} .ticks{{stroke:currentColor;opacity:.35;stroke-width:1;vector-effect:non-scaling-stroke}}
{OWN} .spot{{stroke:var(--line);stroke-width:8;stroke-linecap:round;vector-effect:non-scaling-stroke}}
{OWN} .reach{{stroke-width:4;opacity:.45;vector-effect:non-scaling-stroke}}
{OWN} circle{{fill:var(--line)}}
{OWN} .strip{{position:relative;min-width:130px;width:24%}}
{OWN} .strip svg{{position:absolute;inset:0;width:100%;height:100%}}
{OWN} svg.picture{{display:block;width:100%;height:auto;font-variant-numeric:tabular-nums}}
{OWN} text{{font-size:{FONT}px;fill:currentColor}}
{OWN} .end{{fill:var(--line)}}
{OWN} .tick,{OWN} .value{{opacity:.7}}
"""


def fragment(
    title: Text,
    front: Iterable[Block],
    language: Locale,
    sections: Iterable[Section | None] = (),
    *,
    span: Text = "",
    ribbon: Text = "",
) -> str:
    """What a notebook shows, for ``_repr_html_``; self-contained, light or dark with the notebook.

    Parameters
    ----------
    title : Message or str
    front : iterable of Block
        Below the title.
    language : Locale
    sections : iterable of Section or None
        None is left out.
    span : Message or str
        What stands small behind the title, such as the period.
    ribbon : Message or str
        A warning above everything else; "" for none.
    """
    said = language.say
    behind = f" <span>{_text(said(span))}</span>" if span else ""
    parts = [f'<p class="sl-title"><b>{_text(said(title))}</b>{behind}</p>']
    parts += [f'<p class="sl-warn">{_text(said(ribbon))}</p>'] if ribbon else []
    parts += _blocks(front, language)
    for section in sections:
        if section is not None:
            parts += [f'<p class="sl-head">{_text(said(section.title))}</p>', *_blocks(section.blocks, language)]
    shown = "\n".join(parts)
    style = f"<style>{STYLE}{_tones(shown)}</style>"
    return with_font(f'<div class="sectorlead-run" lang="{language.tag}">\n{style}\n{shown}\n</div>')


def _blocks(blocks: Iterable[Block], language: Locale) -> list[str]:
    out: list[str] = []
    for block in blocks:
        match block:
            case Beside():
                out += [*_blocks(block.left, language), *_blocks(block.right, language)]
            case Figure():
                out.append(_figure(block, language))
            case Table():
                out.append(_table(block, language))
            case Facts():
                out += [_fact(label, text, language) for label, text in block.rows]
            case Heading():
                out.append(f'<p class="sl-head">{_text(language.say(block.text))}</p>')
            case _:
                shown = str(section_html.blocks([block], language))
                out.append(shown.replace('<p class="warning">', '<p class="sl-warn">'))
    return out


def _fact(label: Text, text: Text | tuple[Text, ...] | Items, language: Locale) -> str:
    said = language.say
    if isinstance(text, Items):
        told = ", ".join(said(item.text) for item in text.items)
    else:
        told = (" " if language.tag == "en" else "").join(map(said, parts_of(text)))
    look = "sl-warn" if str(label) == "Warning" else "note"
    colon = ": " if language.tag == "en" else "："
    return f'<p class="{look}">{_text(said(label))}{colon}{_text(told)}</p>'


def _figure(block: Figure, language: Locale) -> str:
    keys = section_html.blocks([Figure((), key=block.key)], language) if block.key else ""
    left = NAMES if block.look == SHARED_AXIS else LEFT
    drawn = []
    for k, chart in enumerate(map(language.chart, block.charts)):
        high = round((block.heights[k] if block.heights else chart.height) * 0.6)
        frame = block.frame or Frame(WIDTH - left - RIGHT, high, left, RIGHT, above=6, below=26)
        title = f'<p class="note">{_text(chart.title)}</p>' if block.titled else ""
        drawn.append(title + str(picture(chart, frame)))
    return f"{keys}{''.join(drawn)}"


def _table(table: Table, language: Locale) -> str:
    """A table with the columns that have room; one with bars is drawn as a picture, so that it needs no id."""
    if table.behind is not None:
        return _timeline(table.behind, language)
    kept = [k for k, column in enumerate(table.columns) if not column.wide and column.look not in _LEFT_OUT]
    rows = [[row[k] for k in kept] for row in table.rows[:MOST_ROWS]]
    left = len(table.rows) - MOST_ROWS
    shown = Table(
        table.label, [_plain(table.columns[k]) for k in kept], rows, table.caption, total=table.total and left <= 0
    )
    more = f'<p class="note">{_text(language.say(say("{count} more rows", count=left)))}</p>' if left > 0 else ""
    return str(section_html.blocks([shown], language)) + more


def _plain(column: Column) -> Column:
    return column if column.look in ("", "strong") or "strip" in column.look else replace(column, look="wrap")


def _timeline(chart: Chart, language: Locale) -> str:
    shown = language.chart(fullest(chart, MOST_BARS))
    cut = say("{shown} of {all}: the longest held", shown=MOST_BARS, all=len(chart.rows))
    told = f'<p class="note">{_text(language.say(cut))}</p>' if len(chart.rows) > MOST_BARS else ""
    return told + str(picture(shown, Frame(WIDTH - NAMES - RIGHT, ROW * len(shown.rows), NAMES, RIGHT, 0, 22)))


def _tones(shown: str) -> str:
    """Rules for the heat of cells, for the steps that are used."""
    steps = range(1, section_html.TONES + 1)
    used = [(sign, k) for sign in "ud" for k in steps if f" {sign}{k}" in shown]
    return "".join(
        f"{OWN} .{sign}{k}{{--v:{k / section_html.TONES:g};--tone:var(--{'up' if sign == 'u' else 'down'})}}"
        for sign, k in used
    )


def with_font(shown: str) -> str:
    """The fragment with a font for the Chinese in it.

    Each fragment's font has a family of its own: those of other cells have other characters.
    """
    found = fonts.subset([fonts.cjk_of(shown)]) if fonts.needs_cjk(shown) else None
    if found is None:
        return shown
    own = f"sl-{found.path.stem}"
    rule = f'.sectorlead-run.{own}{{font-family:"{found.own_family}",{_FAMILIES}}}'
    named = shown.replace('class="sectorlead-run"', f'class="sectorlead-run {own}"', 1)
    return named.replace("<style>", f"<style>{found.css(found.own_family)}{rule}", 1)


def _text(text: str) -> str:
    return escape(text, quote=False)
