"""Writes A4 pages: marks, and text that fits its room."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...charts.palette import PRINT
from .. import fonts

if TYPE_CHECKING:
    from ....data.types import Floats
    from .canvas import Colour, Page

WIDTH, HEIGHT = 210.0, 297.0
POINT = 25.4 / 72.0  # millimetres


def colour(code: str) -> Colour:
    """From "#rrggbb"."""
    red, green, blue = (int(code[k : k + 2], 16) / 255.0 for k in (1, 3, 5))
    return red, green, blue


def mixed(tone: Colour, strength: float) -> Colour:
    """``tone`` on white, 0 for white and 1 for itself."""
    red, green, blue = (1.0 - strength * (1.0 - part) for part in tone)
    return red, green, blue


TONES: dict[str, Colour] = {role: colour(code) for role, code in PRINT.items()}
"""Colours by role, on white paper."""
INK, SOFT, FAINT, RULE, HAIR, WARN, WARN_PAPER = (
    TONES[role] for role in ("ink", "soft", "faint", "rule", "hair", "warn", "warn-paper")
)


class PageWriter:
    """Writes A4 pages one after the other, in one typeface; lengths are millimetres from the top left corner.

    Parameters
    ----------
    texts : iterable of str
        All that may be written; decides the characters of the font.

    Attributes
    ----------
    missing : bool
        Whether something was written for which the font has no glyphs.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        from . import canvas

        texts = list(texts)
        font = fonts.subset(texts) or fonts.subset(texts, canvas.SHIPPED)
        self._canvas = canvas
        self._face = canvas.Face(font.path if font else canvas.SHIPPED)
        self._pages: list[Page] = []
        self.missing = False

    def begin_page(self, width: float = WIDTH, height: float = HEIGHT) -> int:
        """Begin a page, on which all that follows is written; returns its number, from 1.

        Parameters
        ----------
        width, height : float
            Millimetres; A4 unless it is to be a picture.
        """
        self._pages.append(self._canvas.Page(width, height, self._face))
        return len(self._pages)

    # --- marks ------------------------------------------------------------------------------------------------------

    def text(self, x: float, y: float, text: str, size: float = 7.0, tone: Colour = INK, align: str = "left") -> None:
        """One line with its baseline at ``y``; ``x`` is its left, center or right end (``align``), size in points."""
        shown = self._shown(text)
        if not shown.strip():
            return
        x -= {"left": 0.0, "center": 0.5, "right": 1.0}[align] * self._width(shown, size)
        self._pages[-1].marks.append(self._canvas.Words(x, y, shown, size, tone))

    def line(self, x: tuple[float, float], y: tuple[float, float], tone: Colour = RULE, width: float = 0.5) -> None:
        """A straight line; ``width`` in points."""
        self.polyline(np.column_stack([x, y]), tone, width)

    def polyline(self, path: Floats, tone: Colour, width: float) -> None:
        """Connected points, shape (K, 2); ``width`` in points."""
        if len(path) > 1:
            self._pages[-1].marks.append(self._canvas.Stroke(path, tone, width))

    def polygon(self, path: Floats, tone: Colour) -> None:
        """A filled shape, corners of shape (K, 2)."""
        if len(path) > 2:
            self._pages[-1].marks.append(self._canvas.Fill(path, tone))

    def box(self, left: float, top: float, right: float, bottom: float, tone: Colour) -> None:
        """A filled rectangle."""
        self.polygon(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]), tone)

    # --- text that fits ---------------------------------------------------------------------------------------------

    def said(self, text: str) -> str:
        """A text as it is written: here, as it is."""
        return text

    def width(self, text: str, size: float) -> float:
        """Width of a line in millimetres."""
        return self._width(self._shown(text), size)

    def fitted(self, text: str, size: float, room: float) -> str:
        """``text``, cut with dots where it is wider than ``room`` millimetres."""
        if self.width(text, size) <= room:
            return text
        while text and self.width(text + "...", size) > room:
            text = text[:-1]
        return text.rstrip() + "..."

    def paragraph(
        self, x: float, y: float, text: str, size: float, room: float, most: int = 2, tone: Colour = INK
    ) -> float:
        """At most ``most`` lines from baseline ``y``, the last one cut to fit; returns the baseline after them."""
        for line in self._wrapped(text, size, room, most):
            self.text(x, y, line, size, tone)
            y += size * 0.48
        return y

    def name(self, symbol: str, name: str) -> str:
        """The name, or the symbol where the font lacks a character of the name."""
        if self._face.covers(name):
            return name
        self.missing = True
        return symbol

    def _wrapped(self, text: str, size: float, room: float, most: int) -> list[str]:
        lines: list[str] = []
        rest = text
        while rest and len(lines) < most - 1 and self.width(rest, size) > room:
            end = len(rest)
            while end > 1 and self.width(rest[:end], size) > room:
                end -= 1
            gap = rest.rfind(" ", 1, end + 1)
            end = gap if gap > 0 else end
            lines.append(rest[:end].rstrip())
            rest = rest[end:].lstrip()
        return [*lines, self.fitted(rest, size, room)] if rest else lines

    def _width(self, shown: str, size: float) -> float:
        return self._face.advance(shown) * size * POINT

    def _shown(self, text: str) -> str:
        """``text`` with "?" for what the font lacks."""
        if self._face.covers(text):
            return text
        self.missing = True
        return "".join(char if self._face.covers(char) else "?" for char in text)

    # --- file -------------------------------------------------------------------------------------------------------

    def save(self, path: str | Path, title: str) -> Path:
        """Write all pages as PDF, making the folder; returns the path."""
        return _written(path, self._canvas.pdf(self._pages, title))

    def png(self, path: str | Path, page: int = 1, resolution: float = 150.0) -> Path:
        """Write a page as a picture, making the folder; ``resolution`` in dots per inch; returns the path."""
        return _written(path, self._pages[page - 1].png(resolution))


def _written(path: str | Path, content: bytes) -> Path:
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target
