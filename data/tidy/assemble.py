"""A panel from rows: which series are traded, which one is the benchmark, and what of both fits together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..arrays import carried, sealed
from ..bars import BARS, PRICES
from ..benchmark import Benchmark, bars_alone, earlier_bars, note_alone
from ..bounds import EARLIEST, LATEST
from ..dates import as_date, to_dates
from ..errors import DataError, ParameterError, UnknownNameError
from ..fields import Fields, lagged
from ..panel import Panel
from .columns import DAYS, NUMBERS, SPECIAL, Tidy
from .elsewhere import INDEX, Shelf, adjusted, completed, elsewhere, one_of
from .read import read_tidy, shown

_NAMED = 3  # sessions or symbols in a note


@dataclass(frozen=True)
class Against:
    """The rows of a benchmark, and what to call it."""

    rows: Tidy
    symbol: str
    label: str


def split(
    table: Tidy, benchmark: str | None, path: Path | None = None, store: Shelf | None = None
) -> tuple[Tidy, Against | None]:
    """The tradable series and the benchmark, which is none of them if it is one of the table's.

    Parameters
    ----------
    table : Tidy
    benchmark : str or None
        A symbol of the table, ``PATH:SYMBOL``, or else a code that ``store`` holds from the source ``index``.
    path : Path, optional
        The file that ``table`` is, if it is one.
    store : Shelf, optional

    Raises
    ------
    UnknownNameError
        It is in none of these; names what is there.
    DataError
        It has no bar, or is the only series.
    """
    if benchmark is None:
        return table, None
    other, code = elsewhere(benchmark)
    if other is not None and not (path is not None and other.samefile(path)):
        rows = read_tidy(other)
        symbol = one_of(code, rows.symbols) or completed(code, rows.symbols)
        return table, _against(rows, symbol, f"{shown(other)}:{symbol}")
    own = one_of(code, table.symbols)
    if own is None and other is None and store is not None:
        held = store.symbols(INDEX)
        found = one_of(code, held)
        if found is None:
            if not held:
                missing = f"benchmark {code} is no symbol of {table.file}, and no benchmarks are held"
                raise DataError(f"{missing}. Run: sectorlead fetch {INDEX}; or give PATH:SYMBOL")
            raise UnknownNameError("benchmark", code, (*held, *table.symbols))
        return table, _against(store.tidy(INDEX, [found]), found, f"{INDEX}:{found}")
    symbol = own or completed(code, table.symbols)
    if table.symbols == (symbol,):
        raise DataError(f"{table.file}: {symbol} is its only series; as the benchmark it leaves nothing to trade.")
    is_bench = np.array([each == symbol for each in table.symbols])
    return table.of(~is_bench), _against(table, symbol, symbol)


def assemble(
    traded: Tidy,
    against: Against | None,
    source: str,
    start: Any = None,
    end: Any = None,
    lags: Mapping[str, int] | None = None,
) -> Panel:
    """The panel of these rows, as ``load`` describes it.

    Bars that can't be are refused by the panel; rows of a file are best checked before, by line.

    Parameters
    ----------
    traded : Tidy
        Tradable series. Bars that can't be are refused by the panel; rows of a file are best checked before, by line.
    against : Against or None
        The benchmark, which bounds the sessions.
    source : str
        What reports call the origin.
    start, end : date, optional
        First and last date, both included.
    lags : mapping of str to int, optional
        Sessions after the one it is dated in which a value of a field is known; default 0.

    Returns
    -------
    Panel
        What was left out is told in its ``notes``.

    Raises
    ------
    DataError
        No bar between ``start`` and ``end``, no session in common with the benchmark, or what ``Panel`` refuses.
    ParameterError
        ``start`` or ``end`` is no date, or the two are in the wrong order.
    """
    first, last = _span(start, end)
    notes: list[str] = [f"columns of {traded.file} not used: {', '.join(traded.unused)}"] if traded.unused else []
    sessions = _sessions(traded, first, last)
    bench = None
    if against is not None:
        sessions = _covered(sessions, against, notes)
        bench = _benchmark(against, sessions, notes)
    whole, traded = traded, _quoted(traded.on(sessions), notes)
    extra = _fields(whole, traded, lags or {}, notes)
    symbols, labels = traded.symbols, {key: traded.label(key) for key in traded.texts}
    days = {key: _days(traded, key, labels[key]) for key in DAYS if key in labels}
    special = _special(whole, sessions, symbols)
    held = dict(traded.values)  # no pandas object
    traded = replace(traded, values=held)
    del whole  # what becomes a grid is let go, if nobody else holds it
    bars: dict[str, Any] = {}
    for key in NUMBERS:
        bars[key] = sealed(traded.grid(key))  # so that the panel need not copy it
        del held[key]
    del traded, held
    return Panel(
        sessions,
        symbols,
        **bars,
        names=tuple(name or symbol for name, symbol in zip(labels.get("name", symbols), symbols, strict=True)),
        groups=tuple(group or "" for group in labels.get("group", ())),
        kinds=tuple(kind or "" for kind in labels.get("kind", ())),
        boards=tuple(board or "" for board in labels.get("board", ())),
        **days,
        special=special,
        benchmark=bench,
        fields=extra,
        source=source + (f", benchmark {against.label}" if against else ""),
        notes=(*notes, *_closes_only(bars, sessions, symbols)),
    )


def _fields(whole: Tidy, traded: Tidy, lags: Mapping[str, int], notes: list[str]) -> Fields:
    """The fields of the traded rows as they were known in each session, and a note on each."""
    for name in lags:
        if name not in whole.fields:
            raise UnknownNameError("field", name, whole.fields)
    days, sessions = whole.dates, traded.dates
    quoted = np.bincount(whole.date[whole.has_bar], minlength=len(days)) > 0
    longest = max(lags.values(), default=0)
    before = days[quoted & (days < sessions[0])][-longest:] if longest else days[:0]
    chosen = np.isin(np.array(whole.symbols, dtype=object), np.array(traded.symbols, dtype=object))
    early = whole.on(before).of(chosen) if len(before) else None
    between = np.asarray((days >= sessions[0]) & (days <= sessions[-1]) & ~days.isin(sessions))
    out, told = {}, []
    for name in whole.fields:
        lag = lags.get(name, 0)
        out[name] = lagged(traded.grid(name), lag, name, None if early is None else early.grid(name))
        lost = int((np.isfinite(whole.values[name]) & between[whole.date]).sum())  # noqa: PD011
        told.append(name + (f" (known {lag} session{'s' * (lag > 1)} after its date)" if lag else ""))
        if lost:
            notes.append(f"field {name}: {lost:,} values on days that are no sessions left out")
    if told:
        notes.append(f"fields beside the bars: {', '.join(told)}")
    return Fields(out)


def _closes_only(bars: dict[str, Any], sessions: pd.DatetimeIndex, symbols: Sequence[str]) -> list[str]:
    """A note on the series that begin with closes alone, and from when their bars are whole."""
    alone = ~np.isnan(bars["close"]) & np.isnan(bars["open"])
    if not alone.any() or np.isnan(bars["open"]).all():
        return []
    columns = np.flatnonzero(alone.any(axis=0)).tolist()
    last = len(sessions) - 1 - alone[::-1].argmax(axis=0)
    until = _some([f"{symbols[i]} to {sessions[last[i]]:%F}" for i in columns])
    return [f"{len(columns)} series begin with closes only, which warm up and can't be traded: {until}"]


def _against(rows: Tidy, symbol: str, label: str) -> Against:
    bench = rows.of(np.array([each == symbol for each in rows.symbols])).check()
    if not bench.has_bar.any():
        raise DataError(f"{rows.file}: benchmark {symbol} has no bar. Choose another or complete the file.")
    return Against(bench, symbol, label)


def _span(start: Any, end: Any) -> tuple[pd.Timestamp, pd.Timestamp]:
    first = pd.Timestamp(EARLIEST) if start is None else as_date("start", start)
    last = pd.Timestamp(LATEST) if end is None else as_date("end", end)
    if first > last:
        raise ParameterError(f"start {first:%F} lies after end {last:%F}")
    return first, last


def _sessions(traded: Tidy, first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
    quoted = traded.dates[np.bincount(traded.date[traded.has_bar], minlength=len(traded.dates)) > 0]
    if not len(quoted):
        raise DataError(f"{traded.file}: no row has a close.")
    sessions = quoted[(quoted >= first) & (quoted <= last)]
    if not len(sessions):
        raise DataError(
            f"{traded.file}: no bar between start and end; the file has bars from {quoted[0]:%F} to {quoted[-1]:%F}."
        )
    return sessions


def _covered(sessions: pd.DatetimeIndex, against: Against, notes: list[str]) -> pd.DatetimeIndex:
    """The sessions from the first to the last bar of the benchmark."""
    rows = against.rows
    days = rows.dates[rows.date[rows.has_bar]]
    begins, ends = days.min(), days.max()
    early, late = sessions[sessions < begins], sessions[sessions > ends]
    if len(early):
        notes.append(f"benchmark {against.symbol} begins {begins:%F}: {len(early):,} earlier sessions left out")
    if len(late):
        notes.append(f"benchmark {against.symbol} ends {ends:%F}: {len(late):,} later sessions left out")
    kept = sessions[(sessions >= begins) & (sessions <= ends)]
    if not len(kept):
        raise DataError(
            f"benchmark {against.symbol} has bars from {begins:%F} to {ends:%F}, the panel from {sessions[0]:%F} to "
            f"{sessions[-1]:%F}: no session in common. Choose another benchmark or other dates."
        )
    return kept


def _benchmark(against: Against, sessions: pd.DatetimeIndex, notes: list[str]) -> Benchmark:
    symbol, rows = against.symbol, against.rows.on(sessions)
    arrays = {key: rows.grid(key)[:, 0] for key in BARS}
    if (against.rows.values["adj_factor"][against.rows.has_bar] != 1).any():  # noqa: PD011
        factor = rows.grid("adj_factor")[:, 0]
        arrays |= {key: arrays[key] * factor for key in PRICES}
        notes.append(f"benchmark {symbol}: prices multiplied by its adj_factor")
    lacking = sessions[np.isnan(arrays["close"])]
    if len(lacking):
        which = _some(lacking.strftime("%F"))
        notes.append(f"benchmark {symbol} has no bar in {len(lacking):,} of {len(sessions):,} sessions: {which}")
    days = _quoted_days(against.rows)
    own = adjusted(against.rows.on(days))
    earlier, note = earlier_bars(own, sessions)
    notes += [f"benchmark {symbol} {note}"] if note else []
    alone = days[(days > sessions[0]) & (days < sessions[-1])].difference(sessions)
    if len(alone):
        notes.append(note_alone(symbol, alone))
    name = rows.label("name")[0] if "name" in rows.texts else None
    return Benchmark(symbol, name or symbol, **arrays, earlier=earlier, alone=bars_alone(own, sessions))


def _quoted_days(rows: Tidy) -> pd.DatetimeIndex:
    return rows.dates[np.unique(rows.date[rows.has_bar])]


def _quoted(traded: Tidy, notes: list[str]) -> Tidy:
    """The series with a bar in these sessions."""
    here = np.bincount(traded.symbol[traded.has_bar], minlength=len(traded.symbols)) > 0
    if not here.all():
        absent = [symbol for symbol, kept in zip(traded.symbols, here, strict=True) if not kept]
        notes.append(f"{len(absent)} series without a bar in these sessions left out: {_some(absent)}")
    return traded.of(here)


def _special(whole: Tidy, sessions: pd.DatetimeIndex, symbols: Sequence[str]) -> Any:
    """Special treatment by session, (T, N), as last said on any date of the file, one that is no session included."""
    said = whole.values  # noqa: PD011  # no pandas object
    if SPECIAL not in said:
        return None
    chosen = np.isin(np.array(whole.symbols, dtype=object), np.array(symbols, dtype=object))
    return carried(whole.of(chosen).grid(SPECIAL))[whole.dates.get_indexer(sessions)]


def _days(traded: Tidy, key: str, given: Sequence[Any]) -> Any:
    days = to_dates(np.array(["" if each is None else str(each) for each in given], dtype=object))
    for symbol, text, day in zip(traded.symbols, given, days, strict=True):
        if text is not None and np.isnat(day):
            form = "Write an ISO date such as 2020-01-31, or nothing"
            raise DataError(f"{traded.file}: {key} of {symbol} is {str(text)!r}. {form}.")
    return days


def _some(things: Sequence[str] | pd.Index) -> str:
    return ", ".join(things[:_NAMED]) + (", ..." if len(things) > _NAMED else "")
