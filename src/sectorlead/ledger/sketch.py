"""Which panels hold the same data: a sample of their returns that is the same whatever else is in them.

A content hash changes with one row more or less, so it can't tell that yesterday's panel is most of today's. A sketch
can: of all returns of all series it keeps those with the smallest hashes, of session and return, not of symbols or the
level of prices. What two panels have in common is then estimated from their sketches alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sectorlead.data.panel import Panel

Hashes = NDArray[np.uint64]

KEPT = 4_096
"""Hashes of a sketch, 32 kB."""
SHARED = 0.1
"""Two panels are the same data if so much of the smaller one is in the other."""
_ROUNDING = 1e9
_EMPTY = b""


def sketch(panel: Panel, first: int = 0, last: int | None = None) -> bytes:
    """The smallest hashes of the panel's returns, ascending; unsigned, 8 bytes each, little-endian.

    A return is that of adjusted closes from one session of the panel to the next; those of exactly 0 and those that are
    not known say nothing and are left out.

    Parameters
    ----------
    panel : Panel
        N series over T sessions.
    first, last : int, optional
        Rows of the sessions that count; default: all.
    """
    begin, stop = max(0, first - 1), None if last is None else last + 1  # a return needs the session before
    price = panel.adjusted_close[begin:stop]
    if len(price) < 2:
        return _EMPTY
    with np.errstate(invalid="ignore", divide="ignore"):
        change = price[1:] / price[:-1] - 1.0
    day = panel.sessions[begin:stop].to_numpy().astype("M8[D]").astype(np.int64)[1:]
    known = np.isfinite(change) & (change != 0.0)
    rows = np.nonzero(known)[0]
    moved = np.rint(change[known] * _ROUNDING).astype(np.int64)
    found = _mixed(_mixed(day[rows].view(np.uint64)) ^ moved.view(np.uint64))
    if len(found) > 8 * KEPT:
        found = np.partition(found, 4 * KEPT)[: 4 * KEPT]  # of several series that moved alike there are several
    found = np.unique(found)
    return found[:KEPT].astype("<u8").tobytes()


def same_data(own: bytes, others: Mapping[str, bytes]) -> list[str]:
    """Which panels share at least ``SHARED`` of the smaller of the two with one panel.

    Parameters
    ----------
    own : bytes
        Sketch of the panel.
    others : mapping of str to bytes
        Sketches by name.
    """
    mine = _hashes(own)
    return [name for name, told in others.items() if overlap(mine, _hashes(told)) >= SHARED]


def overlap(one: Hashes, other: Hashes) -> float:
    """The share of the smaller panel's returns that the other panel has too, estimated; 0 where one has none.

    Below the lower of the largest hashes of two full sketches, both are complete: what they hold there are samples of
    the same hashes.

    Parameters
    ----------
    one, other : uint64 array
        Ascending.
    """
    if not len(one) or not len(other):
        return 0.0
    full = [each[-1] for each in (one, other) if len(each) == KEPT]
    if full:
        least = min(full)
        one, other = one[one <= least], other[other <= least]
    fewer = min(len(one), len(other))
    both = np.concatenate((one, other))
    both.sort(kind="stable")  # merges what is sorted already
    return int(np.count_nonzero(both[1:] == both[:-1])) / fewer if fewer else 0.0


def _hashes(told: bytes) -> Hashes:
    return np.frombuffer(told, "<u8").astype(np.uint64)


def _mixed(values: Hashes) -> Hashes:
    """SplitMix64's finisher: every bit of the result depends on every bit of the value."""
    out = values + np.uint64(0x9E3779B97F4A7C15)
    out = (out ^ (out >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    out = (out ^ (out >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = out ^ (out >> np.uint64(31))
    return mixed
