"""Random panels in which everything goes wrong that can, often and together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.data.panel_labels import KINDS

TROUBLES = (
    "gaps", "late", "early", "limits", "sealed", "wicks", "zero_volume", "unknown_volume", "splits", "open_gaps",
    "off_tick", "special", "published", "ended", "closes",
)  # fmt: skip
STARTS = ("2020-01-01", "2020-07-20", "2022-04-01", "2023-08-01", "2026-06-08")
"""First sessions of panels: a rule of ``cn-a`` changes within the 60 sessions after each of the last four."""


def build_panel(
    seed: int,
    sessions: int,
    symbols: int,
    trouble: frozenset[str],
    tick: float = 0.001,
    boards: tuple[str, ...] = (),
    start: str = STARTS[0],
) -> Panel:
    """A panel in which each named trouble is frequent; without any it is complete and calm."""
    rng = np.random.default_rng(seed)
    shape = (sessions, symbols)
    digits = 7 if "off_tick" in trouble else round(-np.log10(tick))
    close, opened = np.empty(shape), np.empty(shape)
    factor = np.ones(shape)
    last, scale = np.round(rng.uniform(0.5, 20.0, symbols), 3), np.ones(symbols)
    for t in range(sessions):
        if "splits" in trouble:
            ratio = np.where(rng.random(symbols) < 0.06, rng.choice([2.0, 0.5, 10.0, 1.7, 1.03125], symbols), 1.0)
            scale, last = scale * ratio, last / ratio
        factor[t] = scale
        opened[t] = last * (1 + rng.normal(0, 0.03 if "open_gaps" in trouble else 0.004, symbols))
        close[t] = opened[t] * (1 + rng.normal(0, 0.02, symbols))
        if "limits" in trouble:
            for price in (opened, close):
                moved = last * (1 + rng.choice([-1, 1], symbols) * rng.choice([0.05, 0.1, 0.2], symbols))
                price[t] = np.where(rng.random(symbols) < 0.25, moved, price[t])
        opened[t], close[t] = (np.maximum(np.round(price[t], digits), 0.01) for price in (opened, close))
        if "sealed" in trouble:
            close[t] = np.where(rng.random(symbols) < 0.3, opened[t], close[t])
        last = close[t]
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    if "wicks" in trouble:
        high, low = high * (1 + rng.choice([0, 0.05], shape)), low * (1 - rng.choice([0, 0.05], shape))
    volume = np.floor(10 ** rng.uniform(1, 6, shape))
    if "zero_volume" in trouble:
        volume[rng.random(shape) < 0.15] = 0
    amount = volume * (0.63 * low + 0.37 * high)  # on no tick and no half of one
    if "unknown_volume" in trouble:
        volume[1:][rng.random(shape)[1:] < 0.2] = np.nan
        amount[1:][rng.random(shape)[1:] < 0.1] = np.nan
    gone = np.zeros(shape, bool)
    rows = np.arange(sessions)[:, None]
    if "gaps" in trouble:
        gone |= rng.random(shape) < 0.15
    if "late" in trouble:
        gone |= rows < rng.integers(0, sessions, symbols) * (rng.random(symbols) < 0.6)
    if "early" in trouble:
        gone |= rows > np.where(rng.random(symbols) < 0.5, rng.integers(0, sessions, symbols), sessions)
    days = pd.bdate_range(start, periods=sessions)
    last = pd.Series([pd.NaT] * symbols, dtype="M8[ns]")
    if "ended" in trouble:  # some days after the last bar, or on it, before the panel, after it
        rest = rng.integers(0, 2 * sessions, symbols)
        gone |= rows > np.where(rng.random(symbols) < 0.5, rest, sessions)
        bars = [np.flatnonzero(~gone[:, i]) for i in range(symbols)]
        until = days[[0 if not len(of) else of[-1] for of in bars]] + pd.to_timedelta(rng.integers(0, 9, symbols), "D")
        last = until.to_series(index=range(symbols)).where(rng.random(symbols) < 0.7)
    gone[0, 0] = False  # a panel without any price is an error, and not the subject here
    for array in (opened, high, low, close, volume, amount):
        array[gone] = np.nan
    if "closes" in trouble:  # histories that begin with closes only
        alone = rows < rng.integers(0, sessions, symbols) * (rng.random(symbols) < 0.6)
        alone &= bool((~gone & ~alone).any())  # a panel of closes alone is another subject
        for array in (opened, high, low):
            array[alone] = np.nan
    special = (rng.random((sessions // 8 + 1, symbols)) < 0.4).repeat(8, axis=0)[:sessions]
    released = days[0] + pd.to_timedelta(rng.integers(-10, 2 * sessions, symbols), "D")
    return Panel(
        days, tuple(f"S{i}" for i in range(symbols)),
        close, opened, high, low, volume, amount, factor,
        kinds=tuple(rng.choice(KINDS, symbols)), boards=tuple(rng.choice(boards, symbols)) if boards else (),
        special=special if "special" in trouble else None,
        last_date=last.to_numpy(),
        known_from=released.where(rng.random(symbols) < 0.6, pd.NaT) if "published" in trouble else None,
        checked=False,
    )  # fmt: skip


def build_timed_prices(seed: int, panel: Panel) -> dict[str, np.ndarray]:
    """Prices within the bars at three times of day: on their lows, their highs, between, and now and then none."""
    rng = np.random.default_rng(seed)
    low, high = (np.where(np.isnan(bound), panel.close, bound) for bound in (panel.low, panel.high))
    made = {}
    for time in ("10:00", "14:30", "14:50"):
        share = rng.choice([0.0, 0.3, 0.7, 1.0], panel.shape)
        made[f"price_{time}"] = np.where(rng.random(panel.shape) < 0.1, np.nan, low + share * (high - low))
    return made
