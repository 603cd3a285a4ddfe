"""Measures against the benchmark."""

from __future__ import annotations

from ...message import say
from ..base import Section
from ..content import ReportContent
from ..measures import measure_table


def relative(content: ReportContent) -> Section | None:
    """The section; None without a benchmark."""
    if not content.relative:
        return None
    title = say("Against benchmark and equal weight")
    caption = say("Over the sessions, or calendar months, in which both are known.")
    table = measure_table(title, content.relative, content.against, caption)
    return Section("relative", title, (table,), say("Benchmark"))
