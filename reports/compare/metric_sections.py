"""Metrics of runs side by side: the ones to begin with, all of them, what trading did, and how pullbacks went."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from ...engine.market.fees import COSTS
from ..analysis.pullbacks import pullback_rule, split
from ..analysis.rebalances import STATUSES, rebalances
from ..growth import periods_per_year
from ..message import Text, say, sentence
from ..metrics.cash_drag import cash_drag
from ..metrics.run_metrics import definitions, too_short
from ..sections.base import (
    COUNT,
    MONEY,
    SIGNED,
    WHOLE_PERCENT,
    Block,
    Cell,
    Column,
    Facts,
    Format,
    Paragraph,
    Section,
    Table,
    Value,
    unit_format,
)
from ..sections.facts import dividends
from ..sections.measures import line_name
from .compared import LEAD, Compared
from .terms_sections import uncorrected

COLUMNS = (
    "cagr", LEAD, "relative_return", "volatility", "sharpe", "max_drawdown", "turnover", "cost_drag", "exposure",
)  # fmt: skip
_AGAINST = ("relative_return",)
"""What needs a benchmark."""
_DRAG = Format("percent", 2, plus=True)
Row = Sequence[Value | Cell]


def headed(name: Text, role: str, *, strong: bool = False) -> Cell:
    """The name of a line with its colour before it.

    Parameters
    ----------
    name : Message or str
    role : str
    strong : bool
    """
    return Cell(name, role=role, strong=strong)


def side_by_side(content: Compared, places: Mapping[str, float] | None = None) -> Section:
    """The section.

    Parameters
    ----------
    content : Compared
    places : mapping of str to float, optional
        By label, the share of random picks that grew less; a column of their own where they are given.
    """
    known = definitions(periods_per_year(content.first.sessions))
    shown = [name for name in COLUMNS if content.market or name not in _AGAINST]
    heads: dict[str, tuple[Text, Text, Format]] = {
        name: (sentence(known[name].label), sentence(known[name].text), unit_format(known[name].unit))
        for name in shown
    }  # fmt: skip
    heads[LEAD] = say("Over equal weight"), heads[LEAD][1], SIGNED
    if content.market:
        heads["relative_return"] = say("Over benchmark"), heads["relative_return"][1], SIGNED
    columns = [Column(say("Strategy")), *(Column(*_column(heads[name])) for name in shown)]
    if places is not None:
        text = say("share of its random picks that grew less, see below")
        columns.append(Column(say("Above random"), WHOLE_PERCENT, text))
    rows: list[Row] = []
    for k, line in enumerate(content.measured):
        values: list[Value | Cell] = [line.values.get(name) for name in shown]
        if line.role == "reference":
            values[shown.index(LEAD)] = None
        if places is not None:
            values.append(_known(places.get(line.label, math.nan)))
        rows.append((headed(line.name, line.role, strong=k == 0), *values))
    title = say("Side by side")
    blocks: list[Block] = [
        Paragraph((sentence(uncorrected(len(content.records))), equal_weight_text(content)), "lead"),
        Table(say("Metrics of each strategy"), columns, rows, look="side"),
    ]
    if told := dividends(content.first):
        blocks.append(Paragraph(sentence(told), "note"))
    terms = [(column.head, column.definition) for column in columns[1:]]
    blocks.append(Facts(terms, "facts glossary-list"))
    return Section("table", title, blocks, title)


def _column(head: tuple[Text, Text, Format]) -> tuple[Text, Format, Text]:
    label, text, form = head
    return label, form, text


def equal_weight_text(content: Compared) -> Text:
    """What equal weight is here.

    Parameters
    ----------
    content : Compared
    """
    return say(
        "Equal weight holds all {count} series under the strategy's own schedule, rules and costs; its row and its "
        "line are those under the schedule of {first}.", count=len(content.first.panel.symbols), first=content.against,
    )  # fmt: skip


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def every_metric(content: Compared) -> Section:
    """All metrics with their definitions, a column for each line.

    Parameters
    ----------
    content : Compared
    """
    known = definitions(periods_per_year(content.first.sessions))
    number = Format("number")
    columns = [Column(say("Measure"), look="wrap reason")]
    columns += [Column(line.name, number, role=line.role) for line in content.measured]
    rows: list[Row] = []
    for name, item in known.items():
        values = [line.values.get(name, math.nan) for line in content.measured]
        if name.startswith(("benchmark_", "equal_weight_")) or not any(map(math.isfinite, values)):
            continue
        cells = (Cell(_known(value), unit_format(item.unit)) for value in values)
        rows.append((Cell(sentence(item.label), note=sentence(item.text)), *cells))
    title = say("Every metric")
    table = Table(title, columns, rows, look="all-metrics", folded=say("All metrics, with their definitions"))
    return Section("metrics", title, (table,), say("Metrics"))


def trading(content: Compared) -> Section:
    """What became of decisions, and what trading cost.

    Parameters
    ----------
    content : Compared
    """
    runs = content.with_equal_weight
    roles = [*content.roles.values(), "reference"]
    kinds = [kind for kind in COSTS if any(record.costs[kind] for record in runs.values())]
    earned = any(record.terms.rate for record in runs.values())
    decided: list[Row] = []
    paid: list[Row] = []
    for k, ((label, record), role) in enumerate(zip(runs.items(), roles, strict=True)):
        head = headed(line_name(label), role, strong=k == 0)
        counts, drag = Counter(rebalances(record)["status"]), cash_drag(record)
        yearly = math.nan if too_short(record) else drag.per_year
        decided.append((head, *(counts[status] for status in STATUSES), float(drag.weight.mean()), yearly))
        interest = [float(record.outcome.interest.sum())] if earned else []
        paid.append((head, *(record.costs[kind] for kind in kinds), sum(record.costs.values()), *interest))
    columns = [
        Column(say("Strategy")),
        *(Column(sentence(status.capitalize()), COUNT) for status in STATUSES),
        Column(say("Unintended cash"), Format("percent", 2)), Column(say("Cash drag"), _DRAG),
    ]  # fmt: skip
    told = say(
        "Decisions by how they ended; unintended cash: mean weight that no target asked for; cash drag: its effect per "
        "year, negative where it cost."
    )
    costs = [
        Column(say("Strategy")), *(Column(sentence(COSTS[kind]), MONEY) for kind in kinds),
        Column(say("All costs"), MONEY), *([Column(say("Interest"), MONEY)] if earned else []),
    ]  # fmt: skip
    title = say("Trading and costs")
    blocks = (
        Table(say("What became of decisions"), columns, decided, told, "side"),
        Table(say("Costs by kind"), costs, paid, say("Costs in currency; slippage is already inside the fill prices."),
              "side"),
    )  # fmt: skip
    return Section("trading", title, blocks, say("Trading"))


def pullbacks(content: Compared) -> Section | None:
    """Growth in and out of the pullbacks that the first run sees; None without a benchmark, and for short runs.

    Parameters
    ----------
    content : Compared
    """
    parts = {label: split(record, content.first) for label, record in content.records.items()}
    known = {label: part for label, part in parts.items() if part}
    if too_short(content.first) or not known or content.market is None:
        return None
    inside, outside = next(iter(known.values()))
    heads = (
        (say("Inside"), say("Equal weight inside"), say("Lead inside")),
        (say("Outside"), say("Equal weight outside"), say("Lead outside")),
    )
    columns = [Column(say("Strategy"))]
    for own, equal, lead in heads:
        columns += [Column(own, SIGNED), Column(equal, SIGNED), Column(lead, SIGNED, look="strong")]
    rows: list[Row] = [
        (
            headed(label, content.roles[label], strong=k == 0),
            *(value for half in part for value in (half.strategy, half.equal_weight, half.lead)),
        )
        for k, (label, part) in enumerate(known.items())
    ]
    market = [
        value for half in (inside, outside)
        for value in (half.benchmark, half.equal_weight, (1.0 + half.benchmark) / (1.0 + half.equal_weight) - 1.0)
    ]  # fmt: skip
    rows.append((headed(content.market.label, "benchmark"), *market))
    told = (
        sentence(pullback_rule(content.first).sentence()),
        say(
            "Growth per year in the {inside} sessions that began inside a pullback, and in the {outside} others.",
            inside=inside.sessions, outside=outside.sessions,
        ),
        say(
            "Lead: growth over that of equal weight, which holds all series under the strategy's own schedule, rules "
            "and costs; the benchmark's is over that of {first}.", first=content.against,
        ),
    )  # fmt: skip
    title = say("In and out of pullbacks")
    table = Table(say("Growth in and out of pullbacks"), columns, rows, look="side")
    return Section("pullbacks", title, (Paragraph(told, "lead"), table), say("Pullbacks"))
