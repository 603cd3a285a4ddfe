"""``simulate``: a market that looks like one, and a truth that is there when planted and not otherwise."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import DEPTH, PAYOUT, REBOUND, SECTORS, falls, planted_drift, simulate

SEEDS = range(12)
BETAS = np.array([beta for _, _, beta in SECTORS])


@cache
def market(seed: int, persistence: float = 0.5) -> Panel:
    return simulate(seed, persistence=persistence)


def returns(panel: Panel) -> np.ndarray:
    """Adjusted close-to-close log returns, NaN where either bar is missing."""
    return np.diff(np.log(panel.adjusted_close), axis=0)


def benchmark_returns(panel: Panel) -> np.ndarray:
    assert panel.benchmark is not None
    return np.diff(np.log(panel.benchmark.close))


def windows(panel: Panel) -> list[tuple[int, int, int, int]]:
    """(peak, trough, first, stop): a fall, and the rows after it in which its truth is earned."""
    assert panel.benchmark is not None
    found = falls(panel.benchmark.close)
    starts = [*(fall.start for fall in found[1:]), len(panel.sessions)]
    return [
        (fall.peak, fall.trough, fall.end + 1, min(fall.end + 1 + PAYOUT, start))
        for fall, start in zip(found, starts, strict=True)
        if fall.end is not None
    ]


# --- the market -------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_panel_and_another_seed_another() -> None:
    assert simulate(7, 200).content_hash == simulate(7, 200).content_hash
    assert len({simulate(seed, 100).content_hash for seed in range(5)}) == 5
    assert simulate(7, 200, persistence=0.4).content_hash != simulate(7, 200).content_hash


def test_labels() -> None:
    p = market(0)
    assert p.shape == (2500, 31)
    assert (p.symbols[0], p.symbols[-1], p.names[0], p.kinds[0]) == ("SIM01", "SIM31", "电子", "etf")
    assert len(set(p.names)) == 31
    assert len(set(p.groups)) == 6
    assert p.benchmark is not None
    assert (p.benchmark.symbol, p.benchmark.name) == ("SIMGEM", "模拟创业板指")
    assert p.source == "simulated (seed 0, persistence 0.5)"
    assert p.simulated
    assert (p.sessions.day_of_week < 5).all()
    assert simulate(0, 60, start="2020-02-01").sessions[0] == pd.Timestamp("2020-02-03")  # a Saturday


@pytest.mark.parametrize("seed", SEEDS)
def test_bars_are_those_of_funds(seed: int) -> None:
    p = market(seed)  # that no bar is impossible is checked by Panel itself
    bar = p.has_bar
    prices = np.stack([p.open, p.high, p.low, p.close])[:, bar]
    np.testing.assert_allclose(prices * 1000, np.round(prices * 1000), rtol=0, atol=1e-6)
    assert 0.25 < prices.min() < prices.max() < 6
    traded = bar & (p.volume > 0)
    assert (p.volume[bar] % 100 == 0).all()
    paid = p.amount[traded] / p.volume[traded]
    assert (paid >= p.low[traded] - 1e-4).all()
    assert (paid <= p.high[traded] + 1e-4).all()

    idle = bar & (p.volume == 0)
    assert 3 <= idle.sum() <= 40
    assert (p.amount[idle] == 0).all()
    assert (p.high[idle] == p.low[idle]).all()
    adjusted = p.last_adjusted_close
    np.testing.assert_allclose(adjusted[1:][idle[1:]], adjusted[:-1][idle[1:]], rtol=1e-9)

    late = p.first_bar > 0
    assert late.sum() == 10
    assert (p.known_from == p.sessions.to_numpy()[p.first_bar]).all()
    assert (p.last_bar == len(p.sessions) - 1).all()  # none ends
    gaps = ~bar & (np.arange(2500)[:, None] > p.first_bar)
    assert 20 <= gaps.sum() <= 300

    splits = np.diff(p.adj_factor, axis=0) != 0
    assert splits.sum() >= 2
    with np.errstate(invalid="ignore"):
        jumped = np.abs(np.diff(np.log(p.close), axis=0)) > 0.4
        moved = np.abs(np.diff(p.adjusted_close, axis=0) / p.adjusted_close[:-1])
    assert not (jumped & ~splits).any()
    assert (jumped == splits)[bar[1:] & bar[:-1]].all()
    assert np.nanmax(moved) < 0.105
    assert np.nanmean(moved > 0.0995) < 0.005


def test_volatility_is_clustered_and_tails_are_fat() -> None:
    lines = [benchmark_returns(market(seed)) for seed in SEEDS]
    yearly = np.array([line.std() * np.sqrt(252) for line in lines])
    assert 0.25 < np.median(yearly) < 0.30
    assert ((yearly > 0.2) & (yearly < 0.4)).all()
    assert np.median([pd.Series(line).kurt() for line in lines]) > 2
    sizes = [pd.Series(np.abs(line)) for line in lines]
    assert np.median([size.autocorr(1) for size in sizes]) > 0.08
    assert np.median([size.autocorr(20) for size in sizes]) > 0.03
    assert np.median(np.abs([pd.Series(line).autocorr(1) for line in lines])) < 0.05
    assert all(20 <= len(falls(market(seed).benchmark.close)) <= 70 for seed in SEEDS)


def test_sectors_load_on_the_benchmark_by_their_betas_and_on_their_group() -> None:
    p = market(1, 0.0)
    line, moves = benchmark_returns(p), returns(p)
    slopes, rests = [], []
    for i in range(31):
        known = np.isfinite(moves[:, i])
        slope, level = np.polyfit(line[known], moves[known, i], 1)
        slopes.append(slope)
        rests.append(np.where(known, moves[:, i] - slope * line - level, 0.0))
    np.testing.assert_allclose(slopes, BETAS, atol=0.12)
    assert (min(BETAS), max(BETAS)) == (0.6, 1.4)
    related = np.corrcoef(rests)
    same = np.array(p.groups)[:, None] == np.array(p.groups)
    assert related[same & ~np.eye(31, dtype=bool)].mean() > 0.12
    assert abs(related[~same].mean()) < 0.03
    stir = pd.Series(np.abs(line)).rolling(20).mean().to_numpy()[19:]
    assert np.corrcoef(stir, np.abs(rests).mean(axis=0)[19:])[0, 1] > 0.3  # noise swells with the market


# --- the truth --------------------------------------------------------------------------------------------------------


def test_falls_by_hand() -> None:
    line = np.array([100, 110, 105, 101.2, 95, 97, 99.75, 99, 104, 96, 95.6, 95, 94])
    assert falls(line) == [(1, 3, 4, 6), (8, 10, 12, None)]
    assert falls(line[:7])[0].end == 6
    assert falls(line[:6])[0].end is None
    assert falls(line[:3]) == []
    assert (DEPTH, REBOUND) == (0.08, 0.05)


def test_falls_are_known_when_they_say() -> None:
    line = market(2).benchmark.close
    for fall in falls(line):
        now = falls(line[: fall.start + 1])[-1]
        assert (now.peak, now.start, now.end) == (fall.peak, fall.start, None)
        if fall.end is not None:
            assert falls(line[: fall.end + 1])[-1] == fall


def test_planted_drift_by_hand() -> None:
    line = np.concatenate(([100, 90, 80, 90], np.full(100, 90.0), [80.0] * 3))
    noise = np.zeros((len(line), 2))
    noise[:4] = [[9, 9], [0.06, -0.12], [0.06, 0], [9, 9]]
    drift = planted_drift(line, noise)
    np.testing.assert_allclose(drift[4 : 4 + PAYOUT], [[0.002, -0.002]] * PAYOUT, atol=1e-15)
    assert not drift[:4].any()
    assert not drift[4 + PAYOUT :].any()
    soon = np.concatenate((line[:14], [80.0] * 10))
    assert np.flatnonzero(planted_drift(soon, noise[:24]).any(axis=1)).tolist() == list(range(4, 14))


@pytest.mark.parametrize("seed", [0, 4, 9])
def test_persistence_moves_the_sessions_after_pullbacks_and_nothing_else(seed: int) -> None:
    with_truth, without = market(seed), market(seed, 0.0)
    assert with_truth.benchmark.close.tolist() == without.benchmark.close.tolist()
    assert (with_truth.has_bar == without.has_bar).all()
    assert (with_truth.volume == 0).tolist() == (without.volume == 0).tolist()
    extra = returns(with_truth) - returns(without)
    paid = np.zeros(len(extra), dtype=bool)
    for _, _, first, stop in windows(with_truth):
        paid[first - 1 : stop - 1] = True  # extra[t] is the return of session t + 1
    assert 0.3 < paid.mean() < 0.7
    typical = np.nanmean(np.abs(np.nancumsum(np.where(paid[:, None], extra, 0), axis=0)[-1]))
    outside = np.nanmean(np.abs(np.nancumsum(np.where(paid[:, None], 0, extra), axis=0)[-1]))
    assert typical > 0.05
    assert outside < 0.05 * typical  # ticks and limits
    assert np.nanmax(np.abs(np.nanmean(extra[~paid], axis=0))) < 1e-4


def paid_for_strength(panel: Panel) -> float:
    """Slope of what sectors earned after a pullback, in excess of beta, on their residual return in it."""
    moves, line = returns(panel), benchmark_returns(panel)
    rest = moves - BETAS * line[:, None]
    before, after = [], []
    for peak, trough, first, stop in windows(panel):
        then, later = rest[peak:trough], rest[first - 1 : stop - 1]
        if stop - first == PAYOUT:
            known = np.isfinite(then).all(axis=0) & np.isfinite(later).all(axis=0)
            before += then.sum(axis=0)[known].tolist()
            after += later.sum(axis=0)[known].tolist()
    x, y = np.array(before), np.array(after)
    return float((x * y).sum() / (x * x).sum())


@pytest.mark.parametrize("persistence", [0.0, 0.5, -0.5, 1.0])
def test_the_planted_slope_is_found(persistence: float) -> None:
    slopes = np.array([paid_for_strength(market(seed, persistence)) for seed in SEEDS])
    error = slopes.std(ddof=1) / np.sqrt(len(slopes))
    assert error < 0.06
    assert abs(slopes.mean() - persistence) < 4 * error
    assert abs(slopes.mean() - persistence) < 0.2


def leaders_ahead(panel: Panel) -> float:
    """Yearly return of the 5 strongest in the last pullback over the mean of all: monthly, true betas, no costs."""
    rest = np.nan_to_num(returns(panel) - BETAS * benchmark_returns(panel)[:, None])
    line = panel.last_adjusted_close
    months = panel.sessions.month.to_numpy()
    gains = []
    for t in np.flatnonzero(months[:-1] != months[1:]):
        known = [fall for fall in falls(panel.benchmark.close) if fall.end is not None and fall.end <= t]
        if not known:
            continue
        strength = rest[known[-1].peak : known[-1].trough].sum(axis=0)
        listed = np.flatnonzero(panel.first_bar <= known[-1].peak)
        best = listed[np.argsort(-strength[listed], kind="stable")[:5]]
        gain = line[min(t + 21, len(line) - 1)] / line[t] - 1
        gains.append(gain[best].mean() - gain[listed].mean())
    return float(np.mean(gains) * 12)


def test_a_rotation_earns_the_truth_and_nothing_without_it() -> None:
    planted = np.array([leaders_ahead(market(seed)) for seed in SEEDS])
    nothing = np.array([leaders_ahead(market(seed, 0.0)) for seed in SEEDS])
    reverse = np.array([leaders_ahead(market(seed, -0.5)) for seed in SEEDS])
    assert 0.02 < planted.mean() < 0.15
    assert (planted > nothing).all()
    assert (reverse < nothing).all()
    assert abs(nothing.mean()) < 3 * nothing.std(ddof=1) / np.sqrt(len(nothing))


# --- parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"seed": -1}, "seed must be a whole number >= 0, was -1"),
        ({"seed": 1.5}, "seed must be"),
        ({"seed": True}, "seed must be"),
        ({"sessions": 59}, r"sessions must be a whole number in \[60, 25000\], was 59"),
        ({"sessions": 25_001}, "sessions must be"),
        ({"persistence": 2.1}, r"persistence must be a number in \[-2, 2\], was 2.1"),
        ({"persistence": float("nan")}, "persistence must be"),
        ({"persistence": "0.5"}, "persistence must be"),
        ({"start": "05/01/2015"}, "start must be a date"),
    ],
)
def test_parameters_out_of_range(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        simulate(**given)


@pytest.mark.parametrize("given", [{"sessions": 60}, {"sessions": 25_000}, {"persistence": 2}, {"persistence": -2.0}])
def test_the_ends_of_the_ranges_work(given: dict[str, Any]) -> None:
    p = simulate(3, **{"sessions": 400} | given)
    assert np.isfinite(p.last_close[-1]).all()
    assert 0.2 < np.nanmin(p.close) < np.nanmax(p.close) < 10
