"""Funds against the sectors that they were traded for."""

from __future__ import annotations

from ...message import say
from ..base import COUNT, DATE, FINE, PERCENT, SIGNED, Cell, Column, Paragraph, Section, Table
from ..content import ReportContent
from ..definitions import SESSIONS


def tracking(content: ReportContent) -> Section | None:
    """The section; None where sectors were traded themselves."""
    if not content.tracked:
        return None
    columns = (
        Column(say("Sector"), look="name"), Column(say("Fund"), look="name"), Column(say("From"), DATE, wide=True),
        Column(say("Sessions"), COUNT, SESSIONS, wide=True),
        Column(say("Index"), PERCENT, say("Return of the sector, a year."), wide=True),
        Column(say("Fund"), PERCENT, say("Return of the fund, a year."), wide=True),
        Column(say("Difference"), SIGNED, say("Fund less index."), look="strong"),
        Column(say("Tracking error"), PERCENT, say("Standard deviation of the difference of session returns, a year.")),
        Column(say("Correlation"), FINE, say("Pearson's, of session returns.")),
    )  # fmt: skip
    rows = [
        (
            Cell(row.sector, hover=row.sector), Cell(row.fund, hover=row.fund), row.first if row.sessions else "–",
            row.sessions, row.index_return, row.fund_return, row.difference, row.tracking_error, row.correlation,
        )
        for row in content.tracked
    ]  # fmt: skip
    told = say(
        "Total return of the fund against the sector it was traded for, over the sessions in which both have a bar."
    )
    table = Table(say("Tracking"), columns, rows, say("Returns and differences per year."), "gaps")
    title = say("Tracking: funds against their sectors")
    return Section("tracking", title, (Paragraph(told, "lead"), table), say("Tracking"))
