"""Pullbacks of a benchmark: by hand, and against a loop that knows only the past."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import ParameterError
from sectorlead.data.pullback import Episode, PullbackRule, find_pullbacks, monthly_volatility
from sectorlead.data.simulate import simulate

NAN = float("nan")
OLDER = {"expire": None, "overlap": "keep"}  # the rule of version 0.2


def test_a_pullback_by_hand() -> None:
    #        0    1    2    3   4   5   6   7   8    9   10
    close = [NAN, 100, 100, 95, 92, 80, 96, 97, 99, 93, 90]
    found = find_pullbacks(np.array(close, float), enter=0.08, leave=0.03, window=250, **OLDER)
    # The later 100 is the peak; exactly -8% enters; 96 is not back, 97 is; 90 is 10% below the same 100.
    assert found.episodes == (Episode(2, 4, 7, "recovered", 7), Episode(2, 10, None))
    assert found.inside.tolist() == [False] * 4 + [True] * 3 + [False] * 3 + [True]
    assert found.peak.tolist() == [-1] * 4 + [2] * 7
    assert found.upto.tolist() == [-1] * 4 + [4, 5, 6, 7, 7, 7, 10]


def test_a_new_high_of_the_window_ends_a_pullback_that_never_came_back() -> None:
    close = np.array([100, 90, 50, 52, 51, 52, 53.0])
    # In a window of 3, row 3 is below 90, row 4 below 52, and row 5 is at the highest of its window.
    assert find_pullbacks(close, 0.08, 0.03, 3, **OLDER).episodes == (Episode(0, 1, 5, "new-high", 5),)
    assert find_pullbacks(close, 0.08, 0.03, 7, **OLDER).episodes == (Episode(0, 1, None),)


def test_a_missing_close_carries_the_last_one() -> None:
    gap = find_pullbacks(np.array([100, NAN, 90, NAN, 99.0]), 0.08, 0.03, 250, **OLDER)
    full = find_pullbacks(np.array([100, 100, 90, 90, 99.0]), 0.08, 0.03, 250, **OLDER)
    assert gap.episodes == full.episodes == (Episode(1, 2, 4, "recovered", 4),)


def test_a_peak_belongs_to_one_pullback() -> None:
    """100, a pullback, back to 99, and down again: measured from 99, the high since, and entered only 5% below it."""
    close = np.array([100, 94, 99, 94.5, 94, 97.5])
    assert find_pullbacks(close).episodes == (
        Episode(0, 1, 2, "recovered", 2), Episode(2, 4, 5, "recovered", 5),
    )  # fmt: skip
    kept = find_pullbacks(close, overlap="keep").episodes
    assert [(item.peak, item.entered) for item in kept] == [(0, 1), (0, 3)]


def test_a_fall_that_lasts_is_no_pullback_any_more() -> None:
    close = np.array([100, 94, 93, 92, 91, 80, 70, 66, 67, 66, 98, 93, 92])
    found = find_pullbacks(close, window=60, expire=3)
    assert found.episodes == (Episode(0, 1, 4, "expired", 10), Episode(10, 11, None))
    assert found.inside.tolist() == [False, True, True, True] + [False] * 7 + [True, True]
    assert found.upto.tolist() == [-1, 1, 2, 3, *[4] * 7, 11, 12]
    assert found.age.tolist() == [-1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0]
    assert not find_pullbacks(close[:10], expire=3).inside[4:].any()  # no other one before it is over


def test_units_of_volatility_are_those_of_the_peak() -> None:
    """Sixty moves of 1% either way: a month's volatility is 4.5%, so one unit is that much, whatever comes after."""
    calm = 100 * np.exp(np.cumsum([0.0, *[0.01, -0.01] * 30, 0.01]))
    unit = monthly_volatility(calm)[-1]
    assert unit == pytest.approx(0.01 * np.sqrt(60 / 59) * np.sqrt(20), rel=1e-3)
    fall = calm[-1] * (1 - unit * np.array([0.99, 1.01, 2.0, 0.41, 0.39]))
    found = find_pullbacks(np.concatenate([calm, fall]), 1.0, 0.4, 60, unit="volatility")
    last = len(calm) - 1
    assert found.episodes == (Episode(last, last + 2, last + 5, "recovered", last + 5),)
    assert find_pullbacks(np.concatenate([calm[-30:], fall]), 1.0, 0.4, unit="volatility").episodes == ()


def test_a_rule_is_its_arguments() -> None:
    close = np.array([100, 94, 99, 94.5, 94, 97.5])
    rule = PullbackRule(0.06, 0.01, 30, None, "keep")
    assert rule.find(close).episodes == find_pullbacks(close, 0.06, 0.01, 30, expire=None, overlap="keep").episodes
    assert PullbackRule().scaled(12) == PullbackRule(window=3, expire=3)
    assert "6% or more below its high of 30 sessions" in rule.sentence()
    assert "or 60 sessions later; then it is a correction" in PullbackRule().sentence()


@pytest.mark.parametrize("bad", [(0.03, 0.03, 250), (0.03, -0.1, 250), (1.0, 0.0, 250), (0.08, 0.03, 1)])
def test_thresholds_that_make_no_sense(bad: tuple[float, float, int]) -> None:
    with pytest.raises(ParameterError, match="a pullback needs"):
        find_pullbacks(np.ones(3), *bad)
    with pytest.raises(ParameterError, match="expires after 1 session or more"):
        find_pullbacks(np.ones(3), expire=0)


@given(
    closes=st.lists(st.integers(60, 140) | st.just(0), max_size=60),
    window=st.integers(2, 20),
    enter=st.floats(0.02, 0.3),
    share=st.floats(0, 0.9),
    expire=st.none() | st.integers(1, 8),
    overlap=st.sampled_from(["drop", "keep"]),
)
@settings(max_examples=300, deadline=None)
def test_the_state_equals_a_loop_over_sessions(closes, window, enter, share, expire, overlap) -> None:
    """0 stands for a missing close. The loop holds only what was known at each session."""
    line = np.array([NAN if c == 0 else float(c) for c in closes])
    leave = enter * share
    terms = {"expire": expire, "overlap": overlap}
    found = find_pullbacks(line, enter, leave, window, **terms)
    known: list[float] = []
    peak, falling, inside, upto, entered, since = -1, False, False, -1, 0, 0
    for t, close in enumerate(line.tolist()):
        known.append(close if close == close else known[-1] if known else NAN)
        if known[t] == known[t]:
            recent = [(c, row) for row, c in enumerate(known) if row > t - window and c == c]
            if falling:
                over = known[t] >= (1 - leave) * known[peak] or known[t] >= max(recent)[0]
                if inside:
                    upto = t
                    inside = not (over or (expire is not None and t - entered >= expire))
                if over:
                    falling, since = False, t
            else:
                top, row = max((c, row) for c, row in recent if overlap == "keep" or row >= since)
                if known[t] <= (1 - enter) * top:
                    falling, inside, peak, upto, entered = True, True, row, t, t
        assert (bool(found.inside[t]), found.peak[t], found.upto[t]) == (inside, peak, upto)
        part = find_pullbacks(line[: t + 1], enter, leave, window, **terms)
        assert found.inside[: t + 1].tolist() == part.inside.tolist()
        assert found.upto[: t + 1].tolist() == part.upto.tolist()


def test_pullbacks_of_a_benchmark_are_found_once_and_kept_as_long_as_it() -> None:
    bench = simulate(sessions=200).benchmark
    assert bench is not None
    rule, other = PullbackRule(), PullbackRule(0.08)
    found = rule.of(bench)
    assert rule.of(bench) is found
    assert PullbackRule() is not rule
    assert PullbackRule().of(bench) is found
    assert other.of(bench).episodes == other.find(bench.line).episodes != found.episodes
    assert found.episodes == rule.find(bench.line).episodes
    for array in (found.inside, found.peak, found.upto):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    gone = weakref.ref(bench)
    del bench
    gc.collect()
    assert gone() is None
