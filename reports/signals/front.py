"""What the reports of event studies and factor views begin with."""

from __future__ import annotations

from collections.abc import Iterable

from ..message import sentence, sentences
from ..sections.base import Block, Facts, Paragraph, Points
from .factor_result import FactorReportResult
from .result import EventStudyResult


def signal_front(
    result: EventStudyResult | FactorReportResult, facts: Iterable[tuple[str, str]], power: str = ""
) -> list[Block]:
    """The score, the verdict, what stands beside it, and what a reader must know.

    Parameters
    ----------
    result : EventStudyResult or FactorReportResult
    facts : iterable of (label, text)
    power : str
        What a study of this size could have found; "" where that is not told.
    """
    first, *rest = result.verdict.sentences
    front: list[Block] = [Paragraph(result.name, "sentence")] if result.name != result.label else []
    front += [Paragraph(sentence(first), "verdict"), Points(sentences(rest))]
    front += [Paragraph(sentence(power), "power")] if power else []
    return [*front, Facts([(sentence(label), sentence(text)) for label, text in facts])]
