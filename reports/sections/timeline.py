"""Which series a run held when, as a chart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from ...engine.record import Record
from ..charts.axes import time_ticks
from ..charts.palette import group_key
from ..charts.spec import Band, Bar, Chart, Row
from ..formatting import percent
from ..holdings import HoldingSpells
from ..series_colours import closes_held, entry_order


def timeline(
    record: Record, dates: pd.DatetimeIndex, spells: HoldingSpells, bands: Iterable[Band], colours: Sequence[str]
) -> Chart:
    """A row for each series that was held at a close, in the order they came in; behind it what the series made.

    Two rows that follow each other never look alike: where colours stand for groups, the second has it lighter.

    Parameters
    ----------
    record : Record
    dates : DatetimeIndex of shape (S + 1,)
    spells : HoldingSpells
        Of the record.
    bands : iterable of Band
    colours : sequence of str
        The role of each series; see ``series_colours``.

    Returns
    -------
    Chart
        Whose rows' share is that of sessions at whose close the series was held, and whose value is the money it made,
        costs included, in percent of starting cash.
    """
    panel, size = record.panel, len(record.sessions)
    closes = closes_held(record, spells)
    made = np.bincount(spells.column, spells.contribution, len(panel.symbols)) / record.terms.opening
    bars = _bars(spells, record.sessions)
    rows = [
        Row(
            colours[i],
            tuple(bars[i]),
            panel.names[i],
            panel.symbols[i],
            percent(float(made[i]), 1, True),
            float(closes[i] / size),
        )
        for i in entry_order(record, spells)
        if closes[i]
    ]
    for k in range(1, len(rows)):
        if rows[k].role == rows[k - 1].role and not rows[k - 1].lighter:
            rows[k] = rows[k]._replace(lighter=True)
    named = ", ".join(f"{row.name} {row.share:.0%}" for row in rows)
    return Chart(
        "Rotation: what was held when",
        f"{record.name}: {named}",
        time_ticks(dates),
        bands=tuple(bands),
        rows=tuple(rows),
        key=group_key(panel.symbols, panel.groups),
        x_grid=True,
        dates=dates,
    )


def never_held(record: Record, spells: HoldingSpells) -> tuple[str, ...]:
    """Names of the series that were held at no close, by symbol.

    Parameters
    ----------
    record : Record
    spells : HoldingSpells
        Of the same record.
    """
    closes = closes_held(record, spells)
    return tuple(record.panel.names[i] for i in range(len(closes)) if not closes[i])


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
