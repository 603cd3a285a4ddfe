"""Page one as a picture: Chinese without boxes."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from sectorlead.reports.render import fonts
from sectorlead.reports.render import front_page as fronts
from sectorlead.reports.render.front_page import front_page
from sectorlead.reports.render.pdf.canvas import SHIPPED, Words
from sectorlead.reports.render.pdf.translated_page import TranslatedWriter

needs_font = pytest.mark.skipif(fonts.find_font() is None, reason=f"no CJK font here; pip install {fonts.PACKAGE}")


@pytest.fixture
def writers(monkeypatch) -> list[TranslatedWriter]:
    """The writer of each picture that is made."""
    made: list[TranslatedWriter] = []

    class Kept(TranslatedWriter):
        def __init__(self, *given):
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(fronts, "TranslatedWriter", Kept)
    return made


def words(writer: TranslatedWriter) -> list[str]:
    return [mark.text for mark in writer._pages[0].marks if isinstance(mark, Words)]


def test_the_picture_is_one_a4_page(market_run, tmp_path):
    path = front_page(market_run, tmp_path / "deep" / "front.png")
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", head[16:24])
    assert (wide, high) == (1240, 1753)
    assert front_page(market_run, tmp_path / "again.png").read_bytes() == path.read_bytes()


@needs_font
def test_every_name_is_drawn_from_a_font_that_has_it(market_run, tmp_path, writers):
    front_page(market_run, tmp_path / "a.png")
    shown = words(writers[0])
    assert not writers[0].missing
    assert all(writers[0]._face.covers(text) for text in shown)
    held = market_run.outcome.shares.sum(axis=0) > 0
    assert {name for name, was in zip(market_run.panel.names, held, strict=True) if was} <= set(shown)


@needs_font
def test_a_chinese_page_one_is_chinese(market_run, tmp_path, writers):
    front_page(market_run, tmp_path / "a.png", locale="zh")
    shown = words(writers[0])
    assert {"净值与回撤", "总收益", "夏普比率", "策略", "等权"} <= set(shown)
    assert not any("?" in text for text in shown)
    assert not any(re.search(r"\b(the|of|and|Total|Growth|Sharpe)\b", text) for text in shown)


def test_without_a_font_codes_stand_for_names_and_a_line_says_what_to_install(
    market_run, tmp_path, writers, monkeypatch
):
    monkeypatch.setattr(fonts, "find_font", lambda: None)
    monkeypatch.setattr(fonts, "subset", lambda texts, source=None: None)
    front_page(market_run, tmp_path / "a.png", locale="zh")
    shown = words(writers[0])
    assert writers[0]._face._path == SHIPPED
    assert "Total return" in shown
    assert set(market_run.panel.symbols) & set(shown)
    assert any(f"pip install {fonts.PACKAGE}" in text for text in shown)
    assert all(writers[0]._face.covers(text) for text in shown)  # no boxes


def test_front_pages_make_their_folder(market_run, tmp_path: Path):
    assert front_page(market_run, tmp_path / "x" / "y.png", resolution=40).exists()
