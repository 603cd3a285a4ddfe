"""Random markets, terms and decisions, on random panels: all that can go wrong in a session, often and together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from sectorlead import Every, Score
from sectorlead.data.panel import Panel
from sectorlead.engine.market.market import MARKETS, Market
from sectorlead.engine.strategy import Portfolio

from .books import BOARDS, build_book, build_rate
from .panels import STARTS, TROUBLES, build_panel, build_timed_prices

terms: dict[str, st.SearchStrategy[Any]] = {
    "commission_rate": st.sampled_from([0.0, 0.0003, 0.01]),
    "commission_min": st.sampled_from([0.0, 5.0, 60.0]),
    "participation": st.sampled_from([0.0, 0.1, 1.0]),
    "slippage_bps": st.sampled_from([0.0, 5.0, 300.0]),
    "half_spread_ticks": st.sampled_from([0.0, 0.5, 30.0]),
    "impact": st.sampled_from([0.0, 0.3, 10.0]),
    "recovery": st.sampled_from([1.0, 0.3, 0.0]),
    "limit_policy": st.sampled_from(["strict", "one-price", "ignore"]),
    "money_step": st.sampled_from([0.0, 0.01]),
    "cost_scale": st.sampled_from([1.0, 1.0, 0.0, 2.5]),
}
numbers: dict[str, st.SearchStrategy[Any]] = {
    "stamp_duty_rate": st.sampled_from([0.0, 0.0005]),
    "transfer_fee_rate": st.sampled_from([0.0, 0.00001, 0.002]),
    "lot": st.sampled_from([0, 1, 100]),
    "price_limit": st.sampled_from([0.0, 0.1, 0.05]),
    "tick": st.sampled_from([0.001, 0.01]),
    "t_plus_one": st.booleans(),
    "dividend_tax_rate": st.sampled_from([0.0, 0.1]),
}
custom_markets = st.builds(Market, **terms, **numbers)
net_or_full = {"commission_includes_levies": st.booleans()}
by_the_book = st.builds(
    Market, rulebook=st.just("cn-a"), board=st.just("west"), uncovered=st.sampled_from(["as-read", "raise", "nearest"]),
    **terms, **net_or_full, **{key: st.none() | st.none() | number for key, number in numbers.items()},
)  # fmt: skip
"""Markets whose book stands for a random one of the case."""
markets = st.sampled_from([MARKETS[name] for name in ("frictionless", "cn-etf", "cn-stock")]) | custom_markets
markets |= by_the_book


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


def build_answers(seed: int, shape: tuple[int, int]) -> np.ndarray:
    """Weights to change between decisions, mostly to 0, NaN for what is left alone."""
    rng = np.random.default_rng(seed)
    named = rng.random(shape) < rng.choice([0.0, 0.1, 0.4])
    return np.where(named, rng.choice([0.0, 0.0, 0.0, 0.05, 0.1], shape), np.nan)


@dataclass(frozen=True, eq=False)
class Replay:
    """A strategy that gives row t of a table after the close of session t; None where the row is NaN."""

    table: np.ndarray

    def decide(self, view: Panel, portfolio: Portfolio) -> np.ndarray | None:
        row = self.table[len(view.sessions) - 1]
        return None if np.isnan(row[0]) else row


@dataclass(frozen=True, eq=False)
class Stops:
    """Decides by a table and, between, leaves what it has held for ``age`` sessions, or what a table of answers says.

    A decision wants nothing that was opened ``age`` or more sessions ago. ``seen`` has each portfolio it was shown.
    """

    table: np.ndarray
    answers: np.ndarray
    age: int
    schedule: Every
    watchful: bool = True
    seen: list[tuple[int, list[int], list[float]]] = field(default_factory=list, repr=False)

    def decide(self, view: Panel, portfolio: Portfolio) -> np.ndarray | None:
        t = self._look(view, portfolio)
        return self.decided(t, portfolio.since)

    def between(self, view: Panel, portfolio: Portfolio) -> np.ndarray | dict[str, float] | None:
        t = self._look(view, portfolio)
        named = self.answered(t, portfolio.since)
        if named is None or t % 2:
            return named
        return {view.symbols[i]: float(weight) for i, weight in enumerate(named) if not np.isnan(weight)}

    def decided(self, t: int, since: Any) -> np.ndarray | None:
        row = self.table[t]
        return None if np.isnan(row[0]) else np.where(self._old(t, since), 0.0, row)

    def answered(self, t: int, since: Any) -> np.ndarray | None:
        named = np.where(self._old(t, since), 0.0, self.answers[t])
        return None if np.isnan(named).all() else named

    def _old(self, t: int, since: Any) -> np.ndarray:
        return (np.array(since) >= 0) & (t - np.array(since) >= self.age)

    def _look(self, view: Panel, portfolio: Portfolio) -> int:
        t = len(view.sessions) - 1
        self.seen.append((t, portfolio.since.tolist(), portfolio.shares.tolist()))
        return t


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
    rules: Market
    often: float  # share of sessions with a decision
    cash: float
    fill: str
    size: str
    unfilled: str
    first: int
    start: str
    rate: float | str | None  # "series": rates by date
    ended: str = "stated"
    write_off: int | None = None
    dividends: str = "reinvested"
    flow: tuple[float, float] | None = None  # how often something comes in or goes out, how much of the cash at most
    times: str = ""  # of day: of fills, or of decisions and fills, "14:30>14:50"
    no_trade: float = 0.0
    no_trade_of: str = "equity"
    no_trade_to: str = "target"

    @property
    def decide_at(self) -> str | None:
        """Time of day of decisions before the close."""
        return self.times.split(">")[0] if ">" in self.times else None

    @property
    def timing(self) -> dict[str, Any]:
        """When and at what price orders fill."""
        late = self.times.split(">")[-1]
        if not late:
            return {"fill": self.fill}
        return {"decide_at": self.decide_at} | ({"fill": "close"} if late == "close" else {"price_at": late})

    @cached_property
    def panel(self) -> Panel:
        """With prices at times of day where the case has such."""
        made = self._bars
        return replace(made, fields={**made.fields, **build_timed_prices(self.seed + 7, made)}) if self.times else made

    @cached_property
    def _bars(self) -> Panel:
        known = self.trouble - {"unknown_volume"} if self.fill == "vwap" else self.trouble
        boards = {
            "by_the_book": ("", "", *BOARDS), "cn-stock": ("main", "chinext", "star", "fund"),
            "cn-etf": ("fund", "fund-20", "fund-t0"),
        }  # fmt: skip
        placed = boards.get("by_the_book" if self.rules.board == "west" else self.rules.name, ())
        ticks = {"cn-stock": 0.01, "cn-etf": 0.001}  # prices on a finer grid would lie half a tick from limits
        tick = self.rules.tick or ticks.get(self.rules.name, 0.01)
        panel = build_panel(self.seed, self.sessions, self.symbols, known, tick, placed, self.start)
        return panel if self.dividends == "reinvested" else with_dividends(panel)

    @cached_property
    def market(self) -> Market:
        if self.rules.board != "west":
            return self.rules
        return replace(self.rules, rulebook=build_book(self.seed + 3, self.days, self.rules.uncovered))

    @property
    def days(self) -> pd.DatetimeIndex:
        return self.panel.sessions

    @cached_property
    def table(self) -> np.ndarray:
        return build_weights(self.seed + 1, (self.sessions, self.symbols), self.often)

    @cached_property
    def cash_rate(self) -> float | pd.Series | None:
        return build_rate(self.seed + 4, self.days) if self.rate == "series" else self.rate

    @cached_property
    def cash_flows(self) -> dict[pd.Timestamp, float] | None:
        """Amounts by date, some on days that are no session, some outside of the run."""
        if self.flow is None:
            return None
        rng = np.random.default_rng(self.seed + 6)
        days = pd.date_range(self.days[0], periods=int(1.5 * self.sessions))
        days = days[rng.random(len(days)) < self.flow[0]]
        amounts = np.round(rng.normal(0, self.flow[1] * self.cash, len(days)), 2)
        return {day: amount for day, amount in zip(days, amounts.tolist(), strict=True) if amount} or None

    def stops(self, age: int, every: int) -> Stops:
        """A fresh strategy with stops."""
        return Stops(self.table, build_answers(self.seed + 5, self.table.shape), age, Every(every))

    @property
    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of ``backtest``."""
        keep = (
            "panel", "market", "cash", "size", "unfilled", "cash_rate", "ended", "write_off", "dividends", "cash_flows",
            "no_trade", "no_trade_of", "no_trade_to",
        )  # fmt: skip
        return {key: getattr(self, key) for key in keep} | self.timing | {"start": self.days[self.first]}


MONEY: dict[str, st.SearchStrategy[Any]] = {
    "dividends": st.sampled_from(["reinvested", "cash", "reinvest-at-open"]),
    "flow": st.sampled_from([None, (0.1, 0.3), (0.5, 0.05), (0.1, 3.0)]),
}
"""Money that comes and goes beside trades."""


def cases(markets: st.SearchStrategy[Market] = markets, **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Case]:
    parts: dict[str, st.SearchStrategy[Any]] = {
        "seed": st.integers(0, 2**32 - 1),
        "sessions": st.integers(5, 60),
        "symbols": st.integers(1, 6),
        "trouble": st.frozensets(st.sampled_from(TROUBLES)),
        "rules": markets,
        "often": st.sampled_from([0.1, 0.5, 1.0]),
        "cash": st.sampled_from([100_000.0, 100.0, 3_456.78, 1_000_000.0, 2e7]),
        "fill": st.sampled_from(["open", "close", "vwap", "same-close"]),
        "size": st.sampled_from(["decision", "fill"]),
        "unfilled": st.sampled_from(["carry", "drop"]),
        "first": st.integers(0, 3),
        "start": st.sampled_from(STARTS),
        "rate": st.sampled_from([None, None, 0.02, 0.15, "series"]),
        "ended": st.sampled_from(["stated", "stated", "last-bar"]),
        "write_off": st.sampled_from([None, None, 1, 2, 5]),
        "dividends": st.just("reinvested"),
        "flow": st.none(),
        "times": st.sampled_from(["", "", "10:00", "14:30>14:50", "14:30>close"]),
        "no_trade": st.sampled_from([0.0, 0.0, 0.02, 0.1, 0.5]),
        "no_trade_of": st.sampled_from(["equity", "target"]),
        "no_trade_to": st.sampled_from(["target", "edge"]),
    }
    return st.builds(Case, **parts | fixed).map(possible)


def possible(case: Case) -> Case:
    """Dividends are reinvested at the open only where orders fill there."""
    impossible = case.dividends == "reinvest-at-open" and (case.fill != "open" or case.times)
    return replace(case, dividends="cash") if impossible else case


def with_dividends(panel: Panel) -> Panel:
    """What changes the factor told apart: 1.03125 is a dividend, 1.7 one with a split, all else a split."""
    before, ratio = np.full(panel.shape, np.nan), np.ones(panel.shape)
    before[1:] = panel.last_close[:-1]
    ratio[1:] = np.where(panel.has_bar[1:], panel.last_factor[1:] / panel.last_factor[:-1], 1.0)
    ratio[np.isnan(ratio)] = 1.0
    split = np.where(np.isclose(ratio, 1.03125), 1.0, np.where(np.isclose(ratio, 1.7), 1.6, ratio))
    return replace(panel, fields={"split": split, "dividend": before * (1 - split / ratio)})
