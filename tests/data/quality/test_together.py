"""Series beside each other: publication, benchmark, steps and twins, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.data.quality.together import backfill, benchmark_gaps, out_of_step, twin_series, unknown_publication

from .tables import NAN, days, hits, table

COUNT = 70


def walk(seed: int, count: int = COUNT) -> np.ndarray:
    return 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.02, count)))


def test_bars_before_publication_and_not_the_one_of_that_day() -> None:
    known = np.array(["2024-01-03", "NaT"], "M8[ns]")
    (hit,) = hits(backfill, table([[1, 1], [NAN, 1], [1, 1]], known_from=known))
    assert (hit.symbol, days(hit), hit.message) == ("A", [1], "1 bar before its publication on 2024-01-03")


def test_only_an_index_can_be_of_unknown_publication() -> None:
    known = np.array(["NaT", "2020-01-01"], "M8[ns]")
    assert [hit.symbol for hit in hits(unknown_publication, table([[1, 1]], kind="index", known_from=known))] == ["A"]
    assert hits(unknown_publication, table([[1, 1]], kind="etf")) == []
    (hit,) = hits(unknown_publication, table([[1, 1]], kind="index"))
    assert (hit.symbol, hit.message) == ("", "not known of any of the 2 series")


def test_the_benchmark_lacks_sessions_in_which_others_trade() -> None:
    t = table([[1, NAN, 9], [2, 2, NAN], [NAN, NAN, NAN], [3, 3, 9]], members=2)
    (hit,) = hits(benchmark_gaps, t)
    assert (hit.symbol, days(hit), hit.message) == ("C", [2], "benchmark has no bar in 1 session: 2024-01-02")
    assert hits(benchmark_gaps, table([[1, NAN, 9], [2, 2, NAN]], members=3)) == []


@pytest.mark.parametrize(("shift", "says"), [(1, "a session behind"), (-1, "a session ahead of")])
def test_a_series_a_session_away_from_the_others(shift: int, says: str) -> None:
    market = walk(0)
    rows = np.column_stack([market * (1 + 0.001 * n) for n in range(5)])
    rows[:, 2] = np.roll(market, shift)
    found = hits(out_of_step, table(rows[1:-1].tolist()))
    assert [(hit.symbol, says in hit.message) for hit in found] == [("C", True)]
    assert hits(out_of_step, table(rows[1:-1, :3].tolist())) == []  # three series make no market
    assert hits(out_of_step, table(rows[1:60].tolist())) == []  # 58 moves are too few


def test_a_series_that_goes_its_own_way_is_in_step_with_nobody() -> None:
    rows = np.column_stack([walk(0), walk(0) * 1.1, walk(0) * 1.2, walk(0) * 1.3, walk(7)])
    assert hits(out_of_step, table(rows.tolist())) == []


def test_twins_have_every_close_and_sixty_of_them() -> None:
    one = walk(1)
    (hit,) = hits(twin_series, table(np.column_stack([one, walk(2), one]).tolist()))
    assert (hit.symbol, hit.message) == ("C", "has the closes of A")
    (hit,) = hits(twin_series, table(np.column_stack([one, np.round(one, 2)]).tolist()))
    assert hit.message == "has the closes of A in 70 sessions, up to the last digit in 70 of them"
    other = one * (1 + 0.002 * (np.arange(COUNT) % 2))
    assert hits(twin_series, table(np.column_stack([one, other]).tolist())) == []
    assert hits(twin_series, table(np.column_stack([one, one])[:59].tolist())) == []
    bench = table(np.column_stack([one, one]).tolist(), members=1)  # a fund may be the benchmark
    assert hits(twin_series, bench) == []
