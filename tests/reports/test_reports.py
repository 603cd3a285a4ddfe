"""The reports themselves: complete, self-contained, well-formed, the same every time, for every shape of run."""

from __future__ import annotations

import csv
import json
import math
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import InputError
from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.engine.canonical import fingerprint, to_data
from sectorlead.engine.market.market import find_market
from sectorlead.engine.rebuild import from_data
from sectorlead.market_context import market_context
from sectorlead.reports.analysis.execution import MEANINGS
from sectorlead.reports.analysis.rebalances import rebalances
from sectorlead.reports.analysis.target_vs_actual import target_vs_actual
from sectorlead.reports.compare.comparison import comparison_table, overlap
from sectorlead.reports.compare.comparison_page import write_comparison
from sectorlead.reports.manifest import manifest
from sectorlead.reports.render import fonts
from sectorlead.reports.render.html import tearsheet, write_tearsheet
from sectorlead.reports.render.pdf.document import write_pdf
from sectorlead.reports.render.pdf.page import PageWriter
from sectorlead.reports.run_folder import save as folders
from sectorlead.reports.run_folder.save import save
from sectorlead.reports.sections.content import report_content
from sectorlead.reports.sections.facts import NOT_AUDITED
from sectorlead.strategies.library.registry import build

FILES = {
    "report.html", "report.pdf", "summary.json", "equity.csv", "weights.csv", "fills.csv", "rejections.csv",
    "decisions.csv", "target_vs_actual.csv", "rebalances.csv", "series.csv", "manifest.json",
}  # fmt: skip
VOID = {"meta", "br", "col"}


class Outline(HTMLParser):
    """Counts tags, checks that each is closed, and gathers links and headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.heads_without_scope = 0
        self.text: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        given = dict(attrs)
        self.links += [given[key] for key in ("href", "src", "srcset", "data") if given.get(key)]
        self.heads_without_scope += tag == "th" and "scope" not in given
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & {*self.open}:
            self.text.append(data)


def check_page(page: str) -> str:
    outline = Outline(page)
    assert all(link.startswith("#") for link in outline.links)
    shown, scripts = re.subn(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert scripts <= 2  # the numbers of the lines, and what draws them
    assert not re.search(r"@import|url\((?!data:)|<script|<link|https?://", shown)
    assert not re.search(r"<script[^>]*\bsrc=", page)
    assert outline.heads_without_scope == 0
    assert outline.tags["h1"] == 1
    assert not re.search(r"\bnan\b|\binf\b|\bNaT\b|(?<!=)\bNone\b(?!:)", " ".join(outline.text))
    return " ".join(" ".join(outline.text).split())


def test_tearsheet_says_what_a_reader_must_know(market_run, tmp_path):
    page = write_tearsheet(market_run, tmp_path / "deep" / "report.html").read_text(encoding="utf-8")
    text = check_page(page)
    told = [
        "Simulated market", "leaders", "PullbackStrength", "filled at the next session's open",
        "shares fixed at the decision", "Not verified: one engine ran", "One variant.", "× √252",
        "Monthly returns", "Pullbacks of the benchmark", "Costs by kind", "Orders not filled", "who came in, who left",
    ]  # fmt: skip
    panel = market_run.panel
    for part in (*told, market_run.market.sentence(), panel.content_hash, panel.benchmark.name):
        assert part in text, part
    assert all(name in text for name in market_run.panel.names)
    assert fonts.find_font() is None or "data:font/woff;base64," in page
    assert len(page) < 1_200_000


SECTIONS = (
    "headline", "growth", "rotation", "months", "pullbacks", "market", "risk", "sectors", "map", "attribution",
    "trading", "targets", "decisions", "relative", "provenance",
)  # fmt: skip


def test_a_tearsheet_has_every_section_and_page_one_the_answers(market_run):
    content = report_content(market_run, market_context(market_run))
    page = tearsheet(content)
    text = check_page(page)
    assert re.findall(r'<h2 id="(\w+)"', page) == list(SECTIONS)
    assert re.findall(r'<a href="#(\w+)"', page) == [name for name in SECTIONS if name != "headline"]
    first = page[page.index('<div class="page-one">') : page.index('<section aria-labelledby="pullbacks">')]
    assert re.findall(r"<h2[^>]*>([^<]*)", first) == [
        "Headline", "Growth of 1 and drawdown", "Rotation: what was held when", "Monthly returns",
        "Pullbacks of the benchmark",
    ]  # fmt: skip
    told = (
        NOT_AUDITED, content.context.phase_rule, content.context.map_rule, "Up and down capture",
        "Carino", "equal weight, as the sector weights of a market index are not in the data",
        "selection within it is zero", "Break-even cost", "Beta over the last 126 sessions", "Hit rate",
    )  # fmt: skip
    for part in told:
        assert part in text, part
    assert {name for _, name in content.phase_key} <= set(content.context.phase_names)
    roles = {band.role for band in content.growth.bands}
    assert roles == {role for role, _ in content.phase_key}
    assert all(f'class="band {role}"' in page for role in roles)
    move = next(move for row in content.rotations for move in row.came)
    assert f'{move.name} <span class="rank">{move.basis}</span>' in page
    assert re.fullmatch(r"\d+ \(.+\)", move.basis)


def test_without_market_context_pullbacks_are_shaded_and_there_is_no_map(market_run):
    page = tearsheet(report_content(market_run))
    check_page(page)
    assert 'id="map"' not in page
    assert '<path class="band" d=' in page
    assert 'id="market">Up and down capture<' in page
    assert "By market phase" not in page


def test_reports_are_the_same_every_time(market_run, tmp_path):
    for write, name in ((write_tearsheet, "a.html"), (write_pdf, "a.pdf")):
        once = write(market_run, tmp_path / name).read_bytes()
        assert write(market_run, tmp_path / "again" / name).read_bytes() == once


def test_a_name_is_text_not_markup(make, tmp_path):
    run = make([100.0, 101.0], names=("<script>alert(1)</script>", "a&b"), name="<b>bold</b>", shares=[[1, 1], [1, 1]])
    page = write_tearsheet(run, tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<b>bold" in check_page(page)
    assert "<script>alert" not in page


SHAPES = {
    "no trades": lambda make: make([100.0] * 50, benchmark=np.linspace(1, 2, 51)),
    "two sessions": lambda make: make([100.0, 101.0], first=0),
    "no benchmark": lambda make: make(np.linspace(100, 150, 80), shares=np.ones((80, 2))),
    "a loss of nearly all": lambda make: make([50.0, 1e-9, 1e-9], benchmark=[1.0, 0.5, 0.4, 0.3]),
    "monthly": lambda make: make(np.linspace(100, 900, 240), benchmark=np.linspace(1, 9, 241), freq="ME"),
    "benchmark starts late": lambda make: make([100.0] * 60, benchmark=[np.nan] * 30 + [1.0] * 31),
    "benchmark never starts": lambda make: make([100.0] * 60, benchmark=[np.nan] * 61),
    "one series": lambda make: make([100.0] * 30, names=("非常长的行业名称" * 12,), shares=np.ones((30, 1))),
    "many series": lambda make: make(
        [200.0] * 30, 200.0, names=[f"行业{k}" for k in range(120)], shares=np.ones((30, 120))
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_run_has_its_reports(shape, make, tmp_path):
    run = SHAPES[shape](make)
    save(run, tmp_path, market_context(run))
    check_page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    check_page(write_comparison([run, run], tmp_path / "c.html").read_text(encoding="utf-8"))


# --- folder ---------------------------------------------------------------------------------------------------------


def test_the_folder_is_complete_and_reads_back_to_the_last_digit(market_run, tmp_path):
    assert {path.name for path in save(market_run, tmp_path / "run").iterdir()} == FILES
    assert list(read(tmp_path / "run/equity.csv")) == ["session", "equity", "cash", "benchmark"]
    lines = {"equity": market_run.equity, "cash": market_run.cash, "benchmark": market_run.benchmark}
    for name, frame in (("equity", pd.DataFrame(lines)), ("weights", market_run.weights)):
        told = read(tmp_path / f"run/{name}.csv")
        assert told.pop("session") == list(frame.index.strftime("%Y-%m-%d"))
        assert list(told) == list(frame)
        np.testing.assert_array_equal(np.array(list(told.values()), dtype=float).T, frame)
    frames = {name: getattr(market_run, name) for name in ("fills", "rejections", "decisions")}
    frames |= {"target_vs_actual": target_vs_actual(market_run), "rebalances": rebalances(market_run)}
    for name, frame in frames.items():
        told = read(tmp_path / f"run/{name}.csv")
        assert list(told) == list(frame)
        assert len(frame) > 0
        for column in frame:
            if pd.api.types.is_datetime64_any_dtype(frame[column]):
                assert told[column] == list(frame[column].dt.strftime("%Y-%m-%d").fillna(""))
                continue
            numbers = pd.api.types.is_numeric_dtype(frame[column])
            got = [float(text or "nan") if numbers else text for text in told[column]]
            np.testing.assert_array_equal(got, frame[column])


def read(path: Path) -> dict[str, list[str]]:
    """A CSV file by column, as text."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return {name: [row[k] for row in rows] for k, name in enumerate(head)}


def test_the_same_run_gives_the_same_folder(market_run, tmp_path):
    for name in ("a", "b"):
        save(market_run, tmp_path / name)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_summary_is_plain_json_without_nan(make, tmp_path):
    save(make([90.0, 99.0]), tmp_path)
    told = json.loads((tmp_path / "summary.json").read_text(), parse_constant=pytest.fail)
    assert told["total_return"] == pytest.approx(-0.01)
    assert told["beta"] is None
    assert all(value is None or isinstance(value, float) for value in told.values())
    assert read(tmp_path / "equity.csv")["benchmark"] == ["", ""]


def test_an_interrupted_save_leaves_the_mark(market_run, tmp_path, monkeypatch):
    def stop(*_: object, **__: object) -> None:
        assert (tmp_path / folders.MARK).exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(folders, "pdf", stop)
    with pytest.raises(KeyboardInterrupt):
        save(market_run, tmp_path)
    assert (tmp_path / folders.MARK).exists()
    monkeypatch.undo()
    save(market_run, tmp_path)
    assert not (tmp_path / folders.MARK).exists()


def test_manifest_holds_what_reproduces_a_run(market_run):
    told, book = json.loads(json.dumps(manifest(market_run), allow_nan=False)), market_run.market.book
    assert told["panel"]["hash"] == market_run.panel.content_hash
    assert told["terms"]["start"] == "2016-01-01"
    assert from_data(told["strategy"]["data"]) == market_run.strategy
    assert told["strategy"]["text"] == repr(market_run.strategy)
    assert told["strategy"]["hash"] == fingerprint(to_data(market_run.strategy))
    assert from_data(told["market"]["data"]) == market_run.market
    assert told["market"]["hash"] == fingerprint(to_data(market_run.market))
    assert told["market"]["name"] == market_run.market.name
    assert told["versions"]["numpy"] == np.__version__
    kept = told["market"]["data"]["parameters"]["rulebook"]
    assert kept == {"rulebook": "cn-a", "version": book.version, "digest": book.digest}
    assert told["boards"] == {"fund": len(market_run.panel.symbols)}
    assert told["terms"]["cash_rate"] is None
    assert told["verified"] is None


# --- comparison -----------------------------------------------------------------------------------------------------


def test_comparison_shows_all_and_says_how_many(market_run, control_run, tmp_path):
    runs = {"领先 leaders": market_run, "equal": control_run}
    text = check_page(write_comparison(runs, tmp_path / "c.html", title="Side").read_text(encoding="utf-8"))
    assert "2 variants are shown. Their ranking is not corrected" in text
    for part in ("领先 leaders", "equal", "Information ratio", "In and out of pullbacks", "Simulated market"):
        assert part in text
    table = comparison_table(runs)
    assert list(table.index) == list(runs)
    assert table.loc["equal", "final_equity"] == control_run.outcome.equity[-1]
    assert list(comparison_table([market_run, market_run]).index) == ["leaders", "leaders (2)"]


def test_overlap_by_hand(make):
    one = make([2.0] * 2, 2.0, shares=[[1, 1], [2, 0]])
    other = make([2.0] * 2, 2.0, shares=[[0, 1], [1, 0]])
    np.testing.assert_allclose(overlap([one, other]), [[1.0, 0.5], [0.5, 0.5]])


def test_runs_over_other_sessions_are_refused(make, tmp_path):
    with pytest.raises(InputError, match=r"same sessions.*hand has 3 sessions.*hand \(2\) has 2 sessions"):
        write_comparison([make([1.0] * 3), make([1.0] * 2)], tmp_path / "c.html")
    with pytest.raises(InputError, match="at least one run"):
        comparison_table([])
    assert not (tmp_path / "c.html").exists()


def test_reports_load_no_plotting_library():
    code = (
        "import sys, sectorlead.reports.run_folder.save, sectorlead.reports.compare.comparison\n"
        "print({'matplotlib', 'fontTools', 'backtrader'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.slow
def test_twenty_years_of_daily_rotation_stay_small(tmp_path):
    panel = simulate(sessions=5_000)
    market = replace(find_market("cn-etf"), uncovered="nearest")
    run = backtest(build("random", schedule="weekly"), panel, market, name="weekly")
    page = write_tearsheet(run, tmp_path / "a.html").read_text(encoding="utf-8")
    check_page(page)
    assert len(page) < 1_200_000
    assert math.isfinite(run.outcome.equity[-1])


def test_every_reason_fits_its_room_on_paper():
    writer = PageWriter(MEANINGS.values())
    assert all(writer.fitted(text, 5.6, 49.0) == text for text in MEANINGS.values())


def test_what_a_reader_would_miss_is_said(market_run, make, tmp_path):
    page = write_tearsheet(market_run, tmp_path / "long.html").read_text()
    assert "a new high of 250 sessions" in page
    factor = np.linspace(1.0, 1.1, market_run.panel.close.size).reshape(market_run.panel.close.shape)
    paid = replace(market_run, panel=replace(market_run.panel, adj_factor=factor))
    assert "a price index leaves out dividends" in write_tearsheet(paid, tmp_path / "paid.html").read_text()
    short = make([100.0, 101.0, 103.0], benchmark=[1.0, 1.1, 1.0, 1.2])
    for path in (write_tearsheet(short, tmp_path / "a.html"), write_comparison([short], tmp_path / "b.html")):
        assert "Too short to annualise (fewer than 60 sessions)" in path.read_text()
        assert "leaves out dividends" not in path.read_text()  # nothing is adjusted here
