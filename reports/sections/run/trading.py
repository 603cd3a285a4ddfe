"""Trading, what it cost, and what did not fill."""

from __future__ import annotations

from ...message import Message, say, sentence
from ..base import BASIS, COUNT, MONEY, SIGNED, Beside, Block, Cell, Column, Heading, Paragraph, Section, Table
from ..content import ReportContent
from ..measures import measure_table


def trading(content: ReportContent) -> Section:
    """The section."""
    record = content.record
    caption = sentence(f"Costs: {record.market.name}, {record.market.sentence()}.")
    not_filled = say("Orders not filled, or not in full")
    refused: tuple[Block, ...] = (
        (Heading(not_filled), _refused(content))
        if content.refused
        else (Heading(not_filled), Paragraph(say("None: every order filled in full.")))
    )
    title, nav = say("Trading, costs and what did not fill"), say("Trading")
    if not content.traded:
        never = Paragraph(say("It never traded: nothing was paid."))
        return Section("trading", title, (never, *refused) if content.refused else (never,), nav)
    blocks = (
        Paragraph(sentence(record.terms.in_words()), "lead"),
        measure_table(say("Trading"), content.trading, ("Strategy",), caption),
        Paragraph(_later(content), "note"),
        Beside((Heading(say("Costs by kind")), _costs(content)), refused),
    )
    return Section("trading", title, blocks, nav)


def _later(content: ReportContent) -> Message:
    """What the run would have made, had every fill been that of the next bar."""
    found = content.repriced
    return say(
        "Had each fill been that of the next bar, the run would have made {later} in all, not {total}: the same part "
        "of the account, with costs in the same proportion to the price.",
        later=SIGNED.text(found.later), total=SIGNED.text(found.total),
    )  # fmt: skip


def _costs(content: ReportContent) -> Table:
    columns = (
        Column(say("Kind")), Column(say("Total"), MONEY, say("Over the whole run, in currency.")),
        Column(say("Per year"), MONEY, say("The same over the years of the run.")),
        Column(say("Of traded value"), BASIS, say("Over all that was bought and sold; 1 bp is 0.01%.")),
    )  # fmt: skip
    rows = [(sentence(cost.kind), cost.total, cost.per_year, cost.per_traded * 1e4) for cost in content.costs]
    caption = say("In currency; slippage is already inside the fill prices.")
    return Table(say("Costs"), columns, rows, caption)


def _refused(content: ReportContent) -> Table:
    columns = (
        Column(say("Reason"), look="wrap reason"), Column(say("Orders"), COUNT, say("That fell short at some time.")),
        Column(say("Shortfalls"), COUNT, say("Orders not filled, or not in full, each session counted.")),
        Column(say("Sessions"), COUNT, say("In which one fell short.")),
        Column(say("Series"), COUNT, say("Of which one fell short.")),
    )  # fmt: skip
    rows = [
        (Cell(sentence(row.reason), note=sentence(row.meaning)), row.orders, row.shortfalls, row.sessions, row.series)
        for row in content.refused
    ]
    caption = say("An order that is refused again in the next session is one order, two shortfalls.")
    return Table(say("Shortfalls"), columns, rows, caption)
