"""The run in two sentences: ahead of what, by luck or not, when it failed, what it holds, what it cost."""

from __future__ import annotations

import math

from ...analysis.first_look import FirstLook, Line
from ...message import Message, Text, say, sentence
from ..base import PERCENT, WHOLE_PERCENT, Paragraph, Section
from ..content import ReportContent
from ..measures import line_name

MOST_NAMED = 8
"""Holdings that are named; of more only the number is told."""


def first_look(content: ReportContent) -> Section:
    """The section."""
    found = content.first
    return Section("short", say("In short"), (Paragraph((_made(found), _cost(found)), "verdict"),))


def _made(found: FirstLook) -> Message:
    """What it made, over what, and whether by luck."""
    args: dict[str, Text] = {
        "made": PERCENT.text(found.made), "lead": _points(found.equal), "place": _place(found),
        "equal": line_name(found.equal.label),
    }  # fmt: skip
    if found.market is None or not math.isfinite(found.market.lead):
        if found.yearly:
            return say("It made {made} a year, {lead} {equal} under the same rules; {place}.", **args)
        return say("It made {made} in all, {lead} {equal} under the same rules; {place}.", **args)
    args |= {"excess": _points(found.market), "market": line_name(found.market.label)}
    if found.yearly:
        return say(
            "It made {made} a year, {lead} {equal} under the same rules and {excess} {market}; {place}.", **args
        )
    return say("It made {made} in all, {lead} {equal} under the same rules and {excess} {market}; {place}.", **args)


def _points(line: Line) -> Message:
    points = f"{abs(line.lead) * 100:.1f}"
    return say("{points} points less than", points=points) if line.lead < 0 else say(
        "{points} points more than", points=points
    )


def _place(found: FirstLook) -> Message:
    if math.isfinite(found.place):
        share = WHOLE_PERCENT.text(found.place)
        return say("{share} of {count} random picks of the same turnover made less", share=share, count=found.picks)
    if found.unmeasured:
        return say("its place among random picks is not measured: {reason}", reason=sentence(found.unmeasured))
    return say("its place among random picks is not measured")


def _cost(found: FirstLook) -> Message:
    """When it failed, what it holds, and what it cost."""
    args: dict[str, Text] = {"holds": _holds(found), "cost": PERCENT.text(found.cost), "failed": _failed(found)}
    if found.yearly:
        return say("{failed}; it now holds {holds}; costs took {cost} a year.", **args)
    return say("{failed}; it now holds {holds}; costs took {cost} in all.", **args)


def _failed(found: FirstLook) -> Message:
    fall = found.behind
    if fall is None:
        return say("It was never behind equal weight")
    args = {"depth": PERCENT.text(-fall.depth), "peak": f"{fall.peak:%F}", "trough": f"{fall.trough:%F}"}
    if fall.recovered is None:
        return say("It fell {depth} behind equal weight from {peak} to {trough} and has not made it up", **args)
    back = f"{fall.recovered:%F}"
    return say("It fell {depth} behind equal weight from {peak} to {trough}, made up by {back}", back=back, **args)


def _holds(found: FirstLook) -> Text:
    named = [row.name for row in found.holds if row.symbol]
    if not named:
        return say("nothing")
    if len(named) > MOST_NAMED:
        return say("{count} series", count=len(named))
    return ", ".join(named)
