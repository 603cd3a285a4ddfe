"""What over- and underweights brought."""

from __future__ import annotations

import numpy as np

from ...analysis.attribution import COLUMNS, Attribution, rows_of
from ...message import Text, say, sentence
from ..base import FINE_POINTS, PERCENT, POINTS, SIGNED, Block, Column, Heading, Paragraph, Section, Table, heat
from ..content import ReportContent
from ..tables import heat_scale


def attribution(content: ReportContent) -> Section | None:
    """The section; None where returns can't be split."""
    found = content.attribution
    if found is None:
        return None
    title = say("Attribution: what over- and underweights brought")
    if not content.traded:
        never = say("It never held a series: there is nothing to attribute.")
        return Section("attribution", title, (Paragraph(never),), say("Attribution"))
    told = (
        say(
            "Brinson-Fachler, by session, linked over time by Carino's factors, so that all effects add up to the "
            "active return: {own} − {universe} = {active} of starting value.",
            own=PERCENT.text(found.own), universe=PERCENT.text(found.universe), active=SIGNED.text(found.active),
        ),
        say(
            "Against all listed series in equal weight, as the sector weights of a market index are not in the data."
        ),
        say(
            "What is held is the sector itself, so selection within it is zero; what is left over is the first day "
            "(what was bought from its fill to the close, over the universe from the same prices to the same close; "
            "what was sold, the reverse) and costs. Cash is no series."
        ),
        say(
            "Tilt is what the mean active weight would have brought, timing what deviating from it did: allocation = "
            "tilt + timing."
        ),
    )  # fmt: skip
    names = content.record.panel.names
    blocks: list[Block] = [Paragraph(told, "lead"), _effects(found, names)]
    if len(found.years) > 1:
        blocks += [Heading(say("By year")), _by_year(found, names)]
    return Section("attribution", title, blocks, say("Attribution"))


def _effects(found: Attribution, names: tuple[str, ...]) -> Table:
    kinds = (PERCENT, PERCENT, *[FINE_POINTS] * (len(COLUMNS) - 2))
    columns = [Column(say("Series"))]
    columns += [
        Column(
            sentence(head),
            kind,
            sentence(told),
            wide=kind is PERCENT or head in ("Tilt", "Timing"),
            look="strong" if head == "Total" else "",
        )
        for kind, (head, told) in zip(kinds, COLUMNS.items(), strict=True)
    ]
    rows = [
        (
            _named(name, names), row.weight, row.universe, row.tilt, row.timing, row.allocation, row.first_day,
            row.costs, row.total,
        )
        for name, row in rows_of(found, names).effects
    ]  # fmt: skip
    return Table(say("Attribution"), columns, rows, say("Percent of starting value."), "effects tight", total=True)


def _by_year(found: Attribution, names: tuple[str, ...]) -> Table:
    _, years, by_year = rows_of(found, names)
    scale = heat_scale(np.array([values for _, values, _ in by_year[:-1]]), 0.002)
    columns = (
        Column(say("Series")),
        *(Column(sentence(year), POINTS) for year in years),
        Column(say("Total"), POINTS, say("Over all years."), look="total"),
    )
    rows = [(_named(name, names), *(heat(value, scale) for value in values), total) for name, values, total in by_year]
    caption = say(
        "Total effect of each series, linked over the whole run, percent of starting value; the years add up to the "
        "total."
    )
    return Table(say("Attribution by year"), columns, rows, caption, "heat", total=True)


def _named(name: str, names: tuple[str, ...]) -> Text:
    """Series keep their names; cash, the others and all of them are translated."""
    return name if name in names else sentence(name)
