"""The fragment for notebooks: what it says, in which language, and nothing that leaks into the notebook."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sectorlead.reports.charts.palette import NOTEBOOK_DARK, NOTEBOOK_LIGHT
from sectorlead.reports.render.i18n import ENGLISH
from sectorlead.reports.render.notebook import notebook
from sectorlead.reports.render.section_notebook import MOST_BARS


def test_the_fragment_says_the_headline_and_is_small(market_run):
    text = notebook(market_run)
    assert len(text.encode()) < 200_000
    for part in ("leaders", "Total return", "Maximum drawdown", "Strategy", "Equal weight", "Simulated market"):
        assert part in text
    assert text.count("<svg") == 3  # growth, drawdown, rotation
    assert text.count('role="img" aria-label="') == 3
    assert not re.search(r"<script|<link|<iframe|@import|url\((?!data:font/)|https?://| id=", text)
    assert notebook(market_run) == text


def test_no_rule_of_the_fragment_reaches_beyond_it(market_run):
    style = re.search(r"<style>(.*?)</style>", notebook(market_run), re.DOTALL)[1]
    style = re.sub(r"@media \([^)]*\)\{(.*?\})\}", r"\1", style)
    style = re.sub(r'^@font-face\{font-family:"Sectorlead CJK \w+";[^}]*\}', "", style)  # a name no other has
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", style)
    assert len(rules) > 10
    for rule in rules:
        assert all(".sectorlead-run" in selector for selector in rule.split(",")), rule
    assert ":root" not in style


def test_the_fragment_speaks_chinese_and_escapes_names(make):
    line = np.linspace(100, 150, 80)
    bought = [(1, column, 1, 1.0, 1.0, 1.0) for column in (0, 1)]
    run = make(line, name="<b>x", names=("<i>", "y"), fills=bought, shares=np.ones((80, 2)))
    text = notebook(run, locale="zh")
    assert "&lt;b&gt;x" in text
    assert "<i>" not in text
    assert "总收益" in text
    assert "持有什么" in text
    assert "总收益" not in notebook(run, locale=ENGLISH)


def test_the_line_is_drawn_where_the_money_is(make):
    run = make([100.0, 200.0, 400.0], shares=np.zeros((3, 2)))
    text = notebook(run)
    steps = re.search(r'<path class="line strategy" d="M([^"]*)"', text)[1]
    heights = [float(step.split()[1]) for step in steps.split("L")]
    gaps = np.diff(heights[1:] if len(heights) == 4 and heights[0] == heights[1] else heights)
    assert (gaps < 0).all()
    assert gaps[-1] == pytest.approx(gaps[-2], abs=0.15)  # a doubling is as high as the next: log scale


def test_each_theme_has_its_colours(market_run):
    style = re.search(r"<style>(.*?)</style>", notebook(market_run), re.DOTALL)[1]
    for scope, colours in (
        (r'\[data-jp-theme-light="true"\] \.sectorlead-run,\.vscode-light \.sectorlead-run', NOTEBOOK_LIGHT),
        (r'\[data-jp-theme-light="false"\] \.sectorlead-run,\.vscode-dark \.sectorlead-run', NOTEBOOK_DARK),
    ):
        told = dict(re.findall(r"--([\w-]+):(#\w+)", re.search(scope + r"\{(.*?)\}", style)[1]))
        assert told == {role: colours[role] for role in told}
        assert {"strategy", "benchmark", "reference", "band", "wait", "rule", "c0", "c10", "p2", "up"} <= set(told)


def test_the_longest_held_are_shown_and_how_many_there_are(make):
    shares = np.tril(np.ones((30, 30)))  # the first column is held longest
    fills = [(k + 1, k, 1, 1.0, 1.0, 1.0) for k in range(30)]
    run = make([100.0] * 30, names=[f"N{k:02}" for k in range(30)], shares=shares, fills=fills)
    text = notebook(run)
    shown = re.findall(r'<text class="row"[^>]*>(N\d\d)', text)
    assert shown == list(run.panel.names[:MOST_BARS])
    assert "20 of 30: the longest held" in text
