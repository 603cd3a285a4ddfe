"""Growth and drawdown as charts of Excel's own, drawn from the sheet that has the lines."""

from __future__ import annotations

from typing import Any

from ....engine.record import Record
from ...charts.palette import LIGHT
from ...growth import benchmark_growth
from ...message import say
from ..i18n import Locale

_SIZE = {"width": 960, "height": 360}
_FIRST, _OWN = 1, {"Growth of 1": 6, "Drawdown": 7}
_BENCHMARK = {"Growth of 1": 10, "Drawdown": 11}
"""Columns of the sheet of all sessions."""


def write_charts(book: Any, record: Record, language: Locale) -> None:
    """Add a sheet with both charts to a workbook of XlsxWriter whose second sheet has the lines.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    record : Record
    language : Locale
    """
    lines = book.worksheets()[1].get_name()
    sheet = book.add_worksheet(language.say(say("Charts")))
    for k, title in enumerate(("Growth of 1", "Drawdown")):
        chart = book.add_chart({"type": "line"})
        columns = [(language.say(say("Strategy")), _OWN[title], LIGHT["strategy"])]
        if benchmark_growth(record) is not None and record.panel.benchmark is not None:
            columns.append((record.panel.benchmark.name, _BENCHMARK[title], LIGHT["benchmark"]))
        for name, column, colour in columns:
            span = [lines, _FIRST, column, len(record.sessions), column]
            dates = [lines, _FIRST, 0, len(record.sessions), 0]
            line = {"color": colour, "width": 1.25}
            chart.add_series({"name": name, "categories": dates, "values": span, "line": line})
        chart.set_title({"name": language.text(title), "name_font": {"size": 12}})
        chart.set_x_axis({"date_axis": True, "num_format": "yyyy", "major_unit": 1, "major_unit_type": "years",
                          "label_position": "low"})  # fmt: skip
        chart.set_y_axis({"log_base": 10} if k == 0 else {"num_format": "0%"})
        chart.set_legend({"position": "bottom"})
        chart.set_size(_SIZE)
        sheet.insert_chart(k * 20, 0, chart)
