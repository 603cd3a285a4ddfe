"""Risk in one row."""

from __future__ import annotations

import math

from ...message import say, sentence
from ..base import SIGNED, Cell, Column, Section, Table, Value, unit_format
from ..content import ReportContent

MEASURES = ("volatility", "max_drawdown", "sharpe", "calmar")
RELATIVE = ("beta", "tracking_error")


def risk_row(content: ReportContent) -> Section:
    """The section."""
    rows = {row.definition.name: row for row in (*content.headline, *content.relative)}
    columns, cells = [], list[Value | Cell]()
    for name in (*MEASURES, *RELATIVE):
        row = rows.get(name)
        if row is None:
            continue
        value = row.values[0] if name in MEASURES or name == "beta" else row.values[-1]  # the last is equal weight
        if name == "beta" and len(row.values) < 2:
            continue
        known = row.definition
        head, told = sentence(known.label), sentence(known.text)
        if name == "tracking_error":
            head, told = say("Tracking error"), say("Against equal weight under the same schedule, rules and costs.")
        columns.append(Column(head, unit_format(known.unit), told))
        cells.append(value)
    for extreme in content.extremes:
        if math.isfinite(extreme.worst):
            columns.append(
                Column(
                    sentence(f"Worst {extreme.name}"), SIGNED, say("It ended {date}.", date=f"{extreme.worst_end:%F}")
                )
            )
            cells.append(extreme.worst)
    title = say("Risk")
    return Section("risk-row", title, (Table(say("Risk in one row"), columns, [cells], look="tight"),), look="across")
