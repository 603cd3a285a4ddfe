"""A page writer that translates every text before it is measured and written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..i18n import ENGLISH, Locale
from .page import INK, PageWriter

if TYPE_CHECKING:
    from .canvas import Colour


class TranslatedWriter(PageWriter):
    """A ``PageWriter`` that translates all texts, into a language whose characters its font has, else none.

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

    def said(self, text: str) -> str:
        """A text as it is written: translated."""
        return self._locale.text(text)

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
