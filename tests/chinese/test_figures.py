"""Figures say what they say in Chinese, and colours of rises are asked for everywhere alike."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex, to_rgb

import sectorlead as sl
from sectorlead.market_context import market_context
from sectorlead.reports.charts.palette import SCHEMES
from sectorlead.reports.charts.spec import Chart, Dot, Reach
from sectorlead.reports.render import fonts
from sectorlead.reports.render.excel.report_workbook import write_report_workbook
from sectorlead.reports.render.i18n import find_locale
from sectorlead.reports.render.pdf.paper import Paper, write_png
from sectorlead.reports.sections.base import Figure, Section
from sectorlead.reports.sections.content import report_content
from sectorlead.reports.sections.run.months import months

from .reading import english, figure_texts, marked, read

pytestmark = pytest.mark.skipif(fonts.find_font() is None, reason=f"no CJK font here; pip install {fonts.PACKAGE}")
TYPED = {"lookback", "top"}
_FILL = re.compile(r"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|scn)\b")


@pytest.fixture(autouse=True)
def _no_window() -> Iterator[None]:
    with matplotlib.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def market() -> sl.Panel:
    """Twelve series with Chinese names."""
    whole = sl.simulate(sessions=520)
    return whole.select(whole.symbols[:12])


@pytest.fixture(scope="module")
def run(market: sl.Panel) -> sl.Run:
    return sl.run(sl.Rotation(sl.Momentum(20), sl.TopN(3)), market, "cn-etf", name="动量")


def results(market: sl.Panel, run: sl.Run) -> dict[str, tuple[Any, tuple[str, ...]]]:
    """What has figures, and their kinds."""
    grid = {"lookback": [20, 40], "top": [2, 3]}
    swept = sl.sweep("momentum", grid, market, "cn-etf")
    walked = sl.walkforward("momentum", grid, market, "cn-etf", windows=sl.Windows("1y", "6m"))
    return {
        "run": (run, ("growth", "drawdown", "rotation", "months", "years", "phases", "rrg", "contribution", "why")),
        "sweep": (swept, ("returns", "spread", "heatmap", "parallel")),
        "walk-forward": (walked, ("growth", "windows", "spread", "lookback")),
        "events": (sl.event_study(sl.Momentum(20), market), ("correlations", "fan")),
        "factor": (sl.factor_report(sl.Momentum(20), market), ("horizons", "fifths", "rolling", "line")),
    }


def test_every_figure_is_chinese(market: sl.Panel, run: sl.Run, tmp_path: Path) -> None:
    groups = {word for each in market.groups for word in str(each).split()}
    names = {*market.symbols, *market.names, *groups, "SIMGEM", *TYPED}
    for what, (result, kinds) in results(market, run).items():
        for kind in kinds:
            ax = result.plot(kind, locale="zh")
            assert english(figure_texts(ax.figure), names) == {}, (what, kind)
            plt.close(ax.figure)
        if what in ("sweep", "walk-forward"):
            page = result.report(tmp_path / "a.html", locale="zh").read_text(encoding="utf-8")
            for ending in ("xlsx", "md"):
                path = result.report(tmp_path / f"a.{ending}", locale="zh")
                typed = {"momentum", "sharpe", "best", "cn-a", "cn-etf"}
                assert english(read(path), names | typed, marked(page)) == {}, (what, ending)


def tinted(colours: Any, hue: str) -> bool:
    """Whether one of the colours is a strong tint of a hue, such as heat cells have."""
    away = 1.0 - np.array(to_rgb(hue))
    strength = (1.0 - colours) @ away / (away @ away)
    off = np.abs(1.0 - strength[:, None] * away - colours).max(axis=1)
    return bool(((off < 0.012) & (strength > 0.3)).any())


def test_colours_of_rises_reach_print_pictures_and_workbooks(run: sl.Run, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    pytest.importorskip("xlsxwriter")
    pypdf = pytest.importorskip("pypdf")
    usual, asked = ({*SCHEMES[name].light} for name in ("blue-orange", "red-up"))
    run.save(tmp_path / "run", moves="red-up", printed=True)
    file = pypdf.PdfReader(tmp_path / "run" / "report.pdf")
    objects = (file.get_object(number) for number in range(1, int(file.trailer["/Size"])))
    streams = (each.get_data() for each in objects if isinstance(each, pypdf.generic.StreamObject))
    drawn = " ".join(stream.decode("latin-1") for stream in streams)
    fills = np.array([[float(part) for part in found] for found in _FILL.findall(drawn)])
    assert all(tinted(fills, hue) for hue in asked)
    assert not any(tinted(fills, hue) for hue in usual)
    section = months(report_content(run, market_context(run)))
    write_png(Paper("a", (), (section,), snug=True), tmp_path / "a.png", find_locale("zh"), 150, "red-up")
    painted = np.unique(plt.imread(tmp_path / "a.png")[..., :3].reshape(-1, 3), axis=0)
    assert all(tinted(painted, hue) for hue in asked)
    assert not any(tinted(painted, hue) for hue in usual)
    bars = run.plot("contribution", moves="red-up").patches
    assert {to_hex(bar.get_facecolor()) for bar in bars} <= asked
    assert to_hex(bars[0].get_facecolor()) == SCHEMES["red-up"].light[0]  # the largest gain
    dots = (Dot(0.2, 0.2, "up", "涨"), Dot(0.8, 0.8, "down", "跌"))
    chart = Chart("涨跌", "", (), (), dots=dots, x_reach=Reach(0, 1), y_reach=Reach(0, 1))
    paper = Paper("a", (), (Section("dots", "dots", (Figure((chart,)),)),))
    path = write_report_workbook(paper, tmp_path / "a.xlsx", find_locale("zh"), "red-up")
    with zipfile.ZipFile(path) as parts:
        told = "".join(parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart"))
    assert {f"#{colour.lower()}" for colour in re.findall(r'srgbClr val="(\w+)"', told)} >= asked
