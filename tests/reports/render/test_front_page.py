"""Page one as a picture."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from sectorlead.reports.render import fonts
from sectorlead.reports.render.front_page import front_page

needs_font = pytest.mark.skipif(fonts.find_font() is None, reason=f"no CJK font here; pip install {fonts.PACKAGE}")


def size(path: Path) -> tuple[int, int]:
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", head[16:24])
    return wide, high


def test_the_picture_is_one_a4_page(market_run, tmp_path):
    path = front_page(market_run, tmp_path / "deep" / "front.png")
    assert size(path) == (1240, 1754)
    assert front_page(market_run, tmp_path / "again.png").read_bytes() == path.read_bytes()


@needs_font
def test_each_language_has_its_picture(market_run, tmp_path):
    given = ({}, {"locale": "zh"})
    pictures = [
        front_page(market_run, tmp_path / f"{k}.png", resolution=60, **each).read_bytes()
        for k, each in enumerate(given)
    ]
    assert len(set(pictures)) == len(given)
