"""What print does with the charts of a signal's report."""

from __future__ import annotations

import numpy as np

from sectorlead.reports.charts.spec import Line
from sectorlead.reports.render.pdf.charts import _pieces
from sectorlead.reports.render.pdf.parts import Box


def test_a_line_is_broken_where_it_is_not_known() -> None:
    nan = float("nan")
    line = Line("", "", "", np.linspace(0, 1, 6), np.array([0.0, 1.0, nan, 0.5, nan, 0.25]), "ticks")
    found = _pieces(line, Box(0, 0, 10, 4))
    assert [piece.round(9).tolist() for piece in found] == [[[0, 4], [2, 0]], [[6, 2]], [[10, 3]]]
