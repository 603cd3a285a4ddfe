"""How it did in each phase of the market, and what it captured of rises and falls."""

from __future__ import annotations

from ...message import say, sentence
from ..base import COUNT, PERCENT, RATIO, SIGNED, WHOLE_PERCENT, Block, Cell, Column, Heading, Paragraph, Section, Table
from ..content import ReportContent
from ..definitions import BENCHMARK, EQUAL_WEIGHT, OVER_BENCHMARK, OVER_EQUAL_WEIGHT, SESSIONS, STRATEGY, YEARLY


def market(content: ReportContent) -> Section | None:
    """The section; None without a benchmark."""
    if not content.captures:
        return None
    blocks: list[Block] = []
    title = say("Up and down capture")
    if content.by_phase:
        told = (
            say(
                "Growth in the sessions that began in each phase, compounded; per year where there are enough of them."
            ),
            say("Lead: over equal weight under the same schedule, rules and costs. Excess: over the benchmark."),
        )
        blocks += [Paragraph(told, "lead"), _phases(content), Heading(title)]
        title = say("By market phase")
    blocks.append(_captures(content))
    return Section("market", title, blocks, say("Market"))


def _phases(content: ReportContent) -> Table:
    columns = (
        Column(say("Phase")), Column(say("Sessions"), COUNT, SESSIONS, wide=True),
        Column(say("Spells"), COUNT, say("How often the phase began."), wide=True),
        Column(say("Strategy"), PERCENT, STRATEGY), Column(say("Benchmark"), PERCENT, BENCHMARK),
        Column(say("Equal weight"), PERCENT, EQUAL_WEIGHT), Column(say("Excess"), SIGNED, OVER_BENCHMARK, wide=True),
        Column(say("Lead"), SIGNED, OVER_EQUAL_WEIGHT, look="strong"),
        Column(say("Strategy a year"), PERCENT, YEARLY, wide=True),
        Column(say("Lead a year"), SIGNED, YEARLY, wide=True),
        Column(
            say("Days ahead"), WHOLE_PERCENT, say("Share of sessions with a return above the benchmark's."), wide=True
        ),
    )  # fmt: skip
    rows = [
        (
            Cell(sentence(row.name), role=row.role), row.sessions, row.spells, row.strategy, row.benchmark,
            row.equal_weight, row.excess, row.lead, row.strategy_year, row.lead_year, row.ahead,
        )
        for row in content.by_phase
    ]  # fmt: skip
    return Table(say("Market phases"), columns, rows, look="tight")


def _captures(content: ReportContent) -> Table:
    columns = (
        Column(say("Returns")), Column(say("Rises"), COUNT, say("Returns of the benchmark above 0."), wide=True),
        Column(say("Falls"), COUNT, say("Returns of the benchmark below 0."), wide=True),
        Column(say("Up capture"), PERCENT, say("Over the rises: geometric mean return over the benchmark's.")),
        Column(say("Down capture"), PERCENT, say("Over the falls: geometric mean return over the benchmark's.")),
        Column(say("Up / down"), RATIO, say("Up capture over down capture.")),
        Column(say("Equal weight, up"), PERCENT, say("Up capture of equal weight."), wide=True),
        Column(say("Equal weight, down"), PERCENT, say("Down capture of equal weight."), wide=True),
    )  # fmt: skip
    rows = [
        (sentence(row.name), row.rises, row.falls, row.up, row.down, row.ratio, row.equal_up, row.equal_down)
        for row in content.captures
    ]
    caption = (
        say(
            "Geometric mean return where the benchmark rose (or fell) over the benchmark's own there: 100% is like the "
            "benchmark."
        ),
        say("By session and by month it is not the same thing."),
    )
    return Table(say("Capture"), columns, rows, caption, "tight")
