"""What was traded, refused and decided, by hand."""

from __future__ import annotations

import numpy as np

from sectorlead.reports.analysis.execution import buys_below_a_lot, refused, rotations, start


def test_shortfalls_are_counted_by_reason(make):
    no, decisions = 0.0, [(1, [0, 0], [1, 0], [1, 2], [2.0, 1.0]), (4, [1, 0], [0, 1], [2, 1], [1.0, 2.0])]
    rejections = [(2, 0, 1, 9.0, no, 0), (3, 0, 1, 9.0, no, 0), (5, 1, 1, 9.0, no, 0), (5, 0, -1, 9.0, 3.0, 6)]
    got = refused(make([100.0] * 6, rejections=rejections, decisions=decisions))
    assert [row[:1] + row[2:] for row in got] == [("no_bar", 2, 3, 3, 2), ("cash", 1, 1, 1, 1)]


def test_a_decision_says_who_came_and_who_left(make):
    decisions = [(1, [0.0, 0.5], [1.0, 0.0], [1, 2], [2.0, 1.0])]
    (row,) = rotations(make([100.0] * 3, names=("甲", "乙"), decisions=decisions))
    assert [(move.name, move.rank) for move in row.came] == [("甲", 1)]
    assert [(move.name, move.rank) for move in row.left] == [("乙", 2)]
    assert (row.stayed, row.invested) == (0, 1.0)
    assert [move.basis for move in (*row.came, *row.left)] == ["1 (2)", "2 (1)"]
    unranked = [(1, [0.0, 0.0], [1.0, 0.0], [0, 0], [np.nan, np.nan])]
    (row,) = rotations(make([100.0] * 3, decisions=unranked))
    assert row.came[0].basis == ""


def test_a_late_beginning_is_told(make):
    empty, full = [0.0, 0.0], [1.0, 0.0]
    late, soon = (30, empty, full, [1, 2], full), (1, empty, empty, [0, 0], empty)
    fill = (31, 0, 1, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    assert start(make([100.0] * 40)) is None
    run = make([100.0] * 40, decisions=[late], fills=[fill])
    assert start(run) == ("First decision", run.panel.sessions[30], True)
    run = make([100.0] * 40, decisions=[soon, late], fills=[fill])
    assert start(run) == ("First fill", run.panel.sessions[31], True)
    assert not start(make([100.0] * 40, decisions=[soon], fills=[(2, *fill[1:])])).late


def test_buys_of_less_than_a_lot_are_counted_as_orders(make):
    decisions = [(1, [0, 0], [1, 1], [1, 2], [2.0, 1.0])]
    lots = [(row, column, 1, 9.0, 0.0, 8) for row in (2, 3) for column in (0, 1)]
    fill = (2, 0, 1, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    held = [[90.0, 0.0]] * 6
    given = {"decisions": decisions, "rejections": lots}
    assert buys_below_a_lot(make([100.0] * 6, **given)) == (2, 2)
    assert buys_below_a_lot(make([100.0] * 6, **given, fills=[fill], shares=held)) is None
    assert buys_below_a_lot(make([100.0] * 6, **given, fills=[fill])) == (1, 2)  # little invested
