"""The tearsheet: the report of a run as one HTML file."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from ...engine.record import Record
from ..analysis.among_picks import AmongPicks
from ..luck.result import LuckResult
from ..market_context import MarketContext
from ..message import say, sentence, sentences
from ..sections.base import Paragraph
from ..sections.content import ReportContent, report_content
from ..sections.facts import ONE_VARIANT
from ..sections.report import BELOW, PAGE_ONE, REST, sections_of
from ..significance.words import headline
from . import section_html
from .i18n import find_locale
from .jinja import Page, render, write
from .report_page import PROMISE
from .shades import drawn_once


def write_tearsheet(
    record: Record,
    path: str | Path,
    context: MarketContext | None = None,
    *,
    luck: LuckResult | None = None,
    chance: AmongPicks | None = None,
    locale: str = "en",
    moves: str | None = None,
) -> Path:
    """Write the report of a run as one HTML file that opens offline; returns its path.

    Parameters
    ----------
    record : Record
    path : path
    context : MarketContext, optional
        Computed by ``sectorlead.Run``; without it there are no market phases and no map.
    luck : LuckResult, optional
    chance : AmongPicks, optional
        The random picks that the run is set beside, if there are any.
    locale : str
        A key of ``i18n.LOCALES``.
    moves : str, optional
        A key of ``palette.SCHEMES``.

    Returns
    -------
    Path
    """
    return write(path, tearsheet(report_content(record, context, luck, chance), locale=locale, moves=moves))


def tearsheet(content: ReportContent, *, locale: str = "en", moves: str | None = None) -> str:
    """The page as text.

    Parameters
    ----------
    content : ReportContent
    locale : str
        A key of ``locale.LOCALES``.
    moves : str, optional
        One of ``palette.SCHEMES``; default: the first of them.
    """
    language = find_locale(locale)
    first, below, rest = (sections_of(content, parts) for parts in (PAGE_ONE, BELOW, REST))
    ribbon = content.record.panel.ribbon
    warnings = [Paragraph(sentence(text), "warning") for label, text in content.facts if label == "Warning"]
    page = Page(
        language.say(say("{name}: backtest", name=content.title)),
        content.title,
        section_html.blocks([*warnings, Paragraph(sentences(headline(content.verdict)), "verdict")], language),
        section_html.nav((*first, *below, *rest), language),
        section_html.html(rest, language),
        " ".join(language.say(text) for text in (sentence(ONE_VARIANT), say(PROMISE))),
        language.say(sentence(ribbon)) if ribbon else "",
        Markup('{}\n<div class="duo">\n{}\n</div>').format(
            section_html.html(first, language), section_html.html(below, language)
        ),
    )
    drawn = render(page, language, moves, texts=content.texts(), report=content, record=content.record)
    return drawn_once(drawn)
