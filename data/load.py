"""Market data from files: ``load``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .bars import BARS, PRICES
from .dates import as_date, to_dates
from .errors import DataError, ParameterError, UnknownNameError
from .panel import Benchmark, Panel
from .read import read_tidy
from .tidy import NUMBERS, Tidy

_NAMED = 3  # sessions or symbols in a note
_EARLIEST, _LATEST = pd.Timestamp("1700-01-01"), pd.Timestamp("2200-01-01")


def load(path: str | Path, benchmark: str | None = None, *, start: Any = None, end: Any = None) -> Panel:
    """A panel from a long, tidy file.

    The sessions are the dates on which at least one tradable series has a bar; a series without a row has no bar there
    (NaN). The order of rows means nothing. Whatever was left out is told in ``Panel.notes``; nothing is repaired.

    Parameters
    ----------
    path : str or Path
        ``.csv``, ``.csv.gz`` or ``.parquet`` with the columns ``date, symbol, close`` and any of ``open, high, low``
        (all three or none), ``volume`` (units), ``amount`` (currency), ``adj_factor`` (default 1), ``name``, ``group``,
        ``kind`` ("index", the default, "etf" or "stock"), ``known_from``. Dates are ISO, prices unadjusted. All four
        prices empty: no bar.
    benchmark : str, optional
        A symbol of the same file, which is then not a tradable series, or ``PATH:SYMBOL``. A six-digit code also finds
        the one symbol it begins, as ``399006`` finds ``399006.SZ``. Sessions before its first or after its last bar are
        left out; a bar it lacks in between is NaN. Its prices are multiplied by its ``adj_factor``.
    start, end : date, optional
        First and last date of the panel, both included. Nothing before ``start`` is kept to warm up an indicator: a run
        has a start of its own.

    Raises
    ------
    DataError
        A file that can't be used: names the file, the rule, the first offending rows and what to do.
    UnknownNameError
        A benchmark that is not there: names the nearest symbol.
    ParameterError
        ``start`` or ``end`` is not a date, or the two are in the wrong order.
    """
    first, last = _span(start, end)
    traded, against = _split(read_tidy(path), Path(path), benchmark)
    traded.check()
    notes = [f"columns of {traded.file} not used: {', '.join(traded.unused)}"] if traded.unused else []
    sessions = _sessions(traded, first, last)
    bench = None
    if against is not None:
        sessions = _covered(sessions, against, notes)
        bench = _benchmark(against, sessions, notes)
    traded = _quoted(traded.on(sessions), notes)

    symbols, labels = traded.symbols, {key: traded.label(key) for key in traded.texts}
    known_from: Any = _published(traded, labels["known_from"]) if "known_from" in labels else None
    return Panel(
        sessions,
        symbols,
        **{key: traded.grid(key) for key in NUMBERS},
        names=tuple(name or symbol for name, symbol in zip(labels.get("name", symbols), symbols, strict=True)),
        groups=tuple(group or "" for group in labels.get("group", ())),
        kinds=tuple(kind or "index" for kind in labels.get("kind", ())),
        known_from=known_from,
        benchmark=bench,
        source=_shown(Path(path)) + (f", benchmark {against.label}" if against else ""),
        notes=tuple(notes),
    )


@dataclass(frozen=True)
class _Against:
    """The rows of a benchmark, and what to call it."""

    rows: Tidy
    symbol: str
    label: str


def _span(start: Any, end: Any) -> tuple[pd.Timestamp, pd.Timestamp]:
    first = _EARLIEST if start is None else as_date("start", start)
    last = _LATEST if end is None else as_date("end", end)
    if first > last:
        raise ParameterError(f"start {first:%F} lies after end {last:%F}")
    return first, last


def _split(table: Tidy, path: Path, benchmark: str | None) -> tuple[Tidy, _Against | None]:
    """The tradable series, and the benchmark, which is none of them if it comes from the same file."""
    if benchmark is None:
        return table, None
    other, code = _elsewhere(benchmark)
    home = other is None or other.samefile(path)
    source = table if home or other is None else read_tidy(other)
    symbol = code if code in source.symbols else _completed(code, source.symbols)
    is_bench = np.array([each == symbol for each in source.symbols])
    bench = source.of(is_bench).check()
    if not bench.has_bar.any():
        raise DataError(f"{source.file}: benchmark {symbol} has no bar. Choose another or complete the file.")
    if not home:
        return table, _Against(bench, symbol, f"{_shown(other or path)}:{symbol}")
    if is_bench.all():
        raise DataError(f"{source.file}: {symbol} is its only series; as the benchmark it leaves nothing to trade.")
    return table.of(~is_bench), _Against(bench, symbol, symbol)


def _shown(path: Path) -> str:
    """A file and its folder, for a report: enough to tell one ``bars.csv`` from another, and no path of a machine."""
    return f"{path.resolve().parent.name}/{path.name}"


def _elsewhere(benchmark: str) -> tuple[Path | None, str]:
    """``PATH:SYMBOL`` as a path and a symbol, or no path; the last colon counts that has a file before it."""
    for i in reversed([i for i, letter in enumerate(benchmark) if letter == ":"]):
        if Path(benchmark[:i]).is_file():
            return Path(benchmark[:i]), benchmark[i + 1 :]
    if Path(benchmark).is_file():
        raise ParameterError(f"benchmark {benchmark!r} is a file; say which of its series: PATH:SYMBOL")
    before, colon, _ = benchmark.rpartition(":")
    if colon and ("/" in before or "." in before):
        raise DataError(f"{before}: no such file. A benchmark is a symbol of the panel's file or PATH:SYMBOL.")
    return None, benchmark


def _completed(code: str, known: Sequence[str]) -> str:
    """The one symbol that is ``code`` and a suffix."""
    found = [symbol for symbol in known if len(code) == 6 and code.isdigit() and symbol.startswith(f"{code}.")]
    if len(found) != 1:
        raise UnknownNameError("benchmark", code, found or known)
    return found[0]


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


def _covered(sessions: pd.DatetimeIndex, against: _Against, notes: list[str]) -> pd.DatetimeIndex:
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


def _benchmark(against: _Against, sessions: pd.DatetimeIndex, notes: list[str]) -> Benchmark:
    symbol, rows = against.symbol, against.rows.on(sessions)
    arrays = {key: rows.grid(key)[:, 0] for key in BARS}
    factor = rows.grid("adj_factor")[:, 0]
    if (factor[~np.isnan(arrays["close"])] != 1).any():
        arrays |= {key: arrays[key] * factor for key in PRICES}
        notes.append(f"benchmark {symbol}: prices multiplied by its adj_factor")
    lacking = sessions[np.isnan(arrays["close"])]
    if len(lacking):
        count = f"{len(lacking):,} of {len(sessions):,}"
        notes.append(f"benchmark {symbol} has no bar in {count} sessions: {_some(lacking.strftime('%F'))}")
    days = against.rows.dates[against.rows.date[against.rows.has_bar]]
    alone = days[(days > sessions[0]) & (days < sessions[-1])].difference(sessions)
    if len(alone):
        days_alone = _some(alone.strftime("%F"))
        notes.append(f"benchmark {symbol} alone has a bar on {len(alone):,} days, no sessions here: {days_alone}")
    name = rows.label("name")[0] if "name" in rows.texts else None
    return Benchmark(symbol, name or symbol, **arrays)


def _quoted(traded: Tidy, notes: list[str]) -> Tidy:
    """The series with a bar in these sessions."""
    here = np.bincount(traded.symbol[traded.has_bar], minlength=len(traded.symbols)) > 0
    if not here.all():
        absent = [symbol for symbol, kept in zip(traded.symbols, here, strict=True) if not kept]
        notes.append(f"{len(absent)} series without a bar in these sessions left out: {_some(absent)}")
    return traded.of(here)


def _published(traded: Tidy, given: Sequence[Any]) -> Any:
    days = to_dates(np.array(["" if each is None else str(each) for each in given], dtype=object))
    for symbol, text, day in zip(traded.symbols, given, days, strict=True):
        if text is not None and np.isnat(day):
            form = "Write an ISO date such as 2020-01-31, or nothing"
            raise DataError(f"{traded.file}: known_from of {symbol} is {str(text)!r}. {form}.")
    return days


def _some(things: Sequence[str] | pd.Index) -> str:
    return ", ".join(things[:_NAMED]) + (", ..." if len(things) > _NAMED else "")
