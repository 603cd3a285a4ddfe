"""The report of a walk-forward: every number from its tables, nothing English on a Chinese page, no empty parts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError
from sectorlead.reports.analysis.windows import window_table
from sectorlead.reports.metrics.run_metrics import definitions
from sectorlead.reports.render.i18n import ENGLISH
from sectorlead.reports.render.pdf.paper import write_pdf
from sectorlead.reports.render.report_page import report_page
from sectorlead.reports.walkforward.charts import choice_charts, growth_chart, pairs_chart, spread_chart
from sectorlead.reports.walkforward.sections import walkforward_paper

from ..read_back import Printed, html_sections, rounds_to

WHOLE = sl.simulate(seed=3, sessions=400)
PANEL = WHOLE.select(WHOLE.symbols[:8])
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> sl.WalkForwardResult:
    grid = {"score.lookback": [10, 20, 40], "pick.n": [1, 2]}
    store = tmp_path_factory.mktemp("store")
    windows = sl.Windows(150, 110, purge=5, embargo=2)
    terms: Any = {"windows": windows, "choose": "top-fifth", "store": store, "periods": "years"}
    return sl.walkforward(RULE, grid, PANEL, "cn-etf", **terms)


def test_it_says_what_came_out_first(found: sl.WalkForwardResult) -> None:
    content = found.content()
    assert content.told[0].startswith("Against equal weight")
    assert f"{found.value:.2f}".replace("-", "\u2212") in content.told[1]
    assert "one trial" in content.beside[-1]
    facts = dict(content.facts)
    told = "rolling, 150 sessions of training, 110 sessions of test; 5 sessions of purge; 2 sessions of embargo"
    assert facts["Windows"] == told
    assert "positions are carried" in facts["Out of sample"]
    assert found.describe().splitlines()[0] == content.told[0]


def test_page_and_paper_have_the_numbers_of_the_run(found: sl.WalkForwardResult, tmp_path: Path) -> None:
    printed = walkforward_paper(found.content())
    page = html_sections(report_page(printed))
    assert Printed(write_pdf(printed, tmp_path / "a.pdf", ENGLISH), "Panel ").differences(page) == []
    names = {item.label: name for name, item in definitions().items()}
    told = found.run.summary()
    tables = [grid for each in page for grid in each.grids]
    (row,) = (row for grid in tables for row in grid.rows if row[0] == "Walk-forward")
    heads = next(grid.heads for grid in tables if row in grid.rows)
    shown = [(names[head], text) for head, text in zip(heads, row, strict=True) if head in names]
    assert len(shown) > 3
    assert all(rounds_to(told[name], text, 100 if text.endswith("%") else 1) for name, text in shown)


def test_named_windows_of_time_are_those_of_the_run_out_of_sample(found: sl.WalkForwardResult, tmp_path: Path) -> None:
    expected = window_table({"out of sample": found.run})
    page = html_sections(report_page(walkforward_paper(found.content())))
    (table,) = (grid for each in page for grid in each.grids if grid.heads[:3] == ["Window", "Dates", "Sessions"])
    assert [row[0] for row in table.rows] == expected["window"].tolist()
    assert len(expected) == 2
    for row, total in zip(table.rows, expected["total_return"].tolist(), strict=True):
        assert rounds_to(total, row[-1].split()[0], 100)
    for name in ("a.xlsx", "a.md"):
        assert found.report(tmp_path / name).stat().st_size > 1000


def test_its_lines_are_what_one_became(found: sl.WalkForwardResult) -> None:
    content = found.content()
    line = content.growth["Walk-forward"]
    assert line[0] == 1
    assert line[-1] == pytest.approx(1 + found.run.summary()["total_return"])
    assert len(line) == len(content.dates) == len(found.run.sessions) + 1
    assert content.seams == [110, 220][: len(content.rows) - 1]
    assert (content.growth["low"] <= content.growth["high"]).all()
    assert [len(row) for row in content.rows] == [3 + 2 + 5] * len(content.rows)
    assert len(content.control) == 6
    assert content.marks[0] == ("walk-forward", "strategy", found.value)
    np.testing.assert_array_equal(content.spread, np.sort(found.fixed["sharpe"]))
    assert growth_chart(content).bands
    assert spread_chart(content)
    assert pairs_chart(content)
    assert [name for name, _ in choice_charts(content)] == ["score.lookback", "pick.n"]


def test_a_test_that_is_cut_short_is_left_out_of_the_chart(found: sl.WalkForwardResult) -> None:
    content = found.content()
    assert content.whole.tolist() == [True, True, False]
    chart = pairs_chart(content)
    assert chart is not None
    assert all(len(line.x) == 2 for line in chart.lines if line.label)


def test_nothing_english_is_left_on_a_chinese_page(found: sl.WalkForwardResult) -> None:
    page = _walkforward_page(found.content(), locale="zh")
    hidden = r"<(style|script|svg|h1)\b.*?</\1>|<[^>]*translate=\"no\"[^>]*>[^<]*|<p class=\"sentence\"[^>]*>.*?</p>"
    body = re.sub(hidden, "", page, flags=re.DOTALL)
    told = re.findall(r">([^<]+)<", body) + re.findall(r'aria-label="([^"]*)"', page)
    ours = r"[\w.]*[._]\w+|SIM\w+|cn-a|bp|ddof"
    english = [text for text in told if re.search(r"[A-Za-z]{3,}", re.sub(ours, "", text))]
    assert english == [], english
    assert "滚动前推" in page


def test_it_is_written_as_page_print_and_picture(found: sl.WalkForwardResult, tmp_path: Path) -> None:
    for name in ("a.html", "a.pdf", "a.png", "b.pdf"):
        assert found.report(tmp_path / name, locale="zh" if name == "b.pdf" else "en").stat().st_size > 10_000
    with pytest.raises(InputError, match="no report"):
        found.report(tmp_path / "a.docx")
    assert "Against equal weight" in found._repr_html_()


def _walkforward_page(content: Any, locale: str = "en") -> str:
    return report_page(walkforward_paper(content), locale=locale)


def test_a_walk_forward_under_a_year_annualises_nothing_out_of_sample(tmp_path: Path) -> None:
    found = sl.walkforward(
        RULE, {"score.lookback": [10, 20]}, PANEL, windows=sl.Windows(200, 80), choose="best", store=tmp_path
    )
    content, returns = found.content(), found.run.returns
    assert len(returns) < 240
    heads = [it.label for it in content.columns]
    assert heads[:3] == ["Total return", "Volatility, not annualised", "Sharpe ratio, not annualised"]
    shown = content.control[0][2:]
    root = len(returns) ** 0.5
    assert rounds_to(float((1 + returns).prod() - 1), shown[0], 100)
    assert rounds_to(float(returns.std() * root), shown[1], 100)
    assert rounds_to(float(returns.mean() / returns.std() * root), shown[2])
    assert f"Out of sample the Sharpe ratio, not annualised is {shown[2]}." in content.told
    assert not any("a year" in text.replace("more years", "") for text in (*content.told, *content.beside))
