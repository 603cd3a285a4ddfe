"""Series that are a session early or late, in part of the history or all of it."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.data.quality.step import LEAST, shifted

SESSIONS, MEMBERS = 600, 6


def market(seed: int, own: float = 0.7) -> np.ndarray:
    """Moves of six series and a benchmark that share a factor, with volatility that doubles half-way."""
    random = np.random.default_rng(seed)
    size = np.where(np.arange(SESSIONS) < SESSIONS // 2, 0.01, 0.02)[:, None]
    return size * (random.normal(size=(SESSIONS, 1)) + own * random.normal(size=(SESSIONS, MEMBERS + 1)))


@pytest.mark.parametrize("column", [2, MEMBERS])
@pytest.mark.parametrize(("step", "way"), [(1, "ahead"), (-1, "behind")])
@pytest.mark.parametrize(("first", "last"), [(2, SESSIONS - 3), (60, 200), (380, 590)])
def test_a_part_out_of_step_is_found_to_a_few_sessions(column: int, step: int, way: str, first: int, last: int) -> None:
    move = market(column + first)
    move[first : last + 1, column] = move[first + step : last + 1 + step, column].copy()
    found = shifted(move, MEMBERS)
    assert [(each.column, each.way) for each in found] == [(column, way)]
    assert abs(found[0].first - first) < 15
    assert abs(found[0].last - last) < 15
    assert found[0].neighbour > 0.6
    assert abs(found[0].same) < 0.3


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_found_where_all_are_in_step(seed: int) -> None:
    assert shifted(market(seed, own=0.3 + 0.1 * (seed % 20)), MEMBERS) == []


def test_one_series_is_a_market_for_the_benchmark_but_not_the_other_way_round() -> None:
    move = market(1, own=0.2)[:, [0, MEMBERS]]
    move[:-1, 1] = move[1:, 1].copy()
    assert [(each.column, each.way) for each in shifted(move, 1)] == [(1, "ahead")]
    move = market(1, own=0.2)[:, :3]
    move[:-1, 1] = move[1:, 1].copy()
    assert shifted(move, 3) == []  # of three, two others make no market


def test_too_short_a_part_and_missing_bars_say_nothing() -> None:
    move = market(3)
    move[100 : 100 + LEAST // 2, 1] = move[101 : 101 + LEAST // 2, 1].copy()
    assert shifted(move, MEMBERS) == []
    move = market(4)
    move[:, 2] = np.nan
    move[50:400, 3] = np.nan
    assert shifted(move, MEMBERS) == []
