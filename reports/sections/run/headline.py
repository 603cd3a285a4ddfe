"""What came out, for the strategy, its benchmark and equal weight."""

from __future__ import annotations

from ...message import say, sentence
from ..base import Block, Paragraph, Section
from ..content import ReportContent
from ..facts import yearly_fact
from ..measures import measure_table


def headline(content: ReportContent) -> Section:
    """The section."""
    caption = say("Equal weight: all listed series, under the same schedule, rules and costs.")
    roles = ("strategy", "benchmark", "reference") if len(content.columns) == 3 else ("strategy", "reference")
    table = measure_table(say("Headline"), content.headline, content.columns, caption, roles)
    blocks: list[Block] = [table]
    blocks += [Paragraph(sentence(text), "note") for _, text in yearly_fact(content.record)]
    if content.dividends:
        blocks.append(Paragraph(sentence(content.dividends), "note"))
    return Section("headline", say("Headline"), blocks)
