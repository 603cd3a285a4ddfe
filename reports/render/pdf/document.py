"""The PDF report of a run: page one has the results, the pages after it the tables behind them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from ....engine.record import Record
from ...analysis.pullbacks import pullback_rule
from ...charts.spec import Chart, Row, fullest
from ...formatting import BLANK, by_unit, decimal, percent
from ...growth import points
from ...market_context import MarketContext
from ...sections.content import ReportContent, report_content
from ...sections.tables import Measure, heat_scale
from ...significance.words import headline
from ..i18n import ENGLISH, find_locale
from .charts import draw_chart, draw_key
from .luck import luck_on_page
from .page import FAINT, HAIR, INK, SOFT, TONES, WARN, WARN_PAPER, PageWriter, mixed
from .parts import BOTTOM, LEFT, RIGHT, Box, last_lines, title
from .sections import section_pages
from .targets import more_pages
from .translated_page import TranslatedWriter

MONTHS = "JFMAMJJASOND"
_MOST_ROWS, _MOST_PHASES = 32, 12


def write_pdf(record: Record, path: str | Path, context: MarketContext | None = None, *, locale: str = "en") -> Path:
    """Write the report of a run as A4 pages; returns its path."""
    return pdf(report_content(record, context), path, locale=locale)


def pdf(content: ReportContent, path: str | Path, *, locale: str = "en") -> Path:
    """Lay a report out on A4 pages and write them, in a language of ``LOCALES`` as far as its dictionary goes."""
    words = find_locale(locale)
    writer = PageWriter(content.texts()) if words is ENGLISH else TranslatedWriter(content.texts(), words)
    content = readable(writer, content)
    first_page(writer, content)
    section_pages(writer, content)
    _details(writer, content)
    more_pages(writer, content)
    number = writer.begin_page()
    y = title(writer, 17.0, "Beyond chance", "what was tried, what chance alone would show, and what is left")
    for sentence in content.verdict.sentences:
        y = writer.paragraph(LEFT, y + 2.0, sentence, 7.5, RIGHT - LEFT, 6)
    if content.luck is not None:
        luck_on_page(writer, content.luck, y + 6.0)
    last_lines(writer, content, number)
    return writer.save(path, f"{content.title}: backtest")


def readable(writer: PageWriter, content: ReportContent) -> ReportContent:
    """The same report with the benchmark's code for its name where the font lacks a character of it."""
    bench = content.record.panel.benchmark
    if bench is None or writer.name(bench.symbol, bench.name) == bench.name:
        return content

    def renamed(chart: Chart) -> Chart:
        lines = (line._replace(label=bench.symbol) if line.label == bench.name else line for line in chart.lines)
        return chart._replace(lines=tuple(lines))

    columns = tuple(bench.symbol if column == bench.name else column for column in content.columns)
    return replace(content, columns=columns, growth=renamed(content.growth), drawdown=renamed(content.drawdown))


def first_page(writer: PageWriter, content: ReportContent) -> None:
    """Page one: what was tested and what came out, on one A4; ``content`` is ``readable``."""
    number = writer.begin_page()
    y = _header(writer, content)
    y = _measures(writer, content, y + 3.0)
    y = title(
        writer,
        y + 5.5,
        "Growth of 1 and drawdown",
        "log scale" + "; shaded: pullbacks of the benchmark" * bool(content.growth.bands and not content.phase_key),
    )
    if content.phase_key:
        draw_key(writer, content.phase_key, RIGHT, y - 2.5)
    draw_chart(writer, content.growth, Box(LEFT + 9, y, RIGHT - 25, y + 36))
    draw_chart(writer, content.drawdown, Box(LEFT + 9, y + 41, RIGHT - 25, y + 53))
    y = _timeline(writer, content, y + 64)
    below = y + 6.0
    _months(writer, content, below, LEFT, LEFT + 104)
    _phases(writer, content, below, LEFT + 112, RIGHT)
    _footer(writer, content, number)


def _header(writer: PageWriter, content: ReportContent) -> float:
    y = 17.0
    if text := content.record.panel.ribbon:
        wide = writer.width(text, 7.5)
        writer.box(RIGHT - wide - 4, y - 4.2, RIGHT, y + 1.2, WARN_PAPER)
        writer.text(RIGHT - 2, y - 0.6, text, 7.5, WARN, "right")
    writer.text(LEFT, y, writer.fitted(content.title, 15, 110), 15)
    y = writer.paragraph(LEFT, y + 5.0, content.sentence, 6.5, RIGHT - LEFT, 2, SOFT) + 0.8
    y = writer.paragraph(LEFT, y, " ".join(headline(content.verdict)), 7.5, RIGHT - LEFT, 2) + 0.8
    writer.line((LEFT, RIGHT), (y - 1.5, y - 1.5))
    y += 2.0
    notes = 0
    for label, text in content.facts:
        notes += label == "Note"
        if notes > 2 and label == "Note":
            continue
        writer.text(LEFT, y, label, 6.5, SOFT)
        y = writer.paragraph(LEFT + 16, y, text, 6.5, RIGHT - LEFT - 16, 2) + 0.15
    writer.line((LEFT, RIGHT), (y - 1.8, y - 1.8))
    return y


def _measures(writer: PageWriter, content: ReportContent, y: float) -> float:
    ends = [LEFT + 34 + 24 * (k + 1) for k in range(len(content.columns))]
    writer.text(LEFT, y, "Measure", 6, SOFT)
    for end, column in zip(ends, content.columns, strict=True):
        writer.text(end, y, writer.fitted(column, 6, 22), 6, SOFT, "right")
    writer.text(ends[-1] + 6, y, "Definition", 6, SOFT)
    writer.line((LEFT, RIGHT), (y + 1.3, y + 1.3))
    y = _measure_rows(writer, content.headline, y + 4.3, ends)
    if content.dividends:
        y += 4.0
        writer.text(LEFT, y, writer.fitted(content.dividends, 6, RIGHT - LEFT), 6, SOFT)
    return y


def _measure_rows(writer: PageWriter, rows: tuple[Measure, ...], y: float, ends: list[float]) -> float:
    for row in rows:
        writer.text(LEFT, y, row.definition.label, 7)
        for k, (end, value) in enumerate(zip(ends, row.values, strict=True)):
            writer.text(end, y, by_unit(value, row.definition.unit), 7, INK if k == 0 else SOFT, "right")
        writer.text(ends[-1] + 6, y, writer.fitted(row.definition.text, 6, RIGHT - ends[-1] - 6), 6, SOFT)
        writer.line((LEFT, RIGHT), (y + 1.15, y + 1.15), HAIR, 0.4)
        y += 3.75
    return y - 2.6


# --- charts ---------------------------------------------------------------------------------------------------------


def _timeline(writer: PageWriter, content: ReportContent, y: float) -> float:
    timeline = content.timeline
    y = title(writer, y, "Rotation: what was held when", "made: money after costs, in % of starting cash")
    if timeline.key:
        y = _key(writer, timeline, y + 1.5)
    rows = timeline.rows
    if not rows:
        writer.text(LEFT, y + 3, "Nothing was ever held.", 7, SOFT)
        return y + 4
    shown = fullest(timeline, _MOST_ROWS)
    step = min(3.4, 56.0 / len(shown.rows))
    box = Box(LEFT + 34.0, y, RIGHT - 13.0, y + step * len(shown.rows))
    draw_chart(writer, shown, box)
    for k, row in enumerate(shown.rows):
        _row_texts(writer, row, box.top + (k + 0.5) * step, min(6.5, step * 2.6))
    if len(shown.rows) < len(rows):
        writer.text(LEFT, box.bottom + 3.0, f"{len(shown.rows)} of {len(rows)}: the longest held", 5.5, SOFT)
    return _never(writer, content, box.bottom + 4.0)


def _never(writer: PageWriter, content: ReportContent, y: float) -> float:
    panel, held = content.record.panel, {row.code for row in content.timeline.rows}
    never = [writer.name(*pair) for pair in zip(panel.symbols, panel.names, strict=True) if pair[0] not in held]
    if not never:
        return y
    told = f"Never held ({len(never)}): {', '.join(never[:60])}"
    writer.text(LEFT, y + 2.6, writer.fitted(told, 5.5, RIGHT - LEFT), 5.5, SOFT)
    return y + 3.0


def _key(writer: PageWriter, timeline: Chart, y: float) -> float:
    x = LEFT
    for role, group in timeline.key:
        writer.box(x, y - 1.5, x + 2.5, y, TONES[role])
        writer.text(x + 3.5, y, group, 6, SOFT)
        x += writer.width(group, 6) + 8.0
    return y + 2.0


def _row_texts(writer: PageWriter, row: Row, middle: float, size: float) -> None:
    """Name and code before the bars of a series, what it made behind them."""
    base, name = middle + size * 0.125, writer.name(row.code, row.name)
    writer.text(LEFT, base, writer.fitted(name, size, 21.0 if name != row.code else 33.0), size)
    if name != row.code:
        writer.text(LEFT + 22, base, writer.fitted(row.code, size * 0.9, 11.5), size * 0.9, FAINT)
    writer.text(RIGHT, base, row.value, size, INK, "right")


# --- tables ---------------------------------------------------------------------------------------------------------


def _months(writer: PageWriter, content: ReportContent, y: float, left: float, right: float) -> float:
    with_market = any(math.isfinite(year.benchmark) for year in content.years)
    years = content.years[-max(1, int((BOTTOM - 12.0 - y) / 3.6)) :]
    cut = f"; the last {len(years)} years" * (len(years) < len(content.years))
    writer.text(left, y, "Monthly returns, %", 8.5)
    writer.text(left + 30, y, f"blank: no data{cut}", 6, SOFT)
    step = (right - left - 9 - 12 - 11 * with_market) / 12
    scale = heat_scale(np.array([year.months for year in content.years]))
    y += 4.2
    for k, month in enumerate(MONTHS):
        writer.text(left + 9 + (k + 0.5) * step, y, month, 6, SOFT, "center")
    writer.text(right - 11 * with_market, y, "Total", 6, SOFT, "right")
    if with_market:
        writer.text(right, y, "Bench.", 6, SOFT, "right")
    y += 1.2
    for year in years:
        writer.text(left, y + 2.55, str(year.year), 6)
        for k, value in enumerate(year.months):
            _cell(writer, Box(left + 9 + k * step, y, left + 9 + (k + 1) * step, y + 3.6), value, scale, 5.6)
        writer.text(right - 11 * with_market, y + 2.55, _points(year.total), 6, INK, "right")
        if with_market:
            writer.text(right, y + 2.55, _points(year.benchmark), 6, SOFT, "right")
        y += 3.6
    return y


def _phases(writer: PageWriter, content: ReportContent, y: float, left: float, right: float) -> float:
    if content.split is None:
        return y
    writer.text(left, y, "Pullbacks of the benchmark", 8.5)
    days, top = points(content.record).strftime("%Y-%m-%d"), y
    ends = (right - 22.0, right - 11.0, right)
    y += 4.2
    writer.text(left, y, "Peak", 6, SOFT)
    writer.text(left + 17, y, "Lowest", 6, SOFT)
    for end, head in zip(ends, ("Bench.", "Strategy", "Relative"), strict=True):
        writer.text(end, y, head, 6, SOFT, "right")
    room = max(1, int((BOTTOM - 9.0 - y) / 3.6) - 3)
    shown = content.phases[-room:]
    rows = [
        (days[phase.peak], days[phase.trough], phase.benchmark, phase.strategy, phase.relative) for phase in shown
    ] + [
        (text, "", part.benchmark, part.strategy, part.relative)
        for text, part in zip(("inside, per year", "outside, per year"), content.split, strict=True)
    ]
    y += 3.75
    for first, second, *values in rows:
        writer.text(left, y, first, 6)
        writer.text(left + 17, y, second, 6)
        for end, value in zip(ends, values, strict=True):
            writer.text(end, y, percent(value), 6, INK if end == right else SOFT, "right")
        writer.line((left, right), (y + 1.1, y + 1.1), HAIR, 0.4)
        y += 3.6
    if len(shown) < len(content.phases):
        writer.text(right, top, f"the last {len(shown)} of {len(content.phases)}", 6, SOFT, "right")
    return y


def _footer(writer: PageWriter, content: ReportContent, number: int) -> None:
    values = {row.definition.name: by_unit(row.values[0], row.definition.unit) for row in content.trading}
    spent = content.costs[-1]
    yearly = math.isfinite(spent.per_year)
    line = (
        f"Turnover {values['turnover']} a year one way. " * yearly
        + f"All costs {decimal(spent.total, 0)}, slippage included"
        + f": {values['cost_drag']} of equity a year" * yearly
        + f". {values['decisions']} decisions{_ended(content)}, {values['fills']} fills, "
        f"{values['rejections']} shortfalls"
    )
    reasons = ", ".join(f"{row.reason} {row.shortfalls}" for row in content.refused[:6])
    writer.line((LEFT, RIGHT), (BOTTOM - 5.5, BOTTOM - 5.5))
    writer.paragraph(LEFT, BOTTOM - 2.5, line + (f" ({reasons})." if reasons else "."), 6.5, RIGHT - LEFT, 2)
    last_lines(writer, content, number)


def _ended(content: ReportContent) -> str:
    """How the decisions ended, in brackets."""
    if content.attained is None:
        return ""
    return f" ({', '.join(f'{row.decisions:,} {row.status}' for row in content.attained.executed)})"


def _details(writer: PageWriter, content: ReportContent) -> None:
    number = writer.begin_page()
    y = title(writer, 17.0, "Trading, benchmark and risk", "strategy only") + 2.0
    y = _measure_rows(writer, content.trading + content.relative + content.risk, y, [LEFT + 54]) + 9.0
    ended = _costs(writer, content, y, LEFT, LEFT + 74)
    y = max(ended, _refused(writer, content, y, LEFT + 84, RIGHT)) + 9.0
    if content.phases:
        if BOTTOM - y < 100.0:
            last_lines(writer, content, number)
            number, y = writer.begin_page(), 17.0
        _series_in_pullbacks(writer, content, y)
    last_lines(writer, content, number)


def _costs(writer: PageWriter, content: ReportContent, y: float, left: float, right: float) -> float:
    writer.text(left, y, "Costs by kind", 8.5)
    y += 4.2
    ends = (right - 38, right - 18, right)
    for end, head in zip(ends, ("Total", "Per year", "Of traded"), strict=True):
        writer.text(end, y, head, 6, SOFT, "right")
    for cost in content.costs:
        y += 3.75
        writer.text(left, y, cost.kind, 6.5)
        basis = decimal(cost.per_traded * 1e4, 1)
        for end, text in zip(
            ends,
            (decimal(cost.total, 0), decimal(cost.per_year, 0), basis if basis == BLANK else f"{basis} bp"),
            strict=True,
        ):
            writer.text(end, y, text, 6.5, INK, "right")
        writer.line((left, right), (y + 1.1, y + 1.1), HAIR, 0.4)
    return y


def _refused(writer: PageWriter, content: ReportContent, y: float, left: float, right: float) -> float:
    writer.text(left, y, "Orders not filled, or not in full", 8.5)
    y += 4.2
    if not content.refused:
        writer.text(left, y, "None: every order filled in full.", 6.5)
        return y
    ends = (right - 26, right - 13, right)
    for end, head in zip(ends, ("Orders", "Shortfalls", "Sessions"), strict=True):
        writer.text(end, y, head, 6, SOFT, "right")
    for row in content.refused:
        y += 3.75
        writer.text(left, y, row.reason, 6.5)
        writer.text(left + 16, y, writer.fitted(row.meaning, 5.6, ends[0] - 7 - left - 16), 5.6, SOFT)
        for end, count in zip(ends, (row.orders, row.shortfalls, row.sessions), strict=True):
            writer.text(end, y, decimal(count, 0), 6.5, INK, "right")
        writer.line((left, right), (y + 1.1, y + 1.1), HAIR, 0.4)
    return y


def _series_in_pullbacks(writer: PageWriter, content: ReportContent, y: float) -> None:
    panel = content.record.panel
    phases = content.phases[-_MOST_PHASES:]
    cut = f"; the last {len(phases)} of {len(content.phases)}" * (len(phases) < len(content.phases))
    title(
        writer,
        y,
        "Every series in every pullback",
        f"total return relative to the benchmark, peak to lowest close, %; • held{cut}",
    )
    y = writer.paragraph(LEFT, y + 3.6, pullback_rule(content.record).sentence(), 6, RIGHT - LEFT, 2, SOFT) + 2.0
    days = points(content.record).strftime("%Y-%m")
    step = min(15.0, (RIGHT - LEFT - 34) / len(phases))
    for k, phase in enumerate(phases):
        end = LEFT + 34 + (k + 1) * step - 0.8
        writer.text(end, y, days[phase.peak], 5.6, SOFT, "right")
        writer.text(end, y + 2.7, _points(phase.benchmark), 5.6, SOFT, "right")
    y += 4.0
    order = sorted(range(len(panel.symbols)), key=lambda i: (panel.groups[i], panel.symbols[i]))
    kept = sorted(order, key=lambda i: -sum(bool(phase.held[i]) for phase in content.phases))
    room = max(4, int((BOTTOM - 4 - y) / 2.4) - 1)
    shown = [i for i in order if i in set(kept[:room])]
    high = min(3.6, (BOTTOM - 3 - y) / (len(shown) + 1))
    scales = [heat_scale(phase.series) for phase in phases]
    rows = [("Strategy", "Strategy", None), *((panel.symbols[i], panel.names[i], i) for i in shown)]
    for symbol, name, column in rows:
        size = min(6.0, high * 2.0)
        writer.text(LEFT, y + high * 0.72, writer.fitted(writer.name(symbol, name), size, 32), size)
        for k, phase in enumerate(phases):
            value = phase.relative if column is None else float(phase.series[column])
            held = column is not None and bool(phase.held[column])
            box = Box(LEFT + 34 + k * step, y, LEFT + 34 + (k + 1) * step, y + high)
            _cell(writer, box, value, scales[k], size * 0.95, "• " * held)
        y += high
    if len(shown) < len(order):
        writer.text(LEFT, y + 2.6, f"{len(shown)} of {len(order)} series: those held in most pullbacks", 5.5, SOFT)


def _cell(writer: PageWriter, box: Box, value: float, scale: float, size: float, mark: str = "") -> None:
    if not math.isfinite(value):
        return
    strength = 0.62 * min(1.0, abs(value) / scale)
    tone = mixed(TONES["up" if value > 0 else "down"], strength)
    writer.box(box.left + 0.1, box.top + 0.1, box.right - 0.1, box.bottom - 0.1, tone)
    writer.text(box.right - 0.8, box.top + (box.bottom - box.top) * 0.72, mark + _points(value), size, INK, "right")


def _points(value: float) -> str:
    text = percent(value)
    return "" if text == BLANK else text.removesuffix("%")
