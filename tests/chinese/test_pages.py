"""Every page of ``sectorlead serve --locale zh`` is Chinese, but for names, code, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sectorlead as sl
from sectorlead.reports.render.i18n import find_locale
from sectorlead.serve import app
from sectorlead.serve.app import build_app
from sectorlead.serve.index import Index

from ..serve.client import Client
from .reading import english, marked, page_texts

TYPED = {
    "Rotation", "Momentum", "cn-etf", "cn-a", "SIMGEM", "momentum", "lookback", "top n", "equal", "monthly",
    "one", "two", "lost", "compiled", "NONE",
}  # fmt: skip
Texts = Callable[[str], dict[str, list[str]]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, a sweep, a run that was stopped and one that is damaged."""
    folder = tmp_path_factory.mktemp("runs")
    whole = sl.simulate(sessions=400)
    market = whole.select(whole.symbols[:8])
    for name, lookback, start in (("one", 20, "2015-06-01"), ("two", 60, "2015-09-01")):
        rule = sl.Rotation(sl.Momentum(lookback), sl.TopN(2))
        sl.run(rule, market, "cn-etf", start=start, name=f"策略{name}").save(folder / name, locale="zh")
    sl.sweep("momentum", {"lookback": [20, 60]}, market, "cn-etf").save(folder / "swept", locale="zh")
    (folder / "stopped").mkdir()
    (folder / "stopped" / "INCOMPLETE").touch()
    (folder / "two" / "copy").mkdir()
    for each in (folder / "one").iterdir():
        if each.is_file() and each.name not in ("equity.csv", "weights.csv"):
            (folder / "two" / "copy" / each.name).write_bytes(each.read_bytes())
    return folder


@pytest.fixture(scope="module")
def left(root: Path) -> Iterator[Texts]:
    """English on a page."""
    index = Index(root)
    client = Client(build_app(index, locale="zh"))
    folders = {part for path in root.rglob("*") for part in (path.name, path.relative_to(root).as_posix())}

    def found(url: str) -> dict[str, list[str]]:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        names = {*folders, str(root), *TYPED}
        return english(page_texts(answer.text), names, marked(answer.text))

    yield found
    index.close()


@pytest.mark.parametrize(
    "url",
    [
        "/", "/?text=one&sort=name", "/?text=nowhere", "/?part=results&run=one&run=two", "/?status=damaged", "/run/one",
        "/run/stopped", "/run/two/copy", "/run/swept", "/compare?run=one&run=two", "/compare?run=one&run=two&run=lost",
        "/report/one/report.html",
    ],
)  # fmt: skip
def test_a_page_is_chinese(left: Texts, url: str) -> None:
    assert left(url) == {}


def test_what_filled_a_holding_is_chinese(left: Texts, root: Path) -> None:
    fills = (root / "one" / "fills.csv").read_text(encoding="utf-8").splitlines()
    head, first = fills[0].split(","), fills[1].split(",")
    row = dict(zip(head, first, strict=True))
    assert left(f"/run/one?series={row['symbol']}") == {}
    assert left(f"/run/one?bar={row['symbol']}@{row['session']}") == {}
    assert left("/run/one?bar=NONE@2015-01-01&part=drill") == {}


def test_what_scripts_say_is_chinese() -> None:
    """They have their words from the page, which has all of them in its language."""
    said = set()
    for path in Path(app.__file__).with_name("static").glob("*.js"):
        said |= set(re.findall(r'\bsay\("([^"]+)"', path.read_text(encoding="utf-8")))
    assert len(said) > 3
    assert find_locale("zh").untranslated(said) == []
