"""A made-up market whose truth is known: how strongly strength in a pullback persists."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .benchmark import Benchmark
from .dates import as_date
from .errors import ParameterError
from .panel import Panel
from .types import Floats

SECTORS: tuple[tuple[str, str, float], ...] = (
    ("电子", "科技 technology", 1.40), ("计算机", "科技 technology", 1.37),
    ("通信", "科技 technology", 1.29), ("传媒", "科技 technology", 1.23),
    ("国防军工", "制造 manufacturing", 1.31), ("电力设备", "制造 manufacturing", 1.34),
    ("机械设备", "制造 manufacturing", 1.20), ("汽车", "制造 manufacturing", 1.15),
    ("轻工制造", "制造 manufacturing", 1.06), ("有色金属", "周期 cyclicals", 1.26),
    ("基础化工", "周期 cyclicals", 1.17), ("建筑材料", "周期 cyclicals", 1.00),
    ("钢铁", "周期 cyclicals", 0.97), ("煤炭", "周期 cyclicals", 0.89),
    ("石油石化", "周期 cyclicals", 0.74), ("食品饮料", "消费 consumption", 0.86),
    ("家用电器", "消费 consumption", 0.91), ("医药生物", "消费 consumption", 1.03),
    ("美容护理", "消费 consumption", 1.09), ("农林牧渔", "消费 consumption", 0.94),
    ("商贸零售", "消费 consumption", 0.83), ("社会服务", "消费 consumption", 1.11),
    ("纺织服饰", "消费 consumption", 0.80), ("非银金融", "金融 finance", 1.14),
    ("银行", "金融 finance", 0.60), ("房地产", "金融 finance", 0.77),
    ("建筑装饰", "公用 services", 0.71), ("公用事业", "公用 services", 0.63),
    ("交通运输", "公用 services", 0.66), ("环保", "公用 services", 0.69),
    ("综合", "公用 services", 1.12),
)  # fmt: skip
"""Display name, group and true beta of each simulated sector, in the order of their symbols ``SIM01`` to ``SIM31``."""

BENCHMARK = ("SIMGEM", "模拟创业板指")
"""Symbol and name of the benchmark."""

DEPTH, REBOUND = 0.08, 0.05  # where a fall of the benchmark begins to count, and where it is over
PAYOUT = 60  # sessions over which what persists is earned

_DRIFT, _VOLATILITY = 0.0003, 0.0185  # of the common factor, log return a session
_TO_SHOCK, _TO_FALL, _TO_ITSELF = 0.045, 0.065, 0.90  # what its variance owes to the last shock, to a fall, to itself
_GROUP, _OWN = 0.0055, 0.0105  # volatility of a group's factor and of a sector's own noise
_TAILS = 5.0  # degrees of freedom of every shock
_LIMIT = 0.10  # no bar leaves this band around the close before it
_SPLIT_ABOVE, _MERGE_BELOW = 5.0, 0.3  # a fund splits 1:2 or merges 2:1 after a close beyond
_LATE = 10  # funds listed later
_IDLE, _SUSPENDED = 1 / 5_000, 1 / 4_000  # chance a session of no trade, and of the start of a suspension


class Fall(NamedTuple):
    """One pullback of the benchmark; rows of its closes, ``peak < start <= trough < end``."""

    peak: int  # highest close since the end of the last
    start: int  # first close DEPTH below it: from here on the fall is known
    trough: int  # lowest close from start to end
    end: int | None  # first close REBOUND above the lowest so far: from here on the trough is known; None before


def simulate(seed: int = 0, sessions: int = 2_500, *, start: Any = "2015-01-05", persistence: float = 0.5) -> Panel:
    """A seeded daily market of 31 sector funds and a ChiNext-like benchmark, with what makes real ones awkward.

    The log return of sector i in session t is ``beta_i f_t + g_t + e_it + d_it``: the common factor, which is the
    benchmark, with clustered volatility that rises most after falls (GJR-GARCH; about 27% a year, from 24% to 32% for
    most seeds); a factor of the sector's group; noise of its own; the planted drift. Every shock is Student-t with 5
    degrees of freedom; the volatility of noise follows that of the market half-way.

    *The truth.* A pullback starts when the benchmark closes 8% below its highest close since the last one, and ends
    when it closes 5% above its lowest close since the start. From peak to trough, a sector has the beta-adjusted
    residual return ``r_i``, the sum of ``g_t + e_it``. In the 60 sessions after the end, but no longer than to the
    start of the next, it earns ``d_it = persistence * r_i / 60`` on top. With persistence 0 there is nothing to find.
    Everything else is drawn alike, so that two markets of one seed differ in that drift only.

    Also in it: ten funds listed late, sessions without a bar, zero-volume bars at the last price, splits and merges
    (raw prices jump, ``adj_factor`` makes up for it), daily limits of 10%, prices in ticks of 0.001, volume by the
    hundred units.

    Parameters
    ----------
    seed : int
        >= 0. Same arguments, same panel, wherever numpy draws and rounds alike.
    sessions : int
        T, in [60, 25000].
    start : date
        First session, or the weekday after it. Every weekday is a session; there are no holidays.
    persistence : float
        In [-2, 2]. Negative: the laggards of a pullback rebound.

    Returns
    -------
    Panel
        31 series of kind "etf" with group, name and listing date; its source starts with "simulated".

    Raises
    ------
    ParameterError
        Names the range.
    """
    _check(seed, sessions, persistence)
    days = pd.bdate_range(as_date("start", start), periods=sessions).as_unit("ns")
    of_factor, of_noise, of_gaps, of_bars, of_index = (
        np.random.Generator(np.random.PCG64(child)) for child in np.random.SeedSequence(seed).spawn(5)
    )
    factor, activity = _common(of_factor, sessions)
    noise = _noise(of_noise, activity)
    listed, absent, idle = _gaps(of_gaps, sessions)

    level = np.exp(np.cumsum(factor))
    drift = persistence * planted_drift(level, noise)
    returns = np.array([beta for _, _, beta in SECTORS]) * factor[:, None] + noise + drift
    missed = np.where(idle, returns, 0.0)  # the next session brings what one without trade misses
    returns += np.vstack((np.zeros(len(SECTORS)), missed[:-1])) - missed
    path = np.exp(np.cumsum(_limited(returns), axis=0))
    path *= of_bars.uniform(0.8, 1.6, len(SECTORS)) / path[listed, np.arange(len(SECTORS))]

    split = _splits(path, listed)
    bars = _bars(of_bars, path, split, idle, activity)
    whole, never = np.ones((sessions, 1)), np.zeros((sessions, 1), dtype=np.bool_)
    gem: dict[str, Any] = _bars(of_index, 1_500.0 * level[:, None], whole, never, activity)
    seen: dict[str, Any] = {key: np.where(absent, np.nan, values) for key, values in bars.items()}
    return Panel(
        days,
        tuple(f"SIM{i:02d}" for i in range(1, len(SECTORS) + 1)),
        **seen,
        adj_factor=split,
        names=tuple(name for name, _, _ in SECTORS),
        groups=tuple(group for _, group, _ in SECTORS),
        kinds=("etf",) * len(SECTORS),
        known_from=days.to_numpy()[listed],
        benchmark=Benchmark(*BENCHMARK, **{key: values[:, 0] for key, values in gem.items()}),
        source=f"simulated (seed {seed}, persistence {persistence:g})",
    )


def falls(close: Floats) -> list[Fall]:
    """The pullbacks of the benchmark by the rule of ``simulate``, in order; only the last can lack an end.

    Parameters
    ----------
    close : array of shape (T,)
        > 0, without NaN.
    """
    found: list[Fall] = []
    path = close.tolist()
    peak, start, low = 0, -1, 0
    for t, value in enumerate(path):
        if start < 0:
            if value > path[peak]:
                peak = t
            elif value <= path[peak] * (1 - DEPTH):
                start = low = t
        elif value < path[low]:
            low = t
        elif value >= path[low] * (1 + REBOUND):
            found.append(Fall(peak, start, low, t))
            peak, start = t, -1
    return found if start < 0 else [*found, Fall(peak, start, low, None)]


def planted_drift(close: Floats, noise: Floats) -> Floats:
    """The truth at persistence 1: drift by session and sector, log return, shape (T, N).

    Parameters
    ----------
    close : array of shape (T,)
        Of the benchmark.
    noise : array of shape (T, N)
        Beta-adjusted residual log returns.
    """
    drift = np.zeros_like(noise)
    total = np.cumsum(noise, axis=0)
    found = falls(close)
    starts = [*(fall.start for fall in found), len(close)]
    for fall, next_start in zip(found, starts[1:], strict=True):
        if fall.end is not None:
            residual = total[fall.trough] - total[fall.peak]
            drift[fall.end + 1 : min(fall.end + 1 + PAYOUT, next_start)] = residual / PAYOUT
    return drift


def _common(rng: np.random.Generator, sessions: int) -> tuple[Floats, Floats]:
    """Log returns of the common factor, and its volatility in units of the long-run one, both of shape (T,)."""
    mean = _VOLATILITY**2
    rest = mean * (1 - _TO_SHOCK - _TO_FALL / 2 - _TO_ITSELF)
    variance, shocks, variances = mean, [], []
    for draw in _heavy(rng, (sessions,)).tolist():
        shock = math.sqrt(variance) * draw
        shocks.append(shock)
        variances.append(variance)
        variance = rest + (_TO_SHOCK + _TO_FALL * (shock < 0)) * shock * shock + _TO_ITSELF * variance
    return _limited(np.array(shocks) + _DRIFT), np.clip(np.sqrt(np.array(variances) / mean), 0.5, 3.0)


def _noise(rng: np.random.Generator, activity: Floats) -> Floats:
    """Group factors plus each sector's own noise, log returns of shape (T, N)."""
    groups = list(dict.fromkeys(group for _, group, _ in SECTORS))
    member = np.array([groups.index(group) for _, group, _ in SECTORS])
    shared = _GROUP * _heavy(rng, (len(activity), len(groups)))
    own = _OWN * _heavy(rng, (len(activity), len(SECTORS)))
    return (shared[:, member] + own) * np.sqrt(activity)[:, None]


def _heavy(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Student-t draws of variance 1."""
    return rng.standard_t(_TAILS, shape) * math.sqrt((_TAILS - 2) / _TAILS)


def _limited(returns: Floats) -> Floats:
    return np.clip(returns, math.log(1 - _LIMIT), math.log(1 + _LIMIT))


def _gaps(rng: np.random.Generator, sessions: int) -> tuple[NDArray[np.intp], NDArray[np.bool_], NDArray[np.bool_]]:
    """Row of each sector's listing (N,), cells without a bar and cells without a trade (T, N)."""
    count = len(SECTORS)
    listed = np.zeros(count, dtype=np.intp)
    listed[rng.choice(count, _LATE, replace=False)] = (sessions * rng.uniform(0.05, 0.6, _LATE)).astype(np.intp)
    row = np.arange(sessions)[:, None]
    absent = row < listed
    inner = (row > listed) & (row < sessions - 1)  # a series has its first bar, and does not end
    for t, i in np.argwhere(rng.random((sessions, count)) < _SUSPENDED):
        absent[t : t + rng.integers(1, 11), i] |= True
    absent &= (row < listed) | inner
    return listed, absent, (rng.random((sessions, count)) < _IDLE) & inner & ~absent


def _splits(path: Floats, listed: NDArray[np.intp]) -> Floats:
    """Adjustment factors that keep raw prices, path over factor, in the range of a fund's; (T, N)."""
    factor = np.ones_like(path)
    for i, first in enumerate(listed):
        t = int(first)
        while True:
            raw = path[t:, i] / factor[t, i]
            out = np.flatnonzero((raw > _SPLIT_ABOVE) | (raw < _MERGE_BELOW))
            if not len(out) or t + out[0] + 1 >= len(path):
                break
            t += int(out[0]) + 1
            factor[t:, i] *= 2.0 if raw[out[0]] > _SPLIT_ABOVE else 0.5
    return factor


def _bars(
    rng: np.random.Generator, path: Floats, split: Floats, idle: NDArray[np.bool_], activity: Floats
) -> dict[str, Floats]:
    """Bars in ticks around the close-to-close path, within the daily limits; each (T, K)."""
    close = np.round(path / split, 3)
    before = np.vstack((close[:1], close[:-1] * split[:-1] / split[1:]))
    change = np.log(close / before)
    spread = 0.005 * activity[:, None] * rng.standard_normal((3, *path.shape))
    open_ = before * np.exp(0.3 * change + spread[0] * 0.6)
    high = np.maximum(open_, close) * np.exp(np.abs(spread[1]))
    low = np.minimum(open_, close) * np.exp(-np.abs(spread[2]))
    top, bottom = np.round(before * (1 + _LIMIT), 3), np.round(before * (1 - _LIMIT), 3)
    bars = {
        key: np.where(idle, close, np.clip(np.round(values, 3), bottom, top))
        for key, values in (("open", open_), ("high", high), ("low", low), ("close", close))
    }
    typical = (bars["open"] + bars["high"] + bars["low"] + bars["close"]) / 4
    usual = np.exp(rng.uniform(math.log(2e7), math.log(6e8), path.shape[1]))  # currency a session
    busy = np.exp(0.3 * rng.standard_normal(path.shape) + 10 * np.abs(change)) * activity[:, None]
    volume = np.where(idle, 0.0, np.maximum(np.round(usual * busy / typical / 100), 1) * 100)
    return bars | {"volume": volume, "amount": np.round(volume * typical, 2)}


def _check(seed: int, sessions: int, persistence: float) -> None:
    if not _whole(seed) or seed < 0:
        raise ParameterError(f"seed must be a whole number >= 0, was {seed!r}")
    if not _whole(sessions) or not 60 <= sessions <= 25_000:
        raise ParameterError(f"sessions must be a whole number in [60, 25000], was {sessions!r}")
    if not (_whole(persistence) or isinstance(persistence, float)) or not -2 <= persistence <= 2:
        raise ParameterError(f"persistence must be a number in [-2, 2], was {persistence!r}")


def _whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
