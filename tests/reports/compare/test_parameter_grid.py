"""Runs that differ in one or two numbers, as a line or a heatmap. All by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from sectorlead import Momentum, Monthly, Rotation, TopN
from sectorlead.engine.canonical import to_data
from sectorlead.reports.compare.parameter_grid import grids, line_chart, numbers_of
from sectorlead.reports.growth import strategy_growth
from sectorlead.strategies.scores.score import RandomScore


@dataclass(frozen=True)
class Rule:
    fast: float = 1.0
    slow: int = 10
    twin: int = 10
    kind: str = "a"
    seed: int = 0
    on: bool = True
    few: int | None = None


def run_of(make, strategy, rate):
    return make(100.0 * (1 + rate) ** np.arange(1, 251), strategy=strategy)


def test_runs_that_differ_in_two_numbers_make_a_heatmap(make):
    runs = {
        f"{fast}/{slow}": run_of(make, Rule(fast, slow, slow), fast / 1e3 + slow / 1e5)
        for fast in (2.0, 1.0)
        for slow in (10, 20, 50)
        if (fast, slow) != (2.0, 50)
    }
    runs["other kind"] = run_of(make, Rule(3.0, kind="b"), 0.0)
    runs["none"] = run_of(make, "a rule", 0.0)
    (grid,) = grids(runs)
    assert {grid.across, grid.down} == {"fast", "slow"}  # ``twin`` goes with ``slow``
    table = grid.cagr if grid.down == "fast" else grid.cagr.T
    values = [strategy_growth(run).levels[-1] for run in runs.values()]
    assert np.argwhere(np.isnan(table)).tolist() == [[1, 2]]
    ranks = np.argsort(np.argsort(table[np.isfinite(table)]))
    assert ranks.tolist() == np.argsort(np.argsort([*values[2:5], *values[:2]])).tolist()
    assert line_chart(grid) is None


def test_runs_that_differ_in_one_number_make_a_line(make):
    runs = {str(slow): run_of(make, Rule(slow=slow, twin=7), 0.001 + slow / 1e6) for slow in (50, 10, 30)}
    (grid,) = grids(runs)
    assert (grid.across, grid.down, grid.columns) == ("slow", "", (10.0, 30.0, 50.0))
    chart = line_chart(grid)
    assert chart.lines[0].x.tolist() == [0.0, 0.5, 1.0]
    assert (np.diff(chart.lines[0].y) > 0).all()
    strays = {"x": run_of(make, Rule(5.0, 60, 3), 0.0), "y": run_of(make, Rule(slow=10, twin=7, few=3), 0.0)}
    assert [found.labels for found in grids(runs | strays)] == [grid.labels]


@pytest.mark.parametrize("name", ["seed", "kind", "on"])
def test_names_and_seeds_are_no_parameters(make, name):
    values = {"seed": (1, 2, 3), "kind": ("a", "b", "c"), "on": (True, False, True)}[name]
    runs = {f"{k}": run_of(make, replace(Rule(), **{name: value}), 0.001) for k, value in enumerate(values)}
    assert grids(runs) == []


def test_parameters_of_a_rotation_by_path():
    numbers, others = numbers_of(to_data(Rotation(Momentum(60), TopN(3), schedule=Monthly())))
    assert (numbers["score.lookback"], numbers["pick.n"]) == (60.0, 3.0)
    assert (others["score"], others["pick.hold_until_rank"]) == ("Momentum", "None")
    assert numbers_of(to_data(Rotation(RandomScore())))[1]["score"] == "RandomScore"
