"""Runs to report on: one worked by hand, one of a simulated market, and the odd ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.benchmark import Benchmark, EarlierBars
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.fees import COSTS
from sectorlead.engine.market.market import Market, find_market
from sectorlead.engine.record import DecisionLog, FillLog, Outcome, Record, RejectionLog, Terms
from sectorlead.strategies.library.registry import build

Make = Callable[..., Record]


@pytest.fixture(scope="session")
def market_run() -> Record:
    """Leaders on a simulated market with Chinese names, groups, splits and suspensions."""
    return backtest(build("pullback-leaders"), simulate(sessions=700), start="2016-01-01", name="leaders")


@pytest.fixture(scope="session")
def control_run(market_run: Record) -> Record:
    return backtest(build("equal-weight"), market_run.panel, start="2016-01-01", name="equal-weight")


@pytest.fixture(scope="session")
def make() -> Make:
    return record_of


def record_of(
    equity: Sequence[float],
    cash: float = 100.0,
    *,
    benchmark: Sequence[float] | None = None,
    names: Sequence[str] = ("A", "B"),
    fills: Sequence[tuple[Any, ...]] = (),
    rejections: Sequence[tuple[Any, ...]] = (),
    decisions: Sequence[tuple[Any, ...]] = (),
    freq: str = "B",
    first: int = 1,
    market: Market | None = None,
    source: str = "hand.csv",
    name: str = "hand",
    shares: Any = None,
    close: Any = None,
    earlier: Sequence[float] = (),
    strategy: Any = "a rule",
    flows: Sequence[float] | None = None,
    interest: Sequence[float] | None = None,
    fill: str = "open",
    unfilled: str = "carry",
    groups: Sequence[str] | None = None,
) -> Record:
    """A record with this equity line, after ``first`` sessions of warm-up; prices are 1 unless given.

    ``earlier`` are closes of the benchmark before the panel.

    A fill is row, column, side, shares, price, value and the costs by kind; those left out at its end are 0.
    """
    total, width = len(equity) + first, len(names)
    sessions = pd.date_range("2020-01-01", periods=total, freq=freq)
    bench = None
    if benchmark is not None:
        blank = np.full(total, np.nan)
        days = pd.date_range(end=sessions[0] - pd.Timedelta(days=1), periods=len(earlier), freq=freq)
        early = EarlierBars.of_closes(days, np.array(earlier, dtype=float))
        bench = Benchmark("IDX", "Index", blank, blank, blank, np.array(benchmark, dtype=float), blank, blank, early)
    prices = np.ones((total, width)) if close is None else np.asarray(close, dtype=float)
    symbols = tuple(f"S{k}" for k in range(width))
    flat = prices, prices, prices  # the open is the close
    panel = Panel(
        sessions, symbols, prices, *flat, names=tuple(names), groups=groups or (), benchmark=bench, source=source
    )
    held = np.zeros((len(equity), width)) if shares is None else np.asarray(shares, dtype=float)
    line = np.array(equity, dtype=float)
    outcome = Outcome(
        line,
        line - (held * prices[first:]).sum(axis=1),
        held,
        np.zeros(len(equity)) if interest is None else np.array(interest, dtype=float),
        np.zeros(len(equity)) if flows is None else np.array(flows, dtype=float),
        _fill_log(_columns(fills, 6 + len(COSTS), (0, 1, 2))),
        RejectionLog(*_columns(rejections, 6, (0, 1, 2, 5))),
        DecisionLog(
            np.array([item[0] for item in decisions], dtype=np.int64),
            *(np.array([item[k] for item in decisions], dtype=float).reshape(-1, width) for k in (1, 2)),
            np.array([item[4] for item in decisions], dtype=float).reshape(-1, width),
            np.array([item[3] for item in decisions], dtype=np.int64).reshape(-1, width),
        ),
    )
    terms = Terms(cash=cash, fill=fill, unfilled=unfilled, first=first, last=total - 1)
    return Record(name, strategy, panel, market or find_market("frictionless"), terms, outcome)


def _fill_log(columns: list[np.ndarray]) -> FillLog:
    return FillLog(*columns[:6], np.column_stack(columns[6:]))


def _columns(rows: Sequence[tuple[Any, ...]], width: int, whole: tuple[int, ...]) -> list[np.ndarray]:
    full = [(*row, *[0.0] * (width - len(row))) for row in rows]
    return [np.array([row[k] for row in full], dtype=np.int64 if k in whole else np.float64) for k in range(width)]
