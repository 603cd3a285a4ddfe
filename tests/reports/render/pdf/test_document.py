"""The PDF of a run, read back: nothing cut, bookmarks, tags, the same bytes again.

That its tables are those of the page is in ``tests/reports/test_formats_agree.py``.
"""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from sectorlead.market_context import market_context
from sectorlead.reports.analysis.attribution import rows_of
from sectorlead.reports.render import fonts
from sectorlead.reports.render.i18n import ENGLISH
from sectorlead.reports.render.pdf import document, paper
from sectorlead.reports.render.pdf.document import write_pdf
from sectorlead.reports.run_folder import names
from sectorlead.reports.run_folder.save import save
from sectorlead.reports.sections.base import Beside, Facts, Heading, Paragraph, Points
from sectorlead.reports.sections.content import report_content
from sectorlead.reports.sections.report import sections_of

pypdf = pytest.importorskip("pypdf")


@pytest.fixture(scope="module")
def folder(market_run, tmp_path_factory) -> Path:
    return save(market_run, tmp_path_factory.mktemp("saved") / "run", market_context(market_run), printed=True)


@pytest.fixture(scope="module")
def content(market_run):
    return report_content(market_run, market_context(market_run))


@pytest.fixture(scope="module")
def lines(folder) -> list[str]:
    return read(folder / names.PRINT)


def read(path: Path) -> list[str]:
    """The lines of a PDF, as a reader copies them."""
    return [line.strip() for page in pypdf.PdfReader(path).pages for line in page.extract_text().splitlines()]


def rows_below(lines: list[str], count: int, *heads: str) -> list[list[str]]:
    """So many rows of the table with these heads: what heads the row, then a text for each further column."""
    start, *again = (k for k, line in enumerate(lines) if line == " ".join(heads))  # again on the next page
    body = [line for k, line in enumerate(lines) if k > start and k not in again and not line.startswith("Panel ")]
    rows = [line.rsplit(" ", len(heads) - 1) for line in body[:count]]
    columns = list(zip(*rows, strict=True))
    assert len(set(columns)) == len(columns), "equal columns would not show a swap"
    return rows


def test_attribution_adds_up_in_the_columns_that_it_names(lines, content):
    heads = ("Series", "Mean weight", "Universe", "Tilt", "Timing", "Allocation", "First day", "Costs", "Total")
    rows = rows_below(lines, len(rows_of(content.attribution, content.record.panel.names).effects), *heads)
    assert len(rows) > 5
    for _, *texts in rows:
        numbers = [float(text.removesuffix("%").replace("−", "-")) for text in texts]
        row = dict(zip(heads[1:], numbers, strict=True))
        assert row["Allocation"] == pytest.approx(row["Tilt"] + row["Timing"], abs=0.011)
        assert row["Total"] == pytest.approx(row["Allocation"] + row["First day"] + row["Costs"], abs=0.021)
        assert row["Costs"] <= 0
    assert row["Total"] == pytest.approx(100 * content.attribution.active, abs=0.011)


def test_nothing_is_cut_and_every_section_has_a_bookmark(folder, lines, content):
    sections = [section for section in sections_of(content) if section.look != "print-block"]
    reader = pypdf.PdfReader(folder / names.PRINT)
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == [
        str(section.title) for section in sections
    ]
    text = "".join("".join(lines).split())
    for section in sections:
        for table in section.tables():
            for cells in table.cells():
                cell = cells[0]
                told = cell.value if isinstance(cell.value, str) else (cell.format or table.columns[0].format)
                assert not isinstance(told, str) or "".join(told.split()) in text, told
        for said in texts_of(section.blocks):
            assert "".join(said.split())[:40] in text, said  # a longer one may go over a page
    assert not any(line.endswith("...") for line in lines)


def texts_of(blocks) -> list[str]:
    """What blocks say besides their tables."""
    out = []
    for block in blocks:
        if isinstance(block, Beside):
            out += [*texts_of(block.left), *texts_of(block.right)]
        elif isinstance(block, Paragraph):
            out += map(str, block.parts)
        elif isinstance(block, Points):
            out += map(str, block.texts)
        elif isinstance(block, Heading):
            out.append(str(block.text))
        elif isinstance(block, Facts):
            out += [str(label) for label, _ in block.rows]
    return out


def test_growth_drawdown_and_timeline_share_their_time_axis(content):
    """In millimetres from the left of the text, by what is handed to the layout, which adds its own inset to a cell."""
    layout = files("sectorlead.reports.render").joinpath("templates", "report.typ").read_text(encoding="utf-8")
    across = 210 - 2 * float(re.search(r"margin: \(x: ([\d.]+)mm", layout)[1])
    inset = float(re.search(r"inset: \(x: ([\d.]+)mm", layout)[1])
    sections = paper._content(document.paper_of(content), ENGLISH, None)["sections"]
    drawn = [block for section in sections for block in section["blocks"]]
    bars = next(block for block in drawn if block["kind"] == "table" and block["bars"])
    first, loose, *rest = bars["widths"]
    assert loose == "loose"
    for chart in next(block for block in drawn if block["kind"] == "figure")["charts"]:
        left, _, wide, _ = map(float, re.search(r'viewBox="([^"]*)"', chart["svg"])[1].split())
        end = max(float(x) for x in re.findall(r"class=\"grid\" d=\"M0 [\d.]+H([\d.]+)", chart["svg"]))
        assert -left / wide * across == pytest.approx(first + inset, abs=0.1)
        assert (end - left) / wide * across == pytest.approx(across - sum(rest) - inset, abs=0.1)


def test_it_is_tagged_and_its_tables_repeat_their_heads(folder, lines):
    root = pypdf.PdfReader(folder / names.PRINT).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert sum(line == "Decided Came in Left Stayed Invested" for line in lines) >= 1
    heads = [k for k, line in enumerate(lines) if line.startswith("Series 20")]
    assert all(later > earlier for earlier, later in pairwise(heads))


def test_without_a_font_codes_stand_for_names_and_a_line_says_what_to_install(market_run, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "find_font", lambda: None)
    shown = read(write_pdf(market_run, tmp_path / "a.pdf", locale="zh"))
    assert any(f"pip install {fonts.PACKAGE}" in line for line in shown)
    assert any(line.startswith("Total return ") for line in shown)
    assert any(line.startswith("SIM01 ") for line in shown)
    assert not any(fonts.needs_cjk(line) for line in shown)


def test_the_same_run_gives_the_same_bytes(market_run, tmp_path):
    once = write_pdf(market_run, tmp_path / "a.pdf").read_bytes()
    assert write_pdf(market_run, tmp_path / "again" / "a.pdf").read_bytes() == once


def test_gains_have_the_colours_that_are_asked_for(content, tmp_path):
    blue, red = (
        document.pdf(content, tmp_path / f"{moves}.pdf", moves=moves).read_bytes()
        for moves in ("blue-orange", "red-up")
    )
    assert blue != red
