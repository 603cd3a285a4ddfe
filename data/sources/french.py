"""Files of Kenneth French's data library as they are downloaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError, UnknownNameError
from .paths import Contents, FileSource, rows_of

_MISSING = -99.0  # -99.99 and -999 are written where there is nothing
_NO_RETURNS = re.compile(r"number of firms|firm size|\bBE\b|\bME\b|dividend|weights", re.IGNORECASE)


_DATES: dict[int, tuple[str, Any]] = {
    4: ("%Y", pd.offsets.YearEnd()),
    6: ("%Y%m", pd.offsets.MonthEnd()),
    8: ("%Y%m%d", pd.offsets.BDay()),
}
"""Digits of a date -> how to read it, and the step to the next."""


@dataclass(frozen=True, eq=False)
class Block:
    """One table of a file.

    Attributes
    ----------
    title : str
        The last line above it.
    returns : DataFrame
        As fractions of one (0.0145 for 1.45 in the file), NaN where the file says -99.99 or -999; indexed by the last
        day of the month or year, or by the day.
    step : DateOffset
        From one row to the next.
    """

    title: str
    returns: pd.DataFrame
    step: Any


def read_french(path: str | Path) -> tuple[Block, ...]:
    """Every table of returns in a file, in order. Counts of firms, their sizes and ratios are left out.

    Raises
    ------
    DataError
        No table of returns, a row with more or fewer cells than its header, or a cell that is no number.
    """
    path = Path(path)
    blocks, title, header, rows = [], "", None, []
    for number, cells in enumerate([*rows_of(path), []], 1):
        cells = [cell.strip() for cell in cells]
        if header is not None and cells and re.fullmatch(r"\d{4}|\d{6}|\d{8}", cells[0]):
            if len(cells) != len(header) + 1:
                raise DataError(f"{path.name}: line {number} has {len(cells) - 1} values for {len(header)} columns.")
            rows.append((number, cells))
            continue
        if header is not None and rows:
            if not _NO_RETURNS.search(title):
                blocks.append(_block(path.name, title, header, rows))
            title, header, rows = "", None, []
        if len(cells) > 1 and not cells[0] and all(cells[1:]):
            header = cells[1:]
        elif any(cells):
            title = ", ".join(cell for cell in cells if cell)
    if not blocks:
        raise DataError(f"{path.name}: no table of returns. Give a file of Kenneth French's data library in CSV form.")
    return tuple(blocks)


def _block(name: str, title: str, header: list[str], rows: list[tuple[int, list[str]]]) -> Block:
    values = np.empty((len(rows), len(header)))
    for i, (number, cells) in enumerate(rows):
        try:
            values[i] = [float(cell) for cell in cells[1:]]
        except ValueError as error:
            raise DataError(f"{name}: line {number}: {error}.") from error
    form, step = _DATES[len(rows[0][1][0])]
    days = pd.DatetimeIndex(pd.to_datetime([cells[0] for _, cells in rows], format=form)).as_unit("ns")
    days = pd.DatetimeIndex([step.rollforward(day) for day in days]) if form != "%Y%m%d" else days
    return Block(title, pd.DataFrame(np.where(values <= _MISSING, np.nan, values / 100), days, header), step)


class French(FileSource):
    """Portfolios of a file as total-return indices: 100 on the last day before the first return.

    ``PATH`` is the first table of returns, as a rule value-weighted and monthly; ``PATH#equal weighted`` the first
    whose title contains these words. What lies before the last gap of a portfolio is left out, and said: an index has
    no level after a return that is missing. French revises history: a file is one vintage.
    """

    form = "french"

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.taxonomy = f"French {self.path.name.split('.')[0]}"

    def read(self) -> Contents:
        """All portfolios of the chosen table."""
        blocks = read_french(self.path)
        wanted = self.part.lower()
        chosen = next((block for block in blocks if wanted in block.title.lower()), None)
        if chosen is None:
            raise UnknownNameError(f"table of {self.path.name}", self.part, [block.title for block in blocks])
        frames, notes = {}, []
        for symbol, returns in chosen.returns.items():
            gaps = np.flatnonzero(returns.isna().to_numpy())
            begins = int(gaps[-1]) + 1 if len(gaps) else 0
            if begins == len(returns):
                notes.append(f"{symbol}: ends in a gap")
                continue
            if returns.iloc[:begins].notna().any():
                notes.append(f"{symbol}: before {returns.index[begins]:%F}, where a gap ends")
            frames[str(symbol)] = _index(returns.iloc[begins:], chosen.step)
        told = {"left out": "; ".join(notes)} if notes else {}
        return Contents(frames, {"table": chosen.title, **told})


def _index(returns: pd.Series, step: Any) -> pd.DataFrame:
    days = pd.DatetimeIndex(returns.index)
    level = 100 * np.concatenate([[1.0], np.cumprod(1 + returns.to_numpy())])
    dates = pd.DatetimeIndex([days[0] - step, *days]).as_unit("ns")
    return pd.DataFrame({"date": dates, "close": level})
