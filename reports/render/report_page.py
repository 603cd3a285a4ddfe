"""A report as a page: its title, what comes first, and its sections."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ...data.errors import InputError
from ..message import say, sentence, sentences
from ..sections.base import Block, Facts, Paragraph
from . import section_html
from .i18n import find_locale
from .jinja import render, write
from .pdf.paper import Paper, write_pdf, write_png

RESOLUTION = 150.0
"""Dots per inch of a picture."""
PROMISE = "Past results, even honest ones, promise nothing."


def report_page(paper: Paper, *, locale: str = "en", moves: str | None = None) -> str:
    """The page as text.

    Parameters
    ----------
    paper : Paper
    locale : str
        Language; see ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.
    """
    language = find_locale(locale)
    return render(
        "report.html",
        [paper.title],
        locale=language,
        moves=moves,
        translated=True,
        title=language.text(paper.title),
        heading=language.say(paper.heading or paper.title),
        ribbon=language.say(paper.ribbon) if paper.ribbon else "",
        front=section_html.blocks(paper.front, language),
        nav=section_html.nav(paper.sections, language),
        sections=section_html.html(paper.sections, language),
        closing=language.say(say(PROMISE)),
    )


def front_of(said: str, told: Iterable[str], facts: Iterable[tuple[str, str]]) -> tuple[Block, ...]:
    """What comes first in a report: what was tested, what came out, and what a reader must know.

    Parameters
    ----------
    said : str
        What a strategy says of itself; "" for none.
    told : iterable of str
        Sentences.
    facts : iterable of (label, text)
    """
    named: tuple[Block, ...] = (Paragraph(said, "sentence"),) if said else ()
    rows = [(sentence(label), sentence(text)) for label, text in facts]
    return (*named, Paragraph(sentences(told), "verdict"), Facts(rows))


def write_report(paper: Paper, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
    """Write a report as what the ending of its name says: a page, print, or a picture of page one; returns its path.

    Parameters
    ----------
    paper : Paper
    path : path
        Ends with ".html", ".pdf" or ".png".
    locale : str
        Language; see ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.

    Raises
    ------
    InputError
        Another ending; without the package typst, a PDF or a picture.
    """
    target = Path(path)
    if target.suffix == ".pdf":
        return write_pdf(paper, target, find_locale(locale), moves)
    if target.suffix == ".png":
        return write_png(paper, target, find_locale(locale), RESOLUTION, moves)
    if target.suffix not in (".html", ".htm"):
        raise InputError(f"{target.name} is no report; name it .html, .pdf or .png")
    return write(target, report_page(paper, locale=locale, moves=moves))
