"""Which series a run held when, as a chart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pandas as pd

from ...data.types import Floats
from ...engine.record import Record
from ..charts.axes import time_ticks
from ..charts.palette import group_key, series_roles
from ..charts.spec import Band, Bar, Chart, Row
from ..formatting import percent
from ..holdings import HoldingSpells


def timeline(record: Record, dates: pd.DatetimeIndex, spells: HoldingSpells, bands: Iterable[Band] = ()) -> Chart:
    """A row for each series that was held at a close, by group and symbol; behind it what the series made.

    Parameters
    ----------
    record : Record
    dates : DatetimeIndex of shape (S + 1,)
    spells : HoldingSpells
        Of the record.
    bands : iterable of Band

    Returns
    -------
    Chart
        Whose rows' share is that of sessions at whose close the series was held, and whose value is the money it made,
        costs included, in percent of starting cash.
    """
    panel, size = record.panel, len(record.sessions)
    closes = _closes(record, spells)
    made = np.bincount(spells.column, spells.contribution, len(panel.symbols)) / record.terms.opening
    colours, bars = series_roles(panel.symbols, panel.groups), _bars(spells, record.sessions)
    rows = tuple(
        Row(
            colours[i],
            tuple(bars[i]),
            panel.names[i],
            panel.symbols[i],
            percent(float(made[i]), 1, True),
            float(closes[i] / size),
        )
        for i in _order(record)
        if closes[i]
    )
    named = ", ".join(f"{row.name} {row.share:.0%}" for row in rows)
    return Chart(
        "Rotation: what was held when",
        f"{record.name}: {named}",
        time_ticks(dates),
        bands=tuple(bands),
        rows=rows,
        key=group_key(panel.symbols, panel.groups),
        x_grid=True,
    )


def never_held(record: Record, spells: HoldingSpells) -> tuple[str, ...]:
    """Names of the series that were held at no close, by group and symbol.

    Parameters
    ----------
    record : Record
    spells : HoldingSpells
        Of the same record.
    """
    closes = _closes(record, spells)
    return tuple(record.panel.names[i] for i in _order(record) if not closes[i])


def _closes(record: Record, spells: HoldingSpells) -> Floats:
    """At how many closes each series was held."""
    return np.asarray(np.bincount(spells.column, spells.sessions, len(record.panel.symbols)), np.float64)


def _order(record: Record) -> list[int]:
    panel = record.panel
    return sorted(range(len(panel.symbols)), key=lambda i: (panel.groups[i], panel.symbols[i]))


def _bars(spells: HoldingSpells, sessions: pd.DatetimeIndex) -> dict[int, list[Bar]]:
    """The spells of each column that were held at a close, in order of time."""
    days, size, out = sessions.strftime("%Y-%m-%d"), len(sessions), defaultdict(list)
    fields = (values.tolist() for values in (spells.column, spells.start, spells.sessions))
    for column, start, count in zip(*fields, strict=True):
        if count:
            stop = start + count
            text = f"{days[start]} to {days[stop - 1]}, {count} session{'s' * (count != 1)}"
            out[column].append(Bar(start / size, stop / size, text))
    return out
