"""Pullbacks of a benchmark: by hand, and against a loop that knows only the past."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import ParameterError
from sectorlead.data.pullback import Episode, find_pullbacks

NAN = float("nan")


def test_a_pullback_by_hand() -> None:
    #        0    1    2    3   4   5   6   7   8    9   10
    close = [NAN, 100, 100, 95, 92, 80, 96, 97, 99, 93, 90]
    found = find_pullbacks(np.array(close, float), enter=0.08, leave=0.03, window=250)
    # The later 100 is the peak; exactly -8% enters; 96 is not back, 97 is; 90 is 10% below the same 100.
    assert found.episodes == (Episode(2, 4, 7), Episode(2, 10, None))
    assert found.inside.tolist() == [False] * 4 + [True] * 3 + [False] * 3 + [True]
    assert found.peak.tolist() == [-1] * 4 + [2] * 7
    assert found.upto.tolist() == [-1] * 4 + [4, 5, 6, 7, 7, 7, 10]


def test_a_new_high_of_the_window_ends_a_pullback_that_never_came_back() -> None:
    close = np.array([100, 90, 50, 52, 51, 52, 53.0])
    # In a window of 3, row 3 is below 90, row 4 below 52, and row 5 is at the highest of its window.
    assert find_pullbacks(close, 0.08, 0.03, 3).episodes == (Episode(0, 1, 5),)
    assert find_pullbacks(close, 0.08, 0.03, 7).episodes == (Episode(0, 1, None),)


def test_a_missing_close_carries_the_last_one() -> None:
    gap = find_pullbacks(np.array([100, NAN, 90, NAN, 99.0]), 0.08, 0.03, 250)
    full = find_pullbacks(np.array([100, 100, 90, 90, 99.0]), 0.08, 0.03, 250)
    assert gap.episodes == full.episodes == (Episode(1, 2, 4),)


@pytest.mark.parametrize("bad", [(0.03, 0.03, 250), (0.03, -0.1, 250), (1.0, 0.0, 250), (0.08, 0.03, 1)])
def test_thresholds_that_make_no_sense(bad: tuple[float, float, int]) -> None:
    with pytest.raises(ParameterError, match="a pullback needs"):
        find_pullbacks(np.ones(3), *bad)


@given(
    st.lists(st.integers(60, 140) | st.just(0), max_size=60),
    st.integers(2, 20),
    st.floats(0.02, 0.3),
    st.floats(0, 0.9),
)
@settings(max_examples=300, deadline=None)
def test_the_state_equals_a_loop_over_sessions(closes: list[int], window: int, enter: float, share: float) -> None:
    """0 stands for a missing close. The loop holds only what was known at each session."""
    line = np.array([NAN if c == 0 else float(c) for c in closes])
    leave = enter * share
    found = find_pullbacks(line, enter, leave, window)
    known: list[float] = []
    peak, inside, upto = -1, False, -1
    for t, close in enumerate(line.tolist()):
        known.append(close if close == close else known[-1] if known else NAN)
        if known[t] == known[t]:
            recent = [(c, row) for row, c in enumerate(known) if row > t - window and c == c]
            top, row = max(recent)
            if inside:
                inside = not (known[t] >= (1 - leave) * known[peak] or known[t] >= top)
                upto = t
            elif known[t] <= (1 - enter) * top:
                inside, peak, upto = True, row, t
        assert (bool(found.inside[t]), found.peak[t], found.upto[t]) == (inside, peak, upto)
        assert found.inside[: t + 1].tolist() == find_pullbacks(line[: t + 1], enter, leave, window).inside.tolist()
