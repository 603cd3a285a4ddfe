"""How dear trading could be, and how large the account, before what a run made is gone."""

from __future__ import annotations

import math
import weakref
from typing import NamedTuple

import numpy as np

from ...data.panel import Panel
from ...data.types import Flags, Floats
from ...engine.record import Record
from .inputs import TRADING, MeasuredRun
from .registry import Definition
from .returns import ordered_quantile

__all__ = ["break_even_cost", "capacities", "capacity"]

SHARE = 0.10
"""Of a bar's traded amount, that a fill is taken to be able to have."""

_currencies: weakref.WeakKeyDictionary[Panel, dict[int, Flags]] = weakref.WeakKeyDictionary()

_ROUNDS = 60
_CLOSE = 1e-12  # of the cost per traded value


def break_even_cost(record: Record, benchmark: Floats | None = None) -> float:
    """Cost per traded value, in basis points, at which the excess vanishes: over a benchmark, or over zero.

    The c that solves ``sum(log(G[t] - c * V[t])) = log(B)``. ``G[t]`` is the session's growth without costs,
    ``(equity[t] + costs[t]) / equity[t-1]``, slippage among the costs; ``V[t]`` is all that was bought and sold in it
    over ``equity[t-1]``; ``B`` is what 1 became in the benchmark. So every purchase and every sale pays c times its
    value in place of what it did pay, weights stay as they were, and losses to cost compound. Interest counts as
    growth. Compare with ``cost_per_traded``: what was paid.

    Parameters
    ----------
    record : Record
    benchmark : array of shape (S + 1,), optional
        A growth line; None is a line that stays where it is. Where it begins late, the sum is over what it knows.

    Returns
    -------
    float
        Negative where the run lags without any cost. NaN where nothing was traded, or the account was ruined.
    """
    return _break_even(_without_costs(record), benchmark)


def _without_costs(record: Record) -> tuple[Floats, Floats] | None:
    """Growth without costs and what was traded over equity, by session, shape (S,) each; None after ruin."""
    log, equity, first = record.outcome.fills, record.outcome.equity, record.terms.first
    before = np.concatenate(([record.terms.opening], equity[:-1]))
    if min(float(before.min()), float(equity[-1])) <= 0:
        return None
    chosen, row = log.traded, log.row - first
    costs = np.bincount(row, log.paid, len(equity))
    traded = np.bincount(row[chosen], log.value[chosen], len(equity))
    return (equity + costs) / before, traded / before


def _break_even(found: tuple[Floats, Floats] | None, benchmark: Floats | None = None) -> float:
    if benchmark is None:
        return _solved(_busy(found))
    there = np.flatnonzero(np.isfinite(benchmark))
    if len(there) < 2:
        return math.nan
    begin = int(there[0])
    goal = math.log(benchmark[there[-1]] / benchmark[begin])
    return _solved(_busy(found and (found[0][begin:], found[1][begin:])), goal)


class _Busy(NamedTuple):
    """Sessions with fills, and what the others made."""

    growth: Floats
    volume: Floats
    quiet: float  # sum of logarithms


def _busy(found: tuple[Floats, Floats] | None) -> _Busy | None:
    """None after ruin, and where nothing was traded."""
    if found is None:
        return None
    growth, volume = found
    busy = volume > 0
    if not busy.any():
        return None
    return _Busy(growth[busy], volume[busy], float(np.log(growth[~busy]).sum()))


def _busy_of(record: Record) -> _Busy | None:
    return _busy(_without_costs(record))


def _solved(busy: _Busy | None, goal: float = 0.0) -> float:
    return math.nan if busy is None else _root(busy.growth, busy.volume, goal - busy.quiet) * 1e4


def _over_benchmark(run: MeasuredRun) -> float:
    if run.market is None:
        return math.nan
    if run.market.there is not None:
        return _break_even(_without_costs(run.record), run.market.growth.levels)
    levels = run.market.levels
    return _solved(run.once(_busy_of), math.log(levels[-1] / levels[0])) if len(levels) > 1 else math.nan


TRADING.add(
    lambda run: _solved(run.once(_busy_of)),
    Definition(
        "break_even_cost", "Break-even cost",
        "cost per traded value, in place of the costs paid, at which the total return is 0, same weights", "bps",
        blank="nothing traded, or ruin",
    ),
)  # fmt: skip
TRADING.add(
    _over_benchmark,
    Definition(
        "break_even_cost_over_benchmark", "Break-even cost over benchmark",
        "the same at which the total return is the benchmark's; negative lags without any cost", "bps",
        blank="no benchmark, nothing traded, or ruin",
    ),
)  # fmt: skip


def _root(growth: Floats, volume: Floats, goal: float) -> float:
    """The c with ``sum(log(growth - c * volume)) = goal``, by Newton's steps from the right: the sum is concave."""
    ruin, c = float((growth / volume).min()), 0.0
    for _ in range(_ROUNDS):
        left = growth - c * volume
        step = (float(np.log(left).sum()) - goal) / float((volume / left).sum())
        c, was = c + step if c + step < ruin else (c + ruin) / 2.0, c
        if abs(c - was) <= _CLOSE * max(1.0, abs(c)):
            break
    return c


def capacities(record: Record, share: float = SHARE) -> Floats:
    """For each fill with a known amount, the equity at which it would be ``share`` of its bar's traded amount.

    ``share * amount / (value / equity before the session)``, in currency: a fill of 20% of equity in a bar that traded
    50 million can be 10% of it up to an equity of 25 million. Series that ended are left out, as are those whose
    amounts can't be in currency: where the usual session up to the run's end is below what ``data.quality`` allows,
    they are in ten thousands or hundred millions.

    What participation cut counts with what was filled, so capacities of a run at its limit are too high.

    Parameters
    ----------
    record : Record
    share : float
        Of a bar's traded amount, in (0, 1].

    Returns
    -------
    float array
        In currency, one for each fill with a known amount.
    """
    log, panel, outcome = record.outcome.fills, record.panel, record.outcome
    amount = panel.amount[log.row, log.column]
    chosen = log.traded & (amount > 0) & (log.value > 0)
    chosen &= _in_currency(panel, record.terms.last)[log.column]
    before = np.concatenate(([record.terms.opening], outcome.equity[:-1]))[log.row[chosen] - record.terms.first]
    found: Floats = share * amount[chosen] * before / log.value[chosen]
    return found


def _in_currency(panel: Panel, last: int) -> Flags:
    """Which series have amounts in currency, by the usual session up to row ``last``, shape (N,); found once."""
    from ...data.quality.units import SCALED  # loads all rules of quality

    known = _currencies.setdefault(panel, {})
    if last not in known:
        amounts = panel.amount[: last + 1]
        tiny = np.count_nonzero((amounts > 0) & (amounts < SCALED["amount"]), axis=0)
        known[last] = tiny * 2 < np.count_nonzero(amounts > 0, axis=0)
    return known[last]


def capacity(found: Floats, quantile: float = 0.5) -> float:
    """Equity at which a fill is ``SHARE`` of its bar's traded amount: that quantile of ``capacities``, in currency.

    The median says what the usual fill allows, the 5th percentile (``quantile=0.05``) what 19 of 20 do. NaN where no
    fill has an amount in currency. Source: market practice.

    Parameters
    ----------
    found : float array
        As ``capacities`` gives it.
    quantile : float
        In [0, 1].

    Returns
    -------
    float
        In currency.
    """
    return _capacity(np.sort(found), quantile)


def _capacity(ordered: Floats, quantile: float = 0.5) -> float:
    return ordered_quantile(ordered, quantile) if len(ordered) else math.nan


def _ordered(record: Record) -> Floats:
    return np.sort(capacities(record))


TRADING.add(
    lambda run: _capacity(run.once(_ordered)),
    Definition(
        "capacity", "Capacity", "equity at which the median fill is 10% of its bar's traded amount", "currency",
        blank="no fill with an amount in currency",
    ),
)  # fmt: skip
TRADING.add(
    lambda run: _capacity(run.once(_ordered), 0.05),
    Definition(
        "capacity_tight", "Capacity, tightest fills",
        "equity at which 19 of 20 fills are at most 10% of their bars' traded amounts", "currency",
        blank="no fill with an amount in currency",
    ),
)  # fmt: skip
