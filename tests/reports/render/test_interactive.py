"""The interactive layer: numbers that decode to the lines, one script that the page's policy names, no more bytes."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead import Current
from sectorlead.reports.charts.spec import Band
from sectorlead.reports.growth import Growth, points, strategy_growth
from sectorlead.reports.render import html as tearsheets
from sectorlead.reports.render.i18n import ENGLISH, find_locale
from sectorlead.reports.render.interactive import WORDS, growth_data, layer, lines_of, lines_of_all


def decoded(told: dict) -> tuple[list[str], dict[str, list[float | None]]]:
    """Dates and levels as the script reads them, written again from the format's description."""
    days = np.concatenate(([told["first"]], told["first"] + np.cumsum(told["gaps"])))
    lines = {}
    for line in told["lines"]:
        at, levels = 0, []
        for step in line["steps"]:
            at += step or 0
            levels.append(None if step is None else float(np.exp(at / told["scale"])))
        lines[line["label"]] = levels
    return [str(np.datetime64(int(day), "D")) for day in days], lines


@given(
    st.lists(st.one_of(st.floats(1e-4, 1e6), st.just(float("nan"))), min_size=2, max_size=40),
    st.text(max_size=12),
)
def test_levels_decode_to_a_ten_thousandth_of_a_percent_without_drift(levels, label):
    dates = pd.bdate_range("2019-12-30", periods=len(levels))
    text = growth_data([(Growth(label, np.array(levels)), "strategy")], dates, [Band(0.0, 1.0)], WORDS)
    assert "<" not in text
    days, lines = decoded(json.loads(text))
    assert days == list(dates.strftime("%Y-%m-%d"))
    for got, level in zip(lines[label], levels, strict=True):
        assert (got is None) == np.isnan(level)
        assert got is None or got == pytest.approx(level, rel=6e-7)


def test_the_data_is_the_run(market_run):
    told = json.loads(layer({"record": market_run}, ENGLISH).data)
    days, lines = decoded(told)
    assert days[1:] == list(market_run.sessions.strftime("%Y-%m-%d"))
    np.testing.assert_allclose(lines["Strategy"], strategy_growth(market_run).levels, rtol=6e-7)
    assert [line["role"] for line in told["lines"]] == ["strategy", "benchmark", "reference"]
    assert list(lines)[1:] == [market_run.panel.benchmark.name, "Equal weight"]
    assert all(0 <= a < b <= len(market_run.sessions) for a, b, *_ in told["bands"])


def test_a_comparison_has_each_run_in_the_colours_of_its_page(market_run, control_run):
    lines = lines_of_all({"a": market_run, "b": control_run})
    assert [(line.label, role) for line, role in lines] == [
        ("a", "strategy"), ("b", "c0"), (market_run.panel.benchmark.name, "benchmark"),
        ("Equal weight", "reference"),
    ]  # fmt: skip


def test_labels_and_words_speak_the_language(market_run):
    told = json.loads(layer({"record": market_run}, find_locale("zh")).data)
    assert [told["lines"][0]["label"], told["lines"][2]["label"], told["words"]["1"]] == ["策略", "等权", "1年"]


def test_the_policy_names_the_script_that_the_page_has_and_nothing_else(market_run, tmp_path):
    page = tearsheets.write_tearsheet(market_run, tmp_path / "a.html").read_text(encoding="utf-8")
    data, script = re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)
    assert json.loads(data)["first"] == int(points(market_run)[0].to_datetime64().astype("M8[D]").astype(int))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}';")
    assert "connect-src" not in policy
    assert not re.search(r"<script[^>]+src|@import|url\((?!data:)|<link|https?://", page)
    assert "Copyright (c) 2022 Leon Sorokin" in script


def test_a_page_without_a_run_has_no_script():
    found = layer({"rows": [1]}, ENGLISH)
    assert found[:3] == ("", "", "")
    assert "script-src 'none'" in found.policy


def test_a_label_can_not_close_the_script(make):
    run = make([100.0, 101.0], benchmark=[1.0, 1.1, 1.2])
    name = "</script><script>alert(1)</script>"
    text = growth_data([(lines_of(run)[0][0]._replace(label=name), "strategy")], points(run), [], WORDS)
    assert "</script" not in text
    assert json.loads(text)["lines"][0]["label"] == name


def test_ten_years_cost_at_most_150_kilobytes(make):
    walk = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, 2_500)))
    run = make(walk, benchmark=np.concatenate(([1.0], walk[::-1])), close=np.outer(np.append(1.0, walk), [1.0, 2.0]))
    found = layer({"record": run}, ENGLISH)
    assert sum(len(part.encode()) for part in (found.style, found.data, found.script)) < 150_000


def test_bands_are_the_sessions_of_their_pullbacks(market_run):
    """The script shades from the close that showed a fall to the close that ended it; point 0 is the session before."""
    found = json.loads(layer({"record": market_run}, ENGLISH).data)
    days, _ = decoded(found)
    panel, size = market_run.panel, len(market_run.sessions)
    first = market_run.terms.first
    falls = Current().pullbacks(panel).episodes
    expected = []
    for fall in falls:
        begin = max(fall.entered - first + 1, 0)
        end = size if fall.left is None else min(fall.left - first + 1, size)
        if end > 0 and begin <= size:
            expected.append((begin, end))
    assert expected
    assert [tuple(band[:2]) for band in found["bands"]] == expected
    entered = [f"{panel.sessions[fall.entered]:%F}" for fall in falls if fall.entered >= first]
    assert [days[begin] for begin, *_ in found["bands"] if begin] == entered[: len(expected)]


@pytest.mark.parametrize("size", [2, 3, 7, 100, 2_501])
def test_every_band_begins_and_ends_at_its_point(size):
    dates = pd.bdate_range("2019-12-30", periods=size)
    bands = [Band(a / (size - 1), (size - 1) / (size - 1)) for a in range(size)]
    told = json.loads(growth_data([(Growth("a", np.ones(size)), "strategy")], dates, bands, WORDS))
    assert told["bands"] == [[a, size - 1, "band"] for a in range(size)]
