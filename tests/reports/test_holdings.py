"""Holding spells: by hand, and against a ledger that is kept share by share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports.history import Fills, History, Unfilled, history_of
from sectorlead.reports.holdings import SPELLS, holding_spells, spell_table

from .conftest import Make

FILLS = [  # row, column, side, shares, price, value, commission
    (1, 0, 1, 10.0, 1.0, 10.0, 1.0),
    (2, 0, 1, 10.0, 1.0, 10.0, 1.0),
    (3, 0, -1, 20.0, 2.0, 40.0, 1.0),  # a spell of 2 sessions: 40 - 20 - 3 fees = 17
    (3, 0, 1, 5.0, 2.0, 10.0, 0.0),  # bought back in the session that sold it, and still held at a close of 1: -5
    (2, 1, 1, 3.0, 1.0, 3.0, 0.0),
    (2, 1, -1, 3.0, 1.0, 3.0, 0.5),  # in and out in one session: -0.5
    (4, 1, 1, 7.0, 1.0, 7.0, 0.0),
    (5, 1, 0, 7.0, 1.0, 8.0, 0.0),  # its series ended: 1 session, 1
]
SHARES = [[10, 0], [20, 0], [5, 0], [5, 7], [5, 0]]


def test_spells_by_hand(make: Make) -> None:
    spells = holding_spells(history_of(make([100.0] * 5, fills=FILLS, shares=SHARES)))
    assert spells.column.tolist() == [0, 0, 1, 1]
    assert spells.start.tolist() == [0, 2, 1, 3]
    assert spells.sessions.tolist() == [2, 3, 0, 1]
    assert spells.contribution.tolist() == [17.0, -5.0, -0.5, 1.0]
    assert spells.fees.tolist() == [3.0, 0.0, 0.5, 0.0]
    assert spells.ended.tolist() == [True, False, True, True]
    assert spells.spell_of_fill.tolist() == [0, 0, 0, 1, 2, 2, 3, 3]
    assert not spells.short.any()


def test_the_table_is_the_spells_by_start_and_column(make: Make) -> None:
    run = make([100.0] * 5, fills=FILLS, shares=SHARES)
    day, got = run.sessions, spell_table(history_of(run))
    assert got["symbol"].tolist() == ["S0", "S1", "S0", "S1"]
    assert got["start"].tolist() == [day[0], day[1], day[2], day[3]]
    assert got["end"].tolist() == [day[2], day[1], pd.NaT, day[4]]
    assert got["sessions"].tolist() == [2, 0, 3, 1]
    assert got["contribution"].tolist() == [17.0, -0.5, -5.0, 1.0]
    assert got["fills"].tolist() == [3, 2, 1, 2]
    # 10 in for 11, 20 at work when 1 more is paid, 39 of 40 out
    assert got["return"].tolist() == pytest.approx([10 / 11 * 20 / 21 * 2 * 39 / 40 - 1, -0.5 / 3, -0.5, 1 / 7])


def test_nothing_held_is_an_empty_table_with_its_columns(make: Make) -> None:
    history = history_of(make([100.0, 100.0]))
    assert len(holding_spells(history)) == 0
    assert list(spell_table(history).columns) == list(SPELLS)


def test_splits_between_fills_change_nothing(make: Make) -> None:
    """10 become 30 between the buy and the sale, and 30 sold leave nothing."""
    fills = [(1, 0, 1, 10.0, 3.0, 30.0), (3, 0, -1, 30.0, 1.0, 30.0)]
    run = make([100.0] * 4, fills=fills, shares=[[10, 0], [30, 0], [0, 0], [0, 0]])
    spells = holding_spells(history_of(run))
    assert (spells.sessions.tolist(), spells.ended.tolist(), spells.contribution.tolist()) == ([2], [True], [0.0])
    assert spells.before.tolist() == [0.0, 30.0]


MOVES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(-4, 4).filter(bool)), max_size=40)


@given(moves=MOVES, fee=st.sampled_from([0.0, 0.25]))
def test_spells_are_those_of_a_ledger(moves: list[tuple[int, int, int]], fee: float) -> None:
    """Whatever is bought and sold, short too: a fill that would cross nothing is cut in two, as brokers book it."""
    moves.sort(key=lambda move: move[0])
    prices = 1.0 + np.arange(6)[:, None] + np.arange(3)[None, :] / 4
    held, shares, open_, fills, told = np.zeros(3), np.zeros((6, 3)), {}, [], []
    for row, column, wanted in moves:
        crosses = held[column] * wanted < 0 and abs(wanted) > abs(held[column])
        for size in ((-held[column], wanted + held[column]) if crosses else (float(wanted),)):
            price = prices[row, column]
            fills.append((row, column, np.sign(size), abs(size), price, abs(size) * price, fee))
            if held[column] == 0:
                open_[column] = [row, 0.0, size < 0]
            open_[column][1] -= size * price + fee
            held[column] += size
            if held[column] == 0:
                start, made, short = open_.pop(column)
                told.append((column, start, row - start, True, short, made))
        shares[row:, column] = held[column]
    worth = shares * prices
    for column, (start, made, short) in open_.items():
        told.append((column, start, 6 - start, False, short, made + worth[-1, column]))
    log = [np.array([fill[k] for fill in fills], dtype=float) for k in range(7)]
    none = np.zeros(0, dtype=np.int64)
    history = History(
        pd.bdate_range("2024-01-01", periods=6), pd.Timestamp("2024-01-01"), ("A", "B", "C"), 100.0,
        np.full(6, 100.0), np.full(6, 100.0), np.ones(6), shares, worth.__getitem__,
        Fills(*(each.astype(np.int64) for each in log[:3]), *log[3:]), {},
        Unfilled(none, none, none, np.zeros(0), np.zeros(0), np.zeros(0, object), np.zeros(0, object)),
    )  # fmt: skip
    spells = holding_spells(history)
    columns = (spells.column, spells.start, spells.sessions, spells.ended, spells.short)
    got = list(zip(*(each.tolist() for each in columns), strict=True))
    # of one column, spells are by time: those that are over in the order they ended, the open one last
    assert got == [each[:5] for each in sorted(told, key=lambda each: each[0])]
    assert spells.contribution == pytest.approx([each[5] for each in sorted(told, key=lambda each: each[0])])
    assert spell_table(history)["contribution"].sum() == pytest.approx(sum(each[5] for each in told))
