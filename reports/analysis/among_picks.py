"""A run among random picks of the same turnover: its place, from their total returns alone."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...data.types import Floats


class AmongPicks(NamedTuple):
    """Where a run stands among picks that decided when it did, held as many series and turned over as much.

    Attributes
    ----------
    seeds : tuple of int
        Of the R picks.
    totals : float64 array of shape (R,)
        Their total returns over the measured sessions, after costs.
    matched : bool
        Whether they turn over as much as the run; a rule can trade more, or less, than any of them.
    reason : str
        Why there are none; "" where there are.
    """

    seeds: tuple[int, ...]
    totals: Floats
    matched: bool
    reason: str = ""

    def place(self, total: float) -> float:
        """Share of the picks that made less than this total return, those that made as much counting half; in [0, 1].

        NaN without picks, or for a return that is not known.
        """
        known = self.totals[np.isfinite(self.totals)]
        if not len(known) or not math.isfinite(total):
            return math.nan
        return float(((known < total).sum() + (known == total).sum() / 2) / len(known))

    def percentiles(self) -> tuple[float, float, float]:
        """The 5th, the 50th and the 95th percentile of the total returns; NaN without picks."""
        known = self.totals[np.isfinite(self.totals)]
        low, middle, high = np.percentile(known, [5.0, 50.0, 95.0]).tolist() if len(known) else [math.nan] * 3
        return low, middle, high
