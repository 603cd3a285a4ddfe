"""The sections of a tearsheet that need no holdings."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...data.types import Floats, Ints
from ..analysis.drawdowns import Drawdown, deepest_falls
from ..analysis.rolling import rolling_beta, window_of
from ..charts.spec import Chart
from ..charts.tiled import grouped_bars
from ..charts.time_series import drawdown_chart, growth_chart, value_chart
from ..growth import Growth, by_month
from ..message import Text, say
from ..metrics.run_metrics import LINE_DETAILS, LINE_METRICS, RELATIVE_METRICS, definitions
from ..sections.base import (
    COUNT,
    DATE,
    PERCENT,
    YEAR,
    Block,
    Cell,
    Column,
    Figure,
    Paragraph,
    Section,
    Table,
    Value,
    heat,
)
from ..sections.measures import measure_table
from ..sections.run.months import month_heads
from ..sections.tables import Measure, compounded, heat_scale
from .series import ReturnsLine

Lines = list[tuple[Growth, str]]


def lines_of(found: ReturnsLine) -> Lines:
    """The lines with their roles: the returns, and the benchmark where there is one."""
    return [(found.growth, "strategy"), *([(found.market, "benchmark")] if found.market else [])]


def charts_of(found: ReturnsLine) -> dict[str, Chart]:
    """The charts by name: growth, drawdown, years, and beta with a benchmark."""
    lines = lines_of(found)
    years = np.unique(by_month(found.growth, found.dates).year)
    totals = [(line.label, role, _totals(line, found, years)) for line, role in lines]
    beta = _beta(found)
    return {
        "growth": growth_chart(lines, found.dates),
        "drawdown": drawdown_chart(lines, found.dates),
        "years": grouped_bars("Calendar years", [str(year) for year in years], totals),
        **({"beta": beta} if beta else {}),
    }


def returns_sections(found: ReturnsLine) -> tuple[Section, ...]:
    """The sections that have something to say.

    Parameters
    ----------
    found : ReturnsLine
    """
    charts = charts_of(found)
    figure = Figure((charts["growth"], charts["drawdown"]), (300, 120), printed=(110, 45))
    title, told = say("Growth of 1 and drawdown"), Paragraph(say("Log scale."), "lead")
    growth = Section("growth", title, (told, figure), say("Growth"), "growth")
    made = (_headline(found), growth, _months(found), _risk(found, charts), _relative(found))
    return tuple(section for section in made if section is not None)


def _headline(found: ReturnsLine) -> Section:
    known = definitions(found.periods)
    columns = [found.metrics, *([found.of_market] if found.market else [])]
    shown = [found.readable(values) for values in columns]
    rows = [Measure(known[name], tuple(values[name] for values in shown)) for name in LINE_METRICS]
    names = [line.label for line, _ in lines_of(found)]
    roles = [role for _, role in lines_of(found)]
    caption = say("From the returns that were given; the base point is one period before the first of them.")
    return Section("headline", say("Headline"), (measure_table(say("Headline"), rows, names, caption, roles),))


def _months(found: ReturnsLine) -> Section:
    own = by_month(found.growth, found.dates)
    theirs = by_month(found.market, found.dates).returns if found.market else np.full(len(own.returns), np.nan)
    scale = heat_scale(own.returns)
    rows: list[Sequence[Value | Cell]] = []
    for year in np.unique(own.year).tolist():
        here = own.year == year
        months = dict(zip(own.month[here].tolist(), own.returns[here].tolist(), strict=True))
        market = compounded(theirs[here])
        rows.append(
            (
                year,
                *(heat(months.get(month, math.nan), scale) for month in range(1, 13)),
                compounded(own.returns[here]),
                *([market] if found.market else []),
            )
        )
    columns = [Column(say("Year"), YEAR), *month_heads(), Column(say("Total"), PERCENT, look="total")]
    if found.market:
        columns.append(Column(say("Benchmark"), PERCENT, look="quiet"))
    caption = say("Percent; blank where there is no data; the first and the last month may be partial.")
    title = say("Monthly returns")
    return Section("months", title, (Table(title, columns, rows, caption, "heat months"),), say("Months"))


def _risk(found: ReturnsLine, charts: dict[str, Chart]) -> Section:
    known, values = definitions(found.periods), found.readable(found.metrics)
    falls = deepest_falls(found.growth, found.market, found.dates)
    blocks: list[Block] = [_falls(falls, found)] if falls else []
    rows = [Measure(known[name], (values[name],)) for name in LINE_DETAILS if math.isfinite(values[name])]
    title = say("Distribution of returns")
    blocks.append(measure_table(title, rows, (found.name,), say("Of session returns unless it says months.")))
    blocks.append(Figure((charts["years"],), (180,), titled=True))
    if "beta" in charts:
        blocks.append(Figure((charts["beta"],), (130,), titled=True))
        blocks.append(Paragraph(say("Blank until the window is full."), "note"))
    return Section("risk", say("Drawdowns and distribution"), blocks, say("Risk"))


def _falls(falls: Sequence[Drawdown], found: ReturnsLine) -> Table:
    columns = [
        Column(say("Depth"), PERCENT), Column(say("Peak"), DATE), Column(say("Trough"), DATE),
        Column(say("Recovered"), DATE), Column(say("Fall"), COUNT),
        Column(say("Recovery"), COUNT, wide=True), Column(say("Days"), COUNT, wide=True),
    ]  # fmt: skip
    if found.market:
        columns.append(Column(say("Benchmark"), PERCENT, wide=True, look="quiet"))
    rows = [
        (
            row.depth, row.peak, row.trough, row.recovered or say("not yet"), row.fall,
            float(row.recovery) if row.recovery else math.nan, row.days, *([row.benchmark] if found.market else []),
        )
        for row in falls
    ]  # fmt: skip
    caption = say("The deepest falls below an earlier peak; lengths in sessions.")
    return Table(say("Deepest drawdowns"), columns, rows, caption, "falls tight")


def _relative(found: ReturnsLine) -> Section | None:
    if not found.market:
        return None
    known, values = definitions(found.periods), found.readable(found.metrics)
    rows = [Measure(known[name], (values[name],)) for name in RELATIVE_METRICS if math.isfinite(values[name])]
    title: Text = say("Against the benchmark")
    caption = say("Over the sessions, or calendar months, in which both are known.")
    return Section("relative", title, (measure_table(title, rows, (found.name,), caption),), say("Benchmark"))


def _totals(line: Growth, found: ReturnsLine, years: Ints) -> Floats:
    months = by_month(line, found.dates)
    return np.array([compounded(months.returns[months.year == year]) for year in years.tolist()])


def _beta(found: ReturnsLine) -> Chart | None:
    if not found.market:
        return None
    window = window_of(found.periods)
    beta = np.concatenate(([np.nan], rolling_beta(found.growth.returns, found.market.returns, window)))
    title = f"Beta over the last {window} sessions"
    return value_chart(title, [(found.name, "strategy", beta)], found.dates, centre=1.0, fraction=False)
