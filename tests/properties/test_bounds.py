"""Money at the bound of what can be counted: both engines are exact there, and what lies beyond is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import COUNTED_STEPS, MOST_STEPS, backtest
from sectorlead.engine.market.fees import COSTS
from sectorlead.engine.market.market import MARKETS, Market

from ..field.bars import Told, panel_of
from ..parity.markets import Case, Replay, cases

steps = st.sampled_from([0.01, 0.05, 1.0, 1e-8])
own = Market(commission_rate=0.01, commission_min=5.0)
markets = st.builds(replace, st.sampled_from([MARKETS["cn-index"], MARKETS["cn-etf"], own]), money_step=steps)
calm: dict[str, st.SearchStrategy[Any]] = {
    "sessions": st.integers(5, 25), "trouble": st.frozensets(st.sampled_from(["splits", "gaps", "open_gaps"])),
    "rate": st.sampled_from([None, 0.02]),
}  # fmt: skip


@given(case=cases(markets, **calm, write_off=st.none()), share=st.floats(0.5, 1.0))
def test_money_is_exact_up_to_the_bound(case: Case, share: float) -> None:
    """Cash, counted in whole steps with integers, changes by what fills and interest say, on both engines alike."""
    step = case.rules.money_step
    per_unit = round(1 / step)
    told = case.arguments | {"cash": share * MOST_STEPS * step}
    one, other = (backtest(Replay(case.table), engine=engine, **told) for engine in ("compiled", "backtrader"))
    for run in (one, other):
        log, first = run.outcome.fills, run.terms.first
        flows = [0] * len(run.sessions)
        for k, row in enumerate(log.row.tolist()):
            spent = counted(log.value[k], per_unit) * (1 if log.side[k] > 0 else -1)
            spent += sum(counted(of[k], per_unit) for kind, of in log.by_kind.items() if kind != "slippage")
            flows[row - first] += spent
        cash = counted(run.terms.cash, per_unit)
        for s, earned in enumerate(run.outcome.interest.tolist()):
            cash += counted(earned, per_unit) - flows[s]
            assert counted(run.outcome.cash[s], per_unit) == cash >= 0
    for key in ("row", "column", "side", "shares", "price", "value", "costs"):
        np.testing.assert_array_equal(getattr(one.outcome.fills, key), getattr(other.outcome.fills, key))
    np.testing.assert_array_equal(one.outcome.cash, other.outcome.cash)
    assert len(one.outcome.fills.costs.T) == len(COSTS)


def counted(money: float, per_unit: int) -> int:
    """Money in whole steps; it is one."""
    found = round(money * per_unit)
    assert abs(money - found / per_unit) <= 1e-15 * abs(money)
    return found


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
def test_an_account_that_outgrows_what_can_be_counted_is_refused(engine: str) -> None:
    """At 1e13 in fen, a tenfold rise is more than 9.007e13, the last fen that a float counts; ninefold is less."""
    for top, fits in ((9.0, True), (10.0, False)):
        panel = panel_of({"A": [1.0, 1.0, 3.0, top]})
        told, market = Told({0: {"A": 1.0}}), Market(money_step=0.01)
        if fits:
            assert backtest(told, panel, market, cash=1e13, engine=engine).equity.iloc[-1] < COUNTED_STEPS * 0.01
            continue
        with pytest.raises(ParameterError, match=r"grew to 1e\+14, which can't be counted in steps of 0.01; st"):
            backtest(told, panel, market, cash=1e13, engine=engine)


@pytest.mark.parametrize("engine", ["compiled", "backtrader", "both"])
@pytest.mark.parametrize("cash", [0.004, 1.0001e13, 1e18])
def test_cash_that_can_not_be_counted_is_refused_before_the_run(cash: float, engine: str) -> None:
    panel = Panel(pd.bdate_range("2024-01-02", periods=3), ("A",), np.ones((3, 1)), checked=False)
    with pytest.raises(ParameterError, match=r"cash must be from 0.01 to 1e\+13"):
        backtest(Told({0: {"A": 1.0}}), panel, Market(money_step=0.01), cash=cash, fill="close", engine=engine)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (1e-15, "was 1e-15"), (9e-9, "was 9e-09"), (0.3, "the nearest is 0.3333333333"), (0.7, "the nearest is 1"),
        (0.003, "the nearest is 0.003003003003"), (2.0, "from 0 to 1, was 2.0"),
    ],
)  # fmt: skip
def test_steps_of_money_that_are_no_part_of_a_unit_are_refused(step: float, says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        Market(money_step=step)
    assert [Market(money_step=fine).money_step for fine in (0.0, 1e-8, 1 / 3, 0.05, 1.0)]
