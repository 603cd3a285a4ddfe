"""Workbooks into columns: the sheets of an xlsx or xls file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from .column import Column
from .headers import LOOKED_AT, layout
from .raw import Raw, is_footer, no_rows, stem_of
from .workbook_size import check_workbook


def read_workbook(path: Path, name: str) -> Iterator[Raw]:
    """A table for each sheet that holds anything.

    Parameters
    ----------
    path : Path
    name : str
        What to call it in messages.

    Raises
    ------
    DataError
        No sheet holds anything, or the reader of workbooks is not installed.
    ValueError
        It is no workbook.
    """
    try:
        from python_calamine import CalamineError, load_workbook
    except ImportError:
        raise DataError(f"{name}: workbooks need python-calamine: pip install python-calamine") from None
    check_workbook(path, name)
    try:
        book = load_workbook(str(path))
        found = [(sheet, book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)) for sheet in book.sheet_names]
    except CalamineError as error:
        raise ValueError(str(error)) from None
    except BaseException as error:  # what its reader, in Rust, did not foresee comes as no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError(f"it is damaged ({str(error)[:80]})") from None
    filled = [(sheet, rows) for sheet, rows in found if any(cell not in ("", None) for row in rows for cell in row)]
    if not filled:
        raise DataError(f"{name}: no row below the header. Give a file with at least one bar.")
    for sheet, rows in filled:
        several = len(filled) > 1
        yield of_cells(rows, f"{name}, sheet {sheet}" if several else name, sheet if several else stem_of(path.name))


def of_cells(rows: Sequence[Sequence[Any]], name: str, stem: str) -> Raw:
    """Rows of cells as a table.

    Parameters
    ----------
    rows : sequence of sequences of cells
    name, stem : str
        As ``Raw``.
    """
    texts = [[_cell(cell) for cell in row] for row in rows[:LOOKED_AT]]
    top = layout(texts)
    if top is None:
        raise no_rows(name, [text for text in texts if any(text)])
    width = max((len(line) for line in top.headers), default=len(texts[top.above]))
    body = [(i + 1, list(row[:width]) + [""] * (width - len(row))) for i, row in enumerate(rows) if i >= top.above]
    body = [(i, row) for i, row in body if any(cell not in ("", None) for cell in row)]
    footers = []
    while body and is_footer([_cell(cell) for cell in body[-1][1]]):
        footers.append(" ".join(_cell(cell) for cell in body.pop()[1] if cell not in ("", None)))
    if not body:
        raise no_rows(name, texts)
    columns = tuple(_column_of([row[i] for _, row in body]) for i in range(width))
    headers = tuple(line + ("",) * (width - len(line)) for line in top.headers)
    titles = tuple(" ".join(cell for cell in row if cell) for row in texts[: top.titles])
    line = np.array([i for i, _ in body], dtype=np.int64)
    top = top._replace(headers=headers)
    return Raw(name, stem, "row", columns, top, line, titles, tuple(footers), encoding="workbook")


def _cell(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)


def _column_of(cells: list[Any]) -> Column:
    """Numbers where all that is not empty is a number, else texts."""
    said = [cell for cell in cells if cell not in ("", None)]
    if said and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in said):
        return Column(np.array([np.nan if cell in ("", None) else float(cell) for cell in cells]))
    return Column(pd.Series([_cell(cell) or None for cell in cells], dtype=object))
