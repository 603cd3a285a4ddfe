"""Drawdowns, the distribution of returns, and beta and relative strength over a moving window."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.drawdown_split import Part
from ...message import say, sentence
from ..base import (
    COUNT,
    DATE,
    PERCENT,
    SIGNED,
    Block,
    Column,
    Figure,
    Heading,
    Item,
    Items,
    Paragraph,
    Section,
    Table,
)
from ..content import ReportContent
from ..definitions import BENCHMARK, EQUAL_WEIGHT, STRATEGY
from ..measures import measure_table


def risk(content: ReportContent) -> Section:
    """The section."""
    title = say("Drawdowns, beta and relative strength")
    if not content.traded:
        never = say("It never traded: its returns are those of cash, and there is no risk to tell of.")
        return Section("risk", title, (Paragraph(never),), say("Risk"))
    blocks: list[Block] = [_falls(content)] if content.falls else []
    caption = say("Of session returns unless it says months.")
    blocks += [
        Heading(say("Distribution of returns")),
        measure_table(say("Distribution of returns"), content.risk, ("Strategy",), caption),
    ]
    blocks += [Heading(say("Best and worst")), _extremes(content)]
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
    if content.risk_charts:
        blocks.append(Figure(content.risk_charts, [110] * len(content.risk_charts), titled=True))
    return Section("risk", title, blocks, say("Risk"))


def _falls(content: ReportContent) -> Table:
    columns = (
        Column(say("Depth"), PERCENT, say("From the peak to the trough.")), Column(say("Peak"), DATE),
        Column(say("Trough"), DATE), Column(say("Recovered"), DATE),
        Column(say("Fall"), COUNT, say("Sessions from the peak to the trough."), wide=True),
        Column(say("Recovery"), COUNT, say("Sessions from the trough to the old level."), wide=True),
        Column(say("In all"), COUNT, say("Sessions from the peak to the old level, or to the end.")),
        Column(say("Days"), COUNT, say("The same in calendar days."), wide=True),
        Column(say("Benchmark"), PERCENT, BENCHMARK, wide=True, look="quiet"),
        Column(say("Equal weight"), PERCENT, EQUAL_WEIGHT, wide=True, look="quiet"),
        Column(say("By series"), look="wrap marks"),
    )  # fmt: skip
    rows = [
        (
            row.depth, row.peak, row.trough, row.recovered or say("not yet"), row.fall,
            float(row.recovery) if row.recovery else float("nan"), row.length, row.days, row.benchmark,
            row.equal_weight, _parts(content, parts),
        )
        for row, parts in zip(content.falls, content.fall_parts, strict=True)
    ]  # fmt: skip
    caption = (
        say("The deepest falls below an earlier peak; lengths in sessions."),
        say("Benchmark and equal weight: their own returns from the peak to the trough."),
        say("By series: what each took from the account, over its value at the peak; all parts add up to the depth."),
    )
    return Table(say("Deepest drawdowns"), columns, rows, caption, "falls tight")


MOST_PARTS = 4
"""Series of a drawdown that are named."""


def _parts(content: ReportContent, parts: Sequence[Part]) -> Items:
    """The largest losses by series, and all the others as one."""
    names = content.record.panel.names
    items = [
        Item(say("interest") if part.column is None else names[part.column], before=SIGNED.text(part.share))
        for part in parts[:MOST_PARTS]
    ]
    if rest := parts[MOST_PARTS:]:
        others = say("{count} others", count=len(rest))
        items.append(Item(others, before=SIGNED.text(sum(part.share for part in rest))))
    return Items(tuple(items))


def _extremes(content: ReportContent) -> Table:
    columns = (
        Column(say("Period")), Column(say("Best"), SIGNED, STRATEGY), Column(say("Ended"), DATE),
        Column(say("Worst"), SIGNED, STRATEGY), Column(say("Ended"), DATE),
    )  # fmt: skip
    rows = [
        (sentence(row.name.capitalize()), row.best, row.best_end, row.worst, row.worst_end) for row in content.extremes
    ]
    caption = say("Calendar weeks and months, of which the first and the last may be partial.")
    return Table(say("Best and worst"), columns, rows, caption, "tight")
