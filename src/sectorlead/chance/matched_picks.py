"""Random picks with the turnover of a strategy: what its decisions earn when somebody else chooses the series.

Random picks decide in the sessions in which the strategy decided, hold as many series with the same weights, of those
that it could rank, and trade under the same terms. At each decision a holding keeps its place with probability ``keep``
and gives it to another series otherwise; ``keep`` is found such that the picks turn over as much as the strategy on
average. So what is left between the two is who was chosen, not how often it was traded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from sectorlead.chance.random_draws import Pattern, decided_weights, pattern_of, random_targets
from sectorlead.data.types import Floats
from sectorlead.engine.compiled.batch.packed import why_not
from sectorlead.engine.compiled.batch.replay import Replayed, replay
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Record
from sectorlead.reports.compare.random_picks import RandomPicks
from sectorlead.reports.growth import points, years_between

CLOSE = 0.005
"""How near the mean turnover of the picks is to be to the strategy's, as a fraction of it."""
TRIAL = 100
"""Picks that ``keep`` is found with; the others are drawn once it is known."""
MOST_TRIALS = 12
TOGETHER = 64
"""Picks that are carried out in one call."""


def matched_picks(
    record: Record, seeds: Sequence[int], since: int | None = None, *, free: bool = True
) -> RandomPicks | str:
    """Random picks with the turnover of a run, measured from a session on.

    They run on all cores; no number depends on how many there are.

    Parameters
    ----------
    record : Record
        The whole run.
    seeds : sequence of int
        One pick for each, from 0 on.
    since : int, optional
        Panel row of the first session that is measured; default: the run's first.
    free : bool
        Whether to carry them out with nothing charged, too, which takes as long again.

    Returns
    -------
    RandomPicks or str
        Why there are none, where the run has no log of decisions to go by, or traded nothing.
    """
    if not len(record.outcome.decisions.row):
        return "it has no log of decisions"
    if why := why_not(record.panel, record.market, record.terms):
        return f"the kernel that replays picks does not know {why}"
    since = record.terms.first if since is None else since
    desk = _Desk(record, pattern_of(record), since)
    own = desk.own_turnover()
    if not own > 0:
        return "it traded nothing"
    keep = solve(lambda keep: float(np.mean(desk.turnovers(keep, seeds[:TRIAL]))), own)
    drawn, logs, gross = desk.carried_out(keep, seeds, free=free)
    own_gross = np.zeros(0)
    if free:
        own_gross = _logs(desk.replayed(desk.free, decided_weights(record, desk.pattern)[None]).returns)[0]
    return RandomPicks(
        seeds=tuple(seeds),
        keep=keep,
        turnover=own,
        drawn_turnover=float(np.mean(drawn)),
        logs=logs,
        free=gross,
        own_free=own_gross,
    )


def solve(turnover: Callable[[float], float], wanted: float) -> float:
    """The probability at which random picks turn over as much as wanted; 0 or 1 where they can't.

    Regula falsi with Illinois' correction: turnover falls nearly in a straight line as more stay.

    Parameters
    ----------
    turnover : callable
        Mean turnover by probability.
    wanted : float
    """
    low, high = 0.0, 1.0
    above, below = turnover(low) - wanted, turnover(high) - wanted
    if above <= 0 or below >= 0:
        return low if above <= 0 else high
    side = 0
    for _ in range(MOST_TRIALS):
        keep = (low * below - high * above) / (below - above)
        gap = turnover(keep) - wanted
        if abs(gap) <= CLOSE * wanted:
            break
        if gap > 0:
            low, above, below = keep, gap, below / 2 if side > 0 else below
            side = 1
        else:
            high, below, above = keep, gap, above / 2 if side < 0 else above
            side = -1
    return keep


class _Desk:
    """Carries out decisions under the terms of a run, and measures them."""

    def __init__(self, record: Record, pattern: Pattern, since: int) -> None:
        self.record, self.pattern, self.since = record, pattern, since
        self.free = replace(record.market, cost_scale=0.0)
        dates = points(record)[since - record.terms.first :]
        self.years = years_between(dates, np.ones(len(dates)))

    def own_turnover(self) -> float:
        """Of the run itself."""
        log, skip = self.record.outcome.fills, self.since - self.record.terms.first
        chosen = log.traded & (log.row >= self.since)
        mean = float(self.record.outcome.equity[skip:].mean())
        return float(self._one_way(np.array([log.value[chosen].sum()]), np.array([mean]))[0])

    def replayed(self, market: Market, targets: Floats) -> Replayed:
        """Lists of targets, shape (R, D, N), carried out."""
        record = self.record
        return replay(record.panel, market, record.terms, self.pattern.rows, targets, self.since)

    def turnovers(self, keep: float, seeds: Sequence[int]) -> Floats:
        """One way, a year, of picks that keep their places with this probability, shape (R,)."""
        found = self.replayed(self.record.market, random_targets(self.pattern, keep, seeds))
        return self._one_way(found.traded, found.mean_equity)

    def carried_out(self, keep: float, seeds: Sequence[int], *, free: bool) -> tuple[Floats, Floats, Floats]:
        """Turnovers, shape (R,), log returns after costs, (R, S), and the mean of those with nothing charged, (S,).

        The last is of shape (0,) where it is not asked for.
        """
        count, sessions = len(seeds), self.record.terms.last - self.since + 1
        turnovers, logs = np.empty(count), np.empty((count, sessions))

        def some(begin: int) -> Floats:
            part = slice(begin, begin + TOGETHER)
            targets = random_targets(self.pattern, keep, seeds[part])
            found = self.replayed(self.record.market, targets)
            turnovers[part] = self._one_way(found.traded, found.mean_equity)
            _logs(found.returns, logs[part])
            if not free:
                return np.zeros(0)
            grown = 1.0 + self.replayed(self.free, targets).returns
            grown[~(grown > 0)] = np.nan
            together: Floats = np.log(grown.prod(axis=0))
            return together

        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            sums = list(pool.map(some, range(0, count, TOGETHER)))
        return turnovers, logs, np.sum(sums, axis=0) / count

    def _one_way(self, traded: Floats, equity: Floats) -> Floats:
        """Turnover, as ``one_way`` has it, by what was traded and mean equity; NaN without length."""
        return traded / 2.0 / equity / self.years if self.years > 0 else np.full(len(traded), np.nan)


def _logs(returns: Floats, out: Floats | None = None) -> Floats:
    """Log returns; NaN for an account that was ruined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs: Floats = np.log1p(returns, out=out)
    logs[~np.isfinite(logs)] = np.nan
    return logs
