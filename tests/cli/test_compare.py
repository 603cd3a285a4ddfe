from __future__ import annotations

import csv
import inspect
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.api import run
from sectorlead.data.errors import InputError, QualityError
from sectorlead.data.panel import Panel
from sectorlead.data.quality.gate import NAMES
from sectorlead.data.rates import read_rate
from sectorlead.data.simulate import simulate
from sectorlead.data.tidy.columns import to_tidy
from sectorlead.engine.config import TERMS, RunConfig
from sectorlead.engine.market.market import MARKETS
from sectorlead.engine.on_backtrader.quiet import bt
from sectorlead.engine.record import Record
from sectorlead.reports.compare.paired_bootstrap import RESAMPLES
from sectorlead.reports.metrics.run_metrics import summary
from sectorlead.research.compare import SEEDS, Entry, compare, phases_from
from sectorlead.research.luck.draws import COSTS, LAGS
from sectorlead.strategies.library.registry import build
from sectorlead.strategies.scores.score import Momentum
from sectorlead.strategies.wrappers.delayed import Delayed
from sectorlead.study.study import Comparison
from sectorlead.study.study_file import read_study

ROOT = Path(__file__).parents[2]
FILES = {
    "tournament.html", "paired.csv", "chance.csv", "chance_by_phase.csv", "sensitivity.csv",
    "table.csv", "equity.csv", "summary.json", "manifest.json", "files.json", ".lock",
}  # fmt: skip
STUDY = """
[data]
path = "bars.csv"
benchmark = "IX"

[run]
market = "frictionless"
seed = 7

[compare]
against = "momentum"
seeds = 25
bootstrap = 200

[[strategies]]
name = "equal-weight"

[[strategies]]
name = "momentum"
set = {top = 2, lookback = 40}

[[strategies]]
name = "random"
set = {top = 2, hold_until_rank = 3}
"""
LATE = """
class Late:
    asked = 0

    def decide(self, view, portfolio):
        self.asked += 1
        return {"A": 1.0 / self.asked} if len(view.sessions) > 150 else None

class Never:
    def decide(self, view, portfolio):
        return None
"""


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Own:
    """Buys and sells in turn, by how often it was asked."""

    asked = 0

    def decide(self, view: Panel, portfolio: Any) -> dict[str, float] | None:
        self.asked += 1
        return {view.symbols[0]: 0.9 if self.asked % 2 else 0.1} if self.asked % 5 == 0 else None


class Never:
    def decide(self, view: Panel, portfolio: Any) -> None:
        return None


class Scripted(bt.Strategy):  # type: ignore[misc]
    def next(self) -> None:
        if not self.position:
            self.buy(size=100)


@pytest.fixture
def study(bars: Path) -> Path:
    path = bars.parent / "s.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def market() -> Panel:
    return simulate(seed=3, sessions=700)


def test_compare_writes_its_folder_and_says_what_came_out(command: Any, study: Path) -> None:
    done = command("compare", study.name, "--out", "out/c")
    assert done.status == 0, done.err
    assert {path.name for path in Path("out/c").iterdir()} == FILES
    told = "Against equal-weight, the opposite rule, IX, random picks: can't be told from chance. The only variant "
    told += "falls short at 5%, corrected for 4 controls."
    behind = "It does not lead over every control, so more years"
    for part in ("3 strategies", "Above", told, behind, "start: ", "out/c/tournament.html"):
        assert part in done.out, part
    (beside,) = rows("out/c/chance.csv")
    assert beside["strategy"] == "momentum"
    assert float(beside["random_turnover"]) == pytest.approx(float(beside["turnover"]), rel=0.02)
    told = rows("out/c/paired.csv")
    whole = [row["strategy"] for row in told if not row["phase"]]
    assert whole == ["equal-weight", "random, turnover of momentum", "IX"]
    assert {row["phase"] for row in told} >= {"advance", "pullback", "recovery"}
    kept = json.loads(Path("out/c/manifest.json").read_text(encoding="utf-8"))
    assert [(name, each["terms"]["engine"], each["terms"]["seed"]) for name, each in kept.items()] == [
        ("momentum", "compiled", None), ("equal-weight", "compiled", None), ("random", "compiled", 7),
    ]  # fmt: skip
    assert len({each["terms"]["start"] for each in kept.values()}) == 1

    again = command(
        "compare", study.name, "--out", "out/c", "--against", "random", "--seeds", "0", "--start", "2020-03-01"
    )
    assert again.status == 0, again.err
    assert rows("out/c/paired.csv")[0]["against"] == "random"
    assert "chance: No strategy is set against random picks: seeds = 0." in again.out


def test_a_report_in_chinese_and_in_every_format_on_request(command: Any, study: Path) -> None:
    more = [word for name in ("pdf", "png", "excel", "md") for word in ("--also", name)]
    done = command("compare", study.name, "--out", "out/z", "--seeds", "20", "--locale", "zh", *more)
    assert done.status == 0, done.err
    reports = {f"tournament.{ending}" for ending in ("pdf", "png", "xlsx", "md")}
    assert {path.name for path in Path("out/z").iterdir()} == FILES | reports
    assert 'lang="zh-CN"' in Path("out/z/tournament.html").read_text(encoding="utf-8")
    assert "## 与随机选择比较" in Path("out/z/tournament.md").read_text(encoding="utf-8")
    wrong = command("compare", study.name, "--out", "out/y", "--locale", "zz")
    assert (wrong.status, Path("out/y").exists()) == (2, False)


def test_verify_runs_both_engines(command: Any, study: Path) -> None:
    done = command("compare", study.name, "--verify", "--seeds", "0")
    assert done.status == 0, done.err
    kept = json.loads(Path("out/s/manifest.json").read_text(encoding="utf-8"))
    assert all("agree" in each["verified"] for each in kept.values())
    assert "All 3 runs verified" in Path("out/s/tournament.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('against = "momentum"', 'against = "momentun"', "Did you mean 'momentum'"),
        ("seeds = 25", "seeds = 5", "seeds must be a whole number from 20 to 10,000, or 0 for none, was 5"),
        ("bootstrap = 200", "bootstrap = 50", "bootstrap must be a whole number from 100 to 100,000, was 50"),
        ("bootstrap = 200", "bootstrp = 200", "Did you mean 'bootstrap'"),
        ("bootstrap = 200", "bootstrap = 200.5", "must be a whole number"),
        ("bootstrap = 200", "phases = {windw = 100}", "Did you mean 'window'"),
        ("bootstrap = 200", "phases = {window = 1}", "window"),
        ("lookback = 40", "lookbak = 40", "Did you mean 'lookback'"),
        ('path = "bars.csv"', 'path = "bar.csv"', "bar.csv"),
        (STUDY[STUDY.index("[compare]") :], '[[strategies]]\nname = "random"\n', "needs two strategies or more"),
    ],
)
def test_what_cannot_be_compared_says_why_in_one_line_and_leaves_nothing(
    command: Any, study: Path, old: str, new: str, message: str
) -> None:
    study.write_text(STUDY.replace(old, new), encoding="utf-8")
    before = sorted(path.name for path in Path().iterdir())
    done = command("compare", study.name)
    assert (done.status, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1
    assert sorted(path.name for path in Path().iterdir()) == before


def test_a_folder_of_something_else_is_refused(command: Any, study: Path) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").touch()
    done = command("compare", study.name, "--out", "mine")
    assert (done.status, "something else" in done.err) == (2, True)


def test_the_example_runs(command: Any) -> None:
    done = command("compare", ROOT / "examples" / "tournament.toml", "--seeds", "20", "--bootstrap", "200")
    assert done.status == 0, done.err
    assert "simulated" in done.out


def test_the_documented_section_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "tournament.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    path = tmp_path / "s.toml"
    path.write_text(section + STUDY[STUDY.index("[[strategies]]") :], encoding="utf-8")
    asked = read_study(path).compare
    assert (asked.against, asked.seeds, asked.bootstrap) == ("pullback-leaders", 200, 2_000)
    assert phases_from(asked.phases).unit == "volatility"
    usual = Comparison()
    assert (usual.seeds, usual.bootstrap) == (SEEDS, RESAMPLES)


# --- in Python --------------------------------------------------------------------------------------------------------


def test_the_order_of_strategies_changes_no_number(market: Panel) -> None:
    names = ["pullback-leaders", "momentum", "random", "equal-weight"]
    here = compare(names, market, against="momentum", seeds=20, bootstrap=200)
    there = compare(names[::-1], market, against="momentum", seeds=20, bootstrap=200)
    found = {(row.strategy, row.phase): row for row in there.paired.rows}
    for row in here.paired.rows:
        assert row[3:-1] == pytest.approx(found[row.strategy, row.phase][3:-1], rel=1e-9, nan_ok=True)
    assert set(here.chance.places) == set(there.chance.places)
    assert {row.strategy: row.p for row in here.chance.rows} == {row.strategy: row.p for row in there.chance.rows}


def test_a_comparison_passes_the_gate_and_accepts_by_name(market: Panel, command: Any, tmp_path: Path) -> None:
    close, high = market.close.copy(), market.high.copy()
    close[300, 4] *= 1.6
    faulty = market._replaced(close=close, high=np.fmax(high, close))
    names = ["momentum", "equal-weight"]
    with pytest.raises(QualityError, match="bad-tick SIM05"):
        compare(names, faulty, "cn-etf", seeds=0, sensitivity=False)
    with pytest.raises(QualityError, match="bad-tick SIM05"):
        compare(names, faulty, "cn-etf", seeds=0, sensitivity=False, accept=["bad-tick:SIM04"])
    meant = compare(names, faulty._replaced(checked=False), "cn-etf", seeds=0, sensitivity=False)
    assert ("Data quality", "not checked.") in meant.notes
    for accept in (["bad-tick"], ["bad-tick:SIM05"]):
        found = compare(names, faulty, "cn-etf", seeds=0, sensitivity=False, accept=accept)
        (told,) = (text for name, text in found.notes if name == "Data quality")
        assert told.startswith("1 error, no warnings, ")
        panels = {id(record.panel) for record in found.records.values()}
        assert len(panels) == 1
        assert any("accepted error in the data: bad-tick SIM05" in note for note in found.records[names[0]].panel.notes)

    to_tidy(faulty).to_parquet(tmp_path / "bars.parquet")
    path = tmp_path / "s.toml"
    path.write_text(
        "[data]\npath = 'bars.parquet'\nbenchmark = 'SIMGEM'\n"
        + "".join(f"[[strategies]]\nname = '{name}'\n" for name in names), encoding="utf-8",
    )  # fmt: skip
    words = ("compare", path, "--seeds", "0", "--bootstrap", "100", "--market", "cn-etf", "--out", tmp_path / "out")
    refused = command(*words)
    assert (refused.status, "bad-tick SIM05" in refused.err) == (2, True)
    assert not (tmp_path / "out").exists()
    done = command(*words, "--accept", "bad-tick")
    assert done.status == 0, done.err
    assert "data quality: 1 error, " in done.out


def test_all_start_where_all_can_decide(market: Panel) -> None:
    found = compare({"momentum": Momentum(120), "equal-weight": build("equal-weight")}, market, seeds=0)
    assert ("Strategy", "momentum: Momentum is a score, so it ran") in [(name, text[:40]) for name, text in found.notes]
    first = {record.outcome.decisions.row[0] for record in found.records.values()}
    assert first == {record.terms.first for record in found.records.values()}
    assert market.sessions[120] <= found.records["momentum"].sessions[0]
    assert dict(found.notes)["Start"].endswith("the last to is momentum.")
    day = f"{market.sessions[10]:%F}"
    asked = compare(["momentum", "equal-weight"], market, seeds=0, start=day, measured_from="start")
    assert asked.records["momentum"].sessions[0] == market.sessions[10]
    assert asked.records["momentum"].sessions[0] == market.sessions[10]
    assert "momentum first acted on" in dict(asked.notes)["Warning"]


def test_all_are_measured_from_the_latest_first_decision_with_what_they_held(market: Panel) -> None:
    rules = {"weekly": build("topk-dropout"), "monthly": build("momentum"), "never": Never()}
    found = compare(rules, market, seeds=20, bootstrap=100, start=market.sessions[0], sensitivity=False)
    whole = {label: run(rule, market, start=market.sessions[0], measured_from="start") for label, rule in rules.items()}
    since = whole["monthly"].outcome.decisions.row[0]
    assert whole["weekly"].outcome.decisions.row[0] < since
    assert dict(found.notes)["Measured"].startswith(f"from {market.sessions[since]:%F} on, the latest first decision")
    assert found.table["measured_from"].tolist()[:2] == [market.sessions[since]] * 2
    assert found.table.loc["never"].drop(["reason"]).isna().all()
    assert "never decided" in found.table.loc["never", "reason"]
    for label in ("weekly", "monthly"):
        np.testing.assert_array_equal(found.records[label].equity, whole[label].equity[since:])
        kept = found.records[label].terms
        again = run(rules[label], market, start=kept.start, measured_from=kept.measured_from)
        assert again.summary() == pytest.approx(found.records[label].summary(), nan_ok=True)
    assert found.chance.picks["weekly"].logs.shape[1] == len(market.sessions) - since
    late = compare(rules, market, seeds=0, start=market.sessions[0], measured_from=market.sessions[300])
    assert late.records["weekly"].sessions[0] == market.sessions[300]
    costs = late.sensitivities[0].returns["weekly"]
    assert costs[1] == yearly(late.records["weekly"])
    assert costs[0].cagr > costs[1].cagr > costs[3].cagr
    with pytest.raises(InputError, match="never decided"):
        compare(rules, market, seeds=0, against="never")
    with pytest.raises(InputError, match="measured_from=2040-01-01 leaves 0 sessions"):
        compare(rules, market, seeds=0, measured_from="2040-01-01")


def test_own_rules_late_and_idle_ones_too(command: Any, study: Path) -> None:
    Path("late_rules.py").write_text(LATE, encoding="utf-8")
    added = '[[strategies]]\nname = "late_rules:Late"\nlabel = "late"\n[[strategies]]\nname = "late_rules:Never"\n'
    study.write_text(STUDY + added, encoding="utf-8")
    done = command("compare", study.name)
    assert done.status == 0, done.err
    assert "every strategy can decide; the last to is late" in done.out
    assert "late_rules:Never: never decided" in done.out
    blank = rows("out/s/table.csv")[-1]
    assert (blank["strategy"], blank["cagr"], blank["measured_from"]) == ("late_rules:Never", "", "")
    assert blank["reason"].startswith("never decided")
    measured = {row["measured_from"] for row in rows("out/s/table.csv")[:-1]}
    assert measured == {"2020-07-31"}  # late can decide two sessions before; the month ends here
    kept = json.loads(Path("out/s/summary.json").read_text(encoding="utf-8"))
    assert kept["strategies"]["late"]["exposure"] > 0.02  # 0.004 if it remembered the first pass


def test_who_was_tried_is_set_against_chance(market: Panel) -> None:
    found = compare(["equal-weight", "random", "momentum", "topk-dropout"], market, seeds=20, bootstrap=100, seed=3)
    assert found.tried == {"momentum", "topk-dropout"} == set(found.chance.picks)
    assert [row.strategy for row in found.chance.rows] == ["momentum", "topk-dropout"]
    assert found.chance.paired.tests == 2
    assert {row.strategy for row in found.paired.rows if row.holm == row.holm} == {"momentum", "topk-dropout"}
    assert "random" not in {row.strategy for row in found.paired.rows}
    assert found.records["random"].terms.seed == 3
    for row in found.chance.rows:
        assert row.turnover == pytest.approx(found.table.loc[row.strategy, "turnover"])
        assert row.net == pytest.approx(found.table.loc[row.strategy, "cagr"])
        free = replace(MARKETS["cn-etf"], cost_scale=0)
        terms = found.records[row.strategy].terms
        again = run(row.strategy, market, free, start=terms.start, measured_from=terms.measured_from)
        assert row.gross == pytest.approx(again.summary()["cagr"], abs=2e-4)


def yearly(record: Record) -> Any:
    found = summary(record)
    return pytest.approx((found["cagr"], found["relative_return"]), rel=1e-9)


def test_costs_and_lags_are_runs_of_their_own(market: Panel) -> None:
    rules = {"momentum": build("momentum"), "own": Own(), "bt": Scripted}
    entries = {label: Entry(rule, "backtrader" if label == "bt" else "compiled") for label, rule in rules.items()}
    found = compare(entries, market, "cn-etf", seeds=0, start=f"{market.sessions[200]:%F}")
    costs, lags = found.sensitivities
    assert (costs.steps, lags.steps) == (COSTS, tuple(map(float, LAGS)))
    assert list(costs.returns) == list(lags.returns) == ["momentum", "own"]
    assert "backtrader.Strategy" in costs.left_out["bt"]
    since = found.records["own"].sessions[0]
    assert since == market.sessions[found.records["momentum"].terms.first] > market.sessions[200]
    terms: dict[str, Any] = {"start": f"{market.sessions[200]:%F}", "measured_from": since}
    for k, times in enumerate(COSTS):
        rates = replace(MARKETS["cn-etf"], cost_scale=times)
        assert costs.returns["momentum"][k] == yearly(run("momentum", market, rates, **terms))
        assert costs.returns["own"][k] == yearly(run(Own(), market, rates, **terms))  # it remembers nothing
    for k, sessions in enumerate(LAGS):
        settled = market.sessions[found.records["momentum"].outcome.decisions.row[0] + max(LAGS) + 2]
        late = run(Delayed(build("momentum"), sessions), market, "cn-etf", **terms | {"measured_from": settled})
        assert lags.returns["momentum"][k] == yearly(late)
    assert len({item.cagr for item in lags.returns["momentum"]}) == len(LAGS)
    rates = [item.cagr for item in costs.returns["own"]]
    assert rates == sorted(rates, reverse=True)
    held = compare(["buy-and-hold", "equal-weight"], market, "frictionless", seeds=0).sensitivities[1].returns
    assert np.ptp([item.cagr for item in held["buy-and-hold"]]) < 0.01  # the weights it began with differ a little
    assert compare(["momentum", "equal-weight"], market, seeds=0, sensitivity=False).sensitivities == ()


def test_a_panel_without_benchmark_has_no_phases(market: Panel) -> None:
    bars = (market.close, market.open, market.high, market.low)
    bare = Panel(market.sessions, market.symbols, *bars, adj_factor=market.adj_factor)
    found = compare(["momentum", "equal-weight"], bare, "frictionless", seeds=0)
    assert {row.phase for row in found.paired.rows} == {""}
    assert not found.sensitivities[0].moves  # frictionless


def test_python_says_why_too(market: Panel) -> None:
    with pytest.raises(InputError, match="needs two strategies or more, was given 1"):
        compare(["momentum"], market)
    with pytest.raises(InputError, match="runs of a comparison have labels; leave name out"):
        compare(["momentum", "random"], market, name="x")  # type: ignore[call-arg]
    with pytest.raises(InputError, match="Did you mean 'fill'"):
        compare(["momentum", "random"], market, fil="open")  # type: ignore[call-arg]
    with pytest.raises(InputError, match="seeds must be a whole number from 20"):
        compare(["momentum", "random"], market, seeds=3)
    with pytest.raises(InputError, match="none of momentum, equal-weight is random"):
        compare(["momentum", "equal-weight"], market, seed=1)


def test_all_runs_share_the_terms(market: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = inspect.signature(compare).parameters
    assert set(shown) >= set(TERMS) - {"name"} | {"config"}
    assert "name" not in shown
    rates = pd.Series(0.02, market.sessions.rename("date"), name="cash")
    rates.to_frame().to_csv(tmp_path / "rates.csv")
    read: list[str] = []

    def told(text: str) -> Any:
        read.append(text)
        return read_rate(text)

    monkeypatch.setattr("sectorlead.data.rates.read_rate", told)
    usual = RunConfig(cash=300_000, cash_rate=f"{tmp_path}/rates.csv:cash", accept=NAMES, start=market.sessions[300])
    found = compare(["momentum", "random"], market, "frictionless", seeds=20, bootstrap=100, config=usual, seed=4)
    kept = [record.terms for record in found.records.values()]
    assert [(terms.cash, terms.first, terms.seed) for terms in kept] == [(300_000, 300, None), (300_000, 300, 4)]
    assert all(terms.accrual.any() for terms in kept)
    assert len(read) == 1
    assert all(record.panel is found.records["momentum"].panel for record in found.records.values())
    close = market.close.copy()
    close[350, np.isfinite(close[350]).argmax()] *= 100
    bad = Panel(market.sessions, market.symbols, close)
    with pytest.raises(QualityError):
        compare(["momentum", "equal-weight"], bad, "frictionless", seeds=0, fill="close", accept=[])
