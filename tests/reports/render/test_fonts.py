"""Fonts and the PDF writer: nothing is ever drawn as an empty box."""

from __future__ import annotations

import re
import zlib

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from sectorlead.reports.render import fonts
from sectorlead.reports.render.pdf.document import write_pdf
from sectorlead.reports.render.pdf.page import PageWriter

STRING = rb"\((?:\\[\s\S]|[^\\()])*\)"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_caches", lambda: iter([tmp_path / "fonts"]))
    return tmp_path / "fonts"


@pytest.fixture
def chinese(cache):
    got = fonts.subset(["银行", "证券 512880"])
    assert got is not None, f"the font comes with the package {fonts.PACKAGE}, a dependency"
    return got


def test_a_subset_has_what_was_asked_for_and_little_else(chinese):
    with TTFont(chinese.path) as font:
        assert set(map(ord, "银行证券")) <= set(font.getBestCmap())
        assert ord("军") not in font.getBestCmap()
    assert chinese.path.stat().st_size < 60_000
    assert "base64," in chinese.css()
    assert "http" not in chinese.css()


def test_a_subset_is_made_once_and_always_the_same(chinese, cache, monkeypatch):
    before = {path.name: path.read_bytes() for path in cache.iterdir()}
    monkeypatch.setattr(fonts, "_write_subset", None)  # would fail if it were called
    assert fonts.subset(["行银", "证券 512880"]).path == chinese.path
    monkeypatch.undo()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")  # another day, for what writes the font
    monkeypatch.setattr(fonts, "_caches", lambda: iter([cache / "again"]))
    fonts.subset(["银行", "证券 512880"])
    assert {path.name: path.read_bytes() for path in (cache / "again").iterdir()} == before


def test_a_cache_that_can_not_be_written_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(fonts, "_caches", lambda: iter([tmp_path / "file" / "fonts", tmp_path / "fonts"]))
    assert fonts.subset(["银"]).path.parent == tmp_path / "fonts"


def test_cubic_outlines_become_truetype_of_the_same_shape(cache, tmp_path):
    pen = T2CharStringPen(600, None)
    pen.moveTo((100, 0))
    pen.lineTo((500, 0))
    pen.curveTo((500, 400), (300, 700), (100, 700))
    pen.closePath()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "silver"])
    builder.setupCharacterMap({ord("银"): "silver"})
    blank = T2CharStringPen(500, None).getCharString()
    builder.setupCFF("Cubic", {}, {".notdef": blank, "silver": pen.getCharString()}, {})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "silver": (600, 100)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Cubic", "styleName": "Regular"})
    builder.setupOS2(fsType=8)
    builder.setupPost()
    builder.save(tmp_path / "cubic.otf")
    with TTFont(fonts.subset(["银"], tmp_path / "cubic.otf").path) as font:
        name = font.getBestCmap()[ord("银")]
        assert font["hmtx"][name] == (600, 100)
        assert (font["hhea"].ascent, font["OS/2"].fsType) == (880, 8)
        glyph = font["glyf"][name]
        assert (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax) == (100, 0, 500, 700)
        assert area(font, name) == pytest.approx(-area(builder.font, "silver"), rel=0.01)  # TrueType goes clockwise


def area(font: TTFont, name: str) -> float:
    glyphs = font.getGlyphSet()
    pen = AreaPen(glyphs)
    glyphs[name].draw(pen)
    return pen.value


@pytest.mark.parametrize("with_font", [True, False])
def test_the_file_holds_what_was_written_and_can_be_searched(with_font, tmp_path, monkeypatch, cache):
    if not with_font:
        monkeypatch.setattr(fonts, "find_font", lambda: None)
    writer = sample()
    content = writer.save(tmp_path / "a" / "a.pdf", "Über 银行").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page ") == 2
    assert lines(content) == ["Title (with brackets) \\ −√2", "银行" if with_font else "??"] * 2
    assert writer.missing is not with_font
    assert b"CreationDate" not in content
    assert b"FontFile2" in content


def test_the_same_pages_are_the_same_bytes_whatever_the_settings_of_matplotlib(tmp_path):
    import matplotlib

    once = sample().save(tmp_path / "a.pdf", "T").read_bytes()
    other = {
        "pdf.fonttype": 3, "pdf.compression": 0, "savefig.bbox": "tight", "savefig.facecolor": "red",
        "figure.facecolor": "red", "figure.autolayout": True, "path.simplify": False, "font.family": "monospace",
    }  # fmt: skip
    with matplotlib.rc_context(other):
        assert sample().save(tmp_path / "b.pdf", "T").read_bytes() == once


def test_a_page_as_a_picture(tmp_path):
    import matplotlib.image

    picture = matplotlib.image.imread(sample().png(tmp_path / "a.png", 2, 25.4))  # a pixel is a millimetre
    assert picture.shape[:2] == (297, 210)
    assert picture[35, 35, :3] == pytest.approx([1.0, 0.5, 0.0], abs=0.01)  # inside the box
    assert picture[45, 35, :3] == pytest.approx(1.0)
    assert picture[49:51, 35, :3].sum(0) == pytest.approx(2 - 0.21 * 3 * 25.4 / 72, abs=0.02)  # the line
    assert picture[12:20, 20:50].min() < 0.6  # the text, above its baseline at 20
    assert picture[22:28].min() == 1.0


def test_text_ends_where_it_was_measured_to_end(tmp_path):
    writer = PageWriter(["x"])
    writer.begin_page()
    writer.text(150, 50, "measured (W) 12.3%", 14, align="right")
    left = 150 - writer.width("measured (W) 12.3%", 14)
    import matplotlib.image

    dark = np.flatnonzero((matplotlib.image.imread(writer.png(tmp_path / "a.png", 1, 254))[..., 0] < 0.5).any(axis=0))
    assert dark[0] / 10 == pytest.approx(left, abs=0.8)  # a glyph has some white of its own on each side
    assert dark[-1] / 10 == pytest.approx(150, abs=0.8)


def test_a_name_without_font_is_its_code(monkeypatch):
    monkeypatch.setattr(fonts, "find_font", lambda: None)
    writer = PageWriter(["银行"])
    assert writer.name("512800", "Banks") == "Banks"
    assert not writer.missing
    assert writer.name("512800", "银行") == "512800"
    assert writer.missing


def test_without_a_font_the_pdf_says_which_package_to_install(market_run, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "find_font", lambda: None)
    shown = lines(write_pdf(market_run, tmp_path / "a.pdf").read_bytes())
    assert any(f"pip install {fonts.PACKAGE}" in line for line in shown)
    assert "SIM01" in shown


def test_text_is_cut_and_wrapped_to_its_room(chinese):
    writer = PageWriter(["银行"])
    writer.begin_page()
    assert writer.fitted("short", 7, 50) == "short"
    cut = writer.fitted("a rather long sentence that does not fit", 7, 20)
    assert cut.endswith("...")
    assert writer.width(cut, 7) <= 20
    assert writer.paragraph(10, 10, "word " * 40, 7, 60, 3) == pytest.approx(10 + 3 * 7 * 0.48)


def sample() -> PageWriter:
    writer = PageWriter(["Title", "银行"])
    for _ in range(2):
        writer.begin_page()
        writer.text(20, 20, "Title (with brackets) \\ −√2", 12)
        writer.text(190, 20, "银行", align="right")
        writer.box(10, 30, 60, 40, (1.0, 0.5, 0.0))
        writer.line((10, 60), (50, 50), width=3)
    return writer


def lines(content: bytes) -> list[str]:
    """Every text of a PDF whose codes are UTF-16, as ours are."""
    streams = re.findall(rb"/FlateDecode.*?>>\nstream\n(.*?)\nendstream", content, re.S)
    marks = b"".join(part for part in map(zlib.decompress, streams) if b"TJ" in part)
    shown = [b"".join(re.findall(STRING, row)) for row in re.findall(rb"\[((?:%s|[-. \n\d])*)\]\sTJ" % STRING, marks)]
    return [re.sub(rb"(?s)\\(.)|[()]", unescaped, row).decode("utf-16-be") for row in shown]


def unescaped(match: re.Match[bytes]) -> bytes:
    return {b"n": b"\n", b"r": b"\r", None: b""}.get(match[1], match[1])
