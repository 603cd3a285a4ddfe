"""Pictures with their text inside: the same marks as on a page, in pixels of the picture."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from sectorlead.reports.charts.picture import Frame, picture
from sectorlead.reports.charts.spec import AWAY, Band, Bar, Chart, Dot, Label, Line, Row, Tick, straight

FRAME = Frame(400, 200, left=50, right=100, above=10, below=30)
RISE = Line("Rise <r>", "2.00×", "strategy", np.array([0.0, 0.5, 1.0]), np.array([0.0, np.nan, 0.5]))
FULL = Chart(
    "T", "told <b>", (Tick(0.5, "2016"),), (Tick(0.25, "1"),), bands=(Band(0.0, 0.25), Band(0.5, 0.75, "p3")),
    lines=(RISE, straight((0.0, 0.5), (1.0, 0.5), "axis")), dots=(Dot(0.5, 0.5, "c1", "dot", True),),
    labels=(
        Label(0.25, 0.5, "right", "c1", "right", 0.1, strong=True), Label(0.25, 0.5, "left", "c1", "left"),
        Label(0.25, 0.5, "above", "c1", "middle", note="+1%"),
    ),
    x_name="Ratio →", y_name="Momentum ↑", x_grid=True, text=0.05,
)  # fmt: skip


def elements(chart, tag, kind):
    root = ElementTree.fromstring(str(picture(chart, FRAME)))
    return [each for each in root.iter(tag) if each.get("class") == kind]


def test_the_picture_holds_the_plot_and_its_margins():
    root = ElementTree.fromstring(str(picture(FULL, FRAME)))
    assert root.get("viewBox") == "-50 -10 550 240"
    assert (root.get("role"), root.get("aria-label")) == ("img", "told <b>")


def test_marks_are_where_the_chart_says():
    paths = {kind: [each.get("d") for each in elements(FULL, "path", kind)] for kind in (
        "line strategy", "axis", "band", "band p3", "grid")}  # fmt: skip
    assert paths == {
        "line strategy": ["M0.0 200.0M400.0 100.0"],
        "axis": ["M0.0 100.0L400.0 100.0"],
        "band": ["M0.0 0H100.0V200H0.0z"],
        "band p3": ["M200.0 0H300.0V200H200.0z"],
        "grid": ["M0 150.0H400", "M200.0 0V200"],
    }
    (dot,) = elements(FULL, "circle", "spot c1 strong")
    assert (dot.get("cx"), dot.get("cy"), dot.get("r"), dot[0].text) == ("200.0", "100.0", "5", "dot")


def test_names_hang_on_their_points():
    (right,), others = elements(FULL, "text", "name c1 strong"), elements(FULL, "text", "name c1")
    size = 0.05 * 200
    assert float(right.get("x")) == pytest.approx(100 + AWAY * size)
    assert float(right.get("y")) == pytest.approx(80 + 4)
    assert right.get("text-anchor") == "start"
    left, above = others
    assert (float(left.get("x")), left.get("text-anchor")) == (pytest.approx(100 - AWAY * size), "end")
    assert (above.get("x"), above.get("text-anchor"), above[0].text) == ("100.0", "middle", "+1%")
    assert f'font-size="{size:.1f}"' in picture(FULL, FRAME)


def test_axes_and_ends_are_labelled():
    texts = {each.text.strip(): each for each in elements(FULL, "text", "tick")}
    assert set(texts) == {"2016", "1", "Ratio →", "Momentum ↑"}
    assert (texts["1"].get("y"), texts["1"].get("text-anchor")) == ("154.0", "end")
    assert texts["2016"].get("x") == "200.0"
    (end,) = elements(FULL, "text", "end strategy")
    assert (end.text.strip(), end[0].text, end.get("y")) == ("Rise <r>", "2.00×", "104.0")


def test_rows_have_their_names_before_and_values_behind():
    rows = (Row("c2", (Bar(0.25, 0.5),), "A", "a", "+1.0%"), Row("c3", (), "A name too long for its room", "b", "−2%"))
    chart = Chart("", "", rows=rows)
    first, second = elements(chart, "text", "row")
    assert (first.text, first.get("y"), second.get("y")) == ("A", "54.0", "154.0")
    assert second.text.endswith("…")
    assert [each.text for each in elements(chart, "text", "value")] == ["+1.0%", "−2%"]
    bars = elements(chart, "g", "bars c2")[0]
    assert bars[0].get("d") == "M100.0 20.0H200.0v60.0H100.0z"
