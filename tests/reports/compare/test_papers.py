"""The report of a tournament: the same numbers in every format, Chinese in every format, and charts of Excel's own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from sectorlead.data.errors import InputError
from sectorlead.reports.compare.papers import comparison_paper, tournament_paper
from sectorlead.reports.growth import strategy_growth
from sectorlead.reports.render import fonts
from sectorlead.reports.render.report_page import report_page, write_report

from ...chinese.reading import english, marked, read
from ..read_back import Grid, Printed, html_sections, markdown_sections, sheet_differs, sheet_of

openpyxl, xlsxwriter, pypdf, *_ = (pytest.importorskip(name) for name in ("openpyxl", "xlsxwriter", "pypdf", "typst"))
NUMBERS = 400
"""Cells with numbers that a tournament of two strategies has at least."""


@pytest.fixture(scope="module")
def folder(held, tmp_path_factory):
    return held.save(tmp_path_factory.mktemp("tournament") / "a", also=("pdf", "xlsx", "md"))


@pytest.fixture(scope="module")
def page(folder):
    return html_sections((folder / "tournament.html").read_text(encoding="utf-8"))


def valued(grid: Grid) -> Grid:
    """A table without its columns of pictures."""
    kept = [k for k in range(len(grid.heads)) if any(row[k] for row in grid.rows)]
    return Grid([grid.heads[k] for k in kept], [[row[k] for k in kept] for row in grid.rows])


def test_every_section_has_an_anchor_of_its_own_and_a_name_to_go_by(held):
    for paper in (tournament_paper(held), comparison_paper(held.records)):
        for names in ([each.id for each in paper.sections], [str(each.nav) for each in paper.sections]):
            assert max(Counter(names).values()) == 1, names
        assert paper.ribbon


def test_paper_says_what_the_page_says(folder, page):
    assert Printed(folder / "tournament.pdf", "Panel ").differences(page) == []
    assert sum(re.search(r"\d", text) is not None for each in page for grid in each.grids
               for _, _, text in grid.cells()) > NUMBERS  # fmt: skip


def test_markdown_says_what_the_page_says(folder, page):
    read = {each.title: each for each in markdown_sections((folder / "tournament.md").read_text(encoding="utf-8"))}
    for section in page:
        for grid, other in zip(section.grids, read[section.title].grids, strict=True):
            assert valued(other).differs(valued(grid)) == [], section.title


def test_the_workbook_says_what_the_page_says(folder, page):
    book, differing = openpyxl.load_workbook(folder / "tournament.xlsx"), []
    for section in page:
        end = 0
        for grid in section.grids:
            found, end = sheet_differs(sheet_of(book, section.title), valued(grid), end)
            differing += [f"{section.title}: {text}" for text in found if "<0.001" not in text]
    assert differing == []
    assert book["Overview"]["A1"].value == "leaders against 1 other"


def test_charts_of_the_workbook_have_the_lines_of_the_runs(folder, held):
    book = openpyxl.load_workbook(folder / "tournament.xlsx")
    drawn = {chart.title.tx.rich.p[0].r[0].t: chart for chart in book["Charts"]._charts}
    assert {"Growth of 1, log scale", "Drawdown", "Turnover against return"} <= set(drawn)
    heads, *rows = book["Chart data"].iter_rows(values_only=True)
    for label, record in held.records.items():
        values = [row[heads.index(label)] for row in rows]
        np.testing.assert_allclose(values[: len(record.sessions) + 1], strategy_growth(record).levels, rtol=1e-9)
        days = [row[heads.index(label) - 1] for row in rows]
        assert days[1] == record.sessions[0].to_pydatetime()
    assert len(drawn["Growth of 1, log scale"].series) == 4


def test_the_same_tournament_gives_the_same_bytes(folder, held, tmp_path):
    held.save(tmp_path / "b", also=("pdf", "xlsx", "md"))
    for ending in ("html", "pdf", "xlsx", "md"):
        name = f"tournament.{ending}"
        assert (folder / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


@pytest.mark.skipif(fonts.find_font() is None, reason=f"no CJK font here; pip install {fonts.PACKAGE}")
def test_no_english_word_is_left_in_a_chinese_report(held, tmp_path):
    again = tuple(replace(each, left_out={}) for each in held.sensitivities)
    held = replace(held, notes=(), phase_rule="", sensitivities=again)  # what the test made up, in English
    paper, names = tournament_paper(held), [*held.records, "cn-a"]
    for record in held.records.values():
        names += [record.market.name, record.panel.source, *record.panel.symbols, *record.panel.names]
        names += [record.panel.benchmark.symbol, record.terms.engine]
    code = marked(report_page(paper, locale="zh"))
    for ending in ("html", "md", "pdf", "xlsx"):
        path = write_report(paper, tmp_path / f"a.{ending}", locale="zh")
        assert english(read(path), names, code) == {}, ending


def test_a_report_of_another_ending_is_refused(held, tmp_path):
    with pytest.raises(InputError, match=r"a.docx is no report; name it .html, .pdf, .png, .xlsx or .md"):
        held.report(tmp_path / "a.docx")
