"""A table as columns below header lines, before anything is known of what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from .column import Column
from .headers import DATE_LIKE, Layout
from .names import FOOTERS

TEXTS = (".csv", ".txt", ".tsv")
FORMATS = (*TEXTS, *(f"{ending}.gz" for ending in TEXTS), ".xlsx", ".xls", ".parquet", ".feather")


@dataclass(frozen=True, eq=False)
class Raw:
    """Columns of one table, R rows each, as they stand.

    Attributes
    ----------
    file, stem : str
        The file and its folder, for messages; its name without its ending.
    place : str
        What ``line`` counts: "line" of a text, "row" of anything else.
    columns : tuple of Column
    layout : Layout
        The header lines; none in a table without names.
    titles : tuple of str
        Lines above them.
    line : int64 array of shape (R,)
    footers : tuple of str
        What stands below the table and is no row of it.
    short : tuple of (line, text)
        Lines with another number of fields than the header.
    encoding, decimal : str
    """

    file: str
    stem: str
    place: str
    columns: tuple[Column, ...]
    layout: Layout
    line: NDArray[np.int64]
    titles: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    short: tuple[tuple[int, int, str], ...] = ()
    encoding: str = "utf-8"
    decimal: str = "."


def shown(path: Path) -> str:
    """A file and its folder, for a report: enough to tell one ``bars.csv`` from another, and no path of a machine."""
    return f"{path.resolve().parent.name}/{path.name}"


def stem_of(name: str) -> str:
    """The name of a file without the ending that says its form."""
    small = name.lower()
    ending = next((each for each in sorted(FORMATS, key=len, reverse=True) if small.endswith(each)), "")
    return name[: len(name) - len(ending)] if ending else name.partition(".")[0]


def is_footer(cells: Sequence[str]) -> bool:
    """Whether a line says where the data come from, rather than being data."""
    said = [cell for cell in cells if cell.strip()]
    return 0 < len(said) <= 2 and not DATE_LIKE.match(said[0]) and bool(FOOTERS.search(" ".join(said)))


def no_rows(name: str, lines: Sequence[Sequence[str]]) -> DataError:
    """The error for a file in which no line is a bar.

    Parameters
    ----------
    name : str
        Of the file.
    lines : sequence of sequences of str
        Its first cells.
    """
    if len(lines) <= 1:
        return DataError(f"{name}: no row below the header. Give a file with at least one bar.")
    begins = ",".join(lines[0])[:80]
    return DataError(f"{name}: no row holds a date and a number; it begins with {begins!r}. Is it a table of bars?")
