"""How many to hold by the regime of the market: many in a rising tide, the top tier in a selective one."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import numpy as np

from ...data.errors import ParameterError
from ...data.panel import Panel
from ..domain import parameter
from ..indicators.regime import Regime
from ..part import Rows
from .pick import Counts, Pick

# ruff: noqa: RUF009  # parts are frozen values, so a part may be a default


@dataclass(frozen=True)
class TopByRegime(Pick):
    """Holds the best ``selective`` in a selective market, and the best ``broad`` in any other.

    A selective market is one in which few rise and the series lie far apart (``Regime`` is -1): there the rule
    concentrates in the leaders of the top tier. In a rising tide and in neither it holds ``broad``; where the regime
    isn't known (``Regime`` is NaN, as in the first sessions of a panel) ``unknown``. A holding stays down to
    ``band`` ranks past that number; of those that may stay, no more than that number do, the best.

    Parameters
    ----------
    broad, selective : int
        How many to hold.
    band : int
        Ranks past that number at which a holding still stays.
    regime : Regime
        How the regime is told.
    unknown : int, optional
        How many to hold where the regime isn't known; None is ``broad``.
    min_hold, max_swaps
        See ``Pick``.

    Examples
    --------
    >>> TopByRegime(8, 3, band=2).selective
    3
    """

    broad: int = parameter(5, low=1, high=10_000, grid=(5, 8))
    selective: int = parameter(2, low=1, high=10_000, grid=(1, 2, 3))
    band: int = parameter(0, low=0, high=10_000, grid=(0, 2, 4))
    regime: Regime = Regime()
    _: KW_ONLY
    unknown: int | None = parameter(None, kind=int, low=1, high=10_000)
    min_hold: int = parameter(0, low=0, high=10_000, grid=(0, 20, 60))
    max_swaps: int | None = parameter(None, kind=int, low=0, high=10_000, grid=(None, 1, 2))

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.regime, Regime):
            raise ParameterError(f"TopByRegime.regime must be Regime(...), was {self.regime!r}")

    def at(self, panel: Panel, rows: Rows) -> tuple[Counts, Counts]:
        """How many to hold and the worst rank that stays, by the regime of each row.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        tuple of two int arrays of shape (D,)
            ``selective`` where the regime is -1, ``unknown`` where it is NaN, else ``broad``; and ``band`` more.
        """
        regime = self.regime.at(panel, rows)
        unknown = self.broad if self.unknown is None else self.unknown
        top = np.where(np.isnan(regime), unknown, np.where(regime < 0, self.selective, self.broad)).astype(np.int64)
        return top, top + self.band
