"""The report on data: each finding once, in every format, in Chinese down to the last word, and marks where it lies."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from sectorlead.data.quality.finding import Finding
from sectorlead.data.quality.gate import SUMMARIES, check
from sectorlead.data.tidy.read import read
from sectorlead.reports.charts.spec import Row
from sectorlead.reports.quality.notebook import quality_notebook
from sectorlead.reports.quality.sections import BINS, LISTED, quality_paper, topics_of, where_found
from sectorlead.reports.render.i18n import find_locale
from sectorlead.reports.render.pdf.paper import write_pdf
from sectorlead.reports.render.report_page import report_page, write_report
from sectorlead.reports.render.section_markdown import markdown
from tests.data.quality.planted import FLAWS, flawless
from tests.data.quality.test_file_rules import BROKEN
from tests.reports.html_page import check_page

KEPT = {
    "load", "run", "sectorlead", "convert", "reconcile", "fetch", "calendar", "adj", "factor", "dates", "DMY", "MDY",
    "ISO", "columns", "NAME", "close", "data", "baostock", "adjustflag", "akshare", "adjust", "tushare", "None",
    "yfinance", "auto", "False", "Adj", "Close", "last", "date", "known", "from", "exchange", "calendars", "pip",
    "install", "qfq", "hfq", "returns", "cumprod", "fill", "vwap", "vol", "amount", "frame", "symbol", "astype", "str",
    "zfill", "price", "XSHG", "UTF", "GBK", "GB", "YYYY", "in", "study", "weekdays",
}
"""Commands, options, code, formats and vendors: the same in every language."""


@pytest.fixture(scope="module")
def flawed():
    """A table with a bad tick, a hole and many bars without volume, and what was found in it."""
    table = FLAWS["missing_bars"][1](FLAWS["bad_tick"][1](flawless(0), 100, 3).table, 60, 1).table
    volume = table.volume.copy()
    volume[120:150, 5] = 0.0
    table = replace(table, volume=volume)
    return table, check(table, table.calendar)


def english(text: str, names: str = "") -> set[str]:
    """The English words of a text that are no names and no code."""
    return set(re.findall(r"[A-Za-z]{2,}", text)) - KEPT - set(re.findall(r"[A-Za-z]+", names))


@pytest.fixture(scope="module")
def all_findings(tmp_path_factory):
    """A finding of every rule, of each way in which it can be broken, with the names in its data."""
    out: list[tuple[Finding, str]] = []
    for rule, plant in FLAWS.values():
        planted = plant(flawless(0), 100, 3)
        names = " ".join(planted.table.symbols)
        out += [(each, names) for each in check(planted.table, planted.table.calendar) if each.rule == rule]
    for rule, (text, said) in BROKEN.items():
        path = tmp_path_factory.mktemp("file") / "bars.csv"
        path.write_bytes(text.encode("gbk" if "GBK" in said else "utf-8"))
        out += [(each, "") for each in check(read(path)) if each.rule == rule]
    return out


def test_effects_treatments_and_what_rules_look_for_are_chinese(all_findings):
    zh = find_locale("zh")
    for finding, _ in all_findings:
        for text in (finding.effect, finding.treatment, SUMMARIES[finding.rule]):
            assert english(zh.text(text), "exchange_calendars") == set(), (finding.rule, text)


def test_what_was_found_is_chinese(all_findings):
    zh = find_locale("zh")
    assert len({finding.rule for finding, _ in all_findings}) == len(SUMMARIES) - 1  # all but those of joined series
    left = {
        finding.rule: zh.text(finding.message)
        for finding, names in all_findings
        if finding.rule not in ("refused-by-load", "vendor-adjusted", "not-a-bar", "unreadable-dates")  # quote the file
        and english(zh.text(finding.message), f"{names} volume symbol")
    }
    assert left == {}


def test_every_finding_is_told_once_with_its_numbers(flawed):
    table, findings = flawed
    paper = quality_paper(findings, table)
    told = {section.id: section for section in paper.sections}
    for topic in topics_of(findings, ()):
        (rows, *dates) = told[f"{topic.severity}-{topic.rule}"].tables()
        for each, (symbol, count, first, last, message) in zip(topic.found, rows.rows, strict=True):
            assert str(symbol) == (each.symbol or "all series")
            assert (count or 0) == len(each.sessions)
            assert str(message) == each.message
            if count:
                assert (first, last) == (each.sessions[0], each.sessions[-1])
        assert all(each.screen_only and each.folded for each in dates)
    silent = {label for label, _ in told["silent"].blocks[0].rows}
    assert silent == set(SUMMARIES) - {finding.rule for finding in findings}


def test_marks_lie_where_the_sessions_do(flawed):
    table, findings = flawed
    (where,) = where_found(topics_of(findings, ()), table).tables()
    marks = {row[0].value: row[1] for row in where.rows}
    day = next(each for each in findings if each.rule == "bad-tick").sessions[0]
    at = (day - table.sessions[0]) / (table.sessions[-1] - table.sessions[0])
    assert isinstance(marks["bad-tick"], Row)
    assert any(bar.start - 1 / BINS <= at <= bar.stop + 1 / BINS for bar in marks["bad-tick"].bars)
    whole = replace(findings[0], sessions=table.sessions)
    (full,) = where_found(topics_of([whole], ()), table).tables()
    bars = full.rows[0][1].bars
    assert (bars[0].start, bars[-1].stop) == (0.0, 1.0)
    nowhere = replace(findings[0], sessions=table.sessions[:0])
    (empty,) = where_found(topics_of([nowhere], ()), table).tables()
    assert empty.rows[0][1].bars == ()


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_all_formats_tell_the_same(flawed, locale, tmp_path):
    table, findings = flawed
    paper, language = quality_paper(findings, table), find_locale(locale)
    page = report_page(paper, locale=locale)
    shown = check_page(page)
    pypdf, openpyxl = pytest.importorskip("pypdf"), pytest.importorskip("openpyxl")
    read_back = pypdf.PdfReader(write_pdf(paper, tmp_path / "a.pdf", language)).pages
    printed = "".join("".join(each.extract_text().split()) for each in read_back)
    book = openpyxl.load_workbook(write_report(paper, tmp_path / "a.xlsx", locale=locale))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    written = markdown(paper.heading, paper.front, paper.sections, language)
    for finding in findings:
        message = language.text(finding.message)
        assert message in shown
        assert message in cells
        assert message.replace("_", "\\_").replace("<", "\\<") in written
        assert "".join(message.split()) in printed
    many = next(each for each in findings if len(each.sessions) > 4)
    last = f"{many.sessions[-2]:%F}"
    assert last in page  # behind a click
    assert last not in written + printed  # and on no paper
    fragment = quality_notebook(findings, table, locale=locale)
    assert language.text("Errors: a backtest on this data is wrong") in fragment
    assert "bad-tick" in fragment
    assert " id=" not in fragment.split("</style>")[-1]


def test_accepted_errors_do_not_stop_and_are_named(flawed):
    table, findings = flawed
    paper = quality_paper(findings, table, ["bad-tick"])
    assert paper.ribbon == ""
    page = report_page(paper)
    assert "Accepted error: bad-tick" in page
    assert "Every error is accepted by name" in page
    one = quality_paper(findings, table, [f"bad-tick:{table.symbols[0]}"])  # of another series
    assert one.ribbon != ""


def test_nothing_found_is_said(tmp_path):
    table = flawless(0)
    page = check_page(report_page(quality_paper((), table)))
    assert "No errors" in page
    assert "errors 0, warnings 0, notes 0" in page
    assert "What was found, and when" not in page


def test_many_series_are_behind_a_click(flawed):
    table, findings = flawed
    many = [replace(findings[0], symbol=f"S{k}") for k in range(LISTED + 5)]
    page = report_page(quality_paper(many, table))
    assert "5 more rows" in page
    assert page.index(f">S{LISTED}<") > page.index("5 more rows") > page.index(f">S{LISTED - 1}<")


def test_bins_are_in_the_unit_box():
    table = flawless(1)
    rng = np.random.default_rng(0)
    days = table.sessions[np.sort(rng.choice(len(table.sessions), 60, replace=False))]
    finding = Finding("bad-tick", "error", "x", days, "e.", "t.", "m")
    (where,) = where_found(topics_of([finding], ()), table).tables()
    bars = where.rows[0][1].bars
    assert all(0 <= bar.start < bar.stop <= 1 for bar in bars)
    for day in days:
        at = (day - table.sessions[0]) / (table.sessions[-1] - table.sessions[0])
        assert any(bar.start - 1e-9 <= np.floor(at * (BINS - 1)) / BINS < bar.stop for bar in bars)
