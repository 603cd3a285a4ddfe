"""Which series move with the others of the session before or after, and in what part of the history."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..types import Flags, Floats

LEAST = 40  # sessions in which being out of step can be told from chance
OTHERS = 3  # series that make a market for a series; one does for a benchmark
_ENOUGH = 40  # series that make a market as well as more of them do
_USUAL = 61  # sessions that make the usual size of a move, centred
_CAP = 3.0  # usual moves, as which larger ones count
_FOLLOWS = 0.5  # correlation with the neighbouring session, at least
_APART = 0.35  # by how much it must exceed that on the same session
_CERTAIN = 4.2  # standard errors of that difference

Way = Literal["ahead", "behind"]


class Shifted(NamedTuple):
    """A part of a series that is a session early or late."""

    column: int
    way: Way
    first: int  # rows, both included
    last: int
    neighbour: float  # correlation with the others of the neighbouring session there
    same: float  # and of the same session


def shifted(move: Floats, members: int) -> list[Shifted]:
    """The longest part of each series that is out of step with the others.

    Parameters
    ----------
    move : float array of shape (T, N)
        Log returns, NaN where there is none; the benchmark last.
    members : int
        Series before this position make the market.
    """
    own = np.arange(move.shape[1]) < members
    known = np.isfinite(move)
    size = _scaled(move, known)
    count = known[:, :members].sum(axis=1, keepdims=True) - known * own
    there = known & (count >= np.where(own, OTHERS, 1))
    market = np.where(there, _market(size, members), 0.0)
    found: list[Shifted] = []
    same = size * market
    both = there[:-1] & there[1:]
    none = np.zeros((1, move.shape[1]))
    ahead = np.vstack((np.where(both, size[:-1] * market[1:] - same[:-1], 0.0), none))
    behind = np.vstack((none, np.where(both, size[1:] * market[:-1] - same[1:], 0.0)))
    ways: tuple[tuple[Way, Floats, int], ...] = (("ahead", ahead, 1), ("behind", behind, -1))
    for way, gain, step in ways:
        start, stop = _best(gain)
        for column in np.flatnonzero(stop - start >= LEAST).tolist():
            each = _measured(size[:, column], market[:, column], there[:, column], start[column], stop[column], step)
            if each is None:
                continue
            neighbour, at_same, bars = each
            apart = neighbour - at_same
            if neighbour > _FOLLOWS and apart > _APART and apart * np.sqrt(bars / 2) > _CERTAIN:
                found.append(Shifted(column, way, int(start[column]), int(stop[column]) - 1, neighbour, at_same))
    return sorted(found)


def _scaled(move: Floats, known: Flags) -> Floats:
    """Moves in terms of their usual size around them, capped; 0 where there is none, (T, N)."""
    size = np.where(known, np.abs(move), 0.0)
    half = _USUAL // 2
    rows = np.arange(len(move))
    low, high = np.maximum(rows - half, 0), np.minimum(rows + half + 1, len(move))

    def around(values: Floats) -> Floats:
        total = np.vstack((np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)))
        return np.asarray(total[high] - total[low])

    usual = around(size) / np.maximum(around(known.astype(np.float64)), 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = np.where(known & (usual > 0), move / (1.25 * usual), 0.0)
    return np.clip(scaled, -_CAP, _CAP)


def _market(size: Floats, members: int) -> Floats:
    """The moves of the others for each series, each other one by what it says about it, (T, N).

    The weight is the square of the correlation, at the step where it is largest. Sums go series by series: products of
    matrices would start threads, which wait for each other where other work goes on.
    """
    spread = np.sqrt((size**2).sum(axis=0))
    out = np.zeros_like(size)
    for other in _references(size.shape[1], members):
        line = size[:, other, None]
        best = np.maximum.reduce([
            (size * line).sum(axis=0), (size[:-1] * line[1:]).sum(axis=0), (size[1:] * line[:-1]).sum(axis=0),
        ])  # fmt: skip
        weight = np.maximum(best / np.maximum(spread * spread[other], 1e-12), 0.0) ** 2
        weight[other] = 0.0
        if other >= members:
            weight[members:] = 0.0
        out += line * weight
    return out


def _references(count: int, members: int) -> list[int]:
    """The series that make the market: all, or enough of them, and the benchmark."""
    chosen = np.unique(np.linspace(0, members - 1, min(members, _ENOUGH)).astype(int)).tolist() if members else []
    return [*chosen, *range(members, count)]


def _best(gain: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Start and stop of the rows of each column with the largest sum."""
    total = np.vstack((np.zeros((1, gain.shape[1])), np.cumsum(gain, axis=0)))
    lowest = np.minimum.accumulate(total, axis=0)
    stop = (total - lowest).argmax(axis=0)
    rows = np.arange(len(total))[:, None]
    start = np.where(rows <= stop, total, np.inf).argmin(axis=0)
    return start, stop


def _measured(
    line: Floats, market: Floats, there: Flags, start: int, stop: int, step: int
) -> tuple[float, float, int] | None:
    """Correlation with the neighbouring session and with the same, and in how many sessions; None if in too few."""
    rows = np.arange(max(start, 1), min(stop, len(line) - 1))
    rows = rows[there[rows] & there[rows + step]]
    if len(rows) < LEAST or not line[rows].std() > 0:
        return None
    neighbour, same = market[rows + step], market[rows]
    if not (neighbour.std() > 0 and same.std() > 0):
        return None
    return float(np.corrcoef(line[rows], neighbour)[0, 1]), float(np.corrcoef(line[rows], same)[0, 1]), len(rows)
