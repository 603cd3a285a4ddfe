"""Excess, drawdown spread, retracement and recovery, on numbers that can be checked on paper."""

import pytest

from sectorlead import (
    Current,
    DrawdownSpread,
    Excess,
    Fixed,
    LastCompleted,
    RecoveryFirst,
    Retracement,
)

from .paper import last

NAN = float("nan")


def test_excess_and_drawdown_spread(make_small) -> None:
    panel = make_small({"A": [100, 120, 90, 108], "L": [NAN, 50, 60, 66]}, benchmark=[100, 80, 90, 60])
    assert last(Excess(Fixed(3)), panel) == [1.08 / 0.6 - 1, NAN]
    assert last(Excess(Fixed(2)), panel) == [0.9 / 0.75 - 1, 1.32 / 0.75 - 1]
    assert last(DrawdownSpread(Fixed(3)), panel) == [-0.1 + 0.4, NAN]  # 108 of 120, 60 of 100
    assert last(DrawdownSpread(Fixed(2)), panel) == [-0.1 + 1 / 3, 1 / 3]  # 60 of 90; the window's first close counts


def test_retracement_and_recovery(make_small) -> None:
    b = [1.0] * 7
    columns = {
        "A": [90, 120, 80, 100, 140, 110],  # from 80 to 140, and half of it back
        "F": [90, 120, 110, 100, 95, 99],  # no rise: the window starts at its low
        "L": [NAN, NAN, NAN, 100, 120, 90],  # its leg has one close only: from 100 to 120, and one and a half back
    }
    assert last(Retracement(Fixed(2), leg=2), make_small(columns, benchmark=b[:6])) == [-0.5, NAN, -1.5]
    columns = {
        "A": [110, 120, 100, 115, 121, 118, 119],  # regained 120 in row 4
        "B": [110, 120, 100, 90, 97, 95, 96],
        "C": [130, 120, 100, 120, 119, 90, 90],  # 130 is beyond its reach; regained 120 in row 3
        "L": [NAN, NAN, NAN, 1, 2, 3, 4],
    }
    panel = make_small(columns, benchmark=b)
    assert last(RecoveryFirst(Fixed(4), reach=2), panel) == [3.0, -0.2, 4.0, NAN]
    assert RecoveryFirst(Fixed(3), reach=2)(panel)[5].tolist()[0] == 2.0
    # Over the last completed pullback time stands still: A regained 100 in the session that ended it.
    closed = make_small({"A": [100, 95, 100, 90, 95]}, benchmark=[100, 90, 98, 99, 98])
    assert RecoveryFirst(LastCompleted())(closed)[:, 0] == pytest.approx([NAN, NAN, 1, 1, 1], nan_ok=True)


def test_nothing_without_a_bar_and_a_gap_carries_the_price(make_small) -> None:
    panel = make_small({"A": [100, NAN, 90, NAN]}, benchmark=[100, 90, 80, 80])
    assert Excess(Current())(panel)[:, 0] == pytest.approx([NAN, NAN, 0.9 / 0.8 - 1, NAN], nan_ok=True)
