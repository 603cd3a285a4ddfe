"""Pages of marks, drawn by matplotlib: as PDF with text that can be searched, or as a picture.

Importing this module imports matplotlib, so it is imported where a file is written. A page is one artist that hands its
marks straight to matplotlib's renderer: a report has more than a thousand, too many for an artist each.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.path import Path as Outline
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from ....data.types import Floats

Colour = tuple[float, float, float]
"""Red, green, blue, each 0 to 1."""

SHIPPED = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
"""DejaVu Sans, which comes with matplotlib: no Chinese, but found on every machine."""

_INCH = 25.4  # millimetres
_SETTINGS: Any = {  # so that the reader's own matplotlibrc changes nothing
    "pdf.fonttype": 42, "ps.fonttype": 42, "pdf.use14corefonts": False, "pdf.inheritcolor": False,
    "pdf.compression": 6, "path.simplify": True, "path.simplify_threshold": 1 / 9, "text.hinting": "no_hinting",
    "savefig.bbox": "standard", "savefig.facecolor": "auto", "savefig.edgecolor": "auto", "savefig.transparent": False,
}  # fmt: skip


class Words(NamedTuple):
    """Text from the left end of its baseline; size in points."""

    x: float
    y: float
    text: str
    size: float
    tone: Colour

    def draw(self, renderer: RendererBase, pen: GraphicsContextBase, face: Face, place: Affine2D) -> None:
        """Draw on ``renderer``."""
        x, y = place.transform((self.x, self.y))
        if renderer.flipy():  # text is then placed from the top, though everything else is from the bottom
            y = renderer.get_canvas_width_height()[1] - y
        pen.set_foreground((*self.tone, 1.0), isRGBA=True)
        renderer.draw_text(pen, x, y, self.text, face.at(self.size), 0.0)


class Stroke(NamedTuple):
    """Connected points, shape (K, 2); width in points."""

    path: Floats
    tone: Colour
    width: float

    def draw(self, renderer: RendererBase, pen: GraphicsContextBase, face: Face, place: Affine2D) -> None:
        """Draw on ``renderer``."""
        pen.set_foreground((*self.tone, 1.0), isRGBA=True)
        pen.set_linewidth(self.width)
        renderer.draw_path(pen, Outline(self.path), place)


class Fill(NamedTuple):
    """A shape without an edge, corners of shape (K, 2)."""

    path: Floats
    tone: Colour

    def draw(self, renderer: RendererBase, pen: GraphicsContextBase, face: Face, place: Affine2D) -> None:
        """Draw on ``renderer``."""
        pen.set_linewidth(0.0)
        renderer.draw_path(pen, Outline(self.path), place, self.tone)


class Face:
    """A typeface, known by its file so that matplotlib looks for no other.

    Parameters
    ----------
    path : Path
        A TrueType file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = frozenset(map(chr, get_font(path).get_charmap()))
        self._sizes: dict[float, FontProperties] = {}
        self._widths: dict[str, float] = {}

    def covers(self, text: str) -> bool:
        """Whether every character has a glyph."""
        return self._known.issuperset(text)

    def at(self, size: float) -> FontProperties:
        """The typeface in a size in points."""
        if size not in self._sizes:
            self._sizes[size] = FontProperties(fname=self._path, size=size)
        return self._sizes[size]

    def advance(self, text: str) -> float:
        """Width in ems, without kerning."""
        for char in set(text).difference(self._widths):
            self._widths[char] = text_to_path.get_text_width_height_descent(char, self.at(1.0), ismath=False)[0]
        return sum(self._widths[char] for char in text)


class Page(Artist):
    """The marks of a page, in millimetres from its top left corner, as one artist.

    Parameters
    ----------
    width, height : float
        Millimetres.
    face : Face
        Typeface of all text.

    Attributes
    ----------
    drawing : Figure
        What matplotlib prints.
    marks : list
        What is drawn, in this order.
    """

    def __init__(self, width: float, height: float, face: Face) -> None:
        super().__init__()
        self._height, self._face = height, face
        size = width / _INCH, height / _INCH
        self.drawing = Figure(size, facecolor="white", edgecolor="none", linewidth=0.0, frameon=True)
        self.drawing.set_layout_engine("none")
        self.drawing.add_artist(self)
        self.marks: list[Words | Stroke | Fill] = []

    def draw(self, renderer: RendererBase) -> None:
        """Draw the marks."""
        scale: Any = renderer.points_to_pixels(72.0 / _INCH)
        place = Affine2D.from_values(scale, 0.0, 0.0, -scale, 0.0, self._height * scale)
        pen = renderer.new_gc()
        pen.set_joinstyle("round")
        for mark in self.marks:
            mark.draw(renderer, pen, self._face, place)
        pen.restore()

    def png(self, resolution: float) -> bytes:
        """The page as a picture; ``resolution`` in dots per inch."""
        file = io.BytesIO()
        with matplotlib.rc_context(_SETTINGS):
            self.drawing.savefig(file, format="png", dpi=resolution)
        return file.getvalue()


def pdf(pages: list[Page], title: str) -> bytes:
    """A PDF of the pages, the same bytes for the same pages."""
    file = io.BytesIO()
    told = {"Title": title, "Creator": "sectorlead", "CreationDate": None}
    with matplotlib.rc_context(_SETTINGS), PdfPages(file, metadata=told) as target:
        for page in pages:
            target.savefig(page.drawing)
    return file.getvalue()
