"""Places among random picks: by hand, and of lines that are draws themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.reports.compare.paired_bootstrap import Labels
from sectorlead.reports.compare.random_picks import Draws, mean_label, places


def test_places_by_hand():
    draws = Draws("random", (0, 1, 2, 3), np.array([[0.0, 0.1], [0.1, 0.1], [0.2, 0.1], [0.3, 0.1]]))
    lines = {"low": np.array([0.05, 0.1]), "tied": np.array([0.2, 0.1]), "gone": np.array([np.nan, 0.1])}
    found = places(lines, draws, Labels(np.array([0, 1]), ("one", "two", "never")), periods=10.0)
    assert [found.place(name) for name in ("low", "tied")] == [0.25, 0.625]
    assert [found.place(name, "two") for name in ("low", "tied", "gone")] == [0.5, 0.5, 0.5]
    assert all(math.isnan(found.place(*key)) for key in (("gone", ""), ("gone", "one"), ("low", "never")))
    whole = found.rows[0]
    assert (whole.growth, whole.median) == pytest.approx((0.75, 1.25))
    assert draws.mean.tolist() == pytest.approx([0.15, 0.1])


def test_the_draws_themselves_are_tied_with_themselves():
    """In whatever order numbers are added: a strategy that is the third of forty draws is at (2 + 1/2) / 40."""
    rng = np.random.default_rng(0)
    logs = rng.normal(0, 0.01, (40, 700))
    labels = Labels(rng.integers(0, 2, 700), ("fall", "rise"))
    found = places({str(k): line for k, line in enumerate(logs)}, Draws("random", tuple(range(40)), logs), labels)
    for phase in ("", "fall", "rise"):
        own = sorted(found.place(str(k), phase) for k in range(40))
        assert own == pytest.approx([(k + 0.5) / 40 for k in range(40)])


def test_percentiles_of_the_draws_by_hand():
    draws = Draws("random", tuple(range(21)), np.arange(21.0)[:, None] / 10)
    row = places({"x": np.array([1.0])}, draws, Labels(np.array([-1]), ()), periods=10.0).rows[0]
    assert (row.low, row.median, row.high) == pytest.approx((1.0, 10.0, 19.0))
    assert (row.growth, row.place) == pytest.approx((10.0, 10.5 / 21))


def test_a_line_with_draws_is_called_their_mean():
    draws = Draws("random", (0, 1), np.zeros((2, 3)))
    assert mean_label("random", draws) == "random, mean of 2"
    assert mean_label("other", draws) == "other"
    assert mean_label("random", None) == "random"
