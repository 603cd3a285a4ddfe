"""Rows into a panel: its sessions, its benchmark, and what is said of both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError, UnknownNameError
from sectorlead.data.load import load

from ..files import refused, write

NAN = float("nan")
ST = """\
date,symbol,close,st,board
2024-01-02,A,5,false,
2024-01-02,B,5,,star
2024-01-03,B,,1,
2024-01-04,A,5,,
2024-01-05,A,,TRUE,
2024-01-08,A,5,,
2024-01-08,B,5,0.0,star
2024-01-09,A,5,0,
"""


def test_special_treatment_is_what_was_said_last_whether_or_not_there_was_a_bar(tmp_path: Path) -> None:
    path = write(tmp_path, ST)
    p = load(path)
    assert p.boards == ("", "star")
    assert list(p.sessions.strftime("%d")) == ["02", "04", "08", "09"]  # on the 3rd and the 5th nothing traded
    assert p.special.tolist() == [[False, False], [False, True], [True, False], [False, False]]
    assert load(path, start="2024-01-08", end="2024-01-08").special.tolist() == [[True, False]]
    assert load(path, "A").special.tolist() == [[False], [False]]
    frame = pd.read_csv(path)
    frame["st"] = frame["st"].map({"false": False, "1": True, "TRUE": True, "0.0": False, "0": False})
    frame.to_parquet(tmp_path / "st.parquet")
    assert load(tmp_path / "st.parquet").content_hash == p.content_hash


def test_sessions_the_benchmark_does_not_cover_are_left_out_and_told(tmp_path: Path) -> None:
    days = pd.bdate_range("2024-01-01", periods=8).strftime("%F")
    series = "".join(f"{day},A,{i + 1}\n" for i, day in enumerate(days) if i != 4)
    bench = "".join(f"{days[i]},399006.SZ,{i + 10}\n" for i in (1, 2, 4, 5))
    path = write(tmp_path, "date,symbol,close\n" + series)
    other = write(tmp_path, "date,symbol,close\n" + bench, "in:dex.csv")
    p = load(path, f"{other}:399006")
    np.testing.assert_array_equal(p.close[:, 0], [2, 3, 4, 6])
    np.testing.assert_array_equal(p.benchmark.close, [11, 12, NAN, 15])
    assert p.notes == (
        "benchmark 399006.SZ begins 2024-01-02: 1 earlier sessions left out",
        "benchmark 399006.SZ ends 2024-01-08: 2 later sessions left out",
        "benchmark 399006.SZ has no bar in 1 of 4 sessions: 2024-01-04",
        "benchmark 399006.SZ alone has a bar on 1 day, no session here: 2024-01-05",
    )
    assert p.source == f"{tmp_path.name}/bars.csv, benchmark {tmp_path.name}/in:dex.csv:399006.SZ"
    with pytest.raises(DataError, match="no session in common"):
        load(path, f"{other}:399006", start=days[6])


def test_a_benchmark_with_a_split_is_adjusted(tmp_path: Path) -> None:
    rows = "2024-01-02,A,5,1\n2024-01-03,A,5,1\n2024-01-02,ETF,4,1\n2024-01-03,ETF,2.1,2\n"
    p = load(write(tmp_path, "date,symbol,close,adj_factor\n" + rows), "ETF")
    assert p.benchmark.close.tolist() == [4, 4.2]
    assert p.notes == ("benchmark ETF: prices multiplied by its adj_factor",)


def test_a_path_to_the_same_file_is_the_same_benchmark(small: Path) -> None:
    assert load(small, f"{small}:000300").symbols == load(small, "000300").symbols


def test_a_close_only_benchmark_beside_full_bars(tmp_path: Path) -> None:
    rows = "2024-01-02,A,5,6,4,5\n2024-01-02,X,,,,3300\n"
    path = write(tmp_path, "date,symbol,open,high,low,close\n" + rows)
    assert load(path, "X").benchmark.close.tolist() == [3300]
    assert load(path).notes == ("1 series begin with closes only, which warm up and can't be traded: X to 2024-01-02",)


@pytest.mark.parametrize("blank", ["0,0,0", "0.0,0,0.00", ",,"])
def test_a_history_that_begins_with_closes_is_kept_and_told(tmp_path: Path, blank: str) -> None:
    rows = [
        f"2024-01-04,A,{blank},5.1", f"2024-01-02,A,{blank},5", "2024-01-02,B,4,4,4,4", "2024-01-05,A,5,6,4,5.5",
        "2024-01-03,B,4,4,4,4", "2024-01-05,B,4,4,4,4",
    ]  # fmt: skip
    head = "date,symbol,open,high,low,close\n"
    p = load(write(tmp_path, head + "\n".join(rows) + "\n"))
    assert p.close[:, 0].tolist() == pytest.approx([5, np.nan, 5.1, 5.5], nan_ok=True)
    assert np.isnan(p.open[:3, 0]).all()
    assert p.tradable.T.tolist() == [[False, False, False, True], [True, True, False, True]]
    assert p.notes == ("1 series begin with closes only, which warm up and can't be traded: A to 2024-01-04",)
    mixed = refused(write(tmp_path, head + "2024-01-02,A,0,5,0,5\n2024-01-03,A,5,5,5,5\n"))
    assert "open must be > 0; 1 row breaks this, first: line 2" in mixed
    late = refused(write(tmp_path, head + "\n".join([*rows, f"2024-01-08,A,{blank},5.4"]) + "\n"))
    if blank == ",,":
        assert "a series that has whole bars must have open, high and low in every later bar; 1 row breaks" in late
        assert "line 8 (2024-01-08 A" in late
    else:
        assert "open must be > 0; 1 row breaks this, first: line 8" in late


@pytest.mark.parametrize(
    ("benchmark", "says"),
    [
        ("00300", "unknown benchmark '00300'. Did you mean '000300'?"),
        ("nowhere/x.csv:000300", "nowhere/x.csv: no such file"),
        ("{path}", "PATH:SYMBOL"),
        ("{path}:00030", "Did you mean '000300'?"),
    ],
)
def test_unknown_benchmarks(small: Path, benchmark: str, says: str) -> None:
    assert says in refused(small, benchmark.format(path=small))


def test_an_ambiguous_code_is_not_completed(tmp_path: Path) -> None:
    path = write(tmp_path, "date,symbol,close\n2024-01-02,000001.SZ,9\n2024-01-02,000001.SH,3000\n2024-01-02,A,1\n")
    with pytest.raises(UnknownNameError, match=r"Known: 000001.SH, 000001.SZ\."):
        load(path, "000001")


def test_nothing_left_to_trade(tmp_path: Path) -> None:
    assert "leaves nothing to trade" in refused(write(tmp_path, "date,symbol,close\n2024-01-02,A,5\n"), "A")
