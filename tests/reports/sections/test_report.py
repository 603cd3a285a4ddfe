"""The list of a report's sections: each anchor once, and a new section is in every output without another line."""

from __future__ import annotations

from collections import Counter

import pytest

from sectorlead.market_context import market_context
from sectorlead.reports.message import say
from sectorlead.reports.render.excel.section_sheets import write_sections
from sectorlead.reports.render.i18n import ENGLISH
from sectorlead.reports.render.pdf.paper import Paper, write_pdf
from sectorlead.reports.render.section_html import html
from sectorlead.reports.render.section_markdown import markdown
from sectorlead.reports.sections.base import DATE, SIGNED, Column, Section, Table
from sectorlead.reports.sections.content import ReportContent, report_content
from sectorlead.reports.sections.definitions import LEAD, OVER_BENCHMARK, OVER_EQUAL_WEIGHT
from sectorlead.reports.sections.report import ALL, sections_of


def best_days(content: ReportContent) -> Section:
    """The section that ``docs/reports.md`` adds."""
    returns = content.record.returns.nlargest(3)
    columns = (Column(say("Session"), DATE), Column(say("Return"), SIGNED))
    table = Table(say("Best sessions"), columns, [*returns.items()])
    return Section("best-days", say("Best sessions"), (table,), say("Sessions"))


@pytest.fixture(scope="module")
def content(market_run) -> ReportContent:
    return report_content(market_run, market_context(market_run))


def test_every_section_has_an_anchor_of_its_own(content):
    counts = Counter(section.id for section in sections_of(content))
    assert set(counts.values()) == {1}
    assert len(counts) > 15


def test_a_new_section_is_in_every_output(content, market_run, tmp_path):
    pypdf, openpyxl, xlsxwriter = (pytest.importorskip(name) for name in ("pypdf", "openpyxl", "xlsxwriter"))
    sections = sections_of(content, (*ALL, best_days))
    day = market_run.returns.idxmax()
    told = (f"{day:%Y-%m-%d}", SIGNED.text(market_run.returns.max()))
    page = str(html(sections, ENGLISH))
    assert '<h2 id="best-days">Best sessions</h2>' in page
    assert f'<th scope="row">{told[0]}</th><td>{told[1]}</td>' in page
    assert "| " + " | ".join(told) + " |" in markdown("A", (), sections, ENGLISH)
    pages = pypdf.PdfReader(write_pdf(Paper("A", (), sections), tmp_path / "a.pdf", ENGLISH)).pages
    assert any(" ".join(told) in line for page in pages for line in page.extract_text().splitlines())
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        write_sections(book, sections, ENGLISH)
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["Sessions"].iter_rows(values_only=True))
    assert (day.to_pydatetime(), pytest.approx(market_run.returns.max())) in [row[:2] for row in rows]


def test_a_lead_is_what_its_column_says(content):
    """The difference of two returns, or the growth of one over that of the other: each where it is said to be."""
    ways = {
        LEAD.msgid: lambda own, other: own - other,
        OVER_EQUAL_WEIGHT.msgid: lambda own, other: (1 + own) / (1 + other) - 1,
        OVER_BENCHMARK.msgid: lambda own, other: (1 + own) / (1 + other) - 1,
    }
    beside = {"Lead": "Equal weight", "Excess": "Benchmark", "Relative": "Benchmark"}
    checked = Counter()
    for section in sections_of(content):
        for table in section.tables():
            heads = [str(column.head) for column in table.columns]
            for name, other in beside.items():
                if name not in heads or "Strategy" not in heads:
                    continue
                way = ways[table.columns[heads.index(name)].definition.msgid]
                for cells in table.cells():
                    own, against, told = (cells[heads.index(head)].value for head in ("Strategy", other, name))
                    assert told == pytest.approx(way(own, against), rel=1e-9, abs=1e-12, nan_ok=True), section.id
                    checked[section.id] += 1
    assert checked.keys() == {"periods", "pullbacks", "market"}
