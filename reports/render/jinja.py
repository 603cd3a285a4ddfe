"""The frame of every HTML report: its head, what stands around sections, and its fonts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ...data.errors import InputError
from ..charts.palette import find_scheme, stylesheet
from . import fonts
from .i18n import Locale
from .interactive import layer

SUFFIXES = (".html", ".htm")
"""How the name of a page ends."""


class Page(NamedTuple):
    """What a page is made of; texts are in its language already.

    Attributes
    ----------
    title, heading : str
        Of the document, and at the top of the page.
    front, nav, sections : Markup
        Below the heading; links to sections; the sections.
    closing : str
        Below the last section.
    ribbon : str
        A warning above the heading; "" for none.
    first : Markup
        Sections that are page one of a print, with the heading.
    styles : sequence of str
        Stylesheets of ``templates`` besides those of every page.
    """

    title: str
    heading: str
    front: Markup
    nav: Markup
    sections: Markup
    closing: str
    ribbon: str = ""
    first: Markup = Markup("")
    styles: Sequence[str] = ()


def render(
    page: Page, language: Locale, moves: str | None = None, *, texts: Iterable[str] = (), **lines: Any
) -> str:
    """One self-contained page.

    Parameters
    ----------
    page : Page
    language : Locale
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``. Default: the same in every language, for all eyes.
    texts : iterable of str
        What may hold Chinese besides what is shown.
    **lines
        With a ``record``, ``records`` by label, or ``lined``, the page is interactive; see ``interactive.layer``.
    """
    filled: str = _frame().render(
        page=page,
        tag=language.tag,
        scheme=find_scheme(moves),
        layer=layer(lines, language),
        palette=Markup(stylesheet()),
    )
    subset = fonts.subset([*texts, fonts.cjk_of(filled)]) if fonts.needs_cjk(filled) else None
    if fonts.needs_cjk(filled) and not subset:
        filled = filled.replace("</main>", f'<p class="note">{language.text(fonts.ADVICE)}</p>\n</main>', 1)
    return filled.replace("/*font*/", subset.css() if subset else "", 1)


def write(path: str | Path, page: str) -> Path:
    """Write a page, making its folder.

    Parameters
    ----------
    path : path
    page : str

    Returns
    -------
    Path

    Raises
    ------
    InputError
        The path is a folder, or the name of a file that does not end with .html.
    """
    target = Path(path)
    if target.is_dir():
        raise InputError(f"{target} is a folder; name the page, such as {target / 'report.html'}")
    device = target.exists() and not target.is_file()  # /dev/stdout, a pipe
    if target.suffix.lower() not in SUFFIXES and not device:
        raise InputError(
            f"this writes an HTML page, and {target} does not end with .html; name it "
            f"{target.with_suffix('.html').name}, and print that from a browser for a PDF"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8", newline="\n")
    return target


@lru_cache(maxsize=1)
def _frame() -> Any:
    return Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("page.html")
