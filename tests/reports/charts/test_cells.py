"""Little charts in a table's cell, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.reports.charts.cells import among, interval, marks, share

NAN = math.nan


def test_an_interval_lies_around_zero_in_the_middle():
    chart = interval(-0.05, 0.05, 0.1, 0.1, "c3")
    reach, zero = chart.lines
    assert (reach.style, reach.role, reach.x.tolist()) == ("reach", "c3", [0.25, 1.0])
    assert (zero.style, zero.x.tolist(), zero.y.tolist()) == ("axis", [0.5, 0.5], [0.0, 1.0])
    assert (chart.dots[0].x, chart.dots[0].role) == (0.75, "c3")
    alone = interval(NAN, -0.1, NAN, 0.1, "c3")
    assert ([line.style for line in alone.lines], alone.dots[0].x) == (["axis"], 0.0)
    assert interval(NAN, NAN, NAN, 0.1, "c3") is None


def test_a_value_stands_among_draws():
    chart = among(np.array([0.0, 0.5, 0.5, 1.0]), 0.25, (0.0, 1.0), "c1")
    (fine,) = chart.lines
    assert (fine.style, fine.x[::3].tolist()) == ("ticks", [0.0, 0.5, 1.0])  # what lies on another is drawn once
    assert np.isnan(fine.y[2::3]).all()
    assert [dot.x for dot in chart.dots] == [0.25]
    assert among(np.array([0.0, 1.0]), NAN, (0.0, 1.0), "c1").dots == ()


@pytest.mark.parametrize(
    ("value", "role", "span"), [(2.0, "up", (0.5, 1.0)), (-1.0, "down", (0.25, 0.5)), (0.0, "down", (0.5, 0.5))]
)
def test_gains_go_right_and_losses_left(value, role, span):
    (row,) = share(value, 2.0).rows
    assert (row.role, (row.bars[0].start, row.bars[0].stop)) == (role, span)
    assert share(0.0, 0.0).rows[0].bars[0][:2] == (0.5, 0.5)


def test_marks_are_stretches_that_are_told():
    chart = marks(np.array([0.0, 0.5]), np.array([0.25, 1.0]), "3 sessions")
    assert chart.summary == "3 sessions"
    assert [bar[:2] for bar in chart.rows[0].bars] == [(0.0, 0.25), (0.5, 1.0)]
