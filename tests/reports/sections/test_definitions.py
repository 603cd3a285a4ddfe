"""Every number of a run's report is explained, and a run with little to tell says so in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest

from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.market_context import market_context
from sectorlead.reports.message import say
from sectorlead.reports.render.i18n import ENGLISH, find_locale
from sectorlead.reports.render.pdf.paper import _in_width
from sectorlead.reports.render.section_html import html
from sectorlead.reports.sections.base import (
    COUNT,
    PERCENT,
    TERMS,
    Beside,
    Block,
    Column,
    Facts,
    Figure,
    Paragraph,
    Section,
    Table,
)
from sectorlead.reports.sections.content import ReportContent, report_content
from sectorlead.reports.sections.report import sections_of
from sectorlead.strategies.library.registry import build


class NeverTrades:
    """Decides for cash."""

    def decide(self, view, portfolio):
        return {}


@pytest.fixture(scope="module")
def sections(market_run) -> tuple[Section, ...]:
    return sections_of(report_content(market_run, market_context(market_run)))


@pytest.fixture(scope="module")
def never() -> dict[str, Section]:
    panel = simulate(sessions=420)
    run = backtest(NeverTrades(), panel, start=panel.sessions[130])
    return {section.id: section for section in sections_of(report_content(run, market_context(run)))}


@pytest.fixture(scope="module")
def month() -> ReportContent:
    panel = simulate(sessions=280)
    run = backtest(build("momentum", schedule="weekly"), panel, start=panel.sessions[-18])
    return report_content(run, market_context(run))


def blocks_of(blocks) -> Iterator[Block]:
    for block in blocks:
        yield from (*blocks_of(block.left), *blocks_of(block.right)) if isinstance(block, Beside) else (block,)


def explained(table: Table, column: Column) -> bool:
    """Whether readers are told what the numbers of a column are."""
    if not column.format.numeric or column.format.kind == "year" or column is table.columns[0]:
        return True
    by_row = any("definition" in other.look for other in table.columns)
    by_caption = "heat" in table.look and re.search(r"\d|^[A-Z][a-z]{2}$", str(column.head)) and bool(table.caption)
    return bool(column.definition) or by_row or bool(by_caption)


def test_every_column_of_numbers_has_a_definition(sections):
    tables = [(section.id, table) for section in sections for table in section.tables()]
    assert len(tables) > 20
    missing = [
        (where, str(column.head)) for where, table in tables for column in table.columns if not explained(table, column)
    ]
    assert missing == []


def test_a_definition_is_told_once_and_found_by_its_head(sections):
    for section in sections:
        page = str(html([section], ENGLISH))
        notes = re.findall(r"<b>([^<]*)</b>: <i>([^<]*)</i>", page)
        assert len(notes) == len({text for _, text in notes})
        heads = re.findall(r'<th scope="col"[^>]*data-note="(\d+)"[^>]*>(?:<span[^>]*></span>)?([^<]+)<', page)
        assert all(name in notes[int(at)][0] for at, name in heads), section.id
        columns = {c.definition for table in section.tables() for c in table.columns if c.definition}
        assert {ENGLISH.say(told) for told in columns} <= {text.replace("&amp;", "&") for _, text in notes}


def test_the_sentences_of_page_one_have_their_terms(sections):
    short = next(section for section in sections if section.id == "short")
    terms = next(block for block in short.blocks if isinstance(block, Facts) and block.look == TERMS)
    told = {str(label): str(text) for label, text in terms.rows}
    assert told["Made"] == "compound growth per calendar year of 365.25 days"
    assert set(told) >= {"Made", "Points", "Equal weight", "Behind", "Costs"}
    assert ((say("Points"),), dict(terms.rows)[say("Points")]) in short.definitions()


def test_definitions_are_chinese_in_chinese(sections):
    zh = find_locale("zh")
    texts = {zh.say(told) for section in sections for _, told in section.definitions()}
    assert [text for text in texts if re.search(r"[A-Za-z]{4,}", text.replace("ddof", ""))] == []


@pytest.mark.parametrize("name", ["risk", "attribution", "trading", "decisions", "rotation", "holdings"])
def test_without_a_trade_words_stand_for_empty_tables_and_charts(never, name):
    blocks = list(blocks_of(never[name].blocks))
    assert blocks
    assert all(isinstance(block, Paragraph) for block in blocks)


def test_page_one_says_that_nothing_was_traded(never):
    told = next(block for block in never["short"].blocks if isinstance(block, Paragraph))
    assert str(told.parts[0]).startswith("It never traded")


def test_a_month_has_no_empty_table_and_nothing_a_year(month):
    found = {section.id: section for section in sections_of(month)}
    assert all(table.rows for section in found.values() for table in section.tables())
    notes = [
        str(part)
        for name in ("headline", "pullbacks")
        for block in found[name].blocks
        if isinstance(block, Paragraph)
        for part in block.parts
    ]
    assert sum("Too short to annualise" in note for note in notes) == 2
    assert "Growth per year" not in {str(c.head) for t in found["pullbacks"].tables() for c in t.columns}
    periods = [str(block.text) for block in blocks_of(found["periods"].blocks) if isinstance(block, Paragraph)]
    assert periods == ["The run is shorter than a month."]


def test_the_histogram_of_a_short_run_has_fewer_bins(month, sections):
    def bins(charts) -> int:
        return next(len(chart.lines[0].x) // 2 for chart in charts if chart.title.startswith("Session returns"))

    risk = next(section for section in sections if section.id == "risk")
    long = [chart for block in risk.blocks if isinstance(block, Figure) for chart in block.charts]
    assert bins(month.risk_charts) <= 12
    assert bins(long) >= 30


@pytest.mark.parametrize(("count", "parts"), [(20, [20]), (21, [11, 11]), (86, [18, 18, 18, 18, 18])])
def test_a_table_too_wide_for_paper_goes_on_below_in_parts_of_one_width(count, parts):
    columns = [Column(say("Series")), *(Column(f"{k}", COUNT) for k in range(count - 1))]
    rows = [["a", *range(count - 1)]]
    made = list(_in_width(Table(say("Wide"), columns, rows)))
    assert [len(part.columns) for part in made] == parts
    assert np.concatenate([part.rows[0][1:] for part in made]).tolist() == list(range(count - 1))
    assert all(part.rows[0][0] == "a" for part in made)


def test_rows_behind_a_click_are_counted_for_paper():
    table = Table(say("Long"), (Column(say("Series")), Column(say("Made"), PERCENT)), [("a", 0.1)] * 5, shown=2)
    page = str(html([Section("a", say("Long"), (table,))], ENGLISH))
    assert '<p class="note print-only">2 of 5 rows on paper</p>' in page
    assert page.count("<details>") == 1
    assert '<span class="date">2020-01-31</span>' in str(
        html([Section("b", say("Long"), (Paragraph(say("Since {date}.", date="2020-01-31")),))], ENGLISH)
    )


def test_what_a_list_of_the_section_says_is_no_footnote():
    told = say("mean rank correlation")
    table = Table(say("T"), (Column(say("Series")), Column(say("IC"), PERCENT, told)), [("a", 0.1)])
    assert Section("a", say("T"), (table,)).definitions() == (((say("IC"),), told),)
    assert Section("a", say("T"), (table, Facts([(say("IC"), told)]))).definitions() == ()
