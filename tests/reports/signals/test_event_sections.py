"""The report of an event study: complete, well-formed, the same every time, and true to the tables."""

from __future__ import annotations

import csv
import html
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sectorlead import Momentum, Resilience, event_study
from sectorlead.data.errors import UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.reports.render.report_page import report_page
from sectorlead.reports.signals.event_content import told_episodes
from sectorlead.reports.signals.event_sections import event_paper
from sectorlead.reports.signals.event_study import EventStudy

FILES = {
    "report.html", "table.csv", "episodes.csv", "paths.csv", "readings.csv", "placebo.csv", "regimes.csv",
    "persistence.csv", "summary.json", "manifest.json",
}  # fmt: skip


class Text(HTMLParser):
    """The words of a page; every tag in it is closed, every link leads somewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.names: list[str] = []
        self.links: list[str] = []
        self.feed(page)
        assert self.open == []
        assert len(self.names) == len(set(self.names))
        assert set(self.links) <= set(self.names)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        assert tag != "th" or "scope" in known
        if known.get("id"):
            self.names.append(str(known["id"]))
        if known.get("href"):
            self.links.append(str(known["href"]).lstrip("#"))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "meta":
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


def read(page: str) -> str:
    """The text of a page that opens offline and shows no number that isn't one."""
    assert not re.search(r"@import|url\((?!data:)|<script|<link|https?://", page)
    text = " ".join(" ".join(Text(re.sub(r'<p class="sentence"[^>]*>.*?</p>', "", page)).words).split())
    assert not re.search(r"\bnan\b|\binf\b|NaT", text)
    return text


@pytest.fixture(scope="module")
def found() -> EventStudy:
    return event_study(Resilience(), simulate(seed=4, sessions=2_000, persistence=1.0), flips=500, draws=10)


def test_the_page_says_what_the_tables_say(found: EventStudy) -> None:
    page = report_page(event_paper(found))
    text = read(page)
    assert found.found in text
    assert all(sentence in text for sentence in found.verdict.sentences)
    assert found.power in text
    assert "Not audited for look-ahead." in text
    assert text.index(found.power) < text.index("By anchor and horizon")
    row = found.table[(found.table["anchor"] == "turn") & (found.table["horizon"] == 20)].iloc[0]
    assert f"{row['ic_tested']:+.2f}".replace("-", "\u2212") in text
    assert text.count("hindsight") >= 3
    assert "Simulated market" in text


def test_every_episode_is_there_with_its_series(found: EventStudy) -> None:
    told = told_episodes(found)
    numbers = sorted(found.episodes["episode"].unique() + 1)
    assert [one.number for one in told] == numbers[::-1]
    page = report_page(event_paper(found))
    one = next(one for one in told if one.number == 5)
    rows = found.readings[(found.readings["episode"] == 4) & (found.readings["anchor"] == "left")].sort_values("rank")
    assert [side.name for side in one.strongest] == rows["name"].tolist()[:5]
    assert [side.name for side in one.weakest] == rows["name"].tolist()[::-1][:5]
    assert one.strongest[0].after == rows["after_20"].iloc[0]
    row = next(row for row in re.findall(r"<tr.*?</tr>", page) if ">5</th>" in row and "marks" in row)
    assert re.findall(r"</i> ([^<]+) <span", row) == [side.name for side in (*one.strongest, *one.weakest)]


def test_the_folder(found: EventStudy, tmp_path: Path) -> None:
    folder = found.save(tmp_path / "o")
    assert {path.name for path in folder.iterdir()} >= FILES
    with (folder / "table.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == len(found.table)
    assert float(table[3]["ic"]) == found.table["ic"].iloc[3]
    assert table[5]["p_family"] == ""  # trough
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["verdict"] == list(found.verdict.sentences)
    assert summary["table"][0]["ic_tested"] == found.table["ic_tested"].iloc[0]
    assert summary["table"][5]["p_family"] is None
    kept = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert kept["score"]["data"]["name"] == "Resilience"
    assert kept["panel"]["hash"] == found.studied.content_hash
    assert kept["terms"]["flips"] == 500
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    found.save(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_short_names_and_words(found: EventStudy) -> None:
    assert found.label == "Resilience"
    assert len(repr(found)) < 600
    assert repr(found).startswith("EventStudy('Resilience', ")


def test_few_episodes_no_benchmark_and_names_with_angles() -> None:
    """A page for every shape of study, and what a user calls things is shown as it is."""
    panel = simulate(seed=2, sessions=500)
    few = event_study(Resilience(), panel, horizons=(3, 400), flips=100, draws=3, name="<b>mine</b>")
    assert "&lt;b&gt;mine" in report_page(event_paper(few))
    assert "episodes are too few" in few.found or "told from chance" in few.found
    read(report_page(event_paper(few)))
    alone = Panel(panel.sessions, panel.symbols, panel.close)
    dated = event_study(Momentum(20), alone, events=panel.sessions[[100, 200, 300]], flips=100, draws=3)
    text = read(report_page(event_paper(dated)))
    assert "3 episodes are too few, of at least 5." in text
    assert math.isnan(dated.table["p_family"].iloc[0])


def test_print_pictures_axes_and_notebook(found: EventStudy, tmp_path: Path) -> None:
    folder = found.save(tmp_path / "o", locale="zh")
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    for name in ("heatmap", "correlations", "fan", "placebo"):
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    ax = found.plot("fan", anchor="turn")
    assert [text.get_text() for text in ax.get_legend().get_texts()][:2] == ["Highest fifth", "Lowest fifth"]
    for kind in ("correlations", "placebo"):
        assert found.plot(kind, ax=ax) is ax
    for kind, anchor in (("fans", None), ("fan", "bottom")):
        with pytest.raises(UnknownNameError):
            found.plot(kind, anchor=anchor)
    assert found.found.split(":")[0] in html.unescape(found._repr_html_())


def test_nothing_on_a_chinese_page_is_left_in_english(found: EventStudy) -> None:
    page = re.sub(
        r"<(style|script)\b.*?</\1>|<p class=\"sentence\"[^>]*>.*?</p>",
        "",
        report_page(event_paper(found), locale="zh"),
        flags=re.S,
    )
    texts = re.findall(r'(?:aria-label|title)="([^"]*)"', page) + re.split(r"<[^>]*>", page)
    names = {"Resilience", "Newey", "West", "simulated", "technology", "seed", "persistence", "lang", "Holm"}
    left = {word for text in texts for word in re.findall(r"[A-Za-z]{4,}", html.unescape(text))} - names
    assert left == set()
