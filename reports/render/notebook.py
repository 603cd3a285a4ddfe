"""A run in a notebook: the outcome, headline numbers, growth and rotation."""

from __future__ import annotations

from ...engine.record import Record
from ..message import Text, say, sentence, sentences
from ..sections.base import Block, Facts, Paragraph
from ..sections.content import ReportContent, report_content
from ..sections.facts import ONE_VARIANT, verification
from ..sections.report import NOTEBOOK, sections_of
from ..significance.words import headline
from .i18n import ENGLISH, Locale, find_locale
from .section_notebook import fragment

_TOLD = ("Warning", "Data quality", "Note")
"""The facts that a notebook shows too."""


def notebook(record: Record, *, locale: str | Locale = ENGLISH) -> str:
    """What a notebook shows of a run, for ``_repr_html_``; self-contained, light or dark with the notebook.

    Parameters
    ----------
    record : Record
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    content, ribbon = report_content(record), record.panel.ribbon
    return fragment(
        content.title,
        _front(content),
        find_locale(locale),
        sections_of(content, NOTEBOOK),
        span=_span(record),
        ribbon=sentence(ribbon) if ribbon else "",
    )


def _front(content: ReportContent) -> tuple[Block, ...]:
    record = content.record
    told: list[tuple[Text, Text]] = [
        (sentence(label), sentence(text)) for label, text in content.facts if label in _TOLD
    ]
    checked = Paragraph((sentence(verification(record)), sentence(ONE_VARIANT)), "note")
    return Paragraph(sentences(headline(content.verdict))), Facts(told), checked


def _span(record: Record) -> Text:
    first, last = (f"{day:%F}" for day in record.sessions[[0, -1]])
    return say("{first} to {last}, {count} sessions", first=first, last=last, count=len(record.sessions))
