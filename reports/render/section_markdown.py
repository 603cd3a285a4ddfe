"""Sections as Markdown, for a mail, a chat or a repository: pipe tables, without pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..charts.spec import Chart, Row
from ..message import Message, Text
from ..sections.base import (
    Beside,
    Block,
    Cell,
    Code,
    Column,
    Facts,
    Figure,
    Heading,
    Items,
    Paragraph,
    Points,
    Section,
    Table,
    parts_of,
)
from .i18n import Locale


def markdown(title: Text, front: Sequence[Block], sections: Iterable[Section], language: Locale) -> str:
    """A document: its title, what stands before the first section, and the sections.

    A chart is told by its summary.

    Parameters
    ----------
    title : Message or str
    front : sequence of Block
    sections : iterable of Section
    language : Locale
    """
    parts = [f"# {_said(title, language)}", *_blocks(front, language)]
    for section in sections:
        if section.look != "print-block":
            parts += [f"## {_said(section.title, language)}", *_blocks(section.blocks, language)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _blocks(blocks: Iterable[Block], language: Locale) -> list[str]:
    out: list[str] = []
    for block in blocks:
        if isinstance(block, Beside):
            out += [*_blocks(block.left, language), *_blocks(block.right, language)]
        elif not (isinstance(block, Table) and block.screen_only):
            out.append(_block(block, language))
    return out


def _block(block: Block, language: Locale) -> str:
    match block:
        case Table():
            return _table(block, language)
        case Figure():
            return "\n".join(f"*{_plain(language.chart(chart).summary)}*" for chart in block.charts)
        case Paragraph():
            return _spoken(block.parts, language)
        case Heading():
            return f"### {_said(block.text, language)}"
        case Facts():
            return "\n".join(f"- **{_said(label, language)}**: {_fact(text, language)}" for label, text in block.rows)
        case Points():
            return "\n".join(f"- {_said(text, language)}" for text in block.texts)
        case Code():
            return f"```\n{block.text}\n```"
        case Beside():  # pragma: no cover - taken apart before
            return ""


def _table(table: Table, language: Locale) -> str:
    kept = [k for k, column in enumerate(table.columns) if not column.drawn]
    columns = [table.columns[k] for k in kept]
    rows = ["| " + " | ".join(_said(column.head, language) for column in columns) + " |"]
    rows.append("|" + "|".join(" --: " if column.format.numeric else " :-- " for column in columns) + "|")
    for cells in table.cells():
        rows.append("| " + " | ".join(_cell(table.columns[k], cells[k], language) for k in kept) + " |")
    caption = _spoken(parts_of(table.caption), language) if table.caption else ""
    return f"{caption}\n\n" * bool(caption) + "\n".join(rows)


def _cell(column: Column, cell: Cell, language: Locale) -> str:
    value = cell.value
    if isinstance(value, Row | Chart):
        return _plain(value.name if isinstance(value, Row) else value.summary)
    if isinstance(value, Items):
        return _items(value, language)
    text = _said(value, language) if isinstance(value, Message) else _plain((cell.format or column.format).text(value))
    note = f" ({_said(cell.note, language)})" if cell.note else ""
    return "• " * cell.marked + (f"**{text}**" if cell.strong and text else text) + note


def _items(of: Items, language: Locale) -> str:
    told = ((_plain(item.before), _said(item.text, language), _said(item.note, language)) for item in of.items)
    return ", ".join(" ".join(filter(None, parts)) for parts in told) or "–"


def _fact(text: Text | tuple[Text, ...] | Items, language: Locale) -> str:
    return _items(text, language) if isinstance(text, Items) else _spoken(parts_of(text), language)


def _spoken(parts: Sequence[Text], language: Locale) -> str:
    between = " " if language.tag == "en" else ""
    return between.join(_said(part, language) for part in parts)


def _said(text: Text, language: Locale) -> str:
    return _plain(language.say(text))


def _plain(text: str) -> str:
    """A text in which Markdown and HTML see no marks of theirs."""
    for mark in ("\\", "`", "*", "_", "|", "<", ">", "[", "]"):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", " ")
