"""Draws are runs of their own: each equals the run that one would make by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.research.luck.draws import COSTS, LAGS, SIZES, neighbours, random_parts
from sectorlead.research.luck.phases import phased

RULE = sl.Rotation(sl.Momentum(40), sl.TopN(3), schedule=sl.Every(5, 2))


@pytest.fixture(scope="module")
def panel() -> Panel:
    whole = sl.simulate(seed=4, sessions=420)
    listed = whole.has_bar[:60].any(axis=0)
    return whole.select([symbol for symbol, early in zip(whole.symbols, listed, strict=True) if early][:8])


@pytest.fixture(scope="module")
def run(panel: Panel) -> sl.Run:
    return sl.run(RULE, panel, "cn-etf", start=panel.sessions[60])


@pytest.fixture(scope="module")
def luck(run: sl.Run) -> sl.Luck:
    return sl.luck(run, draws=12)


def same(found: float, record: sl.Run, name: str = "cagr") -> None:
    assert found == pytest.approx(record.summary()[name], rel=1e-9)


def test_rebalance_days_are_all_phases_from_the_latest_first_decision(luck: sl.Luck, panel: Panel, run: sl.Run) -> None:
    found = luck["rebalance day"]
    assert (found.labels, found.used) == (("+0", "+1", "+2", "+3", "+4"), 0)
    for k, offset in enumerate((2, 3, 4, 0, 1)):
        again = sl.run(
            replace(RULE, schedule=sl.Every(5, offset)), panel, "cn-etf", start=panel.sessions[60],
            measured_from=panel.sessions[64],
        )  # fmt: skip
        same(found.cagr[k], again)
        same(found.sharpe[k], again, "sharpe")
    assert found.own.cagr == found.cagr[0]
    assert found.place == np.mean(found.cagr[1:] < found.cagr[0])


def test_parts_of_the_pool_are_panels_of_their_own(luck: sl.Luck, panel: Panel, run: sl.Run) -> None:
    found = luck["universe"]
    assert len(set(found.labels)) == 12
    symbols = found.labels[3].split()
    assert len(symbols) == 5
    same(found.cagr[3], sl.run(RULE, panel.select(symbols), "cn-etf", start=panel.sessions[60]))
    same(found.own.cagr, run)
    assert len(set(found.control)) == 12  # each is held against its own series


def test_other_pools_are_of_what_was_listed_then_or_ever(panel: Panel) -> None:
    late = panel.close.copy()
    late[:200, 6:] = np.nan
    bars = {name: np.where(np.isnan(late), np.nan, getattr(panel, name)) for name in ("open", "high", "low", "close")}
    wider = Panel(panel.sessions, panel.symbols, bars["close"], bars["open"], bars["high"], bars["low"],
                  benchmark=panel.benchmark)  # fmt: skip
    chosen = wider.select([*wider.symbols[:3], wider.symbols[7]])
    run = sl.run(RULE, chosen, "cn-etf", start=panel.sessions[60])
    found = sl.luck(run, what=["listed then", "listed ever"], wider=wider, draws=1_000)
    then, ever = found["listed then"], found["listed ever"]
    assert (len(then.labels), len(ever.labels)) == (15, 70)  # 6 choose 4, 8 choose 4
    assert not any(symbol in label for label in then.labels for symbol in wider.symbols[6:])
    k = ever.labels.index(" ".join(chosen.symbols))
    same(ever.cagr[k], run)
    assert 0 < ever.control_place < 1
    with pytest.raises(InputError, match="wider must have the sessions of the run"):
        sl.luck(run, what=["listed then"], wider=wider.until(300))
    with pytest.raises(InputError, match="give wider=PANEL"):
        sl.luck(run, what=["listed then"])


def test_starts_are_accounts_that_begin_in_cash(luck: sl.Luck, panel: Panel) -> None:
    found = luck["start"]
    again = sl.run(RULE, panel, "cn-etf", start=found.labels[5], measured_from="start", end=panel.sessions[
        panel.sessions.get_loc(found.labels[5]) + 251])  # fmt: skip
    assert len(again.sessions) == 252  # half of 360 would be less than a year
    same(found.cagr[5], again)


def test_steps_of_costs_and_delay(luck: sl.Luck, panel: Panel, run: sl.Run) -> None:
    for k, times in enumerate(COSTS):
        dear = replace(run.market, cost_scale=times)
        same(luck["costs"].cagr[k], sl.run(RULE, panel, dear, start=panel.sessions[60]))
    settled = panel.sessions[run.outcome.decisions.row[0] + max(LAGS) + 2]
    late = sl.run(sl.Delayed(RULE, 5), panel, "cn-etf", start=panel.sessions[60], measured_from=settled)
    same(luck["lag"].cagr[3], late)


def test_larger_accounts_move_the_price(luck: sl.Luck, panel: Panel, run: sl.Run) -> None:
    market = replace(run.market, impact=1.0, participation=0.1)
    for k, times in enumerate(SIZES):
        same(luck["size"].cagr[k], sl.run(RULE, panel, market, start=panel.sessions[60], cash=1e6 * times))
    assert luck["size"].labels == ("1", "10", "100", "1000")
    assert np.ptp(luck["size"].cagr) > 0.001
    flowing = sl.run(RULE, panel, "cn-etf", cash_flows="monthly 100")
    assert sl.luck(flowing, what=["size"]).left_out == {"size": "what is paid in or out does not grow with the account"}
    rich = sl.run(RULE, panel, "cn-etf", cash=1e11)
    assert sl.luck(rich, what=["size"])["size"].labels == ("1", "10", "100")  # more can't be counted in fen
    blind = panel._replaced(volume=None, amount=None)
    reason = sl.luck(sl.run(RULE, blind, "cn-etf"), what=["size"]).left_out["size"]
    assert reason == "no fill has an amount in currency"


def test_parameters_nearby_and_random_picks(luck: sl.Luck, panel: Panel, run: sl.Run) -> None:
    found = neighbours(RULE, 30, 0)
    assert found[0] == ("as used", RULE)
    for _, strategy in found[1:]:
        assert 28 <= strategy.score.lookback <= 52
        assert 2 <= strategy.pick.n <= 4
        assert 4 <= strategy.schedule.sessions <= 6
    assert len({strategy for _, strategy in found}) == len(found)
    together = [strategy.score.lookback for label, strategy in found if label.count(",") > 1]
    assert min(together) < 40 < max(together)
    assert luck["parameters"].used == 0
    from sectorlead.chance.matched_picks import matched_picks

    drawn = matched_picks(run, range(12))
    assert not isinstance(drawn, str)
    years = np.log1p(run.summary()["total_return"]) / np.log1p(run.summary()["cagr"])
    np.testing.assert_allclose(luck["picks"].cagr, np.expm1(drawn.logs.sum(axis=1) / years), rtol=1e-9)
    assert luck["picks"].place == np.mean(drawn.logs.sum(axis=1) < np.log1p(run.returns).sum())


def test_the_verdict_of_a_run_has_chance_and_the_contrary_among_its_controls(
    luck: sl.Luck, panel: Panel, run: sl.Run, tmp_path: Any
) -> None:
    from sectorlead.chance.matched_picks import matched_picks

    drawn = matched_picks(run, range(12))
    assert not isinstance(drawn, str)
    turned = sl.run(replace(RULE, score=sl.Reverse(RULE.score)), panel, "cn-etf", start=panel.sessions[60])
    assert set(luck.controls) == {"random picks", "the opposite rule"}
    np.testing.assert_array_equal(luck.controls["random picks"], np.expm1(drawn.logs.mean(axis=0)))
    np.testing.assert_array_equal(luck.controls["the opposite rule"], turned.returns)
    plain, found = run.verdict(trials=1), run.verdict(trials=1, luck=luck)
    names = [each.control for each in found.against]
    assert names == [*(each.control for each in plain.against), "random picks", "the opposite rule"]
    against = dict(zip(names, found.against, strict=True))
    lead = (run.returns - turned.returns).mean() * 252
    assert against["the opposite rule"].ahead[0] == pytest.approx(lead, rel=1e-9)
    assert "corrected for 4 controls" in found.sentences[0]
    assert any(sentence.startswith("Against the opposite rule: ") for sentence in found.sentences)
    page = run.tearsheet(tmp_path / "a.html", luck=luck).read_text(encoding="utf-8")
    assert "Against the opposite rule: " in page
    assert not sl.luck(run, what=["costs"]).controls


def test_a_verdict_over_measured_sessions_has_the_opposite_rule_over_the_same(panel: Panel) -> None:
    late = panel.sessions[150]
    run = sl.run(RULE, panel, "frictionless", start=panel.sessions[60], measured_from=late)
    line = sl.luck(run, what=["picks"], draws=20).controls["the opposite rule"]
    turned = sl.run(
        replace(RULE, score=sl.Reverse(RULE.score)), panel, "frictionless", start=panel.sessions[60], measured_from=late
    )
    np.testing.assert_array_equal(line, turned.returns)


def test_the_same_seed_gives_the_same_draws(run: sl.Run) -> None:
    one, two, other = (sl.luck(run, what=["universe"], draws=6, seed=seed)["universe"] for seed in (1, 1, 2))
    assert one.labels == two.labels != other.labels
    assert one.cagr.tobytes() == two.cagr.tobytes()
    assert random_parts(5, 2, 100, 0) == random_parts(5, 2, 10, 3)  # there are ten
    with pytest.raises(UnknownNameError, match="Did you mean 'start'"):
        sl.luck(run, what=["strat"])


@pytest.mark.parametrize(
    ("schedule", "count"),
    [(sl.Weekly(2), 5), (sl.Weekly(weekday=3), 5), (sl.Monthly(4), 21), (sl.Monthly(day=10), 28), (sl.Every(1), None),
     (sl.Once(), None), (sl.OnDates(["2015-06-01", "2015-06-15", "2015-06-29"]), 10)],
)  # fmt: skip
def test_every_schedule_has_its_days(schedule: Any, count: int | None, panel: Panel) -> None:
    rule = replace(RULE, schedule=schedule)
    found = phased(rule, panel, 60, 419)
    if count is None:
        assert isinstance(found, str)
        return
    assert len(found) == count
    assert found[0][1] == rule
    asked = [tuple(np.flatnonzero(one.schedule.decision_sessions(panel.sessions, 60))) for _, one in found]
    assert len(set(asked)) == count
    wrapped = phased(sl.Delayed(rule, 1), panel, 60, 419)
    assert wrapped[1][1].strategy == found[1][1]


WEEKLY = sl.Every(5)


@dataclass
class Remembers:
    """Holds the first series until it has been asked ten times in all."""

    asked: int = 0
    schedule: Any = WEEKLY

    def decide(self, view: Panel, portfolio: Any) -> Any:
        self.asked += 1
        return {view.symbols[0]: 1.0 if self.asked < 10 else 0.0}


def test_a_rule_that_remembers_is_run_as_it_was_before(panel: Panel) -> None:
    run = sl.run(Remembers(), panel, "frictionless")
    found = sl.luck(run, what=["rebalance day", "universe"], draws=4)
    same(found["rebalance day"].cagr[1], sl.run(Remembers(schedule=sl.Every(5, 1)), panel, "frictionless",
         measured_from=panel.sessions[4]))  # fmt: skip
    same(found["rebalance day"].cagr[0], sl.run(Remembers(), panel, "frictionless", measured_from=panel.sessions[4]))


def test_what_can_not_be_drawn_says_why(panel: Panel) -> None:
    free = sl.luck(sl.run(RULE, panel, "frictionless"), what=["costs", "rebalance day"])
    assert free.left_out == {"costs": "the market charges nothing"}
    short = sl.run(RULE, panel, "frictionless", start=panel.sessions[380])
    with pytest.raises(InputError, match="too few for rates a year"):
        sl.luck(short)


def test_pages_show_the_strips(luck: sl.Luck, run: sl.Run, tmp_path: Any) -> None:
    page = run.tearsheet(tmp_path / "run.html", luck=luck).read_text(encoding="utf-8")
    assert "How much of it is luck" in page
    assert page.count('class="strip strategy"') == len(luck.draws)
    assert "How much of it is luck" not in run.tearsheet(tmp_path / "bare.html").read_text(encoding="utf-8")
    folder = run.save(tmp_path / "run", luck=luck, panel=False)
    assert (folder / "luck.csv").read_text(encoding="utf-8").count("\n") == 1 + len(luck.frame())
    assert luck._repr_html_().count('class="strip strategy"') == len(luck.draws)
    axes = luck.plot()
    assert next(iter(axes.get_yticklabels())).get_text() == "Rebalance day"
