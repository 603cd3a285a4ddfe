"""One table understood: its rows in the tidy form, what each column was taken for, and what a strict reader refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..bars import PRICES
from ..boards import stated_kind
from ..bounds import EARLIEST, LATEST
from ..errors import DataError
from ..types import Flags, Floats
from . import adjusted
from .column import Column
from .columns import COLUMNS, DAYS, NUMBERS, PAID, SHOWN, SPECIAL, TEXTS, Tidy, broken_rows
from .days import Parsed
from .further import further_columns
from .headers import units_line
from .names import TRADED, squeezed
from .numbers import SEPARATED, SUFFIXED, SUSPENDED_HERE, Numbers
from .options import ReadOptions
from .raw import Raw
from .shape import Shape, flag_columns, header_of, shape_of
from .units import Unit, disagreement, units_of

_WRAPPED = re.compile(r"""^(?:="(.*)"|'(.*))$""")  # as sheets keep the zeros of a code: ="000001", '000001
_DIGITS = re.compile(r"\d+(\.0)?")
_TRUTHS = {"1": 1.0, "1.0": 1.0, "true": 1.0, "0": 0.0, "0.0": 0.0, "false": 0.0}


class Understood(NamedTuple):
    """A column of a file and what it was taken for."""

    column: str
    meaning: str  # of the tidy form; "" for one that is not used
    unit: str
    rows: int
    symbols: int


@dataclass(frozen=True, eq=False)
class Reading:
    """The rows of a file or frame, what was understood of it, and what is odd about it.

    Attributes
    ----------
    rows : Tidy
        Rows with a readable date, symbol and numbers, in units and currency.
    columns : tuple of Understood
    notes : tuple of str
        What a reader must know of how it was read.
    problems : tuple of str
        What ``load`` refuses, each with what to do; ``rows`` is then a guess for looking at.
    dates : Parsed
        How dates are written; of all rows below the header.
    undated, odd : tuple of (line, text)
        Rows without a readable date; rows that hold text where numbers belong.
    separated : int
        Cells with separators of thousands.
    headers : int
        Header lines.
    wide : bool
        One column per series.
    encoding : str
    renamed : dict of str to str
        Column of the file to column of the tidy form, where they differ.
    said_adjusted : tuple of str
        What the file says of its prices being adjusted.
    parts : tuple of Reading
        Of each file, where there are several.
    """

    rows: Tidy
    columns: tuple[Understood, ...]
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    dates: Parsed
    undated: tuple[tuple[int, str], ...] = ()
    odd: tuple[tuple[int, str], ...] = ()
    separated: int = 0
    headers: int = 1
    wide: bool = False
    encoding: str = "utf-8"
    renamed: dict[str, str] = field(default_factory=dict)
    said_adjusted: tuple[str, ...] = ()
    parts: tuple[Reading, ...] = ()

    @property
    def each(self) -> tuple[Reading, ...]:
        """Of every file."""
        return self.parts or (self,)

    @property
    def bars(self) -> Tidy:
        """The rows that are bars, with the dates and symbols that have any."""
        part = self.rows.rows(self.rows.has_bar)
        there = np.bincount(part.symbol, minlength=len(part.symbols)) > 0
        return part.on(part.dates[np.unique(part.date)]).of(there)

    def table(self) -> pd.DataFrame:
        """What was understood: a row per column, with its meaning, unit, rows and symbols."""
        return pd.DataFrame(list(self.columns), columns=list(Understood._fields))


def understand(raw: Raw, options: ReadOptions) -> Reading:
    """A table in the tidy form.

    Parameters
    ----------
    raw : Raw
    options : ReadOptions
        What the reader tells of it.

    Raises
    ------
    DataError
        It holds no bars, or its columns can't be told apart.
    UnknownNameError
        Something was told of a column that is not there.
    """
    return _Table(raw, options).read()


class _Table:
    """One table on its way to a ``Reading``."""

    def __init__(self, raw: Raw, options: ReadOptions) -> None:
        self.raw, self.options = raw, options
        self.header = header_of(raw.layout)
        self.shape: Shape = shape_of(raw, options)
        self.problems: list[str] = []
        self.notes: list[str] = list(self.shape.notes)
        self.filled = _filled(raw.columns)

    def title(self, position: int) -> str:
        return self.header[position] if self.header else self.shape.names[position].field

    def fail(self, broken: Flags, columns: Sequence[int], rule: str, advice: str) -> None:
        """Remember a rule that rows break, with what the first of them say."""
        rows = np.flatnonzero(broken)
        keys = [self.shape.date, *([self.shape.symbol] if self.shape.symbol is not None else []), *columns]
        shown = [
            " ".join(f"{self.title(i)} {_quoted(self.raw.columns[i], row)}" for i in dict.fromkeys(keys))
            for row in rows[:SHOWN]
        ]
        self.problems.append(str(broken_rows(self.raw.file, self.raw.place, self.raw.line[rows], shown, rule, advice)))

    def read(self) -> Reading:
        raw, shape = self.raw, self.shape
        self._short_lines()
        numbers = self._numbers()
        odd = np.zeros(len(raw.line), np.bool_)
        for each in numbers.values():
            odd |= each.broken
        special = self._special()
        code, symbols = self._symbols()
        dates = self._dates()
        undated = np.isnat(dates.days) & self.filled
        units, wrong = units_of(
            self.header, shape.names, self._first_columns(), units_line(raw.layout), self.options.units
        )
        units = {
            key: unit._replace(by="cells")
            if not unit.by and numbers[self._first_columns()[key]].count(SUFFIXED)
            else unit
            for key, unit in units.items()
        }
        self.problems += [f"{raw.file}: {text}." for text in wrong]
        keep = self.filled & ~undated & ~odd & (code >= 0)
        rows = self._rows(numbers, units, special, dates, code, symbols, keep)
        if not rows.has_bar.any():
            if self.problems:
                raise DataError(self.problems[0])
            begins = ", ".join(column.some(1)[0] for column in raw.columns)[:80] if len(raw.line) else "nothing"
            raise DataError(f"{raw.file}: no row has a close and a date; the first row is {begins}.")
        said = self._adjusted(rows)
        if disagrees := disagreement(rows, units):
            self.problems.append(f"{raw.file}: {disagrees}.")
        self._tell(numbers, dates)
        return Reading(
            rows, self._understood(rows, units), tuple(self.notes), tuple(self.problems), dates,
            self._lines(undated), self._lines(odd & ~undated), sum(each.count(SEPARATED) for each in numbers.values()),
            len(raw.layout.headers), shape.wide, raw.encoding,
            {self.title(i): shape.names[i].field for i in sorted(shape.used)
             if shape.names[i].field not in ("", "other", self.title(i))} if not shape.wide else {},
            tuple(said),
        )  # fmt: skip

    # --- columns --------------------------------------------------------------------------------------------------

    def _first_columns(self) -> dict[str, int]:
        """Field to position, of the first series."""
        return self.shape.parts[0].columns

    def _numbers(self) -> dict[int, Numbers]:
        found = {
            i: self.raw.columns[i].numbers(self.raw.decimal) for part in self.shape.parts for i in part.columns.values()
        }
        for i, each in found.items():
            if each.broken.any():
                advice = "Write plain numbers, or nothing; leave rows out that are no bars, such as dividends"
                self.fail(each.broken, [i], f"{self.title(i)} must be a number", advice)
        prices = [key for key in PRICES[:3] if key in self._first_columns()]
        if len(prices) in (1, 2):
            found_ = f"found: {', '.join(self.header)}"
            only = ", ".join(prices)
            self.problems.append(f"{self.raw.file}: of open, high, low only {only}; {found_}. Give all three or none.")
        return found

    def _special(self) -> Floats | None:
        if SPECIAL not in self.shape.texts:
            return None
        i = self.shape.texts[SPECIAL]
        code, words = self.raw.columns[i].keys
        truths = np.array([_TRUTHS.get(word.strip().lower(), np.nan) for word in words] + [np.nan])
        empty = np.array([word.strip() == "" for word in words] + [True])
        broken = np.isnan(truths[code]) & ~empty[code]
        if broken.any():
            advice = "Write 1 under special treatment, 0 if not, and nothing where it is not known"
            self.fail(broken, [i], f"{SPECIAL} must be 0 or 1, or true or false", advice)
        return np.asarray(truths[code])

    def _symbols(self) -> tuple[NDArray[np.intp], list[str]]:
        """Position of each row's symbol in the symbols, -1 where it has none, and these; one for a single series."""
        i = self.shape.symbol
        if i is None:
            return np.zeros(len(self.raw.line), np.intp), [part.symbol for part in self.shape.parts]
        column = self.raw.columns[i]
        code, words = column.keys
        clean = [_unwrapped(word) for word in words]
        said = [word for word in clean if word]
        short = [word for word in said if len(word) < 6]
        bare = bool(short) and not any(word.startswith("0") for word in short)  # a zero in front was not lost
        lost = all(_DIGITS.fullmatch(word) for word in said) and (
            any("." in word for word in said) or (any(len(word) == 6 for word in said) and bare)
        )
        if lost or (column.is_number and any(len(word) != 6 for word in clean)):
            advice = 'Store codes as text, with their leading zeros: frame["symbol"].astype(str).str.zfill(6)'
            self.fail(self.filled, [i], "symbols must be text: leading zeros are lost", advice)
        distinct = {word: k for k, word in enumerate(dict.fromkeys(word for word in clean if word))}
        same = list(distinct) == clean and bool((code >= 0).all())
        again = code if same else np.array([distinct.get(word, -1) for word in clean] + [-1], dtype=np.intp)[code]
        if ((again < 0) & self.filled).any():
            self.fail((again < 0) & self.filled, [i], "every row must have a symbol", "Write it, or leave the row out")
        return again, list(distinct)

    def _dates(self) -> Parsed:
        i = self.shape.date
        dates = self.raw.columns[i].dates(self.options.dates)
        undated = np.isnat(dates.days) & self.filled
        if undated.any():
            advice = "Rewrite them in that form"
            if self.options.dates is None and not np.isnat(dates.days).all():
                advice += ', or say how they are written: dates="%d.%m.%y"'
            rule = f"dates must be dates from {EARLIEST[:4]} to {LATEST[:4]}, such as 2020-01-31"
            self.fail(undated, [], rule, advice)
        unlike = ~dates.alike & ~undated & self.filled if dates.alike is not None else np.zeros(0, np.bool_)
        if unlike.any():
            usual = f"{dates.form}{f' at {dates.usual_time}' if dates.usual_time else ''}"
            advice = "Rewrite them in one form; a time of day of its own is an unfinished bar, or one of several a day"
            self.fail(unlike, [], f"dates must be written alike, {usual} as in most rows", advice)
        if not dates.decided:
            advice = 'Say which comes first: dates="DMY" or dates="MDY"'
            self.fail(dates.ambiguous, [], "day and month can't be told apart", advice)
        if dates.abroad:
            advice = 'Say where the sessions are: dates="Asia/Shanghai"'
            self.fail(self.filled & ~undated, [], "times are in UTC, and the day is another one elsewhere", advice)
        if dates.usual_time and not unlike.any():
            self.notes.append(f"dates carry a time of day, {dates.usual_time}, which is left out")
        return dates

    def _short_lines(self) -> None:
        if self.raw.short:
            lines = np.array([number for number, _, _ in self.raw.short])
            texts = [f"{count} field{'s' * (count > 1)}" for _, count, _ in self.raw.short[:SHOWN]]
            rule = f"a line must have as many fields as the header, {len(self.raw.columns)}"
            advice = "Complete these lines; keep the separators around a field that is empty"
            self.problems.append(str(broken_rows(self.raw.file, self.raw.place, lines, texts, rule, advice)))

    # --- rows -----------------------------------------------------------------------------------------------------

    def _rows(
        self, numbers: Mapping[int, Numbers], units: Mapping[str, Unit], special: Floats | None, dates: Parsed,
        code: NDArray[np.intp], symbols: list[str], keep: Flags,
    ) -> Tidy:  # fmt: skip
        shape, raw = self.shape, self.raw
        idle = self._idle()
        values: dict[str, list[Floats]] = {}
        picked: list[Any] = []
        ticked = np.zeros(len(raw.line), np.bool_)
        for part in shape.parts:
            chosen = keep & ~np.isnan(numbers[part.columns["close"]].floats) if shape.wide else keep
            ticked |= chosen
            picked.append(slice(None) if chosen.all() else np.flatnonzero(chosen))
        for key in (*NUMBERS, "adjusted", *PAID):
            said = shape.parts[:1] if key == "adjusted" else shape.parts
            if key not in NUMBERS and not any(key in part.columns for part in said):
                continue
            pieces = []
            for part, rows in zip(shape.parts, picked, strict=True):
                if key in part.columns:
                    worth = units[key].worth if key in units else 1.0
                    floats = numbers[part.columns[key]].floats
                    floats = floats if isinstance(rows, slice) else floats[rows]
                    pieces.append(floats if worth == 1.0 else floats * worth)
                else:
                    size = len(raw.line) if isinstance(rows, slice) else len(rows)
                    pieces.append(np.broadcast_to(np.float64(1.0 if key == "adj_factor" else np.nan), size))
            values[key] = pieces
        joined = {key: pieces[0] if len(pieces) == 1 else np.concatenate(pieces) for key, pieces in values.items()}
        sizes = [len(raw.line) if isinstance(rows, slice) else len(rows) for rows in picked]
        which = [code[rows] if len(shape.parts) == 1 else np.full(size, k, np.intp)
                 for k, (rows, size) in enumerate(zip(picked, sizes, strict=True))]  # fmt: skip
        further = further_columns(raw.file, self.header, raw.columns, shape, raw.decimal, self.options)
        joined |= {name: values[picked[0]] for name, values in further.items()}
        if special is not None:
            joined[SPECIAL] = special[picked[0]]
        if idle is not None and idle[picked[0]].any():
            off = idle[picked[0]]
            self.notes.append(f"{int(off.sum()):,} rows in which a series did not trade are no bars")
            for key in ("open", "high", "low", "close", "volume", "amount"):
                joined[key] = np.where(off, np.nan, joined[key])
        if dates.code is not None and dates.each is not None and len(picked) == 1 and isinstance(picked[0], slice):
            dated, position = np.unique(dates.each, return_inverse=True)  # NaT, of which no row is, comes last
            dated, date = dated[~np.isnat(dated)], position[dates.code]
        else:
            days = [dates.days[rows] for rows in picked]
            dated, date = _ascending(days[0] if len(days) == 1 else np.concatenate(days))
        order = sorted(range(len(symbols)), key=symbols.__getitem__)
        rank = np.empty(len(symbols), np.intp)
        rank[order] = np.arange(len(symbols))
        symbol = rank[which[0] if len(which) == 1 else np.concatenate(which)]
        line = [raw.line[rows] for rows in picked]
        texts = {
            key: _spelt_alike(*self.raw.columns[i].labels()) if key in DAYS else self.raw.columns[i].labels()
            for key, i in shape.texts.items()
            if key in TEXTS
        }
        unused = tuple(
            name
            for i, name in enumerate(self.header)
            if i not in shape.used and name and name not in COLUMNS and name not in further
        )
        second = joined.pop("adjusted", None)
        rows = Tidy(
            raw.file, raw.place, line[0] if len(line) == 1 else np.concatenate(line), pd.DatetimeIndex(dated), date,
            tuple(symbols[k] for k in order), symbol, joined,
            {key: (codes[picked[0]], words) for key, (codes, words) in texts.items()}, unused,
        )  # fmt: skip
        if second is not None:
            factor = adjusted.from_second_close(joined["close"], second, symbol, date)
            if factor.problem:
                name = self.title(shape.parts[0].columns["adjusted"])
                self.problems.append(f'{raw.file}: {factor.problem}. Leave it out: columns={{"{name}": ""}}.')
            else:
                joined["adj_factor"] = factor.by_row
                self.notes.append(f"adj_factor made from {self.title(shape.parts[0].columns['adjusted'])}")
        return rows.early_closes()

    def _idle(self) -> Flags | None:
        """Rows of a column that says a series did not trade."""
        for i, name in enumerate(self.header):
            traded = TRADED.get(squeezed(name))
            if traded is not None and not self.shape.wide and i not in self.shape.used:
                code, words = self.raw.columns[i].keys
                off = np.array([word.strip() not in (traded, "", f"{traded}.0") for word in words] + [False])
                return np.asarray(off[code] & self.filled)
        return None

    # --- what is said of it -----------------------------------------------------------------------------------------

    def _adjusted(self, rows: Tidy) -> list[str]:
        """What speaks for adjusted prices; quotes are made of them where the reader says so and there is a factor."""
        flags = {
            name: sorted({word.strip() for word in self.raw.columns[i].keys[1]})
            for name, i in flag_columns(self.raw).items()
        }
        ways = [self.shape.names[part.columns["close"]].adjusted for part in self.shape.parts]
        held = rows.values  # noqa: PD011  # no pandas object
        said = adjusted.said_adjusted(self.header, (*self.raw.titles, self.raw.stem), flags, ways, held["close"])
        at, told = self._first_columns(), self.options.prices
        score = float("nan")
        if "adj_factor" in at:
            name = self.title(at["adj_factor"])
            named = name == "adj_factor" or name in self.options.meanings or bool(self.options.order)
            if not named and adjusted.is_added(held["close"], held["adj_factor"], rows.symbol, rows.date):
                self.problems.append(
                    f"{self.raw.file}: {name} is cash to add to prices, which fall by its steps, and no factor to "
                    f'multiply them by. Leave it out: columns={{"{name}": ""}}; if it is a factor after all: '
                    f'columns={{"{name}": "adj_factor"}}.'
                )
                return said
            score = adjusted.follows(held["close"], held["adj_factor"], rows.symbol, rows.date)
        if told == "adjusted" and "adj_factor" in at:
            held.update(adjusted.quoted(held))
            self.notes.append("prices were adjusted, as told; quotes are price / factor")
            return []
        if told is not None:
            self.notes.append(f"prices are taken as {told}, as told")
            return said if told == "adjusted" else []
        if "adj_factor" in at and self.title(at["adj_factor"]) != "adj_factor" and adjusted.undecided(score):
            name = self.title(at["adj_factor"])
            self.problems.append(
                f"{self.raw.file}: whether prices are adjusted by {name} can't be told. {adjusted.DECIDE}."
            )
        elif score < -0.5 and self.title(at["adj_factor"]) != "adj_factor":
            name = self.title(at["adj_factor"])
            said = [*said, f"prices do not step where {name} does: they are adjusted by it"]
        if not said and "adj_factor" not in at and not set(self.header) <= set(COLUMNS):
            by_code = np.array([stated_kind(symbol, "index") != "index" for symbol in rows.symbols])
            off = adjusted.computed(held["close"], by_code[rows.symbol])
            if off > 0.5:
                said = [f"there is no factor, and {off:.0%} of the closes of funds and shares are off any tick"]
        if said:
            way = "take unadjusted prices and a factor, or say"
            self.problems.append(
                f"{self.raw.file}: prices are adjusted ({'; '.join(said[:SHOWN])}): orders would fill at prices that "
                f'never were. Better {way} prices="adjusted"; prices="raw" if they are quotes after all.'
            )
        return said

    def _tell(self, numbers: Mapping[int, Numbers], dates: Parsed) -> None:
        raw = self.raw
        if raw.encoding not in ("utf-8", "utf-8-sig", "frame", "parquet", "feather", "workbook"):
            self.notes.append(f"{raw.file}: text in {raw.encoding}")
        self.notes += [f"{raw.file}: below the table: {text}" for text in raw.footers]
        suspended = sum(each.count(SUSPENDED_HERE) for each in numbers.values())
        if suspended:
            self.notes.append(f"{raw.file}: {suspended:,} cells say that nothing was traded (停牌)")
        if dates.form == "Excel serial numbers" or (dates.form.endswith("/YYYY") and self.options.dates is None):
            self.notes.append(f"{raw.file}: dates are {dates.form}")

    def _understood(self, rows: Tidy, units: Mapping[str, Unit]) -> tuple[Understood, ...]:
        out = []
        count, series = len(rows.line), len(rows.symbols)
        for i, name in enumerate(self.shape.names):
            field_ = name.field if i in self.shape.used else "field" if self.title(i) in rows.fields else ""
            if self.shape.wide and i != self.shape.date:
                continue
            unit = units.get(field_, Unit(1.0, "", ""))
            words = unit.words if unit.worth == 1.0 else f"{unit.words}: x {unit.worth:,.10g}"
            meaning = "adjusted_close" if field_ == "adjusted" else field_
            out.append(
                Understood(
                    self.title(i) or "(no name)", meaning, words, count if field_ else 0, series if field_ else 0
                )
            )
        if self.shape.wide:
            fields = dict.fromkeys(key for part in self.shape.parts for key in part.columns)
            for key in fields:
                with_it = sum(key in part.columns for part in self.shape.parts)
                unit = units.get(key, Unit(1.0, "", ""))
                words = unit.words if unit.worth == 1.0 else f"{unit.words}: x {unit.worth:,.10g}"
                out.append(Understood(f"a column per series ({with_it})", key, words, count, with_it))
        return tuple(out)

    def _lines(self, flags: Flags) -> tuple[tuple[int, str], ...]:
        return tuple(
            (int(self.raw.line[i]), ",".join(_bare(column, i) for column in self.raw.columns))
            for i in np.flatnonzero(flags).tolist()
        )


def _unwrapped(word: str) -> str:
    """A code without what keeps its zeros in a sheet."""
    found = _WRAPPED.match(word.strip())
    return (found[1] or found[2] or "").strip() if found else word.strip()


def _filled(columns: Sequence[Column]) -> Flags:
    """Rows in which any column holds something."""
    out = np.zeros(len(columns[0]), np.bool_)
    for column in columns:
        if out.all():
            break
        if column.is_number:
            out |= ~np.isnan(column.numbers(".").floats)
        else:
            code, words = column.keys
            out |= np.array([word.strip() != "" for word in words] + [False])[code]
    return out


def _ascending(values: NDArray[np.datetime64]) -> tuple[NDArray[np.datetime64], NDArray[np.intp]]:
    """Distinct values in ascending order, and the position of each value in them."""
    code, distinct = pd.factorize(values)
    ordered, position = np.unique(np.asarray(distinct), return_inverse=True)
    return ordered, position[code]


def _spelt_alike(code: NDArray[np.intp], values: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Code and distinct values with every date as 2020-01-31, with midnight or not; what is no date stays as it is."""
    from ..dates import to_dates

    days = to_dates(values) if len(values) else np.zeros(0, "M8[ns]")
    texts = [str(x) if np.isnat(day) else str(day.astype("M8[D]")) for x, day in zip(values, days, strict=True)]
    again, distinct = pd.factorize(np.array(texts, dtype=object))
    return np.append(again, -1)[code], np.asarray(distinct, dtype=object)


def _bare(column: Column, row: int) -> str:
    code, words = column.keys
    return words[code[row]] if code[row] >= 0 else ""


def _quoted(column: Column, row: int) -> str:
    text = _bare(column, row)
    return "empty" if not text.strip() else text if column.is_number else repr(text)
