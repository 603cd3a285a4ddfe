"""Sections as sheets of a workbook: a sheet for each section, its tables below each other, numbers as numbers."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from ...charts.palette import LIGHT
from ...charts.spec import Chart, Row
from ...message import Message
from ...sections.base import Cell, Column, Facts, Format, Heading, Items, Paragraph, Points, Section, Table, parts_of
from ..i18n import Locale

_SHEET = 31  # characters of a sheet's name
_NARROWEST, _WIDEST = 10, 44  # characters
_UNITS = {
    "fraction": "0.00%", "per year": "0.0", "ratio": "0.00", "years": "0.0", "sessions": "0.0", "bps": "0.0",
    "currency": "#,##0.00",
}  # fmt: skip


def excel_format(form: Format) -> str:
    """Excel's number format of a kind of value.

    Parameters
    ----------
    form : Format
    """
    point = "." + "0" * form.digits if form.digits else ""
    if form.kind in ("percent", "points"):
        shown = f"0{point}%"
        return f"+{shown};-{shown};{shown}" if form.plus else shown
    if form.kind == "date":
        return "yyyy-mm-dd"
    if form.kind == "year":
        return "0"
    if form.kind.startswith("unit:"):
        return _UNITS.get(form.kind[5:], "#,##0")
    if form.kind == "p":
        return "0.000"
    return "@" if form.kind == "text" else f"#,##0{point}"


def write_sections(book: Any, sections: Iterable[Section], language: Locale, front: Section | None = None) -> None:
    """Add a sheet for each section that has tables to a workbook of XlsxWriter.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    sections : iterable of Section
    language : Locale
    front : Section, optional
        What comes first, with tables or without.
    """
    pen = _Pen(book, language)
    if front is not None:
        pen.section(front)
    for section in sections:
        if any(True for _ in section.tables()) and section.look != "print-block":
            pen.section(section)


class _Pen:
    """Writes sections with one set of formats."""

    def __init__(self, book: Any, language: Locale) -> None:
        self._book, self._language = book, language
        self._named = {sheet.get_name().lower() for sheet in book.worksheets()}
        self._formats: dict[tuple[str, bool], Any] = {}
        self._title = book.add_format({"bold": True, "font_size": 13})
        self._heading = book.add_format({"bold": True})
        self._note = book.add_format({"font_color": LIGHT["soft"]})
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})

    def section(self, section: Section) -> None:
        """One sheet; numbers and dates are values, pictures are left out."""
        sheet = self._book.add_worksheet(self._name(self._language.say(section.nav or section.title)))
        sheet.write_string(0, 0, self._language.say(section.title), self._title)
        widths: dict[int, float] = {}
        self._blocks(sheet, section.blocks, 1, widths)
        for place, width in widths.items():
            sheet.set_column(place, place, min(max(width, _NARROWEST), _WIDEST))

    def _name(self, text: str) -> str:
        """A name that no other sheet has and that Excel allows."""
        plain = re.sub(r"[\[\]:*?/\\]", " ", text)[:_SHEET]
        name, k = plain, 2
        while name.lower() in self._named:
            name, k = f"{plain[: _SHEET - 3]} {k}", k + 1
        self._named.add(name.lower())
        return name

    def _blocks(self, sheet: Any, blocks: Sequence[Any], row: int, widths: dict[int, float]) -> int:
        for block in blocks:
            if isinstance(block, Paragraph | Points | Facts):
                row = self._words(sheet, block, row)
            elif isinstance(block, Heading):
                sheet.write_string(row + 1, 0, self._language.say(block.text), self._heading)
                row += 2
            elif isinstance(block, Table):
                row = self._table(sheet, block, row + 1, widths)
            elif hasattr(block, "left"):
                row = self._blocks(sheet, (*block.left, *block.right), row, widths)
        return row

    def _words(self, sheet: Any, block: Paragraph | Points | Facts, row: int) -> int:
        said = self._language.say
        if isinstance(block, Facts):
            for label, text in block.rows:
                told = ", ".join(said(item.text) for item in text.items) if isinstance(text, Items) else None
                sheet.write_string(row, 0, said(label))
                sheet.write_string(row, 1, " ".join(map(said, parts_of(text))) if told is None else told)  # type: ignore[arg-type]
                row += 1
            return row
        for text in block.parts if isinstance(block, Paragraph) else block.texts:
            sheet.write_string(row, 0, said(text), self._note)
            row += 1
        return row

    def _table(self, sheet: Any, table: Table, row: int, widths: dict[int, float]) -> int:
        said = self._language.say
        for text in parts_of(table.caption):
            if text:
                sheet.write_string(row, 0, said(text), self._note)
                row += 1
        kept = [k for k, column in enumerate(table.columns) if not column.drawn]
        for place, k in enumerate(kept):
            head = said(table.columns[k].head)
            sheet.write_string(row, place, head, self._head)
            widths[place] = max(widths.get(place, 0.0), min(_cells(head) + 2.0, 18.0))
            if definition := table.columns[k].definition:
                sheet.write_comment(row, place, said(definition))
        for line in table.cells():
            row += 1
            for place, k in enumerate(kept):
                wide = self._cell(sheet, row, place, table.columns[k], line[k])
                widths[place] = max(widths.get(place, 0.0), wide)
        return row + 1

    def _cell(self, sheet: Any, row: int, place: int, column: Column, cell: Cell) -> float:
        """Write a cell; returns how wide it wants to be."""
        form, value = cell.format or column.format, cell.value
        style = self._format(form, bold=cell.strong or column.look == "strong")
        if isinstance(value, datetime.date):
            if value == value:
                sheet.write_datetime(row, place, value, self._format(Format("date")))
            return 11.0
        if isinstance(value, int | float) and not isinstance(value, bool):
            if math.isfinite(value):
                sheet.write_number(row, place, value, style)
            return 10.0
        text = self._text(value)
        if cell.note:
            text = f"{text} ({self._language.say(cell.note)})"
        if text:
            sheet.write_string(row, place, text, self._format(Format(), bold=cell.strong))
        return float(_cells(text) + 2)

    def _text(self, value: object) -> str:
        if isinstance(value, Message | str):
            return self._language.say(value)
        if isinstance(value, Items):
            told = (
                f"{item.before} {self._language.say(item.text)} {self._language.say(item.note)}" for item in value.items
            )
            return ", ".join(" ".join(text.split()) for text in told)
        return "" if value is None or isinstance(value, Chart | Row) else str(value)

    def _format(self, form: Format, *, bold: bool = False) -> Any:
        key = excel_format(form), bold
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"num_format": key[0], "bold": bold, "valign": "top"})
        return self._formats[key]


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
