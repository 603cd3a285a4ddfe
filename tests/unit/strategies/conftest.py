from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Benchmark, Panel

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
        benchmark=Benchmark("B", "B", blank, blank, blank, line, blank, blank),
    )  # fmt: skip


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
