"""Each kind of luck: what is drawn, and what it would have made."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sectorlead.data.errors import InputError, ParameterError
from sectorlead.engine.backtest import MOST_STEPS
from sectorlead.reports.luck import result as kinds
from sectorlead.reports.luck.result import Draws, Reading
from sectorlead.reports.metrics.capacity import SHARE, capacities
from sectorlead.research.luck.phases import phased
from sectorlead.strategies.wrappers.delayed import Delayed
from sectorlead.strategies.wrappers.mapped import Mapped

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel
    from sectorlead.data.types import Floats
    from sectorlead.research.luck.again import Again

COSTS = (0.0, 1.0, 2.0, 5.0)
"""Multiples of all costs; 1 is the run itself."""
SIZES = (1.0, 10.0, 100.0, 1_000.0)
"""Multiples of the starting cash; the market's impact counts in all of them."""
LAGS = (0, 1, 2, 5)
"""Sessions that decisions are carried out late; 0 is the run itself."""
PART = 2 / 3
"""Share of the pool that is drawn."""
REACH = 0.3
"""How far a parameter is moved, as a fraction of it."""
WINDOW = 0.5
"""Share of the run that each start is followed for, at least a year."""
_FACTORS = (0.7, 0.8, 0.9, 1.1, 1.2, 1.3)
_DRAWN_ELSEWHERE = ("offset", "day", "weekday", "seed", "total")  # the last is how much is invested, not what in


def rebalance_days(again: Again) -> Draws | str:
    """Every day that the schedule could have, all measured from the latest first decision among them.

    Parameters
    ----------
    again : Again

    Returns
    -------
    Draws or str
        Why there are none.
    """
    found = phased(again.strategy, again.panel, again.began, again.last)
    if isinstance(found, str):
        return found
    variants = [strategy for _, strategy in found]
    row = again.decided(variants)
    made = again.readings(again.returns(variants, row), row, again.last)
    how = f"on the {len(found)} days the schedule could have"
    return _draws(kinds.REBALANCE_DAY, [label for label, _ in found], made, made[0], used=0, detail=how)


def universes(again: Again, count: int, seed: int) -> Draws | str:
    """Random parts of the pool, each as good as any other.

    Parameters
    ----------
    again : Again
    count, seed : int
    """
    symbols, size = again.panel.symbols, _part_of(len(again.panel.symbols))
    if isinstance(again.strategy, Mapped):
        return "funds are held on signals of sectors, and each has its own"
    if size >= len(symbols):
        return f"{len(symbols)} series are too few to leave some out"
    drawn = random_parts(len(symbols), size, count, seed)
    made = [_on(again, again.panel.select([symbols[i] for i in part])) for part in drawn]
    how = f"in {len(drawn):,} random parts of {size} of the {len(symbols)} series"
    return _draws(kinds.UNIVERSE, [" ".join(symbols[i] for i in part) for part in drawn], made, again.own, detail=how)


def pools(again: Again, wider: Panel, count: int, seed: int, *, hindsight: bool) -> Draws | str:
    """Pools as large as the chosen one, of what was listed when the run began, or of all that ever was.

    Parameters
    ----------
    again : Again
    wider : Panel
        All that could have been chosen, over the same sessions.
    count, seed : int
    hindsight : bool
        Whether to draw from what was listed later, too.
    """
    if isinstance(again.strategy, Mapped):
        return "funds are held on signals of sectors, and each has its own"
    first, last = again.panel.sessions[again.first], again.panel.sessions[again.last]
    row, stop = (int(wider.sessions.searchsorted(day)) for day in (first, last))
    there = wider.sessions[row : stop + 1]
    if not there.equals(again.panel.sessions[again.first : again.last + 1]):
        raise InputError(
            f"wider must have the sessions of the run, {first:%F} to {last:%F}; it has {len(there)} of them, the run "
            f"{again.last - again.first + 1}"
        )
    until = stop if hindsight else row
    listed = np.flatnonzero(wider.has_bar[: until + 1].any(axis=0))
    size = len(again.panel.symbols)
    when = "were ever listed" if hindsight else f"were listed on {first:%F}"
    if len(listed) <= size:
        return f"{len(listed)} {when}, no more than the {size} that were chosen"
    drawn = random_parts(len(listed), size, count, seed)
    symbols = [[wider.symbols[listed[i]] for i in part] for part in drawn]
    made = [_on(again, wider.select(each), row, stop) for each in symbols]
    how = f"of {len(drawn):,} pools of {size} of the {len(listed)} that {when}"
    what = kinds.LISTED_EVER if hindsight else kinds.LISTED_THEN
    return _draws(what, [" ".join(each) for each in symbols], made, again.own, detail=how)


def starts(again: Again, count: int) -> Draws | str:
    """An account that begins in cash on each of some days, and is followed for as long as all others.

    Parameters
    ----------
    again : Again
    count : int
    """
    sessions = again.panel.sessions
    size = max(round((again.last - again.began + 1) * WINDOW), math.ceil(again.periods))  # rates a year take a year
    if size > again.last - again.began:
        return "the run is too short to begin later"
    rows = np.unique(np.linspace(again.began, again.last + 1 - size, count).astype(np.int64)).tolist()
    if len(rows) < 2:
        return "the run is too short to begin later"
    labels, made = [], []
    for row in rows:
        stop = row + size - 1
        config = replace(again.config, start=sessions[row].date(), end=sessions[stop].date())
        made += again.readings(again.returns([again.strategy], config=config), row, stop)
        labels.append(f"{sessions[row]:%F}")
    span = f"from {labels[0]} to {labels[-1]}, each followed for {size / again.periods:.1f} years"
    how = f"with {len(rows)} starts {span}"
    return _draws(kinds.START, labels, made, again.own, detail=how)


def costs(again: Again) -> Draws | str:
    """The same decisions at multiples of all costs.

    Parameters
    ----------
    again : Again
    """
    made = at_costs(again)
    if len({reading.cagr for reading in made}) == 1:
        return "the market charges nothing"
    return _draws(kinds.COSTS, [f"{times:g}" for times in COSTS], made, again.own, used=COSTS.index(1.0))


def sizes(again: Again) -> Draws | str:
    """The same rule with more money, whose orders move prices: the square-root law, and no more than a share of a bar.

    Parameters
    ----------
    again : Again
    """
    if again.config.cash_flows:
        return "what is paid in or out does not grow with the account"
    if not len(capacities(again.record)):
        return "no fill has an amount in currency"
    step = again.market.money_step or 1.0
    times = [each for each in SIZES if again.config.cash * each <= MOST_STEPS * step]
    market = replace(
        again.market, impact=again.market.impact or 1.0, participation=again.market.participation or SHARE
    )
    larger = [replace(again.config, cash=again.config.cash * each) for each in times]
    lines = [again.returns([again.strategy], again.first, market=market, config=each)[0] for each in larger]
    made = again.readings(np.stack(lines), again.first, again.last)
    return _draws(kinds.SIZE, [f"{each:.0f}" for each in times], made, made[0], used=0)


def lags(again: Again) -> Draws | str:
    """The same decisions some sessions later, all measured from when the latest has carried out its first.

    Parameters
    ----------
    again : Again
    """
    if again.framed:
        return "a backtrader.Strategy sends orders of its own"
    made = at_lags(again)
    return _draws(kinds.LAG, list(map(str, LAGS)), made, made[0], used=0)


def parameters(again: Again, count: int, seed: int) -> Draws | str:
    """Numbers of the rule moved up to ``REACH``: each alone, then all at once.

    Parameters
    ----------
    again : Again
    count : int
        Draws of all at once.
    seed : int
    """
    found = neighbours(again.strategy, count, seed)
    if len(found) < 2:
        return "it declares no numbers to move"
    variants = [strategy for _, strategy in found]
    row = again.decided(variants)
    made = again.readings(again.returns(variants, row), row, again.last)
    how = f"with {len(found) - 1:,} settings up to {REACH:.0%} away"
    return _draws(kinds.PARAMETERS, [label for label, _ in found], made, made[0], used=0, detail=how)


def picks(again: Again, count: int, seed: int) -> Draws | str:
    """Random picks that decide when the run did, turn over as much, and pay the same costs.

    Parameters
    ----------
    again : Again
    count, seed : int
    """
    drawn = again.matched(count, seed)
    if isinstance(drawn, str):
        return drawn
    made = again.readings(np.expm1(drawn.logs), again.first, again.last)
    near = "" if drawn.matched else f" (they turn over {drawn.drawn_turnover:.1f} times, not {drawn.turnover:.1f})"
    how = f"of {len(made):,} that decide when it does, turn over as much and pay the same costs{near}"
    return _draws(kinds.PICKS, list(map(str, drawn.seeds)), made, again.own, detail=how)


# --- shared with comparisons --------------------------------------------------------------------------------------


def at_costs(again: Again) -> list[Reading]:
    """What a run made at each of ``COSTS``.

    Parameters
    ----------
    again : Again
    """

    def returns(times: float) -> Floats:
        if times == 1:
            own: Floats = again.record.returns.to_numpy()
            return own
        market = replace(again.market, cost_scale=again.market.cost_scale * times)
        dear: Floats = again.returns([again.strategy], again.first, market=market)[0]
        return dear

    return again.readings(np.stack([returns(times) for times in COSTS]), again.first, again.last)


def at_lags(again: Again) -> list[Reading]:
    """What a run made with its decisions carried out each of ``LAGS`` late.

    All are measured from when the latest has carried out its first: what is made before says when a run began, not how
    it bears delay.

    Parameters
    ----------
    again : Again
    """
    rows = again.record.outcome.decisions.row
    row = min((int(rows[0]) if len(rows) else again.first) + max(LAGS) + 2, again.last - 1)
    variants = [Delayed(again.strategy, sessions) if sessions else again.strategy for sessions in LAGS]
    return again.readings(again.returns(variants, row), row, again.last)


# --- what is drawn ------------------------------------------------------------------------------------------------


def random_parts(total: int, size: int, count: int, seed: int) -> list[tuple[int, ...]]:
    """Distinct parts of ``total`` things, each of ``size``; all of them where there are no more than ``count``.

    Parameters
    ----------
    total, size, count, seed : int

    Examples
    --------
    >>> random_parts(3, 2, 10, 0)
    [(0, 1), (0, 2), (1, 2)]
    """
    if math.comb(total, size) <= count:
        return list(itertools.combinations(range(total), size))
    rng, found = np.random.default_rng(seed), dict[tuple[int, ...], None]()
    while len(found) < count:
        found[tuple(sorted(rng.choice(total, size, replace=False).tolist()))] = None
    return list(found)


def neighbours(strategy: Any, count: int, seed: int) -> list[tuple[str, Any]]:
    """A strategy and others whose numbers are up to ``REACH`` away, each once, the strategy itself first.

    Parameters
    ----------
    strategy : strategy
    count : int
        Draws of all numbers at once, besides each alone.
    seed : int
    """
    from sectorlead.research.sweep.base import Base
    from sectorlead.strategies.parameters import parameters as parameters_of

    base, domains = Base(strategy), parameters_of(strategy)
    used: dict[str, int | float] = {}
    for name, domain in domains.items():
        value = _value_at(strategy, name)
        moves = domain.kind in (int, float) and isinstance(value, int | float) and not isinstance(value, bool)
        if moves and value and name.rpartition(".")[2] not in _DRAWN_ELSEWHERE:
            used[name] = value
    rng = np.random.default_rng(seed)
    asked = [{name: value * factor} for name, value in used.items() for factor in _FACTORS]
    if len(used) > 1:
        asked += [
            {name: value * factor for (name, value), factor in zip(used.items(), row, strict=True)}
            for row in rng.uniform(1 - REACH, 1 + REACH, (count, len(used))).tolist()
        ]
    found = [("as used", strategy)]
    seen = {tuple(used.values())}
    for each in asked:
        given = {name: round(value) if domains[name].kind is int else value for name, value in each.items()}
        key = tuple((used | given).values())
        if key in seen:
            continue
        seen.add(key)
        try:
            made = base.made(given)
        except ParameterError:  # outside what the parameter may be
            continue
        found.append((", ".join(f"{name} {value:g}" for name, value in given.items()), made))
    return found


def _value_at(strategy: Any, name: str) -> Any:
    for part in name.split("."):
        strategy = strategy[int(part)] if isinstance(strategy, tuple) else getattr(strategy, part, None)
    return strategy


def _part_of(total: int) -> int:
    return max(2, round(total * PART))


def _on(again: Again, panel: Panel, first: int | None = None, last: int | None = None) -> Reading:
    """The rule on another panel, over the same sessions."""
    row, stop = again.first if first is None else first, again.last if last is None else last
    config = replace(again.config, start=_day(again, again.began), end=_day(again, again.last))
    return again.readings(again.returns([again.strategy], row, panel=panel, config=config), row, stop, panel)[0]


def _day(again: Again, row: int) -> Any:
    return pd.Timestamp(again.panel.sessions[row]).date()


def _draws(
    what: str, labels: Sequence[str], made: Sequence[Reading], own: Reading, *, used: int | None = None,
    detail: str = "",
) -> Draws:  # fmt: skip
    columns = np.array(made, np.float64).reshape(-1, len(Reading._fields))
    return Draws(what, tuple(labels), columns[:, 0], columns[:, 1], columns[:, 2], own, used, detail)
