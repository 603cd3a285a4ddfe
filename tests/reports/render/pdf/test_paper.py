"""Sections on paper: no page is begun for the little that charts a bit lower leave room for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sectorlead.reports.charts.spec import Chart, Line
from sectorlead.reports.message import say
from sectorlead.reports.render.i18n import ENGLISH
from sectorlead.reports.render.pdf import paper
from sectorlead.reports.sections.base import Figure, Heading, Section

pypdf = pytest.importorskip("pypdf")


def pages(folder: Path, heights: list[int]) -> int:
    line = Line("", "", "strategy", np.linspace(0.0, 1.0, 5), np.linspace(0.0, 1.0, 5))
    figures = [Figure((Chart("C", "A rising line.", (), (), lines=(line,)),), printed=(each,)) for each in heights]
    section = Section("a", say("Charts"), [Heading(say("Charts")), *figures])
    written = paper.write_pdf(paper.Paper("Charts", (), (section,)), folder / "a.pdf", ENGLISH)
    return len(pypdf.PdfReader(written).pages)


def test_a_last_page_with_little_on_it_is_saved_by_lower_charts(tmp_path, monkeypatch):
    heights = [200] * 5  # a page has room for four
    assert pages(tmp_path, heights) == 1
    monkeypatch.setattr(paper, "_LITTLE", 0.0)
    assert pages(tmp_path, heights) == 2


def test_charts_keep_their_height_where_that_saves_nothing(tmp_path, monkeypatch):
    heights = [200] * 8
    assert pages(tmp_path, heights) == 2
    asked = []
    content = paper._content
    monkeypatch.setattr(paper, "_content", lambda *given: asked.append(given[3:]) or content(*given))
    assert pages(tmp_path, heights) == 2
    assert asked == [()]  # more than a little is on the last page
