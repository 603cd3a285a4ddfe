"""The form of every chart: thin lines that keep what matters, and a choice of rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports.charts.spec import LINE_STYLES, Chart, Row, evenly, fullest, seen, straight, thinned


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400), st.integers(2, 50))
def test_thinning_keeps_both_ends_and_the_extremes(values, columns):
    line = np.array(values)
    kept = thinned(line, columns)
    assert (np.diff(kept) > 0).all()
    assert kept[0] == 0
    assert kept[-1] == len(line) - 1
    assert len(kept) <= 2 * columns + 2
    assert line[kept].min() == line.min()
    assert line[kept].max() == line.max()


def test_a_thin_line_lies_on_the_whole_one():
    y = np.sin(np.arange(5_000) / 300.0)
    y[100] = np.nan
    whole = evenly("A", "1", "c0", y)
    np.testing.assert_array_equal(whole.y, y)
    line = seen(whole, 100)
    assert 100 < len(line.x) <= 202
    np.testing.assert_array_equal(y[np.rint(line.x * 4_999).astype(int)], line.y)
    assert evenly("A", "1", "c0", np.array([0.5])).x.tolist() == [0.0]


def test_the_fullest_rows_keep_their_order():
    rows = tuple(Row("c0", (), name, share=share) for name, share in (("a", 0.1), ("b", 0.9), ("c", 0.5), ("d", 0.5)))
    chart = Chart("", "", rows=rows)
    assert [row.name for row in fullest(chart, 2).rows] == ["b", "c"]  # of equal ones the first
    assert [row.name for row in fullest(chart, 3).rows] == ["b", "c", "d"]
    assert fullest(chart, 9) == chart


def test_lines_without_a_name_have_no_label_at_their_end():
    level = straight((0.0, 0.5), (1.0, 0.5), "level", "benchmark")
    named = evenly("A", "1", "c0", np.zeros(2))
    assert Chart("", "", lines=(level, named)).named_lines == (named,)
    assert level.style in LINE_STYLES
    assert (level.x.tolist(), level.y.tolist()) == ([0.0, 1.0], [0.5, 0.5])
