"""One over the volatility, by numpy on each window alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.strategies.volatility import inverse_volatility


@given(seed=st.integers(0, 50), lookback=st.integers(2, 40))
@settings(max_examples=25)
def test_each_window_by_itself(make_random, seed: int, lookback: int) -> None:
    panel = make_random(seed, 80, 4, gaps=0.3)
    price, bar = panel.last_adjusted_close, panel.has_bar
    rows = np.array([79, 0, lookback - 1, 40])
    found = inverse_volatility(panel, rows, lookback)
    for d, row in enumerate(rows):
        for i in range(4):
            window = np.arange(max(row - lookback + 1, 0), row + 1)
            moves = np.array([price[t, i] / price[t - 1, i] - 1 for t in window if t > 0])
            known = moves[np.isfinite(moves)]
            if 2 * bar[window, i].sum() < lookback or len(known) < 2 or known.std(ddof=1) < 1e-12:
                assert np.isnan(found[d, i])
            else:
                np.testing.assert_allclose(found[d, i], 1 / known.std(ddof=1), rtol=1e-9)


def test_what_is_asked_for_beside_does_not_matter(make_random) -> None:
    panel = make_random(2, 120, 5)
    whole = inverse_volatility(panel, np.arange(120), 30)
    for row in (5, 29, 30, 119):
        np.testing.assert_array_equal(inverse_volatility(panel, np.array([row]), 30)[0], whole[row])
        np.testing.assert_array_equal(inverse_volatility(panel.until(row), np.array([row]), 30)[0], whole[row])


def test_a_line_that_never_moves_has_none(make_small) -> None:
    panel = make_small({"A": [7.0] * 5, "B": [0.1, 0.2, 0.1, 0.2, 0.1]})
    found = inverse_volatility(panel, np.array([4]), 4)[0]
    assert np.isnan(found[0])
    np.testing.assert_allclose(found[1], 1 / np.std([1, -0.5, 1, -0.5], ddof=1), rtol=1e-12)
