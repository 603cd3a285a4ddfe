"""Returns by month and year."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...message import Message, say, sentence
from ..base import POINTS, YEAR, Block, Cell, Column, Heading, Section, Table, Value, heat
from ..content import ReportContent
from ..definitions import BENCHMARK, EQUAL_WEIGHT
from ..tables import MONTHS, Year, heat_scale

PRINTED_YEARS = 15
"""Years that page one of a print has room for."""


def month_heads() -> tuple[Column, ...]:
    """A column for each month."""
    return tuple(Column(sentence(name), POINTS) for name in MONTHS)


def months(content: ReportContent) -> Section:
    """The section."""
    title, against = say("Monthly returns"), bool(content.years) and math.isfinite(content.years[-1].benchmark)
    caption = say("Percent; blank where there is no data; the first and the last month may be partial.")
    over = say("Monthly returns less those of equal weight under the same schedule, rules and costs")
    blocks: list[Block] = [_table(title, content.years, caption, against=against, equal=True)]
    blocks += [Heading(over), _table(over, content.excess, say("Percentage points."), against=False, equal=False)]
    return Section("months", title, blocks, say("Months"))


def _table(title: Message, years: Sequence[Year], caption: Message, *, against: bool, equal: bool) -> Table:
    scale = heat_scale(np.array([year.months for year in years]))
    columns = [
        Column(say("Year"), YEAR),
        *month_heads(),
        Column(say("Total"), POINTS, say("Months of the year, compounded."), look="total"),
    ]
    columns += [Column(say("Benchmark"), POINTS, BENCHMARK, look="quiet")] * against
    columns += [Column(say("Equal weight"), POINTS, EQUAL_WEIGHT, look="quiet")] * equal
    rows: list[tuple[Value | Cell, ...]] = [
        (
            year.year,
            *(heat(value, scale) for value in year.months),
            year.total,
            *([year.benchmark] * against),
            *([year.equal_weight] * equal),
        )
        for year in years
    ]
    printed = range(max(len(rows) - PRINTED_YEARS, 0), len(rows)) if len(rows) > PRINTED_YEARS else ()
    return Table(title, columns, rows, caption, "heat months", printed=tuple(printed))
