"""What the lines made over the periods that end with the run, and in each calendar year."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...charts.cells import share
from ...message import say, sentence
from ..base import DATE, PERCENT, SIGNED, YEAR, Beside, Block, Cell, Column, Heading, Paragraph, Section, Table, Value
from ..content import ReportContent
from ..definitions import BENCHMARK, LEAD, OF_LINES
from ..measures import line_name

PRINTED_YEARS = 12
"""Calendar years that page one of a print has room for; the monthly returns below have more."""


def periods(content: ReportContent) -> Section:
    """The section."""
    title = say("Trailing periods and calendar years")
    return Section("periods", title, (Beside(_trailing(content), _years(content)),), say("Periods"), "periods")


def _lines(content: ReportContent) -> list[Column]:
    roles = ("strategy", "benchmark", "reference") if len(content.columns) == 3 else ("strategy", "reference")
    return [
        Column(line_name(label), PERCENT, OF_LINES.get(label, BENCHMARK), role=role)
        for label, role in zip(content.columns, roles, strict=True)
    ]


def _trailing(content: ReportContent) -> list[Block]:
    heading = Heading(say("Trailing periods"))
    columns = [Column(say("Period")), Column(say("Since"), DATE, wide=True), *_lines(content), *_leads()]
    rows: list[Sequence[Value | Cell]] = []
    known = [row for row in content.trailing if row.since is not None]
    if not known:
        return [heading, Paragraph(say("The run is shorter than a month."))]
    widest = max((abs(lead) for row in known if math.isfinite(lead := row.returns[0] - row.returns[-1])), default=0.0)
    for row in known:
        name = say("{period} a year", period=sentence(row.name)) if row.yearly else sentence(row.name)
        rows.append((name, row.since, *row.returns, *_over(row.returns, widest)))
    caption = say(
        "To the last session, from the last close on or before the same day so many months earlier; more than a year "
        "is given a year, compounded. Periods that begin before the run are left out."
    )
    return [heading, Table(say("Trailing periods"), columns, rows, caption, "tight trailing")]


def _years(content: ReportContent) -> list[Block]:
    columns = [Column(say("Year"), YEAR), *_lines(content), *_leads()]
    against = len(content.columns) == 3
    lines = [
        (year.year, (year.total, *([year.benchmark] if against else []), year.equal_weight)) for year in content.years
    ]
    widest = max((abs(lead) for _, row in lines if math.isfinite(lead := row[0] - row[-1])), default=0.0)
    rows: list[Sequence[Value | Cell]] = [(year, *row, *_over(row, widest)) for year, row in lines]
    caption = say("The first and the last year may be partial.")
    printed = range(max(len(rows) - PRINTED_YEARS, 0), len(rows)) if len(rows) > PRINTED_YEARS else ()
    table = Table(say("Calendar years"), columns, rows, caption, "tight years", printed=tuple(printed))
    return [Heading(say("Calendar years")), table]


def _leads() -> list[Column]:
    return [
        Column(say("Lead"), SIGNED, LEAD, look="strong"),
        Column("", look="share"),
    ]


def _over(returns: Sequence[float], widest: float) -> tuple[Value | Cell, ...]:
    lead = returns[0] - returns[-1]
    return lead, share(lead, widest) if widest > 0 and math.isfinite(lead) else None
