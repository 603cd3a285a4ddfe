"""Tables of dividends and splits as vendors write them, read as rows: what a share was paid, and what it became."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..bounds import path_of
from ..errors import DataError
from ..types import Flags, Floats
from .columns import SHOWN, broken_rows
from .headers import meaning
from .names import DISTRIBUTIONS, squeezed
from .raw import Raw
from .shape import header_of, only_symbol
from .tables import of_frame, read_tables

Table = str | Path | pd.DataFrame
Distributions = Table | Sequence[Table] | Mapping[str, Table]
"""A table of dividends and splits, several, or one for each symbol."""
_BRACKETS = re.compile(r"\s*[(（\[【][^()（）\[\]【】]*[)）\]】]\s*$")
_SHARES = re.compile(r"每(\d*)[股份]|(?<![\d.])(\d+)(?=\s*[股份]?\s*[派送转])")
_CASH = re.compile(r"派[^\d送转]*(\d+(?:\.\d+)?)")
_NEW = re.compile(r"[送转][^\d派送转]*(\d+(?:\.\d+)?)")
_RATIO = re.compile(r"\s*1\s*[:：]\s*(\d+(?:\.\d+)?)\s*")
_DONE = "实施"  # a plan that was carried out; others were proposed, or dropped
WANTED = "symbol, ex_date, and dividend (per share, before tax), dividend_per_10 or split"
"""Columns of such a table under our own names."""


class Distributed(NamedTuple):
    """Rows of tables, R of them.

    Attributes
    ----------
    symbol : tuple of str
        As the table writes it.
    day : datetime64 array of shape (R,)
        The ex-date; or, where ``after`` is True, the day before the session in which prices change.
    after : bool array of shape (R,)
    dividend, split : float arrays of shape (R,)
        Currency per share before tax, 0 for none; shares after for each before, 1 for none.
    where : tuple of str
        File and line of each, for messages.
    notes : tuple of str
        What was left out.
    """

    symbol: tuple[str, ...]
    day: NDArray[np.datetime64]
    after: Flags
    dividend: Floats
    split: Floats
    where: tuple[str, ...]
    notes: tuple[str, ...]


def read_distributions(given: Distributions) -> Distributed:
    """Dividends and splits of a table, of several, or of one for each symbol.

    Parameters
    ----------
    given : str, Path, DataFrame, sequence or mapping of these
        A mapping names the series of tables that do not.

    Raises
    ------
    DataError
        No table, one without ex-dates or amounts, amounts that are none, or one that says only what was left after tax.
    """
    if isinstance(given, Mapping):
        pairs: list[tuple[str, Table]] = [(str(symbol), table) for symbol, table in given.items()]
    elif isinstance(given, str | Path | pd.DataFrame):
        pairs = [("", given)]
    else:
        pairs = [("", table) for table in given]
    parts = [_read(raw, symbol) for symbol, table in pairs for raw in _raws(table, symbol)]
    if not parts:
        raise DataError("distributions: no table. Give a file or a frame with dividends and splits")
    return Distributed(
        tuple(each for part in parts for each in part.symbol),
        np.concatenate([part.day for part in parts]),
        np.concatenate([part.after for part in parts]),
        np.concatenate([part.dividend for part in parts]),
        np.concatenate([part.split for part in parts]),
        tuple(each for part in parts for each in part.where),
        tuple(each for part in parts for each in part.notes),
    )


def _raws(table: Table, symbol: str) -> list[Raw]:
    if isinstance(table, pd.DataFrame):
        return [of_frame(table, f"distributions of {symbol}" if symbol else "distributions", symbol)]
    return list(read_tables(path_of(table).expanduser()))


def _read(raw: Raw, symbol: str) -> Distributed:
    """The rows of one table."""
    header = header_of(raw.layout)
    says = {i: _says(name) for i, name in enumerate(header)}
    at: dict[str, list[int]] = {}
    for i, what in says.items():
        at.setdefault(what, []).append(i)
    found = f"found: {', '.join(header)}"
    dated = at.get("ex_date") or at.get("conversion_date") or at.get("date")
    if not dated:
        raise DataError(f"{raw.file}: no column of ex-dates; {found}. Such a table has {WANTED}")
    paid: list[str] = [what for what in ("dividend", "dividend_10") if what in at]
    if not paid and "plan" in at:
        paid = ["plan"]
    several = [what for what in ("bonus", "bonus_10") if what in at]
    new = next(([what] for what in ("split", "all_bonus_10") if what in at), several)
    if not paid and not new:
        told = "says what was left of dividends after tax, and tax is taken here" if "after_tax" in at else ""
        told = told or ("has 累计分红, of which it is open what it adds up" if "doubtful" in at else "has no amounts")
        raise DataError(f"{raw.file}: it {told}; {found}. Such a table has {WANTED}")
    day = raw.columns[dated[0]].dates(None).days.astype("M8[D]")
    count = len(raw.line)
    dividend, split = np.zeros(count), np.ones(count)
    for i in (i for what in paid for i in at[what]):
        cash, more = _amounts(raw, header[i], i, per=10.0 if says[i] == "dividend_10" else 1.0)
        dividend += cash
        split += more if says[i] == "plan" and not new else 0.0
    for i in (i for what in new for i in at[what]):
        values, _ = _amounts(raw, header[i], i, per=10.0 if says[i].endswith("_10") else 1.0, ratio=says[i] == "split")
        split = np.where(values > 0, values, 1.0) if says[i] == "split" else split + values
    kept, notes = (dividend > 0) | (split != 1.0), list[str]()
    if "status" in at:
        code, words = raw.columns[at["status"][0]].keys
        done = np.array([_DONE in word for word in words] + [False])[code]
        kept, notes = _without(kept, done, f"{raw.file}: plans that were not carried out left out: {{}}", notes)
    if "pay_date" in at and (dividend > 0).any():
        notes.append(f"{raw.file}: days of payment are not used: a dividend is cash on its ex-date")
    kept, notes = _without(kept, ~np.isnat(day), f"{raw.file}: rows without an ex-date left out: {{}}", notes)
    converted = "ex_date" not in at and "conversion_date" in at
    where = tuple(f"{raw.file}, {raw.place} {line}" for line in raw.line[kept].tolist())
    symbols = _symbols(raw, header, at, symbol, kept)
    after = np.full(len(where), converted)
    return Distributed(symbols, day[kept], after, dividend[kept], split[kept], where, tuple(notes))


def _says(name: str) -> str:
    """What a column of such a table is; "" for one that is not used."""
    for form in (name, _BRACKETS.sub("", name)):
        if (bare := squeezed(form)) in DISTRIBUTIONS:
            return DISTRIBUTIONS[bare]
    field = meaning(name).field
    return field if field in ("symbol", "date") else ""


def _without(kept: Flags, true: Flags, told: str, notes: list[str]) -> tuple[Flags, list[str]]:
    lost = int((kept & ~true).sum())
    return kept & true, [*notes, told.format(lost)] if lost else notes


def _amounts(raw: Raw, title: str, i: int, *, per: float, ratio: bool = False) -> tuple[Floats, Floats]:
    """A column as money or shares for each share, and new shares that a sentence in it tells; 0 for nothing."""
    numbers = raw.columns[i].numbers(raw.decimal)
    floats, more = np.nan_to_num(numbers.floats / per), np.zeros(len(numbers.floats))
    bad = numbers.broken.copy()
    for row in np.flatnonzero(numbers.broken).tolist():
        told = _ratio(raw.columns[i].at(row)) if ratio else _sentence(raw.columns[i].at(row))
        if told is not None:
            floats[row], more[row], bad[row] = *told, False
    bad |= (floats < 0) | ~np.isfinite(floats)
    if bad.any():
        rows = np.flatnonzero(bad)
        shown = [f"{title} {raw.columns[i].at(row)!r}" for row in rows[:SHOWN].tolist()]
        rule = f"{title} must be a number >= 0, or say it as 10派1.5元 or 1:2 do"
        raise broken_rows(raw.file, raw.place, raw.line[rows], shown, rule, "Correct these rows, or leave them out")
    return floats, more


def _ratio(text: str) -> tuple[float, float] | None:
    found = _RATIO.fullmatch(text)
    return (float(found[1]), 0.0) if found else None


def _sentence(text: str) -> tuple[float, float] | None:
    """Cash and new shares for each share by a sentence; None where it is not understood.

    >>> _sentence("10送3转2派1.5元(含税)"), _sentence("每份派现金0.05元"), _sentence("不分配不转增")
    ((0.15, 0.5), (0.05, 0.0), (0.0, 0.0))
    """
    if not re.search(r"\d", text):
        return (0.0, 0.0) if re.search("不分配|不分红|暂无", text) else None
    shares, cash = _SHARES.search(text), _CASH.search(text)
    new = sum(float(each) for each in _NEW.findall(text))
    if shares is None or not (cash or new):
        return None
    count = float(shares[1] or shares[2] or 1)
    return (float(cash[1]) / count if cash else 0.0), new / count


def _symbols(
    raw: Raw, header: Sequence[str], at: Mapping[str, list[int]], symbol: str, kept: Flags
) -> tuple[str, ...]:
    if symbol:
        return (symbol,) * int(kept.sum())
    if "symbol" in at:
        texts = raw.columns[at["symbol"][0]].texts()
        return tuple(texts[row].strip() for row in np.flatnonzero(kept).tolist())
    if raw.encoding == "frame":
        raise DataError(
            f"{raw.file}: no column of symbols; found: {', '.join(header)}. Give tables by symbol, "
            'distributions={"600519": table}'
        )
    return (only_symbol(raw),) * int(kept.sum())


