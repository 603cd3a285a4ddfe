"""Fonts: small subsets with what a report needs, made once, of the same shape as their source."""

from __future__ import annotations

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from sectorlead.reports.render import fonts


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
