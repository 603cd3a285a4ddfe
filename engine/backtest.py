"""One backtest: checked terms, an engine or both, a record."""

from __future__ import annotations

import datetime
import math
import weakref
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Unpack

import numpy as np
import pandas as pd

from ..data.errors import DataError, InputError, ParameterError
from ..data.forms import Date
from ..data.panel import Panel
from ..data.quality.gate import admitted, doubts, gate
from ..data.rates import accrual
from .canonical import describe
from .cash_flows import flow_notes, flows_by_session
from .class_names import backtrader_class
from .config import RunConfig, RunTerms, merged, takes_terms
from .dividends import check_dividends
from .fresh import data_of, fresh
from .market.arithmetic import round_half_up
from .market.default import market_or_default
from .market.market import Market
from .measured import measured
from .parity import compare_outcomes
from .record import Outcome, Record, SentOrder, Terms
from .strategy import as_strategy, can_decide
from .suspended import stale_notes
from .with_values import with_values

MOST_STEPS = 1e15
"""Steps of money that an account may begin with."""
COUNTED_STEPS = 2.0**53
"""Steps of money that a float still counts one by one; an account that grows beyond them is no longer exact."""


@takes_terms()
def backtest(
    strategy: Any,
    panel: Panel,
    market: str | Market | None = None,
    *,
    analyzers: Mapping[str, Any] | Sequence[Any] | None = None,
    config: RunConfig | None = None,
    **terms: Unpack[RunTerms],
) -> Record:
    """Runs a strategy on a panel under the rules of a market.

    Parameters
    ----------
    strategy : Strategy, object with ``decide``, class or function that makes one, or subclass of backtrader.Strategy
        The run works on a copy of its own (``Record.strategy``), and so does each engine: an object with memory is
        left as it was. Parts and panels are shared.
    panel : Panel
        History before ``start`` warms indicators up.
    market : str or Market, optional
        A name of ``MARKETS`` or a market of your own. Default: by the kind of the panel's series, and a note says which
        (``sectorlead.engine.market.default``).
    analyzers : sequence or mapping, optional
        Of a ``backtrader.Strategy``: classes of ``backtrader.Analyzer``, or tuples of one and its parameters, by name
        or called by their classes; what they find is in ``Record.analyzers``.
    config : RunConfig, optional
        The terms of the run; default: ``RunConfig()``.
    **terms
        Fields of ``RunConfig``, in place of those of ``config``.

    Returns
    -------
    Record

    Raises
    ------
    InputError
        For terms, names or data that can't be used; the message says what is allowed.
    QualityError
        The quality gate finds an error in the panel that ``accept`` does not name.
    LookAheadError
        Where the strategy goes by what is not known yet; see ``sectorlead.engine.lookahead``.
    StrategyError
        The strategy raised; says where, and is caused by what it raised.
    EngineMismatchError
        With ``engine="both"``, if the engines disagree.
    """
    config = merged(config, terms)
    market, chosen = market_or_default(market, panel)
    accept = config.accept or ()
    panel = admitted(panel, accept, market.trades)
    findings = gate(panel, accept, market.trades)
    strategy = fresh(strategy)
    if config.seed is not None:
        strategy = seeded(strategy, config.seed)
    check_dividends(config.dividends, config.fill)
    if config.prices != "adjusted" and backtrader_class(strategy) is None:
        raise ParameterError(
            f"prices={config.prices!r} was given, but {describe(strategy)} is no backtrader.Strategy; other strategies "
            "read view.close (raw) and view.adjusted_close side by side; leave prices out"
        )
    resolved = resolved_terms(config, panel, market)
    told = data_of(strategy)  # before the run: a strategy may remember what it sees
    made: dict[str, Any]
    if backtrader_class(strategy) is not None and resolved.engine == "backtrader":
        from .on_backtrader.engine import run_backtrader

        made = run_backtrader(strategy, panel, market, resolved, analyzers)._asdict()
    elif analyzers:
        raise ParameterError(
            f"analyzers watch a backtrader.Strategy on engine='backtrader'; {describe(strategy)} on "
            f"engine={resolved.engine!r} has run.summary(), run.fills and the rest of the record; leave them out"
        )
    else:
        outcome, verified = _run(strategy, panel, market, resolved)
        made = {"outcome": outcome, "verified": verified}
    outcome = made["outcome"]
    check_counted(float(outcome.equity.max()), market.money_step)
    told_of = (
        stale_notes(panel, resolved, outcome), flow_notes(resolved, outcome, panel.sessions), doubts(findings),
        [chosen, _as_read(market, panel, resolved)],
    )  # fmt: skip
    remarks = _remarks(strategy, panel, resolved, outcome, made.get("sent", ()))
    notes = (*remarks, *filter(None, chain.from_iterable(told_of)))
    name = config.name or _label(strategy)
    made |= {"strategy_data": told, "notes": notes, "quality": panel.quality}
    return measured(Record(name, strategy, panel, market, resolved, **made))


def resolved_terms(config: RunConfig, panel: Panel, market: Market) -> Terms:
    """The terms with what they come to on a panel and a market.

    Parameters
    ----------
    config : RunConfig
    panel : Panel
    market : Market

    Raises
    ------
    InputError
        For a span of less than 2 sessions, and for cash that can't be counted in the market's steps.
    """
    first, last = run_span(panel, config.start, config.end)
    rate = config.idle_rate()
    resolved = {"cash": _countable(float(config.cash), market.money_step), "first": first, "last": last}
    asked = config.cash_flows if isinstance(config.cash_flows, tuple) else None  # kept as texts
    flow = flows_by_session(asked, panel.sessions, first, last)
    for k in np.flatnonzero(flow).tolist() if asked else ():
        amount = float(flow[k])
        flow[k] = math.copysign(round_half_up(abs(amount), market.money_step), amount)
    earned = accrual(rate, panel.sessions, first)
    begun = {"began": None, "worth": None, "due_before": 0.0}
    return with_values(config, Terms, **resolved, **begun, rate=rate_in_words(rate), accrual=earned, flow=flow)


def _countable(cash: float, step: float) -> float:
    """Starting cash in whole steps of money, if they can be counted to the last one."""
    least, most = step, MOST_STEPS * (step or 1.0)
    if not least <= cash <= most:
        raise ParameterError(
            f"cash must be from {least:g} to {most:g} where money comes in steps of {step:g}, was {cash!r}"
            if step
            else f"cash must be at most {most:g}, was {cash!r}"
        )
    return round_half_up(cash, step)


def check_counted(most: float, step: float) -> None:
    """Refuses an account that outgrew what can be counted in steps of money.

    Parameters
    ----------
    most : float
        What it was worth at the most, in currency.
    step : float
        Of money; 0 for none.

    Raises
    ------
    ParameterError
        More than 2^53 steps.
    """
    if step and not most <= COUNTED_STEPS * step:
        raise ParameterError(
            f"the account grew to {most:g}, which can't be counted in steps of {step:g}; start with less cash, or use "
            "a coarser Market.money_step"
        )


def _run(strategy: Any, panel: Panel, market: Market, terms: Terms) -> tuple[Outcome, str]:
    if terms.engine == "compiled":
        return _compiled(strategy, panel, market, terms), ""
    from .on_backtrader.engine import run_backtrader

    if terms.engine == "backtrader":
        return run_backtrader(strategy, panel, market, terms).outcome, ""
    spare = fresh(strategy)
    outcome = _compiled(strategy, panel, market, terms)
    recorded = run_backtrader(spare, panel, market, terms).outcome
    return outcome, compare_outcomes(outcome, recorded, panel, terms)


def _remarks(
    strategy: Any, panel: Panel, terms: Terms, outcome: Outcome, sent: tuple[SentOrder, ...]
) -> tuple[str, ...]:
    """That nothing was ever decided, and why that can be; and which prices a backtrader.Strategy saw."""
    if backtrader_class(strategy) is not None:
        idle = () if sent else ("never sent an order",)
        return *idle, *_units(panel, terms)
    if not can_decide(strategy) or len(outcome.decisions.row):
        return ()
    asked = len(as_strategy(strategy).decision_rows(panel, terms.first, terms.last))
    before = f"{terms.first} sessions before the run to warm up with, {terms.last - terms.first + 1} in it"
    return (
        f"never decided: asked in {asked} sessions, it left the portfolio alone in all of them; a score that looks "
        f"back further than the data, or that can rank nothing, does that; there are {before}"
        if asked
        else f"never decided: its schedule asks in no session of the run; there are {before}",
    )


_read: weakref.WeakKeyDictionary[Panel, dict[datetime.date, int]] = weakref.WeakKeyDictionary()
"""How many sessions of a panel come before the day after a rule book was read."""


def _as_read(market: Market, panel: Panel, terms: Terms) -> str:
    """That some sessions go by rules that were read before them; "" where none does."""
    if (book := market.book) is None:
        return ""
    if (known := _read.setdefault(panel, {}).get(book.read_on)) is None:
        known = int(np.searchsorted(panel.stamps, np.datetime64(book.read_on), side="right"))
        _read[panel][book.read_on] = known
    later = terms.last + 1 - max(terms.first, known)
    if later <= 0:
        return ""
    told = f"rules as read on {book.read_on} (rule book {book.name} {book.version})"
    return f"{told}; sessions of the run after that day: {later:,}"


def _units(panel: Panel, terms: Terms) -> tuple[str, ...]:
    """The unit of the prices that a backtrader.Strategy saw, where that makes a difference."""
    factor = panel.last_factor[: terms.last + 1]
    moves = np.isfinite(factor) & (factor != 1.0)
    if not moves.any():
        return ()
    touched = ", ".join(panel.symbols[i] for i in np.flatnonzero(moves.any(axis=0))[:5])
    more = int(moves.any(axis=0).sum()) - 5
    who = touched + (f" and {more} more" if more > 0 else "")
    if terms.prices == "raw":
        return (f"lines and order prices are raw: splits and distributions of {who} look like moves of the price",)
    return (
        f"lines and order prices are adjusted (raw times the factor of the session), which differs for {who}; shares, "
        "sizers, fills and money are raw (docs/backtrader.md)",
    )


def _compiled(strategy: Any, panel: Panel, market: Market, terms: Terms) -> Outcome:
    if not can_decide(strategy):
        raise ParameterError(
            f"the compiled engine runs objects with decide(view, portfolio), was {strategy!r}; "
            "a backtrader.Strategy class needs engine='backtrader'"
        )
    from .compiled.engine import run_compiled

    return run_compiled(as_strategy(strategy), panel, market, terms)


def seeded(strategy: Any, seed: int) -> Any:
    """A strategy with another seed.

    Parameters
    ----------
    strategy : strategy
    seed : int

    Raises
    ------
    ParameterError
        It takes none.
    """
    asked = as_strategy(strategy)
    if not asked.uses_seed:
        raise ParameterError(
            f"seed={seed} was given, but {describe(strategy)} takes no seed: it has no with_seed(seed) that makes "
            "another strategy of it; leave seed out, or write one"
        )
    return asked.with_seed(seed)


def run_span(panel: Panel, start: Date | None, end: Date | None) -> tuple[int, int]:
    """First and last panel row of the run.

    Without a start it is the panel's first session; where proxies alone stand before that, the first in which anything
    can trade, so that they warm up and are no time in cash.

    Parameters
    ----------
    panel : Panel
    start, end : date or None
        As the terms of a run have them.

    Raises
    ------
    InputError
        They leave less than 2 sessions.
    """
    if not len(panel.sessions):
        raise DataError("the panel has no sessions")
    first = 0
    if start is not None:
        first = int(panel.sessions.searchsorted(pd.Timestamp(start), side="left"))
    elif any(not span.traded for span in panel.spans):
        first = int(panel.tradable.any(axis=1).argmax())
    stop = len(panel.sessions) if end is None else int(panel.sessions.searchsorted(pd.Timestamp(end), side="right"))
    if stop - first < 2:
        raise InputError(
            f"start={start}, end={end} leave {max(0, stop - first)} sessions, a run needs 2; the panel runs "
            f"{panel.sessions[0]:%F} to {panel.sessions[-1]:%F}"
        )
    return first, stop - 1


def rate_in_words(rate: float | pd.Series | None) -> str:
    """What idle cash earns, for reports; "" is nothing."""
    if rate is None:
        return ""
    if isinstance(rate, pd.Series):
        return f"{rate.name or 'a series'}, {rate.index[0]:%F} to {rate.index[-1]:%F}, mean {rate.mean():.2%} a year"
    return f"{rate:.2%} a year"


def _label(strategy: Any) -> str:
    if isinstance(strategy, tuple):  # a backtrader.Strategy and its parameters
        return _label(strategy[0])
    return strategy.__name__ if isinstance(strategy, type) else type(strategy).__name__
