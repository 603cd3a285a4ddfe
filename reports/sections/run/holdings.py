"""What is held after the last close."""

from __future__ import annotations

from collections.abc import Sequence

from ...message import say
from ..base import COUNT, DATE, PERCENT, SIGNED, Cell, Column, Paragraph, Section, Table, Value
from ..content import ReportContent


def holdings(content: ReportContent) -> Section:
    """The section."""
    *held, cash = content.first.holds
    title = say("Held after the last close")
    if not held:
        return Section("holdings", title, (Paragraph(say("Nothing is held.")),), say("Holdings"))
    columns = (
        Column(say("Series")), Column(say("Weight"), PERCENT, say("Of equity, at the last close."), look="strong"),
        Column(say("Since"), DATE, say("The session in which it was bought.")),
        Column(say("Sessions"), COUNT, say("Closes at which it was held since then."), wide=True),
        Column(say("Made since"), SIGNED, say("Money made with it since then, over all that was paid, fees included.")),
    )  # fmt: skip
    rows: list[Sequence[Value | Cell]] = [
        (Cell(row.name, hover=f"{row.name} {row.symbol}"), row.weight, row.since, row.sessions, row.made)
        for row in held
    ]
    rows.append((Cell(say("Cash, in no series")), cash.weight, None, None, None))
    caption = say("At the close of {date}.", date=f"{content.record.sessions[-1]:%F}")
    return Section("holdings", title, (Table(title, columns, rows, caption, "tight"),), say("Holdings"))
