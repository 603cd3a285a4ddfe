"""Files of bars: what is read alike, and what is refused with its line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import InputError
from sectorlead.data.load import load

from ..files import SMALL, refused, write

HEAD = "date,symbol,open,high,low,close,volume,adj_factor\n"


GOOD = "2024-01-02,000300,5,6,4,5,100,1\n"


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_row_order_and_format_carry_no_meaning(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("order")
    frame = pd.read_csv(write(folder, SMALL), dtype={"symbol": str, "known_from": str})
    mixed = frame.sample(frac=1, random_state=seed)
    mixed.to_csv(folder / "a.csv.gz", index=False)
    mixed.assign(date=pd.to_datetime(mixed["date"])).to_parquet(folder / "b.parquet")
    mixed.set_index(["symbol", "date"]).to_parquet(folder / "c.parquet")
    (folder / "d.csv").write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").replace("-", "").encode() + b"\r\n")
    expected = load(folder / "bars.csv", "000300").content_hash
    assert [load(path, "000300").content_hash for path in sorted(folder.glob("?.*"))] == [expected] * 4


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            "2024-01-02,000300,5,6,4,5,100,1",
            "a date and symbol must come only once; 2 rows break this, "
            "first: line 2 (2024-01-02 000300 close 5); line 4 (2024-01-02 000300 close 5). Keep one row of each.",
        ),
        (
            "02/01/2024,000300,5,6,4,5,100,1",
            "dates must be written alike, ISO as in most rows; 1 row breaks this, "
            "first: line 4 (date '02/01/2024' symbol '000300'). Rewrite them in one form",
        ),
        ("2024-01-32,000300,5,6,4,5,100,1", "first: line 4 (date '2024-01-32'"),
        ("2024-01-03 15:00,000300,5,6,4,5,100,1", "first: line 4 (date '2024-01-03 15:00'"),
        ("2024-01-03T00:00:00+08:00,000300,5,6,4,5,100,1", "dates must be written alike"),
        ("0204-01-03,000300,5,6,4,5,100,1", "dates must be dates from 1850 to 2139, such as 2020-01-31; 1 row"),
        (",000300,5,6,4,5,100,1", "first: line 4 (date empty symbol '000300')"),
        ("2024-01-03,,5,6,4,5,100,1", "first: line 4 (date '2024-01-03' symbol empty)"),
        ('2024-01-03,000300,5,6,4,"39,75",100,1', "close must be a number; 1 row breaks this, first: line 4 (date"),
        ("2024-01-03,000300,5,6,4,?,100,1", "close '?'"),
        ("2024-01-03,000300,5,6,4,True,100,1", "close must be a number"),
        ("2024-01-03,000300,5,6,4,-5,100,1", "close must be > 0; 1 row breaks this, first: line 4 (2024-01"),
        ("2024-01-03,000300,0,6,4,5,100,1", "open must be > 0"),
        ("2024-01-03,000300,5,6,4,inf,100,1", "close must be finite"),
        ("2024-01-03,000300,5,1e999,4,5,100,1", "high must be finite"),
        ("2024-01-03,000300,5,3,4,5,100,1", "first: line 4 (2024-01-03 000300 open 5 high 3 low 4 close 5)"),
        ("2024-01-03,000300,5,4.9,4,4.5,100,1", "high must not lie below open or close"),
        ("2024-01-03,000300,5,6,4.6,4.5,100,1", "low must not lie above open or close"),
        ("2024-01-03,000300,5,6,4,,100,1", "open, high and low must be given only where there is a close"),
        ("2024-01-03,000300,5,6,,5,100,1", "open, high and low must be given together, or none of them"),
        ("2024-01-03,000300,5,6,4,5,-1,1", "volume must be finite and >= 0"),
        ("2024-01-03,000300,5,6,4,5,100,", "adj_factor must be finite and > 0 on every bar; 1 row breaks this"),
        (
            "2024-01-03,000300,5,6",
            "a line must have as many fields as the header, 8; 1 row breaks this, first: line 4 (4 fields). Complete",
        ),
        ('2024-01-03,"000300",5,6', "first: line 4 (4 fields)"),
        ('"2024-01-03,000300,5,6,4,5,100,1"', "first: line 4 (1 field)"),
        (",,,,,,", "first: line 4 (7 fields)"),
        ("2024-01-03,000300,5,6,4,5,100,1,9", "first: line 4 (9 fields)"),
    ],
)  # fmt: skip
def test_rows_that_are_refused(tmp_path: Path, row: str, says: str) -> None:
    path = write(tmp_path, f"{HEAD}{GOOD}\n{row}\n")
    text = refused(path)
    assert text.startswith(f"{tmp_path.name}/bars.csv: ")
    assert says in text
    path.write_text(HEAD + GOOD, encoding="utf-8")
    assert load(path).shape == (1, 1)


def test_only_rows_that_come_twice_are_told(tmp_path: Path) -> None:
    rows = GOOD + GOOD.replace("02,000300", "03,000300") + GOOD
    said = "2 rows break this, first: line 2 (2024-01-02 000300 close 5); line 4 ("
    assert said in refused(write(tmp_path, HEAD + rows))


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    whole = HEAD + GOOD + "\n2024-01-03,000300,5,6,4,5,100,1"
    assert load(write(tmp_path, whole)).shape == (2, 1)
    last = whole.rindex("\n") + 1
    for end in range(last + 1, whole.rindex(",") + 1):
        for text in (whole[:end], whole[:end].replace("000300", '"000300"')):
            assert "1 row breaks this, first: line 4 (" in refused(write(tmp_path, text.replace("\n", "\r\n")))
    assert load(write(tmp_path, whole[:last])).shape == (1, 1)


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("funds", "index"):
        (tmp_path / folder).mkdir()
    good, bad = write(tmp_path / "funds", HEAD + GOOD), write(tmp_path / "index", HEAD + GOOD + GOOD)
    assert refused(good, f"{bad}:000300").startswith("index/bars.csv: a date and symbol must come only once")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no row below the header; the file is empty"),
        ("Date,Open,Value\n2024-01-02,1,2\n", 'no column of closes; found: Date, Open, Value. Say which one it is'),
        ("date,symbol,close\n", "no row below the header"),
        ("date,symbol,close\n\n\n", "no row below the header"),
        ("date,symbol,close,close\n2024-01-02,A,1,2\n", "column close comes twice"),
        ("date,symbol,open,close\n2024-01-02,A,1,2\n", "of open, high, low only open"),
        ("date,symbol,close\n2024-01-02,A,\n", "no row has a close and a date"),
        ("date,symbol,close\n2024-01-02,A,1,7\n2024-01-03,A,1,\n", "2 rows break this, first: line 2 (4 fields)"),
        ("date,symbol,close,kind\n2024-01-02,A,1,fund\n", "unknown kind of series 'fund'"),
        ("date,symbol,close,known_from\n2024-01-02,A,1,soon\n", "known_from of A is 'soon'. Write an ISO date"),
        ("date,symbol,close,last_date\n2024-01-02,A,1,late\n", "last_date of A is 'late'. Write an ISO date"),
        ("date,symbol,close,last_date\n2024-01-02,A,1,2024-01-01\n", "2024-01-02 A (last_date 2024-01-01). Correct"),
        (
            "date,symbol,close,known_from\n2024-01-02,A,1,20150105\n2024-01-03,A,1,2015-01-05 00:00:00\n"
            "2024-01-04,A,1,2015-01-06 00:00:00\n",
            "first: line 2 (A known_from 2015-01-05); line 4 (A known_from 2015-01-06)",
        ),
        (
            "date,symbol,close,group\n2024-01-02,A,1,g\n2024-01-03,A,1,g\n2024-01-04,A,1,h\n",
            "group must be the same in all rows of a symbol; 2 rows break this, "
            "first: line 2 (A group g); line 4 (A group h)",
        ),
        (
            "date,symbol,close,board\n2024-01-02,A,1,star\n2024-01-03,A,1,\n2024-01-04,A,1,main\n",
            "board must be the same in all rows of a symbol; 2 rows break this, "
            "first: line 2 (A board star); line 4 (A board main)",
        ),
        (
            "date,symbol,close,st\n2024-01-02,A,1,1\n2024-01-03,A,1,ST\n2024-01-04,A,1,2\n",
            "st must be 0 or 1, or true or false; 2 rows break this, "
            "first: line 3 (date '2024-01-03' symbol 'A' st 'ST'); line 4",
        ),
    ],
)  # fmt: skip
def test_files_that_are_refused(tmp_path: Path, text: str, says: str) -> None:
    assert says in refused(write(tmp_path, text))


def test_files_that_are_none(tmp_path: Path) -> None:
    assert "absent.csv: no such file. Check the path" in refused(tmp_path / "absent.csv")
    assert f"{tmp_path}: a folder without a file that is read (nothing)" in refused(tmp_path)
    assert "bars.xlsx: can't be read: it is no .xlsx file" in refused(write(tmp_path, SMALL, "bars.xlsx"))
    assert "unknown format. Give one of .csv, " in refused(write(tmp_path, SMALL, "bars.docx"))
    assert "a pickle runs code when it is opened. Write frame.to_parquet" in refused(write(tmp_path, SMALL, "bars.pkl"))
    whole = gzip.compress(SMALL.encode() * 50)
    for name, content in (("cut.csv.gz", whole[: len(whole) // 2]), ("no.csv.gz", b"plain"), ("no.parquet", b"PAR1")):
        (tmp_path / name).write_bytes(content)
        assert f"{name}: can't be read" in refused(tmp_path / name)


def test_parquet_that_lost_its_leading_zeros(tmp_path: Path) -> None:
    frame = pd.DataFrame({"date": ["2024-01-02"], "symbol": [300], "close": [1.0]})
    frame.to_parquet(tmp_path / "bars.parquet")
    assert "symbols must be text" in refused(tmp_path / "bars.parquet")
    frame.assign(symbol="000300", close=[-1.0]).to_parquet(tmp_path / "bars.parquet")
    assert "first: row 1 (2024-01-02 000300 close -1)" in refused(tmp_path / "bars.parquet")
    noon = pd.Timestamp("2024-01-02 16:00", tz="UTC")
    frame.assign(symbol="000300", date=noon).to_parquet(tmp_path / "bars.parquet")
    assert 'Say where the sessions are: dates="Asia/Shanghai"' in refused(tmp_path / "bars.parquet")
    shanghai = load(tmp_path / "bars.parquet", dates="Asia/Shanghai").sessions
    assert shanghai.strftime("%F").tolist() == ["2024-01-03"]


LEFT_OPEN = {
    "159915.csv.gz": 'units={"volume": "lots"}',
    "510050.csv.gz": 'units={"volume": "lots"}',
    "510880.csv.gz": 'units={"volume": "lots"}',
    "512400.csv.gz": 'units={"volume": "lots"}',
    "515030.csv.gz": 'units={"volume": "lots"}',
    "sw_industry_list.csv.gz": "no column of dates",
    "edwinleck_XLK_yahoo_page_export.csv.gz": "Dividend",
    "ovesa_XLK_yfinance_multiheader.csv.gz": "auto_adjust",
}
"""What is said of files of ``dirty`` that are not read as they are."""


def test_files_as_their_publishers_left_them(shared_data: Path) -> None:
    paths = sorted((shared_data / "dirty").rglob("*.gz"))
    assert len(paths) > 10
    for path in paths:
        if path.name in LEFT_OPEN:
            assert LEFT_OPEN[path.name] in refused(path)
        else:
            assert load(path).shape[0] > 1_000


def test_forward_adjusted_prices_below_zero(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "dirty" / "etf_qfq" / "510880.csv.gz"
    text = gzip.decompress(source.read_bytes()).decode().replace(",code\n", ",symbol\n", 1)
    with pytest.raises(InputError, match="must be > 0"):
        load(write(tmp_path, text), units={"volume": "lots"})


def test_a_parquet_file_whose_counts_contradict_its_columns_is_refused(tmp_path: Path) -> None:
    """Every byte of the footer that may be the count of rows is another number once."""
    days = pd.bdate_range("2024-01-02", periods=60)
    close = [1.0 + k / 60 for k in range(60)]
    frame = pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "symbol": "512480", "close": close})
    frame.to_parquet(tmp_path / "bars.parquet")
    content = (tmp_path / "bars.parquet").read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    told = []
    for at in range(footer, len(content) - 8):
        if content[at] != 120:  # 60 as Thrift writes it
            continue
        (tmp_path / "bars.parquet").write_bytes(content[:at] + b"\x00" + content[at + 1 :])
        try:
            load(tmp_path / "bars.parquet")
        except InputError as error:
            told.append(str(error))
    assert any("column 'date' has 60 rows, and the file says 0" in text for text in told)
