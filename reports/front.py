"""Page one of a run's report as a picture."""

from __future__ import annotations

from pathlib import Path

from ..engine.record import Record
from .locale import ENGLISH, Locale, find_locale
from .paper import INK, Paper
from .pdf import _front, _readable
from .press import Colour
from .readings import Readings
from .sheet import sheet

RESOLUTION = 150.0
"""Dots per inch: an A4 page is 1240 x 1754 pixels."""


def front_page(
    record: Record,
    path: str | Path,
    *,
    locale: str | Locale = ENGLISH,
    resolution: float = RESOLUTION,
    readings: Readings | None = None,
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
    readings : Readings, optional
        Market phases for the shades; without them pullbacks are shaded.
    """
    speech = find_locale(locale)
    content = sheet(record, readings)
    paper = SpokenPaper(content.texts(), speech)
    _front(paper, _readable(paper, content))
    return paper.png(path, 1, resolution)


class SpokenPaper(Paper):
    """Paper that translates what is written on it; see ``Paper``.

    Parameters
    ----------
    texts : tuple of str
        All that may be written, in English.
    locale : Locale
    """

    def __init__(self, texts: tuple[str, ...], locale: Locale) -> None:
        super().__init__([*texts, *locale.entries.values()])
        known = self._face.covers("".join(locale.entries.values()))
        self._locale = locale if known else ENGLISH
        self.missing = not known

    def text(self, x: float, y: float, text: str, size: float = 7.0, tone: Colour = INK, align: str = "left") -> None:
        """One line, translated."""
        super().text(x, y, self._locale.text(text), size, tone, align)

    def width(self, text: str, size: float) -> float:
        """Width of a line as it is written, in millimetres."""
        return super().width(self._locale.text(text), size)

    def fitted(self, text: str, size: float, room: float) -> str:
        """``text``, translated and cut with dots where it is wider than ``room`` millimetres."""
        return super().fitted(self._locale.text(text), size, room)

    def paragraph(
        self, x: float, y: float, text: str, size: float, room: float, most: int = 2, tone: Colour = INK
    ) -> float:
        """Lines from baseline ``y``, translated as a whole."""
        return super().paragraph(x, y, self._locale.text(text), size, room, most, tone)
