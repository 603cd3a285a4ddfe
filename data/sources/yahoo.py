"""Price files from Yahoo as people have them: the old download, a copy of the page, or written by yfinance."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import DataError
from .adjustment import quotient_factor
from .paths import Contents, FileSource, rows_of

_COLUMNS = {"open": "open", "high": "high", "low": "low", "close": "close", "adj close": "adjusted", "volume": "volume"}
_EVENT = re.compile(r"dividend|split|capital gain", re.IGNORECASE)
_NOTHING = {"", "-", "null", "nan", "none", "n/a"}


def read_yahoo(path: str | Path, symbol: str = "") -> Contents:
    """Bars of a file, oldest first.

    Three forms are known: ``Date,Open,High,Low,Close,Adj Close,Volume``; the page's table, with "Dec 30, 2024",
    thousands separators, newest first, and rows of dividends between (which are left out: the factor holds them); and
    yfinance's three header rows ``Price / Ticker / Date``.

    ``close`` is Yahoo's: adjusted for splits, not for dividends. ``adj_factor`` follows from ``Adj Close``; without
    such a column there is none, and the prices are what they are (yfinance's are adjusted for everything, as a rule).

    Parameters
    ----------
    path : str or Path
    symbol : str, optional
        What to call the series; default: the name in the file, else the file's name up to the first dot.

    Raises
    ------
    DataError
        Another form, a date or a number that is none, a date that comes twice.
    """
    path = Path(path)
    rows = [[cell.strip() for cell in cells] for cells in rows_of(path)]
    tables, first = _tables(path.name, rows, symbol or path.name.split(".")[0])
    body = [(number, cells) for number, cells in enumerate(rows[first:], first + 1) if any(cells)]
    events = [number for number, cells in body if any(_EVENT.search(cell) for cell in cells[1:])]
    bars = [(number, cells) for number, cells in body if number not in set(events)]
    days = [_day(path.name, number, cells[0]) for number, cells in bars]
    frames = {}
    for name, columns in tables.items():
        values = {
            ours: np.array([_number(path.name, number, cells, at) for number, cells in bars])
            for ours, at in columns.items()
        }
        frames[name] = _frame(path.name, pd.DatetimeIndex(days, dtype="datetime64[ns]"), values)
    return Contents(frames, {"left out": f"{len(events)} rows of dividends and splits"} if events else {})


def _tables(name: str, rows: list[list[str]], symbol: str) -> tuple[dict[str, dict[str, int]], int]:
    """Symbol -> our column -> position, and the first row below the header."""
    heads = [row[0].lower() if row else "" for row in rows[:3]]
    if heads == ["price", "ticker", "date"]:
        found: dict[str, dict[str, int]] = {}
        for at, (column, ticker) in enumerate(zip(rows[0][1:], rows[1][1:], strict=False), 1):
            found.setdefault(ticker, {})[_COLUMNS.get(_plain(column), "")] = at
        first = 3
    else:
        found = {symbol: {_COLUMNS.get(_plain(column), ""): at for at, column in enumerate(rows[0] if rows else [])}}
        first = 1
        if heads[:1] != ["date"]:
            found = {}
    if not found or any("close" not in columns for columns in found.values()):
        shown = ",".join(rows[0])[:80] if rows else "nothing"
        raise DataError(f"{name}: not a form of Yahoo's that is known; begins with {shown!r}. Needed: Date and Close.")
    return {key: {ours: at for ours, at in columns.items() if ours} for key, columns in found.items()}, first


def _plain(column: str) -> str:
    return column.lower().strip(" *")


def _day(name: str, number: int, text: str) -> pd.Timestamp:
    for form, part in (("%Y-%m-%d", text[:10]), ("%b %d, %Y", text)):
        day = pd.to_datetime(part, format=form, errors="coerce")
        if not pd.isna(day):
            return pd.Timestamp(day)
    raise DataError(f"{name}: line {number}: {text!r} is no date like 2024-12-30 or Dec 30, 2024.")


def _number(name: str, number: int, cells: list[str], at: int) -> float:
    text = cells[at].replace(",", "") if at < len(cells) else ""
    if text.lower() in _NOTHING:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        raise DataError(f"{name}: line {number}: {cells[at]!r} is no number.") from None


def _frame(name: str, days: pd.DatetimeIndex, values: dict[str, np.ndarray]) -> pd.DataFrame:
    frame = pd.DataFrame({"date": days} | values)
    frame = frame[frame["close"].notna()].sort_values("date", ignore_index=True)
    twice = frame["date"][frame["date"].duplicated()]
    if len(twice):
        raise DataError(f"{name}: {twice.iloc[0]:%F} comes twice. Keep one row per date.")
    if "adjusted" in frame:
        frame["adj_factor"] = _factor(name, frame["close"].to_numpy(), frame.pop("adjusted").to_numpy())
    return frame[[key for key in ("date", "open", "high", "low", "close", "volume", "adj_factor") if key in frame]]


def _factor(name: str, close: np.ndarray, adjusted: np.ndarray) -> np.ndarray:
    """Yahoo multiplies; closes are single-precision numbers or rounded to cents."""
    if not (np.isfinite(adjusted).all() and (close > 0).all()):
        raise DataError(f"{name}: Adj Close must be given wherever there is a Close, and prices must be above 0.")
    coarse = 0.01 if np.allclose(close, np.round(close, 2), rtol=0, atol=1e-9) else 0.0
    tolerance = max(coarse, 1e-6 * float(close.max()))
    return quotient_factor(close, adjusted, tolerance)


class Yahoo(FileSource):
    """Series of a file from Yahoo; ``PATH#XLK`` says what to call the one of a file that does not name it."""

    form = "yahoo"
    taxonomy = "Yahoo tickers"

    def read(self) -> Contents:
        """All series of the file."""
        return read_yahoo(self.path, self.part)
