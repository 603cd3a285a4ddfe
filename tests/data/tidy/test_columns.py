"""The tidy form: a panel survives the way into it and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.bars import BARS
from sectorlead.data.benchmark import Benchmark
from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.data.tidy.columns import to_tidy

from ..files import write

NAN = float("nan")


@st.composite
def panels(draw: st.DrawFn) -> Panel:
    """Any panel in which every session and every series has a bar."""
    count, width = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (count, width + 1)
    close = np.exp(rng.normal(0, 2, shape))
    high, low = close * (1 + rng.exponential(0.02, shape)), close / (1 + rng.exponential(0.02, shape))
    bars = {"open": rng.uniform(low, high), "high": high, "low": low, "close": close}
    volume = np.floor(rng.exponential(1e6, shape))
    bars |= {"volume": volume, "amount": volume * rng.uniform(low, high)}  # else a few bars look like another unit
    gone = rng.random(shape) < draw(st.sampled_from([0.0, 0.3, 0.9]))
    gone[np.arange(count), rng.integers(0, width, count)] = False
    gone[rng.integers(0, count, width + 1), np.arange(width + 1)] = False
    gone[[0, -1], -1] = False  # else sessions are left out
    bars = {key: np.where(gone, NAN, values) for key, values in bars.items()}
    if draw(st.booleans()):
        bars |= dict.fromkeys(("open", "high", "low"), np.full(shape, NAN))
    bench = Benchmark("bench", "标杆", *(bars[key][:, -1] for key in BARS)) if draw(st.booleans()) else None
    words = st.sampled_from(["000300", "NA", "null", "1e5", "nan", "a:b", 'say "x, y"', "沪", "TRUE", "00", "None"])
    return Panel(
        pd.bdate_range("2019-12-30", periods=count),
        tuple(draw(st.lists(words, min_size=width, max_size=width, unique=True))),
        **{key: values[:, :-1] for key, values in bars.items()},
        adj_factor=np.exp(rng.normal(0, 1, (count, width))),
        names=tuple(draw(st.lists(words, min_size=width, max_size=width))),
        groups=tuple(draw(st.lists(words | st.just(""), min_size=width, max_size=width))),
        kinds=tuple(draw(st.lists(st.sampled_from(["index", "etf", "stock"]), min_size=width, max_size=width))),
        boards=tuple(draw(st.lists(st.sampled_from(["", "star", "1"]), min_size=width, max_size=width))),
        known_from=draw(st.lists(st.sampled_from([None, "2020-01-02", "1990-12-19"]), min_size=width, max_size=width)),
        last_date=draw(st.lists(st.sampled_from([None, "2030-01-02", "2040-12-19"]), min_size=width, max_size=width)),
        special=rng.random((count, width)) < draw(st.sampled_from([0.0, 0.1, 0.6])),
        benchmark=bench,
    )


@given(panel=panels(), suffix=st.sampled_from(["csv", "csv.gz", "parquet"]))
def test_a_panel_survives_the_file(tmp_path_factory: pytest.TempPathFactory, panel: Panel, suffix: str) -> None:
    path = tmp_path_factory.mktemp("trip") / f"panel.{suffix}"
    frame = to_tidy(panel)
    frame.to_parquet(path) if suffix == "parquet" else frame.to_csv(path, index=False)
    again = load(path, panel.benchmark and panel.benchmark.symbol)
    assert again.content_hash == panel.content_hash
    assert np.array_equal(again.last_date, panel.last_date, equal_nan=True)
    assert (again.symbols, again.names, again.boards) == (panel.symbols, panel.names, panel.boards)
    assert again.special.tolist() == panel.special.tolist()


def test_the_simulated_market_survives_the_file(tmp_path: Path) -> None:
    market = simulate(5, 300)
    to_tidy(market).to_csv(tmp_path / "sim.csv.gz", index=False)
    assert load(tmp_path / "sim.csv.gz", "SIMGEM").content_hash == market.content_hash


def test_without_boards_and_special_treatment_no_column_tells_of_them() -> None:
    assert not {"board", "st"} & set(to_tidy(simulate(1, 60)))


def test_a_later_name_counts_and_unknown_columns_are_told(tmp_path: Path) -> None:
    rows = "2024-01-03,A,1,new,7\n2024-01-02,A,1,old,8\n2024-01-04,A,1,,9\n"
    p = load(write(tmp_path, "date,symbol,close,name,adj_facter\n" + rows))
    assert p.names == ("new",)
    assert p.notes == ("fields beside the bars: adj_facter",)
