"""Deposits and withdrawals: in which sessions they fall, that they are no return, that every fen is accounted for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.engine.cash_flows import flows_by_session
from sectorlead.engine.market.fees import SLIPPAGE
from sectorlead.engine.measured import measured_since
from sectorlead.engine.wealth import wealth
from sectorlead.reports.growth import strategy_growth
from sectorlead.reports.history import history_of
from sectorlead.reports.metrics import summary
from sectorlead.reports.run_folder.load import load
from sectorlead.reports.sections.facts import facts

PANEL = sl.simulate(seed=3, sessions=160)
DAYS = PANEL.sessions
RULE = sl.build("momentum", top=2, lookback=20)
FLOWS = {DAYS[30]: 250_000, DAYS[70]: -400_000, DAYS[71]: -900_000.004, DAYS[120]: 80_000}


def run(**terms: Any) -> sl.Run:
    return sl.run(RULE, PANEL, "cn-etf", engine="both", measured_from="start", **terms)  # whole accounts


@pytest.fixture(scope="module")
def plain() -> sl.Run:
    return run()


@pytest.fixture(scope="module")
def flowing() -> sl.Run:
    return run(cash_flows=FLOWS)


def test_rules_fall_in_the_first_session_of_each_later_period() -> None:
    days = pd.bdate_range("2023-12-28", "2024-04-10")

    def rows(text: str, first: int = 0) -> list[str]:
        found = np.flatnonzero(flows_by_session([text], days, first, len(days) - 1))
        return [f"{day:%m-%d}" for day in days[found]]

    assert rows("monthly 5") == ["01-01", "02-01", "03-01", "04-01"]
    assert rows("monthly 5", first=2) == ["02-01", "03-01", "04-01"]  # 2024-01-01 is the first session of the run
    assert rows("quarterly 5") == ["01-01", "04-01"]
    assert rows("yearly 5") == ["01-01"]
    assert rows("weekly 5")[:2] == ["01-01", "01-08"]
    both = flows_by_session(["2024-02-01 3", "monthly 5"], days, 0, len(days) - 1)
    assert both[days.get_loc("2024-02-01")] == 8


def test_every_fen_is_accounted_for(flowing: sl.Run) -> None:
    """Starting cash, flows, sales less purchases, fees, interest and what is held: the final equity."""
    outcome, log = flowing.outcome, flowing.outcome.fills
    assert outcome.flows.sum() == pytest.approx(sum(FLOWS.values()), abs=0.005)
    traded = np.where(log.side > 0, -log.value, log.value).sum()
    held = (outcome.shares[-1] * PANEL.last_close[-1]).sum()
    fees = sum(paid for kind, paid in flowing.costs.items() if kind != SLIPPAGE)
    total = 1_000_000 + outcome.flows.sum() + traded - fees + outcome.interest.sum() + held
    assert round(total, 2) == round(float(outcome.equity[-1]), 2)
    assert (outcome.cash >= 0).all()


def test_a_withdrawal_that_had_to_wait_is_told(flowing: sl.Run) -> None:
    (note,) = [note for note in flowing.notes if note.startswith("withdrawals were due")]
    late = np.flatnonzero(flowing.outcome.flows < 0)
    assert late[-1] > 71, "what was due in rows 70 and 71 was paid later too"
    assert "still due" not in note
    never = run(cash_flows={DAYS[70]: -1e9, "1999-01-01": 5})
    assert any("is still due at its end" in note for note in never.notes)
    assert "cash flows outside the run, which are no part of it: 1999-01-01 5.0" in never.notes


def test_money_that_only_comes_in_is_no_return() -> None:
    """Nothing is held, nothing is earned: a line of 1, whatever the flows."""
    idle = run(cash_flows={DAYS[3]: 3_000.0, DAYS[9]: -2e6}, start=DAYS[1], end=DAYS[12])
    assert not len(idle.fills)
    assert (idle.wealth == 1.0).all()


def test_returns_are_those_of_the_portfolio_whatever_comes_in() -> None:
    """In fractional units without costs, invested at the close at which it comes: no return changes at all."""
    close = 100 * np.cumprod(1 + np.random.default_rng(5).normal(0, 0.02, (60, 3)), axis=0)
    panel = sl.Panel(DAYS[:60], ("A", "B", "C"), close)
    free: Any = {"market": "frictionless", "fill": "same-close", "engine": "both"}
    rule = sl.build("equal-weight", schedule="every-1")
    alone = sl.run(rule, panel, **free)
    fed = sl.run(rule, panel, cash_flows={DAYS[20]: 1e6, DAYS[40]: -3e5}, **free)
    found = fed.summary()
    np.testing.assert_allclose(fed.returns.to_numpy()[:40], alone.returns.to_numpy()[:40], rtol=0, atol=1e-12)
    assert found["total_return"] == pytest.approx(np.prod(1 + fed.returns) - 1, rel=1e-12)
    assert found["cash_flows"] == pytest.approx(1e6 + fed.flows[40:].sum())
    assert fed.outcome.equity[39] > 1.9 * alone.outcome.equity[39]
    assert fed.outcome.flows[40:].sum() == -3e5, "sold for in the next decision"


def test_without_flows_the_line_is_equity_to_the_last_bit(plain: sl.Run) -> None:
    line = np.concatenate(([1_000_000.0], plain.outcome.equity)) / 1_000_000.0
    np.testing.assert_array_equal(plain.wealth, line)
    assert np.isnan(plain.summary()["money_weighted_return"])


def test_an_account_that_was_emptied_stands_still() -> None:
    line = wealth(np.array([110.0, 0.0, 0.0, 50.0, 55.0]), np.array([0.0, -121.0, 0.0, 50.0, 0.0]), 100.0)
    np.testing.assert_allclose(line, [1, 1.1, 1.21, 1.21, 1.21, 1.331])


def test_what_is_measured_later_knows_what_was_due(flowing: sl.Run) -> None:
    row = 73
    later = measured_since(flowing, row)
    np.testing.assert_array_equal(later.returns.to_numpy(), flowing.returns.to_numpy()[row:])
    np.testing.assert_allclose(later.wealth, flowing.wealth[row:] / flowing.wealth[row], rtol=1e-12)
    history = history_of(later)
    np.testing.assert_allclose(history.growth.levels, strategy_growth(later).levels, rtol=1e-12)
    assert later.terms.due_before > 0


def test_terms_are_kept_and_stored(flowing: sl.Run, tmp_path: Any) -> None:
    told = list(flowing.manifest["terms"]["cash_flows"])
    assert told[0] == f"{DAYS[30]:%F} 250000.0"
    flowing.save(tmp_path / "run")
    again = load(tmp_path / "run")
    np.testing.assert_array_equal(again.flows.to_numpy(), flowing.flows.to_numpy())
    np.testing.assert_array_equal(again.terms.flow, flowing.terms.flow)
    assert summary(again) == pytest.approx(flowing.summary(), nan_ok=True)
    assert "deposits less withdrawals became" in dict(facts(again))["Capital"]
    repeated = sl.run(RULE, PANEL, "cn-etf", cash_flows=told, measured_from="start")
    np.testing.assert_array_equal(repeated.outcome.equity, flowing.outcome.equity)

