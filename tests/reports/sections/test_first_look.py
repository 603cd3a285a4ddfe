"""The run in two sentences: of one that never traded, of equal weight itself, of what holds the benchmark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

import sectorlead as sl
from sectorlead.data.benchmark import Benchmark
from sectorlead.engine.market.market import find_market
from sectorlead.engine.record import Record
from sectorlead.reports.sections.content import report_content
from sectorlead.reports.sections.run.first_look import first_look

from ..told import panel, run


class Cash:
    """Holds nothing."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> dict[str, float]:
        return {}


def test_a_run_that_never_traded_says_so_first(tmp_path: Path) -> None:
    def page(rule: Any, locale: str = "en") -> str:
        file = tmp_path / "page.html"
        sl.run(rule, sl.simulate(seed=3, sessions=120)).tearsheet(file, locale=locale)
        return file.read_text(encoding="utf-8")

    idle = page(Cash())
    meanwhile = r"equal weight made \S+% in all, 模拟创业板指 \S+%\."
    assert re.search(f"It never traded and was in cash throughout; {meanwhile}", idle)
    assert "its return is 0 in every session" in idle
    assert "points more" not in idle
    assert "从未交易，始终持有现金" in page(Cash(), "zh")
    assert "It never traded" not in page(sl.Rotation(sl.Momentum(20), sl.TopN(2)))


def told(run: Record) -> str:
    return " ".join(str(part) for part in first_look(report_content(run)).blocks[0].parts)


def test_equal_weight_is_neither_ahead_of_itself_nor_behind() -> None:
    said = told(sl.run("equal-weight", sl.simulate(seed=3, sessions=320), "cn-etf"))
    assert "% a year, as much as equal weight under the same rules and" in said
    assert "It went along with equal weight throughout; it now holds" in said


def test_what_holds_the_benchmark_made_as_much_as_it() -> None:
    steps = np.random.default_rng(1).normal(0.0, 0.01, (300, 2))
    steps[:2] = 0.0  # until it is bought
    prices = 10 * np.exp(steps.cumsum(axis=0))
    line = prices[:, 0]
    over = panel(prices.tolist(), benchmark=Benchmark("IDX", "Index", line, line, line, line, line, line))
    said = told(run({0: {"A": 1.0}}, find_market("frictionless"), over))
    assert "under the same rules and as much as Index; its place" in said
    assert re.search(r"\d\.\d points (more|less) than equal weight", said)
