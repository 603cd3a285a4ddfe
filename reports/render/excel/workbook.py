"""A run as an Excel workbook of values: every number a number, every date a date, every symbol a text.

XlsxWriter writes it rather than openpyxl: it does nothing else, and openpyxl stays an independent reader for the tests.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from ....data.errors import InputError
from ....engine.record import Record
from ...charts.palette import TABLE_HEAD
from ...market_context import MarketContext
from ...sections.content import report_content
from ...sections.report import SHEETS, sections_of
from ..i18n import Locale, find_locale
from .growth_charts import write_charts
from .section_sheets import write_sections
from .sheets import Column, Table, tables

_OURS = (
    "Metric", "Unit", "Definition", "Meaning", "Rule", "Kind", "Side", "Status", "Reason", "Verified", "Board",
    "Boards", "Source", "Remark",
)  # fmt: skip
"""Heads of the columns whose texts are ours."""
_ROWS, _COLUMNS, _CHARACTERS = 1_048_576, 16_384, 32_767  # what Excel has
_NARROWEST, _WIDEST = 9, 60  # characters
_FORMATS = {
    "text": ("@", 0),
    "date": ("yyyy-mm-dd", 11),
    "money": ("#,##0.00", 16),
    "price": ("#,##0.000", 11),
    "shares": ("#,##0.####", 14),
    "count": ("#,##0", 9),
    "year": ("0", 9),
    "fraction": ("0.00%", 10),
    "weight": ('0.0%;-0.0%;"–"', 9),
    "ratio": ("0.00", 10),
    "number": ("General", 12),
}
"""Excel's number format by kind of column, and its width in characters."""


def write_workbook(
    record: Record, path: str | Path, context: MarketContext | None = None, *, locale: str = "en"
) -> Path:
    """Write a run as a workbook, making its folder; returns the path. The same run gives the same bytes.

    Sheets: Summary (every metric with its definition), Equity, Monthly returns, Weights (all sessions), Holdings (one
    row per holding spell), Fills, Rejections, Decisions, Costs by kind, Series, Rules (the entries of the rule book
    that were in force), Manifest; then growth and drawdown as charts, and a sheet for each section of the report that
    has tables. Fractions are fractions, shown in percent; what is not known is an empty cell.

    Parameters
    ----------
    record : Record
    path : path
        Usually ends with ".xlsx".
    context : MarketContext, optional
        Without it there are no market phases.
    locale : str
        A key of ``i18n.LOCALES``: of heads, names of sheets and texts.

    Raises
    ------
    InputError
        Without the package XlsxWriter: ``pip install 'sectorlead[excel]'``. For a table that is larger than a sheet.
    """
    language, last = find_locale(locale), record.sessions[-1].to_pydatetime()
    sections = sections_of(report_content(record, context), SHEETS)

    def more(book: Any) -> None:
        write_charts(book, record, language)
        write_sections(book, sections, language)

    return write_tables([translated(table, language) for table in tables(record)], path, record.name, last, more)


def translated(table: Table, language: Locale) -> Table:
    """A sheet with its name, heads and our own words in another language.

    Parameters
    ----------
    table : Table
    language : Locale
    """
    columns = []
    for column in table.columns:
        values = column.values
        if column.head in _OURS:
            values = [language.text(value) if isinstance(value, str) else value for value in values]
        columns.append(column._replace(head=language.text(column.head), values=values))
    return table._replace(name=language.text(table.name), columns=tuple(columns))


def write_tables(
    sheets: Sequence[Table],
    path: str | Path,
    title: str,
    created: datetime,
    more: Callable[[Any], None] | None = None,
) -> Path:
    """Write tables as the sheets of a workbook, making its folder; returns the path.

    Parameters
    ----------
    sheets : sequence of Table
    path : path
    title : str
        Of the document.
    created : datetime
        Its date, so that the same tables give the same bytes.
    more : callable, optional
        Adds sheets behind them to the workbook it is given.

    Raises
    ------
    InputError
        As ``write_workbook``.
    """
    writer, content = _xlsxwriter(), io.BytesIO()
    book = writer.Workbook(
        content,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False},
    )
    book.set_properties({"title": title, "created": created})
    head = book.add_format({"bold": True, "bg_color": TABLE_HEAD, "bottom": 1, "text_wrap": True, "valign": "top"})
    styles = {kind: book.add_format({"num_format": shown, "valign": "top"}) for kind, (shown, _) in _FORMATS.items()}
    for table in sheets:
        _write(book.add_worksheet(table.name), table, head, styles)
    if more is not None:
        more(book)
    book.close()
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.getvalue())
    return target


def check_excel() -> None:
    """Raise ``InputError`` where the package that writes workbooks is not installed."""
    _xlsxwriter()


def _xlsxwriter() -> Any:
    try:
        return import_module("xlsxwriter")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != "xlsxwriter":
            raise
        raise InputError(
            "an Excel workbook needs the package XlsxWriter, which is not installed: pip install 'sectorlead[excel]'"
        ) from None


def _write(sheet: Any, table: Table, head: Any, styles: dict[str, Any]) -> None:
    rows, columns = len(table.columns[0].values), len(table.columns)
    if rows >= _ROWS or columns > _COLUMNS:
        raise InputError(
            f"sheet {table.name!r} would have {rows + 1:,} rows and {columns:,} columns, a sheet holds {_ROWS:,} and "
            f"{_COLUMNS:,}; shorten the run, or read the CSV files of its folder instead"
        )
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.head, head)
        sheet.set_column(place, place, _width(column))
        _write_column(sheet, place, column, styles)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_ROWS}"})  # a symbol is a text, and means to be one
    sheet.freeze_panes(1, table.frozen)
    if rows:
        sheet.autofilter(0, 0, rows, columns - 1)


def _write_column(sheet: Any, place: int, column: Column, styles: dict[str, Any]) -> None:
    kinds = [column.kind] * len(column.values) if isinstance(column.kind, str) else column.kind
    for row, (value, kind) in enumerate(zip(column.values, kinds, strict=True), start=1):
        if value is None:
            continue
        if kind == "date":
            if value == value:  # NaT is not
                sheet.write_datetime(row, place, value, styles[kind])
        elif isinstance(value, bool):
            sheet.write_boolean(row, place, value, styles[kind])
        elif isinstance(value, str):
            sheet.write_string(row, place, _fitting(value), styles["text"])
        elif math.isfinite(value):
            sheet.write_number(row, place, value, styles[kind])


def _fitting(text: str) -> str:
    """The text, or as much of it as a cell holds; then its end says so."""
    note = " ... (cut: longer than a cell)"
    return text if len(text) <= _CHARACTERS else text[: _CHARACTERS - len(note)] + note


def _width(column: Column) -> float:
    """In characters; Chinese ones are two wide."""
    texts: Sequence[str] = [value for value in column.values if isinstance(value, str)]
    longest = max((_cells(text) for text in texts), default=0)
    usual = _FORMATS[column.kind][1] if isinstance(column.kind, str) else 16
    return float(min(max(_NARROWEST, usual, longest + 2, min(_cells(column.head) + 3, 18)), _WIDEST))


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
