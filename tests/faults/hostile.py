"""Small files that become large, and numbers, dates and names far out: each is refused, with its limit."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import feather, parquet

DAYS = pd.bdate_range("2024-01-01", periods=60).strftime("%Y-%m-%d")
MUCH = 2_000_000_000  # bytes, unpacked


def _gz(path: Path) -> None:
    member = gzip.compress(b"2020-01-02,A,10\n" * 1_000_000, 9, mtime=0)
    head = gzip.compress(b"date,symbol,close\n", mtime=0)
    path.write_bytes(head + member * (MUCH // 16_000_000))


def _gz_of_nothing(path: Path) -> None:
    path.write_bytes(gzip.compress(b"date,symbol,close\n2020-01-02,A,10\n") + gzip.compress(bytes(16_000_000)) * 125)


def _parquet(path: Path) -> None:
    rows = 1_000_000
    columns = {"date": np.full(rows, np.datetime64("2020-01-02", "D")), "symbol": ["A"] * rows}
    table = pa.table(columns | {f"f{i}": np.full(rows, 1.0) for i in range(12)} | {"close": np.full(rows, 1.0)})
    with parquet.ParquetWriter(path, table.schema, compression="zstd") as writer:
        for _ in range(4):
            writer.write_table(table)


def _feather(path: Path) -> None:
    table = pa.table({"date": np.full(1_000_000, np.datetime64("2020-01-02", "D")), "close": np.full(1_000_000, 1.0)})
    feather.write_feather(pa.concat_tables([table] * 30), str(path), compression="zstd")


def _sheet(path: Path, tail: bytes, blanks: int = 0) -> None:
    pd.DataFrame({"date": DAYS, "symbol": "A", "close": 1.0}).to_excel(path, index=False)
    with zipfile.ZipFile(path) as good:
        parts = {each.filename: good.read(each) for each in good.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in parts.items():
            with made.open(name, "w", force_zip64=True) as part:
                if not name.endswith("sheet1.xml"):
                    part.write(content)
                    continue
                before, mark, after = content.partition(b"</sheetData>")
                part.write(before + tail)
                for _ in range(blanks):
                    part.write(b" " * 1_000_000)
                part.write(mark + after)


def _corner(path: Path) -> None:
    _sheet(path, b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def _blanks(path: Path) -> None:
    _sheet(path, b"", blanks=300)


def _scattered(path: Path) -> None:
    days = np.arange("1950-01-01", "1999-01-01", dtype="M8[D]").astype(str)
    path.write_text("date,symbol,close\n" + "".join(f"{day},S{i},1\n" for i, day in enumerate(days)))


def _wide(path: Path) -> None:
    path.write_text("date" + "".join(f",S{i}" for i in range(300_000)) + "\n2020-01-02" + ",1" * 300_000 + "\n")


def _columns(path: Path) -> None:
    parquet.write_table(pa.table({"date": DAYS[:1]} | {f"S{i}": [1.0] for i in range(20_001)}), path)


def _bars(close: str, day: str = "") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        rows = [f"{each},{symbol},{close}\n" for symbol in "AB" for each in ([day] if day else DAYS)]
        path.write_text("date,symbol,close\n" + "".join(rows))

    return write


def _cells(**columns: object) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        pd.DataFrame({"date": DAYS, "symbol": "A", "close": 1.0, **columns}).to_parquet(path)

    return write


def _toml(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text) and None


STRATEGY = '\n[[strategies]]\nname = "momentum"\n'
DATA: dict[str, tuple[Callable[[Path], None], str]] = {
    "unpacks.csv.gz": (_gz, "the limit is 256 MB"),
    "nothing.csv.gz": (_gz_of_nothing, ""),
    "becomes.parquet": (_parquet, "the limit is 256 MB"),
    "becomes.feather": (_feather, "the limit is 256 MB"),
    "corner.xlsx": (_corner, "the limit is 256 MB"),
    "blanks.xlsx": (_blanks, "the limit is 256 MB"),
    "scattered.csv": (_scattered, "the limit is 256 MB"),
    "wide.csv": (_wide, "131,072 bytes, the limit"),
    "columns.parquet": (_columns, "20,002 columns; the limit is 20,000"),
    "denormal.csv": (_bars("5e-324"), "close must be from 1e-09 to 1e+12"),
    "huge.csv": (_bars("1e308"), "close must be from 1e-09 to 1e+12"),
    "digits.csv": (_bars("9" * 400), "close must be finite"),
    "early.csv": (_bars("1", "1700-01-04"), "dates from 1850 to 2139"),
    "late.csv": (_bars("1", "9999-12-31"), "dates from 1850 to 2139"),
    "symbols.parquet": (_cells(symbol=[["A", "B"]] * 60), "a cell is one text, number or date"),
    "closes.parquet": (_cells(close=[[1.0]] * 60), "a cell is one text, number or date"),
    "names.parquet": (_cells(name=[{"a": 1}] * 60), "a cell is one text, number or date"),
}
"""Files of bars, with what their error says."""
STUDIES: dict[str, tuple[Callable[[Path], None], str]] = {
    "deep.toml": (_toml(f"x = {'[' * 20_000}{']' * 20_000}"), "more than 32 deep; that is the limit"),
    "tables.toml": (_toml("x = " + "{a=" * 40 + "1" + "}" * 40), "more than 32 deep; that is the limit"),
    "dotted.toml": (_toml(f"a{'.a' * 100_000} = 1"), "line 1 has a name of more than 32 parts; that is the limit"),
    "quoted.toml": (_toml('\n"a"' + " . 'a'" * 50_000 + " = 1"), "line 2 has a name of more than 32 parts"),
    "long.toml": (_toml("#" + "x" * 5_000_000), "more than 1.0 MB, the limit"),
    "digits.toml": (_toml(f"[run]\ncash = {'9' * 400}{STRATEGY}"), "cash is a whole number beyond 64 bits"),
    "more.toml": (_toml(f"[run]\ncash = {'9' * 5_000}{STRATEGY}"), "a whole number beyond 64 bits"),
    "hex.toml": (_toml(f"[run]\ncash = 0x{'f' * 5_000}{STRATEGY}"), "cash is a whole number beyond 64 bits"),
    "nul.toml": (_toml(f'[data]\npath = "a\\u0000.csv"{STRATEGY}'), "can't hold the sign NUL"),
    "path.toml": (_toml(f'[data]\npath = "{"a" * 10_000}.csv"{STRATEGY}'), "10,004 signs; the limit is 4,096"),
    "name.toml": (_toml(f'[data]\npath = "{"a" * 300}.csv"{STRATEGY}'), "the limit is 255 bytes"),
    "book.toml": (_toml(f'[market]\nrulebook = "{"a" * 300}.toml"{STRATEGY}'), "the limit is 255 bytes"),
    "seeds.toml": (_toml(f"[compare]\nseeds = 1000000000{STRATEGY}{STRATEGY}label='b'"), "from 20 to 10,000"),
    "bootstrap.toml": (_toml(f"[compare]\nbootstrap = 1000000000000{STRATEGY}{STRATEGY}label='b'"), "100 to 100,000"),
}
"""Studies."""
