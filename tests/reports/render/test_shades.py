"""Shades that charts have in common stand on a page once, and each chart still has its own."""

from __future__ import annotations

from sectorlead.reports.charts import svg
from sectorlead.reports.charts.spec import Band, Chart
from sectorlead.reports.render.shades import drawn_once

FIRST = Chart("a", "a", bands=(Band(0.1, 0.2, "p2"), Band(0.5, 0.6)))
OTHER = FIRST._replace(bands=(Band(0.3, 0.4, "p3"),))


def test_the_second_chart_refers_to_the_shades_of_the_first():
    page = "".join(str(svg.chart(chart)) for chart in (FIRST, OTHER, FIRST, FIRST))
    short = drawn_once(page)
    assert short.count('class="band p2"') == short.count('class="band"') == short.count('class="band p3"') == 1
    assert short.count('<use href="#shades-0"/>') == 2
    assert short.count('id="shades-0"') == 1
    shades = short.split('<g id="shades-0">')[1].split("</g>")[0]
    back = short.replace(f'<g id="shades-0">{shades}</g>', shades).replace('<use href="#shades-0"/>', shades)
    assert back == page


def test_shades_of_one_chart_stay_as_they_are():
    page = f"{svg.chart(FIRST)}{svg.chart(OTHER)}"
    assert drawn_once(page) == page
