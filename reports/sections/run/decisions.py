"""Who came in and who left, decision by decision."""

from __future__ import annotations

from collections.abc import Iterable

from ...analysis.execution import Move
from ...message import say
from ..base import COUNT, DATE, WHOLE_PERCENT, Block, Column, Item, Items, Paragraph, Section, Table
from ..content import ReportContent

SHOWN, MOST = 10, 250
"""Decisions in view, and behind a click; the rest is in decisions.csv."""


def decisions(content: ReportContent) -> Section:
    """The section."""
    title, made = say("Decisions: who came in, who left"), content.rotations
    if not made:
        return Section("decisions", title, (Paragraph(say("Nothing was decided.")),), say("Decisions"))
    columns = (
        Column(say("Decided"), DATE), Column(say("Came in"), look="moves"), Column(say("Left"), look="moves"),
        Column(say("Stayed"), COUNT, look="n"), Column(say("Invested"), WHOLE_PERCENT, look="n"),
    )  # fmt: skip
    rows = [(row.session, _items(row.came), _items(row.left), row.stayed, row.invested) for row in made[:MOST]]
    told = (
        say(
            "After the close of each date; in small print the rank at that decision, 1 is best, "
            "and the strategy's score."
        ),
        say("All of them, with weights, are in decisions.csv of the run's folder."),
    )
    blocks: list[Block] = [
        Paragraph(told, "lead"),
        Table(say("Decisions"), columns, rows, look="moves", shown=SHOWN),
    ]
    if len(made) > MOST:
        left = say("{count} still earlier ones are in decisions.csv only.", count=len(made) - MOST)
        blocks.append(Paragraph(left, "note"))
    return Section("decisions", title, blocks, say("Decisions"))


def _items(moves: Iterable[Move]) -> Items:
    return Items(tuple(Item(move.name, move.basis) for move in moves))
