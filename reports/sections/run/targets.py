"""What was asked for, and what was held."""

from __future__ import annotations

import math

from ...analysis.targets import Attained, drag_in_words, rolls_in_words
from ...message import say, sentence
from ..base import COUNT, MONEY, PERCENT, Beside, Block, Cell, Column, Heading, Paragraph, Section, Table
from ..content import ReportContent

_ROLLS = 6  # rolled dates in view; the rest is in rebalances.csv


def targets(content: ReportContent) -> Section | None:
    """The section; None without a decision."""
    done = content.attained
    if done is None:
        return None
    worked = (
        say("A decision is worked from the session after it (at its own close) until the next one.")
        if content.record.terms.fill == "same-close"
        else say("A decision is worked from the session after it until the next one.")
    )
    files = say(
        "Every target, with its reasons, is in target_vs_actual.csv, every decision in rebalances.csv of the run's "
        "folder."
    )
    became: list[Block] = [Heading(say("What became of the decisions")), _executed(done)]
    if done.rolls:
        became.append(Paragraph(sentence(rolls_in_words(done, _ROLLS)), "note"))
    why: list[Block] = [Heading(say("Why weights were not the targets"))]
    why.append(_causes(done) if done.causes else Paragraph(say("Every target was met.")))
    blocks: list[Block] = [
        Paragraph((worked, sentence(drag_in_words(done)), files), "lead"),
        Beside(became, why),
    ]
    if done.gaps:
        blocks += [Heading(say("Largest gaps")), _gaps(done)]
    return Section("targets", say("Target against actual"), blocks, say("Targets"))


def _executed(done: Attained) -> Table:
    columns = (
        Column(say("Status"), look="wrap reason"), Column(say("Decisions"), COUNT, say("That ended so.")),
        Column(say("Wanted"), MONEY, say("Money that they wanted to buy and sell."), wide=True),
        Column(say("Traded"), PERCENT, say("Of the money wanted.")),
    )  # fmt: skip
    rows = [
        (
            Cell(sentence(row.status), note=sentence(row.meaning)), row.decisions, row.wanted,
            row.traded / row.wanted if row.wanted else math.nan,
        )
        for row in done.executed
    ]  # fmt: skip
    return Table(say("Decisions by how they ended"), columns, rows)


def _causes(done: Attained) -> Table:
    columns = (
        Column(say("Reason"), look="wrap reason"), Column(say("Targets"), COUNT, say("Weights that were missed.")),
        Column(say("At first"), MONEY, say("Money that lacked after the first fill session.")),
        Column(say("In the end"), MONEY, say("Money that lacked when the next decision came.")),
    )  # fmt: skip
    rows = [
        (Cell(sentence(row.reason), note=sentence(row.meaning)), row.targets, row.first, row.last)
        for row in done.causes
    ]
    caption = say(
        "Money that lacked, summed over decisions: after the first fill session, and when the next decision came."
    )
    return Table(say("Gaps by reason"), columns, rows, caption)


def _gaps(done: Attained) -> Table:
    columns = (
        Column(say("Decided")), Column(say("Series"), look="name"),
        Column(say("Target"), PERCENT, say("Weight that was decided.")),
        Column(say("Actual"), PERCENT, say("Weight after the first fill session.")),
        Column(say("Missing"), MONEY, say("Money that lacked after the first fill session.")),
        Column(say("In the end"), MONEY, say("Money that lacked when the next decision came.")), Column(say("Reason")),
    )  # fmt: skip
    rows = [
        (
            row.session,
            Cell(row.name, note=row.symbol if row.name != row.symbol else "", hover=f"{row.name} {row.symbol}"),
            row.target, row.actual, row.missing, row.left, sentence(row.reason),
        )
        for row in done.gaps
    ]  # fmt: skip
    caption = (
        say(
            "Weights after the first fill session; missing money (negative: too much was held) then, and when the next "
            "decision came."
        ),
        say("Without drift of prices."),
    )
    return Table(say("Largest gaps"), columns, rows, caption, "gaps")
