"""Optuna over a grid: what it proposes is measured once, and it finds what a whole sweep finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.data.errors import ParameterError, UnknownNameError
from sectorlead.research.sweep.axes import axis_of
from sectorlead.research.sweep.optuna_search import run
from sectorlead.research.sweep.space import all_of

pytest.importorskip("optuna", reason="optuna is not installed: pip install 'sectorlead[optuna]'")
WHOLE = sl.simulate(seed=3, sessions=200)
PANEL = WHOLE.select(WHOLE.symbols[:5])
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())
GRID: dict[str, Any] = {"score.lookback": range(5, 25), "pick.n": [1, 2, 3]}


def test_it_goes_where_the_metric_is_best_and_never_outside() -> None:
    axes = (axis_of("a", range(40), "parameter"), axis_of("b", range(40), "parameter"))
    space = all_of(axes, ["a + b < 70"])
    seen: list[tuple[int, ...]] = []

    def measure(begin: int, positions: np.ndarray[Any, Any], total: int) -> dict[str, Any]:
        assert begin == len(seen)
        assert total == 120
        seen.extend(map(tuple, positions.T.tolist()))
        a, b = positions.astype(float)
        return {"sharpe": np.where(a == 0, np.nan, -((a - 30) ** 2) - (b - 8) ** 2)}

    found = run(sl.OptunaSearch(120, batch=8, seed=1), space, measure)
    assert list(map(tuple, found.positions.T.tolist())) == seen
    assert len(seen) == len(set(seen)) == 120
    assert all(a + b < 70 for a, b in seen)
    assert min((a - 30) ** 2 + (b - 8) ** 2 for a, b in seen) <= 2
    late = np.array(seen[60:])
    assert np.abs(late - (30, 8)).mean() < 0.6 * np.abs(np.array(seen[:24]) - (30, 8)).mean()


def test_rows_are_those_of_the_whole_sweep_and_a_stopped_search_goes_on(tmp_path: Path) -> None:
    search = sl.OptunaSearch(20, "cagr", batch=4, seed=2)
    whole = sl.sweep(RULE, GRID, PANEL, store=tmp_path / "grid")

    def stop(what: str, done: int, total: int) -> None:
        if what == "measured" and done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sl.sweep(RULE, GRID, PANEL, search=search, store=tmp_path / "some", progress=stop)
    found = sl.sweep(RULE, GRID, PANEL, search=search, store=tmp_path / "some", workers=3)
    other = sl.sweep(RULE, GRID, PANEL, search=search, store=tmp_path / "other", workers=1)
    assert (found.folder / "table.parquet").read_bytes() == (other.folder / "table.parquet").read_bytes()
    assert len(found) == 20
    assert found.measured_from == whole.measured_from
    axes = list(whole.axes)
    every = whole.table.set_index(axes)["final_equity"]
    for _, row in found.table.iterrows():
        assert every[tuple(row[axes])] == row["final_equity"]
    assert found.run(7).summary()["final_equity"] == found.table["final_equity"][7]


def test_a_search_that_cannot_be_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="sharpe"):
        sl.OptunaSearch(10, "sharp")
    with pytest.raises(ParameterError, match="trials"):
        sl.OptunaSearch(0)
    with pytest.raises(ParameterError, match="draws"):
        sl.RandomSearch(0)
