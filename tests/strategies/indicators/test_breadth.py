"""Breadth by hand, by brute force, and on real sectors."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.engine.market.arithmetic import limit_price
from sectorlead.strategies.indicators import breadth
from sectorlead.strategies.indicators.breadth import Breadth, limit_prices

NAN = float("nan")


def test_participation_by_hand(make_small) -> None:
    panel = make_small({
        "A": [10, 11, 12, 11, 12],
        "B": [10, 10, 9, 8, 9],
        "C": [10, 9, 10, NAN, 12],
        "D": [NAN, NAN, NAN, 10, 12],
    })  # fmt: skip
    found = Breadth(mean=2, high=3, move=0.1, turn=1, together=3)(panel)
    # Returns in %: +10 0 -10 | +9 -10 +11 | -8 -11 . . | +9 12.5 +20 +20; the last of C is since its bar in row 2, and
    # in row 3 two of four have one.
    assert found.up == pytest.approx([NAN, 1 / 3, 2 / 3, 0.0, 1.0], nan_ok=True)
    assert found.surges == pytest.approx([NAN, 1, 1, 0, 3], nan_ok=True)
    assert found.slumps == pytest.approx([NAN, 1, 1, 1, 0], nan_ok=True)
    # Above the mean of two closes: the same as up here, but C's mean in row 4 is of 10 (carried) and 12.
    assert found.above_mean == pytest.approx([NAN, 1 / 3, 2 / 3, 0.0, 1.0], nan_ok=True)
    # Of three closes, ties count: A and C are highest in row 2, and B lowest; A (11, 12, 11) and B lowest in row 3; A,
    # B (9, 8, 9) and C highest in row 4. D has no three closes.
    assert found.at_high == pytest.approx([NAN, NAN, 2 / 3, 0.0, 1.0], nan_ok=True)
    assert found.at_low == pytest.approx([NAN, NAN, 1 / 3, 1.0, 0.0], nan_ok=True)
    assert found.dispersion[1] == pytest.approx(np.std([0.1, 0.0, -0.1], ddof=1))
    assert np.isnan(found.limit_up).all()
    # By the last return the order is A B C, then C A B: everybody moved, by 2 + 1 + 1 of at most 4.
    assert found.rotation[2] == pytest.approx(4 / 4)
    # Half of what has begun must be there: three quarters of four series are more than two.
    strict = Breadth(mean=2, high=3, present=0.75)(panel)
    assert np.isnan(strict.up).tolist() == [True, False, False, True, False]


def test_rotation_speed_of_the_same_and_of_the_reversed_order(make_small) -> None:
    up = {"A": 1.01, "B": 1.02, "C": 1.03, "D": 1.04, "E": 1.05}
    same = make_small({key: [10 * rate**t for t in range(5)] for key, rate in up.items()})
    assert Breadth(turn=2)(same).rotation == pytest.approx([NAN, NAN, NAN, NAN, 0.0], nan_ok=True)
    turned = make_small({key: [10, 10, 10 * rate**2, 10 * rate**2, 10] for key, rate in up.items()})
    assert Breadth(turn=2)(turned).rotation[4] == 1.0
    rng = np.random.default_rng(0)
    chance = pd.DataFrame(
        np.exp(np.cumsum(rng.normal(0, 0.01, (4000, 30)), axis=0)), pd.bdate_range("2000", periods=4000)
    )
    # Of n ranks at random the mean is (n^2 - 1) / 3 of n^2 / 2.
    assert np.nanmean(Breadth(turn=1)(Panel.from_frames(chance)).rotation) == pytest.approx(
        2 / 3 * 899 / 900, abs=0.005
    )


def test_limit_closes_and_unpublished_series() -> None:
    days = pd.bdate_range("2024-01-01", periods=4)
    close = np.array([[10.04, 10, 10, 10], [11.04, 9, 11, 11], [12.14, 4.95, 12.09, 12.1], [13.35, 4.46, 13.3, 13.3]])
    panel = Panel(
        days, ("A", "B", "C", "D"), close, kinds=("stock", "stock", "stock", "index"),
        adj_factor=np.where(np.arange(4)[:, None] < 2, 1.0, [1.0, 2.0, 1.0, 1.0]),
        known_from=[pd.NaT, pd.NaT, days[2], pd.NaT],
    )  # fmt: skip
    # A: 10.04 -> 11.044 -> 11.04; 11.04 -> 12.144 -> 12.14; 12.14 -> 13.354 -> 13.35: three limit-ups. B: 10 -> 9 down,
    # then a split 1 to 2, 4.5 -> 4.95 up, 4.95 -> 4.455, half up 4.46, down again. C is published in row 2, where it is
    # a fen below the limit, and at it in row 3 (12.09 -> 13.299 -> 13.30). D is an index.
    found = Breadth(limit=0.1, move=0.0999)(panel)
    assert found.limit_up == pytest.approx([NAN, 1, 2, 2], nan_ok=True)
    assert found.limit_down == pytest.approx([NAN, 1, 0, 1], nan_ok=True)


@pytest.mark.parametrize("limit", [0.05, 0.1, 0.2, -0.05, -0.1, -0.2])
@pytest.mark.parametrize("tick", [0.01, 0.001])
def test_limit_prices_are_the_engine_s(limit: float, tick: float) -> None:
    per_unit = round(1 / tick)
    closes = np.arange(1, 30_000, 7) / per_unit
    assert limit_prices(closes, limit, tick).tolist() == [limit_price(close, limit, tick) for close in closes.tolist()]


@given(seed=st.integers(0, 10_000), window=st.integers(3, 12), present=st.sampled_from([0.0, 0.5, 1.0]))
def test_correlation_and_crowding_by_brute_force(make_random, seed: int, window: int, present: float) -> None:
    base = make_random(seed, 40, 5, gaps=0.1)
    rng = np.random.default_rng(seed)
    amount = np.where(rng.random(base.shape) < 0.1, NAN, rng.integers(0, 4, base.shape).astype(float))
    amount[np.isnan(base.close)] = NAN
    panel = Panel(
        base.sessions, base.symbols, base.close, amount=amount, adj_factor=base.adj_factor, known_from=base.known_from
    )
    found = Breadth(together=window, crowded=window, present=present)(panel)
    price, alive = panel.last_adjusted_close, panel.has_bar & panel.published
    share = np.full(panel.shape, NAN)
    for t in range(len(panel.sessions)):
        begun = (np.isfinite(price[t]) & panel.published[t]).sum()
        seen = alive & panel.published[t]
        who = []
        for i in range(panel.shape[1]):
            line = [
                price[s, i] / price[s - 1, i] - 1 if seen[s, i] else 0.0 for s in range(max(t - window + 1, 1), t + 1)
            ]
            first = next((s for s in range(1, t + 1) if alive[s, i] and np.isfinite(price[s - 1, i])), t + 1)
            if alive[t, i] and first <= t - window + 1 and np.std(line) > 1e-12:
                who.append(line)
        pairs = [np.corrcoef(a, b)[0, 1] for a, b in combinations(who, 2)]
        enough = len(who) >= max(2, present * begun)
        assert found.correlation[t] == pytest.approx(np.mean(pairs) if enough else NAN, abs=1e-9, nan_ok=True)
        known = alive[t] & np.isfinite(amount[t])
        if known.sum() >= max(2, present * begun) and amount[t][known].sum() > 0:
            share[t, known] = amount[t][known] / amount[t][known].sum()
        recent = share[max(t - window + 1, 0) : t + 1]
        for i in range(panel.shape[1]):
            past = recent[np.isfinite(recent[:, i]), i]
            usable = np.isfinite(share[t, i]) and 2 * len(past) >= window
            expected = np.mean(past <= share[t, i]) if usable else NAN
            assert found.crowding[t, i] == pytest.approx(expected, nan_ok=True)


@given(seed=st.integers(0, 10_000))
def test_shares_stay_in_their_range_and_the_compiled_equals_the_plain(make_random, seed: int) -> None:
    panel = make_random(seed, 60, 6, gaps=0.1)
    found = Breadth(10, 10, together=5, turn=2, crowded=10)(panel)
    for name in ("up", "above_mean", "at_high", "at_low", "rotation"):
        values = getattr(found, name)
        assert ((values >= 0) & (values <= 1) | np.isnan(values)).all()
    known = np.isfinite(found.correlation)
    assert (found.correlation[known] >= -1 / (2 - 1) - 1e-9).all()
    assert (found.correlation[known] <= 1 + 1e-9).all()
    with pytest.MonkeyPatch.context() as patch:
        for kernel in ("_mean_correlation", "percentile"):
            patch.setattr(breadth, kernel, getattr(breadth, kernel).__wrapped__)
        plain = Breadth(10, 10, together=5, turn=2, crowded=10)(panel)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(found, plain, strict=True))


def test_shenwan_sectors(shared_data: Path) -> None:
    found = Breadth()(load(shared_data / "cn_sw2021_l1" / "bars.csv.gz"))
    sessions = load(shared_data / "cn_sw2021_l1" / "bars.csv.gz").sessions
    table = pd.DataFrame(
        {name: value for name, value in zip(found._fields, found, strict=True) if value.ndim == 1}, sessions
    )
    assert table.loc["2024-09-30", "up"] == 1.0  # the whole market rose, by 8.5%
    assert table.loc["2024-09-30", "surges"] >= 5
    assert table.loc["2024-02-05", "at_low"] > 0.5
    assert 0.3 < table["correlation"].mean() < 0.8
    assert 0.5 < table["rotation"].mean() < 0.75  # near chance
