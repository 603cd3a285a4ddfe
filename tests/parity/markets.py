"""Random panels, markets, terms and decisions: all that can go wrong in a session, often and together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from sectorlead.data.panel import Panel
from sectorlead.engine.market import MARKETS, Market
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies import Score


def build_panel(seed: int, sessions: int, symbols: int, trouble: frozenset[str], tick: float = 0.001) -> Panel:
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
                kind = rng.random(symbols)
                price[t] = np.where(kind < 0.12, last * 1.1, np.where(kind < 0.24, last * 0.9, price[t]))
        opened[t], close[t] = (np.maximum(np.round(price[t], digits), 0.01) for price in (opened, close))
        last = close[t]
    high, low = np.maximum(opened, close), np.minimum(opened, close)
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
    gone[0, 0] = False  # a panel without any price is an error, and not the subject here
    for array in (opened, high, low, close, volume, amount):
        array[gone] = np.nan
    return Panel(
        pd.bdate_range("2020-01-01", periods=sessions),
        tuple(f"S{i}" for i in range(symbols)),
        close, opened, high, low, volume, amount, factor,
    )  # fmt: skip


TROUBLES = (
    "gaps", "late", "early", "limits", "zero_volume", "unknown_volume", "splits", "open_gaps", "off_tick",
)  # fmt: skip

custom_markets = st.builds(
    Market,
    commission_rate=st.sampled_from([0.0, 0.0003, 0.01]),
    commission_min=st.sampled_from([0.0, 5.0, 60.0]),
    stamp_duty_rate=st.sampled_from([0.0, 0.0005]),
    transfer_fee_rate=st.sampled_from([0.0, 0.00001, 0.002]),
    lot=st.sampled_from([0, 1, 100]),
    price_limit=st.sampled_from([0.0, 0.1, 0.05]),
    tick=st.sampled_from([0.001, 0.01]),
    t_plus_one=st.booleans(),
    participation=st.sampled_from([0.0, 0.1, 1.0]),
    slippage_bps=st.sampled_from([0.0, 5.0, 300.0]),
    money_step=st.sampled_from([0.0, 0.01]),
)
markets = st.sampled_from([MARKETS["frictionless"], MARKETS["cn-etf"]]) | custom_markets


def build_weights(seed: int, shape: tuple[int, int], often: float) -> np.ndarray:
    """Target weights by row, NaN in rows without a decision; a mix of empty, single, equal, uneven and partial ones."""
    rng = np.random.default_rng(seed)
    table = np.full(shape, np.nan)
    for t in np.flatnonzero(rng.random(shape[0]) < often):
        kind = rng.integers(4)
        raw = (
            np.zeros(shape[1]),
            np.eye(shape[1])[rng.integers(shape[1])],
            (rng.random(shape[1]) < 0.6) * 1.0,
            rng.dirichlet(np.ones(shape[1])) * (rng.random(shape[1]) < 0.7),
        )[kind]
        if raw.sum() > 0:
            raw = raw / raw.sum() * rng.choice([1.0, 0.95, 0.3])
        while raw.sum() > 1:
            raw = np.nextafter(raw, 0)
        table[t] = raw
    return table


@dataclass(frozen=True)
class Replay:
    """A strategy that gives row t of a table after the close of session t; None where the row is NaN."""

    table: np.ndarray

    def decide(self, view: Panel, portfolio: Portfolio) -> np.ndarray | None:
        row = self.table[len(view.sessions) - 1]
        return None if np.isnan(row[0]) else row


@dataclass(frozen=True)
class Dice(Score):
    """One of five scores or none for each symbol and session, so that ties are frequent; row t needs no later row."""

    seed: int = 0

    def __call__(self, panel: Panel) -> np.ndarray:
        thrown = np.random.default_rng(self.seed).random(panel.shape)
        return np.where(thrown < 0.1, np.nan, np.floor(5 * thrown))


@dataclass(frozen=True)
class Case:
    """One random run, by what it is made from: small enough to print, and the same again from its repr."""

    seed: int
    sessions: int
    symbols: int
    trouble: frozenset[str]
    market: Market
    often: float  # share of sessions with a decision
    cash: float
    fill: str
    size: str
    unfilled: str
    first: int

    @cached_property
    def panel(self) -> Panel:
        known = self.trouble - {"unknown_volume"} if self.fill == "vwap" else self.trouble
        return build_panel(self.seed, self.sessions, self.symbols, known, self.market.tick)

    @cached_property
    def table(self) -> np.ndarray:
        return build_weights(self.seed + 1, (self.sessions, self.symbols), self.often)

    @property
    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of ``backtest``."""
        keep = {key: getattr(self, key) for key in ("panel", "market", "cash", "fill", "size", "unfilled")}
        return keep | {"start": self.panel.sessions[self.first]}


def cases(markets: st.SearchStrategy[Market] = markets, **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Case]:
    parts: dict[str, st.SearchStrategy[Any]] = {
        "seed": st.integers(0, 2**32 - 1),
        "sessions": st.integers(5, 60),
        "symbols": st.integers(1, 6),
        "trouble": st.frozensets(st.sampled_from(TROUBLES)),
        "market": markets,
        "often": st.sampled_from([0.1, 0.5, 1.0]),
        "cash": st.sampled_from([100_000.0, 100.0, 3_456.78, 1_000_000.0, 2e7]),
        "fill": st.sampled_from(["open", "close", "vwap", "same-close"]),
        "size": st.sampled_from(["decision", "fill"]),
        "unfilled": st.sampled_from(["carry", "drop"]),
        "first": st.integers(0, 3),
    }
    return st.builds(Case, **parts | fixed)
