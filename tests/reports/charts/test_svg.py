"""Charts on pages that stretch: each mark once, where the chart says, in its colour; no text is markup."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sectorlead.reports.charts import svg
from sectorlead.reports.charts.spec import Band, Bar, Chart, Dot, Label, Line, Row, Tick, straight

RISE = Line("Rise", "2.00×", "strategy", np.array([0.0, 0.5, 1.0]), np.array([0.0, np.nan, 0.5]))
FLAT = Line("Flat", "1.00×", "c3", np.array([0.0, 1.0]), np.array([0.25, 0.25]))
FULL = Chart(
    "T", 'told <b> & "all"', (Tick(0.5, "2016"), Tick(0.75, "2017", True)), (Tick(0.25, "<1>"),),
    bands=(Band(0.0, 0.25), Band(0.5, 0.75, "p3"), Band(0.9, 1.0)), lines=(RISE, FLAT),
    dots=(Dot(0.5, 0.5, "c1", "<dot>"),), labels=(Label(0.25, 0.5, "<n>", "c1", "left", 0.1, "+1%"),), height=200,
)  # fmt: skip


def paths(page, kind):
    return re.findall(rf'<path class="{kind}" d="([^"]*)"', page)


def test_marks_are_where_the_chart_says():
    page = str(svg.chart(FULL))
    assert paths(page, "line strategy") == ["M0 1000M4000 500"]  # broken where it isn't known
    assert paths(page, "line c3") == ["M0 750l4000 0"]
    assert paths(page, "band") == ["M0 0H1000V1000H0zM3600 0H4000V1000H3600z"]  # one path for each colour
    assert paths(page, "band p3") == ["M2000 0H3000V1000H2000z"]
    assert paths(page, "grid") == ["M0 750H4000"]
    assert '<path class="spot c1" d="M2000 500h0"><title>&lt;dot&gt;</title></path>' in page
    assert page.index("line c3") < page.index("line strategy") < page.index("spot c1")  # the first lies on top
    assert 'style="height:200px"' in page
    assert paths(str(svg.chart(FULL._replace(x_grid=True))), "grid") == ["M0 750H4000", "M2000 0V1000", "M3000 0V1000"]


def test_texts_stand_where_the_marks_are_and_are_no_markup():
    page = str(svg.chart(FULL))
    assert 'aria-label="told &lt;b&gt; &amp; &#34;all&#34;"' in page
    assert '<span class="x" style="left:50.00%">2016</span>' in page
    assert '<span class="x minor" style="left:75.00%">2017</span>' in page
    assert '<span class="y" style="top:75.00%">&lt;1&gt;</span>' in page
    assert '<span class="end strategy" style="top:50.00%"><b>Rise</b> <i>2.00×</i></span>' in page
    assert '<span class="name left c1" style="right:75.00%;top:40.00%" aria-hidden="true"><b>&lt;n&gt;</b> +1%' in page
    assert not re.search(r"<n>|<dot>|<1>|told <b>", page)


def test_labels_at_the_end_keep_apart_on_screen_and_where_print_squeezes():
    lines = tuple(Line(f"L{k}", "1", "c0", np.array([0.0, 1.0]), np.array([0.5, 0.5])) for k in range(3))
    for height, on_paper, gap in ((340, 0, 5.0), (340, 50, 20.0)):
        page = str(svg.chart(Chart("", "", lines=lines), height, on_paper))
        tops = sorted(float(top) for top in re.findall(r'class="end c0" style="top:([\d.]+)%', page))
        assert np.diff(tops) == pytest.approx([gap, gap], abs=0.02)
    assert "ends" not in svg.chart(Chart("", "", lines=(straight((0, 0), (1, 1), "level", "c0"),)))


def test_a_row_lies_on_what_is_behind_all_of_them():
    row = Row("c2", (Bar(0.25, 0.5, "<held>"), Bar(0.75, 1.0)), "A")
    page = str(svg.row(row))
    assert '<use href="#behind"/>' in page
    assert '<g class="bars c2"><path d="M3000 0H4000V1000H3000z"/>' in page
    assert '<path d="M1000 0H2000V1000H1000z"><title>&lt;held&gt;</title></path>' in page
    behind = str(svg.behind(Chart("", "", (Tick(0.5, "2016"),), bands=(Band(0.0, 0.5),), rows=(row,), x_grid=True)))
    assert 'id="behind"' in behind
    assert paths(behind, "grid") == ["M2000 0V1000"]
    assert paths(behind, "band") == ["M0 0H2000V1000H0z"]


def test_a_cell_has_marks_only_and_says_what_they_are_where_a_table_does_not():
    two = Chart("", "", rows=(Row("up", (Bar(0.5, 1.0),)), Row("down", (Bar(0.0, 0.5),))))
    page = str(svg.cell(two))
    assert '<g class="bars up"><path d="M2000 0H4000V500H2000z"/>' in page
    assert '<g class="bars down"><path d="M0 500H2000V1000H0z"/>' in page
    assert 'aria-hidden="true"' in page
    assert "<span" not in page
    assert 'role="img" aria-label="&lt;told&gt;"' in svg.cell(two._replace(summary="<told>"))
    assert svg.cell(None) == ""
