"""Which series was held when."""

from __future__ import annotations

from ...charts.spec import fullest
from ...message import say
from ..base import WHOLE_PERCENT, Block, Cell, Column, Figure, Paragraph, Section, Table
from ..content import ReportContent

PRINTED_ROWS = 31
"""Series that page one of a print has room for."""


def rotation(content: ReportContent) -> Section:
    """The section."""
    title, chart = say("Rotation: what was held when"), content.timeline
    if not chart.rows:
        return Section("rotation", title, (Paragraph(say("Nothing was ever held.")),), say("Rotation"))
    printed = {row.code for row in fullest(chart, PRINTED_ROWS).rows}
    columns = (
        Column(say("Series")),
        Column("", look="bars"),
        Column(say("Held"), WHOLE_PERCENT, say("Share of sessions at whose close the series was held."), look="held"),
        Column(say("Made"), WHOLE_PERCENT, say("Money made after costs, in percent of starting cash."), look="made"),
    )
    rows = [
        (
            Cell(row.name, note=row.code if row.name != row.code else "", hover=f"{row.name} {row.code}"),
            row,
            row.share,
            row.value,
        )
        for row in chart.rows
    ]
    table = Table(
        title,
        columns,
        rows,
        look="timeline dense" if len(rows) > 50 else "timeline",
        ticks=chart.x_ticks,
        behind=chart,
        printed=[k for k, row in enumerate(chart.rows) if row.code in printed] if len(printed) < len(rows) else (),
    )
    told = (
        say("Held: share of sessions."),
        say("Made: money made after costs, in percent of starting cash; all of them add up to the total return."),
    )
    blocks: list[Block] = [Paragraph(told, "lead"), table]
    if chart.key:
        blocks.insert(1, Figure((), key=chart.key))
    if content.never_held:
        never = say("Never held: {names}.", names=", ".join(content.never_held))
        blocks.append(Paragraph(never, "note never"))
    return Section("rotation", title, blocks, say("Rotation"))
