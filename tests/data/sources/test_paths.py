"""Files as sources: plain, packed, and what can't be read."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from sectorlead.data.errors import DataError, NoDataError, UnknownNameError
from sectorlead.data.sources import find_source
from sectorlead.data.sources.paths import Contents, FileSource, rows_of
from sectorlead.data.sources.source import SeriesInfo


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(DataError, match="can't be read"):
        find_source("yahoo:nowhere.csv").listing()


ROWS = [["Date", "Close"], ["2024-01-02", "1,5"]]
TEXT = 'Date,Close\n2024-01-02, "1,5"\n'


def test_a_file_is_read_as_it_stands_plain_or_packed(tmp_path: Path) -> None:
    plain, packed, archive = (tmp_path / name for name in ("a.csv", "b.csv", "c.zip"))
    plain.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    packed.write_bytes(gzip.compress(TEXT.encode()))  # whatever its name says
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("x.csv", TEXT)
    assert [rows_of(path) for path in (plain, packed, archive)] == [ROWS] * 3


def test_what_can_not_be_unpacked_says_so(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x.csv", TEXT)
        file.writestr("y.csv", TEXT)
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(TEXT.encode() * 100)[:40])
    for bad in (path, cut, tmp_path):
        with pytest.raises(DataError, match=f"{bad.name}: can't be read.*Give a CSV file"):
            rows_of(bad)


class Made(FileSource):
    """A source of two series, read once."""

    form, taxonomy = "made", "TEST"
    reads = 0

    def read(self) -> Contents:
        self.reads += 1
        days = pd.to_datetime(["2024-01-02", "2024-01-03"])
        bars = pd.DataFrame({"date": days, "close": [1.0, 2.0]})
        return Contents({"B": bars, "A": bars[:0]}, {"table": "first"})


def test_a_source_that_is_a_file_lists_reads_and_cuts() -> None:
    source = Made("some/where.csv#second part")
    assert source.name == "made:some/where.csv#second part"
    assert (source.path.name, source.part) == ("where.csv", "second part")
    assert source.listing() == (SeriesInfo("A", "A"), SeriesInfo("B", "B"))
    fetched = source.bars(SeriesInfo("B", "B"), pd.Timestamp("2024-01-03"))
    assert fetched.frame.to_dict("list") == {"date": [pd.Timestamp("2024-01-03")], "close": [2.0]}
    assert (fetched.vendor, fetched.parameters) == ("file", {"file": "where.csv", "table": "first"})
    with pytest.raises(NoDataError, match="no row of A"):
        source.bars(SeriesInfo("A", "A"))
    with pytest.raises(UnknownNameError, match=r"series of where.csv 'C'"):
        source.bars(SeriesInfo("C", "C"))
    assert source.reads == 1
