"""The PDF of a run, read back: every number under its own head, the same as in summary.json; the same bytes again."""

from __future__ import annotations

import json
import math
import re
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from sectorlead.market_context import market_context
from sectorlead.reports.analysis.attribution import rows_of
from sectorlead.reports.formatting import by_unit, decimal, percent
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


def test_each_line_has_its_measures_in_its_own_column(lines, content):
    assert len(content.columns) == 3
    assert f"Measure {' '.join(content.columns)} Definition" in lines
    for row in content.headline:
        told = " ".join(by_unit(value, row.definition.unit) for value in row.values)
        assert any(line.startswith(f"{row.definition.label} {told} ") for line in lines), row.definition.label
        assert len(set(told.split())) > 1, "equal columns would not show a swap"


def test_every_measure_is_the_one_in_the_summary(folder, lines, content):
    summary = json.loads((folder / names.SUMMARY).read_text(encoding="utf-8"))
    rows = [*content.headline, *content.relative, *content.risk, *content.trading]
    assert len(rows) > 30
    for definition in (row.definition for row in rows):
        value = summary[definition.name]
        told = by_unit(math.nan if value is None else value, definition.unit)
        assert any(line.startswith(f"{definition.label} {told}") for line in lines), (definition.label, told)


def test_phases_have_strategy_and_benchmark_in_their_columns(lines, content):
    heads = (
        "Phase", "Sessions", "Spells", "Strategy", "Benchmark", "Equal weight", "Excess", "Lead", "Strategy a year",
        "Lead a year", "Days ahead",
    )  # fmt: skip
    rows = rows_below(lines, len(content.by_phase), *heads)
    assert len(rows) > 2
    for phase, row in zip(content.by_phase, rows, strict=True):
        assert row == [
            phase.name, decimal(phase.sessions, 0), str(phase.spells), percent(phase.strategy),
            percent(phase.benchmark), percent(phase.equal_weight), percent(phase.excess, 1, True),
            percent(phase.lead, 1, True), percent(phase.strategy_year), percent(phase.lead_year, 1, True),
            percent(phase.ahead, 0),
        ]  # fmt: skip


def test_captures_have_up_before_down(lines, content):
    heads = (
        "Returns", "Rises", "Falls", "Up capture", "Down capture", "Up / down", "Equal weight, up",
        "Equal weight, down",
    )  # fmt: skip
    rows = rows_below(lines, len(content.captures), *heads)
    for capture, row in zip(content.captures, rows, strict=True):
        assert row == [
            capture.name, decimal(capture.rises, 0), decimal(capture.falls, 0), percent(capture.up),
            percent(capture.down), decimal(capture.ratio), percent(capture.equal_up), percent(capture.equal_down),
        ]  # fmt: skip


def test_drawdowns_have_their_dates_lengths_and_benchmark(lines, content):
    for fall in content.falls:
        recovered = (f"{fall.recovered:%Y-%m-%d}", decimal(fall.fall, 0)) if fall.recovered else ("not yet",)
        told = (percent(fall.depth), f"{fall.peak:%Y-%m-%d}", f"{fall.trough:%Y-%m-%d}", *recovered)
        (line,) = (line for line in lines if line.startswith(" ".join(told)))
        others = f"{percent(fall.benchmark)} {percent(fall.equal_weight)}"
        assert f"{decimal(fall.length, 0)} {decimal(fall.days, 0)} {others}" in line


def test_sectors_have_what_they_made_in_the_last_column(lines, content):
    for sector in content.sectors:
        told = (
            sector.name, str(sector.spells), str(sector.won), percent(sector.hit_rate, 0), decimal(sector.length, 0),
            percent(sector.best, 1, True), percent(sector.worst, 1, True), percent(sector.contribution, 1, True),
        )  # fmt: skip
        assert " ".join(told) in lines, sector.name


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


def test_pullbacks_have_strategy_benchmark_and_relative_in_this_order(lines, content):
    heads = ("Growth per year", "Sessions", "Strategy", "Benchmark", "Equal weight", "Lead", "Relative")
    rows = rows_below(lines, 2, *heads)
    for name, part, row in zip(("Inside", "Outside"), content.split, rows, strict=True):
        told = (part.strategy, part.benchmark, part.equal_weight, part.lead, part.relative)
        assert row == [name, decimal(part.sessions, 0), *(percent(value, 1, True) for value in told)]


def test_months_have_their_year_and_its_benchmark(lines, content):
    for year in content.years:
        told = (*year.months, year.total, year.benchmark, year.equal_weight)
        known = [value for value in told if math.isfinite(value)]
        assert " ".join([str(year.year), *(percent(value).removesuffix("%") for value in known)]) in lines


def test_decisions_say_who_came_in_and_who_left(lines, content):
    text = " ".join(lines)
    text = text[text.index("Decisions: who came in") :]
    text = text[text.index("Invested") :]  # below what is told in words
    days = [f"{decision.session:%Y-%m-%d}" for decision in content.rotations]
    for decision, day, before in zip(content.rotations, days, days[1:], strict=False):
        told = text[text.index(day) : text.index(before)]
        assert f"{decision.stayed} {percent(decision.invested, 0)}" in told
        came, left = ([f"{move.name} {move.basis}".rstrip() for move in moves] for moves in decision[1:3])
        assert all(part.split()[0] in told for part in (*came, *left))
        assert told.startswith(f"{day} {came[0].split()[0] if came else '–'}")


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
