"""What each sector brought: known answers by hand."""

from __future__ import annotations

import pytest

from sectorlead.reports.analysis.sectors import sectors


def test_hit_rates_by_hand(make):
    """A is held twice: once bought at 1 and sold at 2, once bought at 2 and sold at 1.5."""
    shares = [[10, 0], [0, 0], [10, 4], [0, 4]]
    fills = [
        (1, 0, 1, 10.0, 1.0, 10.0), (2, 0, -1, 10.0, 2.0, 20.0), (3, 0, 1, 10.0, 2.0, 20.0), (3, 1, 1, 4.0, 1.0, 4.0),
        (4, 0, -1, 10.0, 1.5, 15.0),
    ]  # fmt: skip
    run = make([100.0, 110.0, 110.0, 105.0], names=("甲", "乙"), shares=shares, fills=fills)
    first, other, everything = sectors(run, ["c0", "c1"])
    assert (first.name, first.spells, first.won, first.hit_rate) == ("甲", 2, 1, 0.5)
    assert first.contribution == pytest.approx(0.05)
    assert (first.best, first.worst) == pytest.approx((1.0, -0.25))
    assert (other.spells, other.won, other.contribution) == (1, 0, 0.0)
    assert (everything.spells, everything.won) == (3, 1)
    assert sectors(make([100.0] * 3), ["c0", "c1"]) == ()


def test_best_and_worst_are_the_money_that_is_won(make):
    """10 bought at 1, 90 more at 2, all sold at 1.9: a rise of the price by 90%, and money lost."""
    shares = [[10, 0], [100, 0], [0, 0]]
    fills = [
        (1, 0, 1, 10.0, 1.0, 10.0), (2, 0, 1, 90.0, 2.0, 180.0), (3, 0, -1, 100.0, 1.9, 190.0, 1.0),
    ]  # fmt: skip
    run = make([200.0, 210.0, 199.0], shares=shares, fills=fills, close=[[1, 1], [1, 1], [2, 1], [1.9, 1]], cash=200.0)
    (row, _) = sectors(run, ["c0", "c1"])
    assert (row.won, row.best, row.worst) == (0, pytest.approx(-1 / 190), pytest.approx(-1 / 190))
    assert row.contribution == pytest.approx(-1 / 200)
