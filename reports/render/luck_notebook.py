"""Luck in a notebook: what it comes to, and a strip per kind; a fragment of HTML."""

from __future__ import annotations

from markupsafe import Markup

from ..luck.result import LuckResult
from ..luck.section import luck_section
from .i18n import ENGLISH, Locale, find_locale
from .jinja import environment
from .notebook import STYLE, fragment


def luck_notebook(found: LuckResult, *, locale: str | Locale = ENGLISH) -> str:
    """What a notebook shows, for ``_repr_html_``; light or dark with it.

    Parameters
    ----------
    found : LuckResult
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    language = find_locale(locale)
    template = environment().get_template("luck_notebook.html")
    return fragment(language.page(template.render(locale=language, style=Markup(STYLE), luck=luck_section(found))))
