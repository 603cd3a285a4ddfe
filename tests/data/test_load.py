"""``load``: files as people have them, and what it says of those it can't use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError, ParameterError
from sectorlead.data.load import load

NAN = float("nan")


def test_a_small_file_by_hand(small: Path) -> None:
    p = load(small, "000300")
    assert p.symbols == ("159934", "512010")
    assert list(p.sessions.strftime("%F")) == ["2024-01-02", "2024-01-03", "2024-01-04"]
    np.testing.assert_array_equal(p.close, [[NAN, 0.41], [2.39, NAN], [NAN, 0.42]])
    np.testing.assert_array_equal(p.volume, [[NAN, 100], [200, NAN], [0, 50]])
    np.testing.assert_array_equal(p.adjusted_close[:, 1], [0.82, NAN, 0.84])
    np.testing.assert_array_equal(p.adj_factor, [[1, 2], [1, 1], [1, 2]])
    assert (p.names, p.groups, p.kinds) == (("黄金", "医药"), ("", "消费"), ("index", "index"))
    assert np.isnat(p.known_from[0])
    assert p.known_from[1] == np.datetime64("2024-01-03")
    assert p.benchmark is not None
    assert (p.benchmark.symbol, p.benchmark.name) == ("000300", "沪深300")
    assert p.benchmark.close.tolist() == [3300, 3310, 3320]
    assert (p.source, p.notes) == (f"{small.parent.name}/bars.csv, benchmark 000300", ())
    assert load(small).symbols == ("000300", "159934", "512010")


def test_start_and_end_cut_rows(small: Path) -> None:
    p = load(small, "000300", start="2024-01-03", end=pd.Timestamp("2024-01-03"))
    assert list(p.sessions.strftime("%F")) == ["2024-01-03"]
    assert p.symbols == ("159934",)
    assert p.notes == ("1 series without a bar in these sessions left out: 512010",)
    for start in ("03.01.2024", "2024-01-03 10:00", 20240103, "2024-13-01", float("nan")):
        with pytest.raises(ParameterError, match="start must be a date"):
            load(small, start=start)
    with pytest.raises(ParameterError, match="start 2024-02-01 lies after end 2024-01-01"):
        load(small, start="2024-02-01", end="2024-01-01")
    with pytest.raises(DataError, match="bars from 2024-01-02 to 2024-01-04"):
        load(small, start="2025-01-01")


def test_sector_funds(shared_data: Path) -> None:
    p = load(shared_data / "cn_sector_etf" / "bars.csv.gz", f"{shared_data}/cn_index/bars.csv.gz:399006")
    assert p.shape == (2721, 35)
    assert p.notes == ("benchmark 399006 ends 2026-03-18: 25 later sessions left out",)
    i, t = p.column("512200.SH"), p.sessions.get_loc("2024-08-12")
    assert p.close[t, i] / p.close[t - 1, i] > 2.5
    assert abs(p.adjusted_close[t, i] / p.adjusted_close[t - 1, i] - 1) < 0.10
    assert p.benchmark.name == "创业板指"


@pytest.mark.parametrize(("folder", "shape"), [("cn_sw2021_l1", (1249, 31)), ("cn_sw2014_l1", (2160, 28))])
def test_sector_indices(shared_data: Path, folder: str, shape: tuple[int, int]) -> None:
    p = load(shared_data / folder / "bars.csv.gz", f"{shared_data}/cn_index/bars.csv.gz:399006")
    assert p.shape == shape
    assert any("benchmark 399006 alone has a bar on" in note for note in p.notes)
    assert "801010" in p.symbols


def test_parquet_with_its_own_benchmark(shared_data: Path) -> None:
    p = load(shared_data / "bench" / "sectors31.parquet", "BENCH")
    assert (p.shape, p.symbols[0], p.benchmark.symbol) == ((2500, 31), "S000", "BENCH")
    assert np.isnan(p.amount).all()
