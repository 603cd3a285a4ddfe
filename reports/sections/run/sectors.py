"""What each series brought, and how often holding it paid."""

from __future__ import annotations

from ...charts.cells import share
from ...message import say, sentence
from ..base import COUNT, SIGNED, WHOLE_PERCENT, Cell, Column, Paragraph, Section, Table
from ..content import ReportContent

PER_SPELL = say("Money made in a spell over all that was paid for it.")


def sectors(content: ReportContent) -> Section | None:
    """The section; None where nothing was held."""
    if not content.sectors:
        return None
    *each, total = content.sectors
    widest = max((abs(row.contribution) for row in each), default=0.0)
    columns = (
        Column(say("Series")), Column(say("Spells"), COUNT, say("Unbroken holdings, from in to out.")),
        Column(say("Won"), COUNT, say("Spells that made money, costs included.")),
        Column(say("Hit rate"), WHOLE_PERCENT, say("Won over spells.")),
        Column(say("Mean length"), COUNT, say("Sessions held in a spell, on average."), wide=True),
        Column(say("Best"), SIGNED, PER_SPELL, wide=True), Column(say("Worst"), SIGNED, PER_SPELL, wide=True),
        Column(say("Made"), SIGNED, say("Money made after costs, in percent of starting cash.")),
        Column("", look="share"),
    )  # fmt: skip
    rows = [
        (
            Cell(
                sentence(row.name) if row is total else row.name,
                role=row.role,
                hover="" if row is total else f"{row.name} {row.symbol}",
            ),
            row.spells, row.won, row.hit_rate, row.length, row.best, row.worst, row.contribution,
            None if row is total else share(row.contribution, widest),
        )
        for row in content.sectors
    ]  # fmt: skip
    told = (
        say("A spell is an unbroken holding; it is won if it made money, costs included."),
        say("Best and worst: money made in a spell over all that was paid for it."),
        say("Made: in percent of starting cash; with interest, all of them add up to the total return."),
    )
    table = Table(say("Sectors"), columns, rows, look="sectors", total=True)
    title = say("Contribution and hit rate per sector")
    return Section("sectors", title, (Paragraph(told, "lead"), table), say("Sectors"))
