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


@pytest.mark.parametrize(
    ("same", "next_one", "found"),
    [
        (0.05, 0.65, True), (0.2, 0.65, True),  # apart by 0.45
        (0.4, 0.65, False), (0.5, 0.72, False),  # apart by less: a fund that reacts late, as gold funds do
        (0.0, 0.43, False), (0.0, 0.6, True),  # it follows too little to be the same market
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_series_that_reacts_late_in_part_is_in_step(same: float, next_one: float, found: bool, seed: int) -> None:
    """Correlations with the session itself and with the next one are those given."""
    random = np.random.default_rng(seed)
    factor = random.normal(size=1_501)
    others = factor[:-1, None] + 0.05 * random.normal(size=(1_500, MEMBERS))
    rest = np.sqrt(1 - same**2 - next_one**2) * random.normal(size=1_500)
    others[:, 2] = same * factor[:-1] + next_one * factor[1:] + rest
    got = [(each.column, each.way) for each in shifted(0.01 * others, MEMBERS)]
    assert got == ([(2, "ahead")] if found else [])
