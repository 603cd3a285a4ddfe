"""No English word is left in any Chinese output of a run, but for names, symbols, code and acronyms."""

from __future__ import annotations

import html
import re

import pytest

from sectorlead.market_context import market_context
from sectorlead.reports.render import fonts
from sectorlead.reports.render.excel.workbook import write_workbook
from sectorlead.reports.render.html import tearsheet
from sectorlead.reports.render.pdf.document import pdf
from sectorlead.reports.sections.content import report_content

pypdf = pytest.importorskip("pypdf")
pytestmark = pytest.mark.skipif(fonts.find_font() is None, reason=f"no CJK font here; pip install {fonts.PACKAGE}")

ACRONYMS = {
    "Carino",
    "Brinson",
    "Fachler",
    "CAGR",
    "ETF",
    "VaR",
    "CVaR",
    "HAC",
    "Romano",
    "Wolf",
    "Bonferroni",
    "RRG",
    "bp", "ddof",
    "csv",
}
"""Names of methods, units and files."""


@pytest.fixture(scope="module")
def content(market_run):
    return report_content(market_run, market_context(market_run))


@pytest.fixture(scope="module")
def names(content) -> str:
    """What is the same in every language: what a strategy says of itself, code, provenance, sources of rules."""
    told = [content.title, content.sentence, content.call, *(text for _, text in content.provenance)]
    told += [text for rule in content.rules.rules for text in (rule.source, rule.boards)]
    told += [*content.record.panel.symbols, *content.record.panel.names, *content.record.panel.groups]
    return " ".join((*told, content.rules.digest, content.record.market.name, content.record.panel.benchmark.symbol))


def words(text: str, names: str) -> set[str]:
    """The English words of a text that are nobody's name."""
    known = set(re.findall(r"[A-Za-z]{2,}", names)) | ACRONYMS
    return set(re.findall(r"[A-Za-z]{2,}", re.sub(r"\w+\.csv", "", text))) - known


def test_the_page_is_chinese(content, names):
    page = re.sub(r"<(style|script)\b.*?</\1>", "", tearsheet(content, locale="zh"), flags=re.DOTALL)
    read = " ".join(re.findall(r'(?:aria-label|title|data-head)="([^"]*)"', page))
    assert words(html.unescape(re.sub(r"<[^>]*>", " ", page)), names) == set()
    assert words(html.unescape(read), names) == set()


def test_the_pdf_is_chinese(content, names, tmp_path):
    pages = pypdf.PdfReader(pdf(content, tmp_path / "a.pdf", locale="zh")).pages
    assert words("\n".join(page.extract_text() for page in pages), names) == set()


def test_an_english_word_would_be_found(content, names):
    assert words("策略 Held 12%", names) == {"Held"}


def test_the_workbook_is_chinese_but_for_keys_of_programs(market_run, content, names, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = write_workbook(market_run, tmp_path / "a.xlsx", market_context(market_run), locale="zh")
    *sheets, last = openpyxl.load_workbook(path).worksheets[:12]
    assert (sheets[0].title, last.title) == ("指标汇总", "清单")  # the manifest has the keys of manifest.json
    keys = {row[4] for row in sheets[0].iter_rows(values_only=True)}
    known = f"{names} {' '.join(market_run.panel.kinds)}"
    for sheet in openpyxl.load_workbook(path):
        if sheet.title != last.title:
            quoted = 2 if sheet.title == "规则" else 0  # source and remark, as the rule book has them
            rows = [row[: len(row) - quoted] for row in sheet.iter_rows(values_only=True)]
            texts = {cell for row in rows for cell in row if isinstance(cell, str)}
            assert words("\n".join(sorted(texts - keys)), known) == set(), sheet.title
            assert not words(sheet.title, known)


def test_sections_have_their_numbers_in_the_workbook(market_run, content, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(write_workbook(market_run, tmp_path / "a.xlsx", market_context(market_run)))
    rows = list(book["Market"].iter_rows(values_only=True))
    (head,) = (k for k, row in enumerate(rows) if row[0] == "Phase")
    for phase, row in zip(content.by_phase, rows[head + 1 :], strict=False):
        told = (phase.name, phase.sessions, phase.spells, phase.strategy, phase.benchmark, phase.equal_weight)
        assert (told[0], *(pytest.approx(value, rel=1e-12) for value in told[1:])) == row[:6]
    assert [len(sheet._charts) for sheet in book if sheet.title == "Charts"] == [2]
