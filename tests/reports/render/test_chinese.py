"""No English word is left in any Chinese output of a run, but for names, symbols, code and acronyms."""

from __future__ import annotations

import html
import re

import pytest

from sectorlead.market_context import market_context
from sectorlead.reports.render import fonts
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
