"""equity.csv keeps the whole account, and says what of it is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import sectorlead as sl
from sectorlead.reports.equal_weight import equal_weight_growth
from sectorlead.reports.growth import benchmark_growth, points
from sectorlead.reports.run_folder.entry import read_entry
from sectorlead.reports.run_folder.tables import base_row, measured_rows, read_csv
from sectorlead.serve.side_by_side import compared_stored
from sectorlead.serve.stored import StoredRun


def test_every_line_is_found_again_from_the_file(tmp_path: Path) -> None:
    run = sl.run("momentum", sl.simulate(seed=3, sessions=300), "cn-etf", start="2015-03-02", cash_rate=0.02)
    folder = run.save(tmp_path / "a", panel=False)
    table = read_csv(folder, "equity.csv")
    own, base = measured_rows(table), base_row(table)
    assert run.before is not None
    assert len(table) == 1 + len(run.before.equity) + len(run.sessions)
    assert list(own.index) == list(run.sessions)
    assert base is not None
    assert base.name == points(run)[0]
    np.testing.assert_allclose(own["equity"] / base["equity"], run.wealth[1:], rtol=1e-12)
    market = benchmark_growth(run)
    assert market is not None
    np.testing.assert_allclose(own["benchmark"] / base["benchmark"], market.levels[1:], rtol=1e-12)
    np.testing.assert_array_equal(own["equal_weight"], equal_weight_growth(run).levels[1:])
    assert (table["equity"].iloc[0], table["cash"].iloc[0]) == (1e6, 1e6)
    assert table["equity"].iloc[1] == run.before.equity[0]


def test_a_file_without_the_column_is_all_measured() -> None:
    table = pd.DataFrame({"equity": [1.0, 2.0]})
    assert measured_rows(table) is table
    assert base_row(table) is None


def test_the_server_reads_what_is_measured(tmp_path: Path) -> None:
    run = sl.run("momentum", sl.simulate(seed=3, sessions=300), "cn-etf")
    folder = run.save(tmp_path / "a", panel=False)
    stored = StoredRun(read_entry(folder, "a", frozenset(path.name for path in folder.iterdir())), folder)
    assert list(stored.equity.frame.index) == list(run.sessions)
    assert run.panel.benchmark is not None
    assert stored.benchmark_base == run.panel.benchmark.last_close[run.terms.first - 1]
    assert compared_stored(stored).benchmark_base == stored.benchmark_base
