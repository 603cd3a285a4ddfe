"""Typefaces as a PDF knows them: how wide a text is, how it is encoded, and the objects that describe the font."""

from __future__ import annotations

import hashlib
from typing import ClassVar, Protocol

from .fonts import Subset


class Face(Protocol):
    """A typeface."""

    def covers(self, text: str) -> bool:
        """Whether every character has a glyph."""
        ...

    def advance(self, text: str) -> float:
        """Width in ems; characters without a glyph count as nothing."""
        ...

    def encode(self, text: str) -> bytes:
        """The text as a PDF string operand; characters without a glyph are left out."""
        ...

    def objects(self, number: int) -> list[bytes]:
        """The font's PDF objects, which get the numbers from ``number`` on; the first is the font itself."""
        ...


class Embedded(Face):
    """A subset inside the file: a composite font, two bytes a character.

    Source: ISO 32000-1, 9.7 (composite fonts) and 9.10.3 (ToUnicode).
    """

    def __init__(self, font: Subset) -> None:
        self._font = font
        self._glyphs: dict[str, list[float]] = font.listing["glyphs"]

    def covers(self, text: str) -> bool:
        """As in ``Face``."""
        return all(char in self._glyphs for char in text)

    def advance(self, text: str) -> float:
        """As in ``Face``."""
        return sum(self._glyphs[char][1] for char in text if char in self._glyphs) / 1000.0

    def encode(self, text: str) -> bytes:
        """As in ``Face``."""
        return b"<%s>" % "".join(f"{int(self._glyphs[char][0]):04X}" for char in text if char in self._glyphs).encode()

    def objects(self, number: int) -> list[bytes]:
        """As in ``Face``."""
        facts, program = self._font.listing, self._font.program
        tag = "".join(chr(65 + byte % 26) for byte in hashlib.blake2b(program, digest_size=6).digest())
        name = f"/{tag}+SectorleadCJK"
        kind, file = ("CIDFontType0", "FontFile3") if facts["cff"] else ("CIDFontType2", "FontFile2")
        box = " ".join(map(str, facts["box"]))
        codes = sorted(
            {int(code): (char, width) for char, (code, width) in sorted(self._glyphs.items(), reverse=True)}.items()
        )
        widths = " ".join(f"{code} [{width:g}]" for code, (_, width) in codes)
        order = "" if facts["cff"] else " /CIDToGIDMap /Identity"
        return [
            f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H "
            f"/DescendantFonts [{number + 1} 0 R] /ToUnicode {number + 3} 0 R >>".encode(),
            f"<< /Type /Font /Subtype /{kind} /BaseFont {name} "
            f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {number + 2} 0 R /DW 1000 /W [{widths}]{order} >>".encode(),
            f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0 "
            f"/Ascent {facts['ascent']} /Descent {facts['descent']} "
            f"/CapHeight 733 /StemV 80 /{file} {number + 4} 0 R >>".encode(),
            stream(_to_unicode([(code, char) for code, (char, _) in codes]).encode()),
            stream(program, "/Subtype /CIDFontType0C" if facts["cff"] else f"/Length1 {len(program)}"),
        ]


class Helvetica(Face):
    """The reader's own Helvetica: nothing to embed, Latin only; a few signs are written out."""

    _WIDTHS = (
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, *[556] * 10, 278, 278,
        584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
        556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,
        500, 334, 260, 334, 584,
    )  # fmt: skip
    _OTHERS: ClassVar = {
        "×": 584,
        "±": 584,
        "·": 278,
        "–": 556,
        "—": 1000,
        "•": 350,
        "…": 1000,
        "’": 222,
        "‘": 222,
        "“": 333,
        "”": 333,
    }
    _SPELT = str.maketrans({"−": "–", "√": "sqrt ", "≤": "<=", "≥": ">=", "≈": "~", "→": "->", "\u00a0": " "})

    def covers(self, text: str) -> bool:
        """As in ``Face``."""
        return all(" " <= char <= "~" or char in self._OTHERS for char in text.translate(self._SPELT))

    def advance(self, text: str) -> float:
        """As in ``Face``."""
        return sum(self._width(char) for char in text.translate(self._SPELT)) / 1000.0

    def encode(self, text: str) -> bytes:
        """As in ``Face``."""
        shown = "".join(char for char in text.translate(self._SPELT) if self._width(char))
        return b"<%s>" % shown.encode("cp1252").hex().upper().encode()

    def objects(self, number: int) -> list[bytes]:
        """As in ``Face``."""
        return [b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]

    def _width(self, char: str) -> int:
        return self._WIDTHS[ord(char) - 32] if " " <= char <= "~" else self._OTHERS.get(char, 0)


def stream(content: bytes, extra: str = "") -> bytes:
    """A compressed stream object."""
    import zlib

    packed = zlib.compress(content, 9)
    return f"<< {extra} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream"


def _to_unicode(pairs: list[tuple[int, str]]) -> str:
    """The map by which a reader copies and searches text."""
    blocks = [pairs[k : k + 100] for k in range(0, len(pairs), 100)]
    maps = "".join(
        f"{len(block)} beginbfchar\n"
        + "".join(f"<{code:04X}> <{char.encode('utf-16-be').hex().upper()}>\n" for code, char in block)
        + "endbfchar\n"
        for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{maps}endcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend"
    )
