"""CSV and JSON files of output folders: written the same way every time."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters of a text that a spreadsheet would read as a formula."""


def inert(text: str) -> str:
    """A text as a cell that no spreadsheet evaluates: one that begins like a formula gets an apostrophe before it."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def meant(cell: str) -> str:
    """The text of which ``inert`` made this cell."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell


def iso_days(sessions: pd.DatetimeIndex) -> list[str]:
    """Sessions as ISO dates."""
    return np.datetime_as_string(sessions.to_numpy().astype("M8[D]")).tolist() if len(sessions) else []


def or_none(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    """Numbers, with None for those that are not finite: blank in CSV, null in JSON."""
    return [value if math.isfinite(value) else None for value in values.tolist()]


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table: all digits, None blank, lines end in a line feed, so that the same rows give the same bytes.

    Texts, heads included, are made ``inert``; numbers stay as they are.

    Parameters
    ----------
    path : Path
    head : sequence of str
    rows : iterable of sequences
        As many cells as heads.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([inert(name) for name in head])
        writer.writerows([inert(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """An object, indented; the same content gives the same bytes.

    Parameters
    ----------
    path : Path
    content : dict
        Of values that JSON knows; a number that is not finite is an error (``plain`` makes it null).
    """
    path.write_text(
        json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8", newline="\n"
    )


def plain(value: Any) -> Any:
    """A value as JSON takes it: dates as ISO text, what is not finite as null, what it doesn't know as its text."""
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def write_frame(path: Path, table: pd.DataFrame) -> None:
    """A frame without its index; dates are days.

    Parameters
    ----------
    path : Path
    table : DataFrame
    """

    def cells(values: pd.Series) -> list[Any]:
        if values.dtype.kind == "M":
            return ["" if day == "NaT" else day for day in iso_days(pd.DatetimeIndex(values))]
        return or_none(values.to_numpy()) if values.dtype.kind == "f" else values.tolist()

    columns = [cells(table[name]) for name in table.columns]
    write_csv(path, [str(name) for name in table.columns], zip(*columns, strict=True))
