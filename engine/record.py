"""The frozen record of one run: what was decided, ordered, filled, refused, and what it was worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from ..data.panel import Panel
from ..data.types import Flags, Floats, Ints
from .canonical import Data, sentence, to_data
from .config import RunConfig
from .market.fees import COSTS, SLIPPAGE
from .market.market import Market
from .ranks import ranks_of
from .wealth import wealth

REASONS = (
    "no_bar", "zero_volume", "t_plus_one", "limit_up", "limit_down", "participation",
    "cash", "fees", "lot", "no_price", "terminated", "short",
)  # fmt: skip
"""Why an order, or a part of it, was not filled; ``RejectionLog.reason`` is a position in this tuple."""

NO_BAR, ZERO_VOLUME, T_PLUS_ONE, LIMIT_UP, LIMIT_DOWN, PARTICIPATION = range(6)
CASH, FEES, LOT, NO_PRICE, TERMINATED, SHORT = range(6, 12)

ENDED, WRITTEN_OFF, OPENING, DIVIDEND = 0, -2, 2, -3
SIDES = {
    1: "buy", -1: "sell", ENDED: "terminated", WRITTEN_OFF: "written_off", OPENING: "opening", DIVIDEND: "dividend",
}  # fmt: skip
"""What a fill was. Terminated is a series that ended and became cash; an opening is what was held when the measured
part of a run begins (``sectorlead.engine.measured``); a dividend is money for shares that stay, its price that of one
share. Only buys and sales are trades by choice."""


Log = TypeVar("Log", bound=tuple[Any, ...])


class FillLog(NamedTuple):
    """Fills in the order they happened; F of them, each field but the last of shape (F,).

    Attributes
    ----------
    row, column : int64
        Of the panel.
    side : int64
        A key of ``SIDES``.
    shares, price, value : float64
        Shares > 0; price and value in currency, slippage included.
    costs : float64 array of shape (F, K)
        In currency, by kind in the order of ``COSTS``: the fees, which are paid beside the value, slippage, which is
        inside of it, and the tax on dividends, beside it too.
    """

    row: Ints
    column: Ints
    side: Ints
    shares: Floats
    price: Floats
    value: Floats
    costs: Floats

    @property
    def traded(self) -> Flags:
        """Which of them were bought or sold, shape (F,); the others left the account without a trade, or were there."""
        return np.asarray(np.abs(self.side) == 1)

    @property
    def fees(self) -> Floats:
        """What was paid beside the value, in currency, shape (F,)."""
        return self._summed(kind for kind in COSTS if kind != SLIPPAGE)

    @property
    def paid(self) -> Floats:
        """All costs, fees and slippage, in currency, shape (F,)."""
        return self._summed(COSTS)

    @property
    def by_kind(self) -> dict[str, Floats]:
        """Each kind of cost, in currency, shape (F,)."""
        return dict(zip(COSTS, self.costs.T, strict=True))

    @property
    def numbers(self) -> dict[str, Floats]:
        """Shares, price, value and each kind of cost, shape (F,): the columns of numbers of ``Record.fills``."""
        return {"shares": self.shares, "price": self.price, "value": self.value} | self.by_kind

    def _summed(self, kinds: Iterable[str]) -> Floats:
        """Added one by one in the order of the table, which decides the last bit."""
        by_kind, total = self.by_kind, np.zeros(len(self.row))
        for kind in kinds:
            total += by_kind[kind]
        return total


class RejectionLog(NamedTuple):
    """Shortfalls in the order they happened; R of them, each field of shape (R,)."""

    row: Ints
    column: Ints
    side: Ints
    wanted: Floats  # shares
    filled: Floats  # shares
    reason: Ints  # a position in REASONS


@dataclass(frozen=True, eq=False)
class DecisionLog:
    """Decisions; D of them in N symbols.

    Attributes
    ----------
    row : int64 array of shape (D,)
        Of the panel.
    held : float64 array of shape (D, N)
        Weight before the decision.
    target : float64 array of shape (D, N)
        Weight asked for.
    score : float64 array of shape (D, N)
        NaN where there is none.
    told : int64 array of shape (D, N), optional
        Ranks as a strategy gave them; None where they follow from the scores.
    """

    row: Ints
    held: Floats
    target: Floats
    score: Floats
    told: Ints | None = None

    @cached_property
    def rank(self) -> Ints:
        """1 is best, 0 where there is none, shape (D, N); sorted when first asked for."""
        rank = ranks_of(self.score) if self.told is None else self.told
        rank.flags.writeable = False
        return rank

    def since(self, begin: int) -> DecisionLog:
        """The decisions from one of them on.

        Parameters
        ----------
        begin : int
            How many are left out.
        """
        if not begin:
            return self
        told = None if self.told is None else self.told[begin:]
        return DecisionLog(self.row[begin:], self.held[begin:], self.target[begin:], self.score[begin:], told)

    def __iter__(self) -> Iterator[Any]:
        """Its arrays, as those of the other logs."""
        return iter(self.arrays().values())

    def arrays(self) -> dict[str, Any]:
        """All of it by name, ranks included."""
        return {name: getattr(self, name) for name in ("row", "held", "target", "rank", "score")}


class SentOrder(NamedTuple):
    """An order of a ``backtrader.Strategy`` from first to last."""

    row: int  # of the session in which it was sent
    column: int  # -1: of a feed that can't be traded
    side: int  # 1 buys, -1 sells
    kind: str  # "market", "limit", "stop", ... as backtrader calls it
    shares: float  # wanted, in those of the session in which it was sent
    price: float | None  # asked for, in the unit of the lines; None at market
    status: str  # at the end of the run, as backtrader calls it
    reason: str  # why it, or a part of it, was not filled
    last: int  # row of the last news of it


class Outcome(NamedTuple):
    """What an engine returns; S sessions of the run, N symbols."""

    equity: Floats  # (S,)
    cash: Floats  # (S,)
    shares: Floats  # (S, N) after the close
    interest: Floats  # (S,) that cash earned before the session's fills
    flows: Floats  # (S,) that came in, or below 0 went out, after the close; in equity and cash
    fills: FillLog
    rejections: RejectionLog
    decisions: DecisionLog


class Before(NamedTuple):
    """An account before its first measured session, B sessions from its own first on, and when it decided in them."""

    equity: Floats  # (B,)
    cash: Floats  # (B,)
    flows: Floats  # (B,)
    decided: Ints  # panel rows of decisions, those of a schedule


@dataclass(frozen=True, kw_only=True, eq=False)
class Terms(RunConfig):
    """The terms of a run, resolved on its panel and market.

    All that ``RunConfig`` has, and:

    Attributes
    ----------
    cash : float
        As it was asked for, rounded to the market's money step.
    first, last : int
        Panel rows of the first and the last session that are measured.
    began : int, optional
        Panel row of the account's first session, where that is not ``first``.
    worth : float, optional
        What the account was worth at the close before ``first``, where that is not ``cash``.
    rate : str
        What idle cash earns, in words; "" is nothing.
    accrual : ndarray of shape (T,)
        What one unit of cash at the close of panel row t-1 earns until t.
    flow : ndarray of shape (T,)
        What is due to come in, or below 0 to go out, after the close of each panel row, in currency.
    due_before : float
        Withdrawals that were due and not paid at the close before ``first``.
    """

    first: int
    last: int
    began: int | None = None
    worth: float | None = None
    rate: str = ""
    accrual: Floats = field(default_factory=lambda: np.zeros(0), compare=False, repr=False)
    flow: Floats = field(default_factory=lambda: np.zeros(0), compare=False, repr=False)
    due_before: float = 0.0

    @property
    def opening(self) -> float:
        """What the account was worth before the first measured session, in currency."""
        return self.cash if self.worth is None else self.worth


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """One run, frozen. S sessions, N symbols; frames are built when asked for.

    Lines and (S, N) frames are read-only; fills, rejections, decisions and targets are the caller's own each time.

    Attributes
    ----------
    name : str
        Label of the strategy.
    strategy : object
        What was run.
    panel : Panel
        The whole panel, warm-up included.
    market : Market
    terms : Terms
    outcome : Outcome
        The engine's arrays.
    before : Before, optional
        The account in the sessions before its first measured one; None where it is measured from its start.
    verified : str
        What both engines agreed on, or "" if only one ran.
    audited : str
        What an audit of the strategy found, in words (``sectorlead.audit``), or "" where there was none.
    strategy_data : dict
        The strategy as plain data, as it was before the run (``sectorlead.engine.canonical``).
    notes : tuple of str
        What a reader must know of the run besides its terms.
    quality : str
        How much the quality gate found in the panel, by severity; see ``Panel.quality``.
    analyzers : mapping of str to object
        What the analyzers found that a ``backtrader.Strategy`` was run with; not kept in a run folder.
    sent : tuple of SentOrder
        Orders of a ``backtrader.Strategy`` in the order in which they were sent; see ``orders``.
    fill_orders : tuple of int
        For each fill the position of its order in ``sent``, -1 where there is none; empty without such orders.
    environment : mapping, optional
        Versions, platform and code revision that made it, where that was another process: a run that was saved.
    trials : str
        How many trials there are on its data, in words, for reports; not kept in a run folder.
    tried : int
        The number of them, which the verdict allows for; 0 where they are not counted. Not kept either.
    """

    name: str
    strategy: Any
    panel: Panel
    market: Market
    terms: Terms
    outcome: Outcome
    before: Before | None = None
    verified: str = ""
    audited: str = ""
    strategy_data: Data = None
    notes: tuple[str, ...] = ()
    quality: str = ""
    analyzers: Mapping[str, Any] = field(default_factory=dict)
    sent: tuple[SentOrder, ...] = ()
    fill_orders: tuple[int, ...] = ()
    environment: Mapping[str, Any] | None = None
    trials: str = ""
    tried: int = 0

    def __post_init__(self) -> None:
        frozen(self.outcome)
        frozen(self.before or ())
        if self.strategy_data is None:
            object.__setattr__(self, "strategy_data", to_data(self.strategy))

    @property
    def sentence(self) -> str:
        """The strategy as one line of text, as it was before the run."""
        return sentence(self.strategy_data)

    def __repr__(self) -> str:
        span = f"{self.sessions[0]:%F}..{self.sessions[-1]:%F}"
        grown = self.wealth[-1] - 1
        trades = f"{len(self.outcome.fills.row)} fills, {len(self.outcome.rejections.row)} rejections"
        stamp = ", verified" if self.verified else ""
        return f"{type(self).__name__}({self.name!r}, {span}, {grown:+.2%}, {trades}{stamp})"

    @cached_property
    def sessions(self) -> pd.DatetimeIndex:
        """The run's sessions, S of them."""
        return self.panel.sessions[self.terms.first : self.terms.last + 1]

    @cached_property
    def equity(self) -> pd.Series:
        """Account value after each close, shape (S,), in currency."""
        return self._series(self.outcome.equity, "equity")

    @cached_property
    def cash(self) -> pd.Series:
        """Cash after each close, shape (S,), in currency; never negative."""
        return self._series(self.outcome.cash, "cash")

    @cached_property
    def returns(self) -> pd.Series:
        """Time-weighted return of each session, shape (S,), as a fraction: what came in or went out is none.

        The first is against its worth before; NaN where there was nothing, as after ruin.
        """
        line = self.outcome.equity
        before = np.concatenate(([self.terms.opening], line[:-1]))
        return self._series((line - self.outcome.flows) / np.where(before > 0, before, np.nan) - 1, "returns")

    @cached_property
    def benchmark(self) -> pd.Series:
        """Last known close of the benchmark, shape (S,), in points; all NaN if the panel has none."""
        bench = self.panel.benchmark
        line = np.full(len(self.panel.sessions), np.nan) if bench is None else bench.last_close
        name = "benchmark" if bench is None else bench.symbol
        return self._series(line[self.terms.first : self.terms.last + 1], name)

    @cached_property
    def interest(self) -> pd.Series:
        """What idle cash earned in each session, shape (S,), in currency; it is in ``cash``."""
        return self._series(self.outcome.interest, "interest")

    @cached_property
    def flows(self) -> pd.Series:
        """What came in, or below 0 went out, after each close, shape (S,), in currency; it is in ``cash``."""
        return self._series(self.outcome.flows, "flows")

    @cached_property
    def wealth(self) -> Floats:
        """What 1 that was there at the start became, shape (S + 1,); see ``sectorlead.engine.wealth``."""
        return wealth(self.outcome.equity, self.outcome.flows, self.terms.opening)

    @cached_property
    def positions(self) -> pd.DataFrame:
        """Shares held after each close, shape (S, N)."""
        return self._frame(self.outcome.shares)

    @cached_property
    def weights(self) -> pd.DataFrame:
        """Fraction of equity per symbol after each close, shape (S, N); 0 where nothing is held; the rest is cash."""
        marks = self.panel.last_close[self.terms.first : self.terms.last + 1]
        held = self.outcome.shares
        equity = np.where(self.outcome.equity > 0, self.outcome.equity, 1.0)  # fees can eat up the last fen
        weights, there = np.zeros(held.shape), np.nonzero(held > 0)  # few of many series
        weights[there] = held[there] * marks[there] / equity[there[0]]
        return self._frame(weights)

    @property
    def fills(self) -> pd.DataFrame:
        """One row per fill: session, symbol, side, shares, price, value, then the kinds of ``COSTS``."""
        return pd.DataFrame(self._keys(self.outcome.fills) | self.outcome.fills.numbers)

    @property
    def rejections(self) -> pd.DataFrame:
        """One row per shortfall: session, symbol, side, wanted, filled, reason (see ``REASONS``)."""
        log = self.outcome.rejections
        reasons = np.array(REASONS, dtype=object)[log.reason]
        return pd.DataFrame(self._keys(log) | {"wanted": log.wanted, "filled": log.filled, "reason": reasons})

    @property
    def orders(self) -> pd.DataFrame:
        """One row per order of a ``backtrader.Strategy``: what was asked, and what came of it.

        ``session, symbol, side, kind, shares, price`` as sent, the price in the unit of the lines and NaN at market;
        ``filled`` shares at the mean ``fill_price`` in currency, over how many ``fills``; ``status`` and ``reason`` at
        the end, and ``last``, the session of the last news; of a run that is measured later than it began, fills since
        then. Empty for any other strategy, which has decisions instead.
        """
        log = self.outcome.fills
        own = np.array(self.fill_orders, np.int64)
        filled, value, fills = (np.zeros(len(self.sent)) for _ in range(3))
        placed = own >= 0
        for total, part in ((filled, log.shares), (value, log.value), (fills, np.ones(len(own)))):
            np.add.at(total, own[placed], part[: len(own)][placed])
        sent = pd.DataFrame(list(self.sent), columns=list(SentOrder._fields))
        symbols = np.array([*self.panel.symbols, ""], dtype=object)
        return pd.DataFrame(
            {
                "session": self.panel.sessions[sent["row"].to_numpy(np.int64)],
                "symbol": symbols[sent["column"].to_numpy(np.int64)],
                "side": sent["side"].map(SIDES).astype(object),
                "kind": sent["kind"],
                "shares": sent["shares"].astype(float),
                "price": sent["price"].astype(float),
                "filled": filled,
                "fill_price": np.divide(value, filled, out=np.full(len(filled), np.nan), where=filled > 0),
                "fills": fills.astype(np.int64),
                **{key: sent[key] for key in ("status", "reason")},
                "last": self.panel.sessions[sent["last"].to_numpy(np.int64)],
            }
        )

    @property
    def decisions(self) -> pd.DataFrame:
        """One row per decision and symbol held or wanted: session, symbol, rank, score, held, target (weights).

        A ``backtrader.Strategy`` decides in each session in which it sends orders: its target is what it holds once
        they are filled at the close, but for orders that wait for a stop or for another order.
        """
        log = self.outcome.decisions
        d, i = np.nonzero((log.held > 0) | (log.target > 0))
        return pd.DataFrame(
            {
                "session": self.panel.sessions[log.row[d]],
                "symbol": np.array(self.panel.symbols, dtype=object)[i],
                "rank": log.rank[d, i],
                "score": log.score[d, i],
                "held": log.held[d, i],
                "target": log.target[d, i],
            }
        )

    @property
    def targets(self) -> pd.DataFrame:
        """Target weights by decision session, shape (D, N)."""
        log = self.outcome.decisions
        return pd.DataFrame(log.target, index=self.panel.sessions[log.row], columns=pd.Index(self.panel.symbols))

    @property
    def costs(self) -> dict[str, float]:
        """Total of each kind of cost in currency."""
        return {kind: float(paid.sum()) for kind, paid in self.outcome.fills.by_kind.items()}

    def _series(self, values: Floats, name: str) -> pd.Series:
        values.flags.writeable = False
        return pd.Series(values, index=self.sessions, name=name, copy=False)

    def _frame(self, values: Floats) -> pd.DataFrame:
        values.flags.writeable = False
        return pd.DataFrame(values, index=self.sessions, columns=pd.Index(self.panel.symbols), copy=False)

    def _keys(self, log: FillLog | RejectionLog) -> dict[str, Any]:
        return {
            "session": self.panel.sessions[log.row],
            "symbol": np.array(self.panel.symbols, dtype=object)[log.column],
            "side": np.array([SIDES[int(side)] for side in log.side], dtype=object),
        }


def frozen(log: Log) -> Log:
    """An outcome, or a part of one, once every array in it is read-only."""
    for part in log:
        if isinstance(part, np.ndarray):
            part.setflags(write=False)
        elif isinstance(part, DecisionLog):
            frozen((part.row, part.held, part.target, part.score))
        else:
            frozen(part)
    return log
