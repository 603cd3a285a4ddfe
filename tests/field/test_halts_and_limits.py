"""Halts, price limits, delistings, corporate actions: complaints about other backtesters, and what happens here.

Each test is named after the thread (repository_number); the arithmetic is in its comments.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import MARKETS, Market

from .bars import FREE, Told, fills, panel_of, rejections

pytestmark = pytest.mark.parametrize("engine", ["compiled", "backtrader"])

TENTH = Market(lot=100, price_limit=0.1, tick=0.001)
"""Limits of 10%: 0.900 and 1.100 after a close of 1.000."""


def test_qlib_913_limit_up_names_can_be_sold(engine: str) -> None:
    """microsoft/qlib#913: what is at its upper limit can't be bought, but whoever has it can sell."""
    panel = panel_of({"A": [1.0, 1.0, 1.1], "B": [1.0, 1.0, 1.1]})
    run = backtest(Told({0: {"A": 0.5}, 1: {"B": 0.5}}), panel, TENTH, cash=10_000, engine=engine)
    assert fills(run)[1:] == [(2, "A", "sell", 5_000, 1.1)]
    assert rejections(run) == [(2, "B", "buy", 5_000, 0, "limit_up")]


def test_qlib_913_limit_down_names_can_be_bought(engine: str) -> None:
    """microsoft/qlib#913, the other direction."""
    panel = panel_of({"A": [1.0, 1.0, 0.9], "B": [1.0, 1.0, 0.9]})
    run = backtest(Told({0: {"A": 0.5}, 1: {"B": 0.5}}), panel, TENTH, cash=10_000, engine=engine)
    assert fills(run)[1:] == [(2, "B", "buy", 5_000, 0.9)]
    assert rejections(run) == [(2, "A", "sell", 5_000, 0, "limit_down")]


@pytest.mark.parametrize(("limit", "bought"), [(0.1, 0), (0.2, 5_000)])
def test_qlib_828_the_limit_matters(limit: float, bought: float, engine: str) -> None:
    """microsoft/qlib#828: another threshold for limits changed not one trade."""
    market = replace(TENTH, price_limit=limit)
    run = backtest(Told({0: {"A": 0.5}}), panel_of({"A": [1.0, 1.1]}), market, cash=10_000, engine=engine)
    assert run.positions["A"].iloc[-1] == bought


def test_rqalpha_18_bought_when_the_limit_opens(engine: str) -> None:
    """ricequant/rqalpha#18: an order at limit-up is refused; here it is tried again until the next decision.

    Upper limits are 1.100 and 1.210; 1.150 is below the second.
    """
    panel = panel_of({"A": [1.0, 1.1, 1.15]})
    run = backtest(Told({0: {"A": 0.5}}), panel, TENTH, cash=10_000, engine=engine)
    assert rejections(run) == [(1, "A", "buy", 5_000, 0, "limit_up")]
    assert fills(run) == [(2, "A", "buy", 5_000, 1.15)]


OPENED, SEALED = (1.1, 1.1, 1.02, 1.05), (1.1, 1.1, 1.1, 1.1)
"""Open, high, low and close of a session that began at the upper limit of 1.100."""


@pytest.mark.parametrize(
    ("policy", "bar", "price"),
    [
        ("strict", OPENED, None), ("strict", SEALED, None),
        ("one-price", OPENED, 1.1), ("one-price", SEALED, None),
        ("ignore", OPENED, 1.1011), ("ignore", SEALED, 1.1011),
    ],
)  # fmt: skip
def test_rqalpha_809_three_limit_policies(
    policy: str, bar: tuple[float, ...], price: float | None, engine: str
) -> None:
    """ricequant/rqalpha#809, PR#538: the order was refused, although the limit opened half an hour later.

    10 bp of slippage make 1.1011 of 1.100, and the limit cuts that back, where it is minded.
    """
    market = replace(TENTH, limit_policy=policy, slippage_bps=10)
    run = backtest(Told({0: {"A": 0.5}}), panel_of({"A": [1.0, bar]}), market, cash=10_000, engine=engine)
    assert [fill[4] for fill in fills(run)] == ([] if price is None else [pytest.approx(price, abs=1e-12)])
    assert [row[5] for row in rejections(run)] == (["limit_up"] if price is None else [])


def test_akquant_249_special_treatment_by_date(engine: str) -> None:
    """akfamily/akquant#249: limits came as flags for each bar, because the rule for ST shares changes on 2026-07-06.

    Friday's limit for 10.00 is 5%: 10.50 blocks. Monday's for 10.50 is 10%, 11.55: 11.20 is free; 5% were 11.03.
    """
    days = ["2026-07-02", "2026-07-03", "2026-07-06"]
    panel = panel_of({"600001": [10.0, 10.5, 11.2]}, days, kinds=("stock",), special=np.ones((3, 1), bool))
    run = backtest(Told({0: {"600001": 0.5}}), panel, "cn-stock", cash=100_000, engine=engine)
    assert rejections(run) == [(1, "600001", "buy", 5_000, 0, "limit_up")]
    assert fills(run) == [(2, "600001", "buy", 5_000, 11.2)]


@pytest.mark.parametrize(("recovery", "brought"), [(1.0, 4_500), (0.3, 1_350), (0.0, 0)])
def test_vectorbt_83_a_delisting_is_a_price_and_not_nan(recovery: float, brought: float, engine: str) -> None:
    """polakowo/vectorbt#83: after a delisting the portfolio was worth NaN, and a price of 0 an error.

    500 A, bought at 10 and last traded at 9, end at 9 times what a market says can be recovered.
    """
    bars = {"A": [10.0, 10.0, 9.0, None, None], "B": [10.0] * 5}
    panel = panel_of(bars, last_date=["2024-01-04", None])
    run = backtest(Told({0: {"A": 0.5}}), panel, replace(FREE, recovery=recovery), cash=10_000, engine=engine)
    assert fills(run)[1:] == [(3, "A", "terminated", 500, pytest.approx(9 * recovery))]
    assert run.equity.tolist() == pytest.approx([10_000, 10_000, 9_500, 5_000 + brought, 5_000 + brought])


@pytest.mark.parametrize("more", [[], [4.0]])
def test_vibe_trading_1318_a_later_row_does_not_decide_money(more: list[float], engine: str) -> None:
    """HKUDS/Vibe-Trading#1318: a bar after the run's last session changed the run.

    90 A are held when its halt begins, and nobody can sell them: of 1,000 only 100 is free for B at 7. With A still at
    10 that is 900 + 100 / 7 x 10, whether or not A trades again after the run. Cashed out on the first day of the halt,
    which only the last row of a file can suggest, it would have been 1,000 / 7 x 10.
    """
    bars = {"A": [10.0] * 3 + [None] * 6 + more, "B": [5.0] * 4 + [6.0, 7.0, 8.0, 9.0, 10.0] + [10.0] * len(more)}
    panel = panel_of(bars)
    told = Told({0: {"A": 0.9}, 4: {"B": 0.9}})
    run = backtest(told, panel, Market(), cash=1_000, engine=engine, end=panel.sessions[8])
    assert run.equity.iloc[-1] == pytest.approx(900 + 100 / 7 * 10)
    cashed = backtest(told, panel_of({s: b[:9] for s, b in bars.items()}), Market(), cash=1_000, engine=engine,
                      ended="last-bar")  # fmt: skip
    assert cashed.equity.iloc[-1] == pytest.approx(1_000 / 7 * 10)


def test_what_is_written_off_is_lost_and_can_be_bought_again(engine: str) -> None:
    """100 A have no bar in sessions 2 to 4: worth nothing from the third of them on, when they come back too.

    The sale that waited is over with them. What is bought in session 6 is a new holding, which its one session without
    a bar leaves alone.
    """
    panel = panel_of({"A": [10.0, 10.0, None, None, None, 8.0, 8.0, None, 8.0], "B": [1.0] * 9})
    told = Told({0: {"A": 0.1}, 2: {}, 5: {"A": 0.1}})
    run = backtest(told, panel, Market(lot=100), cash=10_000, engine=engine, write_off=3)
    assert rejections(run) == [(t, "A", "sell", 100, 0, "no_bar") for t in (3, 4)]
    assert fills(run) == [(1, "A", "buy", 100, 10.0), (4, "A", "written_off", 100, 0.0), (6, "A", "buy", 100, 8.0)]
    assert run.equity.tolist() == [10_000] * 4 + [9_000] * 5
    assert run.weights["A"].tolist() == pytest.approx([0, 0.1, 0.1, 0.1, 0, 0, 0.8 / 9, 0.8 / 9, 0.8 / 9])


def test_halts_do_not_fill_at_stale_prices(engine: str) -> None:
    """A halt is no bar, or one without volume: neither trades at the old price, and the mark stays where it was."""
    panel = panel_of(
        {"A": [10.0, 10.0, None, 11.0], "B": [10.0, 10.0, 10.0, 9.0]},
        volume={"A": [1e6, 1e6, np.nan, 1e6], "B": [1e6, 1e6, 0, 1e6]},
    )
    told = Told({0: {"A": 0.3, "B": 0.3}, 1: {}})
    run = backtest(told, panel, FREE, cash=10_000, engine=engine)
    assert rejections(run) == [(2, "A", "sell", 300, 0, "no_bar"), (2, "B", "sell", 300, 0, "zero_volume")]
    assert fills(run)[2:] == [(3, "A", "sell", 300, 11.0), (3, "B", "sell", 300, 9.0)]
    assert run.equity.tolist() == [10_000] * 4


@pytest.mark.parametrize("unfilled", ["carry", "drop"])
def test_an_order_in_a_halt_is_never_silently_pending(unfilled: str, engine: str) -> None:
    """A market order of a suspended feed waits for weeks and fills at any price; here each session of it is a row."""
    panel = panel_of({"A": [10.0, None, None, 14.0, 14.0], "B": [1.0] * 5})
    run = backtest(Told({0: {"A": 0.1}}), panel, FREE, cash=10_000, unfilled=unfilled, engine=engine)
    waited = [(1, "A", "buy", 100, 0, "no_bar"), (2, "A", "buy", 100, 0, "no_bar")]
    assert rejections(run) == (waited if unfilled == "carry" else waited[:1])
    assert fills(run) == ([(3, "A", "buy", 100, 14.0)] if unfilled == "carry" else [])


@pytest.mark.parametrize(
    ("factor", "after"),
    [
        ([1.0, 1.0, 1.25, 1.25], {"shares": 1_250, "price": 8.0}),  # a rights issue or a distribution of a fifth
        ([1.0, 1.0, 2.0, 2.0], {"shares": 2_000, "price": 5.0}),  # one share becomes two
    ],
)
def test_rqalpha_247_corporate_actions_move_the_price_and_not_the_money(
    factor: list[float], after: dict[str, Any], engine: str
) -> None:
    """ricequant/rqalpha#247: rights issues were not processed, and the holding lost what the price fell by.

    The factor of total return multiplies the holding on the day on which the price falls by it.
    """
    panel = panel_of({"A": [10.0, 10.0, after["price"], after["price"]]}, adj_factor={"A": factor})
    run = backtest(Told({0: {"A": 1.0}}), panel, MARKETS["frictionless"], cash=10_000, engine=engine)
    assert run.positions["A"].tolist() == [0, 1_000, after["shares"], after["shares"]]
    assert run.equity.tolist() == [10_000] * 4


def test_rqalpha_247_limits_go_by_the_adjusted_close(engine: str) -> None:
    """The same, for limits: 10 becomes 5 in a split, and an open of 5.2 is no fall of 48% at a lower limit of 9."""
    panel = panel_of({"A": [10.0, 10.0, 5.2]}, adj_factor={"A": [1.0, 1.0, 2.0]})
    run = backtest(Told({0: {"A": 0.5}, 1: {}}), panel, TENTH, cash=10_000, engine=engine)
    assert fills(run) == [(1, "A", "buy", 500, 10.0), (2, "A", "sell", 1_000, 5.2)]
    assert rejections(run) == []
