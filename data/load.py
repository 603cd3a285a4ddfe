"""Market data from files: ``load``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .panel import Panel
from .tidy.assemble import assemble, split
from .tidy.read import read_tidy, shown


def load(path: str | Path, benchmark: str | None = None, *, start: Any = None, end: Any = None) -> Panel:
    """A panel from a long, tidy file.

    The sessions are the dates on which at least one tradable series has a bar; a series without a row has no bar there
    (NaN). The order of rows means nothing. Whatever was left out is told in ``Panel.notes``; nothing is repaired.

    Parameters
    ----------
    path : str or Path
        ``.csv``, ``.csv.gz`` or ``.parquet`` with the columns ``date, symbol, close`` and any of ``open, high, low``
        (all three or none), ``volume`` (units), ``amount`` (currency), ``adj_factor`` (default 1), ``name``, ``group``,
        ``kind`` ("index", the default, "etf" or "stock"), ``known_from``, ``board`` (see ``Panel``), ``st`` (1 or true
        in a session under special treatment; empty: as before). Dates are ISO, prices unadjusted. All four prices
        empty: no bar.
    benchmark : str, optional
        A symbol of the same file, which is then not a tradable series, or ``PATH:SYMBOL``. A six-digit code also finds
        the one symbol it begins, as ``399006`` finds ``399006.SZ``. Sessions before its first or after its last bar are
        left out; a bar it lacks in between is NaN. Its prices are multiplied by its ``adj_factor``.
    start, end : date, optional
        First and last date of the panel, both included. Nothing before ``start`` is kept to warm up an indicator: a run
        has a start of its own.

    Raises
    ------
    DataError
        A file that can't be used: names the file, the rule, the first offending rows and what to do.
    UnknownNameError
        A benchmark that is not there: names the nearest symbol.
    ParameterError
        ``start`` or ``end`` is not a date, or the two are in the wrong order.
    """
    path = Path(path)
    traded, against = split(read_tidy(path), benchmark, path)
    return assemble(traded.check(), against, shown(path), start, end)
