"""Every number of a run is the same on page, paper, workbook, Markdown, JSON and in serve, by section, head and row."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sectorlead.market_context import market_context
from sectorlead.reports import metrics
from sectorlead.reports.formatting import percent
from sectorlead.reports.metrics.over_equal_weight import PREFIX
from sectorlead.reports.render import section_html, section_markdown
from sectorlead.reports.render.excel import section_sheets
from sectorlead.reports.render.excel.workbook import write_workbook
from sectorlead.reports.render.i18n import ENGLISH
from sectorlead.reports.render.pdf import paper
from sectorlead.reports.run_folder.save import save
from sectorlead.reports.sections.base import DATE, MONEY, PERCENT, RATIO, Cell, Column, Paragraph, Section, Table
from sectorlead.reports.sections.content import report_content
from sectorlead.reports.sections.report import ALL, SHEETS, sections_of
from sectorlead.serve.app import build_app
from sectorlead.serve.index import Index

from ..serve.client import Client
from .read_back import (
    Grid,
    Printed,
    Read,
    html_sections,
    markdown_sections,
    rounds_to,
    sheet_differs,
    sheet_of,
    without_pictures,
)

openpyxl, xlsxwriter, *_ = (pytest.importorskip(name) for name in ("openpyxl", "xlsxwriter", "typst", "pypdf"))


@pytest.fixture(scope="module")
def folder(market_run, control_run, tmp_path_factory) -> Path:
    """Two runs, the first with a PDF and a workbook."""
    root = tmp_path_factory.mktemp("saved")
    save(control_run, root / "control", panel=False)
    made = save(market_run, root / "run", market_context(market_run), printed=True, panel=False)
    write_workbook(market_run, made / "run.xlsx", context=market_context(market_run))
    return made


@pytest.fixture(scope="module")
def content(market_run) -> Any:
    return report_content(market_run, market_context(market_run))


@pytest.fixture(scope="module")
def page(folder) -> dict[str, Read]:
    """The sections of the page, by title."""
    return {each.title: each for each in html_sections((folder / "report.html").read_text("utf-8"))}


@pytest.fixture(scope="module")
def told(folder) -> dict[str, float | None]:
    return json.loads((folder / "summary.json").read_text("utf-8"))


# --- page, paper, workbook, Markdown --------------------------------------------------------------------------------


def test_the_page_rounds_every_value_that_a_section_holds(content, page) -> None:
    checked = 0
    for section in sections_of(content, ALL):
        for table, grid in zip(section.tables(), page[str(section.title)].grids, strict=True):
            rows = [[cell for cell in row if not _picture(cell)] for row in table.cells()]
            for i, j, text in grid.cells():
                cell = rows[i][j]
                if isinstance(cell.value, float | int) and not isinstance(cell.value, bool):
                    shown = text.split(" ")[-1] if cell.marked else text.removesuffix(f" {cell.note}")
                    scale = 100 if "%" in shown or "points" in (cell.format or table.columns[j].format).kind else 1
                    assert rounds_to(cell.value, shown.removesuffix(" bp"), scale), (section.id, i, grid.heads[j], text)
                    checked += 1
                elif isinstance(cell.value, datetime.date):
                    assert text == (f"{cell.value:%Y-%m-%d}" if cell.value == cell.value else "\u2013")
                    checked += 1
    assert checked > 1_300


def _picture(cell: Cell) -> bool:
    return type(cell.value).__name__ in ("Chart", "Row")


def test_paper_says_what_the_page_says(folder, page) -> None:
    assert Printed(folder / "report.pdf", "Panel ").differences(page.values()) == []
    assert sum(len(section.grids) for section in page.values()) > 20


def test_the_workbook_says_what_the_page_says(folder, page, content) -> None:
    book = openpyxl.load_workbook(folder / "run.xlsx")
    differing, tables = [], 0
    for section in sections_of(content, SHEETS):
        sheet, end = sheet_of(book, str(section.title)), 0
        for grid in page[str(section.title)].grids:
            found, end = sheet_differs(sheet, grid, end)
            differing += [f"{section.title}: {text}" for text in found]
            tables += 1
    assert differing == []
    assert tables > 12
    months, (head, *rows) = page["Monthly returns"].grids[0], book["Monthly returns"].iter_rows(values_only=True)
    assert len(months.rows) == len(rows)
    for shown, row in zip(months.rows, rows, strict=True):
        assert shown[0] == str(row[0])
        for name, text in zip(months.heads[1:13], shown[1:13], strict=True):
            value = row[head.index(name)]
            assert text == "" if value is None else rounds_to(value, text, 100), (shown[0], name)
        ends = (("Year's return", -3), ("Benchmark's", -2), ("Equal weight's", -1))
        assert all(rounds_to(row[head.index(name)], shown[k], 100) for name, k in ends)


def test_markdown_says_what_the_page_says(page, content) -> None:
    sections = sections_of(content)
    read = {each.title: each for each in markdown_sections(section_markdown.markdown("A", (), sections, ENGLISH))}
    tables = 0
    for section in sections:
        shown, own = page[str(section.title)], read[str(section.title)]
        for table, grid, other in zip(section.tables(), shown.grids, own.grids, strict=True):
            assert other.differs(grid) == [], table.label
            tables += 1
    assert tables > 20


# --- JSON and serve -------------------------------------------------------------------------------------------------

LABELS = {item.label: name for name, item in metrics.definitions().items()}
BESIDE = ("", "benchmark_", PREFIX)


def shown_as(value: float | None, text: str) -> bool:
    """Whether a number of ``summary.json`` is the one that is shown."""
    return rounds_to(math.nan if value is None else value, text, 100 if text.endswith("%") else 1)


def test_the_page_shows_the_numbers_of_the_summary(page, told) -> None:
    lines, *_ = page["Headline"].grids
    assert lines.heads[1] == "Strategy"
    assert lines.heads[3] == "Equal weight"
    for label, *texts, _ in lines.rows:
        assert all(shown_as(told[prefix + LABELS[label]], text) for prefix, text in zip(BESIDE, texts, strict=True))
    measures = [
        (label, text)
        for section in ("Drawdowns, beta and relative strength", "Trading, costs and what did not fill")
        for grid in page[section].grids
        if grid.heads == ["Measure", "Strategy", "Definition"]
        for label, text, _ in grid.rows
    ]
    assert len(measures) > 20
    assert all(shown_as(told[LABELS[label]], text) for label, text in measures)
    (against,) = page["Against benchmark and equal weight"].grids
    over = 0
    for label, benchmark, equal, _ in against.rows:
        name = LABELS[label]
        assert shown_as(told[name], benchmark), label
        if f"{name}_over_equal_weight" in told:
            assert shown_as(told[f"{name}_over_equal_weight"], equal), label
            over += 1
    assert over == 4
    excess = told["excess_over_equal_weight"]
    assert excess is not None
    more = f"{abs(100 * excess):.1f} points {'more' if excess > 0 else 'less'} than equal weight"
    assert any(more in text for text in page["In short"].said)


def test_the_workbook_has_the_summary(folder, told) -> None:
    head, *rows = openpyxl.load_workbook(folder / "run.xlsx")["Summary"].iter_rows(values_only=True)
    values = {row[head.index("Name")]: row[head.index("Value")] for row in rows}
    assert values.keys() == told.keys()
    assert {name: pytest.approx(value, rel=1e-15) for name, value in told.items() if value is not None} == {
        name: value for name, value in values.items() if value is not None
    }


def test_serve_shows_the_numbers_of_the_summary(folder, told) -> None:
    index = Index(folder.parent)
    try:
        client = Client(build_app(index))
        one, several, listed = (
            client.get(target).text for target in ("/run/run", "/compare?run=run&run=control", "/")
        )
    finally:
        index.close()
    chart = json.loads(re.search(r'id="chart">(.*?)</script>', one, re.DOTALL)[1])
    ((grid,),) = (each.grids for each in html_sections(one) if each.title == "Metrics")
    assert len(grid.rows) > 20
    assert all(shown_as(told[LABELS[label]], text) for label, text, _ in grid.rows)
    assert chart["equity"][-1] - 1 == pytest.approx(told["total_return"], rel=1e-4)
    assert chart["benchmark"][-1] - 1 == pytest.approx(told["benchmark_total_return"], rel=1e-4)
    assert chart["equal"][-1] - 1 == pytest.approx(told["equal_weight_total_return"], rel=1e-4)
    other = json.loads((folder.parent / "control" / "summary.json").read_text("utf-8"))
    (beside,) = next(each.grids for each in html_sections(several) if each.title == "Metrics")
    assert [row[0] for row in beside.rows] == [row[0] for row in grid.rows]
    for (label, mine, theirs), (_, text, _) in zip(beside.rows, grid.rows, strict=True):
        assert mine == text
        value = other[LABELS[label]]
        assert any(shown_as(value, theirs[:k]) for k in range(1, len(theirs) + 1)), (label, value, theirs)
    assert percent(told["total_return"] or 0) in listed


# --- what the tests above must find ---------------------------------------------------------------------------------

WRONG = (("A", 0.1234, 1_234.5, 1.005), ("B", -0.05, 99.0, -2.5))
COLUMNS = (Column("Series"), Column("Return", PERCENT), Column("Made", MONEY), Column("Ratio", RATIO))
DAYS = (Column("Series"), Column("Begun", DATE), Column("Ended", DATE))
SPANS = (("A", datetime.date(2024, 1, 2), datetime.date(2024, 2, 3)), ("B", datetime.date(2023, 1, 2), None))
SECTION = Section(
    "made", "Made", (Paragraph("It made 12.3%."), Table("Made", COLUMNS, WRONG), Table("Days", DAYS, SPANS))
)


def swapped(drawn: Callable[..., Any]) -> Callable[..., Any]:
    """The renderer of a table, given its second and third column the other way round, below the same heads."""

    def wrong(*args: Any) -> Any:
        tables = [arg for arg in args if isinstance(arg, Table)]
        rows = [[row[0], row[2], row[1], *row[3:]] for row in tables[0].rows]
        turned = Table(tables[0].label, tables[0].columns, rows)
        return drawn(*(turned if isinstance(arg, Table) else arg for arg in args))

    return wrong


def rounded(drawn: Callable[..., Any]) -> Callable[..., Any]:
    """The renderer of a cell, that cuts a number to two digits."""

    def wrong(*args: Any) -> Any:
        cells = [arg for arg in args if isinstance(arg, Cell)]
        value = cells[0].value
        cut = cells[0]._replace(value=math.floor(value * 100) / 100) if isinstance(value, float) else cells[0]
        return drawn(*(cut if isinstance(arg, Cell) else arg for arg in args))

    return wrong


FAULTS = {
    "page": (section_html, "_table", "_cell"),
    "paper": (paper._Drawing, "_table", "_cell"),
    "workbook": (section_sheets._Pen, "_table", "_cell"),
    "Markdown": (section_markdown, "_table", "_cell"),
}


def differing(tmp_path: Path) -> list[str]:
    """Where outputs of the small section differ from its page."""
    (page,) = html_sections(str(section_html.html((SECTION,), ENGLISH)))
    file = paper.write_pdf(paper.Paper("A", (), (SECTION,), "foot"), tmp_path / "a.pdf", ENGLISH)
    found = Printed(file, "foot").differences([page])
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        section_sheets.write_sections(book, (SECTION,), ENGLISH)
    sheet, end = sheet_of(openpyxl.load_workbook(tmp_path / "a.xlsx"), "Made"), 0
    for grid in page.grids:
        own, end = sheet_differs(sheet, grid, end)
        found += own
    (read,) = markdown_sections(section_markdown.markdown("A", (), (SECTION,), ENGLISH))
    return found + [text for a, b in zip(read.grids, page.grids, strict=True) for text in a.differs(b)]


def test_the_small_section_is_the_same_everywhere(tmp_path) -> None:
    assert differing(tmp_path) == []


@pytest.mark.parametrize("output", FAULTS)
@pytest.mark.parametrize("fault", [swapped, rounded])
def test_an_output_with_swapped_columns_or_other_rounding_is_found(output, fault, tmp_path, monkeypatch) -> None:
    where, table, cell = FAULTS[output]
    name = table if fault is swapped else cell
    monkeypatch.setattr(where, name, fault(getattr(where, name)))
    assert differing(tmp_path)


def test_a_sentence_that_paper_lacks_is_found(tmp_path) -> None:
    file = paper.write_pdf(paper.Paper("A", (), (SECTION,), "foot"), tmp_path / "a.pdf", ENGLISH)
    assert Printed(file, "foot").sentences_lacking(Read("Made", [], ["It made 12.4%."]))


def test_a_table_that_an_output_lacks_is_found(tmp_path) -> None:
    file = paper.write_pdf(paper.Paper("A", (), (SECTION,), "foot"), tmp_path / "a.pdf", ENGLISH)
    assert Printed(file, "foot").differs(without_pictures(Grid(["Series", "Lost"], [["A", "1"]])))
