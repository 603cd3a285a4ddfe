"""What the market was doing during a run, as plain arrays: the reports show it, and know nothing of how it is found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..data.types import Floats


class MarketContext(NamedTuple):
    """Market phases and RRG-style coordinates of a run's panel, each causal; T sessions of the panel, N symbols.

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
    phase_before : int or None
        The phase at the last close before the panel, if the benchmark has one.
    """

    phase: NDArray[np.int8]
    phase_names: tuple[str, ...]
    phase_rule: str
    ratio: Floats
    momentum: Floats
    bar: int
    map_rule: str
    phase_before: int | None = None

    def at_points(self, first: int, last: int) -> NDArray[np.int8]:
        """The phase at each point of a run's growth line: at the close before the run, then at each of its closes.

        Before the panel it is ``phase_before``; where that isn't known, the phase of the panel's first session.

        Parameters
        ----------
        first, last : int
            The run's rows.
        """
        if first:
            return self.phase[first - 1 : last + 1]
        before = self.phase[:1] if self.phase_before is None else np.array([self.phase_before], np.int8)
        return np.concatenate((before, self.phase[: last + 1]))


def phase_role(phase: int) -> str:
    """The colour of a phase's shade: "p2", "p3", ..."""
    return f"p{phase}"
