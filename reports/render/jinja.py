"""Templates, filters and fonts that the HTML reports share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ...data.errors import InputError
from ..charts import svg
from ..charts.palette import find_scheme, stylesheet
from ..formatting import BLANK, by_unit, decimal, percent
from . import fonts
from .i18n import ENGLISH, Locale, find_locale
from .interactive import layer

SUFFIXES = (".html", ".htm")
"""How the name of a page ends."""


def render(
    template: str,
    texts: Iterable[str],
    *,
    locale: str | Locale = ENGLISH,
    moves: str | None = None,
    translated: bool = False,
    **content: Any,
) -> str:
    """One self-contained page.

    Parameters
    ----------
    template : str
    texts : iterable of str
        All that may hold Chinese before the page is translated.
    locale : str or Locale
        Language of the page; see ``locale.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``. Default: the same in every language, for all eyes.
    translated : bool
        Whether all texts are in the language of the page, as those of sections are.
    **content
        What the template shows. With a ``record``, or ``records`` by label, the page is interactive.
    """
    language = find_locale(locale)
    layered = layer(content, language)
    filled = environment().get_template(template)
    page = filled.render(content, locale=language, scheme=find_scheme(moves), layer=layered)
    page = page if translated else language.page(page)
    subset = fonts.subset([*texts, fonts.cjk_of(page)]) if fonts.needs_cjk(page) else None
    if fonts.needs_cjk(page) and not subset:
        page = page.replace("</main>", f'<p class="note">{language.text(fonts.ADVICE)}</p>\n</main>', 1)
    return page.replace("/*font*/", subset.css() if subset else "", 1)


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
def environment() -> Environment:
    """The templates with their filters."""
    found = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "by_unit": by_unit,
        "percent": percent,
        "decimal": decimal,
        "points": _points,
        "tone": _tone,
        "bars": svg.row,
        "x_labels": svg.x_labels,
        "chart": svg.chart,
        "cell": svg.cell,
    }
    found.globals["palette"] = Markup(stylesheet())
    return found


def _points(value: float, digits: int = 1) -> str:
    """A fraction in percent without the sign "%", for tables that say so in their caption."""
    text = percent(value, digits)
    return "" if text == BLANK else text.removesuffix("%")


def _tone(value: float, scale: float) -> str:
    """How full a heat colour is, 0 to 1."""
    return f"{min(1.0, abs(value) / scale):.2g}"
