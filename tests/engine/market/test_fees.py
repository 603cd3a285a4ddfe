"""The table of fees: what a market charges by side and kind, and that everything downstream is made from the table."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Panel
from sectorlead.engine.market.fees import BUY, COSTS, DIVIDEND_TAX, FEES, SELL, SLIPPAGE, book_items
from sectorlead.engine.market.market import MARKETS, Market
from sectorlead.engine.market.rule_tables import rules_in_force
from sectorlead.engine.market.rulebook_parts import ITEM_RULES
from sectorlead.engine.record import FillLog
from sectorlead.reports.analysis.rules import LABELS
from sectorlead.reports.metrics.run_metrics import definitions

KINDS = [fee.kind for fee in FEES]
STOCK = MARKETS["cn-stock"]


@pytest.fixture
def panel() -> Panel:
    """One share on the three days around the halving of stamp duty and cut of the handling fee."""
    flat = np.full((3, 1), 10.0)
    return Panel(pd.DatetimeIndex(["2023-08-24", "2023-08-25", "2023-08-28"]), ("600000",), flat, kinds=("stock",))


def rates(market: Market, panel: Panel, row: int) -> tuple[dict[str, float], dict[str, float]]:
    """What buys and sales pay of their value, by kind; what is free is left out."""
    found = rules_in_force(market, panel).fees[row, 0]
    buys, sales = (dict(zip(KINDS, side.tolist(), strict=True)) for side in found)
    return {k: v for k, v in buys.items() if v}, {k: v for k, v in sales.items() if v}


def test_rates_by_side_and_date_as_announced(panel: Panel) -> None:
    """Ministry of Finance, announcement 39 of 2023: stamp duty on sales 0.1% until 2023-08-27, 0.05% from then on."""
    buys, sales = rates(STOCK, panel, 1)
    assert buys == {"commission": 0.00025, "transfer_fee": 0.00001}
    assert sales == buys | {"stamp_duty": 0.001}
    assert rates(STOCK, panel, 2)[1]["stamp_duty"] == 0.0005


def test_fees_that_a_commission_includes_are_beside_it_only_where_it_is_quoted_net(panel: Panel) -> None:
    net = replace(STOCK, commission_includes_levies=False)
    more = {"handling_fee": 0.0000487, "levy": 0.00002}  # exchange until 2023-08-27, regulator
    for full, side in zip(rates(STOCK, panel, 1), rates(net, panel, 1), strict=True):
        assert side == full | more
    assert rates(net, panel, 2)[0]["handling_fee"] == 0.0000341


def test_numbers_of_a_market_stand_in_place_of_the_book(panel: Panel) -> None:
    own = replace(STOCK, stamp_duty_rate=0.003, transfer_fee_rate=0.0)
    assert rates(own, panel, 1) == ({"commission": 0.00025}, {"commission": 0.00025, "stamp_duty": 0.003})


def test_the_scale_multiplies_rates_and_minimum_and_what_is_free_is_not_asked_for(panel: Panel) -> None:
    once, twice = (rules_in_force(replace(STOCK, cost_scale=scale), panel) for scale in (1.0, 2.0))
    np.testing.assert_array_equal(twice.fees, 2 * once.fees)
    assert twice.least.tolist() == [[10.0, 0.0, 0.0, 0.0, 0.0]] * 2
    assert [KINDS[k] for k in once.charged] == ["commission", "stamp_duty", "transfer_fee"]
    assert not len(rules_in_force(Market(), panel).charged)
    assert [KINDS[k] for k in rules_in_force(Market(commission_min=1.0), panel).charged] == ["commission"]


def test_a_log_tells_what_was_paid_beside_the_value_from_what_is_inside_of_it() -> None:
    money = np.array([[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0], [0.5, 0.0, 0.0, 0.0, 0.0, 0.25, 0.0]])
    blank = np.zeros(2, np.int64)
    log = FillLog(blank, blank, blank + 1, *[np.ones(2)] * 3, money)
    assert log.fees.tolist() == [95.0, 0.5]
    assert log.paid.tolist() == [127.0, 0.75]
    assert log.by_kind[SLIPPAGE].tolist() == [32.0, 0.25]
    assert list(log.numbers) == ["shares", "price", "value", *COSTS]


def test_every_row_can_be_read_and_overridden() -> None:
    known = {item.name for item in fields(Market)}
    for fee in FEES:
        named = {fee.rate, fee.minimum, fee.included} - {""}
        assert named, f"{fee.kind}: a market must be able to give it itself"
        assert named <= known
        assert set(fee.sides) <= {BUY, SELL}
        assert fee.items or fee.rate or fee.minimum, f"{fee.kind} is never charged"
    assert list(COSTS) == [*KINDS, SLIPPAGE, DIVIDEND_TAX]
    assert len(set(KINDS)) == len(KINDS)


def test_items_labels_and_definitions_are_made_from_the_table() -> None:
    items = {item for fee in FEES for item in fee.items.values()}
    assert items == set(book_items())
    assert items <= set(ITEM_RULES)
    assert [LABELS[item] for item in ("stamp_duty_buy", "stamp_duty_sell", "levy")] == [
        "stamp duty on buys", "stamp duty on sales", "levy",
    ]  # fmt: skip
    assert ITEM_RULES["stamp_duty_buy"].instead == "stamp_duty_rate=..."
    assert ITEM_RULES["levy"].instead == "commission_includes_levies=True"
    told = definitions()
    assert [told[f"cost_{kind}"].label for kind in COSTS] == list(COSTS.values())


def test_a_market_says_its_own_fees_in_words() -> None:
    market = Market(commission_rate=0.0003, commission_min=5.0, stamp_duty_rate=0.001, transfer_fee_rate=0.00001)
    assert market.sentence().startswith(
        "commission 3 bp, at least 5 per fill; stamp duty 10 bp on sells; transfer fee 0.1 bp; slippage 0 bp"
    )
    net = replace(STOCK, commission_includes_levies=False).sentence()
    assert net.startswith("commission 2.5 bp, at least 5 per fill; handling fee and levy beside it; rule book cn-a")
