from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.benchmark import Benchmark
from sectorlead.data.panel import Panel


def random_bars(seed: int, sessions: int = 300, symbols: int = 6, *, gaps: float = 0.03) -> Panel:
    """A market with whole bars: ragged listings, gaps, a split, late publication, a benchmark that skips sessions."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0, 0.018, sessions)
    moves = market[:, None] * rng.uniform(0.4, 1.6, symbols) + rng.normal(0.0, 0.01, (sessions, symbols))
    close = 50 * np.exp(np.cumsum(moves, axis=0))
    start = rng.integers(0, sessions // 2, symbols) * (rng.random(symbols) < 0.5) * (gaps > 0)
    close[np.arange(sessions)[:, None] < start] = np.nan
    close[rng.random(close.shape) < gaps] = np.nan
    days = pd.bdate_range("2019-01-02", periods=sessions)
    known = [days[sessions // 4] if gaps > 0 and rng.random() < 0.3 else pd.NaT for _ in range(symbols)]
    factor = np.where(np.arange(sessions)[:, None] < sessions // 2, 1.0, rng.choice([1.0, 1.5], symbols))
    line = 1000 * np.exp(np.cumsum(market))
    line[: rng.integers(0, 4) * (gaps > 0)] = np.nan
    line[rng.random(sessions) < gaps / 2] = np.nan
    bars = around(rng, close)
    blank = np.full(sessions, np.nan)
    gem = {key: values[:, 0] for key, values in around(rng, line[:, None]).items()}
    bench = Benchmark("B", "B", **gem, close=line, volume=blank, amount=blank)
    names = tuple(f"S{i:02d}" for i in range(symbols))
    return Panel(days, names, close, **bars, adj_factor=factor, known_from=known, benchmark=bench)


def around(rng: np.random.Generator, close: np.ndarray) -> dict[str, np.ndarray]:
    """Open, high and low of bars with these closes; some have no range at all."""
    wide = rng.random(close.shape) > 0.05
    open_ = close * np.exp(0.01 * rng.standard_normal(close.shape) * wide)
    reach = 0.008 * np.abs(rng.standard_normal((2, *close.shape))) * wide
    high, low = np.maximum(open_, close) * np.exp(reach[0]), np.minimum(open_, close) * np.exp(-reach[1])
    return {"open": open_, "high": high, "low": low}


@pytest.fixture(scope="session")
def make_bars() -> Callable[..., Panel]:
    return random_bars
