"""A series that begins late is a series with nothing before, in whatever shape it comes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.load import load
from sectorlead.data.quality.gate import check
from sectorlead.data.tidy.read import read

LENGTH = 300
NOTHING = ("", "-", "nan")


@given(spans=st.lists(st.tuples(st.integers(0, LENGTH - 1), st.integers(1, LENGTH)), min_size=1, max_size=6),
       nothing=st.sampled_from(NOTHING))  # fmt: skip
def test_every_column_of_a_wide_file_is_a_series(
    tmp_path_factory: pytest.TempPathFactory, spans: list[tuple[int, int]], nothing: str
) -> None:
    days = pd.bdate_range("2020-01-01", periods=LENGTH)
    wide = pd.DataFrame({f"S{k}": np.nan for k in range(len(spans))} | {"T": 4.0}, days)
    for k, (start, length) in enumerate(spans):
        wide.iloc[start : start + length, k] = 5.0 + k
    folder = tmp_path_factory.mktemp("wide")
    wide.to_csv(folder / "wide.csv", index_label="date", na_rep=nothing)
    long = wide.reset_index(names="date").melt("date", var_name="symbol", value_name="close").dropna()
    long.to_csv(folder / "long.csv", index=False)
    starts = [start for start, _ in spans] + [0]
    for path in (folder / "wide.csv", folder / "long.csv"):
        panel = load(path)
        assert panel.symbols == tuple(wide.columns)
        assert panel.first_bar.tolist() == starts
        np.testing.assert_array_equal(panel.close, wide.to_numpy())


def test_the_wide_file_of_late_listings(shared_data: Path) -> None:
    """Three of six funds of the file are listed a year after the others."""
    panel = load(shared_data.parent / "cases/data/02_wide_late_listings.csv")
    assert panel.symbols == ("159869", "512010", "512480", "512660", "512800", "515790")
    assert panel.first_bar.tolist() == [0, 0, 0, 219, 219, 219]


def test_a_fault_in_any_late_series_of_a_wide_file_is_found(tmp_path: Path) -> None:
    """19 of 35 series begin later than the first, each with a tick of ten times the price."""
    random = np.random.default_rng(1)
    days = pd.bdate_range("2021-01-04", periods=LENGTH)
    wide = pd.DataFrame(5 * np.exp(np.cumsum(random.normal(0, 0.01, (LENGTH, 35)), axis=0)), days).round(3)
    wide.columns = pd.Index([f"{801_000 + k}" for k in range(35)])
    for k in range(19):
        wide.iloc[: 10 + 5 * k, k] = np.nan
        wide.iloc[150 + 2 * k, k] *= 10
    wide.to_csv(tmp_path / "wide.csv", index_label="date")
    found = {each.symbol for each in check(read(tmp_path / "wide.csv"), None) if each.severity == "error"}
    assert found == set(wide.columns[:19])
