"""A small font with just the characters a report needs, so that Chinese names render on every machine.

The glyphs come from the first CJK font found: the package ``pylopdf-fonts-zh-cn`` (Noto Sans SC, SIL Open Font
License), else a font of the system. The subset is cached by content in the user's cache folder; making one takes about
0.3 s, reading it nothing.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

PACKAGE = "pylopdf-fonts-zh-cn"
FAMILY = "Sectorlead CJK"

LATIN = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)))) + "–—‘’“”…•→≤≥−√≈σβ"
_FIRST_CJK = 0x2E80
_SYSTEM = (
    "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf", "NotoSansSC-Regular.ttf", "NotoSansCJK-Regular.ttc",
    "SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf", "SourceHanSans.ttc", "wqy-microhei.ttc",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc", "STHeiti Light.ttc", "msyh.ttc", "Deng.ttf", "simhei.ttf", "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "Arial Unicode.ttf", "uming.ttc",
)  # fmt: skip
_DROPPED = [
    "GSUB",
    "GPOS",
    "GDEF",
    "BASE",
    "VORG",
    "vhea",
    "vmtx",
    "FFTM",
    "DSIG",
    "kern",
    "morx",
    "feat",
    "trak",
    "STAT",
]
_VERSION = "2"  # of the way a subset is made; part of the cache key


@dataclass(frozen=True)
class Subset:
    """A font with only the characters asked for.

    Attributes
    ----------
    path : Path
        Listing in the cache; the font itself lies beside it as WOFF, for the page, and bare, for the PDF.
    """

    path: Path

    @cached_property
    def listing(self) -> dict[str, Any]:
        """Metrics in thousandths of an em, and ``glyphs``: for each character its code in a PDF and its advance."""
        return json.loads(self.path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    @property
    def program(self) -> bytes:
        """The font as a PDF embeds it: TrueType, or the bare CFF table."""
        return self.path.with_suffix(".font").read_bytes()

    def css(self) -> str:
        """An ``@font-face`` rule with the font inside, used for CJK characters only."""
        woff = base64.b64encode(self.path.with_suffix(".woff").read_bytes()).decode()
        return (
            f'@font-face{{font-family:"{FAMILY}";font-display:block;unicode-range:U+{_FIRST_CJK:X}-FFEF,U+20000-3FFFF;'
            f'src:url(data:font/woff;base64,{woff}) format("woff")}}'
        )


def needs_cjk(text: str) -> bool:
    """Whether ``text`` has a character that plain Latin fonts lack."""
    return not text.isascii() and any(ord(char) >= _FIRST_CJK for char in text)


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
        path = folder / f"{key}.json"
        if path.exists():
            return Subset(path)
        try:
            _write_subset(source, asked, path)
        except OSError:  # a home that can't be written to
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
    """Where subsets are kept: the user's cache, else the folder for temporary files."""
    from platformdirs import user_cache_path

    yield user_cache_path("sectorlead", appauthor=False) / "fonts"
    yield Path(tempfile.gettempdir()) / "sectorlead-fonts"


def _write_subset(source: Path, characters: str, path: Path) -> None:
    """Write the subset as WOFF and bare, then its listing, whose presence says that all is there."""
    from fontTools.subset import Options, Subsetter, load_font

    options = Options(
        layout_features=[],
        hinting=False,
        recalc_timestamp=False,
        notdef_outline=True,
        font_number=0,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
    )
    options.drop_tables += _DROPPED
    with load_font(str(source), options, lazy=True) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text="".join(char for char in characters if ord(char) in font.getBestCmap()))
        subsetter.subset(font)
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6):
                record.string = FAMILY.replace(" ", "") if record.nameID == 6 else FAMILY
        files = {}
        for suffix, flavor in ((".font", None), (".woff", "woff")):
            buffer = io.BytesIO()
            font.flavor = flavor
            font.save(buffer)
            files[suffix] = buffer.getvalue()
        listing = _listing(font)
    if listing["cff"]:
        files[".font"] = _table(files[".font"], b"CFF ")
    for suffix, content in files.items():
        _write_atomically(path.with_suffix(suffix), content)
    _write_atomically(path, json.dumps(listing, ensure_ascii=False, sort_keys=True).encode())


def _listing(font: Any) -> dict[str, Any]:
    """What a PDF must know of a font. A glyph's code is its CID in a CID-keyed CFF font, its position in others."""
    scale = 1000.0 / font["head"].unitsPerEm
    head, across, sizes = font["head"], font["hhea"], font["hmtx"]
    keyed = "CFF " in font and hasattr(font["CFF "].cff.topDictIndex[0], "ROS")

    def code(name: str) -> int:
        return int(name.removeprefix("cid")) if keyed and name.startswith("cid") else int(font.getGlyphID(name))

    return {
        "cff": "CFF " in font,
        "box": [round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)],
        "ascent": round(across.ascent * scale),
        "descent": round(across.descent * scale),
        "glyphs": {
            chr(char): [code(name), round(sizes[name][0] * scale, 1)] for char, name in font.getBestCmap().items()
        },
    }


def _table(font: bytes, tag: bytes) -> bytes:
    """One table of an OpenType file."""
    for at in range(12, 12 + 16 * int.from_bytes(font[4:6], "big"), 16):
        if font[at : at + 4] == tag:
            start, length = (int.from_bytes(font[at + k : at + k + 4], "big") for k in (8, 12))
            return font[start : start + length]
    raise KeyError(tag)


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
