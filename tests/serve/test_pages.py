"""The pages over HTTP: what they show, what they refuse, and what they never do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from sectorlead.reports import render as rendering
from sectorlead.reports.charts.palette import stylesheet
from sectorlead.serve import index as indexing
from sectorlead.serve.app import build_app
from sectorlead.serve.index import Index
from sectorlead.serve.query import MOST_RUNS, PAGE_SIZE
from sectorlead.serve.security import is_loopback, own_names

from .client import Client
from .folders import TABLES, rotation, write_many, write_run

ATTACK = "<img src=x onerror=alert(1)>"
STATIC = Path(indexing.__file__).with_name("static")
RENDERING = Path(rendering.__file__)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(indexing, "_PAUSE", 0.0)
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


@pytest.fixture
def pages(root: Path) -> Iterator[Client]:
    index = Index(root)
    yield Client(build_app(index))
    index.close()


def text(page: str) -> str:
    """What a person reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_an_empty_folder_says_what_to_do(pages: Client) -> None:
    assert "There is no run here yet. Make one with sectorlead demo" in text(pages.get("/").text)


def test_the_list(pages: Client, root: Path) -> None:
    write_run(root / "one", "领先 leaders", verified="fills and equity")
    write_run(root / "two", "laggards", total_return=-0.5, sharpe=None)
    (root / "three").mkdir()
    (root / "three" / "INCOMPLETE").touch()
    write_run(root / "four", leave_out=("equity.csv",))
    shown = text(pages.get("/?sort=name").text)
    assert "4 runs" in shown
    assert "领先 leaders one momentum (lookback 2) · top n (n 1) · every (sessions 2) cn-etf" in shown
    assert "14.1% 20.0% 1.50 −5.0% 2.0× 5 yes" in shown
    assert "−50.0% 20.0% – −5.0%" in shown
    assert "incomplete still being written, or writing it was stopped" in shown
    assert "damaged equity.csv missing" in shown
    only = text(pages.get("/?text=领先&part=results").text)
    assert only.startswith("1 run found")
    assert "laggards" not in only
    assert "No run matches." in text(pages.get("/?text=nowhere").text)


def test_a_run_written_later_is_there_at_once(pages: Client, root: Path) -> None:
    pages.get("/")
    write_run(root / "late" / "deep")
    assert "late/deep" in pages.get("/").text
    assert pages.get("/run/late/deep").status_code == 200


def test_selection_is_in_the_url(pages: Client, root: Path) -> None:
    for k in range(MOST_RUNS + 2):
        write_run(root / f"run-{k:02d}")
    page = pages.get("/?run=run-00&run=run-01").text
    assert page.count(" checked") == 2
    assert "Compare 2" in text(page)
    full = pages.get("/?" + "&".join(f"run=run-{k:02d}" for k in range(MOST_RUNS + 2))).text
    assert full.count(" checked") == MOST_RUNS
    assert full.count(" disabled") == 2
    elsewhere = pages.get("/?text=run-05&run=run-00").text
    assert 'type="hidden" name="run" value="run-00"' in elsewhere, "kept though it is not on this page"


def test_a_run_and_its_bars(pages: Client, root: Path) -> None:
    write_run(root / "one")
    page = pages.get("/run/one").text
    assert page.count("<rect") == 2
    assert "000001, 2024-01-03 to 2024-01-05, 3 sessions" in page
    assert "No bar is chosen." in text(page)
    assert "Decided after the close, filled at the next session's open; shares fixed at the decision's" in text(page)
    whole = text(pages.get("/run/one?bar=000001@2024-01-03").text)
    part = text(pages.get("/run/one?bar=000001@2024-01-03&part=drill").text)
    assert part in whole
    assert "Bought for 500, sold for 600, fees 3.00: made 97 ." in part
    assert "2024-01-03 buy 100 5 500.00 1.00 0.00 0.50 2024-01-08 sell 100 6 600.00 1.50 0.50 0.25" in part
    assert "2024-01-05 sell 100 0 at the lower price limit: nobody buys" in part
    assert "2024-01-02 opened 1 0.0500 0.0% 50.0% 2024-01-04 closed 2 0.0100 52.4% 0.0%" in part
    held = text(pages.get("/run/one?bar=000300@2024-01-10&part=drill").text)
    assert "still held at the end and worth 495" in held
    assert "000300: 1 spell" in text(pages.get("/run/one?series=000300&part=drill").text)
    assert "has no holding spell called nothing" in text(pages.get("/run/one?bar=nothing").text)


def test_series_have_their_names_and_colours(pages: Client, root: Path) -> None:
    folder = write_run(root / "one")
    (folder / "series.csv").write_text(
        "symbol,name,group,colour\n000001,半导体 & 元件,科技,c7\n000300,000300,,reference\n", encoding="utf-8"
    )
    page = pages.get("/run/one?bar=000001@2024-01-03").text
    assert '<div class="row c7">' in page
    assert '<div class="row reference">' in page
    assert "半导体 & 元件 000001, 2024-01-03 to 2024-01-05, 3 sessions Bought" in text(page)
    (folder / "series.csv").write_text("symbol,name\n")
    assert '<div class="row c1">' in pages.get("/run/one").text


@pytest.mark.parametrize("missing", ["fills.csv", "rejections.csv", "decisions.csv", "weights.csv"])
def test_what_is_missing_is_told(pages: Client, root: Path, missing: str) -> None:
    write_run(root / "one", leave_out=(missing,))
    assert f"{missing} is missing from the folder" in text(pages.get("/run/one?bar=000001@2024-01-03").text)


def test_what_is_empty_is_told(pages: Client, root: Path) -> None:
    folder = write_run(root / "one")
    (folder / "fills.csv").write_text(TABLES["fills.csv"][0] + "\n")
    (folder / "equity.csv").write_text("")
    shown = text(pages.get("/run/one?bar=000001@2024-01-03").text)
    assert "fills.csv has no fill of 000001 in these sessions." in shown
    assert "equity.csv is empty" in shown


@pytest.mark.parametrize("file", sorted(TABLES))
@pytest.mark.parametrize(
    "content", ["", "\0\0", "session\n", "session,equity\n1,2\n", "{}", "session,a\n2024-01-02,x\n"]
)
def test_damage_never_breaks_a_page(pages: Client, root: Path, file: str, content: str) -> None:
    (write_run(root / "one") / file).write_text(content)
    write_run(root / "two")
    assert pages.get("/run/one?bar=000001@2024-01-03").status_code == 200
    assert pages.get("/compare?run=one&run=two").status_code == 200


def test_side_by_side(pages: Client, root: Path) -> None:
    write_run(root / "one", "first", sharpe=1.5)
    write_run(root / "two", "second", sharpe=1.25, total_return=0.1)
    shown = text(pages.get("/compare?run=one&run=two").text)
    assert "2 runs side by side" in shown
    assert "Sharpe ratio 1.50 1.25 −0.25" in shown
    assert "Total return 14.1% 10.0% −4.1 pp" in shown
    assert "different sessions" not in shown
    turned = text(pages.get("/compare?run=two&run=one").text)
    assert "Sharpe ratio 1.25 1.50 +0.25" in turned
    colours = [re.findall(r'"name":"(\w+)","role":"(c\d)"', pages.get(url).text) for url in (
        "/compare?run=one&run=two", "/compare?run=two&run=one",
    )]  # fmt: skip
    assert sorted(colours[0]) == sorted(colours[1]), "a run keeps its colour"
    assert "Left out, because they are gone, incomplete or damaged: gone" in text(
        pages.get("/compare?run=one&run=gone&run=two").text
    )
    for few in ("/compare", "/compare?run=one", "/compare?run=one&run=one"):
        answer = pages.get(few)
        assert answer.status_code == 404
        assert "Two complete runs at least" in text(answer.text)


@pytest.mark.parametrize("state", ["incomplete", "damaged"])
def test_a_run_that_cannot_be_read_says_so(pages: Client, root: Path, state: str) -> None:
    folder = write_run(root / "one")
    if state == "incomplete":
        (folder / "INCOMPLETE").touch()
    else:
        (folder / "summary.json").write_text("{")
    shown = text(pages.get("/run/one").text)
    assert f"one {state}" in shown


def test_the_root_may_be_a_run_itself(pages: Client, root: Path) -> None:
    write_run(root)
    assert pages.get("/run/").status_code == 200
    assert "the tearsheet" in pages.get("/report/report.html").text
    assert pages.get("/file/fills.csv/").text.startswith("session,")


# --- what comes from folders is text ----------------------------------------------------------------------------------


def test_names_are_text(pages: Client, root: Path) -> None:
    """Folder, name, strategy, market, symbols and reasons are an attack; no page has it as HTML."""
    folder = write_run(
        root / ATTACK.replace("/", ""), ATTACK, strategy=ATTACK, market={"name": ATTACK}, verified=ATTACK
    )
    for name in ("weights.csv", "fills.csv", "rejections.csv", "decisions.csv"):
        (folder / name).write_text("\n".join(TABLES[name]).replace("000001", ATTACK).replace("limit_down", ATTACK))
    write_run(root / "three", strategy={"text": ATTACK, "data": {"name": ATTACK, "parameters": {ATTACK: ATTACK}}})
    write_run(root / "two", "</script><script>alert(2)</script>")
    urls = [
        "/", f"/?text={ATTACK}", f"/?market={ATTACK}&kind={ATTACK}&start={ATTACK}", f"/?run={ATTACK}&text=two",
        f"/run/{ATTACK}", f"/run/{ATTACK}?bar={ATTACK}@2024-01-03", f"/run/{ATTACK}?series={ATTACK}",
        f"/run/two?bar={ATTACK}", f"/compare?run={ATTACK}&run=two", f"/compare?run={ATTACK}",
    ]  # fmt: skip
    for url in urls:
        page = pages.get(url).text
        assert "<img" not in page
        assert "<script>alert" not in page
        assert "onerror" not in re.sub(r'"[^"]*"|>[^<]*<', "", page), "not as an attribute either"
    assert ATTACK in unescape(pages.get("/").text)
    assert f"{ATTACK}, 2024-01-03" in unescape(pages.get(f"/run/{ATTACK}").text)


@pytest.mark.parametrize(
    "name", ["100% & more?", "a#b", "动量 轮动", "+plus+", "quote'\"", "back\\slash", "se;mi", "%2e%2e"]
)
def test_any_folder_name_works(pages: Client, root: Path, name: str) -> None:
    write_run(root / name, "one")
    write_run(root / "two")
    page = pages.get("/").text
    (link,) = [unescape(link) for link in re.findall(r'href="(/run/[^"]+)"', page) if not link.endswith("/two")]
    shown = pages.get(link)
    assert shown.status_code == 200
    (report,) = re.findall(r'href="(/report/[^"]+)"', shown.text)
    assert "the tearsheet" in pages.get(unescape(report)).text
    (bar, *_) = re.findall(r'href="([^"]+bar=[^"]+)"', shown.text)
    assert "Bought for 500" in pages.get(unescape(bar).partition("#")[0]).text
    (box,) = [value for value in re.findall(r'name="run" value="([^"]+)"', page) if value != "two"]
    assert pages.get("/compare", params=[("run", unescape(box)), ("run", "two")]).status_code == 200


# --- security ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/run/../outside", "/run/%2e%2e/outside", "/run/%2e%2e%2foutside", "/report/../outside/report.html",
        "/report/%2e%2e/outside/report.html", "/file/manifest.json/../outside", "/file/manifest.json/%2e%2e/outside",
        "/file/..%2f..%2foutside%2fmanifest.json/", "/run//outside", "/run/inside/../../outside", "/run/%00",
        "/report/linked/report.html", "/file/equity.csv/linked", "/report/inside/secret.html",
        "/file/secret.txt/inside", "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py",
        "/report/inside/manifest.json",
    ],
)  # fmt: skip
def test_nothing_outside_can_be_read(pages: Client, root: Path, path: str) -> None:
    write_run(root.parent / "outside", "outsider")
    inside = write_run(root / "inside", leave_out=("report.html",))
    (inside / "secret.txt").write_text("secret")
    (inside / "secret.html").write_text("secret")
    (inside / "report.html").symlink_to(root.parent / "outside" / "report.html")
    (root / "linked").symlink_to(root.parent / "outside")
    pages.get("/")
    answer = pages.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text.replace("secret.txt", "")
    assert pages.get("/report/inside/report.html").status_code == 404, "a link that leads out"


def test_a_folder_replaced_by_a_link_is_not_followed(pages: Client, root: Path) -> None:
    folder = write_run(root / "inside")
    pages.get("/")
    folder.rename(root.parent / "outside")
    folder.symlink_to(root.parent / "outside")
    for url in ("/run/inside", "/report/inside/report.html", "/file/fills.csv/inside"):
        assert pages.get(url).status_code == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", "localhost.evil.example"]
)
def test_another_host_is_refused(pages: Client, host: str) -> None:
    answer = pages.get("/", host=host)
    assert answer.status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:1", "[::1]:8765", "LOCALHOST", "192.168.1.5:8765"])
def test_this_host_is_served(pages: Client, host: str) -> None:
    assert pages.get("/", host=host).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/run/one", "/compare", "/static/app.css", "/file/fills.csv/one"])
def test_nothing_can_be_changed(pages: Client, root: Path, method: str, path: str) -> None:
    write_run(root / "one")
    assert pages.ask(method, path).status_code == 405


def test_every_answer_is_fenced(pages: Client, root: Path) -> None:
    write_run(root / "one")
    write_run(root / "two")
    for url in ("/", "/run/one", "/compare?run=one&run=two", "/static/app.css", "/nowhere", "/run/nowhere", "/compare"):
        headers = pages.get(url).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
    report = pages.get("/report/one/report.html").headers["content-security-policy"]
    assert report.startswith("sandbox ")
    assert "allow-same-origin" not in report
    assert "connect-src" not in report, "default-src 'none' holds for it"
    assert "http" not in report


def test_pages_hold_nothing_inline_and_nothing_from_elsewhere(pages: Client, root: Path) -> None:
    write_run(root / "one")
    write_run(root / "two")
    for url in ("/", "/run/one?bar=000001@2024-01-03", "/compare?run=one&run=two", "/nowhere"):
        page = pages.get(url).text
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", page)
        assert not re.search(r'(?:src|href)="(?!/|data:,|#)', page)
        assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))
    for path in STATIC.glob("*"):
        if path.suffix in {".js", ".css"}:
            assert "//" not in re.sub(r"^\s*//.*$|\s//\s.*$", "", path.read_text(encoding="utf-8"), flags=re.M)


def test_only_loopback_is_loopback() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost")] == [True] * 4
    assert [is_loopback(host) for host in ("0.0.0.0", "::", "192.168.1.5", "example.org", "")] == [False] * 5
    assert own_names("127.0.0.1") == ()
    assert "box.local" in own_names("box.local")


# --- size and look ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_page_of_ten_thousand_runs_stays_small(pages: Client, root: Path) -> None:
    write_many(root, 10_000)
    answer = pages.get("/?sort=sharpe")
    assert "10,000 runs, page 1 of 200" in text(answer.text)
    assert answer.text.count("<tr") == PAGE_SIZE + 1
    assert len(answer.content) < 120_000
    assert "momentum 9999" in answer.text
    assert "momentum 4242" in text(pages.get("/?text=04242&part=results").text)


def test_colours_are_those_of_the_reports(pages: Client) -> None:
    """One palette: every page asks for the stylesheet that tearsheets have inside."""
    assert '<link rel="stylesheet" href="/static/palette.css">' in pages.get("/").text
    answer = pages.get("/static/palette.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.text == stylesheet()


def test_every_script_and_style_that_a_page_asks_for_is_there(pages: Client, root: Path) -> None:
    write_run(root / "one")
    write_run(root / "two")
    asked: set[str] = set()
    for url in ("/", "/run/one", "/compare?run=one&run=two"):
        asked |= set(re.findall(r'(?:src|href)="(/static/[^"]+)"', pages.get(url).text))
    for url in [*asked]:
        if "uplot" not in url:
            imported = re.findall(r'from "([^"]+)"', pages.get(url).text)
            asked |= {each.replace("./", "/static/") if each.startswith("./") else each for each in imported}
    assert {"/static/reports/uplot/uPlot.iife.min.js", "/static/reports/numbers.js", "/static/charts.js"} <= asked
    assert {url: pages.get(url).status_code for url in asked} == dict.fromkeys(asked, 200)


def test_vendored_uplot_has_its_licence() -> None:
    folder = RENDERING.with_name("static") / "uplot"
    assert {path.name for path in folder.iterdir()} == {"uPlot.iife.min.js", "uPlot.min.css", "LICENSE.txt"}
    assert "(v1.6.32)" in (folder / "uPlot.iife.min.js").read_text(encoding="utf-8")[:80]
    assert "MIT License" in (folder / "LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "numbers",
    [
        {"cagr": 10**400}, {"starting_cash": 10**400}, {"periods_per_year": 0}, {"sessions": 10**30},
        {"periods_per_year": -1, "sessions": -5}, {"starting_cash": 5e-324},
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:overflow")
def test_absurd_numbers_of_one_folder_stop_no_page(pages: Client, root: Path, numbers: dict[str, float]) -> None:
    write_run(root / "good", "good")
    write_run(root / "odd", "odd")
    summary = json.loads((root / "odd" / "summary.json").read_text())
    (root / "odd" / "summary.json").write_text(json.dumps(summary | numbers))
    for url in ("/", "/?sort=cagr", "/run/odd", "/run/good", "/compare?run=good&run=odd", "/compare?run=odd&run=good"):
        assert pages.get(url).status_code == 200, url


def test_pages_of_any_number(pages: Client, root: Path) -> None:
    write_run(root / "good", "good")
    for page in ("9" * 5_000, "0", "-1", "1e3", "\u0663", "1000000"):
        assert pages.get("/", [("page", page)]).status_code == 200, page


def test_a_report_that_is_being_replaced_says_so(pages: Client, root: Path) -> None:
    write_run(root / "one", "one")
    (root / "one" / "report.html").write_text("<p>the report</p>")
    assert "the report" in pages.get("/report/one/report.html").text
    (root / "one" / "INCOMPLETE").touch()
    shown = pages.get("/report/one/report.html").text
    assert "the report" not in shown
    assert "still being written" in shown


def test_a_file_that_vanishes_is_not_found(pages: Client, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(root / "one", "one")
    assert pages.get("/file/fills.csv/one").headers["content-type"].startswith("text/csv")
    real = Path.read_bytes

    def vanished(path: Path) -> bytes:
        path.unlink(missing_ok=True)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", vanished)
    assert pages.get("/file/fills.csv/one").status_code == 404


# --- what is no run, and all files --------------------------------------------------------------------------------


def write_sweep(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<p>all variants</p>")
    (folder / "manifest.json").write_text('{"variants": 3}')
    (folder / "table.parquet").write_bytes(b"PAR1")
    (folder / "own notes.txt").write_text("mine")
    listed = ["report.html", "manifest.json", "table.parquet", "run/equity.csv", "../x", "gone.csv"]
    (folder / "files.json").write_text(json.dumps({"kind": "sweep", "files": listed}))
    return folder


def test_a_sweep_is_listed_with_its_report_and_is_no_damaged_run(pages: Client, root: Path) -> None:
    write_sweep(root / "tried")
    write_run(root / "one")
    shown = text(pages.get("/").text)
    assert "1 run" in shown
    assert "damaged" not in shown.partition("Written")[2]
    assert "sweep tried tried" in shown
    page = pages.get("/run/tried").text
    assert "Open the report" in page
    assert set(re.findall(r'href="/file/([^/"]*)/tried"', page)) == {"manifest.json", "table.parquet"}
    assert pages.get("/report/tried/report.html").text == "<p>all variants</p>"
    assert pages.get("/file/table.parquet/tried").status_code == 200
    for name in ("own notes.txt", "files.json", "gone.csv", "report.html", "..%2fx"):
        assert pages.get(f"/file/{name}/tried").status_code == 404


def test_runs_side_by_side_begin_with_what_differs(pages: Client, root: Path) -> None:
    for name, lookback in (("short", 20), ("long", 60)):
        write_run(root / name, name, strategy=rotation(lookback, 5))
    shown = text(pages.get("/compare?run=short&run=long").text)
    assert re.search(r"What differs .*score, lookback 20 60 Growth", shown)
    assert "pick, n" not in shown


def test_pages_speak_chinese_and_names_stay(root: Path) -> None:
    index = Index(root)
    write_run(root / "one", "own rule")
    write_run(root / "two", "momentum")
    write_sweep(root / "tried")
    pages = Client(build_app(index, locale="zh"))
    for url, words in (
        ("/", ("运行", "2 个运行", "参数扫描", "own rule", "momentum")),
        ("/run/one", ("净值（期初为 1）", "最近三年", "尚未选择色条。")),
        ("/compare?run=one&run=two", ("2 个运行对照", "相对 own rule 的净值", "指标")),
        ("/run/gone", ("未找到",)),
    ):
        page = pages.get(url).text
        assert '<html lang="zh-CN">' in page
        assert all(word in text(page) for word in words), (url, text(page)[:500])
    assert '"Session":"交易日"' in unescape(pages.get("/").text)
    index.close()
