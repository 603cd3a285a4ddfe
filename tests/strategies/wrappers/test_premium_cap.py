"""``PremiumCap``: nothing above the premium is bought; what is held stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead import Equal, Every, Everything, Mapped, PremiumCap, Rotation, TopN
from sectorlead.data.errors import ParameterError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.engine.strategy import Portfolio

NAN = float("nan")
DAYS = pd.bdate_range("2024-01-01", periods=7)
CLOSE = pd.DataFrame({"A": 10.0, "B": 20.0}, DAYS)
PREMIUM = pd.DataFrame({"A": [0.01] + [0.09] * 6, "B": [0.031, 0.03, NAN, 0.0, 0.0, 0.0, 0.0]}, DAYS)
PANEL = Panel.from_frames(CLOSE, fields={"premium": PREMIUM})


class Told:
    """Decides the weights of its table, by session."""

    def __init__(self, *rows: list[float]) -> None:
        self.rows = rows

    def decide(self, view: Panel, portfolio: Portfolio) -> Any:
        return np.array(self.rows[len(view.sessions) - 1])


def positions(rule: Any, engine: str = "both", panel: Panel = PANEL, **terms: Any) -> list[list[float]]:
    run = backtest(rule, panel, engine=engine, cash=1_000.0, market=Market(), fill="close", **terms)
    return run.positions.to_numpy().tolist()


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
def test_buys_are_held_back_and_holdings_stay(engine: str) -> None:
    table = [0.4, 0.4], [0.8, 0.2], [0.5, 0.5], [0.2, 0.5], [0.0, 0.5], [0.5, 0.5], [0.0, 0.0]
    assert positions(PremiumCap(Told(*table)), engine) == [
        [0, 0],
        [40, 0],  # B stands at 3.1%
        [40, 10],  # A is not added to at 9%, B may be bought at 3%
        [40, 25],  # what isn't known holds nothing back
        [20, 25],  # A is sold down, and
        [0, 25],  # out, at any premium
        [0, 25],  # and can't come back
    ]
    hold = PremiumCap(Told(*table), unknown="hold-back")
    assert positions(hold, engine)[3] == [40, 10]
    assert positions(PremiumCap(Told(*table), unknown="hold-back", stale=1), engine)[3] == [40, 25]


def test_the_money_stays_in_cash() -> None:
    rule = PremiumCap(Rotation(Everything(), TopN(2), Equal(), schedule=Every(1)))
    run = backtest(rule, PANEL, engine="both", cash=1_000.0, market=Market(), fill="close", end=DAYS[1])
    assert run.positions.to_numpy()[-1].tolist() == [50, 0]
    assert run.cash.to_numpy()[-1] == 500


def test_it_goes_by_the_fund_where_the_strategy_sees_sectors() -> None:
    sectors = Panel.from_frames(pd.DataFrame({"X": 1.0, "Y": 1.0}, DAYS))
    rule = Mapped(Rotation(Everything(), TopN(2), Equal(), schedule=Every(1)), sectors, {"X": ["A"], "Y": ["B"]})
    assert positions(PremiumCap(rule))[1:3] == [[50, 0], [50, 25]]


def test_stops_between_decisions_are_passed_on() -> None:
    class Stopped(Told):
        watchful = True
        schedule = Every(99)

        def between(self, view: Panel, portfolio: Portfolio) -> Any:
            return [0.9, NAN] if len(view.sessions) == 2 else [0.0, NAN] if len(view.sessions) == 4 else None

    rule = PremiumCap(Stopped([0.4, 0.0]))
    assert rule.watchful
    assert [row[0] for row in positions(rule)] == [0, 40, 40, 40, 0, 0, 0]


def test_what_it_can_not_work_with_is_refused() -> None:
    with pytest.raises(ParameterError, match="must be an object with decide"):
        PremiumCap(Everything())
    with pytest.raises(UnknownNameError, match="unknown field of the panel 'premium'"):
        positions(PremiumCap(Told(*[[0.5, 0.5]] * 7)), panel=Panel.from_frames(CLOSE))
