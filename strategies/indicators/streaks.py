"""Streaks: for how many sessions in a row a series has risen, or fallen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.errors import DataError
from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from .indicator import Indicator


@dataclass(frozen=True)
class Streaks(Indicator):
    """For how many sessions in a row, up to t, each series has risen (above 0) or fallen (below 0).

    A session counts as a rise by the sign of the adjusted close less that of the session before, or, by candles, of the
    close less the open. 0 where it is neither. A session without a bar ends a streak. NaN where there is no bar at t,
    and, by closes, none at t - 1.

    Parameters
    ----------
    of : {"series", "benchmark"}
        Arrays of shape (T, N), or (T,).
    by : {"close", "candle"}
        What makes a rise.

    Raises
    ------
    DataError
        When the panel has no benchmark and it is asked for, or has no opens and candles are.

    Notes
    -----
    Market practice (连涨, 连阳).
    """

    of: str = parameter("series", choices=("series", "benchmark"))
    by: str = parameter("close", choices=("close", "candle"))

    def __call__(self, panel: Panel) -> Floats:
        """Sessions, with the sign of the direction."""
        if self.of == "series":
            opened, close = panel.open, np.where(panel.has_bar, panel.last_adjusted_close, np.nan)
            last = panel.close
        elif panel.benchmark is None:
            raise DataError('Streaks(of="benchmark") needs a benchmark: load(..., benchmark=...)')
        else:
            opened, close, last = (line[:, None] for line in (panel.benchmark.open, *(panel.benchmark.close,) * 2))
        side = np.full(close.shape, np.nan)
        if self.by == "close":
            side[1:] = np.sign(close[1:] - close[:-1])
        else:
            if np.isfinite(last).any() and not np.isfinite(opened).any():
                raise DataError(f'Streaks(by="candle") needs opens, but the {self.of} has closes alone')
            side = np.sign(last - opened)
        found = side * _in_a_row(side)
        return found[:, 0] if self.of == "benchmark" else found


def _in_a_row(side: Floats) -> Floats:
    """For how many rows, up to each, the side has been the same."""
    row = np.arange(len(side))[:, None]
    turned = np.ones(side.shape, np.bool_)
    turned[1:] = side[1:] != side[:-1]
    length: Floats = (row - np.maximum.accumulate(np.where(turned, row, 0), axis=0) + 1).astype(np.float64)
    return length
