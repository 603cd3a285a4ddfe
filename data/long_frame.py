"""A long frame in the tidy form as the arrays of a panel; strict, unlike ``load``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .bars import BARS, PRICES
from .benchmark import bars_alone, earlier_bars
from .errors import DataError, UnknownNameError
from .fields import check_lag, lagged
from .frames import sessions_of
from .types import Floats

_NUMBERS = (*BARS, "adj_factor")
_LABELS = {"name": "names", "group": "groups", "kind": "kinds", "board": "boards"}
_DAYS = ("known_from", "last_date")
COLUMNS = ("date", "symbol", *_NUMBERS, *_LABELS, *_DAYS)
_LOAD = "sectorlead.load(frame) reads other forms"


def arrays_of(
    frame: pd.DataFrame, benchmark: str | None, lags: Mapping[str, int]
) -> tuple[pd.DatetimeIndex, tuple[str, ...], dict[str, Any], Mapping[str, Any] | None]:
    """Sessions, symbols and the other arguments of ``Panel``, and those of ``Benchmark``.

    Parameters
    ----------
    frame : DataFrame
    benchmark : str or None
    lags : mapping of str to int
        Columns that are fields, each with its lag in sessions.

    Raises
    ------
    DataError, UnknownNameError
        As ``Panel.from_frame``.
    """
    long = _flat(frame, lags)
    dates = sessions_of(pd.Index(long["date"]), "frame: column date")
    texts = long["symbol"]
    odd = ~texts.map(lambda each: isinstance(each, str) and each.strip() == each != "")
    if odd.any():
        raise DataError(
            f"frame: symbols must be text, the first that is none is {str(texts[odd].iloc[0])!r}. Write codes with "
            'their zeros: frame["symbol"].astype(str).str.zfill(6)'
        )
    symbols = tuple(sorted(set(texts)))
    if benchmark is not None and benchmark not in symbols:
        raise UnknownNameError("benchmark", benchmark, symbols)
    twice = long.duplicated(["date", "symbol"])
    if twice.any():
        row = long[twice].iloc[0]
        raise DataError(f"frame: {row['symbol']} comes twice on {row['date']:%F}, {int(twice.sum()):,} rows in all")
    traded = tuple(symbol for symbol in symbols if symbol != benchmark)
    quoted = long["close"].notna() & texts.isin(traded)
    sessions = pd.DatetimeIndex(np.unique(dates[quoted.to_numpy()]))
    if not len(sessions):
        raise DataError("frame: no row of a tradable series has a close")
    at, code = sessions.get_indexer(dates), pd.Index(symbols).get_indexer(pd.Index(texts))
    inside = at >= 0
    grids = {}
    for key in (key for key in _NUMBERS if key in long):
        grid = np.full((len(sessions), len(symbols)), 1.0 if key == "adj_factor" else np.nan)
        grid[at[inside], code[inside]] = _floats(long, key)[inside]
        grids[key] = grid
    mine = [symbols.index(symbol) for symbol in traded]
    arrays: dict[str, Any] = {key: grid[:, mine] for key, grid in grids.items()}
    arrays["fields"] = {}
    for key, lag in lags.items():
        check_lag(key, lag)
        days = pd.DatetimeIndex(np.unique(dates[dates < sessions[0]]))[-lag:] if lag else sessions[:0]
        place: NDArray[np.intp] = np.asarray(days.append(sessions).get_indexer(dates), np.intp)
        grid = np.full((len(days) + len(sessions), len(symbols)), np.nan)
        grid[place[place >= 0], code[place >= 0]] = _floats(long, key)[place >= 0]
        arrays["fields"][key] = lagged(grid[len(days) :, mine], lag, key, grid[: len(days), mine])
    for key, name in _LABELS.items():
        if key in long:
            said = _said(long, key)
            arrays[name] = tuple(said.get(symbol) or _blank(key, symbol) for symbol in traded)
    for key in (key for key in _DAYS if key in long):
        said = _said(long, key)
        arrays[key] = [said.get(symbol) for symbol in traded]
    if benchmark is None:
        return sessions, traded, arrays, None
    k = symbols.index(benchmark)
    line = {key: grids[key][:, k] if key in grids else np.full(len(sessions), np.nan) for key in BARS}
    factor = grids["adj_factor"][:, k] if "adj_factor" in grids else np.ones(len(sessions))
    line |= {key: line[key] * factor for key in ("open", "high", "low", "close")}
    name = _said(long, "name").get(benchmark, benchmark) if "name" in long else benchmark
    own = long[(texts == benchmark).to_numpy() & long["close"].notna().to_numpy()].set_index("date").sort_index()
    bars = own[[key for key in BARS if key in own]].astype(np.float64)
    if "adj_factor" in own:
        prices = [key for key in PRICES if key in bars]
        bars[prices] = bars[prices].mul(own["adj_factor"].astype(np.float64), axis=0)
    earlier, note = earlier_bars(bars, sessions)
    arrays["notes"] = (f"benchmark {benchmark} {note}",) if note else ()
    own_days = {"earlier": earlier, "alone": bars_alone(bars, sessions)}
    return sessions, traded, arrays, {"symbol": benchmark, "name": name, **line, **own_days}


def _floats(long: pd.DataFrame, key: str) -> Floats:
    """A column that must hold numbers."""
    values = long[key]
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        raise DataError(f"frame: {key} must be numbers, was {values.dtype}. Convert it: pd.to_numeric(frame[{key!r}])")
    return np.asarray(values.to_numpy(np.float64, na_value=np.nan))


def _flat(frame: pd.DataFrame, fields: Collection[str]) -> pd.DataFrame:
    """The frame with date and symbol as columns."""
    if isinstance(frame.columns, pd.MultiIndex):
        raise DataError(f"frame: its columns have {frame.columns.nlevels} levels; {_LOAD}, yfinance's among them")
    named = [name for name in frame.index.names if name is not None]
    long = frame.reset_index() if set(named) & {"date", "symbol"} else frame
    missing = [key for key in ("date", "symbol", "close") if key not in long]
    if missing:
        found = ", ".join(map(str, long.columns))
        raise DataError(f"frame: no column {', '.join(missing)}; found: {found}. Rename them, or: {_LOAD}")
    for key in fields:
        if key not in long:
            raise UnknownNameError("field", key, [str(each) for each in long.columns if each not in COLUMNS])
    strange = [str(key) for key in long.columns if key not in COLUMNS and key not in fields]
    if strange:
        raise DataError(
            f"frame: column {strange[0]!r} is not known; known: {', '.join(COLUMNS)}. If it holds numbers that come "
            f"along, say so: fields={strange!r}; or drop it: frame.drop(columns={strange!r}); or: {_LOAD}"
        )
    return long


def _said(long: pd.DataFrame, key: str) -> dict[str, Any]:
    """The one value of a label by symbol."""
    part = long[["symbol", key]].dropna().drop_duplicates()
    twice = part["symbol"][part["symbol"].duplicated()]
    if len(twice) and key != "name":
        raise DataError(f"frame: {key} of {twice.iloc[0]} changes; it must be the same in all rows of a symbol")
    return dict(zip(part["symbol"], part[key], strict=True))


def _blank(key: str, symbol: str) -> str:
    return {"name": symbol, "kind": "index"}.get(key, "")
