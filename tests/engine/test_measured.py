"""A run measured from a later session: what was before has shaped the account, and counts in no number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError
from sectorlead.data.panel import Panel
from sectorlead.engine.measured import first_decision, measured_since
from sectorlead.engine.on_backtrader.quiet import bt
from sectorlead.engine.record import OPENING
from sectorlead.reports.history import history_of
from sectorlead.reports.holdings import holding_spells
from sectorlead.reports.manifest import manifest

RULE = sl.Rotation(sl.Momentum(60), sl.TopN(4), schedule=sl.Weekly())


@pytest.fixture(scope="module")
def panel() -> Panel:
    return sl.simulate(seed=6, sessions=500)


def test_from_its_first_decision_a_run_is_the_run_that_starts_there(panel: Panel) -> None:
    late = sl.run(RULE, panel, cash_rate=0.0)
    there = sl.run(RULE, panel, start=late.sessions[0], cash_rate=0.0)
    assert late.outcome.decisions.row[0] == late.terms.first > 60
    np.testing.assert_array_equal(late.equity, there.equity)
    assert late.summary() == pytest.approx(there.summary(), nan_ok=True)
    assert "measured from" in late.notes[-1]
    told = manifest(late)["terms"]
    assert (told["start"], told["measured_from"]) == (f"{panel.sessions[0]:%F}", "first-decision")


def test_what_was_held_before_is_an_opening_that_costs_and_turns_over_nothing(panel: Panel) -> None:
    whole, day = sl.run(RULE, panel, cash_rate=0.03, measured_from="start"), panel.sessions[300]
    part = sl.run(RULE, panel, cash_rate=0.03, measured_from=day)
    np.testing.assert_array_equal(part.equity, whole.equity[300:])
    np.testing.assert_array_equal(part.returns, whole.returns[300:])
    np.testing.assert_array_equal(part.weights, whole.weights[300:])
    assert part.terms.opening == whole.equity.iloc[299]
    opened = part.fills[part.fills["side"] == "opening"]
    assert len(opened) == np.count_nonzero(whole.positions.iloc[299])
    assert opened["value"].sum() == pytest.approx(whole.equity.iloc[299] - whole.cash.iloc[299])
    later = whole.fills[whole.fills["session"] >= day].reset_index(drop=True)
    np.testing.assert_array_equal(part.fills[len(opened) :].reset_index(drop=True), later)
    years = (part.sessions[-1] - panel.sessions[299]).days / 365.25
    own = part.summary()
    assert own["turnover"] == pytest.approx(later["value"].sum() / 2 / whole.equity[300:].mean() / years)
    assert own["fills"] == len(later)
    assert own["cost_total"] == pytest.approx(later[list(whole.costs)].sum().sum())
    assert own["starting_cash"] == part.terms.opening


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
def test_what_is_measured_are_the_rows_of_the_logs_from_there_on(panel: Panel, engine: Any) -> None:
    market = sl.market("cn-etf", participation=1e-5)  # refuses all the time
    whole = sl.run(RULE, panel, market, cash=9e7, engine=engine, measured_from="start")
    for log in (whole.outcome.fills, whole.outcome.rejections, whole.outcome.decisions):
        assert len(log.row) > 20
        assert (np.diff(log.row) >= 0).all()
    part = measured_since(whole, 301)
    for name in ("rejections", "decisions"):
        log, mine = getattr(whole.outcome, name), getattr(part.outcome, name)
        for before, after in zip(log, mine, strict=True):
            np.testing.assert_array_equal(after, before[log.row >= 301])
            assert not after.flags.writeable
    fills = whole.outcome.fills
    kept = fills.row >= 301
    opened = len(part.outcome.fills.row) - np.count_nonzero(kept)
    assert opened == np.count_nonzero(whole.outcome.shares[300] > 0)
    for before, after in zip(fills, part.outcome.fills, strict=True):
        np.testing.assert_array_equal(after[opened:], before[kept])
        assert not after.flags.writeable


def test_each_holding_made_what_the_account_made(panel: Panel) -> None:
    part = sl.run(RULE, panel, measured_from=panel.sessions[300], cash_rate=0.03)
    spells = holding_spells(history_of(part))
    made = part.equity.iloc[-1] - part.terms.opening
    assert spells.contribution.sum() + part.outcome.interest.sum() == pytest.approx(made, abs=0.05)
    opened = np.unique(spells.spell_of_fill[part.outcome.fills.side == OPENING])
    assert len(opened) == 4
    assert (spells.start[opened] == 0).all()


def test_the_account_before_it_is_measured_is_kept(panel: Panel, tmp_path: Any) -> None:
    whole, late = sl.run(RULE, panel, measured_from="start"), sl.run(RULE, panel)
    size = late.terms.first
    assert whole.before is None
    assert len(late.before.decided) == 0
    np.testing.assert_array_equal(np.concatenate((late.before.equity, late.equity)), whole.equity)
    part = measured_since(measured_since(whole, 200), 300)
    np.testing.assert_array_equal(part.before.equity, whole.equity[:300])
    np.testing.assert_array_equal(part.before.cash, whole.cash[:300])
    rows = whole.outcome.decisions.row
    assert part.before.decided.tolist() == rows[rows < 300].tolist()
    again = sl.open(part.save(tmp_path / "part"))
    for mine, theirs in zip(again.before, part.before, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    kept = pd.read_csv(sl.open(late.save(tmp_path / "late")) and tmp_path / "late" / "equity.csv")
    assert kept["measured"].tolist() == [0] * (size + 1) + [1] * len(late.sessions)
    np.testing.assert_array_equal(kept["equity"][1:], whole.equity)
    assert kept["equal_weight"].notna().tolist() == [False] * size + [True] * (len(late.sessions) + 1)


def test_answers_between_decisions_are_no_decisions_before(panel: Panel) -> None:
    rule = sl.Rotation(sl.Momentum(20), sl.TopN(4), exits=sl.Exits(stop=0.02))
    whole = sl.run(rule, panel, measured_from="start")
    log = whole.outcome.decisions
    early, ranked = log.row < 300, (log.rank > 0).any(axis=1)
    assert (early & ~ranked).any()
    assert measured_since(whole, 300).before.decided.tolist() == log.row[early & ranked].tolist()


def test_a_split_in_the_first_measured_session_leaves_values_alone() -> None:
    sessions = sl.simulate(seed=1, sessions=80).sessions
    close, factor = np.full((80, 2), 10.0), np.ones((80, 2))
    close[50:, 0], factor[50:, 0] = 5.0, 2.0
    panel = Panel(sessions, ("A", "B"), close, adj_factor=factor)

    class Halves:
        def decide(self, view: Panel, portfolio: Any) -> dict[str, float] | None:
            return {"A": 0.5, "B": 0.5} if len(view.sessions) == 10 else None

    part = measured_since(sl.run(Halves(), panel, "frictionless", fill="close"), 50)
    opened = part.fills.set_index("symbol")
    assert opened.loc["A", "shares"] == pytest.approx(2 * opened.loc["B", "shares"])
    assert opened["value"].tolist() == pytest.approx([500_000, 500_000])
    assert holding_spells(history_of(part)).contribution == pytest.approx([0, 0])


@pytest.mark.parametrize("fill", ["open", "same-close"])
def test_reports_and_folders_take_a_part_like_a_whole(fill: Any, panel: Panel, tmp_path: Any) -> None:
    part = sl.run(RULE, panel, measured_from=panel.sessions[300], fill=fill, engine="both")
    assert part.verified
    again = sl.open(part.save(tmp_path / "part"))
    assert again.summary() == pytest.approx(part.summary(), nan_ok=True)
    assert again.terms.opening == part.terms.opening
    assert part.target_vs_actual.shape[0] > 0
    assert abs(part.cash_drag.weight).max() < 1


def test_who_never_decides_is_measured_from_the_start_and_says_so(panel: Panel) -> None:
    class Never:
        def decide(self, view: Panel, portfolio: Any) -> None:
            return None

    run = sl.run(Never(), panel, measured_from="first-decision")
    assert first_decision(run) is None
    assert len(run.sessions) == 500
    assert "never decided" in run.notes[0]


def test_what_sends_orders_decides_the_session_before_its_first_fill(panel: Panel) -> None:
    class Buys(bt.Strategy):  # type: ignore[misc]
        def next(self) -> None:
            if len(self) == 100:
                self.buy(size=100)

    run = sl.run(Buys, panel, engine="backtrader")
    assert first_decision(run) == run.outcome.fills.row[0] - 1
    assert run.fill_orders == (0,)
    assert measured_since(run, 150).fill_orders == ()
    assert run.orders["filled"].tolist() == [100.0]


def test_a_part_of_a_part_is_that_part(panel: Panel) -> None:
    whole = sl.run(RULE, panel)
    once, twice = measured_since(whole, 300), measured_since(measured_since(whole, 200), 300)
    np.testing.assert_array_equal(once.fills, twice.fills)
    assert (once.terms.began, twice.terms.began, twice.terms.opening) == (0, 0, once.terms.opening)
    assert measured_since(whole, 0) is whole


@pytest.mark.parametrize(("asked", "told"), [("first-decison", "must be"), ("2030-01-01", "leaves 0 sessions")])
def test_what_cannot_be_measured_says_why(asked: str, told: str, panel: Panel) -> None:
    with pytest.raises(InputError, match=told):
        sl.run(RULE, panel, measured_from=asked)
