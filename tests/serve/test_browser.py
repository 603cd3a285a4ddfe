"""What a person sees and does, in Chromium with the network off: only this machine is ever asked for anything."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

import sectorlead as sl

from .folders import TABLES, write_many, write_run
from .process import started

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
ATTACK = "<img src=x onerror=alert(1)>"
OFF = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-quic", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here (Debian: apt install chromium)"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="no playwright: pip install playwright"),
]


def expect_focus(locator: Any) -> None:
    """Wait until an element has the focus of its page, also where the window itself is not the active one."""
    from playwright.sync_api import expect

    locator.evaluate(
        "(element) => new Promise((done, fail) => { const end = Date.now() + 5000;"
        " const look = () => document.activeElement === element ? done(true)"
        " : Date.now() > end ? fail(new Error('not focused')) : setTimeout(look, 50); look(); })"
    )
    expect(locator).to_be_visible()


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two real runs, 60 that only fill the list, one with an attack for a name, one without fills, one damaged."""
    root = tmp_path_factory.mktemp("browser") / "runs"
    panel = sl.simulate(seed=3, sessions=900)
    for name in ("momentum", "pullback-leaders"):
        run = sl.run(name, panel, "cn-etf", engine="compiled", name=f"real {name}", measured_from="start")
        run.save(root / "real" / name)
    write_many(root / "many", 60)
    write_run(root / ATTACK, ATTACK)
    write_run(root / "unfilled", "without fills", leave_out=("fills.csv",))
    (write_run(root / "torn", "torn") / "summary.json").write_text("{")
    return root


@pytest.fixture(scope="module")
def url(runs: Path) -> Iterator[str]:
    with started(runs) as (_, address):
        yield address.rstrip("/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=list(OFF))
        yield running
        running.close()


def _page(browser: Browser, width: int, **options: Any) -> Iterator[Page]:
    """A page that fails the test for whatever leaves the machine, and for every error in its console."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)

    def only_here(route: Any) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            wrong.append(f"asked for {route.request.url}")
            route.abort()

    context.route("**/*", only_here)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on(
        "console", lambda said: wrong.append(f"{said.type}: {said.text}") if said.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield page
    context.close()
    assert not wrong


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from _page(browser, 1280)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    yield from _page(browser, 390, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def unscripted(browser: Browser) -> Iterator[Page]:
    yield from _page(browser, 1280, java_script_enabled=False)


def names(page: Page) -> list[str]:
    return page.locator("table.runs tbody th > a").all_inner_texts()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_what_was_typed_before_the_script_came_is_found(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    late: list[Any] = []
    page.route("**/runs.js", lambda route: late.append(route))
    page.goto(url, wait_until="commit")
    page.get_by_label("Text").press_sequentially("REAL momentum")
    expect(page.locator(".count")).to_have_text("65 runs, page 1 of 2")
    assert late
    late[0].continue_()
    expect(page.locator(".count")).to_have_text("1 run found")


def test_filter_sort_select_compare_zoom(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(url)
    expect(page.locator(".count")).to_have_text("65 runs, page 1 of 2")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".count")).to_have_text("65 runs, page 2 of 2")
    page.go_back()
    expect(page.locator(".count")).to_have_text("65 runs, page 1 of 2")

    page.get_by_label("Text").press_sequentially("REAL momentum")
    expect(page.locator(".count")).to_have_text("1 run found")
    assert names(page) == ["real momentum"]
    page.get_by_label("Text").fill("real")
    expect(page.locator(".count")).to_have_text("2 runs found")
    page.get_by_role("link", name="Run", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text(re.compile("Run"))
    assert names(page) == ["real momentum", "real pullback-leaders"]
    page.get_by_role("link", name="Run", exact=False).first.click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text(re.compile("Run"))
    assert names(page) == ["real pullback-leaders", "real momentum"]

    page.get_by_label("Select real momentum").check()
    expect(page.locator("#compare")).to_have_text("Compare 1")
    expect_focus(page.get_by_label("Select real momentum"))
    page.get_by_label("Text").fill("leaders")
    expect(page.locator(".count")).to_have_text("1 run found")
    page.get_by_label("Select real pullback-leaders").check()
    expect(page.locator("#compare")).to_have_text("Compare 2")
    kept = page.url
    page.goto(f"{url}/run/torn")
    expect(page.locator("main")).to_contain_text("damaged summary.json is not valid JSON")
    page.goto(kept)
    expect(page.locator("#compare")).to_have_text("Compare 2")

    page.locator("#compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 runs side by side")
    expect(page.locator("canvas")).to_have_count(3)
    expect(page.locator(".range")).to_have_text(re.compile("900 sessions"))
    sharpe = page.get_by_role("row", name="Sharpe ratio")
    expect(sharpe.locator("td").nth(1)).to_have_text(re.compile(r"^−?\d+\.\d\d[+−]\d+\.\d\d$|^−?\d+\.\d\d0\.00$"))
    expect(page.get_by_role("heading", name="Monthly difference")).to_be_visible()

    page.get_by_role("button", name="Last year").click()
    expect(page.locator(".range")).to_have_text(re.compile(r"2[56]\d sessions"))
    plot = page.locator("[data-plot=equity] .u-over")
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 60, steps=5)
    page.mouse.up()
    expect(page.locator(".range")).to_have_text(re.compile(r"1[23]\d sessions"))
    legend = page.locator("[data-plot=drawdown] .u-legend .u-series").first
    before = legend.inner_text()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60)
    expect(legend).not_to_have_text(before)
    page.get_by_role("button", name="Whole period").click()
    expect(page.locator(".range")).to_have_text(re.compile("900 sessions"))
    scale = page.get_by_role("button", name="Log scale")
    expect(scale).to_have_attribute("aria-pressed", "true")
    scale.click()
    expect(scale).to_have_attribute("aria-pressed", "false")
    page.get_by_role("link", name="Compare with this").click()
    expect(page.locator("main")).to_contain_text("Growth over that of real")


def test_from_a_bar_to_its_fills(page: Page, url: str, runs: Path) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/?text=real+momentum")
    page.get_by_role("link", name="real momentum").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("real momentum")
    expect(page.locator("#drill")).to_contain_text("No bar is chosen.")
    expect(page.locator("html.js")).to_be_attached()  # before its script has come, a bar is a link to a page
    bars = page.locator(".bars a")
    assert bars.count() > 20
    bar = bars.nth(4)
    told = bar.get_attribute("aria-label") or ""
    named, first = re.match(r"(.+), (\d{4}-\d\d-\d\d) to", told).groups()  # type: ignore[union-attr]
    symbol = named.split()[-1]
    bar.locator("rect").click()
    expect(page.locator("#drill h3")).to_have_text(told)
    expect_focus(page.locator("#drill h3"))
    fills = [line.split(",") for line in (runs / "real" / "momentum" / "fills.csv").read_text().splitlines()]
    bought = next(line for line in fills if line[0] == first and line[1] == symbol)
    row = page.get_by_role("region", name="Fills").get_by_role("row").nth(1)
    expect(row).to_contain_text(f"{first} buy {float(bought[3]):,.0f}".replace(" ", "\t"), use_inner_text=True)
    expect(row).to_contain_text(f"{float(bought[5]):,.2f}")
    expect(page.locator("#drill tr.opened")).to_contain_text("opened")
    expect(bar).to_have_attribute("aria-current", "true")

    expect(page.locator("#drill")).to_have_attribute("aria-live", "polite")
    page.get_by_role("link", name="Back to the bar").click()
    expect_focus(bar)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    chosen = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert chosen.split(",")[0] > named
    page.keyboard.press("Enter")
    expect(page.locator("#drill h3")).to_have_text(chosen)
    assert page.locator('.bars a[tabindex="0"]').count() == 1, "one stop for the tab key"
    page.go_back()
    expect(page.locator("#drill h3")).to_have_text(told)
    page.reload()
    expect(page.locator("#drill h3")).to_have_text(told)

    page.get_by_role("link", name=f"All spells of {named}").click()
    expect(page.locator("#drill h3")).to_have_text(re.compile(rf"{re.escape(named)}: \d+ spell"))
    before = bar.locator("rect").bounding_box()
    page.get_by_role("button", name="Last year").click()
    expect(page.locator(".range")).to_have_text(re.compile(r"2[56]\d sessions"))
    after = bar.locator("rect").bounding_box()
    assert before
    assert after
    assert after["width"] > 2 * before["width"], "bars follow the stretch of the chart"

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open the tearsheet").click()
    sheet = opened.value
    expect(sheet.get_by_role("heading", level=1)).to_have_text("real momentum")
    assert sheet.evaluate("self.origin") == "null", "the report can't read other pages"


def test_a_run_without_fills_says_so(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/run/unfilled")
    page.locator(".bars a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#drill")).to_contain_text("fills.csv is missing from the folder")
    expect(page.locator("#drill tr.closed")).to_contain_text(TABLES["decisions.csv"][2].split(",")[0])


def test_a_name_is_text(page: Page, url: str) -> None:
    from playwright.sync_api import expect

    page.goto(f"{url}/?text=onerror")
    page.get_by_label(f"Select {ATTACK}").check()
    expect(page.locator(".tray li")).to_contain_text(ATTACK)
    page.get_by_role("link", name=ATTACK).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ATTACK)
    page.goto(f"{url}/compare?run={ATTACK}&run=unfilled")
    expect(page.locator("canvas")).to_have_count(3)
    expect(page.locator("[data-plot=equity] .u-legend")).to_contain_text(ATTACK)
    assert page.locator("img").count() == 0


def test_on_a_phone_nothing_scrolls_sideways(phone: Page, url: str) -> None:
    from playwright.sync_api import expect

    phone.goto(url)
    assert fits(phone)
    phone.get_by_label("Sort by").select_option("name")
    expect(phone.locator("table.runs tbody th > a").first).to_have_text(ATTACK)
    phone.get_by_label("Text").fill("real")
    expect(phone.locator(".count")).to_have_text("2 runs found")
    phone.get_by_label("Select real momentum").tap()
    expect(phone.locator("#compare")).to_have_text("Compare 1")
    phone.get_by_label("Select real pullback-leaders").tap()
    expect(phone.locator("#compare")).to_have_text("Compare 2")
    assert fits(phone)
    phone.locator("#compare").tap()
    expect(phone.locator("canvas")).to_have_count(3)
    assert fits(phone)
    phone.goto(f"{url}/run/real/momentum")
    expect(phone.locator("canvas")).to_have_count(1)
    phone.locator(".series").first.tap()
    expect(phone.locator("#drill h3")).to_contain_text("spell")
    phone.locator("#drill .spells a").first.tap()
    expect(phone.get_by_role("region", name="Fills")).to_contain_text("buy")
    assert fits(phone)


def test_without_scripts_everything_but_charts_works(unscripted: Page, url: str) -> None:
    from playwright.sync_api import expect

    page = unscripted
    page.goto(url)
    page.get_by_label("Text").fill("real")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".count")).to_have_text("2 runs found")
    page.get_by_label("Select real momentum").check()
    page.get_by_label("Select real pullback-leaders").check()
    page.locator("#compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 runs side by side")
    page.goto(f"{url}/run/real/momentum")
    page.locator(".bars a").nth(2).click()
    expect(page.get_by_role("region", name="Fills")).to_contain_text("buy")


@pytest.fixture(scope="module", autouse=True)
def no_proxy() -> Iterator[None]:
    """Chromium is to ask 127.0.0.1 itself."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            patch.delenv(name)
        yield
