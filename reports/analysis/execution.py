"""What was traded, refused and decided, as rows for tables."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...engine.record import LOT, REASONS, Record
from ..formatting import signed
from ..growth import periods_per_year
from ..metrics.trades import exposure

MEANINGS: dict[str, str] = {
    "no_bar": "no price: suspended, or not yet listed",
    "zero_volume": "a bar without volume: nothing could trade",
    "t_plus_one": "bought in the same session: not yet sellable",
    "limit_up": "at the upper price limit: nobody sells",
    "limit_down": "at the lower price limit: nobody buys",
    "participation": "more than the allowed share of volume",
    "cash": "cash did not cover it, fees included",
    "fees": "fees would have exceeded proceeds and cash",
    "lot": "less than one board lot",
    "no_price": "never had a price when it was decided",
    "terminated": "the series ended while the order was open",
    "short": "sells more than is held; no short sales",
}
"""What each reason in ``record.REASONS`` means to a reader."""


class Refused(NamedTuple):
    """Shortfalls of one reason."""

    reason: str
    meaning: str
    orders: int  # distinct side, series and decision
    shortfalls: int  # an order refused again in the next session counts again
    sessions: int
    series: int


class Move(NamedTuple):
    """A series that came in or left, with its rank and score at the decision; 0 and NaN where it has none."""

    symbol: str
    name: str
    rank: int
    score: float = math.nan

    @property
    def basis(self) -> str:
        """Rank, and in brackets the score to three figures: "3 (0.0421)"; "" without a rank."""
        if not self.rank:
            return ""
        return f"{self.rank} ({signed(f'{self.score:.3g}')})" if math.isfinite(self.score) else str(self.rank)


class Rotated(NamedTuple):
    """What one decision changed."""

    session: pd.Timestamp
    came: tuple[Move, ...]
    left: tuple[Move, ...]
    stayed: int
    invested: float  # sum of target weights


class Start(NamedTuple):
    """When a run began to act."""

    what: str  # "First decision", or "First fill" where that is what came late
    session: pd.Timestamp
    late: bool  # more than a long month after the first session: 25 daily sessions


def start(record: Record) -> Start | None:
    """The run's first decision, or its first fill where only that is late; None if it never decided."""
    month = max(3, round(periods_per_year(record.sessions) / 10))
    seen: Start | None = None
    for what, rows in (("First decision", record.outcome.decisions.row), ("First fill", record.outcome.fills.row)):
        if len(rows):
            late = int(rows[0]) - record.terms.first > month
            seen = Start(what, record.panel.sessions[rows[0]], late) if late or seen is None else seen
            if late:
                break
    return seen


def buys_below_a_lot(record: Record) -> tuple[int, int] | None:
    """Buys of less than one lot and all buys, as distinct orders, where lots kept the run from its portfolio.

    That is where most buys failed so, or where less than half was invested and no other reason stopped as many.
    """
    log, fills, decided = record.outcome.rejections, record.outcome.fills, record.outcome.decisions.row
    buys = log.side > 0
    if not np.count_nonzero(buys & (log.reason == LOT)):
        return None
    filled = _orders(decided, fills.row, fills.column, fills.side == 1)
    others = _orders(decided, log.row, log.column, buys & (log.reason != LOT)) - filled
    small = _orders(decided, log.row, log.column, buys & (log.reason == LOT)) - filled
    total = len(filled | others | small)
    idle = exposure(record) < 0.5 and len(small) > len(others)
    return (len(small), total) if small and (len(small) > total / 2 or idle) else None


def _orders(
    decided: NDArray[np.int64], row: NDArray[np.int64], column: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> set[tuple[int, int]]:
    """Distinct orders: the decision they follow, and their column."""
    after = np.searchsorted(decided, row[chosen], side="left")
    return set(zip(after.tolist(), column[chosen].tolist(), strict=True))


def refused(record: Record) -> list[Refused]:
    """Shortfalls by reason, the most frequent first."""
    log = record.outcome.rejections
    decided = np.searchsorted(record.outcome.decisions.row, log.row, side="left")
    out = []
    for code in np.unique(log.reason).tolist():
        mine = log.reason == code
        orders = np.unique(np.stack([decided[mine], log.column[mine], log.side[mine]]), axis=1).shape[1]
        name = REASONS[code]
        counts = (orders, int(mine.sum()), len(np.unique(log.row[mine])), len(np.unique(log.column[mine])))
        out.append(Refused(name, MEANINGS[name], *counts))
    return sorted(out, key=lambda row: (-row.shortfalls, row.reason))


def rotations(record: Record) -> list[Rotated]:
    """Each decision's changes, the latest first; a series counts as held above a thousandth of a percent of equity."""
    log, panel = record.outcome.decisions, record.panel
    before, after = log.held > 1e-5, log.target > 1e-5

    def moves(row: int, changed: NDArray[np.bool_]) -> tuple[Move, ...]:
        found = [
            Move(panel.symbols[i], panel.names[i], int(log.rank[row, i]), float(log.score[row, i]))
            for i in np.flatnonzero(changed)
        ]
        return tuple(sorted(found, key=lambda move: (move.rank or 10**9, move.symbol)))

    return [
        Rotated(
            panel.sessions[log.row[d]],
            moves(d, after[d] & ~before[d]),
            moves(d, before[d] & ~after[d]),
            int((before[d] & after[d]).sum()),
            float(log.target[d].sum()),
        )
        for d in range(len(log.row) - 1, -1, -1)
    ]
