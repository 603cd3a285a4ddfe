"""Regimes of participation: a tide that lifts most series, or a market that is selective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.types import Flags, Floats
from ..domain import parameter
from ..part import Rows
from .breadth import Crowd, before, percentile
from .indicator import Indicator

REGIMES = {1.0: "rising tide", -1.0: "selective", 0.0: "neither"}
"""What the values of ``Regime`` are called; NaN is "unknown"."""


@dataclass(frozen=True)
class Regime(Indicator):
    """1 in a rising tide, -1 in a selective market, 0 in neither, NaN where it isn't known which.

    Over the last ``window`` sessions, with *participation* the share of series whose return is above 0, *correlation*
    the mean of the pairwise correlations of their daily returns, and *dispersion* the standard deviation of their
    returns across series, as its percentile among the last ``history`` sessions (half of them must be known):

    * a **rising tide** (broad) begins when participation >= ``broad`` and correlation >= ``together``, and lasts while
      both are no more than ``margin`` below;
    * a **selective** market (narrow) begins when participation <= ``narrow`` and dispersion >= ``apart``, and lasts
      while participation is no more than ``margin`` above, and dispersion no more than ``margin`` below.

    One ends in the session in which the other begins, at the latest. A fall that takes everything down together is
    neither: few rise, but none stands out. Who counts, and when a value isn't known, is as in ``Breadth``. Where one
    isn't known a regime that hangs on it ends, and the answer is NaN unless the others rule out both regimes, or are
    enough for one: a market in which half of the series rise is neither, however little is known of its dispersion. The
    words are market practice; the thresholds are this library's.

    Parameters
    ----------
    window, history : int
        Sessions.
    broad, narrow : float
        Participation at which a rising tide, or a selective market, begins.
    together : float
        Mean correlation at which a rising tide begins.
    apart : float
        Percentile of dispersion at which a selective market begins, in [0, 1].
    margin : float
        How far a value may go back before the regime ends.
    present : float
        Least share of the series that have begun.

    Raises
    ------
    ParameterError
        Where ``narrow + margin`` is not below ``broad``.
    """

    window: int = parameter(20, low=3, high=250, grid=(10, 20, 60))
    history: int = parameter(250, low=2, high=2520, grid=(120, 250))
    broad: float = parameter(0.7, low=0.0, high=1.0, grid=(0.6, 0.7, 0.8))
    narrow: float = parameter(0.4, low=0.0, high=1.0, grid=(0.3, 0.4))
    together: float = parameter(0.4, low=-1.0, high=1.0)
    apart: float = parameter(0.5, low=0.0, high=1.0)
    margin: float = parameter(0.2, low=0.0, high=0.5)
    present: float = parameter(0.5, low=0.0, high=1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.narrow + self.margin >= self.broad:
            raise ParameterError(
                f"Regime needs narrow + margin < broad, so that one ends before the other begins, was "
                f"narrow={self.narrow:g}, broad={self.broad:g}, margin={self.margin:g}"
            )

    def __call__(self, panel: Panel) -> Floats:
        """The regime of every session, shape (T,): 1, -1, 0 or NaN."""
        crowd = Crowd.of(panel, self.present)
        price = panel.last_adjusted_close
        moves = price / before(price, self.window) - 1
        participation = crowd.share(moves > 0, moves)
        correlation = crowd.correlation(self.window)
        dispersion = percentile(crowd.dispersion(moves)[:, None], self.history)[:, 0]
        tide = _lasting(
            (participation >= self.broad) & (correlation >= self.together),
            (participation >= self.broad - self.margin) & (correlation >= self.together - self.margin),
        )
        no_tide = (participation < self.broad - self.margin) | (correlation < self.together - self.margin)
        selective = _lasting(
            (participation <= self.narrow) & (dispersion >= self.apart),
            (participation <= self.narrow + self.margin) & (dispersion >= self.apart - self.margin),
        )
        not_selective = (participation > self.narrow + self.margin) | (dispersion < self.apart - self.margin)
        unknown = np.isnan(participation)
        unknown |= (np.isnan(correlation) & ~no_tide) | (np.isnan(dispersion) & ~not_selective)
        return np.where(tide, 1.0, np.where(selective, -1.0, np.where(unknown, np.nan, 0.0)))

    def named(self, panel: Panel) -> tuple[str, ...]:
        """The regime of every session in words: "rising tide", "selective", "neither" or "unknown", T of them."""
        return tuple(REGIMES.get(value, "unknown") for value in self(panel).tolist())

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The regime in some sessions.

        Parameters
        ----------
        panel : Panel
        rows : int array of shape (D,)

        Returns
        -------
        float array of shape (D,)
            ``self(panel)[rows]``.
        """
        return self(panel)[rows]


def _lasting(begins: Flags, lasts: Flags) -> Flags:
    """True from a session that begins it up to the one before the next that does not let it last."""
    rows = np.arange(len(begins))
    begun, ended = (np.maximum.accumulate(np.where(flags, rows, -1)) for flags in (begins, ~lasts))
    return begun > ended
