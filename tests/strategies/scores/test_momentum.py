"""Measures of a trend, on numbers that can be checked on paper."""

import numpy as np
import pytest

from sectorlead import (
    MEASURES,
    RPS,
    Acceleration,
    DistanceFromHigh,
    Fixed,
    LeadershipStreak,
    Momentum,
    RegressionMomentum,
    RSSlope,
    WeightedRS,
)

from .paper import last

NAN = float("nan")


def test_weighted_rs(make_small) -> None:
    # Returns of +100% over 63, 0 over 126, -50% over 189 and +300% over 252: s = 0.4 + 0 - 0.1 + 0.6 = 0.9.
    a = [50.0] + [1.0] * 62 + [400.0] + [1.0] * 62 + [200.0] + [1.0] * 62 + [100.0] + [1.0] * 62 + [200.0]
    panel = make_small({"A": a, "F": [3.0] * 253, "L": [NAN, *a[1:]]}, benchmark=[1.0] * 253)
    assert last(WeightedRS(), panel) == [190.0, 100.0, NAN]
    assert np.isnan(WeightedRS()(panel)[:252]).all()
    assert last(WeightedRS(), make_small({"A": a, "F": [3.0] * 253}, benchmark=a)) == [100.0, 100 / 1.9]


def test_regression_momentum_and_acceleration(make_small) -> None:
    columns = {"A": np.exp([0, 0.01, 0.02]).tolist(), "B": np.exp([0, 0.03, 0.02]).tolist(), "F": [5.0] * 3}
    panel = make_small({**columns, "L": [NAN, 1, 2]})
    # B: slope 0.01, co-deviation 0.02, squared deviation 7 / 15000, so R2 is 3 / 7.
    rise = np.exp(2.5) - 1
    assert last(RegressionMomentum(3), panel) == [rise, rise * 3 / 7, 0.0, NAN]
    assert last(Acceleration(1, ago=1), make_small({"A": [100, 110, 132.0]})) == [0.1]
    assert last(Acceleration(1, ago=2), make_small({"A": [100, 110, 132, 132.0]})) == [0.0 - 0.1]


def test_places_and_streaks(make_small) -> None:
    panel = make_small({"A": [1, 1.1, 1.1], "B": [1, 1.2, 1.3], "C": [1, 1.2, 1.3], "D": [1, 1.3, NAN]})
    assert RPS(1)(panel)[1] == pytest.approx([0, 50, 50, 100])
    assert last(RPS(1), panel) == [0, 75, 75, NAN]
    assert last(RPS(1), make_small({"A": [1, 2.0]})) == [50.0]
    #          +10%, +10%, +10%, -10%, +30%   |  B: +20, +5, 0, 0, 0  | C: last but for ties
    columns = {"A": [100, 110, 121, 133.1, 119.79, 155.727], "B": [100, 120, 126, 126, 126, 126],
               "C": [100, 101, 127.26, 127.26, 127.26, NAN], "D": [100, 90, 80, 70, 60, 60]}  # fmt: skip
    streak = LeadershipStreak(1, top=0.5)(make_small(columns))
    # Two of four lead: B, A; C, A; A, and B and C tie for second; B, C; last of three A, and for second B and D tie.
    expected = [[NAN] * 4, [1, 1, 0, 0], [2, 0, 1, 0], [3, 1, 2, 0], [0, 2, 3, 0], [1, 3, NAN, 1]]
    assert streak == pytest.approx(np.array(expected), nan_ok=True)
    many = make_small({f"S{i:02d}": [100, 100 + i] for i in range(25)})
    assert np.nansum(LeadershipStreak(1, top=0.28)(many)[1]) == 7  # of 25, though 0.28 * 25 is 7.000000000000001


def test_distance_from_highs(make_small) -> None:
    panel = make_small({"A": [200, 100, 80, 90], "L": [NAN, NAN, 10, 20]})
    assert last(DistanceFromHigh(), panel) == [-0.55, 0.0]
    assert last(DistanceFromHigh(3), panel) == [-0.1, NAN]
    assert np.isnan(DistanceFromHigh(3)(panel)[:2]).all()


def test_the_named_variants(make_small) -> None:
    made = {name: entry.make() for name, entry in MEASURES.items()}
    assert made["rs-slope"] == RSSlope(Fixed(60))
    assert made["high-52-week"] == DistanceFromHigh(250)
    assert made["momentum-skip"] == Momentum(250, skip=20)
    assert last(made["short-term-reversal"], make_small({"A": [100, 1, 1, 1, 1, 90.0]})) == [0.1]
