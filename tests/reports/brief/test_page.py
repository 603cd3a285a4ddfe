"""The layouts of a brief: the same sections on the page, on paper and in Markdown, in both languages."""

from __future__ import annotations

import ast
import dataclasses
import html
import io
import re
from pathlib import Path

import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.reports import brief as package
from sectorlead.reports.brief.candles import candle_chart
from sectorlead.reports.brief.layout_market import _regime_words
from sectorlead.reports.brief.number import meanings
from sectorlead.reports.brief.result import BriefResult
from sectorlead.reports.brief.sections import brief_sections
from sectorlead.reports.brief.series import Strength
from sectorlead.reports.brief.words import _pool
from sectorlead.reports.render.i18n import find_locale
from sectorlead.reports.sections.base import Figure
from sectorlead.research.brief.result import Brief


@pytest.fixture(scope="module")
def told() -> Brief:
    panel = sl.simulate(seed=5, sessions=400)
    codes = [f"{600000 + k}.SH" for k in range(len(panel.symbols))]
    prices = {key: pd.DataFrame(getattr(panel, key).round(2), panel.sessions, codes) for key in ("open", "high", "low")}
    stocks = sl.Panel.from_frames(pd.DataFrame(panel.close.round(2), panel.sessions, codes), **prices)
    event = {"date": panel.sessions[380], "name": "<n|ews>", "symbols": [panel.symbols[0]]}
    halves = {symbol: "growth" if k % 2 else "value" for k, symbol in enumerate(panel.symbols)}
    return sl.brief(
        panel, themes=panel.select(panel.symbols[:4]), stocks=stocks, groups=halves, rules=["momentum"],
        events=[event], pairs=[panel.symbols[:2]],
    )  # fmt: skip


def test_the_order_is_that_of_a_letter(told: Brief) -> None:
    assert [section.id for section in brief_sections(told)] == [
        "benchmark", "trend", "held-up", "themes", "breadth", "regime", "groups", "pairs", "rebounds", "days-like",
        "worth", "rules", "events", "provenance", "meanings",
    ]  # fmt: skip
    page = html.unescape(re.sub(r'<span class="date">([^<]*)</span>', r"\1", told.html()))
    places = [page.find(sentence) for sentence in told.sentences]
    assert -1 not in places
    assert places == sorted(places)
    assert places[-1] < page.find('id="benchmark"')


def test_what_is_not_there_is_left_out_or_said_to_be_missing() -> None:
    bare = sl.brief(sl.simulate(seed=1, sessions=70))
    ids = {section.id for section in brief_sections(bare)}
    assert not ids & {"themes", "rules", "events"}
    assert "no bars of stocks were given" in bare.html()
    assert "no rule was chosen" in bare.markdown()


def test_a_page_is_whole_and_holds_no_markup_of_a_name(told: Brief) -> None:
    page = told.html(locale="zh", moves="red-up")
    assert '<html lang="zh-CN" data-gains="red-up">' in page
    assert "&lt;n|ews&gt;" in page
    assert "<n|ews>" not in page
    assert not re.search(r"<script|src=|https?://", page)
    for form in ("html", "markdown"):
        text = getattr(told, form)(locale="zh")
        said = find_locale("zh").say(brief_sections(told)[0].title)
        assert said == "基准"
        assert said in text


def test_every_number_on_the_page_can_say_what_it_is(told: Brief) -> None:
    page = html.unescape(told.html())
    for path, found in meanings(BriefResult):
        assert path in page
        assert found.how in page


def test_every_text_has_its_translation() -> None:
    known = find_locale("zh").entries
    said = set()
    for path in Path(package.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                first = node.args[0]
                assert isinstance(first, ast.Constant), (path.name, node.lineno)
                said.add(str(first.value))
    for _, found in meanings(BriefResult):
        said |= set(found)
    assert len(said) > 400
    assert said - set(known) == set()
    holes = re.compile(r"\{\w+\}")
    for text in said:
        assert set(holes.findall(text)) == set(holes.findall(known[text])), text


def test_reasons_why_something_is_missing_are_translated() -> None:
    bare = sl.brief(sl.simulate(seed=1, sessions=70))
    known = find_locale("zh").entries
    assert bare.missing
    assert set(bare.missing.values()) <= set(known)


def test_paper_has_the_sentences_and_a_bookmark_for_each_section(told: Brief, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    read = pypdf.PdfReader(io.BytesIO(told.pdf(tmp_path / "a.pdf").read_bytes()))
    text = "".join(page.extract_text() for page in read.pages)
    squeezed = "".join(text.split())
    assert all("".join(sentence.split()) in squeezed for sentence in told.sentences)
    titles = [entry.title for entry in read.outline if not isinstance(entry, list)]  # below some, their headings
    assert titles == [str(section.title) for section in brief_sections(told)]


def test_markdown_tables_have_one_width(told: Brief) -> None:
    text = told.markdown()
    assert text.startswith(f"# Brief of {told.date:%F}\n\n")
    assert r"\<n\|ews\>" in text
    tables = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    assert len(tables) > 12
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.strip().splitlines()}
        assert len(widths) == 1, table


def test_candles_are_of_the_last_sixty_sessions(told: Brief) -> None:
    chart = candle_chart(told.benchmark)
    assert chart is not None
    bodies = [line for line in chart.lines if line.style == "reach"]
    day = told.benchmark.bars
    risen = sum(close >= opened for opened, close in zip(day.open, day.close, strict=True))
    assert [len(line.x) // 3 for line in bodies] == [risen, 60 - risen]
    assert isinstance(brief_sections(told)[0].blocks[0], Figure)


def test_a_folder_has_all_of_it_and_is_the_same_bytes(told: Brief, tmp_path: Path) -> None:
    for name in ("a", "b"):
        told.save(tmp_path / name, locale="zh", printed=True)
    names = {".lock", "report.html", "report.pdf", "brief.md", "summary.json", "manifest.json", "files.json"}
    assert {path.name for path in (tmp_path / "a").iterdir()} == names
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_notebook_shows_the_sentences(told: Brief) -> None:
    shown = told._repr_html_()
    assert shown.count("<p>") == 3
    assert '<p class="sl-warn">Simulated market' in shown
    assert str(told) == "\n".join(told.sentences)


@pytest.mark.parametrize(
    ("change", "volume", "follow", "words"),
    [
        (0.03, 0.2, False, "to 1.00; volume +20.00%."),
        (0.03, -0.2, False, "; volume −20.00%, so no follow-through day."),
        (0.03, 0.2, True, "; a follow-through day on +20.00% volume."),
        (0.01, -0.2, False, "to 1.00; volume −20.00%."),
        (-0.03, float("nan"), None, "fell 3.00% to 1.00."),
        (float("nan"), float("nan"), None, "closed at 1.00; no close before it is known."),
    ],
)
def test_what_the_first_sentence_says_of_volume(
    told: Brief, change: float, volume: float, follow: bool | None, words: str
) -> None:
    day = dataclasses.replace(
        told.benchmark, close=1.0, change=change, volume_change=volume, follow_through=follow, candle=(),
        largest_since=None,
    )  # fmt: skip
    assert dataclasses.replace(told, benchmark=day).sentences[0].endswith(words)


def test_a_pair_beyond_chance_is_named(told: Brief) -> None:
    assert "None does" in told.html()
    pairs = dataclasses.replace(told.pairs, chance=abs(told.pairs.ahead[0].leads_net) - 1e-9)
    page = dataclasses.replace(told, pairs=pairs, theme_pairs=None).html()
    assert f"Beyond it: {pairs.ahead[0].first} → {pairs.ahead[0].second}." in page
    assert "None does" not in page


def test_a_t_of_too_few_pullbacks_is_not_shown() -> None:
    found = sl.brief(sl.simulate(seed=5, sessions=400)).strength_worth
    assert any(row.episodes > 1 for row in found.rows)
    assert all(pd.isna(row.t) for row in found.rows if pd.isna(row.p))


def test_one_series_or_session_is_told_in_the_singular(told: Brief) -> None:
    assert told.held_up is not None
    row = dataclasses.replace(told.held_up.rows[0], name="Banks", reading="does not move")
    fell = dataclasses.replace(told.held_up.rows[1], reading="fell more")

    def second(*rows: Strength) -> str:
        through = dataclasses.replace(told.held_up, rows=rows)
        return dataclasses.replace(told, held_up=through).sentences[1]

    assert ", while Banks was ahead only as it hardly moves with it" in second(row, fell)
    assert ", while Banks, Banks were ahead only as they hardly move with it" in second(row, row, fell)
    regime = dataclasses.replace(told.regime, name="rising tide", sessions=1)
    assert str(_regime_words(regime)).endswith("for one session.")
    assert str(_regime_words(dataclasses.replace(regime, sessions=2))).endswith("for 2 sessions.")
    assert str(_pool({"limit-up": 1.0})) == "; 1 stock closed at its limit"
    assert str(_pool({"limit-up": 2.0})) == "; 2 stocks closed at their limit"
