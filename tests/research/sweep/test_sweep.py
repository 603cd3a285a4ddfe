"""A sweep's rows are runs, over the same sessions, with the same bits however and wherever they were worked out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError, ParameterError, StrategyError
from sectorlead.engine.on_backtrader.quiet import bt

WHOLE = sl.simulate(seed=3, sessions=320)
PANEL = WHOLE.select(WHOLE.symbols[:8])
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())
GRID: dict[str, Any] = {"score.lookback": [10, 40], "pick.n": [1, 2, 3], "schedule.offset": [0, 2]}


def equal_to_its_run(found: sl.SweepResult, variant: int, **terms: Any) -> None:
    """A row is the summary of the full run: what money is, exactly; what is computed from it, to rounding."""
    run, row = found.run(variant), found.table.loc[variant]
    summary = {name: value for name, value in run.summary().items() if name in row}
    assert len(summary) > 20
    assert row["final_equity"] == summary["final_equity"]
    assert row["fills"] == summary["fills"]
    np.testing.assert_allclose(
        row[list(summary)].to_numpy(np.float64), list(summary.values()), rtol=1e-9, atol=1e-11, err_msg=str(variant)
    )
    if found.about["returns"] == "float64":
        np.testing.assert_array_equal(found.returns([variant])[variant], run.returns)
    for name, value in terms.items():
        assert getattr(run.terms, name) == value


def digest(found: sl.SweepResult) -> list[str]:
    names = ("table.parquet", "returns.parquet")
    return [hashlib.sha256((found.folder / name).read_bytes()).hexdigest() for name in names]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> sl.SweepResult:
    return sl.sweep(RULE, GRID, PANEL, "cn-etf", store=tmp_path_factory.mktemp("store"))


def test_rows_are_runs_measured_over_the_same_sessions(found: sl.SweepResult) -> None:
    table = found.table
    assert len(table) == 12
    assert list(table.index) == list(range(12))
    first = sl.run(sl.Rotation(sl.Momentum(40), sl.TopN(1), schedule=sl.Weekly(2)), PANEL, "cn-etf")
    latest = max(table["first_decision"])
    assert set(table["measured_from"]) == {latest}
    assert f"{first.panel.sessions[first.outcome.decisions.row[0]]:%F}" <= found.measured_from == str(latest)
    assert set(table["sessions"]) == {float((PANEL.sessions >= pd.Timestamp(latest)).sum())}
    for variant in (0, 5, 11):
        equal_to_its_run(found, variant, measured_from=found.measured_from)


def test_a_sample_is_the_same_on_backtrader(found: sl.SweepResult) -> None:
    for variant in (1, 10):
        own = found.run(variant)
        other = sl.run(
            found.strategy(variant), PANEL, "cn-etf", engine="backtrader", measured_from=found.measured_from
        )
        assert other.equity.iloc[-1] == found.table["final_equity"][variant]
        pd.testing.assert_frame_equal(own.fills, other.fills)


def test_the_number_of_a_variant_does_not_depend_on_the_order_of_the_grid(
    found: sl.SweepResult, tmp_path: Path
) -> None:
    other = sl.sweep(RULE, dict(reversed(GRID.items())), PANEL, "cn-etf", store=tmp_path)
    assert digest(other) == digest(found)


@pytest.mark.parametrize(("workers", "chunk"), [(1, 1), (3, 5), (2, 100)])
def test_the_same_bits_whatever_the_workers_and_chunks(
    found: sl.SweepResult, tmp_path: Path, workers: int, chunk: int
) -> None:
    told: list[tuple[str, int, int]] = []
    other = sl.sweep(
        RULE, GRID, PANEL, "cn-etf", store=tmp_path, workers=workers, chunk=chunk,
        progress=lambda *now: told.append(now),
    )  # fmt: skip
    assert digest(other) == digest(found)
    assert told[0] == ("first decisions", 0, 12)
    assert told[-1] == ("measured", 12, 12)


def test_the_same_bits_in_processes_and_in_an_executor_of_ones_own(found: sl.SweepResult, tmp_path: Path) -> None:
    apart = sl.sweep(RULE, GRID, PANEL, "cn-etf", store=tmp_path / "a", executor="processes", workers=2)
    assert digest(apart) == digest(found)
    with ThreadPoolExecutor(2) as own:
        assert digest(sl.sweep(RULE, GRID, PANEL, "cn-etf", store=tmp_path / "b", executor=own)) == digest(found)
        assert own.submit(int).result() == 0  # what was given is not shut down


def test_one_that_never_decides_is_a_row_of_nan_and_moves_nothing(tmp_path: Path) -> None:
    grid = {"score.lookback": [10, 40, 2_000]}
    found = sl.sweep(RULE, grid, PANEL, store=tmp_path)
    without = sl.sweep(RULE, {"score.lookback": [10, 40]}, PANEL, store=tmp_path)
    idle = found.table.loc[2]
    assert np.isnan(idle[["cagr", "sharpe", "final_equity", "fills"]].astype(float)).all()
    assert idle["reason"].startswith("never decided")
    assert pd.isna(idle["first_decision"])
    assert np.isnan(found.returns([2])[2]).all()
    pd.testing.assert_frame_equal(found.table.iloc[:2], without.table)
    assert found.top(3).index[-1] == 2
    never = sl.sweep(RULE, {"score.lookback": [2_000, 2_100]}, PANEL, store=tmp_path)
    assert never.table["cagr"].isna().all()


def test_over_markets_costs_starts_terms_and_universes(tmp_path: Path) -> None:
    grid = {
        "market": ["cn-etf", "frictionless"], "slippage_bps": [0, 20], "start": ["2015-02-02", "2015-05-04"],
        "universe": {"all": None, "few": PANEL.symbols[:3]}, "cash": [50_000, 1_000_000],
    }  # fmt: skip
    found = sl.sweep(RULE, grid, PANEL, store=tmp_path)
    table = found.table
    assert len(table) == 32
    assert list(found.axes) == ["universe", "market", "market.slippage_bps", "cash", "start"]
    assert (table["sessions"] == table["sessions"][0]).all()
    assert str(table["first_decision"].max()) == found.measured_from >= "2015-05-04"
    for variant in (0, 13, 31):
        equal_to_its_run(found, variant)
    last = found.run(31)
    assert (last.market.name, last.market.slippage_bps, last.terms.cash) == ("frictionless", 20, 1_000_000)
    assert last.panel.symbols == PANEL.symbols[:3]
    dear = table["market.slippage_bps"] == 20
    free = table["market"].eq("frictionless") & ~dear
    assert (table["cost_total"][free] == 0).all()
    assert (table["cost_total"][~free] > 0).all()
    with pytest.raises(InputError, match="start is in the grid"):
        sl.sweep(RULE, {"start": ["2015-02-02"]}, PANEL, measured_from="start", store=tmp_path)


@pytest.mark.parametrize("asked", ["start", "2015-09-01"])
def test_measured_from_where_it_is_asked(tmp_path: Path, asked: str) -> None:
    found = sl.sweep(RULE, {"pick.n": [1, 2]}, PANEL, store=tmp_path, measured_from=asked)
    assert found.measured_from == ("2015-01-05" if asked == "start" else asked)
    equal_to_its_run(found, 1, measured_from=asked)


class Mine:
    """Holds the ``count`` series that fell least since ``back`` sessions."""

    schedule = sl.Every(5)

    def __init__(self, back: int = 5, count: int = 2) -> None:
        self.back, self.count = back, count

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Mapping[str, float] | None:
        if len(view.sessions) <= self.back:
            return None
        moves = view.close[-1] / view.close[-1 - self.back]
        best = np.argsort(-moves, kind="stable")[: self.count]
        return {view.symbols[i]: 1 / self.count for i in best.tolist()}


class Faulty(Mine):
    """Fails with one value."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Mapping[str, float] | None:
        if self.count == 3:
            raise ZeroDivisionError("three")
        return super().decide(view, portfolio)


class Crossing(bt.Strategy):
    """Buys the first series above its mean."""

    params = (("period", 10),)

    def __init__(self) -> None:
        self.mean = bt.ind.SMA(self.data0, period=self.p.period)

    def next(self) -> None:
        if len(self.data0) > self.p.period:
            self.order_target_percent(target=0.5 * (self.data0[0] > self.mean[0]))


def test_a_class_of_ones_own_a_library_name_and_a_backtrader_strategy(tmp_path: Path) -> None:
    for rule, grid, first in (
        (Mine, {"back": [3, 30], "count": [1, 2]}, "back"),
        ("momentum", {"top": [2, 3], "lookback": [20, 60]}, "lookback"),
        (Crossing, {"period": [5, 15]}, "period"),
    ):
        found = sl.sweep(rule, grid, PANEL, store=tmp_path)
        assert found.axes[0] == first
        equal_to_its_run(found, len(found) - 1)
    slow = sl.sweep(Mine, {"back": [3, 30]}, PANEL, store=tmp_path)
    assert str(slow.table["first_decision"][1]) == slow.measured_from > str(slow.table["first_decision"][0])


def test_what_a_strategy_raises_is_told(tmp_path: Path) -> None:
    with pytest.raises(StrategyError, match="three"):
        sl.sweep(Faulty, {"count": [2, 3]}, PANEL, store=tmp_path)


def test_values_that_do_not_fit_each_other_are_told_with_the_way_out(tmp_path: Path) -> None:
    grid = {"pick.n": [3, 8], "pick.hold_until_rank": [5, 8]}
    with pytest.raises(ParameterError, match="hold_until_rank"):
        sl.sweep(RULE, grid, PANEL, store=tmp_path)
    found = sl.sweep(RULE, grid, PANEL, store=tmp_path, where="hold_until_rank >= n")
    assert found.table[["pick.hold_until_rank", "pick.n"]].to_numpy().tolist() == [[5, 3], [8, 3], [8, 8]]


def test_returns_in_fewer_digits_or_none(found: sl.SweepResult, tmp_path: Path) -> None:
    short = sl.sweep(RULE, GRID, PANEL, "cn-etf", store=tmp_path, returns="float32")
    np.testing.assert_array_equal(short.returns().to_numpy(), found.returns().to_numpy().astype("float32"))
    assert short.returns().to_numpy().dtype == np.float32
    none = sl.sweep(RULE, GRID, PANEL, "cn-etf", store=tmp_path, returns="none")
    assert not (none.folder / "returns.parquet").exists()
    with pytest.raises(InputError, match="returns='float64'"):
        none.returns()
    pd.testing.assert_frame_equal(none.table, found.table)


def test_terms_that_have_no_meaning_are_refused(tmp_path: Path) -> None:
    for given, says in (({"seed": 1}, "parameter of the strategy"), ({"name": "x"}, "name")):
        with pytest.raises(ParameterError, match=says):
            sl.sweep(RULE, GRID, PANEL, store=tmp_path, **given)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="needs a panel"):
        sl.sweep(RULE, PANEL)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="float64"):
        sl.sweep(RULE, GRID, PANEL, store=tmp_path, returns="float16")  # type: ignore[arg-type]


def test_draws_are_rows_of_the_whole_grid(found: sl.SweepResult, tmp_path: Path) -> None:
    some = sl.sweep(RULE, GRID, PANEL, "cn-etf", store=tmp_path, search=sl.RandomSearch(5, seed=4),
                    measured_from=found.measured_from)  # fmt: skip
    axes = list(found.axes)
    whole = found.table.set_index(axes)["final_equity"]
    assert len(some) == 5
    for _, row in some.table.iterrows():
        assert whole[tuple(row[axes])] == row["final_equity"]




def test_row_groups_have_one_size_whatever_the_chunks(
    found: sl.SweepResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet as pq

    from sectorlead.research.sweep import files

    monkeypatch.setattr(files, "_ROWS", 5)
    monkeypatch.setattr(files, "_BYTES", 8 * len(PANEL.sessions) * 4)
    made = [sl.sweep(RULE, GRID, PANEL, "cn-etf", store=tmp_path / str(size), chunk=size) for size in (3, 7)]
    assert digest(made[0]) == digest(made[1])
    for name, sizes in (("table.parquet", [5, 5, 2]), ("returns.parquet", [4, 4, 4])):
        meta = pq.ParquetFile(made[0].folder / name).metadata
        assert [meta.row_group(k).num_rows for k in range(meta.num_row_groups)] == sizes
    pd.testing.assert_frame_equal(made[0].table, found.table)
    pd.testing.assert_frame_equal(made[0].returns(), found.returns())
