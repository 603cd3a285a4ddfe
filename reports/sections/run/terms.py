"""What was run: the strategy, its data, and the terms that numbers hold under."""

from __future__ import annotations

from ...message import say, sentence
from ..base import Facts, Paragraph, Section
from ..content import ReportContent


def terms(content: ReportContent) -> Section:
    """The section."""
    rows = [(sentence(label), sentence(text)) for label, text in content.facts]
    blocks = (Paragraph(content.sentence, "sentence"), Facts(rows))
    return Section("terms", say("What was run"), blocks, say("Terms"))
