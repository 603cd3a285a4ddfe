"""What scripts round and write is what Python does: the same levels on axes, the same texts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sectorlead.reports import render
from sectorlead.reports.charts.axes import log_levels
from sectorlead.reports.formatting import percent
from sectorlead.reports.growth import drawdowns

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
SCRIPT = Path(render.__file__).with_name("static") / "numbers.js"


@pytest.fixture(scope="module")
def ask() -> Iterator[Any]:
    """Evaluates an expression beside the script's functions."""
    text = SCRIPT.read_text(encoding="utf-8").replace("\nexport ", "\n")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        yield lambda expression: json.loads(page.evaluate(f"(() => {{{text}\nreturn JSON.stringify({expression})}})()"))
        browser.close()


def test_levels_of_a_log_axis_are_those_of_the_static_chart(ask: Any) -> None:
    rng = np.random.default_rng(0)
    spans = [(low, low * ratio) for low, ratio in zip(rng.uniform(0.05, 5, 60), rng.uniform(1.02, 60, 60), strict=True)]
    told = ask(f"{json.dumps(spans)}.map(([low, high]) => logLevels(low, high))")
    for (low, high), levels in zip(spans, told, strict=True):
        assert levels == log_levels(low, high), (low, high)


def test_round_levels_stay_inside_and_few(ask: Any) -> None:
    for low, high, most in ((-0.58, 0.0, 5), (0.0, 1.0, 4), (-0.004, 0.0, 5)):
        levels = ask(f"evenLevels({low}, {high}, {most})")
        assert 2 <= len(levels) <= most + 1
        assert low - 1e-9 <= levels[0] < levels[-1] <= high + 1e-9


def test_numbers_are_written_alike(ask: Any) -> None:
    values = [-0.1234, 0.0, -0.0001, 0.05, 1.5, -0.0005]
    assert ask(f"{values}.map(value => percent(value))") == [percent(value) for value in values]
    assert ask("[percent(null), percent(-0.25, 0), times(null), times(1.234)]") == ["–", "−25%", "–", "1.23×"]


def test_falls_are_those_of_the_metrics(ask: Any) -> None:
    levels = [1.0, 1.2, 0.9, 1.3, 1.1]
    np.testing.assert_allclose(ask(f"drawdowns({levels})"), drawdowns(np.array(levels)))
    assert ask("drawdowns([1, null, 0.5])") == [0, None, -0.5]
