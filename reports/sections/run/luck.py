"""How much of the result hangs on luck."""

from __future__ import annotations

import math

import numpy as np

from ...luck.result import LADDERS, NAMES, LuckResult
from ...luck.strips import axis_texts, strips
from ...luck.words import in_words, place_text
from ...message import say, sentence, sentences
from ..base import COUNT, PERCENT, TEXT, WHOLE_PERCENT, Block, Column, Paragraph, Points, Section, Table
from ..content import ReportContent

LEAD = (
    say("The same rule run again with one thing drawn otherwise that nobody could know was right."),
    say("Nothing is chosen among these runs, so none is a trial."),
)


def luck(content: ReportContent) -> Section | None:
    """The section; None where luck was not measured."""
    if content.luck is None:
        return None
    title = say("How much of it is luck")
    blocks: list[Block] = [Paragraph(LEAD, "lead"), *luck_blocks(content.luck)]
    return Section("luck", title, blocks, say("Luck"))


def luck_blocks(found: LuckResult) -> list[Block]:
    """Luck in sentences, and every draw as a fine line on one axis.

    Parameters
    ----------
    found : LuckResult
    """
    blocks: list[Block] = [Points(sentences(in_words(found)))]
    if not found.draws:
        return blocks
    cagr, ahead = axis_texts(found, ahead=False), axis_texts(found, ahead=True)
    columns = (
        Column(say("What is drawn")), Column(say("Draws"), COUNT, say("Runs that differ in this alone."), wide=True),
        Column(say("CAGR, {low} to {high}", low=cagr[0], high=cagr[1]), TEXT, look="strip strategy"),
        Column(say("Ahead, {low} to {high}", low=ahead[0], high=ahead[1]), TEXT, wide=True, look="strip strategy"),
        Column(say("Median"), PERCENT, say("CAGR of the middle draw.")),
        Column(say("Run"), PERCENT, say("CAGR of the run itself."), look="strong"), Column(say("Above")),
        Column(say("Draws ahead"), WHOLE_PERCENT, say("Share of draws with growth over equal weight."), wide=True),
    )  # fmt: skip
    rows = [
        (
            sentence(NAMES[each.what]), len(each.labels), strip.cagr, strip.ahead,
            float(np.median(each.known)) if len(each.known) else math.nan, each.own.cagr, place_text(each),
            None if each.what in LADDERS else each.ahead_share,
        )
        for each, strip in zip(found.draws, strips(found), strict=True)
    ]  # fmt: skip
    caption = (
        say("Every draw is a fine line, the run itself the dot."),
        say(
            "Ahead: growth over that of the same series in equal weight, under the same schedule, rules and costs, a "
            "year."
        ),
        say("Above: the share of the other draws that grew less."),
    )
    return [*blocks, Table(say("How much of it is luck"), columns, rows, caption, "luck")]
