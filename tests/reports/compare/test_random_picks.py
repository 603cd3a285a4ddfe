"""Places among random picks, and the row that sets a strategy beside them: by hand, and of lines that are picks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.reports.compare.paired_bootstrap import Labels, paired
from sectorlead.reports.compare.random_picks import Place, RandomPicks, against_chance, cagr_of, places

NOBODY = Labels(np.array([-1]), ())


def picks(logs: np.ndarray, **changed: float) -> RandomPicks:
    given = {"keep": 0.5, "turnover": 2.0, "drawn_turnover": 2.01} | changed
    still = np.zeros(logs.shape[1])
    return RandomPicks(tuple(range(len(logs))), logs=logs, free=still, own_free=still, **given)


def found(placed: tuple[Place, ...], name: str, phase: str = "") -> Place:
    return next(row for row in placed if (row.strategy, row.phase) == (name, phase))


def test_places_by_hand():
    own = picks(np.array([[0.0, 0.1], [0.1, 0.1], [0.2, 0.1], [0.3, 0.1]]))
    lines = {"low": np.array([0.05, 0.1]), "tied": np.array([0.2, 0.1]), "gone": np.array([np.nan, 0.1])}
    placed = places(lines, dict.fromkeys(lines, own), Labels(np.array([0, 1]), ("one", "two", "never")), years=0.2)
    assert [found(placed, name).place for name in ("low", "tied")] == [0.25, 0.625]
    assert [found(placed, name, "two").place for name in ("low", "tied", "gone")] == [0.5, 0.5, 0.5]
    blank = [found(placed, *key).place for key in (("gone", ""), ("gone", "one"), ("low", "never"))]
    assert all(math.isnan(place) for place in blank)
    whole = placed[0]
    assert (whole.growth, whole.median) == pytest.approx((math.expm1(0.75), math.expm1(1.25)))
    assert found(placed, "low", "one").growth == pytest.approx(math.expm1(0.05 / 0.1))  # one session of 0.1 years
    assert own.mean.tolist() == pytest.approx([0.15, 0.1])


def test_each_is_placed_among_its_own_picks():
    low, high = picks(np.full((20, 3), -0.1)), picks(np.full((20, 3), 0.1))
    lines = {"a": np.zeros(3), "b": np.zeros(3)}
    placed = places(lines, {"a": low, "b": high}, Labels(np.full(3, -1), ()), years=1.0)
    assert [found(placed, name).place for name in "ab"] == [1.0, 0.0]


def test_the_picks_themselves_are_tied_with_themselves():
    """In whatever order numbers are added: a strategy that is the third of forty picks is at (2 + 1/2) / 40."""
    rng = np.random.default_rng(0)
    logs = rng.normal(0, 0.01, (40, 700))
    labels, own = Labels(rng.integers(0, 2, 700), ("fall", "rise")), picks(logs)
    lines = {str(k): line for k, line in enumerate(logs)}
    placed = places(lines, dict.fromkeys(lines, own), labels, years=3.0)
    for phase in ("", "fall", "rise"):
        shares = sorted(found(placed, str(k), phase).place for k in range(40))
        assert shares == pytest.approx([(k + 0.5) / 40 for k in range(40)])


def test_percentiles_of_the_picks_by_hand():
    own = picks(np.arange(21.0)[:, None] / 10)
    row = places({"x": np.array([1.0])}, {"x": own}, NOBODY, years=1.0)[0]
    assert (row.low, row.median, row.high) == pytest.approx([math.expm1(value) for value in (0.1, 1.0, 1.9)])
    assert row.place == pytest.approx(10.5 / 21)


def test_the_row_of_a_strategy_by_hand():
    """Two years: it grows by a factor of 1.21 after costs and 1.44 before, its picks by 1 and 1.21."""
    size = 480
    line, none = np.full(size, math.log(1.21) / size), np.zeros(size)
    own = RandomPicks((0, 1), 0.8, 3.0, 3.01, np.vstack((none, none)), line, np.full(size, math.log(1.44) / size))
    tested = paired({"chance": none, "x": line}, "chance", Labels(np.full(size, -1), ()), years=2.0)
    placed = places({"x": line}, {"x": own}, Labels(np.full(size, -1), ()), 2.0)
    row, other = against_chance({"x": line, "y": line}, {"x": own}, {"y": "it never traded"}, tested, placed, 2.0)
    assert (row.strategy, row.picks, row.keep, row.turnover, row.random_turnover) == ("x", 2, 0.8, 3.0, 3.01)
    assert (row.gross, row.costs, row.net) == pytest.approx((0.2, 0.1, 0.1))
    assert (row.random_gross, row.random_costs, row.random_net) == pytest.approx((0.1, 0.1, 0.0))
    assert (row.ahead, row.place, row.reason) == (pytest.approx(0.1), 1.0, "")
    assert (other.strategy, other.picks, other.reason) == ("y", 0, "it never traded")
    assert math.isnan(other.ahead)


def test_picks_of_another_turnover_are_not_called_matched():
    logs = np.zeros((2, 3))
    assert picks(logs).matched
    assert not picks(logs, drawn_turnover=2.1).matched
    assert not picks(logs, drawn_turnover=1.9).matched


def test_cagr_is_compounded_over_calendar_years():
    assert cagr_of(np.full(10, math.log(1.21) / 10), 2.0) == pytest.approx(0.1)
    assert math.isnan(cagr_of(np.zeros(3), math.nan))
