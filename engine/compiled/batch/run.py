"""Runs a table of variants: in one call, or in threads that share nothing but what they read."""

from __future__ import annotations

import itertools
import threading
from typing import Any, NamedTuple

import numpy as np

from ....data.types import Floats
from ..cache import waits_for
from ..state import compiled, read_only
from .arrays import COSTS, DECISIONS, FILLS, HIGHEST, MEASURES, TRADED, Blocks, PackedMarket, Table, Work, new_work
from .measuring import measure
from .money import in_currency
from .sessions import follow

CHUNK = 64
"""Variants that a thread takes at a time."""


class Measured(NamedTuple):
    """What came of V variants.

    Attributes
    ----------
    measures : float64 array of shape (V, MEASURES)
        Columns as in ``arrays``: currency, fractions per session, counts.
    returns : float64 array of shape (V, S)
        Of each measured session; (V, 0) where they were not asked for.
    """

    measures: Floats
    returns: Floats


def run_variants(
    market: PackedMarket, blocks: Blocks, table: Table, *, returns: bool = False, threads: int = 1
) -> Measured:
    """Runs every variant of a table.

    Parameters
    ----------
    market : PackedMarket
    blocks : Blocks
    table : Table
        V variants; neighbours that share a schedule and a ranking run faster.
    returns : bool
        Whether to keep the returns of each session.
    threads : int
        The result is the same to the last bit whatever their number.

    Returns
    -------
    Measured
    """
    blocks, table = read_only(blocks), read_only(table)
    count, sessions = len(table.whole), market.last - market.first + 1
    measures = np.empty((count, MEASURES))
    lines = np.empty((count, market.last - market.measured + 1 if returns else 0))
    starts = itertools.count(0, CHUNK)

    def work() -> None:
        own = new_work(len(market.board), sessions)
        for start in iter(lambda: next(starts), None):
            if start >= count:
                return
            chunk_nb(market, blocks, table, own, start, min(start + CHUNK, count), measures, lines)

    if threads == 1:
        work()
        return Measured(measures, lines)
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # raised again by the thread that waits
            failed.append(error)

    others = [threading.Thread(target=guarded) for _ in range(threads)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()
    if failed:
        raise failed[0]
    return Measured(measures, lines)


def chunk(
    sh: PackedMarket, b: Blocks, table: Table, w: Work, start: int, stop: int, measures: Floats, lines: Floats
) -> None:
    """Runs the variants ``start`` to before ``stop``.

    Parameters
    ----------
    sh, b, table, w
    start, stop : int
    measures : float64 array of shape (V, MEASURES)
        Written to, as is ``lines``.
    lines : float64 array of shape (V, S) or (V, 0)
    """
    for v in range(start, stop):
        traded, costs, fills, decisions, owed = follow(sh, b, table, w, v)
        out = measures[v]
        measure(sh, b, w, out)
        out[HIGHEST] = max(out[HIGHEST], owed)
        out[TRADED], out[COSTS] = in_currency(traded, sh.per_unit), costs
        out[FILLS], out[DECISIONS] = fills, decisions
        for t in range(lines.shape[1]):
            lines[v, t] = w.returns[sh.measured - sh.first + t]


chunk_nb: Any = compiled(chunk)


def waits() -> str:
    """What the next sweep has to wait for, in words; "" where its kernel is compiled."""
    return waits_for((chunk_nb,), "the kernel of sweeps", "twenty")
