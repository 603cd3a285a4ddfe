"""Chinese on a machine without a Chinese font: what is painted are the glyphs of the embedded font, and no boxes."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from numpy.typing import NDArray

from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.market_context import market_context
from sectorlead.reports.render import fonts
from sectorlead.reports.render.html import write_tearsheet
from sectorlead.reports.render.notebook import notebook
from sectorlead.strategies.library.registry import build

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.skipif(fonts.find_font() is None, reason=f"no CJK font here; pip install {fonts.PACKAGE}"),
]
SIZE = 16
FIND = """selector => {
  for (const node of document.querySelectorAll(selector)) {
    const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    for (let text; (text = walk.nextNode());) {
      const at = [...text.data].findIndex(sign => /[\\u4e00-\\u9fff]/.test(sign));
      if (at < 0) continue;
      node.scrollIntoView({block: "center"});
      const range = document.createRange();
      range.setStart(text, at); range.setEnd(text, at + 1);
      const box = range.getBoundingClientRect();
      if (box.width > 4) return [text.data[at], box.x, box.y, box.width, box.height];
    }
  }
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("chinese")
    run = backtest(build("pullback-leaders"), simulate(sessions=700), start="2016-01-01", name="领先")
    (folder / "notebook.html").write_text(f"<meta charset=utf-8>{notebook(run, locale='zh')}", encoding="utf-8")
    return {
        "page": write_tearsheet(run, folder / "page.html", market_context(run), locale="zh"),
        "notebook": folder / "notebook.html",
    }


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser that knows no font but those that matplotlib brings, which have no Chinese."""
    folder = tmp_path_factory.mktemp("fonts")
    latin = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    (folder / "fonts.conf").write_text(
        f"<fontconfig><dir>{latin}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>", encoding="utf-8"
    )
    with api.sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"],
            env=os.environ | {"FONTCONFIG_FILE": f"{folder}/fonts.conf"},
        )  # fmt: skip
        yield opened
        opened.close()


@pytest.mark.parametrize(
    ("name", "selectors"),
    [
        ("page", ("h1", "section h2", ".timeline th[scope=row]", ".live-chart .end b",
                  ".picture .corner", ".lead", ".measures .definition")),
        ("notebook", (".sl-title b", "svg .row", "svg .end", "table th")),
    ],
)  # fmt: skip
def test_labels_have_the_pixels_of_the_embedded_glyphs(browser, pages, name, selectors):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, device_scale_factor=4, offline=True)
    page = context.new_page()
    page.goto(pages[name].as_uri())
    page.add_style_tag(content="*{font-weight:400!important;letter-spacing:.1em!important}")
    page.evaluate("document.fonts.ready.then(() => 0)")
    for selector in selectors:
        char, x, y, wide, high = page.evaluate(FIND, selector)
        seen = _normal(_grey(page.screenshot(clip={"x": x, "y": y, "width": wide, "height": high})))
        alike = {sign: _correlation(seen, _normal(_glyph(sign))) for sign in {char, "口", "龍", "永"}}
        assert alike[char] > 0.6, (selector, alike)
        assert all(alike[sign] < alike[char] - 0.2 for sign in alike if sign != char), (selector, alike)
    context.close()


# --- what a glyph looks like ------------------------------------------------------------------------------------------


def _grey(png: bytes) -> NDArray[np.float64]:
    """How far each pixel is from the paper, 0 to 1."""
    from matplotlib.image import imread

    picture = imread(io.BytesIO(png))[..., :3].astype(np.float64)
    paper = np.median(picture.reshape(-1, 3), axis=0)
    away = np.abs(picture - paper).sum(axis=2)
    return away / away.max()


def _glyph(char: str) -> NDArray[np.float64]:
    """A character of the font that subsets are made from, drawn by another program than the browser."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    figure = Figure(figsize=(2, 2), dpi=100)
    canvas = FigureCanvasAgg(figure)
    font = FontProperties(fname=fonts.find_font(), size=80)
    figure.text(0.5, 0.5, char, fontproperties=font, ha="center", va="center")
    canvas.draw()
    return 1.0 - np.asarray(canvas.buffer_rgba())[..., 0] / 255.0


def _normal(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ink in its bounding box, ``SIZE`` pixels square, each the mean of what it covers."""
    rows, columns = (np.flatnonzero((ink > 0.5).any(axis=axis)) for axis in (1, 0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    for axis in (0, 1):
        edges = np.linspace(0, cut.shape[axis], SIZE + 1)
        sums = np.concatenate([np.zeros_like(cut.take([0], axis)), cut.cumsum(axis)], axis)
        at = np.apply_along_axis(lambda line, e=edges: np.interp(e, np.arange(len(line)), line), axis, sums)
        cut = np.diff(at, axis=axis)
    return cut


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
