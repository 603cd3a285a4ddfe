"""Market data from wherever it lies: files, folders, patterns, lists and frames, all by one reader."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..bounds import check_unpacked, path_of
from ..errors import DataError, UnknownNameError
from .columns import Tidy
from .options import ReadOptions
from .raw import FORMATS, shown, stem_of
from .reading import Reading, Understood, understand
from .tables import of_frame, read_tables

Data = Any  # a path, a pattern, a folder, a frame, or a sequence of these; or frames by symbol
NOTHING_TOLD = ReadOptions()
ADVICE = "sectorlead check looks at any file; sectorlead convert writes what it understands as a tidy one"


def read(data: Data, options: ReadOptions = NOTHING_TOLD) -> Reading:
    """What is understood of market data; nothing is refused yet that can be looked at.

    Parameters
    ----------
    data : str, Path, DataFrame, or a sequence or mapping of these
        A file, a folder (its files), a pattern such as ``"data/*.csv"``, a frame; several of them; frames by symbol.
    options : ReadOptions
        What the files do not say themselves.

    Raises
    ------
    DataError
        Nothing is there, it can't be opened, or holds no bars.
    UnknownNameError, ParameterError
        An option names something that is not there.
    """
    found = [understand(raw, options) for raw in _tables(data)]
    for each in found:
        each.rows.check_size()
    whole = found[0] if len(found) == 1 else _joined(found, _label(data))
    return _chosen(whole, options)


def read_tidy(data: Data, options: ReadOptions = NOTHING_TOLD) -> Tidy:
    """The rows of market data, or an error for anything in it that is open or can't be.

    Parameters
    ----------
    data, options
        As ``read``.

    Raises
    ------
    DataError
        As ``read``, and for the first of ``Reading.problems``.
    """
    return accepted(read(data, options))


def accepted(reading: Reading) -> Tidy:
    """The rows of what was read, unless something in it is open or can't be."""
    if reading.problems:
        more = f" ({len(reading.problems) - 1} more to decide or correct.)" if len(reading.problems) > 1 else ""
        raise DataError(f"{reading.problems[0]}{more} {ADVICE}.")
    for part in reading.parts:
        part.rows.check()  # here a row still has the number it has in its file
    return reading.rows


def named(data: Data) -> str:
    """What to call market data on a report."""
    return _label(data)


def _tables(data: Data) -> Iterator[Any]:
    if isinstance(data, pd.DataFrame):
        yield of_frame(data, "frame")
    elif isinstance(data, dict):
        for symbol, frame in data.items():
            if not isinstance(frame, pd.DataFrame):
                raise DataError(
                    f"{symbol}: a {type(frame).__name__}; give a DataFrame for each symbol, or one with all."
                )
            yield of_frame(frame, f"frame of {symbol}", str(symbol))
    elif isinstance(data, str | Path):
        for path in paths_of(data):
            yield from read_tables(path)
    elif isinstance(data, Sequence):
        if not data:
            raise DataError("an empty list of data. Give at least one file or frame.")
        for each in data:
            yield from _tables(each)
    else:
        raise DataError(f"data must be a path, a frame, or several of them; was a {type(data).__name__}.")


def paths_of(data: str | Path) -> list[Path]:
    """The files that a path or a pattern names, in order of their names.

    Raises
    ------
    DataError
        None are there.
    """
    path = path_of(data).expanduser()
    if path.is_dir():
        try:
            files = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
        except PermissionError:
            told = "no permission to read the folder. Name another, or change who may read this one."
            raise DataError(f"{path}: {told}") from None
        readable = [each for each in files if each.name.lower().endswith(FORMATS)]
        if not readable:
            held = ", ".join(each.name for each in files[:3]) or "nothing"
            raise DataError(f"{path}: a folder without a file that is read ({held}). Read are {', '.join(FORMATS)}.")
        return readable
    if not path.exists() and any(letter in str(data) for letter in "*?["):
        matches = sorted(Path(each) for each in glob.glob(str(path), recursive=True) if Path(each).is_file())
        if not matches:
            raise DataError(
                f"{data}: no file of such a name. Check the pattern; a relative one starts from the working directory."
            )
        return matches
    return [path]


def _label(data: Data) -> str:
    if isinstance(data, pd.DataFrame):
        return "frame"
    if isinstance(data, dict):
        return f"{len(data)} frames"
    if isinstance(data, str | Path):
        path = Path(data)
        return path.resolve().name if path.is_dir() else shown(path)
    parts = list(dict.fromkeys(_label(each) for each in data))
    return parts[0] if len(parts) == 1 else f"{parts[0]} and {len(parts) - 1} more"


def _joined(found: Sequence[Reading], label: str) -> Reading:
    """Several tables as one."""
    if not found:
        raise DataError(f"{label}: nothing to read.")
    rows = [each.rows for each in found]
    dates = pd.DatetimeIndex(np.unique(np.concatenate([each.dates.to_numpy() for each in rows])))
    symbols = tuple(sorted({symbol for each in rows for symbol in each.symbols}))
    at = {symbol: i for i, symbol in enumerate(symbols)}
    places, known = len(dates) * len(symbols), sum(len(each.line) for each in rows)
    told = f"{known:,} rows of {len(symbols):,} series on {len(dates):,} dates take"
    check_unpacked(label, places * 8, known * 8, told)
    code = [np.array([at[symbol] for symbol in each.symbols] or [0], np.intp)[each.symbol] for each in rows]
    date = [np.asarray(dates.get_indexer(each.dates), np.intp)[each.date] for each in rows]
    held = [each.values for each in rows]  # noqa: PD011  # no pandas object
    values = {
        key: np.concatenate([
            part[key] if key in part else np.full(len(each.line), np.nan) for part, each in zip(held, rows, strict=True)
        ])
        for key in dict.fromkeys(key for part in held for key in part)
    }  # fmt: skip
    texts = {}
    for key in dict.fromkeys(key for each in rows for key in each.texts):
        words: list[Any] = []
        for each in rows:
            if key in each.texts:
                codes, distinct = each.texts[key]
                words += [distinct[c] if c >= 0 else None for c in codes]
            else:
                words += [None] * len(each.line)
        codes, distinct = pd.factorize(np.array([*words, None], dtype=object))
        texts[key] = codes[:-1], np.asarray(distinct, dtype=object)
    problems = [text for each in found for text in each.problems] or _twice(rows, code, date, symbols, dates)
    whole = Tidy(
        label, "row", np.concatenate([each.line for each in rows]), dates, np.concatenate(date), symbols,
        np.concatenate(code), values, texts, tuple(dict.fromkeys(name for each in rows for name in each.unused)),
    )  # fmt: skip
    notes = [f"{len(found)} tables read as one", *dict.fromkeys(note for each in found for note in each.notes)]
    totals: dict[tuple[str, str, str], list[int]] = {}
    for column in (column for part in found for column in part.columns):
        total = totals.setdefault((column.column, column.meaning, column.unit), [0, 0])
        total[0] += column.rows
        total[1] += column.symbols
    columns = tuple(Understood(*key, *total) for key, total in totals.items())
    return Reading(whole, columns, tuple(notes), tuple(problems), found[0].dates, parts=tuple(found))


def _twice(
    rows: Sequence[Tidy], code: Sequence[Any], date: Sequence[Any], symbols: Sequence[str], dates: pd.DatetimeIndex
) -> list[str]:
    """What is wrong where two tables have a bar of the same series and day."""
    owner = np.full(len(dates) * len(symbols), -1, dtype=np.int32)
    for k, each in enumerate(rows):
        keys = date[k] * len(symbols) + code[k]
        again = keys[owner[keys] >= 0]
        if len(again):
            day, symbol = divmod(int(again[0]), len(symbols))
            other = rows[int(owner[again[0]])].file
            count = f"{len(again):,} bars are in both" if len(again) > 1 else "one bar is in both"
            return [
                f"{each.file} and {other}: {count}, first {symbols[symbol]} on {dates[day]:%F}. Give one file of each "
                "series and year."
            ]
        owner[keys] = k
    return []


def _chosen(reading: Reading, options: ReadOptions) -> Reading:
    """The series that the reader wants, under the names it gives them."""
    kept, new = options.chosen
    rows = reading.rows
    if options.only and len(rows.symbols) == 1:
        kept, new = (), {rows.symbols[0]: options.only}
    elif options.only:
        kept = (options.only,)
    if not kept and not new:
        return reading
    for symbol in (*kept, *new):
        if symbol not in rows.symbols:
            raise UnknownNameError(f"symbol of {rows.file}", symbol, rows.symbols)
    if kept:
        rows = rows.of(np.array([symbol in kept for symbol in rows.symbols]))
    names = [new.get(symbol, symbol) for symbol in rows.symbols]
    doubled = [name for name in names if names.count(name) > 1]
    if doubled:
        raise DataError(f"{rows.file}: two series would be called {doubled[0]!r}. Give each a name of its own.")
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.intp)
    rank[order] = np.arange(len(names))
    rows = replace(rows, symbols=tuple(names[i] for i in order), symbol=rank[rows.symbol])
    return replace(reading, rows=rows)


__all__ = ["Data", "accepted", "named", "paths_of", "read", "read_tidy", "shown", "stem_of"]
