"""One backtest: checked terms, an engine or both, a record."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ..data.dates import as_date
from ..data.errors import DataError, InputError, ParameterError
from ..data.panel import Panel
from ..data.rates import accrual
from .market.arithmetic import round_half_up
from .market.market import Market, find_market
from .parity import compare_outcomes
from .record import Outcome, Record, Terms
from .strategy import Planned, Strategy, describe

CHOICES = {
    "fill": ("open", "close", "vwap", "same-close"),
    "size": ("decision", "fill"),
    "unfilled": ("carry", "drop"),
    "engine": ("compiled", "backtrader", "both"),
}
"""What each choice of a run may be; the first is the default."""


def backtest(  # noqa: PLR0913  # the terms of a run are many, and all have names and defaults
    strategy: Any,
    panel: Panel,
    market: str | Market = "cn-etf",
    *,
    cash: float = 1_000_000.0,
    fill: str = "open",
    size: str = "decision",
    unfilled: str = "carry",
    engine: str = "compiled",
    seed: int | None = None,
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
    cash_rate: float | pd.Series | None = None,
    name: str = "",
) -> Record:
    """Runs a strategy on a panel under the rules of a market.

    Parameters
    ----------
    strategy : Strategy, Planned, or subclass of backtrader.Strategy
    panel : Panel
        History before ``start`` warms indicators up.
    market : str or Market
        A name of ``MARKETS`` or a market of your own.
    cash : float
        Starting cash in currency, > 0.
    fill : {"open", "close", "vwap", "same-close"}
        Price and session of fills; all but "same-close" are those of the session after the decision.
    size : {"decision", "fill"}
        Shares fixed at the decision's close, or at the fill price.
    unfilled : {"carry", "drop"}
        What becomes of an order that was blocked.
    engine : {"compiled", "backtrader", "both"}
        "both" compares fills and equity and stamps the record.
    seed : int, optional
        Replaces the seed of a random strategy; an error for one that has none.
    start, end : date, optional
        First and last session of the run; the panel's by default. A date without session rolls inward.
    cash_rate : float or Series, optional
        What idle cash earns per year, as a fraction (0.02), or such rates by date; actual days / 365. Default: nothing.
    name : str
        Label on reports; by default the strategy's class.

    Returns
    -------
    Record

    Raises
    ------
    InputError
        For terms, names or data that can't be used; the message says what is allowed.
    EngineMismatchError
        With ``engine="both"``, if the engines disagree.
    """
    market = find_market(market)
    for key, given in (("fill", fill), ("size", size), ("unfilled", unfilled), ("engine", engine)):
        if given not in CHOICES[key]:
            raise ParameterError(f"{key} must be one of {', '.join(map(repr, CHOICES[key]))}, was {given!r}")
    if not (isinstance(cash, int | float | np.number) and math.isfinite(cash) and cash > 0):
        raise ParameterError(f"cash must be a finite number > 0, was {cash!r}")
    if seed is not None:
        strategy = _seeded(strategy, seed)
    first, last = _span(panel, start, end)
    opening = round_half_up(float(cash), market.money_step)
    earned = accrual(cash_rate, panel.sessions, first)
    terms = Terms(opening, fill, size, unfilled, first, last, engine, seed, rate_in_words(cash_rate), earned)
    outcome, verified = _run(strategy, panel, market, terms)
    return Record(name or _label(strategy), strategy, panel, market, terms, outcome, verified)


def _run(strategy: Any, panel: Panel, market: Market, terms: Terms) -> tuple[Outcome, str]:
    if terms.engine == "compiled":
        return _compiled(strategy, panel, market, terms), ""
    from .on_backtrader.engine import run_backtrader

    recorded = run_backtrader(strategy, panel, market, terms)
    if terms.engine == "backtrader":
        return recorded, ""
    outcome = _compiled(strategy, panel, market, terms)
    return outcome, compare_outcomes(outcome, recorded, panel, terms)


def _compiled(strategy: Any, panel: Panel, market: Market, terms: Terms) -> Outcome:
    if isinstance(strategy, type) or not isinstance(strategy, Strategy | Planned):
        raise ParameterError(
            f"the compiled engine runs objects with decide(view, portfolio), was {strategy!r}; "
            "a backtrader.Strategy class needs engine='backtrader', any other class must be instantiated first"
        )
    from .compiled.engine import run_compiled

    return run_compiled(strategy, panel, market, terms)


def _seeded(strategy: Any, seed: int) -> Any:
    seeded = getattr(strategy, "with_seed", None)
    if seeded is None or describe(seeded(0)) == describe(seeded(1)):
        raise ParameterError(f"seed={seed} was given, but {describe(strategy)} uses no random numbers; leave seed out")
    return seeded(seed)


def _span(panel: Panel, start: str | pd.Timestamp | None, end: str | pd.Timestamp | None) -> tuple[int, int]:
    """First and last panel row of the run."""
    if not len(panel.sessions):
        raise DataError("the panel has no sessions")
    known = f"the panel runs {panel.sessions[0]:%F} to {panel.sessions[-1]:%F}"
    first = 0 if start is None else int(panel.sessions.searchsorted(as_date("start", start), side="left"))
    stop = len(panel.sessions) if end is None else int(panel.sessions.searchsorted(as_date("end", end), side="right"))
    if stop - first < 2:
        raise InputError(f"start={start}, end={end} leave {max(0, stop - first)} sessions, a run needs 2; {known}")
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
