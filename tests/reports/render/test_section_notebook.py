"""Any section as a fragment of a notebook: every kind of block, numbers as tables say them, and no id."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest

from sectorlead.market_context import market_context
from sectorlead.reports.charts.cells import among
from sectorlead.reports.message import say
from sectorlead.reports.render.i18n import ENGLISH, find_locale
from sectorlead.reports.render.section_notebook import MOST_ROWS, fragment
from sectorlead.reports.sections.base import (
    DATE,
    PERCENT,
    Beside,
    Cell,
    Code,
    Column,
    Facts,
    Heading,
    Item,
    Items,
    Paragraph,
    Points,
    Section,
    Table,
    heat,
)  # fmt: skip
from sectorlead.reports.sections.content import report_content
from sectorlead.reports.sections.report import ALL, sections_of

ZH = find_locale("zh")


def body(text: str) -> str:
    return re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


def test_every_kind_of_block_is_there():
    columns = (
        Column("Day", DATE), Column("Made", PERCENT), Column("What it is", look="definition"), Column("W", wide=True),
    )  # fmt: skip
    rows = [(date(2024, 1, 2), heat(0.123, 0.2), "long text", "wide")]
    heads = (Column("Kind"), Column("", look="strip strategy"))
    strip = Table("Strips", heads, [("a", among(np.array([0.1]), 0.1, (0, 1), "strategy"))])
    blocks = (
        Paragraph("said", "warning"), Heading("head"), Points(["point <1>"]), Code("code()"),
        Facts([("Warning", "thin"), ("Note", ("a.", "b.")), ("Held", Items((Item("coal"), Item("banks"))))]),
        Beside([Table("Days", columns, rows, "told above")], [strip]),
    )  # fmt: skip
    text = fragment(
        "name <x>", blocks, ENGLISH, [None, Section("s", "title", [Paragraph("inside")])], span="2024", ribbon="bad"
    )
    shown = body(text)
    for part in (
        "<b>name &lt;x&gt;</b> <span>2024</span>", '<p class="sl-warn">bad</p>', '<p class="sl-warn">said</p>',
        ">head</p>", "point &lt;1&gt;", "<pre>code()</pre>", '<p class="sl-warn">Warning: thin</p>', "Note: a. b.",
        "Held: coal, banks", "2024-01-02", "12.3%", "told above", "<svg", ">title</p>", "inside",
    ):  # fmt: skip
        assert part in shown, part
    assert "long text" not in shown
    assert ">W<" not in shown
    assert ".sectorlead-run .u12{--v:0.6" in text
    assert ".u13" not in text


def test_a_long_table_says_how_much_it_leaves_out():
    table = Table("t", [Column("n")], [(str(k),) for k in range(MOST_ROWS + 7)], total=True)
    shown = body(fragment("x", [table], ZH))
    assert "另有 7 行" in shown
    assert shown.count("<tr>") == MOST_ROWS + 1
    assert "total-row" not in shown


def test_every_section_of_a_run_can_stand_in_a_notebook(market_run):
    sections = sections_of(report_content(market_run, market_context(market_run)), ALL)
    text = fragment(say("Headline"), (), ZH, sections)
    assert " id=" not in body(text)
    assert "<use" not in text  # a timeline is a picture of its own
    assert len(sections) > 20
    for section in sections:
        assert ZH.say(section.title) in text


def test_columns_are_chosen_by_their_heads():
    table = Table("t", [Column("a"), Column("b"), Column("c")], [(1, 2, 3), (4, Cell(5), 6)])
    assert [column.head for column in table.only("c").columns] == ["a", "c"]
    assert table.only("c").rows == [[1, 3], [4, 6]]
    with pytest.raises(KeyError, match="no column d; there are a, b, c"):
        table.only("d")
