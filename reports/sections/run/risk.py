"""Drawdowns, the distribution of returns, and beta and relative strength over a moving window."""

from __future__ import annotations

from ...message import say, sentence
from ..base import COUNT, DATE, PERCENT, Block, Column, Figure, Heading, Paragraph, Section, Table
from ..content import ReportContent
from ..measures import measure_table


def risk(content: ReportContent) -> Section:
    """The section."""
    blocks: list[Block] = [_falls(content)] if content.falls else []
    caption = say("Of session returns unless it says months.")
    blocks += [
        Heading(say("Distribution of returns")),
        measure_table(say("Distribution of returns"), content.risk, ("Strategy",), caption),
    ]
    rolling = content.rolling
    if rolling:
        charts = [chart for chart in (rolling.beta, rolling.strength) if chart]
        if charts:
            key = tuple((role, sentence(name)) for role, name in content.phase_key)
            blocks.append(Figure(charts, [130] * len(charts), key, titled=True))
            blocks.append(Paragraph(say("Blank until the window is full."), "note"))
        else:
            short = say(
                "Rolling beta and relative strength take {window} sessions: no window is full.", window=rolling.window
            )
            blocks.append(Paragraph(short, "note"))
    return Section("risk", say("Drawdowns, beta and relative strength"), blocks, say("Risk"))


def _falls(content: ReportContent) -> Table:
    columns = (
        Column(say("Depth"), PERCENT), Column(say("Peak"), DATE), Column(say("Trough"), DATE),
        Column(say("Recovered"), DATE), Column(say("Fall"), COUNT), Column(say("Recovery"), COUNT),
        Column(say("In all"), COUNT), Column(say("Days"), COUNT, wide=True),
        Column(say("Benchmark"), PERCENT, wide=True, look="quiet"),
    )  # fmt: skip
    rows = [
        (
            row.depth, row.peak, row.trough, row.recovered or say("not yet"), row.fall,
            float(row.recovery) if row.recovery else float("nan"), row.length, row.days, row.benchmark,
        )
        for row in content.falls
    ]  # fmt: skip
    caption = (
        say("The deepest falls below an earlier peak; lengths in sessions."),
        say("Benchmark: its own return from the peak to the trough."),
    )
    return Table(say("Deepest drawdowns"), columns, rows, caption, "falls tight")
