"""Files that say what series are called, or which group they belong to."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlead.data.errors import InputError


def read_labels(path: str | Path, column: str) -> dict[str, str]:
    """A label for each symbol, from a CSV file with the columns ``symbol`` and ``column``.

    Parameters
    ----------
    path : str or Path
    column : str
        "name" or "group".

    Raises
    ------
    InputError
        No such file, no such columns, or a symbol that comes twice.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    missing = [name for name in ("symbol", column) if name not in table.columns]
    if missing:
        have = ", ".join(map(str, table.columns))
        raise InputError(f"{path} must have the columns symbol and {column}; it has {have}")
    twice = table.loc[table["symbol"].duplicated(), "symbol"]
    if len(twice):
        raise InputError(f"{path} has {twice.iloc[0]} twice; leave one of them out")
    return dict(zip(table["symbol"], table[column], strict=True))
