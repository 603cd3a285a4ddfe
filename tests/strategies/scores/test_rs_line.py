"""Measures of the RS line, on numbers that can be checked on paper."""

import numpy as np

from sectorlead import (
    Fixed,
    MansfieldRS,
    RSNewHigh,
    RSSlope,
)

from .paper import last

NAN = float("nan")


def test_the_rs_line(make_small) -> None:
    b = [100, 50, 80, 200]
    a = (np.exp([0.0, 0.1, 0.4, 0.3]) * b).tolist()
    panel = make_small({"A": a, "L": [NAN, *a[1:]]}, benchmark=b)
    assert last(RSSlope(Fixed(3)), panel) == [(-0.5 * 0.1 + 0.5 * 0.4 + 1.5 * 0.3) / 5, NAN]
    assert last(RSSlope(Fixed(2)), panel) == [(0.3 - 0.1) / 2] * 2
    # RS 1, 2, 3: mean 2; and L lacks the first of three.
    rs = make_small({"A": [10, 16, 21.0], "L": [NAN, 16, 21.0]}, benchmark=[10, 8, 7.0])
    assert last(MansfieldRS(3), rs) == [50.0, NAN]
    assert last(MansfieldRS(2), rs) == [20.0, 20.0]
    lines = {"A": [10, 9, 9.5], "B": [10, 9, 10.5], "C": [10, 10, 9], "L": [NAN, 9, 9.5]}
    high = make_small(lines, benchmark=[10, 8, 7.6])
    assert last(RSNewHigh(3), high) == [1.0, 0.0, (9 / 7.6) / (10 / 8) - 1, NAN]
