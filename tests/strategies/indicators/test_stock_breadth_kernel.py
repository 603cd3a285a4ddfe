"""One pass over all bars: the compiled loop gives the bits of the plain one, and what a count by hand gives."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.engine.market.arithmetic import limit_price
from sectorlead.strategies.indicators.stock_breadth_kernel import COUNTS, Stocks, count, count_nb


def drawn(seed: int) -> Stocks:
    """Stocks that often stand at, or a tick from, a limit; with gaps, splits, and sessions without a limit."""
    rng = np.random.default_rng(seed)
    shape = 14, 5
    limit = rng.choice([0.0, 0.05, 0.1, 0.2], shape, p=[0.1, 0.2, 0.5, 0.2])
    factor = np.cumprod(np.where(rng.random(shape) < 0.1, 2.0, 1.0), axis=0)
    close, high = np.full(shape, np.nan), np.full(shape, np.nan)
    for i in range(shape[1]):
        last, held = float(np.round(rng.uniform(1, 50), 2)), 1.0
        for t in range(shape[0]):
            base = last * held / factor[t, i]
            edge = limit_price(base, float(rng.choice([-1, 1]) * (limit[t, i] or 0.1)), 0.01)
            price = edge + 0.01 * int(rng.integers(-1, 2)) if rng.random() < 0.6 else base * rng.uniform(0.95, 1.05)
            if rng.random() < 0.15:
                continue
            close[t, i] = last = float(np.round(max(price, 0.1), 2))
            held = factor[t, i]
            high[t, i] = last + 0.01 * int(rng.integers(0, 2))
    return Stocks(close, high, close, factor, limit, np.full(shape, 0.01))


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), tolerance=st.sampled_from([-1.0, 0.0035]))
def test_the_compiled_loop_is_the_plain_one_and_counts_what_each_stock_says(seed: int, tolerance: float) -> None:
    bars = drawn(seed)
    shape = bars.close.shape
    given_ = [(np.full((3, shape[1]), np.nan), np.zeros((shape[0], len(COUNTS))), np.full(shape, np.nan)) for _ in "ab"]
    for kernel, arrays in zip((count, count_nb), given_, strict=True):
        kernel(bars, 0.09, tolerance, *arrays)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(*given_, strict=True))
    _, counts, runs = given_[0]
    table = dict(zip(COUNTS, counts.T, strict=True))
    known = ~np.isnan(runs)
    assert np.nan_to_num(table["stocks"]).tolist() == known.sum(axis=1).tolist()
    assert (table["up"] + table["down"] + table["flat"])[known.any(axis=1)].tolist() == known.sum(axis=1)[
        known.any(axis=1)
    ].tolist()
    limited = (known & (bars.limit > 0)).sum(axis=1)
    for t in np.flatnonzero(limited).tolist():
        assert table["limited"][t] == limited[t]
        assert table["limit_up"][t] == (runs[t] > 0).sum() <= table["touched"][t]
        assert table["consecutive"][t] == (runs[t] >= 2).sum()
        assert table["longest"][t] == np.nanmax(runs[t])
    assert np.isnan(table["limit_up"][limited == 0]).all()
    if tolerance < 0:
        for i in range(shape[1]):
            _follow(bars, runs, i)


def _follow(bars: Stocks, runs: np.ndarray, i: int) -> None:
    """The run of one stock from its bars, with exact limit prices."""
    rows = np.flatnonzero(~np.isnan(bars.close[:, i])).tolist()
    run = 0
    for before, t in itertools.pairwise(rows):
        base = bars.close[before, i] * bars.factor[before, i] / bars.factor[t, i]
        at = bars.limit[t, i] > 0 and bars.close[t, i] >= limit_price(base, bars.limit[t, i], 0.01) - 0.005
        run = run + 1 if at else 0
        assert runs[t, i] == run


def counted(bars: Stocks, tolerance: float) -> dict[str, float]:
    """The counts of the last session."""
    counts = np.zeros((len(bars.close), len(COUNTS)))
    count(bars, 0.09, tolerance, np.full((3, 2), np.nan), counts, np.full(bars.close.shape, np.nan))
    return dict(zip(COUNTS, counts[-1], strict=True))


def test_a_close_off_its_extreme_is_at_no_limit_of_adjusted_prices() -> None:
    close = np.array([[100.0, 100.0], [109.8, 109.8]])
    high, ones = np.array([[100.0, 100.0], [109.8, 110.0]]), np.ones((2, 2))
    bars = Stocks(close, high, close, ones, 0.1 * ones, 0.01 * ones)
    for tolerance, sealed, touched in ((0.0035, 1, 2), (0.001, 0, 1), (-1.0, 0, 1)):
        table = counted(bars, tolerance)
        assert (table["limit_up"], table["touched"], table["surges"]) == pytest.approx((sealed, touched, 2))
    fallen, low = np.array([[100.0, 100.0], [90.2, 90.2]]), np.array([[100.0, 100.0], [90.2, 90.0]])
    bars = Stocks(fallen, fallen, low, ones, 0.1 * ones, 0.01 * ones)
    assert [counted(bars, tolerance)["limit_down"] for tolerance in (0.0035, 0.001, -1.0)] == [1, 0, 0]


def test_a_move_of_exactly_that_much_counts() -> None:
    close, ones = np.array([[10.0, 10.0], [10.9, 9.1]]), np.ones((2, 2))
    table = counted(Stocks(close, close, close, ones, 0 * ones, ones), -1.0)
    assert (table["surges"], table["slumps"], table["up"], table["down"]) == (1, 1, 1, 1)
