"""Price files of Yahoo in the three forms that people have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError
from sectorlead.data.sources import find_source
from sectorlead.data.sources.source import SeriesInfo

DOWNLOAD = """Date,Open,High,Low,Close,Adj Close,Volume
2024-01-02,100.0,102.0,99.0,101.000000,99.990000,1000
2024-01-03,101.0,103.0,100.0,102.000000,100.980000,1100
2024-01-04,null,null,null,null,null,null
2024-01-05,101.0,103.0,100.0,101.000000,100.989900,1200
2024-01-08,101.0,103.0,100.0,102.000000,101.989800,1300
"""


PAGE = '''\ufeffDate,Open,High,Low,Close*,Adj Close**,Volume
"Jan 5, 2024",10.10,10.30,10.00,10.20,10.20,"3,975,200"
"Jan 4, 2024",0.386 Dividend,,,,,
"Jan 3, 2024",2:1 Stock Splits,,,,,
"Jan 2, 2024","1,010.10","1,030.00","1,000.00","1,020.00","1,020.00",-
'''


YFINANCE = """Price,Close,Close,Volume,Volume
Ticker,XLK,XLF,XLK,XLF
Date,,,,
2024-01-02,29.87,40.0,27445600,1
2024-01-03,30.12,,22663600,
"""


def write(tmp_path: Path, text: str) -> str:
    path = tmp_path / "XLK.csv"
    path.write_text(text, encoding="utf-8")
    return f"yahoo:{path}"


def test_a_download_has_a_factor_from_its_adjusted_close(tmp_path: Path) -> None:
    source = find_source(write(tmp_path, DOWNLOAD))
    (info,) = source.listing()
    assert info.symbol == "XLK"
    frame = source.bars(info).frame
    assert frame["date"].dt.day.tolist() == [2, 3, 5, 8]  # a row of nulls is no bar
    assert frame["adj_factor"].tolist() == pytest.approx([1, 1, 0.9999 / 0.99, 0.9999 / 0.99], rel=1e-4)
    assert frame["volume"].iloc[0] == 1000


def test_a_copied_page_is_turned_round_and_its_events_are_left_out(tmp_path: Path) -> None:
    fetched = find_source(write(tmp_path, PAGE) + "#TECH").bars(SeriesInfo("TECH", ""))
    assert fetched.frame["date"].dt.day.tolist() == [2, 5]
    assert fetched.frame["close"].tolist() == [1020.0, 10.2]
    assert np.isnan(fetched.frame["volume"].iloc[0])
    assert fetched.parameters["left out"].startswith("2 rows")


def test_yfinance_names_its_series_in_the_second_row(tmp_path: Path) -> None:
    source = find_source(write(tmp_path, YFINANCE))
    assert [info.symbol for info in source.listing()] == ["XLF", "XLK"]
    assert source.bars(SeriesInfo("XLK", "")).frame["close"].tolist() == [29.87, 30.12]
    assert len(source.bars(SeriesInfo("XLF", "")).frame) == 1
    assert "adj_factor" not in source.bars(SeriesInfo("XLK", "")).frame


def test_real_files_of_yahoo_are_read(shared_data: Path) -> None:
    folder = shared_data / "dirty" / "yahoo"
    page = find_source(f"yahoo:{folder / 'edwinleck_XLK_yahoo_page_export.csv.gz'}")
    library = find_source(f"yahoo:{folder / 'ovesa_XLK_yfinance_multiheader.csv.gz'}")
    assert page.bars(page.listing()[0]).parameters["left out"].startswith("40 rows")
    assert library.listing() == (SeriesInfo("XLK", "XLK"),)
    assert library.bars(library.listing()[0]).frame["date"].iloc[0] == pd.Timestamp("2018-01-02")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Time,Price\n1,2\n", "begins with 'Time,Price'"),
        ("", "begins with 'nothing'"),
        ("Date,Close\n01/02/2024,5\n", "line 2: '01/02/2024' is no date"),
        ("Date,Close\n2024-01-02,5x\n", "line 2: '5x' is no number"),
        ("Date,Close\n2024-01-02,5\n2024-01-02,6\n", "2024-01-02 comes twice"),
        ("Date,Close,Adj Close\n2024-01-02,5,\n", "Adj Close must be given"),
    ],
)
def test_a_file_that_is_not_yahoos_is_refused(tmp_path: Path, text: str, said: str) -> None:
    source = find_source(write(tmp_path, text))
    with pytest.raises(DataError, match=said):
        source.listing()
