"""The tournament's page and folder: complete, well-formed, the same every time, for every shape of study."""

from __future__ import annotations

import csv
import html
import json
import math
import re
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt

from sectorlead import Momentum, Rotation, TopN
from sectorlead.data.errors import UnknownNameError
from sectorlead.reports.analysis.rules import rules_of_run
from sectorlead.reports.compare.notebook import tournament_notebook
from sectorlead.reports.compare.paired_bootstrap import Labels
from sectorlead.reports.compare.papers import tournament_paper
from sectorlead.reports.compare.sensitivity import YearlyReturn
from sectorlead.reports.compare.tournament import Field, hold_tournament, usual_stay
from sectorlead.reports.equal_weight import LABEL
from sectorlead.reports.growth import Growth, log_returns, points, strategy_growth, years_between
from sectorlead.reports.render.report_page import report_page

from ..html_page import check_page

FILES = {
    "tournament.html", "paired.csv", "chance.csv", "chance_by_phase.csv", "sensitivity.csv",
    "table.csv", "equity.csv", "summary.json", "manifest.json", "files.json", ".lock",
}  # fmt: skip


def tournament_page(found):
    return report_page(tournament_paper(found))


def test_the_page_says_what_a_reader_must_know(held):
    text = check_page(tournament_page(held))
    told = [
        "leaders against 1 other", "random, turnover of leaders", "30 random picks of its own", "Advance",
        "Bear", "By hand.",
        "No session began in: bottoming", "the one known at the close before it", "not corrected", "Holm", "a note",
        "Not verified: one engine ran", "Simulated market", "blocks of", held.records["leaders"].market.sentence(),
        *held.told,
    ]  # fmt: skip
    for part in told:
        assert part in text, part
    assert "Corrected are the strategies that were tried, in one family: 1 against chance." in text
    assert held.paired.tests == 0  # nobody but the one that all is taken off was tried
    assert "mean of its 30 picks 70% 4.1×" in text


def test_the_verdict_sets_who_was_tried_against_references_benchmark_and_picks(held):
    judged = held.verdict
    assert judged.names == ("leaders",)
    assert judged.against[0].control == "control"
    assert "random picks" in [each.control for each in judged.against]
    table = judged.table().set_index("control")
    own, other = (held.records[name].returns.to_numpy() for name in ("leaders", "control"))
    assert table.loc["control", "ahead"] == pytest.approx((own - other).mean() * 252)
    drawn = np.expm1(held.chance.picks["leaders"].mean)
    assert table.loc["random picks", "ahead"] == pytest.approx((own - drawn).mean() * 252)
    assert judged.phases is None or set(judged.phases.table["phase"]) <= {"advance", "bear"}


def test_the_page_shows_what_the_result_hangs_on(held):
    page = tournament_page(held)
    text = check_page(page)
    told = [
        "2 variants are shown. Their ranking is not corrected", "One by one", "Over leaders", "Correlation of returns",
        f"Over {held.records['leaders'].panel.benchmark.name}", "Turnover against return", "times 0, 1, 2 and 5",
        "Left out: control: was not run again.", "If decisions were acted on later", "free 1× 2× 5×", "12.3%", "1.3×",
    ]  # fmt: skip
    for part in told:
        assert part in text, part
    assert text.count("Left out") == 1
    section = page[page.index('id="one-by-one"') : page.index('id="likeness"')]
    assert section.count('role="img"') == 2 + 2 + 2 + 1
    assert "By parameter" not in text
    still = replace(held.sensitivities[0], returns={"leaders": (YearlyReturn(0.1, 0.0),) * 4})
    assert "This market charges nothing" in check_page(tournament_page(replace(held, sensitivities=(still,))))
    assert "trading cost more" not in check_page(tournament_page(replace(held, sensitivities=())))


def test_variants_over_a_grid_get_heatmaps(make):
    line, labels = np.linspace(100, 120, 80), Labels(np.full(80, -1), ())
    rules = {f"{k} {n}": Rotation(Momentum(k), TopN(n)) for k in (20, 60) for n in (2, 3)}
    runs = {label: make(line + k, strategy=rule) for k, (label, rule) in enumerate(rules.items())}
    text = check_page(tournament_page(hold_tournament(runs, labels)))
    assert "By parameter" in text
    assert "4 variants" in text
    assert "down: pick n, across: score lookback" in text or "down: score lookback, across: pick n" in text


def test_the_folder_is_complete_and_reads_back_to_the_last_digit(held, tmp_path):
    assert {path.name for path in held.save(tmp_path / "a").iterdir()} == FILES
    with (tmp_path / "a/paired.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(held.paired.rows)
    for told, row in zip(rows, held.paired.rows, strict=True):
        assert (told["strategy"], told["phase"]) == (row.strategy, row.phase)
        for name in ("ahead", "low", "high", "p", "holm", "total"):
            assert float(told[name] or "nan") == pytest.approx(getattr(row, name), rel=0, abs=0, nan_ok=True)
    kept = json.loads((tmp_path / "a/summary.json").read_text(encoding="utf-8"))
    assert kept["against"] == "leaders"
    assert kept["strategies"]["leaders"]["cagr"] == held.table.loc["leaders", "cagr"]
    assert [row["strategy"] for row in kept["chance"]["rows"]] == ["leaders"]
    assert kept["chance"]["rows"][0]["random_turnover"] == 4.12
    assert kept["verdict"] == list(held.told)
    assert kept["sensitivity"][1] == {
        "strategy": "leaders", "what": "cost", "step": 1.0, "cagr": 0.1, "relative": 0.01,
    }  # fmt: skip
    with (tmp_path / "a/sensitivity.csv").open(encoding="utf-8", newline="") as file:
        steps = list(csv.DictReader(file))
    assert [row["cagr"] for row in steps] == ["0.123", "0.1", "0.05", "", "", "0.05", "0.1", "0.123"]
    manifests = json.loads((tmp_path / "a/manifest.json").read_text(encoding="utf-8"))
    assert {name: each["panel"]["hash"] for name, each in manifests.items()} == dict.fromkeys(
        ("leaders", "control"), held.records["leaders"].panel.content_hash
    )
    held.save(tmp_path / "b")
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_pages_and_notebook_are_chinese_too(held, tmp_path):
    held.save(tmp_path / "zh", locale="zh")
    sources = {rule.source for record in held.records.values() for rule in rules_of_run(record).rules}
    words = re.compile(r"\b(the|of|and|is|that|with|by|from|was|were|are|it|not|no|each|their)\b", re.IGNORECASE)
    free = re.compile(r"<(style|script|pre|h1|code)\b.*?</\1>|<p class=\"sentence\">.*?</p>", re.DOTALL)
    for page in ((tmp_path / "zh/tournament.html").read_text(encoding="utf-8"), tournament_notebook(held, locale="zh")):
        told = {text.strip() for text in re.split(r"<[^>]*>", free.sub("", page))}
        given = ("was not run again", "By hand.", *sources)  # by this test, and in the rule book
        assert not [text for text in told if words.search(text) and not any(part in text for part in given)]
        assert "与偶然无法区分" in page
    assert re.search(r"<h1>[^<]*与另外[^<]*</h1>", (tmp_path / "zh/tournament.html").read_text(encoding="utf-8"))


def test_a_notebook_shows_the_verdict_and_who_is_ahead(held):
    shown = held._repr_html_()
    told = re.sub(r"<[^>]*>", " ", re.sub(r"<style.*?</style>", "", shown, flags=re.DOTALL))
    text = " ".join(html.unescape(told).split())
    for part in (*held.told, "Ahead of leaders", "Over equal weight", LABEL):
        assert part in text, part
    assert "<script" not in shown
    first, last = (held.records["leaders"].sessions[k] for k in (0, -1))
    assert repr(held) == f"Tournament(leaders against 1 other: {first:%F}..{last:%F})"


def test_the_first_run_is_the_one_compared_with(held):
    assert list(held.records) == ["leaders", "control"]
    assert {row.against for row in held.paired.rows} == {"leaders"}
    names = {row.strategy for row in held.paired.rows}
    assert names == {"control", "random, turnover of leaders", held.records["leaders"].panel.benchmark.name}
    with pytest.raises(UnknownNameError, match="Did you mean 'leaders'"):
        hold_tournament(held.records, held.labels, against="leader")


def test_the_mean_of_its_picks_stands_for_chance(held):
    row = next(row for row in held.paired.rows if row.strategy == "random, turnover of leaders")
    record = held.records["leaders"]
    leader = log_returns(Growth("", np.append(1e6, record.outcome.equity)))
    years = years_between(points(record), np.ones(len(leader) + 1))
    gap = (held.chance.picks["leaders"].logs.mean(axis=0) - leader).sum()
    assert row.ahead == pytest.approx(math.expm1(gap / years))
    assert math.isnan(row.holm)
    assert held.chance.rows[0].ahead == pytest.approx(math.expm1(-gap / years))


def test_cagr_ahead_is_that_of_the_two_cagrs(held):
    row = next(row for row in held.paired.rows if row.strategy == "control" and not row.phase)
    made = held.table["cagr"]
    assert row.ahead == pytest.approx((1 + made["control"]) / (1 + made["leaders"]) - 1)
    own = held.chance.rows[0]
    assert own.net == pytest.approx(made["leaders"])


def test_one_draw_of_chance_is_compared_with_nobody(market_run, control_run):
    records = {"leaders": market_run, "control": control_run, "random": control_run}
    labels = Labels(np.full(len(market_run.sessions), -1), ())
    entered = Field(frozenset(["leaders", "control"]), frozenset(["random"]))
    found = hold_tournament(records, labels, entered=entered)
    assert {row.strategy for row in found.paired.rows} == {"control", market_run.panel.benchmark.name, LABEL}
    assert "random" in found.table.index


@pytest.mark.parametrize("shape", ["no benchmark", "two sessions", "never traded", "ruined"])
def test_every_shape_of_study_has_its_folder(shape, make, tmp_path):
    line = {"two sessions": [100.0, 101.0], "never traded": [100.0] * 80, "ruined": [100.0] * 79 + [0.0]}.get(
        shape, np.linspace(100, 120, 80)
    )
    bench = None if shape == "no benchmark" else np.linspace(1, 2, len(line) + 1)
    records = {"<b>a": make(line, benchmark=bench), "b&c": make(line[::-1] if shape == "no benchmark" else line)}
    if bench is not None:
        records["b&c"] = make(line, benchmark=bench)
    labels = Labels(np.zeros(len(line), np.int64), ("advance",) if bench is not None else ())
    page = hold_tournament(records, labels).save(tmp_path) / "tournament.html"
    text = check_page(page.read_text(encoding="utf-8"))
    assert "<b>a" in text
    assert "By phase" in text or bench is None


def test_usual_stay_is_the_lower_median_of_the_mean_stays(make):
    def holding(*shares):
        change = np.diff(np.array([(0, 0), *shares]), axis=0)
        fills = [(1 + t, i, np.sign(size), abs(size), 1.0, 1.0) for (t, i), size in np.ndenumerate(change) if size]
        return make([1.0] * 6, shares=shares, fills=fills)

    brief = holding((1, 0), (0, 1), (1, 0), (0, 1), (1, 0), (0, 1))  # 6 stays of 1
    mixed = holding((1, 0), (1, 0), (1, 1), (0, 1), (0, 1), (0, 1))  # 3 and 4
    forever = holding(*[(1, 1)] * 6)
    assert usual_stay({"a": brief, "b": mixed, "c": forever}) == 3.5
    assert usual_stay({"b": mixed, "c": forever}) == 3.5
    assert usual_stay({"a": make([1.0] * 6)}) == 1.0


def test_log_returns_stop_at_ruin():
    returns = log_returns(Growth("x", np.array([1.0, math.e, 0.0, 0.0])))
    assert returns[0] == pytest.approx(1.0)
    assert np.isnan(returns[1:]).all()


def test_figures_have_the_lines_of_the_runs(held):
    with matplotlib.rc_context({"backend": "agg"}):
        ax = held.plot("growth")
        drawn = {line.get_label(): line for line in ax.lines}
        assert {*held.records} <= {*drawn}
        for label, record in held.records.items():
            np.testing.assert_allclose(drawn[label].get_ydata(), strategy_growth(record).levels)
        over = {line.get_label(): line for line in held.plot("relative").lines}
        first, other = (strategy_growth(record).levels for record in list(held.records.values())[:2])
        np.testing.assert_allclose(over[list(held.records)[1]].get_ydata(), other / first)
        for kind in ("drawdown", "years", "ahead"):
            assert held.plot(kind).get_title()
        with pytest.raises(UnknownNameError, match="Known: growth, drawdown, relative, years, ahead"):
            held.plot("x")
    plt.close("all")
