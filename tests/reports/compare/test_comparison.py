"""What a comparison says besides metrics: relative lines, likeness, turnover, sensitivities, grids. All by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from sectorlead import Momentum, Monthly, Rotation, TopN
from sectorlead.engine.canonical import to_data
from sectorlead.reports.compare.comparison import compared_run, correlations
from sectorlead.reports.compare.parameter_grid import grids, line_chart, numbers_of
from sectorlead.reports.compare.sensitivity import Sensitivity, YearlyReturn, break_even, settled, shown, yearly_return
from sectorlead.reports.compare.variants import MOST, variants
from sectorlead.reports.growth import Growth, points, strategy_growth
from sectorlead.strategies.scores.score import RandomScore

NAN = math.nan
DATES = pd.date_range("2020-01-30", periods=4, freq="D")


# --- lines ------------------------------------------------------------------------------------------------------------


def test_correlations_are_of_sessions_below_and_of_months_above():
    days = pd.DatetimeIndex(["2020-01-31", *(f"2020-{m:02}-{d}" for m in range(2, 6) for d in (10, 20))])
    rng = np.random.default_rng(0)
    first, second = (np.cumprod(np.append(1.0, 1 + rng.normal(0, 0.02, 8))) for _ in range(2))
    flat = Growth("flat", np.ones(9))
    table = correlations([Growth("a", first), Growth("b", second), flat], days)
    daily = [line[1:] / line[:-1] - 1 for line in (first, second)]
    monthly = [line[2::2] / line[:-1:2] - 1 for line in (first, second)]
    assert table[1, 0] == pytest.approx(np.corrcoef(daily)[0, 1])
    assert table[0, 1] == pytest.approx(np.corrcoef(monthly)[0, 1])
    assert np.isnan(table[2]).all()
    assert np.isnan(np.diag(table)).all()


# --- costs and lags ---------------------------------------------------------------------------------------------------


def test_a_reading_is_growth_a_year_and_over_the_benchmark(make):
    line = 100.0 * 1.001 ** np.arange(1, 367)
    run = make(line, benchmark=[1.0] * 183 + [2.0] * 184, freq="D")
    found = yearly_return(run)
    assert found.cagr == pytest.approx(1.001 ** (366 * 365.25 / 366) - 1)
    assert found.relative == pytest.approx((1.001**366 / 2) ** (365.25 / 366) - 1)
    assert math.isnan(yearly_return(make(line, freq="D")).relative)
    assert all(map(math.isnan, yearly_return(make([100.0] * 20))))
    # without its first 100 sessions, in which it would have lost half
    torn = np.where(np.arange(366) < 100, 50.0, line)
    assert yearly_return(make(torn, freq="D"), 101).cagr == pytest.approx(1.001 ** (265 * 365.25 / 265) - 1)
    assert all(map(math.isnan, yearly_return(run, 310)))


def test_a_run_is_settled_when_its_first_decision_would_be_filled_as_late_as_any(make):
    row = ([0.0, 0.0], [0.5, 0.5], [1, 2], [1.0, 0.5])
    assert settled(make([1.0] * 9, first=3, decisions=[(5, *row), (7, *row)]), 4) == 2 + 4 + 2
    assert settled(make([1.0] * 9), 4) == 6


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ((0.04, 0.03, 0.02, 0.01), math.inf),
        ((-0.01, -0.02, -0.03, -0.04), -math.inf),
        ((0.0, -0.02, -0.03, -0.04), -math.inf),
        ((0.02, 1 / 1.02 - 1, -0.03, -0.04), 0.5),  # as far above as below, in logs
        ((0.1, 0.05, 1.01**2 - 1, 1 / 1.01 - 1), 4.0),
        ((0.1, -1.0, -1.0, -1.0), 0.0),
        ((0.1, NAN, 0.1, 0.1), NAN),
    ],
)
def test_the_multiple_that_breaks_even_lies_between_two_runs(values, level):
    assert break_even((0.0, 1.0, 2.0, 5.0), values) == pytest.approx(level, nan_ok=True)


def test_what_is_shown_of_a_sensitivity():
    rows = {
        "a": (YearlyReturn(0.1, 0.02), YearlyReturn(0.05, 1 / 1.02 - 1)),
        "b": (YearlyReturn(0.0, -0.01), YearlyReturn(-0.2, -0.1)),
    }
    found = Sensitivity("cost", (0.0, 2.0), rows, {"c": "not to be run"})
    seen = shown(found, {"a": "strategy", "b": "c0"}, with_market=True)
    assert (seen.heads, [row.even for row in seen.rows]) == (["free", "2×"], ["1.0×", "behind when free"])
    assert [row.even for row in shown(found, {"a": "", "b": ""}, with_market=False).rows] == ["above 2×", "none"]
    assert seen.left_out == "c: not to be run"
    assert [tick.at for tick in seen.chart.x_ticks] == [0.0, 1.0]
    assert "b from 0.0% to −20.0%" in seen.chart.summary
    assert found.frame().to_numpy().tolist()[-1] == ["b", "cost", 2.0, -0.2, -0.1]
    still = Sensitivity("cost", (0.0, 2.0), {"a": (YearlyReturn(0.1, 0.02),) * 2}, {})
    assert (found.moves, still.moves, shown(still, {"a": ""}, with_market=True).chart) == (True, False, None)


# --- grids ------------------------------------------------------------------------------------------------------------


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
    return make(100.0 * (1 + rate) ** np.arange(1, 101), strategy=strategy)


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


# --- together ---------------------------------------------------------------------------------------------------------


def test_many_variants_are_counted_and_not_all_drawn(make):
    line = np.linspace(100, 130, 80)
    runs = {f"run {k}": make(line, benchmark=[1.0] * 81) for k in range(MOST + 3)}
    found = variants(runs, [compared_run(*each) for each in runs.items()], dict.fromkeys(runs, "c0"))
    assert (len(found.growth), len(found.over_first), found.left_out) == (MOST, MOST - 1, 3)
    assert found.benchmark == "Index"
    assert len(found.names) == len(found.likeness) == MOST + 1
    one = make(line)
    alone = variants({"one": one}, [compared_run("one", one)], {"one": "strategy"})
    assert (alone.over_benchmark, alone.over_first, alone.likeness, alone.heats) == ([], [], [], [])
    assert alone.scatter is None
    assert len(points(runs["run 0"])) == 81
