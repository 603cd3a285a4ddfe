"""What a strategy raises is told with its name, the session and its own lines."""

from __future__ import annotations

import traceback
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.engine.on_backtrader.quiet import bt


def some(symbols: int, **given: int) -> sl.Panel:
    whole = sl.simulate(**given)
    return whole.select(whole.symbols[:symbols])


PANEL = some(4, seed=2, sessions=60)
FREE = "frictionless"


def broken(prices: Any) -> Any:
    return prices["nothing"]


class Decides:
    schedule = sl.Every(10)

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return broken(view.frame("close")) if len(view.sessions) > 20 else None


class Watches(Decides):
    watchful = True

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return None

    def between(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return broken(view.frame("close")) if len(view.sessions) > 20 else None


class Scores(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        return broken(panel.frame("close"))


class Next(bt.Strategy):
    def next(self) -> None:
        if len(self) > 20:
            broken({})


CASES = [
    (Decides(), "compiled", "Decides failed in the session of {20}: KeyError: 'nothing'", "decide"),
    (Decides(), "backtrader", "Decides failed in the session of {20}: KeyError: 'nothing'", "decide"),
    (Watches(), "compiled", "Watches failed in the session of {20}: KeyError: 'nothing'", "between"),
    (Watches(), "backtrader", "Watches failed in the session of {20}: KeyError: 'nothing'", "between"),
    (sl.Rotation(score=Scores()), "compiled", "Rotation failed in what it computes from the whole panel: ", "__call__"),
    (Next, "backtrader", "Next failed in the session of {20}: KeyError: 'nothing'", "next"),
]


@pytest.mark.parametrize(("strategy", "engine", "told", "method"), CASES)
def test_strategy_session_and_lines_are_named(strategy: Any, engine: Any, told: str, method: str) -> None:
    with pytest.raises(sl.StrategyError) as caught:
        sl.run(strategy, PANEL, FREE, engine=engine)
    first, *lines = str(caught.value).splitlines()
    assert first.startswith(told.replace("{20}", f"{PANEL.sessions[20]:%F}"))
    assert [line.split(" in ")[1].split(":")[0] for line in lines] == [method, "broken"]
    assert all(line.startswith(f"  {__file__}:") for line in lines)
    assert lines[-1].endswith('return prices["nothing"]')
    cause = caught.value.__cause__
    assert type(cause) is KeyError
    assert [frame.name for frame in traceback.extract_tb(cause.__traceback__)] == [method, "broken"], "no other frames"


def test_a_long_trace_is_cut() -> None:
    class Endless:
        def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
            return self.decide(view, portfolio)

    with pytest.raises(sl.StrategyError, match="RecursionError") as caught:
        sl.run(Endless(), PANEL, FREE)
    lines = str(caught.value).splitlines()
    assert len(lines) == 8
    assert lines[4].endswith("more ...")


def test_an_error_of_this_package_keeps_its_class_and_gains_the_place() -> None:
    class Unknown:
        def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
            return {"SIM01": view.close[-1, view.column("SIM9")]}

    with pytest.raises(sl.InputError, match="Did you mean") as caught:
        sl.run(Unknown(), PANEL, FREE)
    assert type(caught.value).__name__ == "UnknownNameError"
    (note,) = caught.value.__notes__
    assert note.startswith(f"Unknown, in the session of {PANEL.sessions[0]:%F}:\n  {__file__}:")


def test_a_defect_of_ours_is_not_put_on_the_strategy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sectorlead.engine.compiled.engine.kernels.skip_decision_nb", np.linalg.inv)
    with pytest.raises(TypeError, match="positional argument"):
        sl.run(Watches(), PANEL, FREE)


def test_strategies_that_stop_the_program_may() -> None:
    class Stops:
        def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sl.run(Stops(), PANEL, FREE)
