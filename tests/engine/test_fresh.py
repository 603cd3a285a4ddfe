"""What one run remembers is nothing to the next."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import EngineMismatchError, ParameterError
from sectorlead.engine.canonical import to_data
from sectorlead.engine.fresh import data_of, fresh, is_settled
from sectorlead.engine.strategy import asked_rows

PRICES = np.array([[10.0, 10, 11, 12, 12, 12]]).T
PANEL = sl.Panel(pd.bdate_range("2024-01-02", periods=6), ("A",), PRICES, open=PRICES, high=PRICES, low=PRICES)
FREE = sl.Market()


class OnceThenOut:
    """Buys at its first decision, sells at its third: 50 A bought at 10 and sold at 12 make 1,100 of 1,000."""

    def __init__(self) -> None:
        self.asked = 0

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        self.asked += 1
        return {1: {"A": 0.5}, 3: {}}.get(self.asked)


@pytest.mark.parametrize("engine", ["compiled", "backtrader", "both"])
def test_memory_ends_with_the_run(engine: str) -> None:
    rule = OnceThenOut()
    for _ in range(2):
        run = sl.run(rule, PANEL, FREE, cash=1000.0, engine=engine)
        assert run.equity.iloc[-1] == 1100
        assert run.strategy is not rule
        assert run.strategy.asked == 5
    assert rule.asked == 0


@pytest.mark.parametrize("given", [OnceThenOut, lambda: OnceThenOut()])
def test_a_class_or_a_function_makes_a_new_one_each_time(given: Any) -> None:
    for _ in range(2):
        assert sl.run(given, PANEL, FREE, cash=1000.0, engine="both").equity.iloc[-1] == 1100


def test_memory_inside_a_wrapper_ends_too() -> None:
    delayed = sl.Delayed(OnceThenOut(), 1)
    runs = [sl.run(delayed, PANEL, FREE, cash=1000.0, engine="both") for _ in range(2)]
    assert runs[0].equity.equals(runs[1].equity)
    assert runs[0].equity.iloc[-1] > 1000


def test_values_are_shared() -> None:
    rule = sl.Rotation(score=sl.Momentum(60))
    assert fresh(rule) is rule

    class Keeps:
        def __init__(self) -> None:
            self.panel, self.rule, self.seen = PANEL, rule, [1]

        def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
            return None

    own = Keeps()
    copied = fresh(own)
    assert copied.panel is PANEL
    assert copied.rule is rule
    assert copied.seen == own.seen
    assert copied.seen is not own.seen


def test_what_cannot_be_copied_says_the_way_out() -> None:
    class Locked(OnceThenOut):
        def __init__(self) -> None:
            super().__init__()
            self.lock = threading.Lock()

    with pytest.raises(ParameterError, match=r"Locked can't be copied .* lambda: Locked"):
        sl.run(Locked(), PANEL, FREE)
    assert sl.run(Locked, PANEL, FREE, cash=1000.0).equity.iloc[-1] == 1100


def test_an_error_of_the_maker_is_its_own() -> None:
    def broken() -> Any:
        raise TypeError("mine")

    with pytest.raises(TypeError, match="mine"):
        sl.run(broken, PANEL, FREE)
    with pytest.raises(ParameterError, match="gave int, which is no strategy"):
        sl.run(lambda: 3, PANEL, FREE)


def test_random_numbers_without_a_seed_are_named() -> None:
    class Dice:
        def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
            return {"A": np.random.rand() * 0.9}  # noqa: NPY002

    with pytest.raises(EngineMismatchError, match=r"from the same holdings A gets weight .* same twice"):
        sl.run(Dice(), PANEL, FREE, engine="both")


def test_money_that_cannot_be_counted_is_refused() -> None:
    step = sl.Market(money_step=0.01)
    for cash in (0.004, 1e14, 1e18):
        for engine in ("compiled", "backtrader"):
            with pytest.raises(ParameterError, match=r"cash must be from 0\.01 to 1e\+13"):
                sl.run(OnceThenOut(), PANEL, step, cash=cash, engine=engine)
    assert sl.run(OnceThenOut(), PANEL, step, cash=1e13, engine="both").equity.iloc[-1] == pytest.approx(1.1e13)
    with pytest.raises(ParameterError, match=r"Market.money_step must be 0, or a whole part of one unit"):
        sl.Market(money_step=1e-15)


class Mine(sl.Score):
    """A score of one's own."""

    def __call__(self, panel: sl.Panel) -> Any:
        return panel.close


def test_what_can_not_change_is_looked_at_once_and_what_is_ones_own_each_time() -> None:
    library = sl.Rotation(score=sl.Momentum(2), pick=sl.TopN(1), schedule=sl.Every(1))
    own = sl.Rotation(score=Mine(), pick=sl.TopN(1), schedule=sl.Every(1))
    for strategy in (library, own):
        assert not is_settled(strategy)
        first, again = (sl.run(strategy, PANEL, FREE, cash=1_000).equity for _ in range(2))
        assert first.equals(again)
    assert (is_settled(library), is_settled(own)) == (True, False)
    key = id(library)
    del library, strategy
    assert key not in fresh.__globals__["_settled"], "nothing is kept of a strategy that is gone"


class Fickle:
    """A schedule of one's own that asks in another session each time it is asked."""

    times = 0

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> Any:
        Fickle.times += 1
        return np.arange(len(sessions)) == Fickle.times


def test_the_sessions_of_a_schedule_are_found_once_but_for_ones_own() -> None:
    panel = PANEL.until(5)
    rows = [asked_rows(schedule, panel, 0, 5) for schedule in (sl.Every(2), sl.Every(2), sl.Every(2, offset=1))]
    assert [each.tolist() for each in rows] == [[0, 2, 4], [0, 2, 4], [1, 3]]
    rows[0][:] = 7
    assert asked_rows(sl.Every(2), panel, 0, 5).tolist() == [0, 2, 4]
    assert asked_rows(sl.Every(2), panel, 1, 4).tolist() == [1, 3]
    assert [asked_rows(Fickle(), panel, 0, 5).tolist() for _ in range(2)] == [[1], [2]]


def test_the_data_of_each_run_are_its_own() -> None:
    rule, panel = sl.Rotation(score=sl.Momentum(20)), sl.simulate(seed=1, sessions=60)
    one = sl.run(rule, panel)
    assert is_settled(rule)
    two = sl.run(rule, panel)
    one.strategy_data["parameters"]["score"]["parameters"]["lookback"] = 7
    assert two.strategy_data == sl.run(rule, panel).strategy_data == to_data(rule)
    changes = OnceThenOut()
    assert data_of(changes) == to_data(changes)
    changes.asked = 5
    assert data_of(changes)["parameters"] == {"asked": 5}
