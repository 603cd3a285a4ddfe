"""Random picks with the turnover of one run, for its report."""

from __future__ import annotations

import numpy as np

from sectorlead.data.errors import ParameterError
from sectorlead.engine.record import OPENING, Record
from sectorlead.reports.analysis.among_picks import AmongPicks


def chance(record: Record, count: int) -> AmongPicks:
    """Draws random picks that decide when a run did, hold as many series and turn over as much.

    They run on the compiled engine, on all cores, and are no trials: nothing is chosen among them.

    Parameters
    ----------
    record : Record
    count : int
        How many, > 0; with seeds from 0 on.

    Returns
    -------
    AmongPicks
        With the reason, where a run can't be set against picks.
    """
    from sectorlead.chance.matched_picks import matched_picks  # loads its kernels

    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ParameterError(f"chance must be how many random picks to draw, a whole number from 1 on, was {count!r}")
    if (record.outcome.fills.side == OPENING).any():
        return without("it is measured from a session in which it held something already")
    drawn = matched_picks(record, range(count), free=False)
    if isinstance(drawn, str):
        return without(drawn)
    return AmongPicks(drawn.seeds, np.expm1(drawn.logs.sum(axis=1)), drawn.matched)


def without(reason: str) -> AmongPicks:
    """No picks, and why."""
    return AmongPicks((), np.zeros(0), False, reason)
