"""The stretches of a chart that are shaded by what the market was doing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ...engine.record import Record
from ..market_context import MarketContext, phase_role
from .spec import Band


def bands(spans: Iterable[tuple[float, float]]) -> tuple[Band, ...]:
    """Plain bands for stretches of the x axis, in [0, 1]; see ``analysis.pullbacks.pullback_spans``."""
    return tuple(Band(start, stop) for start, stop in spans)


def phase_bands(record: Record, context: MarketContext) -> tuple[Band, ...]:
    """The stretches of the run in each shaded phase, from the close that showed it to the close that ended it.

    In the unit box of a growth line, whose point 0 is the base point, the session before the run.

    Parameters
    ----------
    record : Record
    context : MarketContext
        Phases of the run's panel.
    """
    first, last, size = record.terms.first, record.terms.last, len(record.sessions)
    phase = context.at_points(first, last)
    starts = np.flatnonzero(np.diff(phase, prepend=-1))
    stops = np.append(starts[1:], size)
    return tuple(
        Band(start / size, min(stop, size) / size, phase_role(kind))
        for start, stop, kind in zip(starts.tolist(), stops.tolist(), phase[starts].tolist(), strict=True)
        if kind > 1 and start < size
    )


def phase_key(record: Record, context: MarketContext) -> tuple[tuple[str, str], ...]:
    """Role and name of each shaded phase that the run saw, in the order of ``phase_names``.

    Parameters
    ----------
    record : Record
    context : MarketContext
        Phases of the run's panel.
    """
    seen = {band.role for band in phase_bands(record, context)}
    return tuple((phase_role(k), name) for k, name in enumerate(context.phase_names) if phase_role(k) in seen)
