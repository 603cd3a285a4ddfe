"""Sections as HTML, for the page of a report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType

from markupsafe import Markup

from ..charts import svg
from ..charts.palette import fills
from ..charts.picture import picture
from ..charts.spec import Chart, Row
from ..message import Message, Text, say
from ..sections.base import (
    TERMS,
    Beside,
    Block,
    Cell,
    Code,
    Column,
    Facts,
    Figure,
    Heading,
    Item,
    Items,
    Paragraph,
    Points,
    Section,
    Table,
    parts_of,
)
from .i18n import Locale

_DATES = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_LETTERS = re.compile("[A-Za-z]{2}")
TONES = 20
"""Steps of a heat cell's colour; ``page.css`` has a class for each."""


def html(sections: Iterable[Section], language: Locale) -> Markup:
    """The sections, one after the other; every text in them is escaped.

    Parameters
    ----------
    sections : iterable of Section
    language : Locale
    """
    return Markup("\n".join(_section(section, language) for section in sections))


def nav(sections: Iterable[Section], language: Locale) -> Markup:
    """Links to the sections that have a name for it.

    Parameters
    ----------
    sections : iterable of Section
    language : Locale
    """
    links = (f'<a href="#{each.id}">{_said(each.nav, language)}</a>' for each in sections if each.nav)
    return Markup(f'<nav aria-label="{_read(say("Sections"), language)}">{"".join(links)}</nav>')


def blocks(of: Iterable[Block], language: Locale) -> Markup:
    """Blocks outside of a section.

    Parameters
    ----------
    of : iterable of Block
    language : Locale
    """
    return Markup("\n".join(_block(block, language) for block in of))


def _section(section: Section, language: Locale) -> str:
    numbered = {told: k for k, (_, told) in enumerate(section.definitions())}
    title = _said(section.title, language)
    body = "\n".join(_block(block, language, numbered) for block in section.blocks) + _footnotes(section, language)
    if section.look == "print-block":  # a short form for paper, of a section that has its heading elsewhere
        label = _read(section.title, language)
        return f'<section class="print-block" aria-label="{label}">\n<h2>{title}</h2>\n{body}\n</section>'
    look = f' class="{section.look}"' if section.look else ""
    return f'<section aria-labelledby="{section.id}"{look}>\n<h2 id="{section.id}">{title}</h2>\n{body}\n</section>'


def _footnotes(section: Section, language: Locale) -> str:
    """What the numbers of the section are; where scripts run, a screen tells it of the head that is pointed at."""
    told = " ".join(
        f"<span><b>{', '.join(_said(name, language) for name in names)}</b>: <i>{_said(text, language)}</i></span>"
        for names, text in section.definitions()
    )
    return f'\n<p class="defined">{told}</p>' if told else ""


Notes = Mapping[Text, int]
"""Definitions of a section by their position in its footnotes."""


def _block(block: Block, language: Locale, notes: Notes = MappingProxyType({})) -> str:
    match block:
        case Table():
            return _table(block, language, notes)
        case Figure():
            return _figure(block, language)
        case Paragraph():
            look = f' class="{block.look}"' if block.look else ""
            code = ' translate="no"' if block.look == "sentence" else ""
            return f"<p{look}{code}>{_spoken(block.parts, language)}</p>"
        case Heading():
            return f"<h3>{_said(block.text, language)}</h3>"
        case Facts():
            return _facts(block, language)
        case Points():
            items = "\n".join(f"<li>{_dated(_said(text, language))}</li>" for text in block.texts)
            return f'<ul class="told">{items}</ul>'
        case Code():
            return f"<pre>{escape(block.text, quote=False)}</pre>"
        case Beside():
            halves = ("\n".join(_block(each, language, notes) for each in half) for half in (block.left, block.right))
            return '<div class="pair">' + "".join(f"<div>{half}</div>\n" for half in halves) + "</div>"


def _facts(block: Facts, language: Locale) -> str:
    rows = []
    for k, (label, text) in enumerate(block.rows):
        late = ' class="screen-only"' if k in block.screen_only else ""
        look = ' class="warning"' if str(label) == "Warning" else late
        told = _items(text.items, language) if isinstance(text, Items) else _spoken(parts_of(text), language)
        name = ' translate="no"' if isinstance(text, str) and _LETTERS.search(text) else ""
        rows.append(f"<dt{look}>{_said(label, language)}</dt><dd{late}{name}>{told}</dd>")
    shown = f'<dl class="{block.look}">' + "\n".join(rows) + "</dl>"
    if block.look == TERMS:
        told = _said(say("What these numbers are"), language)
        return f'<details class="terms"><summary>{told}</summary>{shown}</details>'
    return shown


def _figure(block: Figure, language: Locale) -> str:
    key = "".join(f"<span>{_swatch(role)}{_said(name, language)}</span>" for role, name in block.key)
    told = f'<p class="keys">{key}</p>' if key else ""
    charts = [language.chart(chart) for chart in block.charts]
    if block.frame:
        label = escape(charts[0].title)
        drawn = picture(charts[0], block.frame)
        return f'{told}<div class="keep scroll" tabindex="0" role="region" aria-label="{label}">{drawn}</div>'
    heights = block.heights or [0] * len(charts)
    printed = block.printed or [0] * len(charts)
    shown = [svg.chart(chart, *sizes) for chart, *sizes in zip(charts, heights, printed, strict=True)]
    look = f' class="{block.look}"' if block.look else ""
    if block.titled:
        each = "\n".join(
            f'<div class="keep"><h3 class="chart-title">{escape(chart.title)}</h3>{drawn}</div>'
            for chart, drawn in zip(charts, shown, strict=True)
        )
        return f"{told}<div{look}>{each}</div>" if look else told + each
    return f"{told}<figure{look}>{''.join(shown)}</figure>" if shown else told


# --- tables ---------------------------------------------------------------------------------------------------------


def _table(table: Table, language: Locale, notes: Notes) -> str:
    rows = [_row(table, cells, k, language) for k, cells in enumerate(table.cells())]
    if table.shown and len(rows) > table.shown:
        first, rest = rows[: table.shown], rows[table.shown :]
        more = _said(say("{count} more rows", count=len(rest)), language)
        folded = f"<details><summary>{more}</summary>{_framed(table, rest, language, notes, again=True)}</details>"
        return _framed(table, first, language, notes) + folded + _on_paper(table.shown, len(rows), language)
    whole = _framed(table, rows, language, notes)
    if table.printed:
        whole += _on_paper(len(table.printed), len(rows), language)
    if not table.folded:
        return whole
    look = ' class="screen-only"' if table.screen_only else ""
    return f"<details{look}><summary>{_said(table.folded, language)}</summary>{whole}</details>"


def _on_paper(shown: int, rows: int, language: Locale) -> str:
    cut = say("{shown} of {all} rows on paper", shown=shown, all=rows)
    return f'<p class="note print-only">{_said(cut, language)}</p>'


def _framed(table: Table, rows: Sequence[str], language: Locale, notes: Notes, *, again: bool = False) -> str:
    """The rows in their table, which scrolls sideways where it must; its caption is not said ``again``."""
    look = f' class="{table.look}"' if table.look else ""
    style = f' style="--n:{sum(column.look != "definition" for column in table.columns) - 1}"'
    told = _spoken(parts_of(table.caption), language) if table.caption and not again else ""
    caption = f"<caption><span>{told}</span></caption>" if told else ""
    head = "".join(_head(column, k == 0, language, notes) for k, column in enumerate(table.columns))
    fixed = "measures" in table.look or "timeline" in table.look
    behind = svg.behind(table.behind) if table.behind else ""
    shown = (
        f"{behind}<table{look}{style if fixed else ''}>{caption}{_widths(table)}<thead><tr>{head}</tr></thead>\n<tbody>"
        + "\n".join(rows)
        + f"</tbody>{_foot(table)}</table>"
    )
    label = _read(table.label, language)
    return shown if fixed else f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">{shown}</div>'


def _widths(table: Table) -> str:
    """The columns of a table with bars, whose widths are fixed."""
    if not table.ticks:
        return ""
    names = ("name", *(column.look for column in table.columns[1:]))
    marks = "".join(f'<col class="{name}">' if name else "<col>" for name in names)
    return f"<colgroup>{marks}</colgroup>"


def _foot(table: Table) -> str:
    if not table.ticks:
        return ""
    cells = (
        f'<td class="bars-cell">{svg.x_labels(tuple(table.ticks))}</td>'
        if column.look == "bars"
        else f'<td class="{column.look}"></td>'
        if column.look
        else "<td></td>"
        for column in table.columns
    )
    return f"<tfoot><tr>{''.join(cells)}</tr></tfoot>"


def _head(column: Column, first: bool, language: Locale, notes: Notes) -> str:
    look = _classes(column, first or not column.format.numeric).replace("wrap marks", "marks-head")
    hover = ""
    if column.definition:
        note = notes.get(column.definition)
        hover = f' title="{_read(column.definition, language)}"' if note is None else f' data-note="{note}"'
    line = f'<span class="line {column.role}"></span>' if column.role else ""
    text = '<span class="x-head"></span>' if column.look == "bars" else _said(column.head, language)
    return f'<th scope="col"{look}{hover}>{line}{text}</th>'


def _classes(column: Column, left: bool, *more: str) -> str:
    names = [*more, *(["l"] if left else []), *(["wide"] if column.wide else [])]
    if column.look not in ("", "bars", "strong"):
        names.append(column.look)
    return f' class="{" ".join(names)}"' if names else ""


def _row(table: Table, cells: Sequence[Cell], k: int, language: Locale) -> str:
    names = (
        ["screen-only"] * bool(table.printed and k not in table.printed)
        + ["total-row"] * (table.total and k == len(table.rows) - 1)
    )  # fmt: skip
    look = f' class="{" ".join(names)}"' if names else ""
    first, *rest = zip(table.columns, cells, strict=True)
    shown = _heading_cell(*first, language) + "".join(_cell(column, cell, language) for column, cell in rest)
    return f"<tr{look}>{shown}</tr>"


def _heading_cell(column: Column, cell: Cell, language: Locale) -> str:
    hover = f' title="{escape(cell.hover)}"' if cell.hover else ""
    text = _swatch(cell.role) + _value(column, cell, language)
    if cell.note:
        if column.look == "wrap reason":
            text += f'<br><span class="note">{_said(cell.note, language)}</span>'
        else:
            text += f'<span class="code">{_said(cell.note, language)}</span>'
    look = f' class="{column.look}"' if column.look not in ("", "strong") else ""
    return f'<th scope="row"{look}{hover}>{f"<b>{text}</b>" if cell.strong else text}</th>'


def _cell(column: Column, cell: Cell, language: Locale) -> str:
    if isinstance(cell.value, Row):
        return f'<td class="bars-cell">{svg.row(language.row(cell.value))}</td>'
    if isinstance(cell.value, Chart):
        return f"<td{_classes(column, False)}>{svg.cell(cell.value)}</td>"
    bullet = "• " if cell.marked else ""
    text = bullet + _value(column, cell, language)
    if cell.heat:
        tone = min(TONES, round(abs(cell.heat) * TONES))
        look = _classes(column, False, "v", f"{'u' if cell.heat > 0 else 'd'}{tone}")
        text = f"<b>{text}</b>" if cell.strong else text
        text += f' <span class="quiet">{_said(cell.note, language)}</span>' if cell.note else ""
        return f"<td{look}>{text}</td>"
    if isinstance(cell.value, Items):
        head = f' data-head="{_read(column.head, language)}"' if "marks" in column.look else ""
        look = _classes(column, True) if head else ""
        return f"<td{look}{head}>{text}</td>"
    if cell.note:
        text += f' <span class="quiet">{_said(cell.note, language)}</span>'
    left = not column.format.numeric
    hover = f' title="{escape(cell.hover)}"' if cell.hover else ""
    strong = cell.strong or column.look == "strong"
    kept = ' translate="no"' if column.look.startswith("value") else ""
    return f"<td{_classes(column, left)}{kept}{hover}>{f'<b>{text}</b>' if strong else text}</td>"


def _value(column: Column, cell: Cell, language: Locale) -> str:
    value = cell.value
    if isinstance(value, Message):
        return _said(value, language)
    if isinstance(value, Items):
        return _items(value.items, language)
    return escape((cell.format or column.format).text(value), quote=False)


def _items(items: Sequence[Item], language: Locale) -> str:
    if not items:
        return '<span class="quiet">–</span>'
    out = []
    for k, item in enumerate(items):
        if item.before:
            before = f"<i>{escape(item.before)}</i>"
            note = f' <span class="quiet">{_said(item.note, language)}</span>' if item.note else ""
            out.append(f"<span>{before} {_said(item.text, language)}{note}</span>")
            continue
        note = f" <i>{_said(item.note, language)}</i>" if item.note else ""
        comma = "," if k < len(items) - 1 else ""
        code = f' data-of="{escape(item.code)}"' if item.code else ""
        out.append(f"<span{code}>{_said(item.text, language)}{note}{comma}</span> ")
    return "".join(out)


def _swatch(role: str) -> str:
    """A colour before the name of what has it; nothing for ""."""
    return f'<span class="{"key" if fills(role) else "dot"} {role}"></span>' if role else ""


# --- words ----------------------------------------------------------------------------------------------------------


def _said(text: Text, language: Locale) -> str:
    """A text between tags."""
    return escape(language.say(text), quote=False)


def _read(text: Text, language: Locale) -> str:
    """A text in an attribute."""
    return escape(language.say(text))


def _spoken(parts: Sequence[Text], language: Locale) -> str:
    if len(parts) == 1:
        return _dated(_said(parts[0], language))
    return "".join(f"<span>{_dated(_said(part, language))}</span> " for part in parts).rstrip()


def _dated(text: str) -> str:
    """A text whose dates are not broken at the end of a line."""
    return _DATES.sub(r'<span class="date">\g<0></span>', text)
