"""What results hang on: the same strategies at other costs, acted on later, and over a grid of parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..luck.result import LuckResult
from ..message import Text, say, sentence
from ..sections.base import (
    PERCENT,
    SIGNED,
    Block,
    Cell,
    Column,
    Figure,
    Format,
    Heading,
    Paragraph,
    Section,
    Table,
    Value,
)
from ..sections.run.luck import LEAD as LUCK_LEAD
from ..sections.run.luck import luck_blocks
from .compared import Compared
from .grid_blocks import grid_blocks
from .parameter_grid import grids
from .sensitivity import Sensitivity, SensitivityRow, ShownSensitivity, shown

MOST_GRIDS = 12
Row = Sequence[Value | Cell]


def costs(content: Compared, found: Sequence[Sensitivity]) -> Section | None:
    """The strategies at other costs; None where they were not run again.

    Parameters
    ----------
    content : Compared
    found : sequence of Sensitivity
    """
    seen = _shown(content, found, "cost")
    if seen is None:
        return None
    title = say("If trading cost more, or nothing")
    if not seen.moves:
        told: Text = say("This market charges nothing, so a multiple of its costs changes nothing.")
        return Section("costs", title, (Paragraph(told),), say("Costs"))
    market = content.market
    lead: tuple[Text, ...] = (
        say(
            "The same strategies run again with every cost of the market times 0, 1, 2 and 5: commission with its "
            "minimum, duty, fees, slippage."
        ),
        say(
            "Breaks even: the multiple of costs at which the lead over {benchmark} is gone, by a straight line in log "
            "growth between the runs.", benchmark=market.label,
        ) if market else say(
            "Breaks even: the multiple of costs at which the return is gone, by a straight line in log growth between "
            "the runs."
        ),
    )  # fmt: skip
    return Section("costs", title, [Paragraph(lead, "lead"), *_steps(content, seen)], say("Costs"))


def lags(content: Compared, found: Sequence[Sensitivity]) -> Section | None:
    """The strategies acted on later; None where they were not run again.

    Parameters
    ----------
    content : Compared
    found : sequence of Sensitivity
    """
    seen = _shown(content, found, "lag")
    if seen is None:
        return None
    lead = (
        say(
            "The same strategies run again, each decision made from the same data but carried out 0, 1, 2 and 5 "
            "sessions later."
        ),
        say(
            "A rule whose return is gone after a session lives on timing that few accounts have; one that gains by "
            "waiting shows how much the choice of days decides."
        ),
        say(
            "All are measured from the session after the latest had carried out its first decision, so being later "
            "into the market at the start is not counted."
        ),
    )
    title = say("If decisions were acted on later")
    return Section("lags", title, [Paragraph(lead, "lead"), *_steps(content, seen)], say("Delays"))


def _shown(content: Compared, found: Sequence[Sensitivity], what: str) -> ShownSensitivity | None:
    own = next((item for item in found if item.what == what and item.returns), None)
    return shown(own, content.roles, content.market is not None) if own else None


def _steps(content: Compared, seen: ShownSensitivity) -> list[Block]:
    blocks: list[Block] = [Figure((seen.chart,), look="named", printed=(110,))] if seen.chart else []
    broken = seen.what == "cost"
    over = content.market is not None
    blocks += [
        Heading(say("CAGR")),
        _step_table(say("CAGR"), seen, lambda row: row.cagr, PERCENT, even=broken and not over),
    ]
    if content.market is not None:
        title = say("Over {name}, per year", name=content.market.label)
        blocks += [Heading(title), _step_table(title, seen, lambda row: row.relative, SIGNED, even=broken)]
    if seen.left_out:
        blocks.append(Paragraph(say("Left out: {what}.", what=sentence(seen.left_out)), "note"))
    return blocks


def _step_table(
    label: Text, seen: ShownSensitivity, values: Callable[[SensitivityRow], list[float]], form: Format, *, even: bool
) -> Table:
    columns = [Column(say("Strategy")), *(Column(sentence(head), form) for head in seen.heads)]
    columns += [Column(say("Breaks even at"), Format("number"))] if even else []
    rows: list[Row] = [
        (Cell(row.label, role=row.role), *values(row), *([sentence(row.even)] if even else [])) for row in seen.rows
    ]
    return Table(label, columns, rows, look="side")


def by_parameter(content: Compared) -> Section | None:
    """Heatmaps of strategies that differ in one or two numbers; None where there are none.

    Parameters
    ----------
    content : Compared
    """
    found = grids(content.records)[:MOST_GRIDS]
    if not found:
        return None
    told = (
        say("Variants that differ in nothing else."),
        say(
            "The best cell was found by looking at all of them, and nothing here is corrected for that: a plateau says "
            "more than a peak."
        ),
    )
    title = say("By parameter")
    return Section("grid", title, [Paragraph(told, "lead"), *grid_blocks(found)], title)


def luck(found: dict[str, LuckResult]) -> Section | None:
    """How much of each result is luck; None where that was not measured.

    Parameters
    ----------
    found : dict of str to LuckResult
    """
    if not found:
        return None
    blocks: list[Block] = [Paragraph(LUCK_LEAD, "lead")]
    for label, own in found.items():
        blocks += [Heading(label), *luck_blocks(own)]
    return Section("luck", say("How much of it is luck"), blocks, say("Luck"))
