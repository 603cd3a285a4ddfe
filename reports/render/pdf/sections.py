"""The pages about the market (phases, drawdowns, rolling lines) and the sectors (contribution, map, attribution)."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.attribution import rows_of
from ...analysis.execution import Move, Rotated
from ...charts.rrg_map import TAIL
from ...formatting import BLANK, decimal, percent
from ...sections.content import ReportContent
from .charts import draw_chart, draw_key
from .page import SOFT, TONES, PageWriter
from .parts import BOTTOM, LEFT, RIGHT, STEP, Box, Column, heads, last_lines, rows, title

_MOST_SECTORS, _MOST_EFFECTS, _MOST_DECISIONS = 31, 31, 60
_TOP = 17.0


def section_pages(writer: PageWriter, content: ReportContent) -> None:
    """As many pages as there is something to say; none for a run without a benchmark that never traded."""
    if content.captures or content.falls:
        _market(writer, content)
    if content.sectors or content.map:
        _sectors(writer, content)
    if content.attribution:
        _attribution(writer, content)
    if content.rotations:
        _decisions(writer, content)


def _columns(first: Column, ends: Sequence[tuple[str, float, float]]) -> tuple[Column, ...]:
    return (first, *(Column(head, LEFT + end, room) for head, end, room in ends))


# --- market ---------------------------------------------------------------------------------------------------------


def _market(writer: PageWriter, content: ReportContent) -> None:
    number, y = writer.begin_page(), _TOP
    if content.by_phase:
        y = _by_phase(writer, content, y) + 9.0
    if content.captures:
        y = _captures(writer, content, y) + 9.0
    if content.falls:
        y = _falls(writer, content, y) + 9.0
    rolling = content.rolling
    if rolling and (rolling.beta or rolling.strength):
        y = title(writer, y, "Rolling beta and relative strength", "blank until the window is full")
        draw_key(writer, content.phase_key, RIGHT, y - 2.5)
        for chart in (rolling.beta, rolling.strength):
            if chart:
                writer.text(LEFT, y + 2.5, chart.title, 6.5, SOFT)
                draw_chart(writer, chart, Box(LEFT + 9, y + 5.0, RIGHT - 25, y + 37.0))
                y += 45.0
    elif rolling:
        writer.text(LEFT, y, f"Rolling beta and relative strength take {rolling.window} sessions: none is full.", 6.5)
    last_lines(writer, content, number)


def _by_phase(writer: PageWriter, content: ReportContent, y: float) -> float:
    y = title(writer, y, "By market phase", "growth in the sessions that began in each; excess: over the benchmark")
    if content.context:
        y = writer.paragraph(LEFT, y + 1.6, content.context.phase_rule, 6, RIGHT - LEFT, 2, SOFT)
    columns = _columns(
        Column("Phase", LEFT + 3.5, 27, "left"),
        (
            ("Sessions", 46, 14), ("Spells", 60, 12), ("Strategy", 78, 16), ("Benchmark", 96, 16), ("Excess", 112, 14),
            ("Strategy a year", 134, 20), ("Benchmark a year", 156, 22), ("Excess a year", 182, 22),
        ),
    )  # fmt: skip
    lines = [
        (
            row.name, decimal(row.sessions, 0), str(row.spells), percent(row.strategy), percent(row.benchmark),
            percent(row.excess, 1, True), percent(row.strategy_year), percent(row.benchmark_year),
            percent(row.excess_year, 1, True),
        )
        for row in content.by_phase
    ]  # fmt: skip
    top = heads(writer, y + 2.0, columns)
    for k, row in enumerate(content.by_phase):
        at = top + (k + 1) * STEP
        writer.box(LEFT, at - 2.0, LEFT + 2.4, at + 0.3, TONES[row.role])
    return rows(writer, top, columns, lines)


def _captures(writer: PageWriter, content: ReportContent, y: float) -> float:
    note = "geometric mean return where the benchmark rose or fell / its own there"
    y = title(writer, y, "Up and down capture", note)
    columns = _columns(
        Column("Returns", LEFT, 30, "left"),
        (("Rises", 46, 14), ("Falls", 60, 12), ("Up", 78, 16), ("Down", 96, 16), ("Up / down", 112, 14)),
    )
    lines = [
        (row.name, decimal(row.rises, 0), decimal(row.falls, 0), percent(row.up), percent(row.down), decimal(row.ratio))
        for row in content.captures
    ]
    return rows(writer, heads(writer, y + 2.0, columns), columns, lines)


def _falls(writer: PageWriter, content: ReportContent, y: float) -> float:
    y = title(writer, y, "Deepest drawdowns", "lengths in sessions; benchmark: its own return from peak to trough")
    columns = _columns(
        Column("Depth", LEFT, 16, "left"),
        (
            ("Peak", 42, 18), ("Trough", 64, 18), ("Recovered", 86, 18), ("Fall", 102, 12), ("Recovery", 118, 14),
            ("In all", 132, 12), ("Calendar days", 154, 20), ("Benchmark", 182, 20),
        ),
    )  # fmt: skip
    lines = [
        (
            percent(row.depth), f"{row.peak:%Y-%m-%d}", f"{row.trough:%Y-%m-%d}",
            f"{row.recovered:%Y-%m-%d}" if row.recovered else "not yet", decimal(row.fall, 0),
            decimal(row.recovery, 0) if row.recovery else BLANK, decimal(row.length, 0), decimal(row.days, 0),
            percent(row.benchmark),
        )
        for row in content.falls
    ]  # fmt: skip
    return rows(writer, heads(writer, y + 2.0, columns), columns, lines)


# --- sectors --------------------------------------------------------------------------------------------------------


def _sectors(writer: PageWriter, content: ReportContent) -> None:
    number, y = writer.begin_page(), _TOP
    if content.sectors:
        each, total = content.sectors[:-1], content.sectors[-1]
        kept = sorted(each, key=lambda row: -abs(row.contribution))[:_MOST_SECTORS]
        cut = f"; the {len(kept)} of {len(each)} with most at stake" * (len(kept) < len(each))
        note = f"a spell is won if it made money, costs included; made: % of starting cash{cut}"
        y = title(writer, y, "Contribution and hit rate per sector", note)
        columns = _columns(
            Column("Series", LEFT, 58, "left"),
            (
                ("Spells", 72, 12), ("Won", 86, 12), ("Hit rate", 102, 14), ("Mean length", 122, 18),
                ("Best", 142, 16), ("Worst", 162, 16), ("Made", 182, 16),
            ),
        )  # fmt: skip
        lines = [
            (
                writer.name(row.symbol, row.name), str(row.spells), str(row.won), percent(row.hit_rate, 0),
                decimal(row.length, 0), percent(row.best, 1, True), percent(row.worst, 1, True),
                percent(row.contribution, 1, True),
            )
            for row in (*(row for row in each if row in kept), total)
        ]  # fmt: skip
        y = rows(writer, heads(writer, y + 2.0, columns), columns, lines) + 9.0
    if content.map:
        found = content.map
        note = f"close of {found.session:%Y-%m-%d}; tails: {TAIL} points, {found.bar} sessions apart; ringed: held"
        y = title(writer, y, "Relative rotation", note)
        if content.context:
            y = writer.paragraph(LEFT, y + 1.6, content.context.map_rule, 6, RIGHT - LEFT, 2, SOFT)
        top, chart = y + 4.0, found.chart
        high = min(BOTTOM - 8.0 - top, (RIGHT - LEFT - 12.0) / chart.aspect)
        draw_chart(writer, chart, Box(LEFT + 10.0, top, LEFT + 10.0 + high * chart.aspect, top + high))
    last_lines(writer, content, number)


# --- attribution ----------------------------------------------------------------------------------------------------


def _attribution(writer: PageWriter, content: ReportContent) -> None:
    found = content.attribution
    if found is None:
        return
    number = writer.begin_page()
    y = title(writer, _TOP, "Attribution: what over- and underweights brought", "percent of starting value")
    told = (
        f"Brinson-Fachler, by session, linked by Carino's factors: all effects add up to {percent(found.own)} less "
        f"{percent(found.universe)} = {percent(found.active, 1, True)}. Against all listed series in equal weight, as "
        "the sector weights of a market index are not in the data. What is held is the sector itself: selection within "
        "it is zero. Trading: fills at other prices than the closes. Allocation = tilt (mean active weight) + timing."
    )
    y = writer.paragraph(LEFT, y + 1.8, told, 6.5, RIGHT - LEFT, 3, SOFT)
    names = content.record.panel.names
    effects = rows_of(found, names, _MOST_EFFECTS).effects
    columns = _columns(
        Column("Series", LEFT, 42, "left"),
        (
            ("Mean weight", 62, 18), ("Universe", 79, 14), ("Tilt", 94, 13), ("Timing", 110, 14),
            ("Allocation", 128, 16), ("Trading", 146, 16), ("Costs", 164, 16), ("Total", 182, 16),
        ),
    )  # fmt: skip
    lines = [
        (
            _named(writer, content, name), percent(row.weight), percent(row.universe),
            *(percent(value, 2) for value in (row.tilt, row.timing, row.allocation, row.trading, row.costs, row.total)),
        )
        for name, row in effects
    ]  # fmt: skip
    y = rows(writer, heads(writer, y + 2.6, columns), columns, lines) + 9.0
    room = int((BOTTOM - 6.0 - y) / STEP) - 2
    if len(found.years) > 1 and room >= 4:
        _, years, by_year = rows_of(found, names, room - 2, 9)
        y = title(writer, y, "By year", "total effect, linked over the whole run; the years add up to the total")
        step = min(16.0, 128.0 / (len(years) + 1))
        ends = [(head, 50.0 + (k + 1) * step, step - 1.0) for k, head in enumerate((*years, "Total"))]
        columns = _columns(Column("Series", LEFT, 42, "left"), ends)
        cells = [
            (_named(writer, content, name), *(percent(value) for value in (*values, total)))
            for name, values, total in by_year
        ]
        rows(writer, heads(writer, y + 2.0, columns), columns, cells)
    last_lines(writer, content, number)


def _named(writer: PageWriter, content: ReportContent, name: str) -> str:
    panel = content.record.panel
    return writer.name(panel.symbols[panel.names.index(name)], name) if name in panel.names else name


# --- decisions ------------------------------------------------------------------------------------------------------


def _decisions(writer: PageWriter, content: ReportContent) -> None:
    number = writer.begin_page()
    shown = content.rotations[:_MOST_DECISIONS]
    cut = f"; the last {len(shown)} of {len(content.rotations)}" * (len(shown) < len(content.rotations))
    y = title(writer, _TOP, "Decisions: who came in, who left", f"behind a name: its rank, and its score{cut}")
    columns = (
        Column("Decided", LEFT, 16, "left"),
        Column("Came in", LEFT + 18, 72, "left", False, 6.0),
        Column("Left", LEFT + 92, 70, "left", False, 6.0),
        Column("Stayed", LEFT + 172, 8),
        Column("Invested", LEFT + 182, 9),
    )
    room = int((BOTTOM - 4.0 - y) / STEP) - 1
    lines = [_decision(writer, row) for row in shown[:room]]
    rows(writer, heads(writer, y + 2.0, columns), columns, lines)
    last_lines(writer, content, number)


def _decision(writer: PageWriter, row: Rotated) -> tuple[str, ...]:
    def told(moves: tuple[Move, ...]) -> str:
        return ", ".join(f"{writer.name(move.symbol, move.name)} {move.basis}".rstrip() for move in moves) or BLANK

    return f"{row.session:%Y-%m-%d}", told(row.came), told(row.left), str(row.stayed), percent(row.invested, 0)
