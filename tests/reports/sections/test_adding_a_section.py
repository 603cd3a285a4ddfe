"""A section that is declared in one file and named in another is in every format of a run's report.

The section is the one that docs/reports.md shows; naming it in ``sections/report.py`` is what the fixture does. Nothing
else is touched, and its numbers come back out of page, print, workbook, Markdown and notebook.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

from sectorlead.reports.render import html as pages
from sectorlead.reports.render import notebook as notebooks
from sectorlead.reports.render.excel import workbook
from sectorlead.reports.render.i18n import ENGLISH
from sectorlead.reports.render.pdf.document import paper_of
from sectorlead.reports.render.pdf.paper import write_pdf
from sectorlead.reports.render.section_markdown import markdown
from sectorlead.reports.sections import report
from sectorlead.reports.sections.content import report_content

DOCS = Path(__file__).parents[3] / "docs" / "reports.md"


@pytest.fixture
def best_days(monkeypatch):
    """The section of the documentation, named in the lists of ``sections/report.py``."""
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (code,) = (text for text in blocks if "best_days" in text)
    scope: dict[str, Any] = {}
    exec(code, scope)  # it is the documentation's
    part = scope["best_days"]
    for module, name in ((pages, "REST"), (workbook, "SHEETS"), (notebooks, "NOTEBOOK")):
        monkeypatch.setattr(module, name, (*getattr(report, name), part))
    return part


def test_a_section_is_in_every_format(best_days, market_run, tmp_path):
    pypdf, openpyxl = pytest.importorskip("pypdf"), pytest.importorskip("openpyxl")
    content = report_content(market_run)
    best = market_run.returns.nlargest(3)
    told = [(f"{day:%Y-%m-%d}", f"+{value:.1%}") for day, value in best.items()]
    paper = paper_of(content, (*report.ALL, best_days))
    page, fragment = pages.tearsheet(content), notebooks.notebook(market_run)
    written = markdown(content.title, paper.front, paper.sections, ENGLISH)
    read_back = pypdf.PdfReader(write_pdf(paper, tmp_path / "a.pdf", ENGLISH)).pages
    printed = "\n".join(each.extract_text() for each in read_back)
    for name, text in (("page", page), ("notebook", fragment), ("markdown", written), ("print", printed)):
        _, _, shown = text.rpartition("Best days")
        shown = html.unescape(re.sub(r"<[^>]*>|\|", " ", shown)) if name != "print" else text
        for day, value in told:
            assert re.search(rf"{day}\s+{re.escape(value)}", shown), (name, day)
    sheet = openpyxl.load_workbook(workbook.write_workbook(market_run, tmp_path / "a.xlsx"))["Days"]
    rows = [row[:2] for row in sheet.iter_rows(values_only=True) if hasattr(row[0], "year")]
    assert rows == [(day.to_pydatetime(), pytest.approx(value)) for day, value in best.items()]


def test_a_run_that_nobody_gave_the_section_to_has_none(market_run):
    assert "Best days" not in pages.tearsheet(report_content(market_run))
