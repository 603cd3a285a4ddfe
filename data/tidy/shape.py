"""What the columns of a table are: one row per date and symbol, a column per series, or several levels of names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ..errors import DataError, UnknownNameError
from .column import Column
from .columns import DAYS, PAID
from .headers import NUMBER, Layout, Name, meaning, tickers
from .names import ADJUSTED_BY, AGGREGATES, EMPTY, squeezed
from .options import ReadOptions
from .raw import Raw, shown  # noqa: F401

_CODE = re.compile(r"(?<![A-Za-z\d])((?:sh|sz|bj)[.#_]?\d{6}|\d{6}(?:\.[A-Za-z]{2,4})?)(?!\d)", re.IGNORECASE)
_PLAIN_ORDER = ("date", "open", "high", "low", "close", "volume", "amount")
_MARKS = ("_", "|", ":", " ", "-", ".")
_LABELS = ("name", "group", "kind", *DAYS, "board", "st")
_BARS = ("open", "high", "low", "close", "adjusted", "volume", "amount", "adj_factor", *PAID)


class Part(NamedTuple):
    """Series that share columns: all of a long table, or one of a wide one."""

    symbol: str  # "" where a column says it
    columns: dict[str, int]  # field to position


class Shape(NamedTuple):
    """The columns of a table by what they mean."""

    names: tuple[Name, ...]
    date: int
    symbol: int | None
    parts: tuple[Part, ...]
    texts: dict[str, int]
    wide: bool
    notes: tuple[str, ...] = ()

    @property
    def used(self) -> set[int]:
        """Positions of columns that are read."""
        found = {self.date, *self.texts.values(), *(i for part in self.parts for i in part.columns.values())}
        return found | ({self.symbol} if self.symbol is not None else set())


def shape_of(raw: Raw, options: ReadOptions) -> Shape:
    """What each column of a table is.

    Parameters
    ----------
    raw : Raw
    options : ReadOptions
        What the reader tells of it.

    Raises
    ------
    DataError
        No column of dates or of closes, or two of one kind; says which option decides.
    UnknownNameError
        A column that was told something about is not there.
    """
    if not raw.layout.headers:
        return _bare(raw, options)
    header = raw.layout.headers[raw.layout.main]
    names = _named(raw, header, options)
    date = _date_column(raw, header, names, options)
    above = tickers(raw.layout)
    fields = [name.field for name in names]
    if above is not None and any(each in _BARS for each in fields):
        return _two_levels(raw, header, names, date, above)
    strong = {name.field for name in names if not name.weak}
    names = [
        name._replace(field="other") if name.weak and name.field in strong else name._replace(weak=False)
        for name in names
    ]
    told = options.meanings
    fields = [name.field for name in names]
    if "close" not in fields and "adjusted" in fields:
        names = [
            name._replace(field="close", adjusted=name.adjusted or "qfq") if name.field == "adjusted" else name
            for name in names
        ]
        fields = [name.field for name in names]
    for field in dict.fromkeys(fields):
        same = [i for i, each in enumerate(fields) if each == field]
        if field in ("", "other", "date", "name") or len(same) < 2:
            continue
        exact = [i for i in same if header[i] == field or header[i] in told]
        if len(exact) != 1:
            both = " and ".join(repr(header[i]) for i in same)
            found = f"found: {', '.join(header)}"
            advice = f'Say which one: columns={{"{header[same[1]]}": ""}} leaves the second out'
            if len({header[i] for i in same}) == 1:
                both, advice = f"column {header[same[0]]}", "Keep one of each"
            raise DataError(
                f"{raw.file}: {both} {'comes twice' if 'column' in both else f'both mean {field}'}; {found}. {advice}."
            )
        names = [n._replace(field="other") if i in same and i not in exact else n for i, n in enumerate(names)]
        fields = [name.field for name in names]
    if "close" in fields:
        at = {field: fields.index(field) for field in _BARS if field in fields}
        texts: dict[str, int] = {key: fields.index(key) for key in _LABELS if key in fields}
        symbol = fields.index("symbol") if "symbol" in fields else None
        only = "" if symbol is not None else only_symbol(raw)
        return Shape(tuple(names), date, symbol, (Part(only, at),), texts, False)
    if {"open", "high", "low", "volume", "amount", "symbol"} & set(fields):
        raise _no_close(raw, header)
    return _flat_levels(raw, header, date) or _wide(raw, header, names, date)


def only_symbol(raw: Raw) -> str:
    """The symbol of a table of one series: what a title or a second header line names, else the name of the file."""
    for line in raw.layout.headers[: raw.layout.main] + raw.layout.headers[raw.layout.main + 1 :]:
        named = {cell for cell in line[1:] if cell}
        if len(named) == 1 and squeezed(line[0]) in ("ticker", "tickers", "symbol", "代码", "证券代码"):
            return named.pop()
    for text in (*raw.titles, raw.stem):
        codes = dict.fromkeys(_CODE.findall(text))
        if len(codes) == 1:
            return _plain_code(next(iter(codes)))
    return raw.stem


def _plain_code(code: str) -> str:
    """SH#510050 as 510050.SH; anything else as it stands."""
    found = re.fullmatch(r"([A-Za-z]{2})[#_](\d{6})", code)
    return f"{found[2]}.{found[1].upper()}" if found else code


def _named(raw: Raw, header: tuple[str, ...], options: ReadOptions) -> list[Name]:
    told = options.meanings
    for name in told:
        if name not in header:
            raise UnknownNameError(f"column of {raw.file}", name, header)
    told |= {name: "" for name in options.lags if meaning(name).field in PAID and name not in (*PAID, *told)}
    return [
        meaning(name)._replace(field=told[name] or "other", weak=False) if name in told else meaning(name)
        for name in header
    ]


def _date_column(raw: Raw, header: tuple[str, ...], names: list[Name], options: ReadOptions) -> int:
    dated = [i for i, name in enumerate(names) if name.field == "date"]
    plain = [i for i in dated if not re.fullmatch(r"(time|时间|timestamp)", squeezed(header[i]))]
    for i in (*plain, *dated):
        if _are_dates(raw.columns[i], options):
            return i
    for i in range(len(header)):
        if (not header[i] or i == 0) and (not names[i].field or names[i].weak) and _are_dates(raw.columns[i], options):
            return i
    if plain or dated:
        return (plain or dated)[0]
    found = ", ".join(name or "(no name)" for name in header)
    raise DataError(f'{raw.file}: no column of dates; found: {found}. Say which one it is: columns={{"NAME": "date"}}.')


def _are_dates(column: Column, options: ReadOptions) -> bool:
    from .days import read_dates

    sample = column.some(20)
    return bool(sample) and 2 * int((~np.isnat(read_dates(sample, options.dates).days)).sum()) > len(sample)


def _two_levels(raw: Raw, header: tuple[str, ...], names: list[Name], date: int, above: tuple[str, ...]) -> Shape:
    parts: dict[str, dict[str, int]] = {}
    for i, name in enumerate(names):
        if i != date and name.field in _BARS and above[i]:
            at = parts.setdefault(above[i], {})
            if name.field not in at or not name.weak:
                at[name.field] = i
    for at in parts.values():
        if "close" not in at and "adjusted" in at:
            at["close"] = at.pop("adjusted")
    found = tuple(Part(symbol, at) for symbol, at in parts.items() if "close" in at)
    if not found:
        raise _no_close(raw, header)
    return Shape(tuple(name._replace(weak=False) for name in names), date, None, found, {}, True)


def _flat_levels(raw: Raw, header: tuple[str, ...], date: int) -> Shape | None:
    """Columns called SYMBOL_FIELD or FIELD_SYMBOL as those of two levels; None where they are not."""
    others = [i for i in range(len(header)) if i != date]
    for mark, field_last in ((mark, last) for mark in _MARKS for last in (True, False)):
        cut = {i: header[i].rpartition(mark) if field_last else header[i].partition(mark) for i in others}
        level = {i: (left, right) if field_last else (right, left) for i, (left, _, right) in cut.items()}
        names = {i: meaning(field) for i, (_, field) in level.items()}
        if len(others) < 2 or not all(symbol and names[i].field in _BARS for i, (symbol, _) in level.items()):
            continue
        parts: dict[str, dict[str, int]] = {}
        for i, (symbol, _) in level.items():
            parts.setdefault(symbol, {})[names[i].field] = i
        if len({frozenset(at) for at in parts.values()}) > 1 or not all("close" in at for at in parts.values()):
            raise DataError(
                f"{raw.file}: columns are called {header[others[0]]!r} and the like, and not every series has the same "
                "fields. Give two levels of columns, or a column per field and one for the symbol."
            )
        found = tuple(names.get(i, Name("date")) for i in range(len(header)))
        return Shape(found, date, None, tuple(Part(symbol, at) for symbol, at in parts.items()), {}, True)
    return None


def _codes(raw: Raw, series: list[int]) -> list[str] | None:
    """The header line that has a code for each of these columns; None where there is none besides the names."""
    for k, line in enumerate(raw.layout.headers):
        if k != raw.layout.main and all(i < len(line) and _CODE.fullmatch(line[i]) for i in series):
            return [line[i] for i in series]
    return None


def _wide(raw: Raw, header: tuple[str, ...], names: list[Name], date: int) -> Shape:
    series = [i for i, name in enumerate(names) if i != date and not name.field and _is_numeric(raw.columns[i])]
    made = [i for i in series if squeezed(header[i]) in AGGREGATES]
    series = [i for i in series if i not in made]
    if not series:
        raise _no_close(raw, header)
    notes = [f"{raw.file}: columns made of the others left out: {', '.join(header[i] for i in made)}"] if made else []
    symbols = [header[i] or f"column {i + 1}" for i in series]
    if not all(_CODE.fullmatch(symbol) for symbol in symbols) and (codes := _codes(raw, series)):
        pairs = ", ".join(f"{code} {name}" for code, name in zip(codes[:3], symbols, strict=False))
        notes.append(f"{raw.file}: series go by the codes in its header: {pairs}{', ...' if len(codes) > 3 else ''}")
        symbols = codes
    doubled = sorted({symbol for symbol in symbols if symbols.count(symbol) > 1})
    if doubled:
        raise DataError(f"{raw.file}: two columns are called {doubled[0]!r}. Give each series a name of its own.")
    parts = tuple(Part(symbol, {"close": i}) for symbol, i in zip(symbols, series, strict=True))
    return Shape(tuple(names), date, None, parts, {}, True, tuple(notes))


def _is_numeric(column: Column) -> bool:
    if column.is_number:
        return True
    said = [text for text in column.keys[1] if text.strip().lower() not in EMPTY]  # few rows of a late series say any
    said = said[:: len(said) // 60 + 1]
    if not said:
        return True  # nothing yet: a series listed later
    return sum(bool(NUMBER.fullmatch(text)) for text in said) > len(said) / 2


def _bare(raw: Raw, options: ReadOptions) -> Shape:
    """A table without a header: in the order told, or in the usual one where the prices agree with it."""
    width, order = len(raw.columns), options.order
    if order and len(order) != width:
        raise DataError(
            f"{raw.file}: {len(order)} columns are named, a row has {width}. Name each, '' to leave it out."
        )
    notes: tuple[str, ...] = ()
    if not order:
        order = _PLAIN_ORDER[:width] if width in (5, 6, 7) else ()
        if width == 8 and all(re.fullmatch(r"\d{1,2}:?\d\d(:?\d\d)?", text) for text in raw.columns[1].some(5)):
            order = ("date", "", *_PLAIN_ORDER[1:])
        if not order or not _agree(raw, order):
            begins = ", ".join(column.some(1)[0] for column in raw.columns)[:80]
            raise DataError(
                f"{raw.file}: no header line, and a row ({begins}) is not open, high, low, close, ... of a day. "
                ' Name the columns in order, "" for one to leave out: columns=["date", "open", "high", ...].'
            )
        notes = (
            f"{raw.file} has no header; its prices say that it is {', '.join(name or '(left out)' for name in order)}",
        )
    names = tuple(Name(field or "other") for field in order)
    at = {field: order.index(field) for field in _BARS if field in order}
    if "close" not in at or "date" not in order:
        raise _no_close(raw, order)
    symbol = order.index("symbol") if "symbol" in order else None
    texts: dict[str, int] = {key: order.index(key) for key in _LABELS if key in order}
    only = "" if symbol is not None else only_symbol(raw)
    return Shape(names, order.index("date"), symbol, (Part(only, at),), texts, False, notes)


def _agree(raw: Raw, order: tuple[str, ...]) -> bool:
    """Whether the prices of a table are open, high, low and close in this order."""
    prices = [raw.columns[order.index(key)].numbers(raw.decimal).floats for key in ("open", "high", "low", "close")]
    o, h, lo, c = prices
    return bool(((h >= np.maximum(o, c)) & (lo <= np.minimum(o, c))).mean() > 0.99 and (h > lo).any())


def _no_close(raw: Raw, header: Iterable[str]) -> DataError:
    found = ", ".join(name or "(no name)" for name in header)
    return DataError(
        f'{raw.file}: no column of closes; found: {found}. Say which one it is: columns={{"NAME": "close"}}.'
    )


def flag_columns(raw: Raw) -> dict[str, int]:
    """Columns that say how prices were adjusted, by name."""
    if not raw.layout.headers:
        return {}
    header = raw.layout.headers[raw.layout.main]
    return {name: i for i, name in enumerate(header) if squeezed(name) in ADJUSTED_BY}


def header_of(top: Layout) -> tuple[str, ...]:
    """The names of the columns, none for a table without."""
    return top.headers[top.main] if top.headers else ()
