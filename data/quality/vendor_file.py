"""Files as vendors leave them, read without repairing anything: what is in them, and what is odd about them."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import DataError
from ..tidy.columns import COLUMNS, NUMBERS, TEXTS, Tidy
from ..tidy.read import FORMATS
from .columns import ADJUST_COLUMNS, EMPTY, Parsed, canonical, read_dates, read_numbers

Lines = NDArray[np.int64]


@dataclass(eq=False)
class VendorFile:
    """The rows of a file, and what a strict reader would refuse.

    Attributes
    ----------
    rows : Tidy
        Rows with a date and at least one price.
    renamed : dict of str to str
        Column of the file to column of the tidy form, where they differ.
    dates : Parsed
        How dates are written; of all rows below the header.
    undated, odd : list of (line, text)
        Rows without a readable date; rows that hold text where numbers belong.
    separated : int
        Cells with separators of thousands.
    headers : int
        Header lines.
    wide : bool
        One column per series.
    encoding : str
    header : tuple of str
        The names of the columns as they are.
    flags : dict of str to tuple of str
        Distinct values of the columns that say how prices were adjusted, by name.
    """

    rows: Tidy
    renamed: dict[str, str]
    dates: Parsed
    undated: list[tuple[int, str]] = field(default_factory=list)
    odd: list[tuple[int, str]] = field(default_factory=list)
    separated: int = 0
    headers: int = 1
    wide: bool = False
    encoding: str = "utf-8"
    header: tuple[str, ...] = ()
    flags: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_vendor_file(path: str | Path) -> VendorFile:
    """Read a file of bars as it is: names of columns are translated, nothing is repaired.

    Understood are the tidy form; Chinese columns as akshare returns them; one series without a symbol, which is then
    the name of the file; one column of closes per series; several header lines as yfinance writes them; dates in any
    common form; GBK. Parquet as well.

    Parameters
    ----------
    path : str or Path
        ``.csv``, ``.csv.gz`` or ``.parquet``.

    Raises
    ------
    DataError
        If the file can't be read at all, or has no column of dates or prices.
    """
    path = Path(path)
    if not path.name.lower().endswith(FORMATS):
        raise DataError(f"{path}: unknown format. Give one of {', '.join(FORMATS)}.")
    if not path.is_file():
        raise DataError(f"{path}: no such file.")
    cells, encoding = _cells(path)
    if len(cells) < 2:
        raise DataError(f"{path.name}: no row below the header. Give a file with at least one bar.")
    headers = _header_lines(cells)
    if headers == 0:
        raise DataError(f"{path.name}: no header line. Write the names of the columns above the first row.")
    if headers == len(cells):
        raise DataError(f"{path.name}: no row holds a date and a number. Is it a table of bars?")
    return _File(path, cells, headers, encoding).read()


def _cells(path: Path) -> tuple[list[list[str]], str]:
    """The file as lines of text cells."""
    try:
        if path.name.lower().endswith(".parquet"):
            frame = pd.read_parquet(path)
            if frame.index.names != [None]:
                frame = frame.reset_index()
            columns = [_texts(frame[key]) for key in frame]
            return [[str(key) for key in frame], *(list(row) for row in zip(*columns, strict=True))], "parquet"
        raw = path.read_bytes()
        if path.name.lower().endswith(".gz"):
            raw = gzip.decompress(raw)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        advice = "Is it complete, and in the form its name says?"
        raise DataError(f"{path.name}: can't be read: {error}. {advice}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(csv.reader(text.splitlines())), encoding
        except csv.Error as error:
            raise DataError(f"{path.name}: can't be read: {error}.") from error
    raise DataError(f"{path.name}: neither UTF-8 nor GBK text. Save it as UTF-8.")


def _texts(column: pd.Series) -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return ["" if pd.isna(value) else value.isoformat() for value in column]
    return ["" if value is None or value != value else repr(value) if isinstance(value, float) else str(value)
            for value in column.tolist()]  # fmt: skip


def _header_lines(cells: Sequence[Sequence[str]]) -> int:
    """How many lines come before the first row: the names of the columns, and what yfinance writes below them."""
    if any(not np.isnat(day) for day in read_dates(cells[0]).days):
        return 0
    lines = 1
    while lines < len(cells):
        if any(_is_number(cell) for cell in cells[lines][1:]) and not _names_tickers(cells[lines]):
            break
        lines += 1
    return lines


def _names_tickers(line: Sequence[str]) -> bool:
    """Whether a line is a second header; tickers may be numbers."""
    return line[0].strip().lower() in ("ticker", "tickers")


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\s*[-+]?(\d[\d,]*\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", text))


class _File:
    """One file on its way to a ``VendorFile``."""

    def __init__(self, path: Path, cells: list[list[str]], headers: int, encoding: str) -> None:
        self.path, self.headers, self.encoding = path, headers, encoding
        self.header = [name.strip() for name in cells[0]]
        width = len(self.header)
        self.above = [(row + [""] * width)[:width] for row in cells[1:headers]]
        filled = [i for i in range(headers, len(cells)) if any(cell.strip() for cell in cells[i])]
        self.line = np.array(filled, dtype=np.int64) + 1
        self.body = [(cells[i] + [""] * width)[:width] for i in filled]

    def column(self, position: int) -> list[str]:
        return [row[position] for row in self.body]

    def read(self) -> VendorFile:
        names = [canonical(name) for name in self.header]
        at = self._date_column(names)
        dates = read_dates(self.column(at))
        used = {at}
        if names.count("close") > 1 or "close" not in names:
            parts, texts, renamed, used = self._wide(at, names)
        else:
            first = {name: names.index(name) for name in dict.fromkeys(names) if name}
            parts, texts = self._long(first)
            renamed = {self.header[i]: key for key, i in first.items() if self.header[i] != key}
            used |= set(first.values())
        return self._assembled(dates, parts, texts, renamed, used)

    def _date_column(self, names: Sequence[str]) -> int:
        if "date" in names:
            return names.index("date")
        for i, name in enumerate(self.header):
            sample = [row[i] for row in self.body[:20]]
            if (not name or i == 0) and not np.isnat(read_dates(sample).days).all():
                return i
        raise DataError(
            f"{self.path.name}: no column of dates; found: {', '.join(self.header)}. Name it date (or 日期)."
        )

    def _long(self, first: dict[str, int]) -> tuple[list[tuple[Any, dict[str, int]]], dict[str, list[str]]]:
        """One row per date and symbol; without a column of symbols one series."""
        texts = {key: self.column(first[key]) for key in TEXTS if key in first}
        if "symbol" in first:
            symbols: Any = [text.strip() for text in self.column(first["symbol"])]
        else:
            symbols = self._only_symbol()
        return [(symbols, {key: first[key] for key in NUMBERS if key in first})], texts

    def _only_symbol(self) -> str:
        """The ticker that a second header line names, or the name of the file."""
        for row in self.above:
            named = {cell.strip() for cell in row[1:] if cell.strip()}
            if len(named) == 1:
                return named.pop()
        stem = self.path.name
        for ending in (*sorted(FORMATS, key=len, reverse=True), ".csv"):
            stem = stem.removesuffix(ending)
        return stem

    def _wide(
        self, at: int, names: Sequence[str]
    ) -> tuple[list[tuple[Any, dict[str, int]]], dict[str, list[str]], dict[str, str], set[int]]:
        """Several columns per series under two header lines (field, ticker), or a column of closes per series."""
        columns = [i for i in range(len(self.header)) if i != at and self._is_numeric(i)]
        nothing = DataError(f"{self.path.name}: no column of closes; found: {', '.join(self.header)}. Name it close.")
        if not columns:
            raise nothing
        tickers = next((row for row in self.above if any(cell.strip() for cell in row[1:])), None)
        if tickers is not None and any(names[i] for i in columns):
            by_ticker: dict[str, dict[str, int]] = {}
            for i in columns:
                if names[i] in NUMBERS:
                    by_ticker.setdefault(tickers[i].strip(), {})[names[i]] = i
            parts = [(ticker, found) for ticker, found in by_ticker.items() if "close" in found]
            if not parts:
                raise nothing
            return parts, {}, {}, {at} | {i for _, found in parts for i in found.values()}
        parts = [(self.header[i] or f"column {i + 1}", {"close": i}) for i in columns]
        renamed = {} if self.header[at] == "date" else {self.header[at] or "(no name)": "date"}
        return parts, {}, renamed, {at, *columns}

    def _is_numeric(self, position: int) -> bool:
        sample = [row[position] for row in self.body[:: max(1, len(self.body) // 50)]]
        return sum(_is_number(text) for text in sample) > len(sample) / 2

    def _assembled(
        self,
        dates: Parsed,
        parts: list[tuple[Any, dict[str, int]]],
        texts: dict[str, list[str]],
        renamed: dict[str, str],
        used: set[int],
    ) -> VendorFile:
        count = len(self.body)
        numbers = {i: read_numbers(self.column(i)) for _, found in parts for i in found.values()}
        odd = np.zeros(count, dtype=np.bool_)
        for each in numbers.values():
            odd |= each.broken
        undated = np.isnat(dates.days)
        values = {
            key: np.concatenate([
                numbers[found[key]].floats if key in found else np.full(count, 1.0 if key == "adj_factor" else np.nan)
                for _, found in parts
            ])
            for key in NUMBERS
        }  # fmt: skip
        symbols = np.concatenate([np.full(count, who, dtype=object) if isinstance(who, str) else np.array(who, object)
                                  for who, _ in parts])  # fmt: skip
        keep = np.tile(~undated & ~odd, len(parts)) & ~np.isnan(values["close"])
        if not keep.any():
            raise DataError(f"{self.path.name}: no row has a date and a close. First row: {self.body[0]}.")
        wide = len(parts) > 1
        each_text = {key: pd.factorize(_blank(column)) for key, column in texts.items()} if not wide else {}
        dated, date = np.unique(np.tile(dates.days, len(parts))[keep], return_inverse=True)
        named, symbol = np.unique(symbols[keep].astype(str), return_inverse=True)
        rows = Tidy(
            self.path.name, "line", np.tile(self.line, len(parts))[keep], pd.DatetimeIndex(dated), date,
            tuple(named.tolist()), symbol, {key: each[keep] for key, each in values.items()},
            {key: (code[keep], np.asarray(distinct, dtype=object)) for key, (code, distinct) in each_text.items()},
            tuple(name for i, name in enumerate(self.header) if i not in used and name not in COLUMNS),
        )  # fmt: skip
        return VendorFile(
            rows, renamed, dates,
            undated=self._shown(undated), odd=self._shown(odd & ~undated),
            separated=sum(each.separated for each in numbers.values()),
            headers=self.headers, wide=wide, encoding=self.encoding, header=tuple(self.header),
            flags={
                name: tuple(sorted({text.strip() for text in self.column(i)}))
                for i, name in enumerate(self.header)
                if name.lower() in ADJUST_COLUMNS
            },
        )  # fmt: skip

    def _shown(self, flags: NDArray[np.bool_]) -> list[tuple[int, str]]:
        return [(int(self.line[i]), ",".join(self.body[i])) for i in np.flatnonzero(flags)]


def _blank(texts: Sequence[str]) -> pd.Series:
    return pd.Series([None if text.strip().lower() in EMPTY else text.strip() for text in texts], dtype=object)
