"""A score on the RRG-style map: the series of one quadrant."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from ..indicators.rrg import CENTRE, Quadrant, Quadrants, RelativeRotation
from .score import Score


@dataclass(frozen=True)
class RotationQuadrant(Score):
    """Ranks the series of one quadrant of ``RelativeRotation``; the others can't be ranked.

    ``"leading"``
        Series in the leading quadrant, by their distance from the centre.
    ``"improving"``
        Series in the improving quadrant, by momentum - 100.
    ``"crossing-into-improving"``
        Series that entered the improving quadrant from the lagging one in one of the last ``within`` sessions and have
        not left it, by momentum - 100. Sessions in which the quadrant is unknown are passed over.

    NaN outside, so fewer series than a pick asks for may be left, or none: what is not filled stays in cash.

    Parameters
    ----------
    prefer : str
        "leading", "improving" or "crossing-into-improving".
    within : int
        Sessions in which a crossing is fresh, the current one included; about as many as lie between two decisions.
        Only for "crossing-into-improving".
    rotation : RelativeRotation
        Where a series stands.

    Raises
    ------
    ParameterError
        For a value out of its range.
    DataError
        When the panel has no benchmark.

    Notes
    -----
    Market practice buys the leading quadrant. M. Verdouw, "Buying outperformers is too late" (2016), argues for the
    improving one; J. Rothe, "Dynamic Sector Rotation" (2023), buys what crosses into it, weekly. Results depend on
    the form and the spans: take them as hypotheses.
    """

    prefer: str = parameter("leading", choices=("leading", "improving", "crossing-into-improving"),
                            grid=("leading", "improving", "crossing-into-improving"))  # fmt: skip
    within: int = parameter(5, low=1, high=260, grid=(5, 20))
    rotation: RelativeRotation = field(default_factory=RelativeRotation)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.rotation, RelativeRotation):
            raise ParameterError(f"RotationQuadrant.rotation must be a RelativeRotation, was {self.rotation!r}")

    def __call__(self, panel: Panel) -> Floats:
        """Distance or momentum - 100 in the preferred quadrant, NaN elsewhere, shape (T, N)."""
        now = self.rotation(panel)
        if self.prefer == "leading":
            return np.where(now.quadrant == Quadrant.LEADING, now.distance, np.nan)
        chosen = now.quadrant == Quadrant.IMPROVING
        if self.prefer == "crossing-into-improving":
            chosen &= _crossed(now.quadrant, self.within)
        return np.where(chosen, now.momentum - CENTRE, np.nan)


def _crossed(quadrant: Quadrants, within: int) -> NDArray[np.bool_]:
    """Whether the last change of quadrant was from lagging to improving, in one of the last ``within`` rows."""
    rows = np.arange(len(quadrant))[:, None]
    somewhere = (quadrant != Quadrant.UNKNOWN) & (quadrant != Quadrant.CENTRE)
    known = np.maximum.accumulate(np.where(somewhere, rows, 0), axis=0)
    held = np.take_along_axis(quadrant, known, axis=0)
    before = np.vstack((np.zeros_like(held[:1]), held[:-1]))
    changed = np.maximum.accumulate(np.where(held != before, rows, 0), axis=0)
    crossed = (before == Quadrant.LAGGING) & (held == Quadrant.IMPROVING)
    fresh: NDArray[np.bool_] = np.take_along_axis(crossed, changed, axis=0) & (rows - changed < within)
    return fresh
