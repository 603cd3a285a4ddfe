"""A series of returns in a notebook: headline numbers, growth and drawdown."""

from __future__ import annotations

from ..message import say
from ..render.i18n import ENGLISH, Locale, find_locale
from ..render.section_notebook import fragment
from .sections import returns_sections
from .series import ReturnsLine

_SHOWN = ("headline", "growth")


def returns_notebook(found: ReturnsLine, *, locale: str | Locale = ENGLISH) -> str:
    """What a notebook shows, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    found : ReturnsLine
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    first, last = (f"{day:%F}" for day in found.dates[[1, -1]])
    span = say("{first} to {last}, {count} returns", first=first, last=last, count=len(found.dates) - 1)
    shown = [section for section in returns_sections(found) if section.id in _SHOWN]
    return fragment(found.name, (), find_locale(locale), shown, span=span)
