"""A comparison in a notebook: the verdict, strategies against chance and against each other; a fragment of HTML."""

from __future__ import annotations

from markupsafe import Markup

from ..render.i18n import ENGLISH, Locale, find_locale
from ..render.jinja import environment
from ..render.section_notebook import STYLE, with_font
from .paired_bootstrap import CONFIDENCE
from .tournament_page import beside, differences, period_of, unmatched
from .tournament_result import TournamentResult


def tournament_notebook(tournament: TournamentResult, *, locale: str | Locale = ENGLISH) -> str:
    """What a notebook shows of a comparison, for ``_repr_html_``; self-contained, light or dark with the notebook.

    Parameters
    ----------
    tournament : TournamentResult
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    language, chance = find_locale(locale), tournament.chance
    page = environment().get_template("tournament_notebook.html").render(
        locale=language,
        style=Markup(STYLE),
        title=f"{len(tournament.records)} strategies",
        period=period_of(tournament),
        ribbon=tournament.records[tournament.against].panel.ribbon,
        verdict=tournament.told,
        beside=beside(chance) if chance else [],
        picks=chance.count if chance else 0,
        unmatched=unmatched(chance) if chance else "",
        against=tournament.against,
        rows=differences(tournament),
        idle=tournament.idle,
        confidence=f"{CONFIDENCE:.0%}",
    )  # fmt: skip
    return with_font(language.page(page))
