"""The verdict: what is left of the result beyond chance."""

from __future__ import annotations

from ...message import say, sentence, sentences
from ...significance.words import headline, method
from ..base import Block, Paragraph, Points, Section
from ..content import ReportContent


def chance(content: ReportContent) -> Section:
    """The section."""
    found = content.verdict
    outcome = headline(found)
    blocks: list[Block] = [
        Paragraph(sentences(outcome), "lead"),
        Points(sentences(found.sentences[len(outcome) :])),
    ]
    if not found.reason:
        blocks.append(Paragraph(sentence(method(found)), "note"))
    return Section("chance", say("Beyond chance"), blocks, say("Chance"))
