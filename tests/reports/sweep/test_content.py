"""The report of a sweep: the best is never alone, and the words say that nothing is corrected."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.reports.metrics.run_metrics import definitions
from sectorlead.reports.render.i18n import ENGLISH
from sectorlead.reports.render.pdf.paper import write_pdf
from sectorlead.reports.render.report_page import report_page
from sectorlead.reports.sweep.charts import distribution_chart, parallel_chart
from sectorlead.reports.sweep.sections import sweep_paper

from ..read_back import Printed, html_sections, rounds_to

PANEL = sl.simulate(seed=3, sessions=300)
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> sl.SweepResult:
    grid = {"score.lookback": [5, 10, 20, 40, 2_000], "pick.n": [1, 2, 3, 5]}
    return sl.sweep(RULE, grid, PANEL, "cn-etf", store=tmp_path_factory.mktemp("store"))


def test_the_words_have_the_count_the_middle_half_and_who_never_decided(found: sl.SweepResult) -> None:
    content = found.content("cagr")
    low, middle, high = np.quantile(found.table["cagr"].dropna(), (0.25, 0.5, 0.75))
    percent = "{:.1f}%".format
    expected = (
        f"The best of 20 variants: CAGR, {percent(100 * found.table['cagr'].max())}.",
        "Uncorrected, 20 tried: the best of many looks good by chance alone.",
        f"The middle half of all lies between {percent(100 * low)} and {percent(100 * high)}; the median is "
        f"{percent(100 * middle)}.",
        "4 never decided.",
    )
    assert content.told == tuple(text.replace("-", "\u2212") for text in expected)


def test_the_ranking_shows_the_first_the_middle_and_the_last(found: sl.SweepResult) -> None:
    content = found.content("sharpe")
    order = found.table["sharpe"].sort_values(ascending=False).index
    assert [row.rank for row in content.ranking] == [*range(1, 11), 14, 15, 16]
    assert [row.variant for row in content.ranking] == [*order[:10], *order[13:16]]
    first = found.table.loc[order[0]]
    assert content.ranking[0].parameters == [f"{first['score.lookback']}", f"{first['pick.n']}"]


def test_page_and_paper_have_the_numbers_of_the_table(found: sl.SweepResult, tmp_path: Path) -> None:
    printed = sweep_paper(found.content("sharpe"))
    page = html_sections(report_page(printed))
    assert Printed(write_pdf(printed, tmp_path / "a.pdf", ENGLISH), "Panel ").differences(page) == []
    names = {item.label: name for name, item in definitions().items()}
    (ranking,) = (each.grids[0] for each in page if each.title == "Ranking, uncorrected")
    kept = [(k, names[head]) for k, head in enumerate(ranking.heads) if head in names]
    assert len(kept) > 4
    for row in ranking.rows:
        variant = found.table.loc[int(row[1])]
        for k, name in kept:
            assert rounds_to(variant[name], row[k], 100 if row[k].endswith("%") else 1), (row[1], name)


def test_a_sweep_under_a_year_annualises_nothing(tmp_path: Path) -> None:
    start = f"{PANEL.sessions[150]:%F}"
    found = sl.sweep(RULE, {"score.lookback": [5, 20], "pick.n": [1, 3]}, PANEL, start=start, store=tmp_path / "store")
    content = found.content("sharpe")
    heads = {it.name: it.label for it in content.columns}
    assert heads["cagr"] == "Total return"
    assert heads["sharpe"] == "Sharpe ratio, not annualised"
    for row in content.ranking:
        returns = found.run(row.variant).returns
        shown = dict(zip(heads, row.metrics, strict=True))
        assert rounds_to(float((1 + returns).prod() - 1), shown["cagr"], 100)
        assert rounds_to(float(returns.std() * len(returns) ** 0.5), shown["volatility"], 100)
        assert rounds_to(float(returns.mean() / returns.std() * len(returns) ** 0.5), shown["sharpe"])
    page = re.sub(r"<(style|script).*?</\1>", "", report_page(sweep_paper(content)), flags=re.DOTALL)
    assert not re.search(r"CAGR|\u221a252|[Pp]er year|a year\b", page.replace("under a year", ""))
    found.save(tmp_path / "sweep")
    ranking = pd.read_csv(tmp_path / "sweep" / "ranking.csv")
    assert ranking[["cagr", "sharpe", "volatility", "turnover"]].isna().all(axis=None)
    assert ranking["total_return"].notna().all()
    told = html.unescape(found._repr_html_())
    assert "CAGR" not in told
    assert content.ranking[0].metrics[0] in told


def test_the_picture_counts_every_variant(found: sl.SweepResult) -> None:
    content = found.content("sharpe")
    chart = distribution_chart(content)
    assert chart is not None
    heights = chart.lines[0].y[1:-1:2] / 0.9 * float(chart.y_ticks[1].text)
    assert heights.sum() == pytest.approx(16)
    assert [label.text.split()[0] for label in chart.labels] == ["median", "best"]
    assert len([line for line in parallel_chart(content).lines if len(line.x) == 3]) == 16


def test_cells_are_medians_of_the_variants_with_these_values(found: sl.SweepResult) -> None:
    (grid,) = found.content("sharpe").grids
    assert (grid.across, grid.down) == ("pick n", "score lookback")
    own = found.table.set_index(["score.lookback", "pick.n"])
    for i, lookback in enumerate(grid.rows):
        for j, n in enumerate(grid.columns):
            np.testing.assert_equal(grid.sharpe[i, j], own["sharpe"][lookback, n])


def test_names_and_parts_are_as_short_as_they_can_be_told_apart(tmp_path: Path) -> None:
    grid: dict[str, list[Any]] = {
        "pick.hold_until_rank": [3, 5],
        "schedule": [sl.Weekly(), sl.Monthly()],
        "guard": [sl.TrendGuard(20), sl.TrendGuard(60)],
    }
    found = sl.sweep(RULE, grid, PANEL, "cn-etf", store=tmp_path)
    content = found.content("sharpe")
    assert sorted(content.names) == ["guard", "hold until rank", "schedule"]
    shown = {name: {row.parameters[k] for row in content.ranking} for k, name in enumerate(content.axes)}
    assert shown["schedule"] == {"Weekly", "Monthly"}
    assert {text.partition("(")[2] for text in shown["guard"]} == {"sessions=20)", "sessions=60)"}
    labels = dict(zip(content.axes, content.labels, strict=True))
    assert labels["schedule"] == ("Weekly", "Monthly")
    (grid_of_parts,) = [grid for grid in content.grids if {grid.across, grid.down} == {"schedule", "guard"}]
    assert np.isfinite(grid_of_parts.sharpe).all()
    assert {"Weekly", "Monthly"} <= {*grid_of_parts.columns, *grid_of_parts.rows}


def test_one_parameter_is_a_line(tmp_path: Path) -> None:
    found = sl.sweep(RULE, {"score.lookback": [5, 10, 20]}, PANEL, store=tmp_path)
    page = _sweep_page(found.content("cagr"))
    assert page.count("CAGR by score lookback") >= 1


def test_a_verdict_comes_first_and_its_sentences_stand_by_themselves(tmp_path: Path) -> None:
    grid = {"score.lookback": [5, 10, 20], "pick.n": [2, 3]}
    found = sl.sweep(RULE, grid, PANEL, "cn-etf", store=tmp_path, where=["lookback > n", _odd])
    verdict = found.verdict()
    content = found.content(verdict=verdict)
    assert (content.told[0], content.beside) == (verdict.sentences[0], verdict.sentences[1:])
    assert len(content.beside) > 3
    assert not any("Uncorrected" in text for text in content.told), "the verdict is corrected"
    assert dict(content.facts)["Variants"] == "all combinations, where lookback > n; _odd"
    page = _sweep_page(content)
    assert all(f"<li>{html.escape(text, quote=False)}</li>" in page for text in content.beside)
    _chinese(_sweep_page(content, locale="zh"))


def test_costs_and_terms_that_vary_are_told_as_such(tmp_path: Path) -> None:
    grid = {"market.slippage_bps": [0.0, 5.0], "fill": ["open", "close"]}
    found = sl.sweep(RULE, grid, PANEL, "cn-etf", store=tmp_path, returns="none")
    facts = dict(found.content().facts)
    assert facts["Costs"].endswith("; as swept: market.slippage_bps")
    assert facts["Orders"].endswith("; as swept: fill")


def _odd(row: Mapping[str, Any]) -> bool:
    return row["n"] % 2 == 1


def test_nothing_english_is_left_on_a_chinese_page(found: sl.SweepResult) -> None:
    page = _sweep_page(found.content("sharpe"), locale="zh")
    _chinese(page)
    assert "未作校正，共试过 20 个" in page


def _chinese(page: str) -> None:
    hidden = r"<(style|script|svg|h1)\b.*?</\1>|<[^>]*translate=\"no\"[^>]*>[^<]*|<p class=\"sentence\"[^>]*>.*?</p>"
    body = re.sub(hidden, "", page, flags=re.DOTALL)
    told = re.findall(r">([^<]+)<", body) + re.findall(r'aria-label="([^"]*)"', page)
    english = [text for text in told if re.search(r"\b(the|of|and|is|are|was|by|from|each|all|never)\b", text)]
    assert not english


def test_a_sweep_in_which_nothing_decides_says_so(tmp_path: Path) -> None:
    found = sl.sweep(RULE, {"score.lookback": [2_000, 2_200]}, PANEL, store=tmp_path)
    content = found.content()
    assert content.told == ("None of 2 variants ever decided.",)
    assert "Ranking" not in _sweep_page(content)
    found.report(tmp_path / "a.pdf")


def _sweep_page(content: Any, locale: str = "en") -> str:
    return report_page(sweep_paper(content), locale=locale)
