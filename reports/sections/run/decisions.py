"""Who came in and who left, decision by decision."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ...analysis.execution import Move
from ...analysis.why_rotated import Why
from ...message import Message, Text, listed, say
from ..base import COUNT, DATE, SIGNED, WHOLE_PERCENT, Block, Column, Item, Items, Paragraph, Points, Section, Table
from ..content import ReportContent

SHOWN, MOST = 10, 250
"""Decisions in view, and behind a click; the rest is in decisions.csv."""


def decisions(content: ReportContent) -> Section:
    """The section."""
    title, made = say("Decisions: who came in, who left"), content.rotations
    if not made:
        return Section("decisions", title, (Paragraph(say("Nothing was decided.")),), say("Decisions"))
    if not any(row.came or row.left or row.stayed for row in made):
        cash = Paragraph(say("{count} decisions, all of them for cash.", count=len(made)))
        return Section("decisions", title, (cash,), say("Decisions"))
    columns = (
        Column(say("Decided"), DATE), Column(say("Came in"), look="moves"), Column(say("Left"), look="moves"),
        Column(say("Stayed"), COUNT, say("Series that were held and still wanted."), look="n"),
        Column(say("Invested"), WHOLE_PERCENT, say("All weights that were wanted."), look="n"),
    )  # fmt: skip
    rows = [(row.session, _items(row.came), _items(row.left), row.stayed, row.invested) for row in made[:MOST]]
    told = (
        say(
            "After the close of each date; in small print the rank at that decision, 1 is best, "
            "and the strategy's score."
        ),
        say("All of them, with weights, are in decisions.csv of the run's folder."),
    )
    blocks: list[Block] = [Points([_why(why) for why in content.why])] if content.why else []
    blocks += [
        Paragraph(told, "lead"),
        Table(say("Decisions"), columns, rows, look="moves", shown=SHOWN),
    ]
    if len(made) > MOST:
        left = say("{count} still earlier ones are in decisions.csv only.", count=len(made) - MOST)
        blocks.append(Paragraph(left, "note"))
    return Section("decisions", title, blocks, say("Decisions"))


def _items(moves: Iterable[Move]) -> Items:
    return Items(tuple(Item(move.name, move.basis) for move in moves))


def _why(why: Why) -> Message:
    """One decision in words."""
    args: dict[str, Text] = {"date": f"{why.session:%F}"}
    if why.came:
        args["came"] = listed([_came(move, why) for move in why.came])
    if why.left:
        args["left"] = listed([_left(move, why) for move in why.left])
    if not why.left:
        return say("{date}: in: {came}.", **args)
    return say("{date}: in: {came}; out: {left}.", **args) if why.came else say("{date}: out: {left}.", **args)


def _came(move: Move, why: Why) -> Message:
    if not move.rank:
        return say("{name}, not ranked", name=move.name)
    args: dict[str, Text] = {"name": move.name, "rank": str(move.rank), "value": SIGNED.text(move.score)}
    kind = why.reading.kind if why.reading and math.isfinite(move.score) else ""
    if kind == "gain" and why.reading:
        return say("{name}, rank {rank}, {value} over {sessions} sessions", sessions=why.reading.sessions, **args)
    if kind and why.peak is not None:
        args["peak"] = f"{why.peak:%F}"
        if kind == "beyond-beta":
            return say("{name}, rank {rank}, {value} beyond its beta since the peak of {peak}", **args)
        if kind == "ahead":
            return say("{name}, rank {rank}, {value} over the benchmark since the peak of {peak}", **args)
        if kind == "spared":
            return say("{name}, rank {rank}, spared {value} of the falls since the peak of {peak}", **args)
    return say("{name}, rank {rank}", name=move.name, rank=str(move.rank))


def _left(move: Move, why: Why) -> Message:
    if not move.rank:
        return say("{name}, not ranked", name=move.name)
    if why.limit is not None and move.rank > why.limit:
        return say("{name}, rank {rank}, limit {limit}", name=move.name, rank=str(move.rank), limit=str(why.limit))
    return say("{name}, rank {rank}", name=move.name, rank=str(move.rank))
