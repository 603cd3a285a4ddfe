"""Differences and places as they are shown: each cell is the test's own number, bold what stands."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sectorlead.reports.compare.difference_sections import against_chance, against_first, by_phase, unmatched
from sectorlead.reports.compare.paired_bootstrap import Labels
from sectorlead.reports.compare.tournament import hold_tournament
from sectorlead.reports.equal_weight import LABEL, equal_weight_growth
from sectorlead.reports.growth import log_returns, strategy_growth

ROLES = {"leaders": "strategy", "control": "c0"}
PHASES = ("advance", "bear")


def values(table):
    return [[cell.value for cell in row] for row in table.cells()]


def test_differences_are_those_of_the_bootstrap(held):
    (table,) = against_first(held, ROLES).tables()
    rows = [row for row in held.paired.rows if row.phase == ""]
    for shown, row in zip(table.cells(), rows, strict=True):
        told = [cell.value for cell in shown[2:]]
        assert told == pytest.approx([row.ahead, row.low, row.high, row.p, row.holm, row.total], nan_ok=True)
        (dot,) = shown[1].value.dots
        assert (dot.x > 0.5) == (row.ahead > 0)
    standing = tuple(row._replace(holm=0.03 if row.strategy == "control" else 0.2) for row in held.paired.rows)
    (table,) = against_first(replace(held, paired=replace(held.paired, rows=standing)), ROLES).tables()
    assert [shown[2].strong for shown in table.cells()] == [row.strategy == "control" for row in rows]


def test_each_phase_has_its_own_table_on_one_scale(held):
    tables = [*by_phase(held, ROLES, PHASES).tables()]
    rows = [row for row in held.paired.rows if row.phase in PHASES]
    assert [len(table.rows) for table in tables] == [3, 3]
    ahead = [shown[2] for table in tables for shown in values(table)]
    assert ahead == pytest.approx([row.ahead for row in rows], nan_ok=True)
    places = [shown[1].dots[0].x * 2 - 1 for table in tables for shown in values(table) if shown[1]]
    known = [row.ahead for row in rows if math.isfinite(row.ahead)]
    scales = [row / place for row, place in zip(known, places, strict=True) if abs(place) > 1e-9]
    assert np.ptp(scales) == pytest.approx(0, abs=1e-9)
    assert by_phase(held, ROLES, ()) is None


def test_strategies_stand_among_their_picks_with_costs_apart(held):
    lots, beside, places = map(values, against_chance(held, ROLES, PHASES).tables())
    (row,) = held.chance.rows
    assert lots[0][2:] == pytest.approx([row.ahead, row.low, row.high, row.p, row.holm, row.place])
    assert len(lots[0][1].lines[0].x) <= 3 * row.picks
    assert beside[0][1:] == [None, *map(pytest.approx, (row.turnover, row.gross, row.costs, row.net))]
    picks = (row.keep, row.random_turnover, row.random_gross, row.random_costs, row.random_net)
    assert beside[1][1:] == pytest.approx(picks)
    assert places[0][1:] == pytest.approx([held.chance.place("leaders", phase) for phase in PHASES])
    assert against_chance(replace(held, chance=None), ROLES, PHASES) is None


def test_what_has_no_picks_or_trades_otherwise_is_told(held):
    own = held.chance.picks["leaders"]
    rows = (held.chance.rows[0]._replace(strategy="bt", reason="it has no log of decisions"),)
    assert unmatched(replace(held.chance, rows=rows)) == "bt has no random picks: it has no log of decisions."
    for keep, much in ((1, "little"), (0, "much")):
        fast = replace(held.chance, picks={"leaders": replace(own, keep=keep, drawn_turnover=9.0)})
        assert f"turn over as {much} as leaders" in unmatched(fast)


def test_equal_weight_is_a_row_where_nobody_holds_everything(market_run, control_run):
    labels = Labels(np.full(len(market_run.sessions), -1), ())
    found = hold_tournament({"a": market_run, "b": control_run}, labels)
    row = next(row for row in found.paired.rows if row.strategy == LABEL)
    gap = log_returns(equal_weight_growth(market_run)) - log_returns(strategy_growth(market_run))
    assert row.total == pytest.approx(math.expm1(gap.sum()))
    assert math.isnan(row.holm)
