"""The tearsheet: every section, what a reader must know, nothing that is not there."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.market_context import market_context
from sectorlead.reports.compare.papers import write_comparison
from sectorlead.reports.render import fonts
from sectorlead.reports.render.html import tearsheet, write_tearsheet
from sectorlead.reports.sections.content import report_content
from sectorlead.reports.sections.facts import NOT_AUDITED
from sectorlead.strategies.library.registry import build

from ..html_page import check_page


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
    "short", "growth", "rotation", "periods", "holdings", "risk-row", "headline", "months", "pullbacks", "market",
    "risk", "sectors", "map", "attribution", "trading", "targets", "decisions", "relative", "chance", "terms",
    "provenance",
)  # fmt: skip


def test_a_tearsheet_has_every_section_and_page_one_the_answers(market_run):
    content = report_content(market_run, market_context(market_run))
    page = tearsheet(content)
    text = check_page(page)
    assert re.findall(r'<h2 id="([\w-]+)"', page) == list(SECTIONS)
    assert re.findall(r'<a href="#(\w+)"', page) == [
        name for name in SECTIONS if name not in ("short", "risk-row", "headline")
    ]
    first = page[page.index('<div class="page-one">') : page.index('<section aria-labelledby="headline">')]
    assert re.findall(r"<h2[^>]*>([^<]*)", first) == [
        "In short", "Growth of 1 and drawdown", "Rotation: what was held when",
        "Trailing periods and calendar years", "Held after the last close", "Risk",
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
    assert f'{move.name} <i>{move.basis}</i>' in page
    assert re.fullmatch(r"\d+ \(.+\)", move.basis)


def test_without_market_context_pullbacks_are_shaded_and_there_is_no_map(market_run):
    page = tearsheet(report_content(market_run))
    check_page(page)
    assert 'id="map"' not in page
    assert '<path class="band" d=' in page
    assert 'id="market">Up and down capture<' in page
    assert "By market phase" not in page


def test_a_name_is_text_not_markup(make, tmp_path):
    run = make([100.0, 101.0], names=("<script>alert(1)</script>", "a&b"), name="<b>bold</b>", shares=[[1, 1], [1, 1]])
    page = write_tearsheet(run, tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<b>bold" in check_page(page)
    assert "<script>alert" not in page


def test_ten_years_of_a_usual_run_take_half_a_megabyte():
    panel = simulate()
    run = backtest(build("pullback-leaders"), panel, name="leaders")
    page = tearsheet(report_content(run, market_context(run)))
    check_page(page)
    assert len(panel.sessions) >= 2_400
    assert len(page.encode()) < 500_000


@pytest.mark.slow
def test_twenty_years_of_daily_rotation_stay_small(tmp_path):
    panel = simulate(sessions=5_000)
    run = backtest(build("random", schedule="weekly"), panel, "cn-etf", name="weekly")
    page = write_tearsheet(run, tmp_path / "a.html").read_text(encoding="utf-8")
    check_page(page)
    assert len(page) < 1_400_000  # what was held on each of 5,000 days, and why, is in it
    assert math.isfinite(run.outcome.equity[-1])


def test_what_a_reader_would_miss_is_said(market_run, make, tmp_path):
    page = write_tearsheet(market_run, tmp_path / "long.html").read_text()
    assert "a new high of 60 sessions" in page
    factor = np.linspace(1.0, 1.1, market_run.panel.close.size).reshape(market_run.panel.close.shape)
    paid = replace(market_run, panel=replace(market_run.panel, adj_factor=factor))
    assert "a price index leaves out dividends" in write_tearsheet(paid, tmp_path / "paid.html").read_text()
    short = make([100.0, 101.0, 103.0], benchmark=[1.0, 1.1, 1.0, 1.2])
    for path in (write_tearsheet(short, tmp_path / "a.html"), write_comparison([short], tmp_path / "b.html")):
        assert "Too short to annualise (fewer than 240 sessions)" in path.read_text()
        assert "leaves out dividends" not in path.read_text()  # nothing is adjusted here


def test_the_same_run_gives_the_same_page(market_run, tmp_path):
    once = write_tearsheet(market_run, tmp_path / "a.html").read_bytes()
    assert write_tearsheet(market_run, tmp_path / "again" / "a.html").read_bytes() == once
