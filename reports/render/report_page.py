"""A report as a page: its title, what comes first, and its sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ...data.errors import InputError
from ..message import Text, say, sentence, sentences
from ..sections.base import Block, Facts, Paragraph, Points, Section
from . import section_html
from .i18n import Locale, find_locale
from .jinja import Page, render, write
from .pdf.paper import Paper, write_pdf, write_png
from .section_markdown import markdown

RESOLUTION = 150.0
"""Dots per inch of a picture."""
STYLES = ("grids.css", "signal.css", "report.css", "compare.css")
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
    page = Page(
        language.say(paper.named),
        language.say(paper.heading or paper.title),
        section_html.blocks(paper.front, language),
        section_html.nav(paper.sections, language),
        section_html.html(paper.sections, language),
        language.say(paper.closing or say(PROMISE)),
        language.say(paper.ribbon) if paper.ribbon else "",
        styles=STYLES,
    )
    return render(page, language, moves, texts=[language.say(paper.named)], records=paper.records)


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


def chance_section(beside: Sequence[str]) -> Section | None:
    """What stands beside a verdict, as a section; None where nothing does.

    Parameters
    ----------
    beside : sequence of str
        Sentences.
    """
    return Section("chance", say("Beyond chance"), (Points(sentences(beside)),), say("Chance")) if beside else None


def paper_on_panel(
    title: str, heading: Text, front: Sequence[Block], sections: Iterable[Section | None], *, digest: str, ribbon: str
) -> Paper:
    """The report of something that was found on a panel, which the footer names.

    Parameters
    ----------
    title : str
        Of the document.
    heading : Message or str
        Of page one.
    front : sequence of Block
    sections : iterable of Section or None
        None is left out.
    digest, ribbon : str
        Content hash of the panel, and its warning; "" for none.
    """
    return Paper(
        title, front, tuple(section for section in sections if section is not None),
        say("Panel {digest}", digest=digest), sentence(ribbon) if ribbon else "", heading,
    )  # fmt: skip


def write_pictures(
    sections: Iterable[tuple[str, Section | None]], folder: str | Path, locale: str | Locale, resolution: float
) -> list[Path]:
    """Write each section as NAME.png; returns their paths. There is no picture of None.

    Parameters
    ----------
    sections : iterable of (name, Section or None)
    folder : path
    locale : str or Locale
    resolution : float
        Dots per inch.
    """
    return [
        write_png(Paper(name, (), (section,), snug=True), Path(folder) / f"{name}.png", find_locale(locale), resolution)
        for name, section in sections
        if section is not None
    ]


def write_report(paper: Paper, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
    """Write a report as what the ending of its name says; returns its path.

    A page, print, a picture of page one, a workbook, or Markdown.

    Parameters
    ----------
    paper : Paper
    path : path
        Ends with ".html", ".pdf", ".png", ".xlsx" or ".md".
    locale : str
        Language; see ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.

    Raises
    ------
    InputError
        Another ending; without the package typst, a PDF or a picture, without XlsxWriter a workbook.
    """
    target, language = Path(path), find_locale(locale)
    if target.suffix == ".pdf":
        return write_pdf(paper, target, language, moves)
    if target.suffix == ".png":
        return write_png(paper, target, language, RESOLUTION, moves)
    if target.suffix == ".xlsx":
        from .excel.report_workbook import write_report_workbook

        return write_report_workbook(paper, target, language, moves)
    if target.suffix == ".md":
        target.parent.mkdir(parents=True, exist_ok=True)
        text = markdown(paper.heading or paper.title, _told(paper), paper.sections, language)
        target.write_text(text, encoding="utf-8", newline="\n")
        return target
    if target.suffix not in (".html", ".htm"):
        raise InputError(f"{target.name} is no report; name it .html, .pdf, .png, .xlsx or .md")
    return write(target, report_page(paper, locale=locale, moves=moves))


def _told(paper: Paper) -> tuple[Block, ...]:
    """What comes first, below the warning that the data may carry."""
    return (*((Paragraph(paper.ribbon, "warning"),) if paper.ribbon else ()), *paper.front)
