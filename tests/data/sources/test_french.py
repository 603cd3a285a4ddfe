"""Files of Kenneth French's data library as they come."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError, NoDataError, UnknownNameError
from sectorlead.data.sources import find_source
from sectorlead.data.sources.french import read_french
from sectorlead.data.sources.source import SeriesInfo, Source

FRENCH = """This file was created using the 202412 CRSP database.
It contains value- and equal-weighted returns for 3 industry portfolios.

Missing data are indicated by -99.99 or -999.


  Average Value Weighted Returns -- Monthly
,NoDur,Hlth ,Utils
192607,   1.45,  -99.99,   7.04
192608,   3.97,   4.25,  -999
192609,   1.14,   0.69,   2.04
192610,  -1.24,  -0.57,  -2.63

  Average Equal Weighted Returns -- Monthly
,NoDur,Hlth ,Utils
192607,   2.00,   1.00,   1.00
192608,   2.00,   1.00,   1.00

  Average Value Weighted Returns -- Annual
,NoDur,Hlth ,Utils
  1927,  10.00,  20.00,  30.00

  Number of Firms in Portfolios
,NoDur,Hlth ,Utils
192607,   130,   40,   50

  Average Firm Size
,NoDur,Hlth ,Utils
192607,   13.5,   40.2,   50.1

Copyright 2024 Kenneth R. French
"""


@pytest.fixture
def french(tmp_path: Path) -> Path:
    path = tmp_path / "3_Industry_Portfolios.CSV"
    path.write_text(FRENCH, encoding="latin-1")
    return path


def test_tables_of_returns_are_fractions_and_counts_are_left_out(french: Path) -> None:
    blocks = read_french(french)
    assert [block.title for block in blocks] == [
        "Average Value Weighted Returns -- Monthly",
        "Average Equal Weighted Returns -- Monthly",
        "Average Value Weighted Returns -- Annual",
    ]
    first = blocks[0].returns
    assert list(first) == ["NoDur", "Hlth", "Utils"]
    assert first.index[0] == pd.Timestamp("1926-07-31")
    assert first["NoDur"].iloc[0] == pytest.approx(0.0145)
    assert np.isnan(first["Hlth"].iloc[0])
    assert np.isnan(first["Utils"].iloc[1])
    assert blocks[2].returns.index[0] == pd.Timestamp("1927-12-31")


def test_portfolios_are_indices_from_the_day_before_their_first_return(french: Path) -> None:
    source = find_source(f"french:{french}")
    assert isinstance(source, Source)
    assert source.taxonomy == "French 3_Industry_Portfolios"
    assert [info.symbol for info in source.listing()] == ["Hlth", "NoDur", "Utils"]
    fetched = source.bars(SeriesInfo("NoDur", ""))
    assert fetched.frame["date"].iloc[0] == pd.Timestamp("1926-06-30")
    assert fetched.frame["close"].iloc[:3].tolist() == pytest.approx([100, 101.45, 101.45 * 1.0397])
    assert source.bars(SeriesInfo("Hlth", "")).frame["date"].iloc[0] == pd.Timestamp("1926-07-31")
    after_gap = source.bars(SeriesInfo("Utils", ""))
    assert after_gap.frame["date"].iloc[0] == pd.Timestamp("1926-08-31")
    assert after_gap.frame["close"].iloc[0] == 100
    assert "Utils: before 1926-09-30" in after_gap.parameters["left out"]
    with pytest.raises(NoDataError):
        source.bars(SeriesInfo("NoDur", ""), pd.Timestamp("1930-01-01"))
    with pytest.raises(UnknownNameError, match="'NoDur'"):
        source.bars(SeriesInfo("NoDurable", ""))


def test_another_table_is_named_by_words_of_its_title(french: Path) -> None:
    equal = find_source(f"french:{french}#equal weighted")
    assert equal.bars(SeriesInfo("NoDur", "")).frame["close"].iloc[-1] == pytest.approx(104.04)
    annual = find_source(f"french:{french}#annual")
    assert annual.bars(SeriesInfo("NoDur", "")).frame["date"].tolist() == [
        pd.Timestamp("1926-12-31"),
        pd.Timestamp("1927-12-31"),
    ]
    with pytest.raises(UnknownNameError, match="table"):
        find_source(f"french:{french}#weekly").listing()


def test_factors_and_daily_files_have_no_titles_and_come_zipped(tmp_path: Path) -> None:
    text = "The 1-month TBill return is from Ibbotson\n\n,Mkt-RF,RF\n20240102,-0.71,0.022\n20240103,-0.80,0.022\n\n"
    path = tmp_path / "F-F_Daily_CSV.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("F-F.csv", text)
    frame = find_source(f"french:{path}").bars(SeriesInfo("Mkt-RF", "")).frame
    assert frame["date"].tolist() == list(pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]))
    assert frame["close"].iloc[-1] == pytest.approx(100 * 0.9929 * 0.992)


def test_real_returns_survive_the_way_through_a_file(shared_data: Path, tmp_path: Path) -> None:
    table = pd.read_csv(shared_data / "us_ff10" / "ind10_monthly_vw.csv.gz", index_col="date", parse_dates=True)
    lines = [",".join(["", *table.columns])]
    lines += [f"{row.Index:%Y%m}," + ",".join(f"{100 * x:7.2f}" for x in row[1:]) for row in table.itertuples()]
    path = tmp_path / "10_Industry_Portfolios.csv.gz"
    path.write_bytes(gzip.compress(("  Average Value Weighted Returns -- Monthly\n" + "\n".join(lines)).encode()))
    bars = find_source(f"french:{path}").bars(SeriesInfo("HiTec", "")).frame
    np.testing.assert_allclose(bars["close"].pct_change().to_numpy()[1:], table["HiTec"], atol=1e-12)
    assert bars["date"].tolist()[1:] == table.index.tolist()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no table of returns"),
        ("Title\n,A,B\n192607, 1.0\n", "line 3 has 1 values for 2 columns"),
        ("Title\n,A\n192607, soon\n", "line 3"),
    ],
)
def test_a_file_that_is_not_frenchs_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=said):
        read_french(path)


def test_a_portfolio_begins_after_the_last_of_its_gaps(tmp_path: Path) -> None:
    rows = ["1.0", "-99.99", "2.0", "-999", "3.0", "4.0"]
    text = "Returns\n,A,B\n" + "".join(f"19260{n}, {each}, -99.99\n" for n, each in enumerate(rows, 1))
    path = tmp_path / "gaps.csv"
    path.write_text(text)
    source = find_source(f"french:{path}")
    fetched = source.bars(SeriesInfo("A", ""))
    assert fetched.frame["close"].tolist() == pytest.approx([100, 103, 103 * 1.04])
    assert fetched.frame["date"].iloc[0] == pd.Timestamp("1926-04-30")
    assert fetched.parameters["left out"] == "A: before 1926-05-31, where a gap ends; B: ends in a gap"
    assert [info.symbol for info in source.listing()] == ["A"]
