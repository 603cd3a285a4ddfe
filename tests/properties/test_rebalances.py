"""Whatever the market did to a rebalance: every share that lacks has a reason, and no order is lost from the count."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from sectorlead import Every, Rotation, TopN
from sectorlead.engine.backtest import backtest
from sectorlead.engine.record import Record
from sectorlead.reports.analysis.rebalances import STATUSES, rebalances
from sectorlead.reports.analysis.target_vs_actual import GAPS, target_vs_actual
from sectorlead.strategies.exposure.exits import Exits

from ..parity.markets import Case, Dice, Replay, cases


def check_gaps(run: Record) -> pd.DataFrame:
    """Checks ``target_vs_actual`` of a run, and returns it."""
    table = target_vs_actual(run)
    assert not table["reason"].str.contains("unexplained").any(), table[table["reason"].str.contains("unexplained")]
    assert set(", ".join(table["reason"]).split(", ")) <= {*GAPS, ""}
    assert not table["reason"].str.split(", ").map(lambda names: len(names) != len(set(names))).any()
    equity = run.equity.where(run.equity > 0, 1.0)
    for when in ("first", "last"):
        rows, columns = run.sessions.get_indexer(table[when]), run.weights.columns.get_indexer(table["symbol"])
        np.testing.assert_array_equal(table[f"actual_{when}"], run.weights.to_numpy()[rows, columns])
    split = table["value_first"] / equity[table["first"]].to_numpy() + table["drift"]
    np.testing.assert_allclose(table["gap"], split, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(table["gap"], table["target"] - table["actual_first"], atol=1e-12)
    silent = table["reason"] == ""
    assert (table.loc[silent, "gap"].abs() <= 1e-9).all()
    assert (table.loc[silent, ["missing_first", "missing_last"]] == 0).all(axis=None)
    assert (table["first"] <= table["last"]).all()
    return table


def check_rebalances(run: Record) -> pd.DataFrame:
    """Checks ``rebalances`` of a run, and returns it."""
    table, fills = rebalances(run), run.fills
    assert set(table["status"]) <= set(STATUSES)
    assert len(table) == len(run.outcome.decisions.row)
    assert (table[["full", "part", "unfilled"]].sum(axis=1) == table["orders"]).all()
    np.testing.assert_allclose(
        table["traded"].sum(), fills.loc[fills["side"].isin(["buy", "sell"]), "value"].sum(), rtol=1e-12
    )
    assert (table["wanted"] >= table["traded"] * (1 - 1e-12)).all()
    done = table["status"] == "executed"
    np.testing.assert_allclose(table.loc[done, "wanted"], table.loc[done, "traded"], rtol=1e-12)
    assert (table["until"].isna() == (table["orders"] == 0)).all()
    assert ((table["status"] == "nothing to do") == (table["orders"] == 0)).all()
    assert ((table["traded"] == 0) | ~table["status"].isin(["blocked", "nothing to do"])).all()
    return table


@given(case=cases())
def test_every_gap_has_a_reason(case: Case) -> None:
    run = backtest(Replay(case.table), **case.arguments)
    gaps, plans = check_gaps(run), check_rebalances(run)
    done = set(plans.loc[plans["status"].isin(["executed", "nothing to do"]), "session"])
    last = gaps[gaps["session"].isin(done) & (gaps["missing_last"] != 0)]
    assert last["reason"].str.contains("lot|terminated|written_off").all()
    refused = run.rejections
    assert len(plans) or not len(refused)
    for reason in set(refused["reason"]):
        assert gaps["reason"].str.contains(reason).any()
    orders = len(set(zip(*_orders(run), strict=True)))
    assert plans["orders"].sum() == orders


def _orders(run: Record) -> tuple[list[int], list[str]]:
    """Decision and symbol of every fill by choice and every rejection, by a slow way."""
    decided, late = list(run.panel.sessions[run.outcome.decisions.row]), run.terms.same_session
    targets = run.targets
    events = [(f.session, f.symbol, "") for f in run.fills.itertuples() if f.side in ("buy", "sell")]
    events += [(r.session, r.symbol, r.reason) for r in run.rejections.itertuples()]
    numbers, symbols = [], []
    for k, (session, symbol, reason) in enumerate(events):
        before = [j for j, day in enumerate(decided) if day < session]
        own = session in decided
        again = (session, symbol, "terminated") in events[k + 1 :]
        fresh = own and not again and reason in ("no_price", "terminated") and targets.loc[session, symbol] > 0
        at_once = late and reason not in ("no_price", "terminated")
        numbers.append(decided.index(session) if own and (fresh or at_once) else before[-1])
        symbols.append(symbol)
    return numbers, symbols


@given(case=cases(size=st.just("decision")), age=st.integers(1, 8), every=st.integers(1, 7))
def test_what_an_answer_between_decisions_leaves_alone_lives_on(case: Case, age: int, every: int) -> None:
    run = backtest(case.stops(age, every), **case.arguments)
    check_gaps(run)
    check_rebalances(run)


@given(
    case=cases(), every=st.integers(1, 7), exits=st.sampled_from([Exits(sessions=3), Exits(stop=0.02, trailing=0.03)])
)
def test_exits_of_a_rotation(case: Case, every: int, exits: Exits) -> None:
    rule = Rotation(Dice(case.seed), TopN(2, 3), schedule=Every(every), exits=exits)
    run = backtest(rule, **case.arguments)
    check_gaps(run)
    check_rebalances(run)
