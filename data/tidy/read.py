"""Files of market data into rows: what the publisher wrote, refused where it can't be taken as it is."""

from __future__ import annotations

import csv
import gzip
import io
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..bars import PRICES
from ..dates import to_dates
from ..errors import DataError
from ..types import Floats
from .columns import COLUMNS, NEEDED, NUMBERS, SHOWN, SPECIAL, TEXTS, Tidy, broken_rows

FORMATS = (".csv", ".csv.gz", ".parquet")

_TRUTHS = {"1": 1.0, "1.0": 1.0, "true": 1.0, "0": 0.0, "0.0": 0.0, "false": 0.0}
_MISSING = ["", "NaN", "nan", "NA", "null", "None"]


def read_tidy(path: str | Path) -> Tidy:
    """Read a long file of bars.

    Parameters
    ----------
    path : str or Path
        ``.csv``, ``.csv.gz`` (UTF-8, comma, one header line) or ``.parquet``. ``date, symbol, close`` are needed,
        ``open, high, low, volume, amount, adj_factor, st, name, group, kind, known_from, board`` optional. Symbols are
        text: ``000300`` stays as it is.

    Raises
    ------
    DataError
        For a file that can't be read, misses a column, has no row, has a line with fewer fields than its header, or
        holds text where a date or a number must be.
    """
    path = Path(path)
    name = shown(path)
    place = "row" if path.name.lower().endswith(".parquet") else "line"
    header, frame = _read(path)
    lines = np.arange(len(frame), dtype=np.int64) + (2 if place == "line" else 1)
    filled = np.flatnonzero(frame.notna().to_numpy().any(axis=1))
    if len(filled) < len(frame):  # blank lines
        frame, lines = frame.iloc[filled], lines[filled]
    if frame.empty:
        raise DataError(f"{name}: no row below the header. Give a file with at least one bar.")

    def fail(broken: NDArray[np.bool_], column: str, rule: str, advice: str) -> DataError:
        first = frame.loc[broken, list(dict.fromkeys(("date", "symbol", column)))].head(SHOWN)
        texts = [" ".join(f"{key} {_quoted(x)}" for key, x in row.items()) for _, row in first.iterrows()]
        return broken_rows(name, place, lines[broken], texts, rule, advice)

    values = {}
    for key in NUMBERS:
        if key not in frame:
            values[key] = np.full(len(frame), 1.0 if key == "adj_factor" else np.nan)
            continue
        values[key], broken = _numbers(frame[key])
        if broken.any():
            advice = "Write plain numbers without separators or units, or nothing"
            raise fail(broken, key, f"{key} must be a number", advice)

    if SPECIAL in frame:
        values[SPECIAL], broken = _truths(frame[SPECIAL])
        if broken.any():
            advice = "Write 1 under special treatment, 0 if not, and nothing where it is not known"
            raise fail(broken, SPECIAL, f"{SPECIAL} must be 0 or 1, or true or false", advice)

    code, unique = _keys(frame["symbol"])
    good = np.array([isinstance(x, str) and x == x.strip() != "" for x in unique] + [False])
    if not good[code].all():
        advice = 'Store codes as text, with their leading zeros: frame["symbol"].astype(str).str.zfill(6)'
        raise fail(~good[code], "symbol", "symbols must be text without blanks around it", advice)
    symbols, symbol = _ascending(code, unique.astype(object))

    code, unique = _keys(frame["date"])
    parsed = to_dates(unique)
    good = np.append(~np.isnat(parsed), False)
    if not good[code].all():
        rule = "dates must be ISO dates without time or time zone, such as 2020-01-31"
        raise fail(~good[code], "date", rule, "Rewrite them in that form")
    dates, date = _ascending(code, parsed)

    texts = {key: _keys(frame[key]) for key in TEXTS if key in frame}
    if "known_from" in texts:
        texts["known_from"] = _spelt_alike(*texts["known_from"])
    return Tidy(
        name, place, lines, pd.DatetimeIndex(dates), date, tuple(symbols), symbol, values, texts,
        tuple(key for key in header if key not in COLUMNS),
    )  # fmt: skip


def shown(path: Path) -> str:
    """A file and its folder, for a report: enough to tell one ``bars.csv`` from another, and no path of a machine."""
    return f"{path.resolve().parent.name}/{path.name}"


def _read(path: Path) -> tuple[list[str], pd.DataFrame]:
    """The header, and the frame of the known columns; text and dates as they stand in the file."""
    name = shown(path)
    if path.is_dir():
        raise DataError(f"{path}: a directory, not a file. Give one file in it: {', '.join(FORMATS)}.")
    if not name.lower().endswith(FORMATS):
        raise DataError(f"{path}: unknown format. Give one of {', '.join(FORMATS)}.")
    if not path.is_file():
        raise DataError(f"{path}: no such file. Check the path; a relative one starts from the working directory.")
    try:
        if name.lower().endswith(".parquet"):
            from pyarrow import parquet

            header = list(parquet.read_schema(path).names)
            _check_header(name, header)
            frame = pd.read_parquet(path, columns=[key for key in header if key in COLUMNS])
            if frame.index.names != [None]:
                frame = frame.reset_index()
        else:
            content = path.read_bytes()
            text = (gzip.decompress(content) if name.lower().endswith(".gz") else content).decode("utf-8-sig")
            header = next(_records(text), [])
            _check_header(name, header)
            frame = _read_csv(text)
            _check_lengths(name, header, text)
    except DataError:
        raise
    except UnicodeDecodeError as error:
        raise DataError(f"{name}: not UTF-8 text ({error}). If it is GBK: iconv -f GBK -t UTF-8 OLD > NEW.") from error
    except (OSError, EOFError, ValueError, csv.Error, zlib.error, pd.errors.ParserWarning) as error:
        reason = str(error).strip()
        raise DataError(f"{name}: can't be read: {reason}. Is it complete, and in the form its name says?") from error
    return header, frame[[key for key in header if key in COLUMNS]]


def _read_csv(text: str) -> pd.DataFrame:
    texts = ("date", "symbol", SPECIAL, *TEXTS)
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # rows longer than the header would lose their ends
        return pd.read_csv(
            io.StringIO(text),
            engine="c",
            index_col=False,
            skip_blank_lines=False,  # or line numbers would not be those of the file
            low_memory=False,
            dtype=dict.fromkeys(texts, str),
            keep_default_na=False,  # NA is a symbol, too
            na_values=dict.fromkeys(NUMBERS, _MISSING) | {key: [""] for key in texts},
        )


def _check_header(name: str, header: list[str]) -> None:
    """Raise ``DataError`` if a needed column is missing, one comes twice, or open, high, low are not all or none."""
    missing = [key for key in NEEDED if key not in header]
    prices = [key for key in PRICES[:3] if key in header]
    twice = [key for key in COLUMNS if header.count(key) > 1]
    found = f"found: {', '.join(header) or 'nothing'}"
    if missing:
        optional = ", ".join(key for key in COLUMNS if key not in NEEDED)
        raise DataError(
            f"{name}: no column {', '.join(missing)}; {found}. Needed, in a row per date and symbol: "
            f"{', '.join(NEEDED)}; optional: {optional}. Rename or reshape the columns."
        )
    if twice:
        raise DataError(f"{name}: column {', '.join(twice)} comes twice; {found}. Keep one of each.")
    if len(prices) in (1, 2):
        raise DataError(f"{name}: of open, high, low only {', '.join(prices)}; {found}. Give all three or none.")


def _check_lengths(name: str, header: list[str], text: str) -> None:
    """Raise ``DataError`` if a line that is not blank has fewer fields than the header: pandas would fill it up."""
    if '"' in text:
        fields = [len(record) for record in _records(text)]
    else:  # several times as fast
        fields = [line.count(b",") + 1 if line else 0 for line in text.encode().splitlines()]  # str has more line ends
    short = np.flatnonzero((np.array(fields) < len(header)) & (np.array(fields) > 0))
    if len(short):
        texts = [f"{fields[i]} field{'s' * (fields[i] > 1)}" for i in short[:SHOWN]]
        rule = f"a line must have as many fields as the header, {len(header)}"
        advice = "Complete these lines; keep the commas around a field that is empty"
        raise broken_rows(name, "line", short + 1, texts, rule, advice)


def _records(text: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""))


def _numbers(column: pd.Series) -> tuple[Floats, NDArray[np.bool_]]:
    """Values as float64, NaN where empty, and where there is something that is not a number."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return np.full(len(column), np.nan), column.notna().to_numpy()
    numbers = column
    if not pd.api.types.is_numeric_dtype(column.dtype):
        numbers = pd.to_numeric(column, errors="coerce")
    values = numbers.to_numpy(np.float64, na_value=np.nan)
    return values, np.isnan(values) & column.notna().to_numpy()


def _truths(column: pd.Series) -> tuple[Floats, NDArray[np.bool_]]:
    """1 for what says true, 0 for false, NaN where empty, and where there is anything else."""
    code, unique = _keys(column)
    words = np.array([_TRUTHS.get(str(value).strip().lower(), np.nan) for value in unique] + [np.nan])
    return words[code], np.isnan(words[code]) & (code >= 0)


def _keys(column: pd.Series) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Position of each value in the distinct ones (-1 where empty), and these."""
    code, unique = pd.factorize(column)
    return code, np.asarray(unique) if isinstance(unique, pd.DatetimeIndex) else np.asarray(unique, dtype=object)


def _spelt_alike(code: NDArray[np.intp], values: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Code and distinct values with every date as 2020-01-31, with midnight or not; what is no date stays as it is."""
    days = to_dates(values)
    texts = [str(x) if np.isnat(day) else str(day.astype("M8[D]")) for x, day in zip(values, days, strict=True)]
    again, distinct = pd.factorize(np.array(texts, dtype=object))
    return np.append(again, -1)[code], distinct


def _ascending(code: NDArray[np.intp], values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Distinct values in ascending order, and the code in terms of them."""
    ordered, position = np.unique(values, return_inverse=True)
    return ordered, position[code]


def _quoted(value: Any) -> str:
    return "empty" if pd.isna(value) else repr(value) if isinstance(value, str) else str(value)
