"""Which series were held when, by hand."""

from __future__ import annotations

from sectorlead.reports.growth import points
from sectorlead.reports.history import history_of
from sectorlead.reports.holdings import holding_spells
from sectorlead.reports.sections.timeline import never_held, timeline


def test_timeline_rows_are_the_holdings(make):
    fills = [  # S2 comes and goes within a session
        (2, 0, 1, 5.0, 1.0, 5.0), (3, 1, 1, 1.0, 1.0, 1.0), (3, 2, 1, 4.0, 1.0, 4.0), (3, 2, -1, 4.0, 2.0, 8.0),
        (4, 0, -1, 5.0, 3.0, 15.0),
    ]  # fmt: skip
    shares = [[0, 0, 0], [5, 0, 0], [5, 1, 0], [0, 1, 0]]
    run = make([100.0] * 4, names=("甲", "乙", "丙"), fills=fills, shares=shares)
    spells = holding_spells(history_of(run))
    got = timeline(run, points(run), spells)
    assert [row.value for row in got.rows] == ["+10.0%", "0.0%"]
    assert [(row.code, row.name, row.share) for row in got.rows] == [("S0", "甲", 0.5), ("S1", "乙", 0.5)]
    assert [(bar.start, bar.stop) for bar in got.rows[0].bars] == [(0.25, 0.75)]
    assert "2 sessions" in got.rows[0].bars[0].text
    assert got.summary == "hand: 甲 50%, 乙 50%"
    assert never_held(run, spells) == ("丙",)
