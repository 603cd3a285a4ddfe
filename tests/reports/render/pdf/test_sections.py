"""The PDF's tables of phases, drawdowns, sectors, attribution and decisions: each number under its own head."""

from __future__ import annotations

import pytest

from sectorlead.market_context import market_context
from sectorlead.reports.formatting import decimal, percent
from sectorlead.reports.render.pdf.page import PageWriter
from sectorlead.reports.render.pdf.sections import section_pages
from sectorlead.reports.sections.content import report_content

from .written import pages_with, table


@pytest.fixture(scope="module")
def content(market_run):
    return report_content(market_run, market_context(market_run))


@pytest.fixture(scope="module")
def writer(content):
    made = PageWriter(content.texts())
    section_pages(made, content)
    return made


def rows_of(writer, title, *heads):
    """The table below a title; distinct columns are asserted, as equal ones would not show a swap."""
    (page,) = pages_with(writer, title)
    rows = table(writer, page, heads, below=title)
    columns = [tuple(row.get(head) for row in rows) for head in heads]
    assert len(set(columns)) == len(columns)
    return rows


def test_phases_have_strategy_and_benchmark_in_their_columns(writer, content):
    heads = (
        "Phase", "Sessions", "Spells", "Strategy", "Benchmark", "Excess", "Strategy a year", "Benchmark a year",
        "Excess a year",
    )  # fmt: skip
    rows = rows_of(writer, "By market phase", *heads)
    for phase, row in zip(content.by_phase, rows, strict=False):
        assert row == {
            "Phase": phase.name, "Sessions": decimal(phase.sessions, 0), "Spells": str(phase.spells),
            "Strategy": percent(phase.strategy), "Benchmark": percent(phase.benchmark),
            "Excess": percent(phase.excess, 1, True), "Strategy a year": percent(phase.strategy_year),
            "Benchmark a year": percent(phase.benchmark_year), "Excess a year": percent(phase.excess_year, 1, True),
        }  # fmt: skip
    assert len(rows) >= len(content.by_phase) > 2


def test_captures_have_up_before_down(writer, content):
    rows = rows_of(writer, "Up and down capture", "Returns", "Rises", "Falls", "Up", "Down", "Up / down")
    for capture, row in zip(content.captures, rows, strict=False):
        assert row == {
            "Returns": capture.name, "Rises": decimal(capture.rises, 0), "Falls": decimal(capture.falls, 0),
            "Up": percent(capture.up), "Down": percent(capture.down), "Up / down": decimal(capture.ratio),
        }  # fmt: skip


def test_drawdowns_have_their_dates_lengths_and_benchmark(writer, content):
    heads = ("Depth", "Peak", "Trough", "Fall", "In all", "Calendar days", "Benchmark")
    rows = rows_of(writer, "Deepest drawdowns", *heads)
    for fall, row in zip(content.falls, rows, strict=False):
        assert row == {
            "Depth": percent(fall.depth), "Peak": f"{fall.peak:%Y-%m-%d}", "Trough": f"{fall.trough:%Y-%m-%d}",
            "Fall": decimal(fall.fall, 0), "In all": decimal(fall.length, 0),
            "Calendar days": decimal(fall.days, 0), "Benchmark": percent(fall.benchmark),
        }  # fmt: skip


def test_sectors_have_what_they_made_in_the_last_column(writer, content):
    heads = ("Series", "Spells", "Won", "Hit rate", "Mean length", "Best", "Worst", "Made")
    rows = {row["Series"]: row for row in rows_of(writer, "Contribution and hit rate per sector", *heads) if row}
    for sector in content.sectors:
        assert rows[sector.name] == {
            "Series": sector.name, "Spells": str(sector.spells), "Won": str(sector.won),
            "Hit rate": percent(sector.hit_rate, 0), "Mean length": decimal(sector.length, 0),
            "Best": percent(sector.best, 1, True), "Worst": percent(sector.worst, 1, True),
            "Made": percent(sector.contribution, 1, True),
        }  # fmt: skip


def test_attribution_adds_up_in_the_columns_that_it_names(writer, content):
    title = "Attribution: what over- and underweights brought"
    heads = ("Series", "Mean weight", "Universe", "Tilt", "Timing", "Allocation", "Trading", "Costs", "Total")
    rows = [row for row in rows_of(writer, title, *heads) if len(row) == len(heads)]

    def number(row, head):
        return float(row[head].removesuffix("%").replace("−", "-"))

    assert len(rows) > 5
    for row in rows:
        assert number(row, "Allocation") == pytest.approx(number(row, "Tilt") + number(row, "Timing"), abs=0.011)
        total = sum(number(row, head) for head in ("Allocation", "Trading", "Costs"))
        assert number(row, "Total") == pytest.approx(total, abs=0.021)
        assert number(row, "Costs") <= 0
    assert number(rows[-1], "Total") == pytest.approx(100 * content.attribution.active, abs=0.011)


def test_decisions_say_who_came_in_and_who_left(writer, content):
    rows = rows_of(writer, "Decisions: who came in, who left", "Decided", "Came in", "Left", "Stayed", "Invested")
    for decision, row in zip(content.rotations, rows, strict=False):
        assert (row["Decided"], row["Stayed"]) == (f"{decision.session:%Y-%m-%d}", str(decision.stayed))
        assert row["Invested"] == percent(decision.invested, 0)
        for head, moves in (("Came in", decision.came), ("Left", decision.left)):
            if moves:
                assert row[head].startswith(moves[0].name)
            else:
                assert row[head] == "–"


def test_the_map_has_every_point_and_the_names_that_fit(writer, content):
    (page,) = pages_with(writer, "Relative rotation")
    shown = {mark.text for mark in writer._pages[page - 1].marks if hasattr(mark, "text")}
    assert {label.text for label in content.map.chart.labels} <= shown
    assert {"Ratio →", "Momentum", "Leading", "Lagging"} <= shown
