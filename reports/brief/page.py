"""A brief as a page, on paper, and as Markdown."""

from __future__ import annotations

from pathlib import Path

from ..message import Message, say, sentence
from ..render.i18n import find_locale
from ..render.jinja import Page, render
from ..render.pdf.paper import Paper, write_pdf
from ..render.section_html import blocks, html, nav
from ..render.section_markdown import markdown
from ..render.section_notebook import fragment
from ..sections.base import Paragraph
from .result import BriefResult
from .sections import brief_sections
from .words import date, sentences

CLOSING = say("A brief describes a day; it advises nothing.")


def heading(result: BriefResult) -> Message:
    """The title of a brief."""
    return say("Brief of {date}", date=date(result.date))


def brief_page(result: BriefResult, *, locale: str = "en", moves: str | None = None) -> str:
    """The page as text.

    Parameters
    ----------
    result : BriefResult
    locale : str
        Language; see ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.
    """
    language, sections = find_locale(locale), brief_sections(result)
    title = language.say(heading(result))
    page = Page(
        title,
        title,
        blocks([Paragraph(tuple(sentences(result)), "verdict")], language),
        nav(sections, language),
        html(sections, language),
        language.say(CLOSING),
        language.say(sentence(result.ribbon)) if result.ribbon else "",
        styles=["brief.css"],
    )
    return render(page, language, moves)


def brief_notebook(result: BriefResult, *, locale: str = "en") -> str:
    """What a notebook shows: the title and the three sentences.

    Parameters
    ----------
    result : BriefResult
    locale : str
        Language; see ``i18n.LOCALES``.
    """
    ribbon = sentence(result.ribbon) if result.ribbon else ""
    return fragment(
        heading(result), [Paragraph(each) for each in sentences(result)], find_locale(locale), ribbon=ribbon
    )


def brief_pdf(result: BriefResult, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
    """Write the brief as PDF; returns the path.

    Parameters
    ----------
    result : BriefResult
    path : path
    locale, moves : str
        As ``brief_page``.
    """
    language = find_locale(locale)
    paper = Paper(
        language.say(heading(result)),
        [Paragraph(each) for each in sentences(result)],
        brief_sections(result),
        CLOSING,
        sentence(result.ribbon) if result.ribbon else "",
    )
    return write_pdf(paper, path, language, moves)


def brief_markdown(result: BriefResult, *, locale: str = "en") -> str:
    """The brief as Markdown.

    Parameters
    ----------
    result : BriefResult
    locale : str
        Language; see ``i18n.LOCALES``.
    """
    language = find_locale(locale)
    told = [sentence(result.ribbon)] if result.ribbon else []
    first = [Paragraph(each) for each in (*told, *sentences(result))]
    return markdown(heading(result), first, brief_sections(result), language)
