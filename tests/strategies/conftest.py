from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.benchmark import Benchmark
from sectorlead.data.panel import Panel

Make = Callable[..., Panel]


def random_panel(seed: int, sessions: int = 400, symbols: int = 8, *, gaps: float = 0.03) -> Panel:
    """A market with a volatile benchmark, ragged listings, gaps, a split, late publication and one dead series."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2019-01-02", periods=sessions)
    market = rng.normal(0.0, 0.018, sessions)
    moves = market[:, None] * rng.uniform(0.4, 1.6, symbols) + rng.normal(0.0, 0.01, (sessions, symbols))
    close = np.round(50 * np.exp(np.cumsum(moves, axis=0)), 2)
    start = rng.integers(0, sessions // 3, symbols) * (rng.random(symbols) < 0.5)
    close[np.arange(sessions)[:, None] < start] = np.nan
    close[rng.random(close.shape) < gaps] = np.nan
    close[int(sessions * 0.7) :, symbols - 1] = np.nan
    factor = np.where(np.arange(sessions)[:, None] < sessions // 2, 1.0, rng.choice([1.0, 1.5], symbols))
    line = 1000 * np.exp(np.cumsum(market))
    line[: rng.integers(0, 4)] = np.nan
    line[rng.random(sessions) < gaps / 2] = np.nan
    blank = np.full(sessions, np.nan)
    known = [days[sessions // 4] if rng.random() < 0.2 else pd.NaT for _ in range(symbols)]
    return Panel(
        days, tuple(f"S{i:02d}" for i in range(symbols)), close, adj_factor=factor, known_from=known,
        benchmark=Benchmark("B", "B", blank, blank, blank, line, blank, blank), checked=False,
    )  # fmt: skip


def full_market(seed: int, sessions: int = 640, symbols: int = 9) -> Panel:
    """A market in which every measure knows something.

    Open, high, low, volume, amount and groups, for the benchmark too; swings that make bulls and bears; ragged
    listings, gaps, splits, late publication, unknown amounts, limit moves at a tick of 0.01, and a dead series.
    """
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2018-01-02", periods=sessions)
    row = np.arange(sessions)
    market = 0.0045 * np.sin(2 * np.pi * row / 170) + rng.normal(0.0003, 0.012, sessions)
    shape = sessions, symbols
    moves = market[:, None] * rng.uniform(0.4, 1.6, symbols) + rng.normal(0.0, 0.01, shape)
    limit_days = rng.random(shape) < 0.02
    moves = np.where(limit_days, np.log(1 + rng.choice([-0.1, 0.1], shape)), moves)
    close = np.round(30 * np.exp(np.cumsum(moves, axis=0)), 2)
    start = np.where(np.arange(symbols) % 3 == 1, rng.integers(5, sessions // 6, symbols), 0)
    close[(row[:, None] < start) | (rng.random(shape) < 0.02)] = np.nan
    close[int(sessions * 0.8) :, symbols - 1] = np.nan
    amount = np.where(np.isfinite(close), np.exp(rng.normal(18, 0.6, shape)), np.nan)
    amount[: sessions // 8, 0] = np.nan
    factor = np.where(row[:, None] < sessions // 2, 1.0, rng.choice([1.0, 1.5], symbols))
    line = np.round(1000 * np.exp(np.cumsum(market)), 2)
    line[rng.random(sessions) < 0.01] = np.nan
    line[:2] = np.nan
    turnover = np.where(np.isfinite(line), np.exp(rng.normal(22, 0.3, sessions)), np.nan)
    bench = Benchmark("B", "B", *_bars(rng, line, line < 0), line, turnover / 10, turnover)
    other = np.random.default_rng(seed + 1)
    premium = np.where(other.random(shape) < 0.2, np.nan, other.normal(0.01, 0.02, shape))
    return Panel(
        days, tuple(f"S{i:02d}" for i in range(symbols)), close, *_bars(rng, close, limit_days), amount / 20, amount,
        factor,
        groups=tuple(("growth", "value", "")[i % 3 if i < 8 else 0] for i in range(symbols)),
        kinds=("etf",) * symbols, benchmark=bench, checked=False, fields={"premium": premium},
        known_from=[days[sessions // 5] if i == 4 else pd.NaT for i in range(symbols)],
    )  # fmt: skip


def _bars(
    rng: np.random.Generator, close: np.ndarray, limit_days: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Open, high and low that go with a close; half of the limit days trade at one price."""
    flat = limit_days & (rng.random(close.shape) < 0.5)
    opened = np.where(flat, close, np.round(close * np.exp(rng.normal(0.0, 0.006, close.shape)), 2))
    wicks = np.abs(rng.normal(0.0, 0.004, (2, *close.shape))) * (~flat & (rng.random((2, *close.shape)) < 0.8))
    high, low = np.maximum(opened, close) * (1 + wicks[0]), np.minimum(opened, close) * (1 - wicks[1])
    return opened, high, low


def small_panel(
    columns: dict[str, list[float]], benchmark: list[float] | None = None, start: str = "2024-01-01"
) -> Panel:
    """A panel on business days from closes by symbol."""
    days = pd.bdate_range(start, periods=len(next(iter(columns.values()))))
    line = None if benchmark is None else pd.Series(benchmark, index=days, name="B", dtype=float)
    return Panel.from_frames(pd.DataFrame(columns, index=days, dtype=float), benchmark=line)


@pytest.fixture(scope="session")
def make_random() -> Make:
    return random_panel


@pytest.fixture(scope="session")
def make_small() -> Make:
    return small_panel


@pytest.fixture(scope="session")
def make_market() -> Make:
    return full_market
