"""A factor view in a notebook: what was found, and figures by horizon."""

from __future__ import annotations

from ..message import say, sentence
from ..render.i18n import ENGLISH, Locale, find_locale
from ..render.section_notebook import fragment
from ..sections.base import Paragraph
from .factor_result import FactorReportResult
from .factor_sections import horizon_table


def factor_notebook(result: FactorReportResult, *, locale: str | Locale = ENGLISH) -> str:
    """What a notebook shows of a factor view, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    result : FactorReportResult
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    known = result.studied
    return fragment(
        say("Factor view: {score}", score=result.label),
        (Paragraph(sentence(result.found)), horizon_table(result)),
        find_locale(locale),
        span=say("{first} to {last}", first=known.first, last=known.last),
        ribbon=sentence(known.ribbon) if known.ribbon else "",
    )
