"""Lines one by one, years, and how alike they are: how many are drawn, and that each number is the runs'."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.reports.compare.compared import Compared
from sectorlead.reports.compare.comparison import correlations, overlap
from sectorlead.reports.compare.line_sections import MOST, drawdown, growth, likeness, one_by_one, turnover, years
from sectorlead.reports.equal_weight import LABEL
from sectorlead.reports.growth import by_month, points, strategy_growth
from sectorlead.reports.sections.base import Figure


def figures(section):
    return [block for block in section.blocks if isinstance(block, Figure)]


def test_many_variants_are_counted_and_not_all_drawn(make):
    line = np.linspace(100, 130, 80)
    found = Compared({f"run {k}": make(line, benchmark=[1.0] * 81) for k in range(MOST + 3)})
    own, over_equal, over_market, over_first = (figure.charts for figure in figures(one_by_one(found)))
    assert [*map(len, (own, over_equal, over_market, over_first))] == [MOST, MOST, MOST, MOST - 1]
    assert len(figures(drawdown(found))[0].charts) == MOST
    assert any("{count} more" in part.msgid for part in one_by_one(found).blocks[0].parts)
    lines = figures(growth(found))[0].charts[0].named_lines
    assert [each.label for each in lines][-2:] == ["Index", LABEL]
    assert len(lines) == MOST + 3 + 2
    alike, common = likeness(found).tables()
    assert (len(alike.rows), len(common.rows)) == (MOST + 2, MOST)


def test_one_run_alone_is_likened_to_equal_weight_only(make):
    alone = Compared({"one": make(np.linspace(100, 130, 80))})
    assert len(figures(one_by_one(alone))) == 2
    assert [len(table.rows) for table in likeness(alone).tables()] == [2]
    assert turnover(alone) is None


def test_years_correlations_and_common_weight_are_those_of_the_runs(market_run, control_run):
    found = Compared({"leaders": market_run, "control": control_run})
    (table,) = years(found).tables()
    months = by_month(strategy_growth(control_run), points(control_run))
    for k, column in enumerate(table.columns[1:], start=1):
        here = months.returns[months.year == int(column.head)]
        assert table.rows[1][k].value == pytest.approx(np.prod(1 + here) - 1)
    assert [str(row[0].value) for row in table.rows][-2:] == [market_run.panel.benchmark.name, LABEL]
    alike, common = likeness(found).tables()
    lines = [line for line, _ in (*found.lines, *found.references)]
    expected = correlations(lines, found.dates)
    for (i, j), value in np.ndenumerate(expected):
        if i != j:
            assert alike.rows[i][j + 1].value == pytest.approx(value)
    assert common.rows[0][2].value == pytest.approx(overlap(found.runs)[0, 1])
