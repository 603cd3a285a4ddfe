"""Dated events from a reader's TOML, and returns around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.dates import as_date
from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.data.toml_table import parse_toml
from sectorlead.reports.brief.evidence import Around, Event
from sectorlead.research.brief.cut import benchmark_of

SPANS = (-5, 1, 5, 20)
"""Sessions before (below 0) or from the close before the event on."""
KEYS = ("date", "name", "symbols")


def read_events(path: str | Path) -> tuple[dict[str, Any], ...]:
    """The events of a file: tables ``[[event]]`` with ``date``, ``name``, and ``symbols`` where they concern some only.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    InputError
        No such file, or not of that form; names the event and the key.
    """
    place = f"events {path}"
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{place}: {error.strerror or error}") from None
    document = parse_toml(content, place)
    if set(document) - {"event"} or not isinstance(document.get("event", []), list):
        raise InputError(f"{place} must hold tables [[event]], each with date, name and, if it concerns some, symbols")
    return tuple(check_event(item, f"{place}, event {k}") for k, item in enumerate(document.get("event", []), 1))


def check_event(item: Any, place: str = "event") -> dict[str, Any]:
    """An event with its date as a timestamp and its symbols as a tuple.

    Parameters
    ----------
    item : mapping
        With the keys ``date``, ``name`` and perhaps ``symbols``.
    place : str
        For the error.

    Raises
    ------
    InputError
        A key that is missing or of another form.
    UnknownNameError
        A key that is not known.
    """
    if not isinstance(item, Mapping):
        raise InputError(f"{place} must be a table with date and name, was {item!r}")
    for key in item:
        if key not in KEYS:
            raise UnknownNameError("key of an event", str(key), KEYS)
    name, symbols = item.get("name"), item.get("symbols", ())
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"{place}: name must be a text, was {name!r}")
    if isinstance(symbols, str) or not all(isinstance(each, str) for each in symbols):
        raise InputError(f'{place}: symbols must be a list of symbols, such as ["801050"], was {symbols!r}')
    date = item.get("date")
    if date is None:
        raise InputError(f"{place}: date must be a date such as 2021-07-07, was {date!r}")
    return {"date": as_date(f"{place}: date", date), "name": name, "symbols": tuple(symbols)}


def dated_events(panels: Sequence[Panel], events: Sequence[Mapping[str, Any]]) -> tuple[Event, ...]:
    """Each event with returns around it, as far as they are known; in order of dates.

    Parameters
    ----------
    panels : sequence of Panel
        The main one first; all end with the day. Symbols are looked for in them in this order.
    events : sequence of mapping
        See ``check_event``.

    Raises
    ------
    UnknownNameError
        A symbol that is in none of them.
    """
    found = [check_event(event, f"event {k}") for k, event in enumerate(events, 1)]
    return tuple(_event(panels, **item) for item in sorted(found, key=lambda item: item["date"]))


def _event(panels: Sequence[Panel], *, date: pd.Timestamp, name: str, symbols: tuple[str, ...]) -> Event:
    main = panels[0]
    sessions, today = main.sessions, main.sessions[-1]
    row = int(sessions.searchsorted(date))
    past = row < len(sessions) and date >= sessions[0]
    bench = benchmark_of(main).last_close
    lines = [_line(panels, symbol) for symbol in symbols]
    return Event(
        name=name,
        date=date,
        symbols=symbols,
        session=sessions[row] if past else None,
        days=(date - today).days,
        around=tuple(_around(lines, bench, row, span) for span in SPANS) if past else (),
    )


def _line(panels: Sequence[Panel], symbol: str) -> np.ndarray:
    """Closes of a symbol on the sessions of the main panel."""
    for panel in panels:
        if symbol in panel.symbols:
            line = pd.Series(panel.last_adjusted_close[:, panel.column(symbol)], panel.sessions)
            return line.reindex(panels[0].sessions).ffill().to_numpy()
    raise UnknownNameError("symbol of an event", symbol, [name for panel in panels for name in panel.symbols])


def _around(lines: list[np.ndarray], bench: np.ndarray, row: int, span: int) -> Around:
    """Growth of each line from the close before the event on, or up to it; NaN where not known yet."""
    base = row - 1
    start, stop = (base + span, base) if span < 0 else (base, base + span)
    if start < 0 or stop >= len(bench):
        return Around(sessions=span, own=np.nan, ahead=np.nan)
    market = float(bench[stop] / bench[start] - 1)
    if not lines:
        return Around(sessions=span, own=market, ahead=np.nan)
    own = float(np.mean([line[stop] / line[start] - 1 for line in lines]))
    return Around(sessions=span, own=own, ahead=own - market)
