"""``Market.cost_scale``: every cost, the rule book's too, times one number, in fen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.fees import COSTS
from sectorlead.engine.market.market import MARKETS, Market

STOCK = MARKETS["cn-stock"]


class InAndOut:
    """Buys in the first session, sells in the third."""

    def decide(self, view, portfolio):
        return {0: {"600000": 0.5}, 2: {}}.get(len(view.sessions) - 1)


@pytest.fixture
def panel() -> Panel:
    flat, days = np.full((6, 1), 10.0), pd.date_range("2023-06-05", periods=6, freq="D")
    return Panel(days, ("600000",), flat, flat, flat, flat, np.full((6, 1), 1e7), kinds=("stock",), checked=False)


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
@pytest.mark.parametrize(
    ("times", "commission", "duty", "transfer"),
    [
        # 5,000 shares at 10.00 are 50,000.00; 2.5 bp are 12.50 a side, duty 10 bp of the sale, transfer 0.1 bp a side
        (1.0, (12.50, 12.50), 50.00, (0.50, 0.50)),
        (0.0, (0.0, 0.0), 0.0, (0.0, 0.0)),
        (2.0, (25.00, 25.00), 100.00, (1.00, 1.00)),
        (5.0, (62.50, 62.50), 250.00, (2.50, 2.50)),
        (0.37, (4.63, 4.63), 18.50, (0.19, 0.19)),  # 4.625 and 0.185, halves up
    ],
)
def test_fees_of_the_book_and_the_commission_are_multiplied_before_rounding(
    engine, times, commission, duty, transfer, panel
):
    run = backtest(InAndOut(), panel, replace(STOCK, cost_scale=times), cash=100_000.0, engine=engine)
    fills = run.fills
    assert fills["value"].tolist() == [50_000.0, 50_000.0]
    assert fills["commission"].tolist() == list(commission)
    assert fills["stamp_duty"].tolist() == [0.0, duty]
    assert fills["transfer_fee"].tolist() == list(transfer)
    assert run.outcome.equity[-1] == pytest.approx(100_000 - sum(commission) - duty - sum(transfer), abs=1e-9)


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
def test_the_minimum_and_slippage_are_multiplied_too(engine, panel):
    market = replace(STOCK, commission_min=30.0, slippage_bps=10.0, half_spread_ticks=1.0, cost_scale=2.0)
    fills = backtest(InAndOut(), panel, market, cash=100_000.0, engine=engine).fills
    assert fills["commission"].tolist() == [60.0, 60.0]
    assert fills["price"].tolist() == pytest.approx([10 * 1.002 + 0.02, 10 * 0.998 - 0.02])


def test_free_is_free(panel):
    dear = replace(STOCK, slippage_bps=50.0, half_spread_ticks=2.0, impact=1.0, commission_includes_levies=False)
    run = backtest(InAndOut(), panel, replace(dear, cost_scale=0.0), cash=100_000.0, engine="both")
    assert {kind: run.costs[kind] for kind in COSTS} == dict.fromkeys(COSTS, 0.0)
    assert run.outcome.equity[-1] == 100_000.0


def test_it_is_told_and_checked():
    assert replace(STOCK, cost_scale=2.0).sentence() == f"2 times all costs: {STOCK.sentence()}"
    assert Market(cost_scale=3.0).describe()["cost_scale"] == 3.0
    with pytest.raises(ParameterError, match=r"cost_scale must be a number >= 0, was -1"):
        Market(cost_scale=-1)
