"""The map of relative rotation at the last close."""

from __future__ import annotations

from ...charts.picture import Frame
from ...charts.rrg_map import TAIL
from ...message import say, sentence
from ..base import Facts, Figure, Item, Items, Paragraph, Section
from ..content import ReportContent

FRAME = Frame(800, 496, left=50, right=4, above=20, below=36)


def rotation_map(content: ReportContent) -> Section | None:
    """The section; None without a map."""
    found, context = content.map, content.context
    if found is None or context is None:
        return None
    told = (
        say(
            "At the close of {date}; tails have up to {tail} points, {bar} sessions apart.",
            date=f"{found.session:%F}", tail=TAIL, bar=found.bar,
        ),
        say("Ringed: held."),
        sentence(context.map_rule),
    )  # fmt: skip
    quadrants = Facts(
        [
            (
                say("{quadrant} ({count})", quadrant=sentence(name), count=len(trails)),
                Items(tuple(Item("• " * trail.held + trail.name, code=trail.symbol) for trail in trails)),
            )
            for name, trails in found.quadrants()
        ],
        "quadrants",
    )
    note = say("• is held. Within a quadrant, the farthest from the centre first.")
    blocks = (Paragraph(told, "lead"), Figure((found.chart,), frame=FRAME), quadrants, Paragraph(note, "note"))
    return Section("map", say("Relative rotation"), blocks, say("Map"))
