"""Axes of a sweep: names are found where they are clear, values are checked, and the order is the grid's alone."""

from __future__ import annotations

from typing import Any

import pytest
from scipy import stats

import sectorlead as sl
from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.research.sweep.axes import axes_of, full_name
from sectorlead.research.sweep.base import Base

PANEL = sl.simulate(seed=3, sessions=60)
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(2), weigh=sl.InverseVolatility(20))


def names(grid: dict[str, Any] | None, rule: Any = RULE) -> list[str]:
    return [axis.name for axis in axes_of(Base(rule), grid, PANEL)]


def test_what_it_runs_in_comes_first_then_schedule_and_score_whatever_the_order_of_the_grid() -> None:
    grid = {
        "pick.n": [2], "score.skip": [0], "schedule": [sl.Weekly()], "score.lookback": [5], "cash": [1e5],
        "market.slippage_bps": [0, 5], "market": ["cn-etf"], "universe": [PANEL.symbols[:3]],
    }  # fmt: skip
    expected = [
        "universe", "market", "market.slippage_bps", "cash", "schedule", "score.lookback", "score.skip", "pick.n",
    ]  # fmt: skip
    assert names(grid) == names(dict(reversed(grid.items()))) == expected


@pytest.mark.parametrize(("short", "full"), [("n", "pick.n"), ("skip", "score.skip"), ("lot", "market.lot")])
def test_a_short_name_is_the_only_one_that_ends_so(short: str, full: str) -> None:
    assert names({short: [1, 2]}) == [full]


def test_a_name_that_could_be_several_lists_them() -> None:
    with pytest.raises(InputError, match=r"'lookback' could be score\.lookback or weigh\.lookback"):
        full_name("lookback", ("score.lookback", "weigh.lookback", "pick.n"))


def test_what_cannot_be_swept_is_refused() -> None:
    for grid, error, says in (
        ({"lookbak": [1]}, UnknownNameError, "lookback"),
        ({"pick.n": 3}, ParameterError, "list of values"),
        ({"pick.n": []}, ParameterError, "no values"),
        ({"pick.n": [3, 3]}, ParameterError, "3 twice"),
        ({"pick.n": [0]}, ParameterError, "pick.n must be an int from 1"),
        ({"n": [3], "pick.n": [5]}, InputError, "twice"),
        ({"market.lot": [-1]}, ParameterError, "lot"),
        ({"fill": ["opne"]}, UnknownNameError, "open"),
        ({"universe": {"all": ["SIM99"]}}, UnknownNameError, "SIM"),
        ({"cash": stats.uniform(1, 2)}, ParameterError, "distribution"),
        ({}, ParameterError, "grid"),
    ):
        with pytest.raises(error, match=says):
            names(grid)


def test_without_a_grid_the_parameters_say_what_to_try() -> None:
    found = {axis.name: axis.choices for axis in axes_of(Base(RULE), None, PANEL)}
    declared = {name: domain.grid for name, domain in sl.parameters(RULE).items() if domain.grid}
    assert found == declared
    assert found["pick.n"] == (3, 5, 8)
    assert set(names(None, "momentum")) == {name for name, d in sl.LIBRARY["momentum"].parameters.items() if d.grid}


def test_values_of_mixed_kinds_are_shown_as_texts_and_none_stays_none() -> None:
    axes = axes_of(Base(sl.Rotation(sl.WeightedRS())), {"pick.hold_until_rank": [None, 8]}, PANEL)
    assert axes[0].labels == (None, 8)
    parts = axes_of(Base(RULE), {"schedule": [sl.Weekly(), sl.Monthly()]}, PANEL)
    assert parts[0].labels == ("Weekly(offset=0)", "Monthly(offset=0)")


class Declared:
    """A class of one's own, with annotations."""

    def __init__(self, short: int = 5, long: int = 20, *, calm: bool = True) -> None:
        self.short, self.long, self.calm = short, long, calm

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> None:
        return None


def test_a_class_of_ones_own_has_its_arguments() -> None:
    assert names({"short": [1, 2], "long": [3]}, Declared) == ["long", "short"]
    with pytest.raises(UnknownNameError, match="long"):
        names({"lonk": [1]}, Declared)
    with pytest.raises(ParameterError, match="give its class"):
        Base(Declared()).made({"short": 3})
