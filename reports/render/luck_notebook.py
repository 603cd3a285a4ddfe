"""Luck in a notebook: what it comes to, and a strip per kind."""

from __future__ import annotations

from ..luck.result import LuckResult
from ..message import say
from ..sections.run.luck import luck_blocks
from .i18n import ENGLISH, Locale, find_locale
from .section_notebook import fragment


def luck_notebook(found: LuckResult, *, locale: str | Locale = ENGLISH) -> str:
    """What a notebook shows, for ``_repr_html_``; light or dark with it.

    Parameters
    ----------
    found : LuckResult
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    return fragment(say("How much of it is luck"), luck_blocks(found), find_locale(locale), span=found.label)
