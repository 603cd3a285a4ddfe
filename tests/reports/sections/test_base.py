"""A section drawn by every renderer: the same values in each, in the language that is asked for."""

from __future__ import annotations

import io
import math
import re
from importlib.resources import files

import pandas as pd
import pytest

from sectorlead.reports.message import say, sentence
from sectorlead.reports.render.i18n import ENGLISH, Locale
from sectorlead.reports.render.pdf.paper import Paper, write_pdf
from sectorlead.reports.render.section_html import html
from sectorlead.reports.sections.base import (
    BASIS,
    COUNT,
    DATE,
    PERCENT,
    POINTS,
    SIGNED,
    Cell,
    Column,
    Figure,
    Format,
    Item,
    Items,
    Paragraph,
    Section,
    Table,
    heat,
)

TOY = Locale(
    "toy", "x-toy",
    {"Held": "HELD", "{count} of {name} left": "{name}: {count}", "A costs {n} bp": "KOSTEN {}", "Series": "REIHE"},
)  # fmt: skip


@pytest.fixture(scope="module")
def section() -> Section:
    columns = (Column(say("Series")), Column(say("Held"), PERCENT), Column("Day", DATE), Column("<u>", look="moves"))
    rows = (
        ("<i>", 0.1234, pd.Timestamp("2024-02-29"), Items((Item("Held", "3"),))),
        (say("Held"), math.nan, None, Items(())),
        ("cell", heat(-0.01, 0.02), pd.NaT, Cell(say("{count} of {name} left", count=1234, name="Held"))),
    )
    blocks = (Paragraph((sentence("A costs 5 bp"), say("Held"))), Table(say("Held"), columns, rows))
    return Section("toy", say("Held"), blocks, say("Held"))


def test_a_page_has_every_value_once_and_no_markup_of_a_name(section):
    page = str(html((section,), ENGLISH))
    for part in (
        "&lt;i&gt;",
        "&lt;u&gt;",
        ">12.3%<",
        ">2024-02-29<",
        "1,234 of Held left",
        '<td class="v d10">−1.0%<',
        "A costs 5 bp",
    ):
        assert page.count(part) == 1, part
    assert page.count(">–<") == 3  # a number, a date and a list without anything


def test_messages_are_translated_and_names_are_not(section):
    page = str(html((section,), TOY))
    assert '<h2 id="toy">HELD</h2>' in page
    assert "Held: 1,234" in page  # the argument is a name
    assert '<span>Held <i>3</i></span>' in page
    assert "KOSTEN 5" in page
    assert str(say("{count} of {name} left", count=1, name=say("Held"))) == "1 of Held left"
    assert TOY.say(say("{count} of {name} left", count=1, name=say("Held"))) == "HELD: 1"


def test_colours_of_areas_are_boxes_and_those_of_lines_are_dashes():
    roles = ("band", "wait", "up", "down", "p0", "p3", "benchmark", "c2")
    page = str(html((Section("toy", "Toy", (Figure((), key=[(role, role) for role in roles]),)),), ENGLISH))
    assert re.findall(r'class="key (\w+)"', page) == ["band", "wait", "up", "down", "p0", "p3"]
    assert re.findall(r'class="dot (\w+)"', page) == ["benchmark", "c2"]


@pytest.mark.parametrize("role", ["wait", "up", "down", "p0", "p1", "p2", "p6"])
def test_a_box_has_its_colour(role):
    sheet = files("sectorlead.reports.render").joinpath("templates", "sections.css").read_text(encoding="utf-8")
    assert f".key.{role}{{background:var(--" in sheet


def test_paper_has_the_same_values_tags_and_a_bookmark(section, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    paper = Paper("Title", (Paragraph("before"),), (section,), "foot")
    content = write_pdf(paper, tmp_path / "a.pdf", TOY).read_bytes()
    assert write_pdf(paper, tmp_path / "b.pdf", TOY).read_bytes() == content
    read = pypdf.PdfReader(io.BytesIO(content))
    text = read.pages[0].extract_text()
    for part in ("Title", "before", "foot", "<i>", "12.3%", "2024-02-29", "Held: 1,234", "−1.0%", "KOSTEN 5"):
        assert part in text, part
    assert [entry.title for entry in read.outline] == ["HELD"]
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (PERCENT, -0.1234, "−12.3%"), (SIGNED, 0.1, "+10.0%"), (POINTS, 0.1, "10.0"), (POINTS, math.nan, ""),
        (BASIS, 2.5, "2.5 bp"), (BASIS, math.nan, "–"), (COUNT, 1234, "1,234"), (Format("unit:per year"), 2.0, "2.0×"),
        (Format("year"), 2024, "2024"), (DATE, pd.Timestamp("2024-01-02"), "2024-01-02"), (COUNT, None, ""),
    ],
)  # fmt: skip
def test_a_value_is_written_by_its_format(form, value, text):
    assert form.text(value) == text
