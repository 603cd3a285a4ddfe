"""The long, tidy form of market data: one row per date and symbol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..bars import BARS, LATE_CLOSES, PRICES, Broken, broken_rules
from ..bounds import check_unpacked
from ..errors import DataError
from ..panel import Panel
from ..types import Floats

NEEDED = ("date", "symbol", "close")
NUMBERS = (*BARS, "adj_factor")
PAID = ("dividend", "split")
"""Fields that a file may call by a vendor's name: currency per share at the ex-date; shares after for each before."""
SPECIAL = "st"
DAYS = ("known_from", "last_date")
TEXTS = ("name", "group", "kind", *DAYS, "board")
COLUMNS = ("date", "symbol", *NUMBERS, SPECIAL, *TEXTS)
SHOWN = 3  # offending rows in an error


@dataclass(frozen=True, eq=False)
class Tidy:
    """Rows of a file, R of them, with their keys as positions in ascending lists. Not checked yet: see ``check``.

    Attributes
    ----------
    file, place : str
        For messages: the file and its folder, and what ``line`` counts: "line" from 1 with the header, or "row" from 1
        in Parquet.
    line : int64 array of shape (R,)
        Where each row stands in the file.
    dates : DatetimeIndex of shape (D,)
        Ascending; ``date`` (R,) holds positions in it.
    symbols : tuple of str, S of them
        Ascending; ``symbol`` (R,) holds positions in it.
    values : dict of str to float64 array of shape (R,)
        Every column of ``NUMBERS``; NaN where the file has none, but 1 if it has no ``adj_factor`` column at all. And
        ``SPECIAL`` if the file has it: 1 under special treatment, 0 not, NaN where nothing is said. Any other name is a
        field (``fields``).
    texts : dict of str to (intp array of shape (R,), object array)
        The columns of ``TEXTS`` that the file has: position in the distinct values, -1 where empty, and these.
    unused : tuple of str
        Columns nobody asked for.
    """

    file: str
    place: str
    line: NDArray[np.int64]
    dates: pd.DatetimeIndex
    date: NDArray[np.intp]
    symbols: tuple[str, ...]
    symbol: NDArray[np.intp]
    values: dict[str, Floats]
    texts: dict[str, tuple[NDArray[np.intp], NDArray[Any]]]
    unused: tuple[str, ...]

    @property
    def has_bar(self) -> NDArray[np.bool_]:
        """Whether a row has prices, shape (R,)."""
        return ~np.isnan(self.values["close"])

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the columns of ``values`` that are no part of a bar."""
        return tuple(key for key in self.values if key not in NUMBERS and key != SPECIAL)

    def rows(self, chosen: NDArray[np.bool_]) -> Tidy:
        """These rows only; ``dates`` and ``symbols`` stay as they are."""
        if chosen.all():
            return self
        return replace(
            self,
            line=self.line[chosen],
            date=self.date[chosen],
            symbol=self.symbol[chosen],
            values={key: values[chosen] for key, values in self.values.items()},
            texts={key: (code[chosen], distinct) for key, (code, distinct) in self.texts.items()},
        )

    def on(self, dates: pd.DatetimeIndex) -> Tidy:
        """The rows on these ascending dates, which become ``dates``."""
        position = np.asarray(dates.get_indexer(self.dates), dtype=np.intp)
        part = self.rows(position[self.date] >= 0)
        return replace(part, dates=dates, date=position[part.date])

    def of(self, chosen: NDArray[np.bool_]) -> Tidy:
        """The rows of the chosen symbols (S,), which become ``symbols``."""
        part = self.rows(chosen[self.symbol])
        symbols = tuple(symbol for symbol, kept in zip(self.symbols, chosen, strict=True) if kept)
        return replace(part, symbols=symbols, symbol=(np.cumsum(chosen) - 1)[part.symbol])

    def grid(self, key: str) -> Floats:
        """One column of ``values`` as (D, S); without a row it is NaN, a factor 1."""
        out = np.full((len(self.dates), len(self.symbols)), 1.0 if key == "adj_factor" else np.nan)
        out.reshape(-1)[self.cell] = self.values[key]
        return out

    @cached_property
    def cell(self) -> NDArray[np.intp]:
        """Where each row stands among all dates and symbols, shape (R,)."""
        return self.date * len(self.symbols) + self.symbol

    def label(self, key: str) -> list[Any]:
        """One column of ``TEXTS`` by symbol, None where it has no value.

        Of several names the last counts; group, kind, board, publication and end must not change.
        """
        codes, distinct = self.texts[key]
        row = np.flatnonzero(codes >= 0)
        symbol, code = self.symbol[row], codes[row]
        chosen = np.full(len(self.symbols), -1)
        chosen[symbol] = code
        changed = chosen[symbol] != code
        if changed.any():
            if key != "name":
                same = row[symbol == symbol[changed][0]]
                each = same[np.sort(np.unique(codes[same], return_index=True)[1])]
                shown = [f"{self.symbols[self.symbol[i]]} {key} {distinct[codes[i]]}" for i in each[:SHOWN]]
                rule = f"{key} must be the same in all rows of a symbol"
                raise broken_rows(self.file, self.place, self.line[each], shown, rule, "Write one value, or none")
            order = np.argsort(self.date[row], kind="stable")
            chosen[symbol[order]] = code[order]
        return [distinct[i] if i >= 0 else None for i in chosen]

    def check(self) -> Tidy:
        """Itself, or ``DataError`` if a date and symbol come twice or a bar is impossible."""
        key = self.date * len(self.symbols) + self.symbol
        times = np.zeros(len(self.dates) * len(self.symbols), dtype=np.bool_)
        times[key] = True
        if np.count_nonzero(times) < len(key):
            _, first = np.unique(key, return_index=True)
            overwritten = np.ones(len(key), dtype=np.bool_)
            overwritten[first] = False
            double = np.isin(key, key[overwritten])
            rows = np.flatnonzero(double)[np.argsort(key[double], kind="stable")]
            raise self.error(rows, "a date and symbol must come only once", "Keep one row of each", ("close",))
        late = Broken(self._late_closes(), LATE_CLOSES, PRICES)
        for broken in (*broken_rules(self.values), *((late,) if late.where.any() else ())):
            advice = (
                "An unknown factor can't be guessed, and cash to add to prices is none; give 1 for a series without "
                "splits and distributions"
            )
            if broken.columns != ("adj_factor",):
                advice = "Correct these rows at the source; for a session without trading leave all four prices empty"
            raise self.error(np.flatnonzero(broken.where), broken.rule, advice, broken.columns)
        return self

    def check_size(self) -> Tidy:
        """Itself, or ``DataError`` if a panel of it would hold hardly any bars and very many places for them."""
        rows, places, columns = len(self.line), len(self.dates) * len(self.symbols), len(self.values)
        told = f"{rows:,} rows of {len(self.symbols):,} series on {len(self.dates):,} dates take"
        check_unpacked(self.file, places * columns * 8, rows * columns * 8, told)
        return self

    def first_whole(self) -> NDArray[np.intp]:
        """Position in ``dates`` of each symbol's first bar with an open, shape (S,); D where it has none."""
        first = np.full(len(self.symbols), len(self.dates), np.intp)
        whole = ~np.isnan(self.values["open"]) & (self.values["open"] != 0)
        chosen = slice(None) if whole.all() else whole  # a slice copies nothing
        np.minimum.at(first, self.symbol[chosen], self.date[chosen])
        return first

    def _late_closes(self) -> NDArray[np.bool_]:
        """Rows with a close only after the first whole bar of their symbol, shape (R,)."""
        return self.has_bar & np.isnan(self.values["open"]) & (self.date > self.first_whole()[self.symbol])

    def early_closes(self) -> Tidy:
        """The same rows, open, high and low empty where all three are 0 in the bars before a symbol's first whole one.

        So publishers write that they only know the close. A 0 after that stays, and is refused by ``check``.
        """
        prices = {key: self.values[key] for key in PRICES[:3]}
        blank = self.has_bar & (self.date < self.first_whole()[self.symbol])
        for values in prices.values():
            blank &= values == 0
        if not blank.any():
            return self
        return replace(self, values=self.values | {key: np.where(blank, np.nan, each) for key, each in prices.items()})

    def error(self, rows: NDArray[np.intp], rule: str, advice: str, columns: Sequence[str]) -> DataError:
        """An error that names the file, the rule, the first of ``rows`` with their ``columns``, and what to do.

        Parameters
        ----------
        rows : intp array
            Positions of the offenders, at least one.
        rule, advice : str
            What is broken, and what to do; without full stops.
        columns : sequence of str
            What to show of an offender.
        """
        shown = [
            f"{self.dates[self.date[i]]:%F} {self.symbols[self.symbol[i]]} "
            + " ".join(f"{key} {self.values[key][i]:.15g}" for key in columns)
            for i in rows[:SHOWN]
        ]
        return broken_rows(self.file, self.place, self.line[rows], shown, rule, advice)


def to_tidy(panel: Panel) -> pd.DataFrame:
    """The panel in long form, by symbol and date, its benchmark last: what ``load`` reads back to an equal panel.

    Fields are columns, dated when they were known. Cells without a bar, volume, amount or field have no row, unless
    special treatment begins or ends there; so a series or session that has none at all is not kept. Columns ``board``,
    ``st`` and ``last_date`` are only there if something is said in them.

    Raises
    ------
    DataError
        If the benchmark is also one of the panel's series: one file can't hold both.
    """
    bench = panel.benchmark
    arrays: dict[str, Floats] = {key: getattr(panel, key) for key in NUMBERS}
    texts = {"name": panel.names, "group": panel.groups, "kind": panel.stated_kinds}
    texts |= {"board": panel.boards} if any(panel.boards) else {}
    arrays |= dict(panel.fields)
    turns = np.zeros(panel.shape, np.bool_)
    if panel.special.any():
        arrays[SPECIAL] = panel.special.astype(np.float64)
        turns = panel.special != np.vstack((np.zeros((1, len(panel.symbols)), np.bool_), panel.special[:-1]))
    labels = {key: np.array(each, dtype=object) for key, each in texts.items()} | {"known_from": panel.known_from}
    labels |= {} if np.isnat(panel.last_date).all() else {"last_date": panel.last_date}
    if bench is not None:
        if bench.symbol in panel.symbols:
            raise DataError(f"benchmark {bench.symbol} is also a series of the panel; write it to a file of its own")
        count = len(panel.sessions)
        line = {key: getattr(bench, key) for key in BARS} | {"adj_factor": np.ones(count), SPECIAL: np.zeros(count)}
        line |= dict.fromkeys(panel.fields, np.full(count, np.nan))
        turns = np.column_stack((turns, line[SPECIAL] > 0))
        arrays = {key: np.column_stack((values, line[key])) for key, values in arrays.items()}
        head: dict[str, Any] = {"name": bench.name, "group": "", "kind": "index", "board": ""}
        head |= dict.fromkeys(DAYS, np.datetime64("NaT", "ns"))
        labels = {key: np.append(each, np.array([head[key]], dtype=each.dtype)) for key, each in labels.items()}
    symbols = np.array((*panel.symbols, bench.symbol) if bench else panel.symbols, dtype=object)
    said = np.isfinite([arrays[key] for key in ("close", "volume", "amount", *panel.fields)]).any(axis=0)
    column, row = np.nonzero((said | turns).T)
    table = pd.DataFrame(
        {"date": panel.sessions[row], "symbol": symbols[column]}
        | {key: each[column] for key, each in labels.items()}
        | {key: values[row, column] for key, values in arrays.items()}
    )
    if bench is None or not bench.before:
        return table
    early = pd.DataFrame({"date": bench.earlier.sessions, "symbol": bench.symbol})
    early = early.assign(**{key: each[-1] for key, each in labels.items()})
    numbers = {key: getattr(bench.earlier, key) for key in BARS} | {"adj_factor": 1.0, SPECIAL: 0.0}
    numbers |= dict.fromkeys(panel.fields, np.nan)
    early = early.assign(**{key: values for key, values in numbers.items() if key in table})
    ours = int((column < len(panel.symbols)).sum())
    return pd.concat((table[:ours], early[table.columns], table[ours:]), ignore_index=True)


def rows_frame(rows: Tidy) -> pd.DataFrame:
    """Rows as a frame in the tidy form, by symbol and date, with the columns that say anything."""
    order = np.lexsort((rows.date, rows.symbol))
    names = np.array(rows.symbols, dtype=object)
    columns: dict[str, Any] = {"date": rows.dates[rows.date[order]], "symbol": names[rows.symbol[order]]}
    for key, (code, distinct) in rows.texts.items():
        columns[key] = np.array([*distinct, None], dtype=object)[code[order]]
    for key, values in rows.values.items():  # noqa: PD011  # no pandas object
        said = values != 1 if key == "adj_factor" else ~np.isnan(values)
        if said.any() or key == "close":
            columns[key] = values[order]
    return pd.DataFrame(columns)


def broken_rows(
    file: str, place: str, lines: NDArray[np.int64], shown: Sequence[str], rule: str, advice: str
) -> DataError:
    """An error that says which rule how many rows of a file break, where the first of them are, and what to do.

    Parameters
    ----------
    file : str
    place : str
        What a line counts, as ``Tidy.place``.
    lines : int64 array
        Of all offenders, at least one.
    shown : sequence of str
        What the first of them say.
    rule, advice : str
        What is broken, and what to do; without full stops.
    """
    first = "; ".join(f"{place} {line} ({text})" for line, text in zip(lines, shown, strict=False))
    count = "1 row breaks" if len(lines) == 1 else f"{len(lines):,} rows break"
    return DataError(f"{file}: {rule}; {count} this, first: {first}. {advice}.")
