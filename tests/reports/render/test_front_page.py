"""Page one as a picture, and the fragment for notebooks: Chinese without boxes, and nothing that leaks."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import numpy as np
import pytest

from sectorlead.reports.render import fonts
from sectorlead.reports.render import front_page as fronts
from sectorlead.reports.render.front_page import front_page
from sectorlead.reports.render.i18n import ENGLISH, find_locale
from sectorlead.reports.render.notebook import notebook
from sectorlead.reports.render.pdf.canvas import SHIPPED, Words
from sectorlead.reports.render.pdf.translated_page import SpokenPaper

needs_font = pytest.mark.skipif(fonts.find_font() is None, reason=f"no CJK font here; pip install {fonts.PACKAGE}")


@pytest.fixture
def papers(monkeypatch) -> list[SpokenPaper]:
    """The paper of each front page that is made."""
    made: list[SpokenPaper] = []

    class Kept(SpokenPaper):
        def __init__(self, *given):
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(fronts, "SpokenPaper", Kept)
    return made


def words(paper: SpokenPaper) -> list[str]:
    return [mark.text for mark in paper._pages[0].marks if isinstance(mark, Words)]


def test_the_picture_is_one_a4_page(market_run, tmp_path):
    path = front_page(market_run, tmp_path / "deep" / "front.png")
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", head[16:24])
    assert (wide, high) == (1240, 1753)
    assert front_page(market_run, tmp_path / "again.png").read_bytes() == path.read_bytes()


@needs_font
def test_every_name_is_drawn_from_a_font_that_has_it(market_run, tmp_path, papers):
    front_page(market_run, tmp_path / "a.png")
    shown = words(papers[0])
    assert not papers[0].missing
    assert all(papers[0]._face.covers(text) for text in shown)
    held = market_run.outcome.shares.sum(axis=0) > 0
    assert {name for name, was in zip(market_run.panel.names, held, strict=True) if was} <= set(shown)


@needs_font
def test_a_chinese_page_one_is_chinese(market_run, tmp_path, papers):
    front_page(market_run, tmp_path / "a.png", locale="zh")
    shown = words(papers[0])
    assert {"净值与回撤", "总收益", "夏普比率", "策略", "等权"} <= set(shown)
    assert not any("?" in text for text in shown)
    assert not any(re.search(r"\b(the|of|and|Total|Growth|Sharpe)\b", text) for text in shown)


def test_without_a_font_codes_stand_for_names_and_a_line_says_what_to_install(
    market_run, tmp_path, papers, monkeypatch
):
    monkeypatch.setattr(fonts, "find_font", lambda: None)
    monkeypatch.setattr(fonts, "subset", lambda texts, source=None: None)
    front_page(market_run, tmp_path / "a.png", locale="zh")
    shown = words(papers[0])
    assert papers[0]._face._path == SHIPPED
    assert "Total return" in shown
    assert set(market_run.panel.symbols) & set(shown)
    assert any(f"pip install {fonts.PACKAGE}" in text for text in shown)
    assert all(papers[0]._face.covers(text) for text in shown)  # no boxes


# --- notebook -------------------------------------------------------------------------------------------------------


def test_the_fragment_says_the_headline_and_is_small(market_run):
    text = notebook(market_run)
    assert len(text.encode()) < 200_000
    for part in ("leaders", "Total return", "Maximum drawdown", "Strategy", "Equal weight", "Simulated market"):
        assert part in text
    assert text.count("<svg") == 2
    assert text.count('role="img" aria-label="') == 2
    assert not re.search(r"<script|<link|<iframe|@import|url\(|https?://| id=", text)
    assert notebook(market_run) == text


def test_no_rule_of_the_fragment_reaches_beyond_it(market_run):
    style = re.search(r"<style>(.*?)</style>", notebook(market_run), re.DOTALL)[1]
    style = re.sub(r"@media \([^)]*\)\{(.*?\})\}", r"\1", style)
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", style)
    assert len(rules) > 10
    for rule in rules:
        assert all(".sectorlead-run" in selector for selector in rule.split(",")), rule
    assert ":root" not in style


def test_the_fragment_speaks_chinese_and_escapes_names(make):
    line = np.linspace(100, 150, 80)
    bought = [(1, column, 1, 1.0, 1.0, 1.0) for column in (0, 1)]
    run = make(line, name="<b>x", names=("<i>", "y"), fills=bought, shares=np.ones((80, 2)))
    text = notebook(run, locale="zh")
    assert "&lt;b&gt;x" in text
    assert "<i>" not in text
    assert "总收益" in text
    assert "持有什么" in text
    assert find_locale("zh").page(text) == text
    assert "总收益" not in notebook(run, locale=ENGLISH)


def test_the_line_is_drawn_where_the_money_is(make):
    run = make([100.0, 200.0, 400.0], shares=np.zeros((3, 2)))
    text = notebook(run)
    steps = re.search(r'<polyline points="([^"]*)" style="fill:none;stroke:var\(--strategy\)', text)[1]
    heights = [float(step.split(",")[1]) for step in steps.split()]
    gaps = np.diff(heights[1:] if len(heights) == 4 and heights[0] == heights[1] else heights)
    assert (gaps < 0).all()
    assert gaps[-1] == pytest.approx(gaps[-2], abs=0.15)  # a doubling is as high as the next: log scale


def test_front_pages_make_their_folder(market_run, tmp_path: Path):
    assert front_page(market_run, tmp_path / "x" / "y.png", resolution=40).exists()
