"""A walk-forward in a notebook: the verdict, and what was chosen in each window."""

from __future__ import annotations

from ..message import sentence, sentences
from ..render.i18n import ENGLISH, Locale, find_locale
from ..render.section_notebook import fragment
from ..sections.base import Paragraph
from .content import WalkForwardContent
from .sections import walkforward_paper

_SHOWN = ("growth", "windows")


def walkforward_notebook(content: WalkForwardContent, *, locale: str | Locale = ENGLISH) -> str:
    """What a notebook shows, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    content : WalkForwardContent
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    ribbon, shown = content.studied.ribbon, walkforward_paper(content).sections
    return fragment(
        sentence(content.title),
        [Paragraph(sentences(content.told))],
        find_locale(locale),
        [section for section in shown if section.id in _SHOWN],
        ribbon=sentence(ribbon) if ribbon else "",
    )
