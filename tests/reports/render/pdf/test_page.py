"""The writer of pages: what was written is there, fits its room, and is never an empty box."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.reports.analysis.execution import MEANINGS
from sectorlead.reports.render import fonts
from sectorlead.reports.render.pdf.page import PageWriter

from .written import lines


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_caches", lambda: iter([tmp_path / "fonts"]))
    return tmp_path / "fonts"


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


def test_text_is_cut_and_wrapped_to_its_room():
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


def test_every_reason_fits_its_room_in_print():
    writer = PageWriter(MEANINGS.values())
    assert all(writer.fitted(text, 5.6, 49.0) == text for text in MEANINGS.values())
