"""Files and frames as tables: which reader a file needs, and why some are refused."""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..bounds import allowed, check_columns, check_parquet, check_unpacked, in_words, path_of
from ..errors import DataError, ParameterError
from .column import Column, taken
from .delimited import read_text
from .headers import Layout, meaning
from .raw import FORMATS, Raw, shown, stem_of
from .workbook import read_workbook

REFUSED = {
    ".pkl": "a pickle runs code when it is opened", ".pickle": "a pickle runs code when it is opened",
    ".h5": "HDF5 is not read", ".hdf": "HDF5 is not read", ".json": "JSON is not read", ".zip": "archives are not read",
}  # fmt: skip
"""Endings of files that are not read, and why."""
_MAGIC = {b"PK\x03\x04": "sheets", b"\xd0\xcf\x11\xe0": "sheets", b"PAR1": "parquet", b"ARRO": "feather"}


def read_tables(path: Path) -> Iterator[Raw]:
    """The tables of a file: one, or one for each sheet of a workbook.

    Raises
    ------
    DataError
        The file can't be read, or holds no table.
    """
    path_of(path)
    name = shown(path)
    for ending, reason in REFUSED.items():
        if path.name.lower().endswith(ending):
            raise DataError(f"{path}: {reason}. Write frame.to_parquet(...) or frame.to_csv(...), and give that.")
    if not path.name.lower().endswith(FORMATS):
        raise DataError(f"{path}: unknown format. Give one of {', '.join(FORMATS)}.")
    try:
        there = path.is_file()
    except PermissionError:
        raise _not_allowed(path) from None
    if not there:
        raise DataError(f"{path}: no such file. Check the path; a relative one starts from the working directory.")
    try:
        with path.open("rb") as file:
            start = file.read(4)
        kind = _MAGIC.get(start, "text")
        if kind == "sheets":
            yield from read_workbook(path, name)
        elif kind in ("parquet", "feather"):
            yield _arrow_file(path, name, kind)
        elif path.name.lower().endswith((".parquet", ".feather", ".xlsx")):
            raise ValueError(f"it is no {path.suffix} file")
        else:
            yield read_text(path, name)
    except ParameterError:  # of the environment's bound: nothing is wrong with the file
        raise
    except DataError as error:
        if str(error).startswith(name):
            raise
        raise DataError(f"{name}: {error}") from None
    except PermissionError:
        raise _not_allowed(path) from None
    except MemoryError as error:
        raise _damaged(name, path, error) from None
    except (OSError, EOFError, ValueError, csv.Error, zlib.error) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise DataError(f"{name}: can't be read: {reason}. Is it complete, and in the form its name says?") from error


def _damaged(name: str, path: Path, error: MemoryError) -> DataError:
    """The error for a file that says it is larger than any may be; raises ``error`` where memory really is short."""
    asked = re.search(r"size (\d+)", str(error))
    if asked is None or int(asked[1]) <= allowed(path.stat().st_size):
        raise error
    told = f"a part of it says that it takes {in_words(int(asked[1]))}"
    return DataError(f"{name}: can't be read: {told}. Is it complete, and in the form its name says?")


def _not_allowed(path: Path) -> DataError:
    return DataError(f"{path}: no permission to read it. Name another file, or change who may read this one.")


def of_frame(frame: pd.DataFrame, name: str, symbol: str = "") -> Raw:
    """A frame as a table: its named index levels are columns, several levels of columns are header lines.

    Parameters
    ----------
    frame : DataFrame
    name : str
        What to call it in messages.
    symbol : str
        What to call a series that has no symbol.
    """
    index = frame.index
    plain = isinstance(index, pd.RangeIndex) or (index.nlevels == 1 and index.name is None and index.dtype.kind in "iu"
                                                 and not _compact_days(index))  # fmt: skip
    levels = [] if plain else [index.get_level_values(i) for i in range(index.nlevels)]
    heads = [[_word(index.names[i]) for i in range(len(levels))] for _ in range(frame.columns.nlevels)]
    if frame.columns.nlevels > 1:
        for k, level in enumerate(heads):
            level[:] = [_word(frame.columns.names[k])] + [""] * (len(levels) - 1) if levels else []
    lines = [
        (*heads[k], *(_word(key) for key in frame.columns.get_level_values(k))) for k in range(frame.columns.nlevels)
    ]
    columns = [
        *(Column(pd.Series(level)) for level in levels),
        *(Column(frame.iloc[:, i]) for i in range(frame.shape[1])),
    ]
    counts = [sum(bool(meaning(cell).field) for cell in line) for line in lines]
    main = counts.index(max(counts)) if lines else 0
    line = np.arange(len(frame), dtype=np.int64) + 1
    return Raw(name, symbol, "row", tuple(columns), Layout(0, tuple(lines), main), line, encoding="frame")


def _compact_days(index: pd.Index) -> bool:
    return bool(len(index)) and bool(((index >= 19_000_101) & (index <= 22_000_101)).all())


def _word(key: Any) -> str:
    return "" if key is None or (isinstance(key, float) and key != key) else str(key)


def _arrow_file(path: Path, name: str, kind: str) -> Raw:
    from pyarrow import parquet

    if kind == "parquet":
        texts = [each.name for each in parquet.read_schema(path) if str(each.type) in ("string", "large_string")]
        with parquet.ParquetFile(path, read_dictionary=texts) as file:
            given = file.schema_arrow.names
            count = file.metadata.num_rows
            check_columns(name, len(given))
            check_parquet(name, file.metadata, path.stat().st_size)
            # one at a time, so that there is never all of it twice
            columns = [taken([file.read(columns=[key]).column(0)])[0] for key in given]
    else:
        table = _feather(path, name)
        given, count, columns = table.column_names, table.num_rows, taken(table.columns)
    for key, column in zip(given, columns, strict=True):
        if len(column) != count:
            raise ValueError(f"column {key!r} has {len(column):,} rows, and the file says {count:,}")
    header = tuple("" if re.fullmatch(r"__index_level_\d+__", key) else key for key in given)
    nested = [key for key in header if key.startswith("('")]
    lines = tuple(zip(*(_levels(key) for key in header), strict=True)) if nested else (header,)
    counts = [sum(bool(meaning(cell).field) for cell in line) for line in lines]
    main = counts.index(max(counts)) if lines else 0
    line = np.arange(count, dtype=np.int64) + 1
    return Raw(name, stem_of(path.name), "row", tuple(columns), Layout(0, lines, main), line, encoding=kind)


def _feather(path: Path, name: str) -> Any:
    """The table of a Feather file, counted batch by batch."""
    size, held, batches = path.stat().st_size, 0, []
    with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as file:
        check_columns(name, len(file.schema))
        for i in range(file.num_record_batches):
            batches.append(file.get_batch(i))
            held += batches[-1].nbytes
            check_unpacked(name, held, size)
        return pa.Table.from_batches(batches, file.schema)


def _levels(key: str) -> tuple[str, str]:
    """The two levels of a name that pandas wrote as "('Close', 'XLK')"."""
    found = re.fullmatch(r"\('(.*)', '(.*)'\)", key)
    return (found[1], found[2]) if found else (key, "")
