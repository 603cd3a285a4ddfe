"""Page one of a run's report as a picture."""

from __future__ import annotations

from pathlib import Path

from ...engine.record import Record
from ..market_context import MarketContext
from ..sections.content import report_content
from ..sections.report import BELOW, PAGE_ONE
from .i18n import ENGLISH, Locale, find_locale
from .pdf.document import paper_of
from .pdf.paper import write_png

RESOLUTION = 150.0
"""Dots per inch: an A4 page is 1240 x 1754 pixels."""


def front_page(
    record: Record,
    path: str | Path,
    *,
    locale: str | Locale = ENGLISH,
    resolution: float = RESOLUTION,
    context: MarketContext | None = None,
    moves: str | None = None,
) -> Path:
    """Write page one of the printed report as PNG; returns its path.

    Chinese is drawn from the font that ``fonts.subset`` finds, wherever the picture is looked at. Where it finds none,
    codes stand for names, and the last line says which package to install.

    Parameters
    ----------
    record : Record
    path : path
    locale : str or Locale
        See ``locale.LOCALES``.
    resolution : float
        Dots per inch.
    context : MarketContext, optional
        Market phases for the shades; without them pullbacks are shaded.
    moves : str, optional
        Colours of gains and losses, one of ``palette.SCHEMES``.

    Raises
    ------
    InputError
        Without the package typst: ``pip install 'sectorlead[pdf]'``.
    """
    paper = paper_of(report_content(record, context), (*PAGE_ONE, *BELOW))
    return write_png(paper, path, find_locale(locale), resolution, moves)
