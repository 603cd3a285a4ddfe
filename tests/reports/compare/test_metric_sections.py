"""Metrics, pullbacks and trading side by side: each cell is a number of its run, of the benchmark or equal weight."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sectorlead.reports.analysis.pullbacks import split
from sectorlead.reports.analysis.rebalances import STATUSES, rebalances
from sectorlead.reports.compare.compared import Compared
from sectorlead.reports.compare.metric_sections import COLUMNS, every_metric, pullbacks, side_by_side, trading
from sectorlead.reports.equal_weight import equal_weight_run
from sectorlead.reports.metrics.run_metrics import definitions, summary


@pytest.fixture(scope="module")
def content(market_run, control_run) -> Compared:
    return Compared({"leaders": market_run, "control": control_run})


def values(table):
    return [[cell.value for cell in row] for row in table.cells()]


def test_each_row_has_the_metrics_of_its_run(content, market_run, control_run):
    (table,) = side_by_side(content, {"leaders": 0.7}).tables()
    leaders, control, market, equal = values(table)
    for row, record in ((leaders, market_run), (control, control_run)):
        own = summary(record, equal_weight=True)
        assert row[1:-1] == pytest.approx([own[name] for name in COLUMNS])
    assert (leaders[-1], control[-1]) == (0.7, None)
    assert market[1] == pytest.approx(summary(market_run)["benchmark_cagr"])
    held = summary(equal_weight_run(market_run))
    assert [equal[0].msgid, equal[1], equal[2]] == ["Equal weight", pytest.approx(held["cagr"]), None]
    assert equal[1 + COLUMNS.index("turnover")] == pytest.approx(held["turnover"])


def test_every_metric_that_is_known_is_there_with_its_definition(content, market_run):
    (table,) = every_metric(content).tables()
    labels = {row[0].value.msgid: row for row in table.cells()}
    known, own = definitions(), summary(market_run)
    for name in ("sortino", "calmar", "turnover", "fills"):
        row = labels[known[name].label]
        assert row[1].value == pytest.approx(own[name])
        assert row[0].note.msgid
    assert not [label for label in labels if label.startswith("Benchmark:")]


def test_pullbacks_have_equal_weight_beside_and_the_lead_over_it(content, market_run, control_run):
    (table,) = pullbacks(content).tables()
    *rows, market = values(table)
    for row, record in zip(rows, (market_run, control_run), strict=True):
        inside, outside = split(record, market_run)
        assert row[1:] == pytest.approx(
            [inside.strategy, inside.equal_weight, inside.lead, outside.strategy, outside.equal_weight, outside.lead]
        )
    inside, outside = split(market_run)
    assert market[1:4] == pytest.approx(
        [inside.benchmark, inside.equal_weight, (1 + inside.benchmark) / (1 + inside.equal_weight) - 1]
    )
    assert not any("Relative" in str(column.head) for column in table.columns)
    assert pullbacks(Compared({"a": replace(market_run, panel=replace(market_run.panel, benchmark=None))})) is None


def test_trading_counts_decisions_and_adds_up_costs(content, market_run):
    decided, paid = map(values, trading(content).tables())
    counts = rebalances(market_run)["status"].value_counts()
    assert decided[0][1 : 1 + len(STATUSES)] == [counts.get(status, 0) for status in STATUSES]
    assert len(decided) == len(paid) == 3
    held = equal_weight_run(market_run)
    for row, record in ((paid[0], market_run), (paid[-1], held)):
        assert sum(row[1:-1]) == pytest.approx(row[-1]) == pytest.approx(sum(record.costs.values()))
