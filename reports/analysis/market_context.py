"""What the market was doing during a run, as plain arrays: the reports show it, and know nothing of how it is found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...data.types import Floats
from ...engine.record import Record
from ..charts.spec import Band


class Readings(NamedTuple):
    """Readings of a run's panel, each causal; T sessions of the panel, N symbols.

    Attributes
    ----------
    phase : int8 array of shape (T,)
        What the benchmark was doing, as known after each close: a position in ``phase_names``. The first two are
        neither shaded nor falls: not known, and an advance.
    phase_names : tuple of str
        For people.
    phase_rule : str
        How a phase is told, in a sentence.
    ratio, momentum : float64 arrays of shape (T, N)
        RRG-style coordinates around 100; NaN where they aren't known.
    bar : int
        Sessions from one point of a tail to the next.
    map_rule : str
        What the coordinates are, in a sentence.
    """

    phase: NDArray[np.int8]
    phase_names: tuple[str, ...]
    phase_rule: str
    ratio: Floats
    momentum: Floats
    bar: int
    map_rule: str


def phase_role(phase: int) -> str:
    """The colour of a phase's shade: "p2", "p3", ..."""
    return f"p{phase}"


def phase_bands(record: Record, readings: Readings) -> tuple[Band, ...]:
    """The stretches of the run in each shaded phase, from the close that showed it to the close that ended it.

    In the unit box of a growth line, whose point 0 is the base point, the session before the run.
    """
    first, last, size = record.terms.first, record.terms.last, len(record.sessions)
    base = max(first - 1, 0)
    phase = readings.phase[base : last + 1]
    if first == 0:
        phase = np.concatenate((phase[:1], phase))
    starts = np.flatnonzero(np.diff(phase, prepend=-1))
    stops = np.append(starts[1:], size)
    return tuple(
        Band(start / size, min(stop, size) / size, phase_role(kind))
        for start, stop, kind in zip(starts.tolist(), stops.tolist(), phase[starts].tolist(), strict=True)
        if kind > 1 and start < size
    )


def phase_key(record: Record, readings: Readings) -> tuple[tuple[str, str], ...]:
    """Role and name of each shaded phase that the run saw, in the order of ``phase_names``."""
    seen = {band.role for band in phase_bands(record, readings)}
    return tuple((phase_role(k), name) for k, name in enumerate(readings.phase_names) if phase_role(k) in seen)
