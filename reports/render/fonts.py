"""A small font with just the characters a report needs, so that Chinese names render on every machine.

The glyphs come from the first CJK font found: the package ``pylopdf-fonts-zh-cn`` (Noto Sans SC, SIL Open Font
License), else a font of the system. The subset has TrueType outlines, whatever the source has, since those are what a
PDF embeds; it is cached by content in the user's cache folder, so it is made once.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

PACKAGE = "pylopdf-fonts-zh-cn"
FAMILY = "Sectorlead CJK"
ADVICE = (
    "Chinese is shown in this machine's own fonts: none could be embedded. "
    f"To embed one, install: pip install {PACKAGE}"
)
"""What a page says where no CJK font was found when it was written."""

LATIN = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)))) + "–—‘’“”…•→≤≥−√≈σβ"
_FIRST_CJK = 0x2E80
_SYSTEM = (
    "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf", "NotoSansSC-Regular.ttf", "NotoSansCJK-Regular.ttc",
    "SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf", "SourceHanSans.ttc", "wqy-microhei.ttc",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc", "STHeiti Light.ttc", "msyh.ttc", "Deng.ttf", "simhei.ttf", "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "Arial Unicode.ttf", "uming.ttc",
)  # fmt: skip
_RIGHTS = {0: "copyright", 13: "licenseDescription", 14: "licenseInfoURL"}  # kept from the source
_VERSION = "4"  # of the way a subset is made; part of the cache key


@dataclass(frozen=True)
class Subset:
    """A font with only the characters asked for.

    Attributes
    ----------
    path : Path
        The TrueType file in the cache, for the PDF; the same font as WOFF, for the page, lies beside it.
    """

    path: Path

    @property
    def own_family(self) -> str:
        """A family name that no other subset has, for a document that holds several."""
        return f"{FAMILY} {self.path.stem}"

    def css(self, family: str = FAMILY) -> str:
        """An ``@font-face`` rule with the font inside, used for CJK characters only.

        Parameters
        ----------
        family : str
            The name it goes by in the document.
        """
        woff = base64.b64encode(self.path.with_suffix(".woff").read_bytes()).decode()
        return (
            f'@font-face{{font-family:"{family}";font-display:block;unicode-range:U+{_FIRST_CJK:X}-FFEF,U+20000-3FFFF;'
            f'src:url(data:font/woff;base64,{woff}) format("woff")}}'
        )


def needs_cjk(text: str) -> bool:
    """Whether ``text`` has a character that plain Latin fonts lack."""
    return not text.isascii() and any(ord(char) >= _FIRST_CJK for char in text)


def cjk_of(text: str) -> str:
    """The characters of ``text`` that plain Latin fonts lack, each once, in order of their codes."""
    return "".join(sorted(char for char in set(text) if ord(char) >= _FIRST_CJK))


def subset(texts: Iterable[str], source: Path | None = None) -> Subset | None:
    """A font for ``texts`` and Latin; None if no CJK font is found.

    Parameters
    ----------
    texts : iterable of str
        All that is to be shown.
    source : Path, optional
        The font to take the glyphs from; default: ``find_font()``.
    """
    source = source or find_font()
    if source is None:
        return None
    asked = "".join(sorted(char for char in set("".join(texts)).union(LATIN) if char.isprintable()))
    key = hashlib.blake2b(
        f"{_VERSION}|{source.name}|{source.stat().st_size}|{asked}".encode(), digest_size=12
    ).hexdigest()
    for folder in _caches():
        path = folder / f"{key}.ttf"
        try:
            if not path.exists():
                _write_subset(source, asked, path)
        except OSError:  # a home that can't be written to, or belongs to somebody else
            continue
        return Subset(path)
    return None


@lru_cache(maxsize=1)
def find_font() -> Path | None:
    """The font package if it is installed, else the first known CJK font of the system, else None."""
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if spec is not None and spec.origin:
        packaged = Path(spec.origin).with_name("NotoSansSC-Regular.otf")
        if packaged.exists():
            return packaged
    found = {path.name: path for folder in _font_folders() for path in _files(folder)}
    return next((found[name] for name in _SYSTEM if name in found), None)


def _font_folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    else:
        yield from (
            Path("/usr/share/fonts"),
            Path("/usr/local/share/fonts"),
            home / ".local/share/fonts",
            home / ".fonts",
        )


def _files(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root, name) for name in names if name in _SYSTEM)


def _caches() -> Iterator[Path]:
    """Where subsets are kept: the user's cache, else the folder for temporary files, else one of this process."""
    from platformdirs import user_cache_path

    yield user_cache_path("sectorlead", appauthor=False) / "fonts"
    yield Path(tempfile.gettempdir()) / "sectorlead-fonts"
    yield Path(_own_folder().name)


@lru_cache(maxsize=1)
def _own_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="sectorlead-fonts-")


def _write_subset(source: Path, characters: str, path: Path) -> None:
    """Write the subset as WOFF, then as TrueType, whose presence says that all is there."""
    from fontTools.ttLib import TTFont

    with TTFont(source, fontNumber=0, lazy=True) as font:
        small = _redrawn(font, characters)
    for suffix, flavor in ((".woff", "woff"), (".ttf", None)):
        buffer = io.BytesIO()
        small.flavor = flavor
        small.save(buffer)
        _write_atomically(path.with_suffix(suffix), buffer.getvalue())


def _redrawn(font: Any, characters: str) -> Any:
    """A font with these characters, their outlines in quadratic curves at most a thousandth of an em off."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.filterPen import DecomposingFilterPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    known, glyphs, units = font.getBestCmap(), font.getGlyphSet(), font["head"].unitsPerEm
    named = {ord(char): known[ord(char)] for char in characters if ord(char) in known}
    order = list(dict.fromkeys([font.getGlyphOrder()[0], *named.values()]))
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        quadratic = Cu2QuPen(pen, units / 1000, reverse_direction="CFF " in font)
        glyphs[name].draw(DecomposingFilterPen(quadratic, glyphs))
        outlines[name] = pen.glyph()
    builder = FontBuilder(units, isTTF=True)
    builder.updateHead(created=font["head"].created, modified=font["head"].modified)  # default: now
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(named)
    builder.setupGlyf(outlines)
    edges = {name: getattr(outline, "xMin", 0) for name, outline in outlines.items()}
    builder.setupHorizontalMetrics({name: (font["hmtx"][name][0], edges[name]) for name in order})
    told = {key: font["name"].getDebugName(number) for number, key in _RIGHTS.items()}
    names = {"familyName": FAMILY, "styleName": "Regular", "fullName": FAMILY, "psName": FAMILY.replace(" ", "")}
    builder.setupNameTable(names | {key: text for key, text in told.items() if text})
    builder.setupPost(keepGlyphNames=False)
    for tag in ("hhea", "OS/2"):  # line height, and what the licence lets one embed
        builder.font[tag] = font[tag]
    return builder.font


def _write_atomically(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
