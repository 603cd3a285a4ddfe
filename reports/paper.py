"""A4 pages in millimetres, measured from the top left corner, written as a small PDF.

Lines, filled shapes and text in one typeface are all a report needs, so the file is written directly: a page takes
milliseconds, and the same content gives the same bytes. Source: ISO 32000-1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import fonts
from .faces import Embedded, Face, Helvetica, stream

Floats = NDArray[np.float64]
Colour = tuple[float, float, float]
"""Red, green, blue, each 0 to 1."""

WIDTH, HEIGHT = 210.0, 297.0
_SCALE = 72.0 / 25.4  # points per millimetre


def colour(code: str) -> Colour:
    """From "#rrggbb"."""
    red, green, blue = (int(code[k : k + 2], 16) / 255.0 for k in (1, 3, 5))
    return red, green, blue


def mixed(tone: Colour, strength: float) -> Colour:
    """``tone`` on white, 0 for white and 1 for itself."""
    red, green, blue = (1.0 - strength * (1.0 - part) for part in tone)
    return red, green, blue


INK, SOFT, FAINT, RULE, HAIR, BAND, WARN, WARN_PAPER = map(
    colour, ("#1b1c1e", "#5f6268", "#8b8e94", "#c9c9c4", "#e3e3df", "#f5efe2", "#a34a00", "#fff1dd")
)
TONES: dict[str, Colour] = {
    role: colour(code)
    for role, code in {
        "strategy": "#16171a", "benchmark": "#8d9096", "reference": "#b59a5b", "fall": "#b4627a",
        "up": "#2f74c0", "down": "#d9822b",
        "c0": "#332288", "c1": "#44aa99", "c2": "#cc6677", "c3": "#117733", "c4": "#aa4499", "c5": "#999933",
        "c6": "#5ba3cf", "c7": "#882255", "c8": "#c9a227", "c9": "#6a4c2f", "c10": "#4d6fb3",
    }.items()
}  # fmt: skip
"""Colours by role, as in ``templates/page.css`` on white."""


class Paper:
    """Pages with one typeface.

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
        font = fonts.subset(texts)
        self._face: Face = Embedded(font) if font else Helvetica()
        self._pages: list[list[bytes]] = []
        self.missing = False

    def page(self) -> int:
        """Begin a page; returns its number."""
        self._pages.append([])
        return len(self._pages)

    # --- marks ------------------------------------------------------------------------------------------------------

    def text(self, x: float, y: float, text: str, size: float = 7.0, tone: Colour = INK, align: str = "left") -> None:
        """One line with its baseline at ``y``; ``x`` is its left, center or right end (``align``), size in points."""
        shown = self._shown(text)
        if not shown.strip():
            return
        x -= {"left": 0.0, "center": 0.5, "right": 1.0}[align] * self._width(shown, size)
        self._put(b"BT %s rg /F %.2f Tf %s Td %s Tj ET", _rgb(tone), size, _at(x, y), self._face.encode(shown))

    def line(self, x: tuple[float, float], y: tuple[float, float], tone: Colour = RULE, width: float = 0.5) -> None:
        """A straight line; ``width`` in points."""
        self.polyline(np.column_stack([x, y]), tone, width)

    def polyline(self, path: Floats, tone: Colour, width: float) -> None:
        """Connected points, shape (K, 2); ``width`` in points."""
        if len(path) > 1:
            self._put(b"1 j %.2f w %s RG %s S", width, _rgb(tone), _steps(path))

    def polygon(self, path: Floats, tone: Colour) -> None:
        """A filled shape, corners of shape (K, 2)."""
        if len(path) > 2:
            self._put(b"%s rg %s f", _rgb(tone), _steps(path))

    def box(self, left: float, top: float, right: float, bottom: float, tone: Colour) -> None:
        """A filled rectangle."""
        self._put(
            b"%s rg %s %.2f %.2f re f", _rgb(tone), _at(left, bottom), (right - left) * _SCALE, (bottom - top) * _SCALE
        )

    def _put(self, form: bytes, *values: bytes | float) -> None:
        self._pages[-1].append(form % values)

    # --- text that fits ---------------------------------------------------------------------------------------------

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
        return self._face.advance(shown) * size / _SCALE

    def _shown(self, text: str) -> str:
        """``text`` with "?" for what the font lacks."""
        if self._face.covers(text):
            return text
        self.missing = True
        return "".join(char if self._face.covers(char) else "?" for char in text)

    # --- file -------------------------------------------------------------------------------------------------------

    def save(self, path: str | Path, title: str) -> Path:
        """Write the file, making its folder; returns its path."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self._file(title))
        return target

    def _file(self, title: str) -> bytes:
        """Catalog, page tree, document facts, then a page and its content for each page, then the font."""
        count = len(self._pages)
        font = 4 + 2 * count
        kids = " ".join(f"{4 + 2 * k} 0 R" for k in range(count))
        named = f"<FEFF{title.encode('utf-16-be').hex().upper()}>"
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
            f"<< /Title {named} /Creator (sectorlead) >>".encode(),
        ]
        size = f"0 0 {WIDTH * _SCALE:.2f} {HEIGHT * _SCALE:.2f}"
        for k, marks in enumerate(self._pages):
            objects += [
                f"<< /Type /Page /Parent 2 0 R /MediaBox [{size}] /Contents {5 + 2 * k} 0 R "
                f"/Resources << /Font << /F {font} 0 R >> >> >>".encode(),
                stream(b"\n".join(marks)),
            ]
        return _assembled(objects + self._face.objects(font))


def _assembled(objects: Sequence[bytes]) -> bytes:
    """A file with these objects, numbered from 1."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    key = hashlib.blake2b(out, digest_size=16).hexdigest().upper().encode()
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R /ID [<%s> <%s>] >>\n" % (len(objects) + 1, key, key)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _rgb(tone: Colour) -> bytes:
    return b"%.3g %.3g %.3g" % tone


def _at(x: float, y: float) -> bytes:
    return b"%.2f %.2f" % (x * _SCALE, (HEIGHT - y) * _SCALE)


def _steps(path: Floats) -> bytes:
    points = [_at(x, y) for x, y in path.tolist()]
    return points[0] + b" m " + b" ".join(point + b" l" for point in points[1:])
