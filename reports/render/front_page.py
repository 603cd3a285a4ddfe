"""Page one of a run's report as a picture."""

from __future__ import annotations

from pathlib import Path

from ...engine.record import Record
from ..market_context import MarketContext
from ..sections.content import report_content
from .i18n import ENGLISH, Locale, find_locale
from .pdf.document import first_page, readable
from .pdf.translated_page import TranslatedWriter

RESOLUTION = 150.0
"""Dots per inch: an A4 page is 1240 x 1754 pixels."""


def front_page(
    record: Record,
    path: str | Path,
    *,
    locale: str | Locale = ENGLISH,
    resolution: float = RESOLUTION,
    context: MarketContext | None = None,
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
    """
    language = find_locale(locale)
    content = report_content(record, context)
    writer = TranslatedWriter(content.texts(), language)
    first_page(writer, readable(writer, content))
    return writer.png(path, 1, resolution)
