"""An event study in a notebook: the verdict, and the tested rank correlations."""

from __future__ import annotations

from ..message import say, sentence
from ..render.i18n import ENGLISH, Locale, find_locale
from ..render.section_notebook import fragment
from ..sections.base import Paragraph
from .event_sections import heatmap
from .result import EventStudyResult


def event_notebook(result: EventStudyResult, *, locale: str | Locale = ENGLISH) -> str:
    """What a notebook shows of an event study, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    result : EventStudyResult
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    known = result.studied
    front = (Paragraph(sentence(result.found)), Paragraph(sentence(result.power), "note"))
    return fragment(
        say("Event study: {score}", score=result.label), front, find_locale(locale), [heatmap(result)],
        span=say("{first} to {last}", first=known.first, last=known.last),
        ribbon=sentence(known.ribbon) if known.ribbon else "",
    )  # fmt: skip
