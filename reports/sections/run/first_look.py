"""The run in two sentences: ahead of what, by luck or not, when it failed, what it holds, what it cost."""

from __future__ import annotations

import math

from ...analysis.first_look import FirstLook, Line
from ...equal_weight import LABEL
from ...growth import periods_per_year
from ...message import Message, Text, say, sentence
from ...metrics.run_metrics import definitions
from ..base import PERCENT, TERMS, WHOLE_PERCENT, Facts, Paragraph, Section
from ..content import ReportContent
from ..definitions import EQUAL_WEIGHT

EQUAL = say("equal weight")
SAME = 1e-9
"""Leads below this are rounding."""
MOST_NAMED = 8
"""Holdings that are named; of more only the number is told."""


def first_look(content: ReportContent) -> Section:
    """The section."""
    found = content.first
    told = (_made(found), _cost(found)) if content.traded else (_idle(found),)
    return Section("short", say("In short"), (Paragraph(told, "verdict"), Facts(_terms(content), TERMS)))


def _terms(content: ReportContent) -> list[tuple[Text, Text]]:
    """What the numbers of the sentences are."""
    found, known = content.first, definitions(periods_per_year(content.record.sessions))
    made, cost = known["cagr" if found.yearly else "total_return"], known["cost_drag"]
    rows: list[tuple[Text, Text]] = [
        (say("Made"), sentence(made.text)),
        (say("Points"), say("Of the same return, less that of the other over the sessions in which both are known.")),
        (say("Equal weight"), EQUAL_WEIGHT),
    ]
    if not content.traded:
        return [row for row in rows if str(row[0]) != "Points"]
    if math.isfinite(found.place):
        rows.append((say("Random picks"), say("As many series, bought and sold as often, that were drawn at random.")))
    if found.behind:
        rows.append(
            (say("Behind"), say("Deepest fall of the account's growth over that of equal weight below its peak."))
        )
    told = sentence(cost.text) if found.yearly else say("All costs with slippage over mean equity.")
    return [*rows, (say("Costs"), told)]


def _idle(found: FirstLook) -> Message:
    """That it never traded, and what happened meanwhile: what cash is ahead of, it did not choose to be."""
    args: dict[str, Text] = {"equal": PERCENT.text(found.equal.made)}
    if found.market is None or not math.isfinite(found.market.made):
        if found.yearly:
            return say("It never traded and was in cash throughout; equal weight made {equal} a year.", **args)
        return say("It never traded and was in cash throughout; equal weight made {equal} in all.", **args)
    args |= {"line": found.market.label, "made": PERCENT.text(found.market.made)}
    if found.yearly:
        return say(
            "It never traded and was in cash throughout; equal weight made {equal} a year, {line} {made}.", **args
        )
    return say("It never traded and was in cash throughout; equal weight made {equal} in all, {line} {made}.", **args)


def _made(found: FirstLook) -> Message:
    """What it made, over what, and whether by luck."""
    args: dict[str, Text] = {
        "made": PERCENT.text(found.made), "lead": _points(found.equal), "place": _place(found),
    }  # fmt: skip
    if found.market is None or not math.isfinite(found.market.lead):
        if found.yearly:
            return say("It made {made} a year, {lead} under the same rules; {place}.", **args)
        return say("It made {made} in all, {lead} under the same rules; {place}.", **args)
    args["excess"] = _points(found.market)
    if found.yearly:
        return say("It made {made} a year, {lead} under the same rules and {excess}; {place}.", **args)
    return say("It made {made} in all, {lead} under the same rules and {excess}; {place}.", **args)


def _points(line: Line) -> Message:
    name = EQUAL if line.label == LABEL else line.label
    args: dict[str, Text] = {"points": f"{abs(line.lead) * 100:.1f}", "line": name}
    if args["points"] == "0.0":
        return say("as much as {line}", line=name)
    if line.lead < 0:
        return say("{points} points less than {line}", **args)
    return say("{points} points more than {line}", **args)


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
    if fall is None and abs(found.equal.lead) < SAME:
        return say("It went along with equal weight throughout")
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
