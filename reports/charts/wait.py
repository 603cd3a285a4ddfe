"""The sessions before a run is measured, as charts show them: a grey stretch on the left of its axis of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...engine.record import Record
from ..growth import Growth, points_between
from .axes import time_ticks
from .spec import Band, Chart

ROLE = "wait"
"""Of the band."""


class Wait(NamedTuple):
    """The axis of time of a run and of what came before it; B sessions before, S measured ones.

    Attributes
    ----------
    before : int
        B.
    dates : DatetimeIndex of shape (B + S + 1,)
        From the base point of the account on.
    """

    before: int
    dates: pd.DatetimeIndex

    @property
    def share(self) -> float:
        """How much of the axis lies before the first measured return, in [0, 1)."""
        return self.before / (len(self.dates) - 1)

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """What the grey stretch is, for a key of colours; nothing where there is none."""
        return ((ROLE, "Not measured"),) if self.before else ()

    def lines(self, lines: Sequence[tuple[Growth, str]]) -> list[tuple[Growth, str]]:
        """Lines of S + 1 levels on all dates: not known before they are measured."""
        blank = np.full(self.before, np.nan)
        return [(line._replace(levels=np.concatenate((blank, line.levels))), role) for line, role in lines]

    def bands(self, bands: Iterable[Band]) -> tuple[Band, ...]:
        """Bands of the measured sessions at their place on the whole axis, and that of the wait."""
        moved = (band._replace(start=self._at(band.start), stop=self._at(band.stop)) for band in bands)
        return (*([Band(0.0, self.share, ROLE)] if self.before else []), *moved)

    def rows(self, chart: Chart) -> Chart:
        """A chart of bars over the measured sessions on the whole axis, with its bands."""
        rows = tuple(
            row._replace(
                bars=tuple(bar._replace(start=self._at(bar.start), stop=self._at(bar.stop)) for bar in row.bars)
            )
            for row in chart.rows
        )
        shaded, ticks = self.bands(chart.bands), time_ticks(self.dates)
        return chart._replace(rows=rows, bands=shaded, x_ticks=ticks, dates=self.dates)

    def _at(self, place: float) -> float:
        return self.share + place * (1.0 - self.share)


def wait_of(record: Record) -> Wait:
    """The axis of time of a run with its wait; without one it is that of ``growth.points``."""
    terms = record.terms
    before = 0 if record.before is None else len(record.before.equity)
    return Wait(before, points_between(record.panel, terms.first - before, terms.last))
