"""The charts of sections as Excel's own, on a sheet of charts, drawn from a sheet that has their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ...charts.palette import LIGHT, with_moves
from ...charts.spec import Chart
from ...message import say
from ...sections.base import Beside, Block, Figure, Section
from ..i18n import Locale

_SIZE = {"width": 960, "height": 420}
_APART = 22  # rows of a sheet from the top of a chart to that of the next
_LONG = 3 * 366
"""Days from which on an axis of time has years."""


def write_section_charts(
    book: Any, sections: Iterable[Section], language: Locale, moves: str | None = None
) -> None:
    """Add the charts whose axes stand for values to a workbook of XlsxWriter: two sheets, none without such charts.

    A chart has what its specification has, read off its axes: lines of dates, lines of numbers, or points.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    sections : iterable of Section
    language : Locale
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.
    """
    found = [language.chart(chart) for section in sections for chart in _charts(section.blocks, section.title)]
    if not found:
        return
    shown = book.add_worksheet(language.say(say("Charts")))
    values = book.add_worksheet(language.say(say("Chart data")))
    pen, place = _Pen(book, values, moves), 0
    for k, chart in enumerate(found):
        drawn, place = pen.chart(chart, place)
        shown.insert_chart(k * _APART, 0, drawn)


def _charts(blocks: Sequence[Block], title: Any) -> Iterator[Chart]:
    for block in blocks:
        if isinstance(block, Beside):
            yield from _charts((*block.left, *block.right), title)
        elif isinstance(block, Figure) and "multiples" in block.look:
            yield from _together(block, str(title))
        elif isinstance(block, Figure):
            yield from (chart for chart in block.charts if _readable(chart))


def _readable(chart: Chart) -> bool:
    """Whether a chart's axes say what its lines or points stand for."""
    across = chart.dates is not None or chart.x_reach is not None
    return chart.y_reach is not None and across and bool(chart.named_lines or chart.dots)


def _together(block: Figure, title: str) -> Iterator[Chart]:
    """Small charts on the same axes as one, where the first line of each has a name."""
    first = [chart.lines[0] for chart in block.charts if chart.lines and chart.lines[0].label]
    if first and len(first) == len(block.charts) and _readable(block.charts[0]):
        yield block.charts[0]._replace(title=title, lines=tuple(first), dots=())


class _Pen:
    """Writes the values of charts next to each other, and charts of them."""

    def __init__(self, book: Any, values: Any, moves: str | None) -> None:
        self._tones = with_moves(LIGHT, moves)
        self._book, self._values, self._sheet = book, values, values.get_name()
        self._date = book.add_format({"num_format": "yyyy-mm-dd"})
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})

    def chart(self, chart: Chart, place: int) -> tuple[Any, int]:
        """The chart, and the first free column behind its values."""
        assert chart.y_reach is not None
        dated, percent = chart.dates is not None, chart.y_reach.percent
        drawn = self._book.add_chart({"type": "line"} if dated else {"type": "scatter", "subtype": "straight"})
        lines = [(line.label, line.role, line.x, line.y) for line in chart.named_lines] or [
            (dot.text, dot.role, np.array([dot.x]), np.array([dot.y])) for dot in chart.dots
        ]
        for label, role, x, y in lines:
            across = chart.dates if chart.dates is not None else chart.x_reach.real(x) if chart.x_reach else x
            rows = self._column(place, chart.title, across)
            self._column(place + 1, label, chart.y_reach.real(y))
            colour = self._tones.get(role, LIGHT["ink"])
            points = not chart.named_lines
            drawn.add_series({
                "name": label, "categories": [self._sheet, 1, place, rows, place],
                "values": [self._sheet, 1, place + 1, rows, place + 1],
                "line": {"none": True} if points else {"color": colour, "width": 1.25},
                **({"marker": {"type": "circle", "size": 7, "fill": {"color": colour}}} if points else {}),
            })  # fmt: skip
            place += 2
        drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
        drawn.set_x_axis(self._across(chart))
        log = {"log_base": 10, "min": _power(chart.y_reach.low)} if chart.y_reach.log else {}
        drawn.set_y_axis({**log, **({"num_format": "0%"} if percent else {}), "name": chart.y_name})
        drawn.set_legend({"position": "bottom"})
        drawn.set_size(_SIZE)
        return drawn, place + 1

    def _across(self, chart: Chart) -> dict[str, Any]:
        if chart.dates is None:
            percent = chart.x_reach is not None and chart.x_reach.percent
            return {"name": chart.x_name, "label_position": "low", **({"num_format": "0%"} if percent else {})}
        long = (chart.dates[-1] - chart.dates[0]).days > _LONG
        years = {"num_format": "yyyy", "major_unit": 1, "major_unit_type": "years"}
        return {"date_axis": True, "label_position": "low", **(years if long else {"num_format": "yyyy-mm"})}

    def _column(self, place: int, head: str, values: Any) -> int:
        """Write values under their head; returns the last row."""
        self._values.write_string(0, place, head, self._head)
        dated = hasattr(values, "to_pydatetime")
        self._values.set_column(place, place, 12)
        row = 0
        for row, value in enumerate(values.to_pydatetime() if dated else np.asarray(values).tolist(), start=1):
            if dated:
                self._values.write_datetime(row, place, value, self._date)
            elif np.isfinite(value):
                self._values.write_number(row, place, value)
        return row


def _power(low: float) -> float:
    """A round number below the lowest of a logarithmic axis, which Excel would begin at 1 otherwise."""
    step = 10.0 ** np.floor(np.log10(low))
    return float(step * max(k for k in (1.0, 2.0, 5.0) if k * step <= low * (1 + 1e-9)))
