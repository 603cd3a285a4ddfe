"""A report as a workbook: what comes first, a sheet for each section that has tables, and charts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...message import say
from ...sections.base import Section
from ..i18n import Locale
from ..pdf.paper import Paper
from .section_charts import write_section_charts
from .section_sheets import write_sections
from .workbook import write_tables


def write_report_workbook(
    paper: Paper, path: str | Path, language: Locale, moves: str | None = None
) -> Path:
    """Write a report as a workbook, making its folder; returns the path. The same report gives the same bytes.

    Numbers are numbers, dates dates, and what is not known an empty cell. Charts are Excel's own.

    Parameters
    ----------
    paper : Paper
    path : path
        Usually ends with ".xlsx".
    language : Locale
    moves : str, optional
        Colours of gains and losses in charts; see ``palette.SCHEMES``.

    Raises
    ------
    InputError
        Without the package XlsxWriter: ``pip install 'sectorlead[excel]'``.
    """
    front = Section("overview", paper.heading or paper.title, paper.front, say("Overview"))

    def more(book: Any) -> None:
        write_sections(book, paper.sections, language, front)
        write_section_charts(book, paper.sections, language, moves)

    return write_tables((), path, language.say(paper.named), paper.dated, more)
