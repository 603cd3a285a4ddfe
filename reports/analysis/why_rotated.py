"""Why a run rotated: each decision that changed something, with what its ranks went by."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from ...engine.record import Record
from ...engine.strategy import ScoreReading, as_strategy
from .execution import Move, Rotated
from .pullbacks import pullback_rule

SINCE_THE_PEAK = ("beyond-beta", "ahead", "spared")
"""Readings that are measured since the peak of the benchmark."""


class Why(NamedTuple):
    """One decision that brought something in or out.

    Attributes
    ----------
    session : Timestamp
        After whose close it was made.
    reading : ScoreReading or None
        What the scores say; None where that is not known.
    peak : Timestamp or None
        Of the benchmark, since which scores are measured; None where they are measured otherwise.
    limit : int or None
        The worst rank at which a holding stays.
    came, left : tuple of Move
    """

    session: pd.Timestamp
    reading: ScoreReading | None
    peak: pd.Timestamp | None
    limit: int | None
    came: tuple[Move, ...]
    left: tuple[Move, ...]


def why_rotated(record: Record, rotations: tuple[Rotated, ...], most: int) -> tuple[Why, ...]:
    """The latest decisions that changed what is held, the latest first.

    Parameters
    ----------
    record : Record
    rotations : tuple of Rotated
        Of the record, the latest first.
    most : int
    """
    strategy = as_strategy(record.strategy)
    changed = [row for row in rotations if row.came or row.left][:most]
    peaks = _peaks(record, [row.session for row in changed]) if _since_peak(strategy.reading) else [None] * len(changed)
    return tuple(
        Why(row.session, strategy.reading, peak, strategy.leaves_past, row.came, row.left)
        for row, peak in zip(changed, peaks, strict=True)
    )


def _since_peak(reading: ScoreReading | None) -> bool:
    return reading is not None and reading.kind in SINCE_THE_PEAK


def _peaks(record: Record, days: list[pd.Timestamp]) -> list[pd.Timestamp | None]:
    """The peak of the pullback that was the current or the last one after each session; None before the first."""
    bench, sessions = record.panel.benchmark, record.panel.sessions
    if bench is None:
        return [None] * len(days)
    rows = pullback_rule(record).find(bench.line).peak[bench.before + sessions.get_indexer(pd.DatetimeIndex(days))]
    dates = bench.earlier.sessions.append(sessions) if bench.before else sessions
    return [dates[row] if row >= 0 else None for row in rows.tolist()]
