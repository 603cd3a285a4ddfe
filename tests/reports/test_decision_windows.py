"""The windows of decisions: what belongs to which, and how targets were sized. By hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest

from sectorlead import Every
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.reports.analysis.rebalances import rebalances
from sectorlead.reports.analysis.target_vs_actual import target_vs_actual
from sectorlead.reports.metrics.cash_drag import cash_drag

from .told import LOTS, Told, nan, near, panel, row, run


@pytest.mark.parametrize(("fill", "size", "wanted"), [
    ("open", "decision", 5_000), ("open", "fill", 50_000 / 12.5), ("close", "fill", 50_000 / 8),
    ("same-close", "decision", 5_000), ("same-close", "fill", 5_000),
])  # fmt: skip
def test_the_targets_shares_are_sized_as_the_run_says(fill: str, size: str, wanted: float) -> None:
    """A closes at 10, opens at 12.50 and closes at 8; B, half of the account, stays at 10."""
    over = panel([[10, 10], [12.5, 10], [8, 10]], [[10, 10], [8, 10], [8, 10]])
    day = run({0: {"A": 0.5, "B": 0.5}}, Market(participation=0.1), replace(over, volume=np.full(over.shape, 10_000.0)),
              fill=fill, size=size)  # fmt: skip
    assert row(target_vs_actual(day), "A")["missing_first"] == near(wanted - 1_000)


def test_what_an_answer_between_decisions_does_not_name_lives_on() -> None:
    @dataclass(frozen=True)
    class Stopped(Told):
        watchful: bool = True

        def between(self, view: Panel, portfolio: object) -> Mapping[str, float] | None:
            return {"A": 0.0} if len(view.sessions) == 2 else None

    over = panel([[10, 10], [10, nan], [10, nan], [10, 10], [10, 10]])
    day = backtest(Stopped({0: {"A": 0.5, "B": 0.5}}, Every(9)), over, LOTS, cash=100_000.0)
    table, plans = target_vs_actual(day), rebalances(day)
    assert table[["symbol", "target", "reason"]].to_numpy().tolist() == [
        ["A", 0.5, ""], ["B", 0.5, "no_bar"], ["A", 0.0, ""]
    ]  # fmt: skip
    assert table["last"].tolist() == [over.sessions[1], over.sessions[4], over.sessions[4]]
    assert plans["status"].tolist() == ["executed", "executed"]
    assert plans["orders"].tolist() == [2, 1]
    assert plans["until"].tolist() == [over.sessions[3], over.sessions[2]]
    np.testing.assert_allclose(cash_drag(day).weight, [0, 0.5, 1 - 0.5, 0, 0])  # A's half was to be cash from the third
