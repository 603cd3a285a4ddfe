"""Lines of runs side by side: growth, drawdowns, calendar years, one by one, and how alike they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..analysis.pullbacks import pullback_rule
from ..charts.scatter import turnover_against_return
from ..charts.small_multiples import Multiple, growth_multiples, relative_multiples
from ..charts.time_series import drawdown_chart, growth_chart
from ..growth import by_month, years_between
from ..message import Text, say, sentence
from ..metrics.drawdowns import max_drawdown
from ..metrics.returns import cagr
from ..sections.base import (
    CORRELATION,
    POINTS,
    RATIO,
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
    heat,
)
from ..sections.measures import line_name
from ..sections.tables import compounded, heat_scale
from .compared import Compared
from .comparison import correlations, overlap

MOST = 24
"""Runs drawn one by one, and in the tables of correlation and overlap; the first of them where there are more."""
Row = Sequence[Value | Cell]


def growth(content: Compared) -> Section:
    """Growth of every run, of the benchmark and of equal weight.

    Parameters
    ----------
    content : Compared
    """
    drawn = [*content.lines, *content.references]
    chart = growth_chart(drawn, content.dates, content.shaded)
    told: tuple[Text, ...] = (say("Log scale."),)
    key: tuple[tuple[str, Text], ...] = ()
    if content.shaded:
        told = (*told, sentence(pullback_rule(content.first).sentence()))
        key = (("band", say("Pullbacks")),)
    figure = Figure((chart,), (max(320, 20 * len(drawn)),), key, look="named", printed=(max(110, 7 * len(drawn)),))
    return Section("growth", say("Growth of 1"), (Paragraph(told, "lead"), figure), say("Growth"))


def drawdown(content: Compared) -> Section:
    """The drawdowns of each run, beside those of benchmark and equal weight.

    Parameters
    ----------
    content : Compared
    """
    behind, shown = content.references, content.lines[:MOST]
    deepest = min(max_drawdown(line.levels) for line, _ in [*content.lines, *behind])
    charts = []
    for line, role in shown:
        chart = drawdown_chart([(line, role), *behind], content.dates, (), deepest)
        own, *others = chart.lines
        drawn = (own, *(other._replace(label="") for other in others))  # the lead says what they are
        charts.append(chart._replace(title=f"{line.label} {own.value}", lines=drawn, height=110))
    told = [say("All on the same scale, with the deepest fall of each."), *_behind(content)]
    blocks = (Paragraph((*told, *_left_out(content)), "lead"), Figure(charts, titled=True, look="small multiples"))
    title = say("Drawdown")
    return Section("drawdown", title, blocks, title)


def _behind(content: Compared) -> tuple[Text, ...]:
    """What the grey lines are."""
    if content.market is None:
        return (say("Behind: equal weight."),)
    return (say("Behind: {benchmark}, and equal weight.", benchmark=content.market.label),)


def _left_out(content: Compared) -> tuple[Text, ...]:
    more = len(content.records) - MOST
    return (say("{count} more are not drawn.", count=more),) if more > 0 else ()


def years(content: Compared) -> Section:
    """Returns by calendar year.

    Parameters
    ----------
    content : Compared
    """
    lines = [*content.lines, *content.references]
    months = [by_month(line, content.dates) for line, _ in lines]
    names = np.unique(months[0].year).tolist()
    values = np.array([[compounded(own.returns[own.year == year]) for year in names] for own in months])
    scale = heat_scale(values)
    columns = [Column(say("Strategy")), *(Column(str(year), POINTS) for year in names)]
    rows: list[Row] = [
        (Cell(line_name(line.label), role=role), *(heat(value, scale) for value in own))
        for (line, role), own in zip(lines, values.tolist(), strict=True)
    ]
    title = say("Calendar years")
    told = say("Percent; the first and the last year may be partial.")
    return Section("years", title, (Table(title, columns, rows, told, "heat"),), say("Years"))


def one_by_one(content: Compared) -> Section:
    """A small chart for each run: growth, and growth over equal weight, the benchmark and the first run.

    Parameters
    ----------
    content : Compared
    """
    drawn, dates = content.lines[:MOST], content.dates
    blocks: list[Block] = [
        Paragraph((say("Growth of 1 on one log scale."), *_equal(), *_left_out(content)), "lead"),
        _multiples(growth_multiples(drawn, dates, content.equal)),
    ]
    over = say("A rising line gains on it, a flat one moves with it; all on one log scale.")
    blocks += [
        Heading(say("Over equal weight")), Paragraph(over, "lead"),
        _multiples(relative_multiples(drawn, content.equal, dates)),
    ]  # fmt: skip
    if content.market is not None:
        market = content.market
        blocks += [Heading(say("Over {name}", name=market.label)), _multiples(relative_multiples(drawn, market, dates))]
    if len(drawn) > 1:
        first = drawn[0][0]
        blocks += [Heading(say("Over {name}", name=first.label)),
                   _multiples(relative_multiples(drawn[1:], first, dates))]  # fmt: skip
    return Section("one-by-one", say("One by one"), blocks, say("One by one"))


def _equal() -> tuple[Text, ...]:
    return (say("Behind: equal weight."),)


def _multiples(found: Sequence[Multiple]) -> Figure:
    charts = [item.chart._replace(title=f"{item.label} {item.value}") for item in found]
    return Figure(charts, titled=True, look="small multiples")


def likeness(content: Compared) -> Section | None:
    """Correlations of returns, and the weight that portfolios have in common; None of one run.

    Parameters
    ----------
    content : Compared
    """
    lines = [*content.lines[:MOST], *content.references]
    table = correlations([line for line, _ in lines], content.dates)
    known = table[np.isfinite(table)]
    floor = min(float(known.min()), 0.9) if len(known) else 0.0  # where all are near 1, differences would not be seen
    names = [line_name(line.label) for line, _ in lines]
    rows: list[Row] = []
    for k, (line, role) in enumerate(lines):
        cells = [
            Cell() if j == k else _toned(value, (value - floor) / (1.2 * (1.0 - floor)), Format("number", 2))
            for j, value in enumerate(table[k].tolist())
        ]
        rows.append((Cell(line_name(line.label), role=role), *cells))
    columns = [Column(say("Strategy")), *(Column(name, CORRELATION, look="name") for name in names)]
    told = (
        say("Below the diagonal: of returns per session. Above it: of calendar months."),
        say("Lines that only hold the same kind of thing are near 1 in both; colours start at the lowest."),
    )
    title = say("How alike they are")
    blocks: list[Block] = [
        Heading(say("Correlation of returns")), Paragraph(told, "lead"),
        Table(say("Correlations"), columns, rows, look="heat likeness"),
    ]  # fmt: skip
    if len(content.records) > 1:
        blocks += [Heading(say("Common weight")), _overlap(content)]
    return Section("likeness", title, blocks, say("Likeness"))


def _toned(value: float, tone: float, form: Format) -> Cell:
    return Cell(value, form, heat=max(-1.0, min(1.0, tone))) if math.isfinite(value) else Cell()


def _overlap(content: Compared) -> Table:
    shown = overlap(content.runs[:MOST])
    labels = [run.label for run in content.runs[:MOST]]
    columns = [Column(say("Strategy")), *(Column(label, Format("points", 0), look="name") for label in labels)]
    rows: list[Row] = [
        (Cell(label, role=content.roles[label]), *(_toned(value, value / 1.6, Format("points", 0)) for value in own))
        for label, own in zip(labels, shown.tolist(), strict=True)
    ]
    told = say(
        "The mean over sessions of the sum of the smaller weight in each series, in percent. 100 is the same "
        "portfolio, fully invested."
    )
    return Table(say("Common weight"), columns, rows, told, "heat likeness")


def turnover(content: Compared) -> Section | None:
    """Turnover against return; None where fewer than two runs have both.

    Parameters
    ----------
    content : Compared
    """
    found = [
        (run.label, content.roles[run.label], run.metrics["turnover"], run.metrics["cagr"]) for run in content.runs
    ]
    market = content.market
    level = (market.label, cagr(market.levels, years_between(content.dates, market.levels))) if market else None
    chart = turnover_against_return(found, level)
    if chart is None:
        return None
    told: tuple[Text, ...] = (say("Across: turnover a year. Up: return a year, after costs."),)
    told = (*told, say("Dashed: {benchmark}.", benchmark=market.label)) if market else told
    title = say("Turnover against return")
    rows: list[Row] = [
        (Cell(line.name, role=line.role), line.values.get("turnover"), line.values["cagr"]) for line in content.measured
    ]
    columns = (Column(say("Strategy")), Column(say("Turnover"), RATIO), Column(say("CAGR"), Format("percent", 1)))
    table = Table(title, columns, rows, folded=say("As a table"))
    blocks = (Paragraph(told, "lead"), Figure((chart,), look="scatter", printed=(180,)), table)
    return Section("turnover", title, blocks, say("Turnover"))
