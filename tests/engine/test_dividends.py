"""Dividends in cash: what a panel has to say of them, holding periods, and where the money went."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.engine.compiled.batch.packed import packed_market
from sectorlead.engine.dividends import distributions, dividend_tax, share_factor
from sectorlead.engine.market.market import MARKETS
from sectorlead.engine.measured import measured_since
from sectorlead.engine.record import DIVIDEND
from sectorlead.reports.growth import strategy_growth
from sectorlead.reports.history import history_of
from sectorlead.reports.holdings import holding_spells, spell_table
from sectorlead.reports.metrics import summary
from sectorlead.reports.run_folder.load import load
from sectorlead.research.sweep.evaluate import evaluate

DAYS = pd.bdate_range("2024-04-01", periods=60)
SYMBOLS = ("600000", "600036")
RULE = sl.build("equal-weight", schedule="every-10")
TOLD = {2: {"600000": 0.5, "600036": 0.5}, 30: {"600000": 0.2, "600036": 0.8}, 45: {"600036": 0.5}}


class Told:
    """Buys both, sells some of one after its dividend, then all of it."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> dict[str, float] | None:
        return TOLD.get(len(view.sessions) - 1)


def panel_of(**fields: Any) -> sl.Panel:
    """Two banks: a dividend of 0.5 each, and ten of three new shares for ten, as fields say it."""
    close = np.full((60, 2), 10.0) * np.exp(np.random.default_rng(2).normal(0, 0.01, (60, 2)).cumsum(axis=0))
    dividend, split, factor = np.zeros((60, 2)), np.ones((60, 2)), np.ones((60, 2))
    dividend[25, 0], dividend[40, 1], split[40, 1] = 0.5, 0.5, 1.3
    for t, i in ((25, 0), (40, 1)):
        grown = split[t, i] * close[t - 1, i] / (close[t - 1, i] - dividend[t, i])
        factor[t:, i] *= grown
        close[t:, i] /= grown
    given = {"dividend": np.where(dividend > 0, dividend, np.nan), "split": split} | fields
    kept = {name: values for name, values in given.items() if values is not None}
    close = np.round(close, 2)
    bars = close, close, close, close
    return sl.Panel(
        DAYS, SYMBOLS, *bars, adj_factor=factor, kinds=("stock",) * 2, fields=kept, checked=False
    )  # fmt: skip


@pytest.fixture(scope="module")
def paid() -> sl.Run:
    return sl.run(Told(), panel_of(), "cn-stock", cash=100_000, dividends="cash", engine="both", measured_from="start")


def test_a_panel_that_does_not_tell_them_apart_is_told_what_is_needed() -> None:
    for given, said in (
        ({"dividend": None, "split": None}, "does not tell dividends and splits apart; give the panel the fields"),
        ({"split": None}, r"600036 on 2024-05-27 has dividend 0.5 and split 1 at a close before of"),
        ({"dividend": None}, r"600000 on 2024-05-06 has dividend 0 and split 1"),
        ({"dividend": np.full((60, 2), 99.0)}, "dividend 99"),
    ):
        with pytest.raises(sl.InputError, match=said):
            sl.run(RULE, panel_of(**given), "cn-stock", cash=1e5, dividends="cash")
    late = panel_of()
    gone = late.close.copy()
    gone[25, 0] = np.nan
    silent = replace(late, close=gone, open=gone, high=gone, low=gone)
    with pytest.raises(sl.InputError, match="but no bar; date them at its next bar"):
        sl.run(RULE, silent, "cn-stock", cash=1e5, dividends="cash")
    with pytest.raises(sl.InputError, match="buys at the open, but fill='close'"):
        sl.run(RULE, late, "cn-stock", dividends="reinvest-at-open", fill="close")


def test_the_days_of_a_holding_period() -> None:
    """The examples of the notice: bought on 8 January, sold by 8 February is a month; on 29 February of a leap year."""
    days = pd.DatetimeIndex(["2024-01-08", "2024-01-31", "2024-02-08", "2024-02-09", "2024-02-29", "2024-03-01",
                             "2025-01-08", "2025-01-09", "2025-02-28", "2025-03-01"])  # fmt: skip
    close = np.ones((len(days), 1))
    tax = dividend_tax(sl.Panel(days, ("600000",), close, kinds=("stock",)), MARKETS["cn-stock"], 0, len(days) - 1)
    row = {f"{day:%F}": t for t, day in enumerate(days)}
    assert tax.month_from[row["2024-02-08"]] == row["2024-01-08"]
    assert tax.month_from[row["2024-02-09"]] == row["2024-01-31"]
    assert tax.month_from[row["2024-02-29"]] == row["2024-01-31"]
    assert tax.month_from[row["2024-03-01"]] == row["2024-02-08"]
    assert tax.year_from[row["2025-01-08"]] == row["2024-01-08"]
    assert tax.year_from[row["2025-01-09"]] == row["2024-01-31"]
    assert tax.year_from[row["2025-02-28"]] == row["2024-02-29"]
    assert tax.year_from[row["2025-03-01"]] == row["2024-03-01"]
    assert tax.rates[0, 0].tolist() == [0.2, 0.1, 0.0]


def test_every_fen_is_accounted_for(paid: sl.Run) -> None:
    outcome, log = paid.outcome, paid.outcome.fills
    assert np.count_nonzero(log.side == DIVIDEND) == 2
    came = np.where(log.side > 0, -log.value, log.value) - log.fees
    held = (outcome.shares[-1] * paid.panel.last_close[-1]).sum()
    assert round(100_000 + float(came.sum()) + held, 2) == round(float(outcome.equity[-1]), 2)
    assert summary(paid)["cost_dividend_tax"] == paid.costs["dividend_tax"] > 0
    assert summary(paid)["fills"] == len(paid.fills) - 2


def test_what_spells_made_is_what_the_account_made(paid: sl.Run) -> None:
    history = history_of(paid)
    made = holding_spells(history).contribution.sum()
    assert made == pytest.approx(paid.outcome.equity[-1] - 100_000, abs=0.005)
    table = spell_table(history).set_index("symbol")
    grown = paid.panel.adjusted_close[46] / paid.panel.adjusted_close[3] - 1
    assert table.loc["600000", "return"] == pytest.approx(grown[0], abs=0.015), "with its dividend of 5%, less tax"


def test_in_cash_nearly_as_much_is_made_as_by_the_factor(paid: sl.Run) -> None:
    by_factor = sl.run(Told(), panel_of(), "cn-stock", cash=100_000, engine="both")
    at_open = sl.run(Told(), panel_of(), "cn-stock", cash=100_000, dividends="reinvest-at-open", engine="both")
    free = replace(MARKETS["cn-stock"], dividend_tax_rate=0.0)
    untaxed = sl.run(Told(), panel_of(), free, cash=100_000, dividends="cash", engine="both")
    assert untaxed.costs["dividend_tax"] == 0
    for run in (paid, at_open, untaxed):
        assert run.equity.iloc[-1] == pytest.approx(by_factor.equity.iloc[-1], rel=0.01)
    assert np.count_nonzero(at_open.outcome.fills.row == 25) == 2, "paid, and bought with it"
    assert by_factor.costs["dividend_tax"] == 0


def test_holdings_grow_by_splits_alone(paid: sl.Run) -> None:
    split = share_factor(paid.panel, "cash")
    assert (split[-1].tolist(), split[39].tolist()) == ([1.0, 1.3], [1.0, 1.0])
    assert share_factor(paid.panel, "reinvested") is paid.panel.last_factor
    np.testing.assert_allclose(distributions(paid.panel, "cash").cash[[25, 40], [0, 1]], 0.5)


def test_a_later_start_and_a_stored_run_are_the_same(paid: sl.Run, tmp_path: Any) -> None:
    later = measured_since(paid, 41)
    np.testing.assert_array_equal(later.returns.to_numpy(), paid.returns.to_numpy()[41:])
    worth = holding_spells(history_of(later)).contribution.sum()
    assert worth == pytest.approx(later.outcome.equity[-1] - later.terms.opening, abs=0.005)
    paid.save(tmp_path / "run")
    again = load(tmp_path / "run")
    assert again.terms.dividends == "cash"
    pd.testing.assert_frame_equal(again.fills, paid.fills)
    np.testing.assert_array_equal(strategy_growth(again).levels, paid.wealth)


@pytest.mark.parametrize(
    ("terms", "market", "batched"),
    [
        ({"dividends": "cash"}, "cn-stock", False),
        ({"dividends": "cash"}, "us-etf", True),
        ({"dividends": "reinvest-at-open"}, "us-etf", True),
        ({"cash_flows": "weekly 500"}, "cn-stock", True),
    ],
)
def test_the_batch_kernel_leaves_a_tax_by_holding_period_to_whole_runs(
    terms: dict[str, Any], market: str, batched: bool
) -> None:
    config, rule_of = sl.RunConfig(cash=100_000, **terms), MARKETS[market]
    rules = [RULE, sl.build("equal-weight", schedule="every-5")]
    found = evaluate(rules, panel_of(), rule_of, config, measured_row=None, returns=True)
    why = "one by one: a tax on dividends by how long shares are held"
    assert [how == why for how in found.how] == [not batched] * 2
    known = sl.run(RULE, panel_of(), market, config=config).terms
    if batched:
        packed_market(panel_of(), rule_of, known)
    else:
        with pytest.raises(sl.InputError, match="the batch kernel does not know a tax on dividends"):
            packed_market(panel_of(), rule_of, known)
    for rule, line in zip(rules, found.returns, strict=True):
        run = sl.run(rule, panel_of(), market, config=config)
        np.testing.assert_array_equal(line, run.returns.to_numpy())
