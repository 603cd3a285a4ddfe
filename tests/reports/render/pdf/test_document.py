"""The PDF of a run: page one has the results in their columns; the same run gives the same bytes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.market_context import market_context
from sectorlead.reports.charts.spec import fullest
from sectorlead.reports.formatting import by_unit, percent
from sectorlead.reports.render import fonts
from sectorlead.reports.render.pdf.canvas import Fill
from sectorlead.reports.render.pdf.document import first_page, readable, write_pdf
from sectorlead.reports.render.pdf.page import TONES, PageWriter
from sectorlead.reports.sections.content import report_content

from .written import lines, table, words


@pytest.fixture(scope="module")
def content(market_run):
    return report_content(market_run, market_context(market_run))


@pytest.fixture(scope="module")
def writer(content):
    made = PageWriter(content.texts())
    first_page(made, readable(made, content))
    return made


def test_each_line_has_its_measures_in_its_own_column(writer, content):
    heads = ("Measure", *content.columns)
    assert len(content.columns) == 3
    rows = {row["Measure"]: row for row in table(writer, 1, heads)}
    for measure in content.headline:
        row = rows[measure.definition.label]
        for column, value in zip(content.columns, measure.values, strict=True):
            assert row[column] == by_unit(value, measure.definition.unit), (measure.definition.label, column)
        assert len({row[column] for column in content.columns}) > 1, "equal columns would not show a swap"


def test_months_stand_under_their_initials_and_years_have_their_benchmark(writer, content):
    rows = table(writer, 1, ("Total", "Bench."), below="Monthly returns, %", span=(0, 118))
    shown = content.years[-len(rows) :]
    for year, row in zip(shown, rows, strict=False):
        assert row["Total"] == percent(year.total).removesuffix("%")
        assert row["Bench."] == percent(year.benchmark).removesuffix("%")
    known = [value for year in shown for value in year.months if math.isfinite(value)]
    texts = {word.text for word in words(writer, 1)}
    assert {percent(value).removesuffix("%") for value in known} <= texts


def test_pullbacks_have_benchmark_strategy_and_relative_in_this_order(writer, content):
    heads = ("Peak", "Lowest", "Bench.", "Strategy", "Relative")
    rows = table(writer, 1, heads, below="Pullbacks of the benchmark", span=(126, 210))
    inside, outside = content.split
    for name, part in (("inside, per year", inside), ("outside, per year", outside)):
        row = next(row for row in rows if row.get("Peak") == name)
        assert [row[head] for head in heads[2:]] == [
            percent(part.benchmark), percent(part.strategy), percent(part.relative),
        ]  # fmt: skip
    last = rows[len(rows) - 3]
    phase = content.phases[-1]
    assert [last[head] for head in heads[2:]] == [
        percent(phase.benchmark), percent(phase.strategy), percent(phase.relative),
    ]  # fmt: skip


def test_bars_of_the_timeline_are_where_the_series_were_held(writer, content):
    page = writer._pages[0]
    shown = fullest(content.timeline, 32)
    row = shown.rows[0]
    name = next(word for word in words(writer, 1) if word.text == row.code)
    fills = [mark.path for mark in page.marks if isinstance(mark, Fill) and mark.tone == TONES[row.role]]
    bars = [path for path in fills if path[:, 1].min() < name.y - 0.3 < path[:, 1].max()]
    assert len(bars) == len(row.bars)
    span = np.array([[bar.start, bar.stop] for bar in row.bars])
    drawn = np.array([[path[:, 0].min(), path[:, 0].max()] for path in bars])
    np.testing.assert_allclose((drawn - 48.0) / (183.0 - 48.0), span, atol=1e-9)  # the plot's left and right edge
    assert any(word.text == row.value and abs(word.y - name.y) < 0.1 for word in words(writer, 1))


def test_without_a_font_the_pdf_says_which_package_to_install(market_run, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "find_font", lambda: None)
    shown = lines(write_pdf(market_run, tmp_path / "a.pdf").read_bytes())
    assert any(f"pip install {fonts.PACKAGE}" in line for line in shown)
    assert "SIM01" in shown


def test_the_same_run_gives_the_same_bytes(market_run, tmp_path):
    once = write_pdf(market_run, tmp_path / "a.pdf").read_bytes()
    assert write_pdf(market_run, tmp_path / "again" / "a.pdf").read_bytes() == once
