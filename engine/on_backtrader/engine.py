"""The engine of record: one run inside backtrader, for anything with ``decide`` and for any ``backtrader.Strategy``."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any, NamedTuple

import numpy as np

from ...data.errors import ParameterError, UnknownNameError
from ...data.panel import Panel
from ...data.types import Floats, Ints
from ..canonical import backtrader_params
from ..market.market import Market
from ..record import DecisionLog, Outcome, SentOrder, Terms
from ..strategy import Portfolio, as_strategy, can_decide, view_of
from ..strategy_errors import Asking
from ..weights import target_weights
from .broker import SessionBroker
from .feeds import bar_feeds, benchmark_feed, clock_feed
from .lines import ReadMode, harden
from .market_data import MarketData
from .quiet import bt

Analyzers = Mapping[str, Any] | Sequence[Any]
_LEDGER = "ledger of the run"


class Hosted(NamedTuple):
    """What a run inside backtrader gives: the outcome, and what a ``backtrader.Strategy`` leaves besides."""

    outcome: Outcome
    analyzers: dict[str, Any]
    sent: tuple[SentOrder, ...]
    fill_orders: tuple[int, ...]


def run_backtrader(
    strategy: Any, panel: Panel, market: Market, terms: Terms, analyzers: Analyzers | None = None
) -> Hosted:
    """Runs a strategy on feeds of the panel's bars, with a broker that keeps the rules of the market.

    Parameters
    ----------
    strategy : object with ``decide``, subclass of backtrader.Strategy, or tuple of such a class and its parameters
        An object is asked on ``panel.until(row)``, in the sessions of its schedule. A class sees one feed per symbol,
        in the panel's order (``datas``) and by symbol (``getdatabyname``), and the benchmark by its symbol only.
        Its ``next`` is called in every session of the run, from the first on, whether or not all feeds have bars yet.
    panel : Panel
        Bars before ``terms.first`` warm indicators up.
    market : Market
    terms : Terms
    analyzers : sequence or mapping, optional
        Of a backtrader.Strategy; see ``attached``.

    Returns
    -------
    Hosted

    Raises
    ------
    LookAheadError
        Where a backtrader.Strategy reads a bar outside the past.
    StrategyError
        The strategy raised.
    ParameterError
        For a strategy of another kind, unusable weights, or ``fill="same-close"`` with a backtrader.Strategy.
    UnknownNameError
        For a parameter that a backtrader.Strategy does not have.
    """
    kind, settings = _strategy_class(strategy, panel, terms)
    watching = attached(analyzers or ())
    mode = ReadMode()
    adjusted = kind is not Host and terms.prices == "adjusted"
    clock, feeds = clock_feed(panel, terms.last, mode), bar_feeds(panel, terms.last, mode, adjusted)
    benchmark = benchmark_feed(panel, terms.last, mode)
    broker = SessionBroker(MarketData(panel, market, terms), market, terms, clock, feeds)
    if kind is Host and terms.same_session:
        decider = settings["decider"]
        asked = decider.decision_rows(panel, terms.first, terms.last).tolist()
        broker.late = frozenset(range(terms.first, terms.last) if decider.watchful else asked) - {terms.last}
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.setbroker(broker)
    for feed in (clock, *feeds, *([] if benchmark is None else [benchmark])):
        cerebro.adddata(feed)
    cerebro.addanalyzer(Ledger, _name=_LEDGER)
    for name, (analyzer, given) in watching.items():
        cerebro.addanalyzer(analyzer, _name=name, **given)
    if watching:
        cerebro.addobserver(bt.observers.Broker)  # AnnualReturn and others read its lines
    cerebro.addstrategy(lambda *_, **given: _guarded(kind)(*feeds, **given), **settings)
    with warnings.catch_warnings(), Asking(_named(strategy), panel.sessions, "before its first session") as asking:
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="backtrader")
        try:
            done = cerebro.run()[0]
        finally:
            asking.row = broker.market_data.row
    ledger = done.analyzers.getbyname(_LEDGER)
    lived = len(ledger.equity)
    if lived <= terms.last - terms.first:
        raise ParameterError(
            f"{kind.__name__} stopped the run after {lived} sessions (runstop); a run has all of its sessions: "
            f"use end={panel.sessions[terms.first + max(0, lived - 1)]:%F}, or stop ordering"
        )
    decisions = done.decisions if isinstance(done, Host) else _decision_log(ledger.decisions, len(panel.symbols))
    outcome = Outcome(
        np.array(ledger.equity), np.array(ledger.cash), np.array(ledger.shares, dtype=np.float64),
        np.array(ledger.interest), np.array(ledger.flows), broker.journal.fills, broker.journal.rejections, decisions,
    )  # fmt: skip
    found = {name: done.analyzers.getbyname(name).get_analysis() for name in watching}
    orders = broker.sent
    return Hosted(outcome, found, orders, tuple(broker.journal.fill_orders) if orders else ())


def _named(strategy: Any) -> Any:
    """What an error names: the strategy, without its parameters."""
    return strategy[0] if isinstance(strategy, tuple) else strategy


def _strategy_class(strategy: Any, panel: Panel, terms: Terms) -> tuple[Any, dict[str, Any]]:
    kind, settings = strategy if isinstance(strategy, tuple) and len(strategy) == 2 else (strategy, {})
    if isinstance(kind, type) and issubclass(kind, bt.Strategy):
        if terms.same_session:
            told = "fill='same-close'" if terms.decide_at is None else f"decide_at={terms.decide_at!r}"
            raise ParameterError(
                f"{told} can't run {kind.__name__}: what a backtrader.Strategy orders in one session fills "
                "in the next; use fill='open', 'close' or 'vwap', or price_at alone"
            )
        if terms.no_trade:
            raise ParameterError(
                f"no_trade={terms.no_trade:g} is a band around target weights, and {kind.__name__} sends orders; leave "
                "it out, and order only what is further off"
            )
        return _asked_in_time(kind), _checked(kind, settings)
    if not can_decide(strategy):
        raise ParameterError(
            f"a strategy must be an object with decide(view, portfolio) or a subclass of backtrader.Strategy, "
            f"was {strategy!r}"
        )
    return Host, {"decider": as_strategy(strategy), "panel": panel, "terms": terms}


def _checked(kind: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a backtrader.Strategy by name."""
    takes = {} if kind.__init__ is bt.Strategy.__init__ else signature(kind.__init__).parameters
    if any(item.kind is Parameter.VAR_KEYWORD for item in takes.values()):
        return dict(settings)
    known = [*backtrader_params(kind), *list(takes)[1:]]
    for name in settings:
        if name not in known:
            raise UnknownNameError(f"parameter of {kind.__name__}", str(name), known)
    return dict(settings)


def attached(analyzers: Analyzers) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Analyzers by name, each a class and its parameters.

    Parameters
    ----------
    analyzers : sequence or mapping
        Classes of backtrader analyzers, or tuples of one and its parameters; in a sequence each is called by its class.

    Raises
    ------
    ParameterError
        For what is no analyzer, or two of one name.
    """
    named = analyzers.items() if isinstance(analyzers, Mapping) else [(None, each) for each in analyzers]
    found: dict[str, tuple[Any, dict[str, Any]]] = {}
    for name, given in named:
        kind, settings = given if isinstance(given, tuple) and len(given) == 2 else (given, {})
        if not (isinstance(kind, type) and issubclass(kind, bt.Analyzer) and isinstance(settings, Mapping)):
            raise ParameterError(
                f"an analyzer must be a subclass of backtrader.Analyzer, or a tuple of one and its parameters, "
                f"(bt.analyzers.SharpeRatio, {{'riskfreerate': 0.0}}); was {given!r}"
            )
        label = kind.__name__ if name is None else str(name)
        if label in found or label == _LEDGER:
            raise ParameterError(f"two analyzers are called {label}; name them: analyzers={{'one': ..., 'two': ...}}")
        found[label] = kind, dict(settings)
    return found


def _asked_in_time(kind: Any) -> Any:
    """The class, unless it only ever decides at the open."""
    if kind.next_open is not bt.Strategy.next_open and kind.next is bt.Strategy.next:
        raise ParameterError(
            f"{kind.__name__} decides in next_open, where backtrader shows it the close of the session that opens; "
            "decide in next: what it orders fills at the next open"
        )
    return kind


@lru_cache(maxsize=64)
def _guarded(kind: Any) -> Any:
    """The class as it runs here: called in the run's sessions only, not waiting for late feeds, with strict lines."""

    class Guarded(kind):  # type: ignore[misc]
        def _start(self) -> None:
            super()._start()
            self._clock = self.cerebro.datas[0]
            for feed in self.cerebro.datas:
                feed._stage2()
            harden(self, self._clock.mode)

        def _once(self) -> None:
            self._clock.mode.at_once = True
            super()._once()
            for feed in self.cerebro.datas:
                feed.home()
            self._clock.mode.at_once = False

        def _clk_update(self) -> int:
            self.forward()
            self.lines.datetime[0] = self._clock.datetime[0]
            self._clock.mode.lenient = True  # indicators come next
            return len(self)

        def _notify(self, *args: Any, **kwargs: Any) -> None:
            self._clock.mode.lenient = False
            super()._notify(*args, **kwargs)

        def _getminperstatus(self) -> int:
            before: int = self.broker.terms.first - self.broker.market_data.row
            self._minperstatus = before
            return before

        def prenext(self) -> None:
            """Before the run."""

        def getsizing(self, data: Any = None, isbuy: bool = True) -> Any:
            """Shares by the strategy's sizer, which sees raw prices: it shares out money."""
            with (self.data if data is None else data).in_raw_prices():
                return super().getsizing(data, isbuy)

        def _next_analyzers(self, minperstatus: int, once: bool = False) -> None:
            """Analyzers see the sessions of the run; an analyzer's own prenext would count those before it as well."""
            if minperstatus <= 0:
                super()._next_analyzers(minperstatus, once)

        def notify_timer(self, *args: Any, **kwargs: Any) -> None:
            if self.broker.market_data.row >= self.broker.terms.first:
                super().notify_timer(*args, **kwargs)

        def _stop(self) -> None:
            self.broker.end_run()
            while order := self.broker.get_notification():
                self._addnotification(order)
            if self._orderspending:
                self._notify()
            super()._stop()

    Guarded.__name__, Guarded.__qualname__ = kind.__name__, kind.__qualname__
    return Guarded


class Ledger(bt.Analyzer):  # type: ignore[misc]  # backtrader has no types
    """Equity, cash and shares after the close of every session of the run, what cash earned in it, what was asked."""

    def __init__(self) -> None:
        self.equity: list[float] = []
        self.cash: list[float] = []
        self.shares: list[list[float]] = []
        self.interest: list[float] = []
        self.flows: list[float] = []
        self.decisions: list[tuple[int, Floats, Floats, Ints, Floats]] = []

    def next(self) -> None:
        """Notes a session."""
        broker = self.strategy.broker
        asked = broker.asked_for()
        if asked is not None and broker.market_data.row < broker.terms.last:
            held = broker.weights_of(np.array(broker.shares, dtype=np.float64))
            none = np.zeros(len(held), np.int64), np.full(len(held), np.nan)
            self.decisions.append((broker.market_data.row, held, asked, *none))
        self.equity.append(broker.getvalue())
        self.cash.append(broker.getcash())
        self.shares.append(broker.shares)
        self.interest.append(broker.interest)
        self.flows.append(broker.flow)


class Host(bt.Strategy):  # type: ignore[misc]
    """Asks an object with ``decide`` in its sessions, and hands its target portfolios to the broker."""

    params = (("decider", None), ("panel", None), ("terms", None))

    def __init__(self) -> None:
        decider, panel, terms = self.p.decider, self.p.panel, self.p.terms
        self._rows = set(decider.decision_rows(panel, terms.first, terms.last).tolist())
        self._watchful = decider.watchful
        self._log: list[tuple[int, Floats, Floats, Ints, Floats]] = []

    @property
    def decisions(self) -> DecisionLog:
        """All decisions so far."""
        return _decision_log(self._log, len(self.p.panel.symbols))

    def next(self) -> None:
        """One session after its mark."""
        self._ask(self.broker.market_data.row)
        self.broker.after_the_decision()

    def clear(self) -> None:
        """Forgets notifications; nobody asks for them again."""
        self._orderspending.clear()
        self._tradespending.clear()

    def _ask(self, row: int) -> None:
        decides = row in self._rows
        if not decides and (not self._watchful or row == self.p.terms.last):
            return
        view, portfolio = view_of(self.p.panel, row, self.p.terms), self._portfolio()
        answer = self.p.decider.decide(view, portfolio) if decides else None
        watching = answer is None
        if watching and self._watchful:
            answer = self.p.decider.between(view, portfolio)
        if answer is None:
            return
        weights = target_weights(answer, self.p.panel, view.session, partial=watching)
        rank, score = np.zeros(len(weights), np.int64), np.full(len(weights), np.nan)
        if not watching:
            rank, score = self.p.decider.ranking(view)
        asked = np.where(np.isnan(weights), portfolio.weights, weights)
        self._log.append((row, portfolio.weights, asked, rank, score))
        self.broker.aim(weights)

    def _portfolio(self) -> Portfolio:
        broker = self.broker
        shares, equity = np.array(broker.shares, dtype=np.float64), broker.getvalue()
        weights = broker.weights_of(shares)
        since = np.array(broker.since, dtype=np.int64)
        for array in (shares, weights, since):
            array.flags.writeable = False
        return Portfolio(broker.getcash(), equity, shares, weights, since)


def _decision_log(log: list[tuple[int, Floats, Floats, Ints, Floats]], columns: int) -> DecisionLog:
    if not log:
        blank = np.zeros((0, columns))
        return DecisionLog(np.zeros(0, np.int64), blank, blank, blank)
    rows, held, target, rank, score = map(np.array, zip(*log, strict=True))
    return DecisionLog(rows.astype(np.int64), held, target, score, rank.astype(np.int64))
