"""What a person sees and does on a tearsheet, in Chromium, with no network: every request but the page itself fails."""

from __future__ import annotations

import base64
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.engine.record import Record
from sectorlead.market_context import market_context
from sectorlead.reports.analysis.execution import rotations
from sectorlead.reports.compare.papers import write_comparison
from sectorlead.reports.formatting import percent
from sectorlead.reports.growth import drawdowns, points, strategy_growth
from sectorlead.reports.history import history_of
from sectorlead.reports.holdings import holding_spells
from sectorlead.reports.render import fonts
from sectorlead.reports.render import html as tearsheets
from sectorlead.strategies.library.registry import build

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")

Open = Callable[..., Any]
SLIDER = ".live-charts"


@pytest.fixture(scope="module")
def run() -> Record:
    panel = simulate(sessions=1_600)
    return backtest(build("pullback-leaders"), panel, start=panel.sessions[260], name="leaders")


@pytest.fixture(scope="module")
def pages(run: Record, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    runs = {"leaders": run, "momentum": backtest(build("momentum"), run.panel, start=run.sessions[0])}
    out = {
        "en": tearsheets.write_tearsheet(run, folder / "en.html"),
        "zh": tearsheets.write_tearsheet(run, folder / "zh.html", locale="zh", moves="red-up"),
    }
    out["comparison"] = write_comparison(runs, folder / "c.html")
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Any, pages: dict[str, Path]) -> Iterator[Open]:
    """Opens a page; at the end, nothing was asked of the network and nothing was complained of in the console."""
    contexts, asked, said = [], [], []

    def opened(name: str = "en", width: int = 1280, **given: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **given)
        contexts.append(context)
        page = context.new_page()
        address = pages[name].as_uri()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        context.route(re.compile(r"^(?!file:|data:)"), lambda route: route.abort())
        page.goto(address)
        asked.remove(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith("data:font/")] == []
    assert said == []


def readout(page: Any) -> str:
    return " ".join(page.locator(".readout").inner_text().split())


def plot(page: Any, k: int = 0) -> Any:
    """Where a live chart is, in view."""
    area = page.locator(".live-chart .u-over").nth(k)
    area.scroll_into_view_if_needed()
    return area.bounding_box()


def shown(page: Any) -> tuple[str, str]:
    """First and last date of the charts."""
    return tuple(page.locator(SLIDER).evaluate("node => [node.dataset.from, node.dataset.to]"))


def told_at(run: Record, day: str) -> str:
    """What the readout says of the strategy at a date, from the run alone."""
    levels = strategy_growth(run).levels
    at = list(points(run).strftime("%Y-%m-%d")).index(day)
    return f"Strategy {levels[at]:.2f}× {percent(float(drawdowns(levels)[at]))}"


# --- growth and drawdown --------------------------------------------------------------------------------------------


def test_hovering_tells_the_date_and_every_value(open_page, run):
    page = open_page()
    box = plot(page)
    for share in (0.2, 0.5, 0.9):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 100)
        text = readout(page)
        day = text[:10]
        assert told_at(run, day) in text
        assert run.panel.benchmark.name in text
        assert "Equal weight" in text
        at = list(points(run).strftime("%Y-%m-%d")).index(day)
        assert at == pytest.approx(share * len(run.sessions), abs=3)
    page.mouse.move(5, 5)
    whole = percent(run.equity.iloc[-1] / 1e6 - 1, 1, True)
    assert readout(page).startswith(f"{points(run)[0]:%F} – {run.sessions[-1]:%F} Strategy {whole}")


def test_dragging_zooms_both_charts_and_a_double_click_shows_all(open_page, run):
    page = open_page()
    whole = shown(page)
    assert whole == (f"{points(run)[0]:%F}", f"{run.sessions[-1]:%F}")
    box = plot(page)
    across = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.25 * box["width"], across)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], across, steps=4)
    page.mouse.up()
    page.mouse.move(5, 5)
    first, last = shown(page)
    dates = list(points(run).strftime("%Y-%m-%d"))
    assert dates.index(first) == pytest.approx(0.25 * len(run.sessions), abs=4)
    assert dates.index(last) == pytest.approx(0.5 * len(run.sessions), abs=4)
    levels = strategy_growth(run).levels
    grown = levels[dates.index(last)] / levels[dates.index(first)] - 1
    assert f"{first} – {last} Strategy {percent(grown, 1, True)}" in readout(page)
    for k in (0, 1):  # the same day is under the same place of both
        other = plot(page, k)
        page.mouse.move(other["x"] + 1, other["y"] + 20)
        assert abs(dates.index(readout(page)[:10]) - dates.index(first)) <= 1
    box = plot(page)
    page.mouse.dblclick(box["x"] + 50, box["y"] + 50)
    assert shown(page) == whole


def test_buttons_show_the_last_years(open_page, run):
    page = open_page()
    names = [button.inner_text() for button in page.locator(".tools button").all()]
    assert names == ["1y", "3y", "5y", "All"]
    for name, years in (("1y", 1), ("3y", 3), ("5y", 5)):
        page.get_by_role("button", name=name, exact=True).click()
        first, last = map(pd.Timestamp, shown(page))
        assert last == run.sessions[-1]
        assert 0 <= (first - (last - pd.Timedelta(days=365.25 * years))).days <= 12
        pressed = [button.inner_text() for button in page.locator('.tools button[aria-pressed="true"]').all()]
        assert pressed == [name]
    page.get_by_role("button", name="All", exact=True).click()
    assert shown(page)[0] == f"{points(run)[0]:%F}"


def test_the_keyboard_moves_the_cursor_and_zooms(open_page, run):
    page = open_page()
    page.locator(".tools button").last.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"
    dates = list(points(run).strftime("%Y-%m-%d"))
    for keys, day in (
        (("Home",), dates[0]), (("ArrowRight",), dates[1]), (("Shift+ArrowRight",), dates[21]), (("End",), dates[-1]),
        (("ArrowLeft", "ArrowLeft"), dates[-3]),
    ):  # fmt: skip
        for key in keys:
            page.keyboard.press(key)
        told = page.locator(SLIDER).get_attribute("aria-valuetext")
        assert told.startswith(f"{day}: {told_at(run, day)}")
        assert page.locator(SLIDER).get_attribute("aria-valuenow") == str(dates.index(day))
    page.keyboard.press("+")
    first, last = shown(page)
    assert (dates.index(last) - dates.index(first)) == pytest.approx(len(run.sessions) / 2, abs=len(run.sessions) / 4)
    page.keyboard.press("Escape")
    assert shown(page) == (dates[0], dates[-1])


def colours(page: Any, k: int = 0) -> set[tuple[int, ...]]:
    """Colours painted on a live chart."""
    data = page.locator(".live-chart canvas").nth(k).evaluate("node => node.toDataURL()")
    from matplotlib.image import imread

    picture = imread(io.BytesIO(base64.b64decode(data.split(",")[1])))
    solid = picture[picture[..., 3] == 1][:, :3]
    return {tuple(pixel) for pixel in np.rint(np.unique(solid, axis=0) * 255).astype(int).tolist()}


def test_the_charts_have_the_colours_of_the_static_ones_in_light_and_dark(open_page):
    page = open_page()
    strategy = {"light": (0x16, 0x17, 0x1A), "dark": (0xF4, 0xF4, 0xF1)}
    for scheme, other in (("light", "dark"), ("dark", "light")):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(100)  # a repaint
        fixed = page.locator("figure .chart:not(.live-chart) path.line.strategy").first
        assert fixed.evaluate("node => getComputedStyle(node).stroke") == f"rgb{strategy[scheme]}"
        found = colours(page)
        assert strategy[scheme] in found
        assert strategy[other] not in found


def test_print_has_the_static_charts(open_page):
    page = open_page()
    static, live = "figure.live > .chart", ".live-charts, .live-tools"
    assert all(node.is_visible() for node in page.locator(live).all())
    assert page.locator(static).first.bounding_box()["height"] <= 1
    page.emulate_media(media="print", color_scheme="dark")
    assert not any(node.is_visible() for node in page.locator(live).all())
    assert all(node.bounding_box()["height"] > 20 for node in page.locator(f"{static} svg").all())
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 28, 30)"  # dark ink, whatever the screen


def test_growth_drawdown_and_timeline_share_their_time_axis(open_page):
    page = open_page()

    def places(*selectors: str) -> list[tuple[float, float]]:
        boxes = [box for each in selectors for node in page.locator(each).all() if (box := node.bounding_box())]
        return [(box["x"], box["width"]) for box in boxes]

    ticks = "table.timeline tfoot .x"
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)  # the charts follow
        live = places(".live-charts .u-over", "table.timeline tr:nth-child(1) .bars-cell")
        assert len(live) == 2 + 2  # growth, drawdown; the first row and the axis
        assert len(set(live)) == 1, width
        assert page.locator(ticks).first.is_visible()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 695, "height": 1_000})  # of A4 within its margins
    printed = places("figure.live .plot", "table.timeline tr:nth-child(1) .bars-cell")
    assert len(printed) == 4
    assert len(set(printed)) == 1


def test_paper_has_the_latest_pullbacks_and_the_mean(open_page):
    page = open_page()
    heads = page.locator("table.latest thead th")
    every = heads.all_inner_texts()
    assert len(every) > 17
    page.emulate_media(media="print")
    assert [node.inner_text() for node in heads.all() if node.is_visible()] == [*every[:15], every[-1]]


def test_without_a_script_the_static_charts_stay(open_page):
    page = open_page(java_script_enabled=False)
    charts = page.locator('section[aria-labelledby="growth"] figure .chart')
    assert charts.count() == 2
    assert charts.first.bounding_box()["height"] > 200
    assert page.locator(".live-charts, .tools").count() == 0


def test_screen_readers_keep_the_summary_of_the_static_chart(open_page):
    page = open_page()
    assert page.get_by_role("img", name=re.compile(r"^Growth of 1\. Strategy ends at")).count() == 1
    assert page.get_by_role("slider", name="Session under the cursor").count() == 1


def test_a_comparison_is_interactive_too(open_page, run):
    page = open_page("comparison")
    box = plot(page)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    text = readout(page)
    assert told_at(run, text[:10]).replace("Strategy", "leaders") in text
    assert "momentum" in text
    assert page.locator(".live-chart").count() == 1


# --- tables ---------------------------------------------------------------------------------------------------------


def test_bars_and_cells_say_what_they_are(open_page):
    page = open_page()
    tip = page.locator("#tip")
    assert not tip.is_visible()
    for area, pattern in (
        ("table.timeline", r"^\S+ SIM\d\d: \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d, [\d,]+ sessions?$"),
        ("table.months", r"^20\d\d, [A-Z][a-z]{2}: −?\d+\.\d$"),
    ):
        stops = page.locator(area).first.locator('tbody [tabindex="0"]')
        assert stops.count() == 1  # one stop for Tab, arrows inside
        stops.focus()
        seen = [tip.inner_text()]
        for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft"):
            page.keyboard.press(key)
            seen.append(tip.inner_text())
        assert all(re.search(pattern, text) for text in seen), seen
        assert len(set(seen)) >= 3
        assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "tip"
        page.keyboard.press("Escape")
        assert not tip.is_visible()
    page.locator("table.months td.v").nth(7).hover()
    assert tip.is_visible()
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280


def test_a_table_sorts_by_a_click_on_its_head(open_page):
    page = open_page()
    table = page.locator('[aria-label="Largest gaps"] table')
    column = [cell.inner_text() for cell in table.locator("thead th").all()].index("Missing")

    def values() -> list[float]:
        texts = table.locator(f"tbody tr td:nth-child({column + 1})").all_inner_texts()
        return [float(text.replace(",", "").replace("−", "-")) for text in texts]

    before = values()
    assert len(set(before)) > 3
    button = table.get_by_role("button", name="Missing")
    button.click()
    assert values() == sorted(before, reverse=True)
    assert table.locator('th[aria-sort="descending"]').inner_text().startswith("Missing")
    button.press("Enter")
    assert values() == sorted(before)


# --- narrow, and in Chinese -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["en", "zh", "comparison"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scroll(open_page, name, scheme):
    page = open_page(name, 390, color_scheme=scheme, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = plot(page)
    assert box["width"] > 280
    assert box["x"] + box["width"] <= 390
    for button in page.locator(".tools button").all():
        box = button.bounding_box()
        assert box["x"] + box["width"] <= 390


def test_a_phone_shows_names_in_full_and_the_chart_within_two_screens(open_page):
    page = open_page(width=390)
    assert plot(page)["y"] + page.evaluate("scrollY") < 2 * 844
    renamed = "th => th.firstChild.textContent = 'Consumer Discretionary Goods'"
    page.locator("table.timeline tbody th").first.evaluate(renamed)
    cut = "node => getComputedStyle(node).textOverflow === 'ellipsis' && node.scrollWidth > node.clientWidth + 1"
    assert page.evaluate(f"[...document.querySelectorAll('th, td, td *')].filter({cut}).length") == 0
    name = page.locator("table.timeline tbody th").first
    assert name.evaluate("th => th.scrollWidth <= th.clientWidth")


def test_a_head_says_what_its_numbers_are_to_pointers_keys_fingers_and_readers(open_page):
    page = open_page(has_touch=True)
    tip, weight = page.locator("#tip"), page.locator("section[aria-labelledby=holdings] thead th").nth(1)
    told = "Of equity, at the last close."
    assert weight.get_attribute("aria-description") == told
    assert not page.locator(".defined").first.is_visible()
    weight.hover()
    assert tip.inner_text() == told
    page.mouse.move(5, 5)
    assert not tip.is_visible()
    held = page.locator("table.timeline thead th.held")
    held.focus()
    assert tip.inner_text() == "Share of sessions at whose close the series was held."
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.locator("section[aria-labelledby=risk-row] thead th").first.tap()
    assert tip.inner_text().startswith("standard deviation of session returns")
    page.emulate_media(media="print")
    notes = page.locator("section[aria-labelledby=holdings] .defined")
    assert f"Weight: {told}" in notes.inner_text()


def test_without_a_script_definitions_stand_below(open_page):
    page = open_page(java_script_enabled=False)
    notes = page.locator("section[aria-labelledby=holdings] .defined").inner_text()
    assert "Weight: Of equity, at the last close." in notes
    page.locator("details.terms summary").click()
    assert "compound growth per calendar year" in page.locator("details.terms").inner_text()


def test_page_one_of_a_print_holds_what_is_on_it(open_page):
    page = open_page()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 695, "height": 1_000})
    boxes = page.evaluate(
        "[...document.querySelectorAll('.page-one>*, .page-one .duo>*, .periods .pair>*')]"
        ".map(node => node.getBoundingClientRect()).map(box => [box.top, box.bottom, box.left, box.right])"
    )
    last = page.locator(".page-one").evaluate("node => node.getBoundingClientRect().bottom")
    assert max(bottom for _, bottom, _, _ in boxes) <= last + 1
    assert last <= 1_010  # 266 millimetres
    left, right = (page.locator(".periods .pair>*").nth(k).locator("table").bounding_box() for k in (0, 1))
    assert left["x"] + left["width"] <= right["x"] + 1
    held = page.locator("section[aria-labelledby=holdings] table").bounding_box()
    assert right["x"] + right["width"] <= held["x"] + 1


@pytest.mark.skipif(fonts.find_font() is None, reason=f"no CJK font here; pip install {fonts.PACKAGE}")
def test_chinese_is_chinese_and_every_character_is_in_the_embedded_font(open_page, pages):
    from fontTools.ttLib import TTFont

    page = open_page("zh")
    heads = page.locator("h2").all_inner_texts()
    assert {"概览", "净值与回撤", "月度收益"} <= set(heads)
    assert all(re.search(r"[\u4e00-\u9fff]", head) for head in heads if head)
    assert [button.inner_text() for button in page.locator(".tools button").all()] == ["1年", "3年", "5年", "全部"]
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.evaluate("document.fonts.ready.then(() => 0)")
    loaded = page.evaluate("[...document.fonts].map(face => [face.family.replaceAll('\"', ''), face.status])")
    assert loaded == [[fonts.FAMILY, "loaded"]]
    source = re.search(r"data:font/woff;base64,([^)]*)\)", pages["zh"].read_text(encoding="utf-8"))[1]
    known = TTFont(io.BytesIO(base64.b64decode(source))).getBestCmap()
    text = page.evaluate("document.body.textContent")
    read = "[...document.querySelectorAll('[aria-label]')].map(node => node.getAttribute('aria-label')).join('')"
    assert {char for char in text + page.evaluate(read) if ord(char) >= 0x2E80 and ord(char) not in known} == set()


def test_gains_are_red_where_they_are_asked_to_be(open_page):
    tones = {}
    for name in ("en", "zh"):
        cell = open_page(name).locator("table.months td.u20").first
        found = cell.evaluate("node => getComputedStyle(node).getPropertyValue('--tone')").strip()
        tones[name] = [int(found[k : k + 2], 16) for k in (1, 3, 5)]
    assert tones["en"][2] == max(tones["en"])
    assert tones["zh"][0] == max(tones["zh"])


def test_no_other_script_can_run(browser, pages):
    context = browser.new_context(offline=True)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(pages["en"].as_uri())
    own = "Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'})"
    page.evaluate(f"document.body.append({own})")
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in said)
    context.close()


# --- one cursor for all ---------------------------------------------------------------------------------------------


def test_the_cursor_tells_what_was_held_and_why_and_the_timeline_follows(open_page, run):
    page = open_page()
    dates = list(points(run).strftime("%Y-%m-%d"))
    spells = holding_spells(history_of(run))
    box = plot(page)
    for share in (0.35, 0.8):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 80)
        day = readout(page)[:10]
        session = dates.index(day) - 1
        own = {
            run.panel.names[column]
            for column, start, count in zip(spells.column, spells.start, spells.sessions, strict=True)
            if start <= session < start + count
        }
        panel = page.locator(".day").first
        texts = panel.locator("p").first.locator("span").all_inner_texts()
        names = {text.split(" since ")[0].strip() for text in texts}
        assert names == own
        bold = page.locator("table.timeline tr.on th").all_inner_texts()
        assert {text.split("SIM")[0].strip() for text in bold} == own
        moved = [row.session for row in rotations(run) if row.came or row.left]
        decision = max(when for when in moved if when <= pd.Timestamp(day))
        told = panel.locator("p").nth(1).inner_text()
        assert told.startswith(f"Decided {decision:%Y-%m-%d}: ")
        came = next(row.came for row in rotations(run) if row.session == decision)
        assert all(f"{move.name} rank {move.basis}" in told for move in came)


def test_the_cursor_of_the_timeline_moves_that_of_the_charts(open_page, run):
    page = open_page()
    cell = page.locator("table.timeline tbody .bars-cell").nth(3)
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 4)
    dates = list(points(run).strftime("%Y-%m-%d"))
    at = dates.index(readout(page)[:10])
    assert at == pytest.approx(0.6 * len(run.sessions), abs=3)
    line = page.locator(".linked-line")
    assert line.bounding_box()["x"] == pytest.approx(box["x"] + at / len(run.sessions) * box["width"], abs=1.5)
    assert page.locator(".day").nth(1).inner_text().startswith(readout(page)[:10])
    page.mouse.move(5, 5)
    assert not line.is_visible()


def test_a_series_is_found_on_the_map(browser, tmp_path, run):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(tearsheets.write_tearsheet(run, tmp_path / "a.html", market_context(run)).as_uri())
    box = page.get_by_role("searchbox", name="Find a series")
    name = run.panel.names[0]
    box.fill(name)
    found = page.locator("svg.picture circle.found")
    assert found.count() == 1
    assert found.get_attribute("data-of") == run.panel.symbols[0]
    assert page.locator("svg.picture .asked").all_text_contents() == [name]
    box.fill("")
    assert page.locator("svg.picture.searching").count() == 0
    context.close()
