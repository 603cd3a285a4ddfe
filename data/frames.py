"""Wide frames, sessions x symbols, laid over each other by date and by the text of the symbol."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .errors import DataError
from .types import Floats

_SHOWN = 3


def sessions_of(index: pd.Index, what: str) -> pd.DatetimeIndex:
    """The sessions that label the rows of a frame.

    Parameters
    ----------
    index : Index
        Of dates, tz-naive midnights; their order and repetition are not looked at.
    what : str
        What is labelled, for the message.

    Returns
    -------
    DatetimeIndex

    Raises
    ------
    DataError
        For anything else; says how to make dates of it.
    """
    if isinstance(index, pd.MultiIndex):
        raise DataError(
            f"{what}: its rows have {index.nlevels} levels, {list(index.names)!r}; make it wide, a row per "
            "session and a column per symbol: frame.unstack(), or read long data with sectorlead.load"
        )
    if isinstance(index, pd.PeriodIndex):
        raise DataError(f"{what}: its rows are periods; name their sessions: frame.index = frame.index.to_timestamp()")
    if not isinstance(index, pd.DatetimeIndex):
        first = repr(index[0]) if len(index) else "nothing"
        raise DataError(
            f"{what}: its rows are labelled by {index.dtype} ({first}, ...), not by dates; convert them: "
            "frame.index = pd.to_datetime(frame.index)"
        )
    if index.tz is not None:
        raise DataError(
            f"{what}: its dates carry the time zone {index.tz}; make them plain: "
            "frame.index = frame.index.tz_localize(None).normalize()"
        )
    timed = index != index.normalize()
    if timed.any():
        raise DataError(
            f"{what}: its dates carry a time of day, {index[timed][0]}; make them midnights: "
            "frame.index = frame.index.normalize()"
        )
    return index


def symbols_of(columns: pd.Index, what: str) -> tuple[str, ...]:
    """The symbols that label the columns of a frame, as texts: 801010 and "801010" are one.

    Parameters
    ----------
    columns : Index
    what : str
        What is labelled, for the message.

    Raises
    ------
    DataError
        For columns of several levels, and for symbols given twice.
    """
    if isinstance(columns, pd.MultiIndex):
        first = columns[0][0] if len(columns) else "Close"
        raise DataError(
            f"{what}: its columns have {columns.nlevels} levels, {list(columns.names)!r}, as yfinance writes them; "
            f"give one field at a time: frame[{first!r}]"
        )
    symbols = tuple(map(str, columns))
    doubled = sorted({symbol for symbol in symbols if symbols.count(symbol) > 1})
    if doubled:
        raise DataError(f"{what}: symbols given twice: {', '.join(doubled[:5])}")
    return symbols


def laid_over(
    frame: pd.DataFrame, sessions: pd.DatetimeIndex, symbols: tuple[str, ...], what: str
) -> tuple[Floats, str]:
    """A frame by the sessions and symbols of another one, and a note where it says nothing of some of them.

    Parameters
    ----------
    frame : DataFrame
        Numbers; sessions x symbols.
    sessions : DatetimeIndex of length T
    symbols : tuple of str, of length N
    what : str
        What it is, for messages.

    Returns
    -------
    array of shape (T, N)
        NaN where the frame says nothing.
    str
        "" where it says something of every symbol.

    Raises
    ------
    DataError
        When it has no session or no symbol in common with the others, or its labels can't be used.
    """
    rows, columns = sessions_of(frame.index, what), symbols_of(frame.columns, what)
    if not rows.is_unique:
        raise DataError(f"{what}: session given twice: {rows[rows.duplicated()][0]:%F}")
    there = [symbol for symbol in symbols if symbol in set(columns)]
    if not there:
        raise DataError(
            f"{what}: none of its columns ({_few(columns)}) is a symbol of close ({_few(symbols)}); name them alike"
        )
    _check_sessions(rows, sessions, what)
    named = frame.set_axis(list(columns), axis=1).set_axis(rows, axis=0)
    values = named.reindex(index=sessions, columns=list(symbols)).to_numpy(np.float64)
    missing = [symbol for symbol in symbols if symbol not in set(there)]
    note = f"{what} says nothing of {len(missing)} of {len(symbols)} symbols: {_few(missing)}" if missing else ""
    return values, note


def line_over(line: pd.Series, sessions: pd.DatetimeIndex, what: str) -> Floats:
    """A series by the sessions of a frame, shape (T,), NaN where it says nothing; errors as ``laid_over``.

    Parameters
    ----------
    line : Series
        Numbers by date.
    sessions : DatetimeIndex of length T
    what : str
        What it is, for messages.
    """
    rows = sessions_of(line.index, what)
    if not rows.is_unique:
        raise DataError(f"{what}: session given twice: {rows[rows.duplicated()][0]:%F}")
    _check_sessions(rows, sessions, what)
    values: Floats = line.set_axis(rows).reindex(sessions).to_numpy(np.float64)
    return values


def _check_sessions(rows: pd.DatetimeIndex, sessions: pd.DatetimeIndex, what: str) -> None:
    if not len(rows.intersection(sessions)):
        span = f"{rows.min():%F} to {rows.max():%F}" if len(rows) else "it is empty"
        raise DataError(
            f"{what}: none of its sessions ({span}) is one of close ({sessions.min():%F} to {sessions.max():%F})"
        )


def _few(names: Any) -> str:
    names = list(names)
    return ", ".join(map(str, names[:_SHOWN])) + (", ..." if len(names) > _SHOWN else "")
