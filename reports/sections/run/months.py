"""Returns by month and year."""

from __future__ import annotations

import math

import numpy as np

from ...message import say, sentence
from ..base import POINTS, YEAR, Cell, Column, Section, Table, Value, heat
from ..content import ReportContent
from ..tables import MONTHS, heat_scale

PRINTED_YEARS = 15
"""Years that page one of a print has room for."""


def month_heads() -> tuple[Column, ...]:
    """A column for each month."""
    return tuple(Column(sentence(name), POINTS) for name in MONTHS)


def months(content: ReportContent) -> Section:
    """The section."""
    years = content.years
    scale = heat_scale(np.array([year.months for year in years]))
    against = bool(years) and math.isfinite(years[-1].benchmark)
    columns = [Column(say("Year"), YEAR), *month_heads(), Column(say("Total"), POINTS, look="total")]
    if against:
        columns.append(Column(say("Benchmark"), POINTS, look="quiet"))
    rows: list[tuple[Value | Cell, ...]] = [
        (
            year.year,
            *(heat(value, scale) for value in year.months),
            year.total,
            *([year.benchmark] if against else []),
        )
        for year in years
    ]
    caption = say("Percent; blank where there is no data; the first and the last month may be partial.")
    printed = range(max(len(rows) - PRINTED_YEARS, 0), len(rows)) if len(rows) > PRINTED_YEARS else ()
    title = say("Monthly returns")
    table = Table(title, columns, rows, caption, "heat months", printed=tuple(printed))
    return Section("months", title, (table,), say("Months"))
