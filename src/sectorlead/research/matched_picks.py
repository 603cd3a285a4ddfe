"""Random picks with the turnover of a strategy: what its decisions earn when somebody else chooses the series.

Random picks decide in the sessions in which the strategy decided, hold as many series with the same weights, of those
that it could rank, and trade under the same terms. At each decision a holding keeps its place with probability ``keep``
and gives it to another series otherwise; ``keep`` is found such that the picks turn over as much as the strategy on
average. So what is left between the two is who was chosen, not how often it was traded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sectorlead.data.types import Flags, Floats, Ints
from sectorlead.engine.compiled.batch.replay import Replayed, replay
from sectorlead.engine.compiled.lazily import compiled
from sectorlead.engine.record import Record
from sectorlead.engine.strategy import as_strategy
from sectorlead.reports.compare.random_picks import RandomPicks
from sectorlead.reports.growth import Growth, log_returns, points, years_between
from sectorlead.reports.metrics.trades import one_way

CLOSE = 0.005
"""How near the mean turnover of the picks is to be to the strategy's, as a fraction of it."""
TRIAL = 100
"""Picks that ``keep`` is found with; the others are drawn once it is known."""
MOST_TRIALS = 12
TOGETHER = 64
"""Picks that are carried out in one call."""


class Pattern(NamedTuple):
    """The decisions of a run without their choice of series; D of them in N series.

    Attributes
    ----------
    rows : int64 array of shape (D,)
        Panel rows after whose closes was decided.
    able : bool array of shape (D, N)
        What could be held: what the strategy ranked; where it ranks nothing, what has a bar and is published.
    wanted : int64 array of shape (D,)
        How many series were asked for.
    weights : float64 array of shape (D, N)
        Their weights, the largest first, then 0.
    partial : bool array of shape (D,)
        Whether the decision only sold, between two of the schedule, and left the rest alone.
    """

    rows: Ints
    able: Flags
    wanted: Ints
    weights: Floats
    partial: Flags


def pattern_of(record: Record) -> Pattern:
    """What a run decided, but for whom it chose."""
    log, panel = record.outcome.decisions, record.panel
    ranked = log.rank > 0
    known: Flags = panel.has_bar[log.row] & panel.published[log.row]
    ranks = np.any(ranked, axis=1, keepdims=True)
    able: Flags = np.where(ranks, ranked, known) | (log.target > 0)
    left = (log.target == log.held) | (log.target == 0)
    watchful = as_strategy(record.strategy).watchful
    partial: Flags = np.all(left & ~ranked, axis=1) & np.any(log.held > 0, axis=1) & watchful
    weights = -np.sort(-log.target, axis=1)
    return Pattern(log.row, able, np.count_nonzero(log.target > 0, axis=1), weights, partial)


def random_targets(pattern: Pattern, keep: float, seed: int) -> Floats:
    """Target weights of one random pick, shape (D, N); NaN leaves a series alone.

    Parameters
    ----------
    pattern : Pattern
    keep : float
        Probability with which a holding keeps its place at a decision, in [0, 1].
    seed : int
        The same seed and another ``keep`` give a pick that differs where it must.
    """
    stay, order = np.random.default_rng(seed).random((2, *pattern.able.shape))
    out = np.empty(pattern.able.shape)
    _draw(pattern.able, pattern.wanted, pattern.weights, pattern.partial, stay, order, keep, out)
    return out


@compiled
def _draw(
    able: Flags, count: Ints, weights: Floats, partial: Flags, stay: Floats, order: Floats, keep: float, out: Floats
) -> None:
    decisions, n = able.shape
    place = np.full(n, -1, np.int64)  # the series in each place, -1 for none; place k has the k-th largest weight
    taken, left = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    for d in range(decisions):
        if partial[d]:
            held = np.count_nonzero(taken)
            for i in range(n):
                out[d, i] = np.nan
            while held > count[d]:
                last = -1
                for i in range(n):
                    if taken[i] and (last < 0 or order[d, i] > order[d, last]):
                        last = i
                taken[last], out[d, last] = False, 0.0
                held -= 1
            for k in range(n):
                if place[k] >= 0 and not taken[place[k]]:
                    place[k] = -1
            continue
        left[:] = False
        for k in range(n):
            i = place[k]
            if i >= 0 and (k >= count[d] or not able[d, i] or stay[d, i] >= keep):
                place[k], taken[i], left[i] = -1, False, True
        for k in range(count[d]):
            if place[k] >= 0:
                continue
            best = -1
            for i in range(n):
                if not able[d, i] or taken[i]:
                    continue
                # what has just left comes back only where there is nothing else
                if best < 0 or (left[best] and not left[i]) or (left[best] == left[i] and order[d, i] < order[d, best]):
                    best = i
            if best >= 0:
                place[k], taken[best] = best, True
        out[d] = 0.0
        for k in range(count[d]):
            if place[k] >= 0:
                out[d, place[k]] = weights[d, k]


def matched_picks(record: Record, seeds: Sequence[int], since: int | None = None) -> RandomPicks | str:
    """Random picks with the turnover of a run, measured from a session on.

    Parameters
    ----------
    record : Record
        The whole run.
    seeds : sequence of int
        One pick for each.
    since : int, optional
        Panel row of the first session that is measured; default: the run's first.

    Returns
    -------
    RandomPicks or str
        Why there are none, where the run has no log of decisions to go by, or traded nothing.
    """
    if not len(record.outcome.decisions.row):
        return "it has no log of decisions"
    if record.terms.flow.any() or record.terms.dividends != "reinvested":
        return "cash flows, and dividends in cash, are not part of the kernel that replays picks"
    since = record.terms.first if since is None else since
    window = _Window(record, since)
    market, free = record.market, replace(record.market, cost_scale=0.0)
    own = window.measured(record.outcome.equity, _traded(record))
    if not own.turnover > 0:
        return "it traded nothing"
    pattern = pattern_of(record)

    def turnover(keep: float) -> float:
        trial = list[_Measured]()
        for targets in _together(pattern, keep, seeds[:TRIAL]):
            trial += window.replayed(replay(record.panel, market, record.terms, pattern.rows, targets, since))
        return _mean_turnover(trial)

    keep = solve(turnover, own.turnover)
    made, gross = list[_Measured](), np.zeros(len(own.logs))
    for targets in _together(pattern, keep, seeds):
        made += window.replayed(replay(record.panel, market, record.terms, pattern.rows, targets, since))
        for item in window.replayed(replay(record.panel, free, record.terms, pattern.rows, targets, since)):
            gross += item.logs
    asked = decided_weights(record, pattern)
    alone = next(window.replayed(replay(record.panel, free, record.terms, pattern.rows, asked[None], since)))
    return RandomPicks(
        seeds=tuple(seeds),
        keep=keep,
        turnover=own.turnover,
        drawn_turnover=_mean_turnover(made),
        logs=np.array([item.logs for item in made]),
        free=gross / len(made),
        own_free=alone.logs,
    )


def _together(pattern: Pattern, keep: float, seeds: Sequence[int]) -> Iterator[Floats]:
    """The targets of some picks at a time, shape (R, D, N)."""
    for k in range(0, len(seeds), TOGETHER):
        yield np.stack([random_targets(pattern, keep, seed) for seed in seeds[k : k + TOGETHER]])


def decided_weights(record: Record, pattern: Pattern) -> Floats:
    """What a run decided, shape (D, N); NaN for what a sale between two decisions left alone.

    Parameters
    ----------
    record : Record
    pattern : Pattern
        Of the same run.
    """
    target = record.outcome.decisions.target
    return np.where(pattern.partial[:, None] & (target > 0), np.nan, target)


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


class _Measured(NamedTuple):
    """One line over the measured sessions."""

    logs: Floats
    turnover: float


class _Window:
    """The measured sessions of a run."""

    def __init__(self, record: Record, since: int) -> None:
        self.skip = since - record.terms.first
        self.cash = record.terms.cash
        dates = points(record)[self.skip :]
        self.years = years_between(dates, np.ones(len(dates)))

    def measured(self, equity: Floats, traded: Floats) -> _Measured:
        line = np.concatenate(([self.cash], equity))[self.skip :]
        logs = log_returns(Growth("", line / line[0]))
        return _Measured(logs, one_way(float(traded[self.skip :].sum()), line[1:], self.years))

    def replayed(self, found: Replayed) -> Iterator[_Measured]:
        """The same of each of some lists of decisions."""
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log1p(found.returns)
        logs[~np.isfinite(logs)] = np.nan
        for own, traded, equity in zip(logs, found.traded.tolist(), found.mean_equity, strict=True):
            yield _Measured(own, one_way(traded, equity, self.years))


def _mean_turnover(lines: Sequence[_Measured]) -> float:
    return float(np.mean([item.turnover for item in lines]))


def _traded(record: Record) -> Floats:
    """Bought and sold in each session of a run."""
    log = record.outcome.fills
    chosen = log.traded
    by_session = np.bincount(log.row[chosen] - record.terms.first, log.value[chosen], len(record.sessions))
    return by_session.astype(np.float64)
