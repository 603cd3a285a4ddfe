"""The tearsheet of a series of returns as one HTML page."""

from __future__ import annotations

from ..charts.shading import bands
from ..message import say, sentence
from ..render import section_html
from ..render.i18n import ENGLISH, Locale, find_locale
from ..render.jinja import Page, render
from ..render.report_page import PROMISE
from ..sections.base import Facts
from .sections import lines_of, returns_sections
from .series import ReturnsLine

_OFTEN = {252.0: "daily", 52.0: "weekly", 12.0: "monthly", 4.0: "quarterly", 1.0: "yearly"}


def returns_page(found: ReturnsLine, *, locale: str | Locale = ENGLISH, moves: str | None = None) -> str:
    """The page as text.

    Parameters
    ----------
    found : ReturnsLine
    locale : str or Locale
        See ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.
    """
    language, sections = find_locale(locale), returns_sections(found)
    page = Page(
        found.name,
        found.name,
        section_html.blocks([_facts(found)], language),
        section_html.nav(sections, language),
        section_html.html(sections, language),
        language.say(say(PROMISE)),
    )
    names = [line.label for line, _ in lines_of(found)]
    return render(page, language, moves, texts=names, lined=(lines_of(found), found.dates, bands(())))


def _facts(found: ReturnsLine) -> Facts:
    first, last = found.dates[1], found.dates[-1]
    often = sentence(_OFTEN[found.periods])
    rows = [
        (say("Period"), say("{first} to {last}", first=f"{first:%F}", last=f"{last:%F}")),
        (say("Returns"), say("{count} simple returns, {often}", count=len(found.dates) - 1, often=often)),
        (say("Data"), say("Returns that were given: what was held, traded and paid is not known.")),
    ]
    if found.market:
        rows.append((say("Benchmark"), found.market.label))  # type: ignore[arg-type]
    return Facts(rows)
