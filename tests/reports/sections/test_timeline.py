"""Which series were held when, by hand."""

from __future__ import annotations

import itertools

import numpy as np

from sectorlead.reports.charts.palette import COLOURS
from sectorlead.reports.growth import points
from sectorlead.reports.history import history_of
from sectorlead.reports.holdings import holding_spells
from sectorlead.reports.sections.timeline import never_held, timeline
from sectorlead.reports.series_colours import series_colours


def test_timeline_rows_are_the_holdings(make):
    fills = [  # S2 comes and goes within a session
        (2, 0, 1, 5.0, 1.0, 5.0), (3, 1, 1, 1.0, 1.0, 1.0), (3, 2, 1, 4.0, 1.0, 4.0), (3, 2, -1, 4.0, 2.0, 8.0),
        (4, 0, -1, 5.0, 3.0, 15.0),
    ]  # fmt: skip
    shares = [[0, 0, 0], [5, 0, 0], [5, 1, 0], [0, 1, 0]]
    run = make([100.0] * 4, names=("甲", "乙", "丙"), fills=fills, shares=shares)
    spells = holding_spells(history_of(run))
    got = timeline(run, points(run), spells, (), series_colours(run, spells))
    assert [row.value for row in got.rows] == ["+10.0%", "0.0%"]
    assert [(row.code, row.name, row.share) for row in got.rows] == [("S0", "甲", 0.5), ("S1", "乙", 0.5)]
    assert [(bar.start, bar.stop) for bar in got.rows[0].bars] == [(0.25, 0.75)]
    assert "2 sessions" in got.rows[0].bars[0].text
    assert got.summary == "hand: 甲 50%, 乙 50%"
    assert never_held(run, spells) == ("丙",)


def staircase(make, groups=None, count=27):
    """A run that buys one more series each session, from the last to the first, and holds what it has."""
    shares = np.array([[float(column >= count - 1 - row) for column in range(count)] for row in range(count)])
    fills = [(row + 1, count - 1 - row, 1, 1.0, 1.0, 1.0) for row in range(count)]
    run = make([100.0] * count, names=[f"N{k:02}" for k in range(count)], fills=fills, shares=shares, groups=groups)
    spells = holding_spells(history_of(run))
    return timeline(run, points(run), spells, (), series_colours(run, spells))


def test_rows_are_a_staircase_and_neighbours_never_look_alike(make):
    got = staircase(make)
    assert [row.code for row in got.rows] == sorted((f"S{k}" for k in range(27)), reverse=True)
    starts = [row.bars[0].start for row in got.rows]
    assert starts == sorted(starts)
    assert len({row.role for row in got.rows}) == COLOURS
    assert all(one.role != other.role for one, other in itertools.pairwise(got.rows))
    assert not any(row.lighter for row in got.rows)
    grouped = staircase(make, ["a"] * 13 + ["b"] * 14)
    assert {row.role for row in grouped.rows} == {"c0", "c1"}
    looks = [(row.role, row.lighter) for row in grouped.rows]
    assert all(one != other for one, other in itertools.pairwise(looks))
