"""Fonts and the PDF writer: nothing is ever drawn as an empty box."""

from __future__ import annotations

import re
import zlib

import pytest

from sectorlead.reports import fonts
from sectorlead.reports.faces import Embedded, Helvetica
from sectorlead.reports.paper import Paper


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_caches", lambda: iter([tmp_path / "fonts"]))
    return tmp_path / "fonts"


@pytest.fixture
def chinese(cache):
    got = fonts.subset(["银行", "证券 512880"])
    if got is None:
        pytest.skip(f"no Chinese font on this machine: pip install {fonts.PACKAGE}")
    return got


def test_a_subset_has_what_was_asked_for_and_little_else(chinese):
    glyphs = chinese.listing["glyphs"]
    assert set("银行证券") <= set(glyphs)
    assert "军" not in glyphs
    assert len(chinese.program) < 60_000
    assert "base64," in chinese.css()
    assert "http" not in chinese.css()


def test_a_subset_is_made_once_and_always_the_same(chinese, cache, monkeypatch):
    before = {path.name: path.read_bytes() for path in cache.iterdir()}
    monkeypatch.setattr(fonts, "_write_subset", None)  # would fail if it were called
    assert fonts.subset(["行银", "证券 512880"]).path == chinese.path
    monkeypatch.undo()
    monkeypatch.setattr(fonts, "_caches", lambda: iter([cache / "again"]))
    fonts.subset(["银行", "证券 512880"])
    assert {path.name: path.read_bytes() for path in (cache / "again").iterdir()} == before


def test_a_cache_that_can_not_be_written_is_passed_over(tmp_path, monkeypatch):
    if fonts.find_font() is None:
        pytest.skip(f"no Chinese font on this machine: pip install {fonts.PACKAGE}")
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(fonts, "_caches", lambda: iter([tmp_path / "file" / "fonts", tmp_path / "fonts"]))
    assert fonts.subset(["银"]).path.parent == tmp_path / "fonts"


def test_an_embedded_face_codes_and_measures(chinese):
    face = Embedded(chinese)
    assert face.covers("银行 12")
    assert not face.covers("军")
    assert face.advance("银行") == pytest.approx(2.0, abs=0.3)
    assert re.fullmatch(rb"<[0-9A-F]{8}>", face.encode("银军行"))  # what it lacks is left out


def test_helvetica_spells_what_it_lacks():
    face = Helvetica()
    assert face.covers("−12.3% √252 ≥ 1×")
    assert not face.covers("银")
    assert bytes.fromhex(face.encode("√2").decode()[1:-1]) == b"sqrt 2"
    assert face.advance("Mi") == pytest.approx(0.833 + 0.222)


@pytest.mark.parametrize("with_font", [True, False])
def test_the_file_is_well_formed(with_font, tmp_path, monkeypatch, cache):
    if not with_font:
        monkeypatch.setattr(fonts, "find_font", lambda: None)
    paper = Paper(["Title", "银行"])
    for _ in range(2):
        paper.page()
        paper.text(20, 20, "Title (with brackets) \\", 12)
        paper.box(10, 30, 60, 40, (1.0, 0.5, 0.0))
        paper.line((10, 60), (50, 50))
    content = paper.save(tmp_path / "a.pdf", "Über 银行").read_bytes()
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", content)[1])
    assert content[start : start + 4] == b"xref"
    places = re.findall(rb"^(\d{10}) 00000 n $", content[start:], re.M)
    for number, place in enumerate(places, 1):
        assert content[int(place) :].startswith(b"%d 0 obj" % number)
    for match in re.finditer(rb"/Length (\d+) >>\nstream\n", content):
        assert content[match.end() + int(match[1]) :].startswith(b"\nendstream")
    assert b"(with" not in drawn(content)  # text is never raw
    assert drawn(content).count(b" Tj ET") == 2


def test_a_name_without_font_is_its_code(monkeypatch):
    monkeypatch.setattr(fonts, "find_font", lambda: None)
    paper = Paper(["银行"])
    assert paper.name("512800", "Banks") == "Banks"
    assert not paper.missing
    assert paper.name("512800", "银行") == "512800"
    assert paper.missing


def test_text_is_cut_and_wrapped_to_its_room(chinese):
    paper = Paper(["银行"])
    paper.page()
    assert paper.fitted("short", 7, 50) == "short"
    cut = paper.fitted("a rather long sentence that does not fit", 7, 20)
    assert cut.endswith("...")
    assert paper.width(cut, 7) <= 20
    assert paper.paragraph(10, 10, "word " * 40, 7, 60, 3) == pytest.approx(10 + 3 * 7 * 0.48)


def drawn(content: bytes) -> bytes:
    """The marks on all pages."""
    streams = re.findall(rb"/FlateDecode /Length \d+ >>\nstream\n(.*?)\nendstream", content, re.S)
    return b"".join(part for part in map(zlib.decompress, streams) if b" Tj ET" in part)
