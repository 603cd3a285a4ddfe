"""Metrics as a table: a row each, with its definition beside it."""

from __future__ import annotations

from collections.abc import Sequence

from ..message import Text, say, sentence
from .base import Cell, Column, Format, Table, Value, unit_format
from .tables import Measure

_LINES = ("Strategy", "Equal weight", "Benchmark")


def line_name(label: str) -> Text:
    """The label of a line: our own words are translated, the name of a benchmark or a run is not."""
    return sentence(label) if label in _LINES else label


def measure_table(
    label: Text, rows: Sequence[Measure], columns: Sequence[str], caption: Text, roles: Sequence[str] = ()
) -> Table:
    """A table of metrics.

    Parameters
    ----------
    label : Message or str
        See ``Table``.
    rows : sequence of Measure
    columns : sequence of str
        Labels of the lines that are measured.
    caption : Message or str
    roles : sequence of str
        Their colours.
    """
    number = Format("number")
    heads = [
        Column(line_name(name), number, role=roles[k] if roles else "", look="" if k else "strong")
        for k, name in enumerate(columns)
    ]
    lines: list[tuple[Value | Cell, ...]] = [
        (
            sentence(row.definition.label),
            *(Cell(value, unit_format(row.definition.unit)) for value in row.values),
            sentence(row.definition.text),
        )
        for row in rows
    ]
    return Table(
        label,
        (Column(say("Measure")), *heads, Column(say("Definition"), look="definition")),
        lines,
        caption,
        "measures",
    )
