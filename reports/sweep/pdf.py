"""The report of a sweep on A4 pages, and its first page as a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..compare.parameter_grid import Grid, line_chart
from ..compare.variants import value_text
from ..formatting import decimal
from ..render.i18n import find_locale
from ..render.pdf.charts import draw_chart
from ..render.pdf.page import PageWriter
from ..render.pdf.parts import BOTTOM, LEFT, RIGHT, Box, Column, title
from ..sections.tables import heat_scale
from ..signals.print_parts import ROW, foot, head, heat_table, table, writer_of
from .charts import distribution_chart, parallel_chart
from .content import SweepContent

RESOLUTION = 150.0
_TOP = 17.0


def sweep_pdf(content: SweepContent, path: str | Path, *, locale: str = "en") -> Path:
    """Write the report as A4 pages; returns its path.

    Parameters
    ----------
    content : SweepContent
    path : path
    locale : str
        Language; see ``i18n.LOCALES``.
    """
    return _written(content, locale).save(path, content.title)


def sweep_png(content: SweepContent, path: str | Path, *, locale: str = "en", resolution: float = RESOLUTION) -> Path:
    """Write page one as a picture; returns its path.

    Parameters
    ----------
    content : SweepContent
    path : path
    locale : str
    resolution : float
        Dots per inch.
    """
    return _written(content, locale).png(path, 1, resolution)


def _written(content: SweepContent, locale: str) -> PageWriter:
    writer = writer_of(content.texts, find_locale(locale))
    number = writer.begin_page()
    y = head(writer, content.title, content.sentence, content.told, content.facts, content.studied)
    foot(writer, number, content.studied)

    def turn() -> float:
        foot(writer, writer.begin_page(), content.studied)
        return _TOP

    if content.beside:
        y = title(writer, y + 2.0, "Beyond chance", "")
        for sentence in content.beside:
            y = writer.paragraph(LEFT, y + 1.0, sentence, 7.5, RIGHT - LEFT, 6) + 0.6
    spread = distribution_chart(content)
    if spread:
        y = title(writer, y + 2.0, "All variants", f"{content.metric.label}: how many have which value")
        draw_chart(writer, spread, Box(LEFT + 9, y + 2.0, RIGHT - 4, y + 34.0))
        y += 42.0
    if content.ranking:
        y = _ranking(writer, content, y + 2.0, turn)
    if len(content.lines) > 1:
        y = turn() if y + 78 > BOTTOM else y + 8.0
        y = title(writer, y, "Which values the best have", "a line per variant; dark lines are the best tenth")
        draw_chart(writer, parallel_chart(content), Box(LEFT + 4, y + 2.0, RIGHT - 8, y + 62.0))
        y += 72.0
    for grid in content.grids:
        y = _grid(writer, grid, y, turn, len(content.axes) > 2)
    return writer


def _ranking(writer: PageWriter, content: SweepContent, y: float, turn: Callable[[], float]) -> float:
    y = title(writer, y, "Ranking, uncorrected", "the first, the one in the middle, and the last")
    heads = ["Variant", *content.names, *(it.label for it in content.columns)]
    step = (RIGHT - LEFT - 10) / len(heads)
    columns = [Column("Rank", LEFT, 8.0, "left")]
    heads = [_in_lines(writer, name, step - 1.0) for name in heads]
    columns += [Column(name, LEFT + 10 + step * (k + 1), step - 1.0, size=6.2) for k, name in enumerate(heads)]
    lines = [(str(row.rank), str(row.variant), *row.parameters, *row.metrics) for row in content.ranking]
    return table(writer, y + 2.5, columns, lines, turn)


def _in_lines(writer: PageWriter, head: str, room: float) -> str:
    """A head of a column in as many lines as it needs; a word that is too long is cut."""
    lines = [""]
    for word in writer.said(head).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and writer.width(longer, 6) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(writer.fitted(line, 6, room) for line in lines)


def _grid(writer: PageWriter, grid: Grid, y: float, turn: Callable[[], float], several: bool) -> float:
    chart = line_chart(grid)
    tall = 40.0 if chart else ROW * len(grid.rows) + 16.0
    if y + tall > BOTTOM:
        y = turn()
    note = "Sharpe ratio" + ", median over all other parameters" * several
    name = f"{grid.across} and {grid.down}" if grid.down else grid.across
    y = title(writer, y + 4.0, name.replace("_", " "), "CAGR" if chart else note)
    if chart:
        draw_chart(writer, chart, Box(LEFT + 9, y + 2.0, RIGHT - 25, y + 30.0))
        return y + 38.0
    columns = [grid.down.replace("_", " "), *map(value_text, grid.columns)]
    lines = [
        (value_text(value) if grid.down else "", row.tolist(), [""] * len(row))
        for value, row in zip(grid.rows, grid.sharpe, strict=True)
    ]
    step = min(19.0, (RIGHT - LEFT - 34.0) / len(grid.columns))
    scale = heat_scale(np.asarray(grid.sharpe))
    return heat_table(writer, y + 3.0, columns, lines, scale, first=34.0, step=step, text_of=decimal)
