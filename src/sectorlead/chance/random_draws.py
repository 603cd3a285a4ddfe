"""Random decisions in the pattern of a strategy's: when it decided, as many series, its weights, others chosen.

Whether a holding keeps its place, and who takes a place that is free, is a hash of seed, symbol and day
(``sectorlead.strategies.scores.hashed``): no draw goes by another, nor by how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sectorlead.data.types import Flags, Floats, Ints
from sectorlead.engine.compiled.lazily import compiled
from sectorlead.engine.record import Record
from sectorlead.engine.strategy import as_strategy
from sectorlead.strategies.scores.hashed import Keys, day_keys, symbol_keys

NOBODY = 2**63 - 1
"""In place of the number of a series that can't come."""


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
    days : uint64 array of shape (D,)
        Keys of the sessions, see ``sectorlead.strategies.scores.hashed``.
    symbols : tuple of str
        Of the N series.
    """

    rows: Ints
    able: Flags
    wanted: Ints
    weights: Floats
    partial: Flags
    days: Keys
    symbols: tuple[str, ...]


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
    wanted = np.count_nonzero(log.target > 0, axis=1)
    return Pattern(log.row, able, wanted, weights, partial, day_keys(panel, log.row), panel.symbols)


def random_targets(pattern: Pattern, keep: float, seeds: Sequence[int]) -> Floats:
    """Target weights of random picks, one for each seed, shape (R, D, N); NaN leaves a series alone.

    Parameters
    ----------
    pattern : Pattern
    keep : float
        Probability with which a holding keeps its place at a decision, in [0, 1].
    seeds : sequence of int
        R of them, from 0 on. The same seed and another ``keep`` give a pick that differs where it must.
    """
    out = np.empty((len(seeds), *pattern.able.shape))
    columns = symbol_keys(pattern.symbols, np.array(seeds, np.int64))
    _draw(pattern.able, pattern.wanted, pattern.weights, pattern.partial, columns, pattern.days, keep, out)
    return out


@compiled
def _draw(
    able: Flags, count: Ints, weights: Floats, partial: Flags, columns: Keys, days: Keys, keep: float, out: Floats
) -> None:
    decisions, n = able.shape
    place = np.empty(n, np.int64)  # the series in each place, -1 for none; place k has the k-th largest weight
    taken, left = np.empty(n, np.bool_), np.empty(n, np.bool_)
    key = np.empty(n, np.int64)  # who comes first: what has just left last, then by a number, whose last bits are i
    for v in range(columns.shape[0]):
        place[:] = -1
        taken[:] = False
        for d in range(decisions):
            left[:] = False
            free = int(partial[d])
            for k in range(0 if partial[d] else n):
                i = place[k]
                if i < 0:
                    free += int(k < count[d])
                    continue
                z = (columns[v, i] ^ days[d]) + np.uint64(0x9E3779B97F4A7C15)
                z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                stay = np.float64((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53
                goes = (k >= count[d]) | (not able[d, i]) | (stay >= keep)
                place[k] = -1 if goes else i
                taken[i], left[i] = not goes, goes
                free += int(goes & (k < count[d]))
            for i in range(n if free > 0 else 0):  # the second number of this series and day
                z = (columns[v, i] ^ days[d]) + np.uint64(0x3C6EF372FE94F82A)
                z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                number = np.int64((z ^ (z >> np.uint64(31))) >> np.uint64(22)) * 1048576 + i + (int(left[i]) << 62)
                key[i] = number if partial[d] or (able[d, i] and not taken[i]) else NOBODY
            if partial[d]:
                held = np.count_nonzero(taken)
                out[v, d] = np.nan
                while held > count[d]:
                    last = -1
                    for i in range(n):
                        if taken[i] and (last < 0 or key[i] > key[last]):
                            last = i
                    taken[last], out[v, d, last] = False, 0.0
                    held -= 1
                for k in range(n):
                    if place[k] >= 0 and not taken[place[k]]:
                        place[k] = -1
                continue
            out[v, d] = 0.0
            for k in range(count[d]):
                if place[k] < 0:
                    best = NOBODY
                    for i in range(n):
                        best = min(best, key[i])
                    if best < NOBODY:
                        i = best & 1048575
                        place[k], taken[i], key[i] = i, True, NOBODY
                if place[k] >= 0:
                    out[v, d, place[k]] = weights[d, k]


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
