"""The event study on A4 pages, and its pictures: the charts of the page, in print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..charts.spec import Line
from ..formatting import decimal, percent
from ..render.i18n import Locale, find_locale
from ..render.pdf.page import SOFT, TONES, WIDTH, PageWriter
from ..render.pdf.parts import BOTTOM, LEFT, Column, title
from ..sections.tables import heat_scale
from .charts import (
    ANCHORS,
    FIFTH_NAMES,
    FIFTH_ROLES,
    correlation_charts,
    fan_charts,
    ic,
    placebo_charts,
)
from .event_content import CONTROLS, cells, facts, heat, regime_rows, shown_horizon, told_episodes
from .print_parts import ROW, foot, head, heat_table, side_by_side, table, writer_of
from .result import EventStudyResult

PICTURES = ("heatmap", "correlations", "fan", "placebo")
"""Names of the pictures, see ``event_pictures``."""
RESOLUTION = 150.0
_CHART, _FAN = 30.0, 46.0  # millimetres
_NARROW = (8.5, 10.0, 11.0, 17.0, 14.0, 12.5, 10.5, 11.0, 11.0, 13.0, 13.0, 13.0, 11.0)


def event_pdf(result: EventStudyResult, path: str | Path, *, locale: str | Locale = "en") -> Path:
    """Write the report as A4 pages; returns its path.

    Parameters
    ----------
    result : EventStudyResult
    path : path
    locale : str or Locale
        Language; see ``i18n.LOCALES``.
    """
    writer = _writer(result, find_locale(locale))
    number = writer.begin_page()
    sentence = result.name if result.name != result.label else ""
    y = head(
        writer,
        f"Event study: {result.label}",
        sentence,
        (*result.verdict.sentences, result.power),
        facts(result),
        result.studied,
    )
    y = _heat(writer, result, y + 2.0)
    y = _correlations(writer, result, y + 4.0)
    foot(writer, number, result.studied)

    def turn() -> float:
        foot(writer, writer.begin_page(), result.studied)
        return 17.0

    y = _fans(writer, result, turn())
    if result.anchors and y < BOTTOM - 80:
        y = _placebos(writer, result, y + 2.0)
    y = _controls(writer, result, turn(), turn)
    y = _raw(writer, result, y + 10.0 if y < BOTTOM - 100 else turn(), turn)
    y = _regimes(writer, result, turn())
    _episodes(writer, result, y + 10.0 if y < BOTTOM - 60 else turn(), turn)
    return writer.save(path, f"Event study: {result.label}")


def event_pictures(
    result: EventStudyResult, folder: str | Path, *, locale: str | Locale = "en", resolution: float = RESOLUTION
) -> list[Path]:
    """Write each of ``PICTURES`` as NAME.png; returns their paths. Without a placebo there is no picture of it.

    Parameters
    ----------
    result : EventStudyResult
    folder : path
    locale : str or Locale
    resolution : float
        Dots per inch.
    """
    two = -(-len(result.anchors) // 2)
    drawn: dict[str, tuple[Callable[[PageWriter, EventStudyResult, float], float], float]] = {
        "heatmap": (_heat, 16.0 + ROW * len(result.anchors)),
        "correlations": (_correlations, 14.0 + two * (_CHART + 12.0)),
        "fan": (_fans, 18.0 + two * (_FAN + 12.0)),
        "placebo": (_placebos, 14.0 + two * (_CHART + 12.0)),
    }
    out = []
    for name in PICTURES:
        if name == "placebo" and result.placebo.empty:
            continue
        draw, height = drawn[name]
        writer = _writer(result, find_locale(locale))
        writer.begin_page(WIDTH, height + 4.0)
        draw(writer, result, 9.0)
        out.append(writer.png(Path(folder) / f"{name}.png", 1, resolution))
    return out


def _writer(result: EventStudyResult, words: Locale) -> PageWriter:
    known = [text for _, text in facts(result)]
    names = [name for name, _ in ANCHORS.values()]
    return writer_of([result.name, *result.verdict.sentences, result.power, *known, *names, *FIFTH_NAMES], words)


def _name(anchor: str) -> str:
    return ANCHORS[anchor][0] + (" (hindsight)" if anchor == "trough" else "")


def _heat(writer: PageWriter, result: EventStudyResult, y: float) -> float:
    y = title(writer, y, "By anchor and horizon", "mean rank correlation, beta out; * stands at 5% after correction")
    lines = [(_name(anchor), line, [" *" * each for each in sure]) for anchor, line, sure in heat(result)]
    scale = heat_scale(np.array([line for _, line, _ in lines]))
    return heat_table(writer, y + 2.5, ("Sessions on", *map(str, result.horizons)), lines, scale)


def _correlations(writer: PageWriter, result: EventStudyResult, y: float) -> float:
    y = title(writer, y, "With 95% intervals", "by sessions after; grey dots: the placebo")
    charts = [(_name(anchor), chart) for anchor, chart in correlation_charts(result)]
    return side_by_side(writer, y + 3.0, charts, _CHART)


def _fans(writer: PageWriter, result: EventStudyResult, y: float) -> float:
    note = "over the mean of all; fine lines: the highest in each episode"
    y = title(writer, y, "What the fifths did afterwards", note)
    x = LEFT
    for role, name in zip(reversed(FIFTH_ROLES), reversed(FIFTH_NAMES), strict=True):
        writer.box(x, y + 0.6, x + 5, y + 1.2, TONES[role])
        writer.text(x + 6, y + 1.8, name, 6, SOFT)
        x += writer.width(name, 6) + 12
    charts = [(_name(anchor), chart._replace(lines=_unnamed(chart.lines))) for anchor, chart in fan_charts(result)]
    return side_by_side(writer, y + 7.0, charts, _FAN)


def _unnamed(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(line._replace(label="", value="") for line in lines)


def _placebos(writer: PageWriter, result: EventStudyResult, y: float) -> float:
    charts = [(_name(anchor), chart) for anchor, chart in placebo_charts(result)]
    if not charts:
        return y
    y = title(writer, y, "Found, and at other times", "dots: found; fine lines: means of as many placebo windows")
    return side_by_side(writer, y + 3.0, charts, _CHART)


def _controls(writer: PageWriter, result: EventStudyResult, y: float, turn: Callable[[], float]) -> float:
    y = title(writer, y, "Beside what else could explain it") + 3.0
    names = ["Sessions on", *(name for _, name, _ in CONTROLS), "p, raw alone", "p, corrected", "p, over placebo"]
    names += ["Could be found", "Episodes apart"]
    columns = [Column("Read at", LEFT, 24.0, "left")]
    at = LEFT + 24.0
    for name, room in zip(names, _NARROW, strict=True):
        at += room
        columns.append(Column(name, at, room, size=6.0))
    lines = [
        (_name(row.anchor), str(row.horizon), *row.values, row.p, row.corrected, row.over, row.power, str(row.distinct))
        for row in cells(result)
    ]
    slanted = [column._replace(head="") for column in columns]
    for k, column in enumerate(columns):  # heads over two lines
        for line, part in enumerate(_halves(writer.said(column.head))):
            writer.text(column.at, y + 2.6 * line, part, 5.2, SOFT, "left" if k == 0 else "right")
    return table(writer, y + 3.0, slanted, lines, turn)


def _halves(text: str) -> tuple[str, str]:
    """A head in two lines: between words, or in the middle of one that has no gaps and is long."""
    words = text.split(" ") if " " in text else list(text) if len(text) > 5 else [text]
    half, gap = -(-len(words) // 2), " " * (" " in text)
    return gap.join(words[:half]), gap.join(words[half:])


def _raw(writer: PageWriter, result: EventStudyResult, y: float, turn: Callable[[], float]) -> float:
    y = title(writer, y, "Raw figures", "fifths: mean return over the mean of all") + 3.0
    heads = ("Sessions on", "IC", "ICIR", "t", "t, N-W", "Above 0", *(f"Fifth {k}" for k in range(1, 6)))
    heads += ("Spread", "Episodes")
    columns = [Column("Read at", LEFT, 24.0, "left")]
    columns += [Column(name, LEFT + 24 + 12.1 * (k + 1), 12.0) for k, name in enumerate(heads)]
    lines = [
        (
            _name(row["anchor"]), str(row["horizon"]), ic(row["ic"]), decimal(row["icir"]), decimal(row["t"], 1),
            decimal(row["t_nw"], 1), percent(row["hit"], 0), *(percent(row[f"q{k}"], 1, True) for k in range(1, 6)),
            percent(row["spread"], 1, True), str(row["episodes"]),
        )
        for row in result.table.to_dict(orient="records")
    ]  # fmt: skip
    return table(writer, y, columns, lines, turn)


def _regimes(writer: PageWriter, result: EventStudyResult, y: float) -> float:
    shown = shown_horizon(result)
    y = title(writer, y, "By regime", f"mean raw rank correlation {shown} sessions on, with the number of episodes")
    names = {"trend": "Trend", "depth": "Depth", "year": "Year"}
    lines = [
        (f"{names[by]}: {regime}", [value for _, value in line], [f" ({count})" for count, _ in line])
        for by, regime, line in regime_rows(result)
    ]
    room = int((BOTTOM - y - 40) / ROW)
    y = heat_table(writer, y + 2.5, ("Regime", *map(_name, result.anchors)), lines[:room], 0.6, step=24.0)
    y = title(writer, y + 3.0, "From one episode to the next") + 3.0
    columns = [
        Column("Read at", LEFT, 30.0, "left"), Column("Rank correlation of the score", LEFT + 75, 40.0),
        Column("New in the top fifth", LEFT + 115, 35.0),
    ]  # fmt: skip
    rows = [
        (_name(row["anchor"]), ic(row["rank_correlation"]), percent(row["turnover_top_fifth"], 0))
        for row in result.persistence.to_dict(orient="records")
    ]
    return table(writer, y, columns, rows, lambda: y)


def _episodes(writer: PageWriter, result: EventStudyResult, y: float, turn: Callable[[], float]) -> float:
    shown = shown_horizon(result)
    y = title(writer, y, "Every episode", f"raw rank correlation {shown} sessions on") + 3.0
    columns = [
        Column("No.", LEFT, 8.0, "left"), Column("Peak", LEFT + 10, 20.0, "left"),
        Column("Entered", LEFT + 30, 20.0, "left"), Column("Over", LEFT + 50, 30.0, "left"),
        Column("Depth", LEFT + 90, 12.0), Column("Trend", LEFT + 93, 14.0, "left"),
    ]  # fmt: skip
    columns += [Column(_name(anchor), LEFT + 118 + 21 * k, 20.5) for k, anchor in enumerate(result.anchors)]
    lines = [
        (str(one.number), one.peak, one.entered, one.left, percent(one.depth), one.trend, *map(ic, one.ics))
        for one in told_episodes(result)
    ]
    return table(writer, y, columns, lines, turn)
