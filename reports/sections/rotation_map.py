"""Where each series of a run stands on the RRG-style map at its last session, and the way it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...engine.record import Record
from ..charts.rrg_map import TAIL, Trail, by_quadrant, map_chart
from ..charts.spec import Chart
from ..market_context import MarketContext


class RotationMap(NamedTuple):
    """The map of a run.

    Attributes
    ----------
    session : Timestamp
        The run's last.
    bar : int
        Sessions from one point of a tail to the next.
    trails : tuple of Trail
        By symbol, those held last.
    chart : Chart
    """

    session: pd.Timestamp
    bar: int
    trails: tuple[Trail, ...]
    chart: Chart

    def quadrants(self) -> tuple[tuple[str, tuple[Trail, ...]], ...]:
        """The series in each quadrant, the farthest from the centre first."""
        return by_quadrant(self.trails)


def rotation_map(
    record: Record, context: MarketContext, colours: Sequence[str], tail: int = TAIL
) -> RotationMap | None:
    """The map at the run's last session; None where no series has coordinates then.

    Parameters
    ----------
    record : Record
    context : MarketContext
    colours : sequence of str
        The role of each series.
    tail : int
        Points, >= 1, ``context.bar`` sessions from one to the next; fewer where earlier ones aren't known.
    """
    panel, last = record.panel, record.terms.last
    rows = np.arange(last, -1, -max(context.bar, 1))[:tail][::-1]
    ratio, momentum = context.ratio[rows], context.momentum[rows]
    known = np.isfinite(ratio) & np.isfinite(momentum)
    held = record.outcome.shares[-1] > 0
    trails = []
    for i in sorted(np.flatnonzero(known[-1]).tolist(), key=lambda i: (bool(held[i]), panel.symbols[i])):
        gaps = np.flatnonzero(~known[:, i])
        path = slice(int(gaps[-1]) + 1 if len(gaps) else 0, None)  # what came before a gap is left out
        trails.append(
            Trail(panel.symbols[i], panel.names[i], colours[i], bool(held[i]), ratio[path, i], momentum[path, i])
        )
    if not trails:
        return None
    return RotationMap(record.sessions[-1], context.bar, tuple(trails), map_chart(trails))
