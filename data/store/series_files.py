"""The Parquet files of one series: one per vintage, bars with what they are and which answer completed them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..tidy.columns import NUMBERS, SPECIAL, TEXTS, Tidy
from .durable import replace_file
from .vintages import Bars, content_hash, named

Part = tuple[Bars, dict[str, Any]]
"""Bars of a vintage, and its metadata: ``source``, ``symbol``, ``name``, ``group``, ``kind``, ``known_from``, ``board``
and ``last_date`` (if there is one), ``rows``, ``first``, ``last``, ``origins`` (what ``Bars.origin`` points to) and
``fetch`` (the last answer, see ``Store.provenance``)."""

_KEY = b"sectorlead"
_DAMAGED = "The file was damaged from outside; delete the folder of this series and fetch it again"


def vintages_in(folder: Path) -> tuple[int, ...]:
    """Numbers of the vintages in the folder of a series, ascending; none if there is no folder."""
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return tuple(sorted(int(name[:-8]) for name in names if name.endswith(".parquet") and name[:-8].isdigit()))


def write_part(folder: Path, vintage: int, bars: Bars, about: Mapping[str, Any]) -> None:
    """Write a vintage, or put a longer one in its place.

    Parameters
    ----------
    folder : Path
        Of the series.
    vintage : int
        From 1.
    bars : Bars
        At least one.
    about : mapping
        The metadata of ``Part``, but for rows, first and last.
    """
    import pyarrow as pa
    from pyarrow import parquet

    meta = {**about, "rows": len(bars), "first": str(bars.days[0]), "last": str(bars.days[-1])}
    columns: dict[str, Any] = {"date": pa.array(bars.days.astype(np.int64).astype(np.int32), pa.date32())}
    columns |= named(bars.numbers) | {"fetch": bars.fetch, "origin": bars.origin}
    table = pa.table(columns, metadata={_KEY: json.dumps(meta, ensure_ascii=False).encode()})

    def write(path: Path) -> None:
        parquet.write_table(table, path, compression="none", use_dictionary=["fetch", "origin"])

    replace_file(_path(folder, vintage), write)


def read_part(folder: Path, vintage: int | None = None) -> Part:
    """A vintage, by default the newest, which must be there.

    Parameters
    ----------
    folder : Path
        Of the series.
    vintage : int, optional
        Default: the newest.

    Returns
    -------
    tuple of (Bars, dict)
        Bars and metadata, see ``Part``.

    Raises
    ------
    DataError
        The file can't be read, or its bars are not those that its hash was made of.
    """
    from pyarrow import ArrowException, parquet

    path = _path(folder, vintage or vintages_in(folder)[-1])
    try:
        with parquet.ParquetFile(path) as file:
            table = file.read(use_threads=False)
        meta = json.loads(table.schema.metadata[_KEY])
        days, fetch, origin = (table.column(key).to_numpy() for key in ("date", "fetch", "origin"))
        numbers = np.full((len(NUMBERS) + 1, len(days)), np.nan)
        for row, key in enumerate((*NUMBERS, SPECIAL)):
            if key in NUMBERS or key in table.column_names:
                numbers[row] = table.column(key).to_numpy()
        bars = Bars(days.astype("M8[D]"), numbers, fetch, origin)
        sound = content_hash(bars.days, bars.numbers) == meta["fetch"]["content"]
    except (ArrowException, OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: can't be read: {error}. {_DAMAGED}") from error
    if not sound:
        raise DataError(f"{path}: its bars are not those that were stored. {_DAMAGED}")
    return bars, meta


def read_about(folder: Path) -> dict[str, Any]:
    """The metadata of the newest vintage, which must be there; the bars are not read."""
    from pyarrow import ArrowException, parquet

    path = _path(folder, vintages_in(folder)[-1])
    try:
        meta: dict[str, Any] = json.loads(parquet.read_metadata(path).metadata[_KEY])
    except (ArrowException, OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: can't be read: {error}. {_DAMAGED}") from error
    return meta


def _path(folder: Path, vintage: int) -> Path:
    return folder / f"{vintage:04d}.parquet"


def tidy_of(parts: Mapping[str, Part], file: str) -> Tidy:
    """Rows of stored series in the tidy form, by symbol and date, not checked yet.

    Parameters
    ----------
    parts : mapping of symbol to Part
        At least one, ascending.
    file : str
        What messages call their origin.
    """
    bars, about = [part[0] for part in parts.values()], [part[1] for part in parts.values()]
    number = np.concatenate([each.days for each in bars]).astype(np.int64)
    base = int(number.min())
    seen = np.zeros(int(number.max()) - base + 1, dtype=bool)  # a table of days is ten times as fast as a sort
    seen[number - base] = True
    position = np.cumsum(seen) - 1
    numbers = np.concatenate([each.numbers for each in bars], axis=1)
    symbol = np.repeat(np.arange(len(bars)), [len(each) for each in bars])
    texts = {}
    for key in TEXTS:
        labels = np.array([each.get(key) for each in about], dtype=object)
        codes = np.array([-1 if label is None else i for i, label in enumerate(labels)])
        texts[key] = (codes[symbol], labels)
    return Tidy(
        file=file,
        place="row",
        line=np.arange(1, len(number) + 1),
        dates=pd.DatetimeIndex((np.flatnonzero(seen) + base).astype("M8[D]").astype("M8[ns]")),
        date=position[number - base],
        symbols=tuple(parts),
        symbol=symbol,
        values=named(numbers),
        texts=texts,
        unused=(),
    )
