"""What is held at the end of a run."""

from __future__ import annotations

import pytest

import sectorlead as sl
from sectorlead.reports.analysis.today import held_today


def test_by_hand(make):
    """A was bought, sold and bought again at 2, and stands at 3; B is sold; 40 are cash."""
    run = make(
        [100.0] * 3, close=[[1, 1], [1, 1], [2, 1], [3, 1]], shares=[[30, 5], [20, 0], [20, 0]],
        fills=[(1, 0, 1, 30.0, 1.0, 30.0), (1, 1, 1, 5.0, 1.0, 5.0), (2, 0, -1, 30.0, 2.0, 60.0),
               (2, 1, -1, 5.0, 1.0, 5.0), (2, 0, 1, 20.0, 2.0, 40.0)],
    )  # fmt: skip
    a, cash = held_today(run)
    assert (a.symbol, a.weight, a.since, a.sessions) == ("S0", pytest.approx(0.6), run.sessions[1], 2)
    assert a.made == pytest.approx(0.5)
    assert (cash.symbol, cash.weight, cash.since) == ("", pytest.approx(0.4), None)


def test_weights_add_up_and_are_those_of_the_last_close():
    run = sl.run("pullback-leaders", sl.simulate(seed=7, sessions=300), "cn-etf")
    rows = held_today(run)
    assert sum(row.weight for row in rows) == pytest.approx(1.0)
    last = run.weights.iloc[-1]
    assert {row.symbol: row.weight for row in rows[:-1]} == last[last > 0].to_dict()
    bought = run.fills[run.fills["side"] == "buy"].groupby("symbol")["session"].max()
    assert all(row.since <= bought[row.symbol] for row in rows[:-1])
