"""Series that are named beside the data: a symbol of them, one of another file, or one that a store holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from ..bars import BARS, PRICES
from ..bounds import path_of
from ..errors import DataError, ParameterError, UnknownNameError
from .columns import Tidy
from .options import ReadOptions
from .read import read_tidy, shown

INDEX = "index"  # the source whose series are benchmarks of others


class Shelf(Protocol):
    """Where fetched series are held: a ``Store``."""

    def symbols(self, source: str) -> tuple[str, ...]:
        """What is held of a source."""
        ...

    def sources(self) -> tuple[str, ...]:
        """Sources of which anything is held."""
        ...

    def tidy(self, source: str, symbols: Iterable[str] | None = None) -> Tidy:
        """The bars of these series.

        Parameters
        ----------
        source : str
        symbols : iterable of str, optional
            Only these; default: all.
        """
        ...


def series_of(code: str, table: Tidy, store: Shelf | None = None) -> pd.DataFrame:
    """The bars of the series that a text names, prices multiplied by their factor, by date.

    Parameters
    ----------
    code : str
        A symbol of the table, ``PATH:SYMBOL``, ``SOURCE:SYMBOL`` of what a store holds, or a code that it holds from
        the source ``index``.
    table : Tidy
    store : Shelf, optional

    Returns
    -------
    DataFrame
        ``open, high, low, close, volume, amount``; ``attrs["name"]`` is what to call it.

    Raises
    ------
    UnknownNameError
        It is in none of these; names what is there.
    DataError
        No such file.
    """
    source, _, symbol = code.rpartition(":")
    held = store.sources() if store is not None else ()
    if store is not None and source in held:
        return _named(store.tidy(source, [_known(symbol, store.symbols(source))]), f"{source}:{symbol}")
    path, symbol = elsewhere(code, "proxy")
    if path is not None:
        rows = read_tidy(path, ReadOptions())
        return _named(_only(rows, _known(symbol, rows.symbols)), f"{shown(path)}:{symbol}")
    own = one_of(code, table.symbols)
    if own is None and store is not None and one_of(code, store.symbols(INDEX)) is not None:
        found = _known(code, store.symbols(INDEX))
        return _named(store.tidy(INDEX, [found]), f"{INDEX}:{found}")
    if own is None:
        raise UnknownNameError("proxy", code, (*table.symbols, *(f"{each}:SYMBOL" for each in held)))
    return _named(_only(table, own), own)


def _known(symbol: str, symbols: Sequence[str]) -> str:
    found = one_of(symbol, symbols)
    if found is None:
        raise UnknownNameError("proxy", symbol, symbols)
    return found


def _only(rows: Tidy, symbol: str) -> Tidy:
    return rows.of(np.array([each == symbol for each in rows.symbols]))


def _named(rows: Tidy, name: str) -> pd.DataFrame:
    rows = rows.check()
    if not rows.has_bar.any():
        raise DataError(f"{rows.file}: {name} has no bar")
    bars = adjusted(rows.on(rows.dates[np.unique(rows.date[rows.has_bar])]))
    bars.attrs["name"] = name
    return bars


def one_of(code: str, symbols: Sequence[str]) -> str | None:
    """``code``, or the one symbol that it begins; None if there is none.

    Parameters
    ----------
    code : str
    symbols : sequence of str
    """
    if code in symbols:
        return code
    try:
        return completed(code, symbols)
    except UnknownNameError:
        return None


def elsewhere(named: str, what: str = "benchmark") -> tuple[Path | None, str]:
    """``PATH:SYMBOL`` as a path and a symbol, or no path; the last colon counts that has a file before it.

    Parameters
    ----------
    named : str
    what : str
        What it is, for messages.
    """
    path_of(named)
    for i in reversed([i for i, letter in enumerate(named) if letter == ":"]):
        if Path(named[:i]).is_file():
            return Path(named[:i]), named[i + 1 :]
    if Path(named).is_file():
        raise ParameterError(f"{what} {named!r} is a file; say which of its series: PATH:SYMBOL")
    before, colon, _ = named.rpartition(":")
    if colon and ("/" in before or "." in before):
        raise DataError(f"{before}: no such file. Name a symbol of the panel's file or PATH:SYMBOL.")
    return None, named


def completed(code: str, known: Sequence[str]) -> str:
    """The one symbol that is ``code`` and a suffix.

    Parameters
    ----------
    code : str
        Of a benchmark.
    known : sequence of str

    Raises
    ------
    UnknownNameError
        None is, or several.
    """
    found = [symbol for symbol in known if len(code) == 6 and code.isdigit() and symbol.startswith(f"{code}.")]
    if len(found) != 1:
        raise UnknownNameError("benchmark", code, found or known)
    return found[0]


def adjusted(rows: Tidy) -> pd.DataFrame:
    """The bars of a file's only series by date, prices multiplied by its factor."""
    factor = rows.grid("adj_factor")[:, 0]
    return pd.DataFrame({key: rows.grid(key)[:, 0] * (factor if key in PRICES else 1.0) for key in BARS}, rows.dates)
