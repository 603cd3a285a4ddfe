"""Picks: how many of the ranked are held, and how long a holding may stay."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass

import numpy as np
from numpy.typing import NDArray

from ...data.errors import ParameterError
from ...data.panel import Panel
from ..domain import parameter
from ..part import Part, Rows

Counts = NDArray[np.int64]
Admission = Callable[[list[int], int], bool]
"""Whether a column may join the columns picked so far."""


@dataclass(frozen=True)
class Pick(Part, ABC):
    """Who of the ranked is held: holdings ranked ``keep`` or better stay, the best others fill up to ``top``.

    Attributes
    ----------
    min_hold : int
        Sessions for which a holding that can be ranked stays whatever its rank; 0 for none.
    max_swaps : int or None
        How many holdings may leave for their rank in one decision, the worst first; None is any number. What can't be
        ranked at all leaves in any case.
    """

    min_hold = 0  # no annotations: a field of the base would come first in every pick
    max_swaps = None  # type: int | None

    @abstractmethod
    def at(self, panel: Panel, rows: Rows) -> tuple[Counts, Counts]:
        """How many to hold and the worst rank that stays, from rows up to each row only.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        tuple of two int arrays of shape (D,)
            ``(top, keep)`` with ``1 <= top <= keep``.
        """

    def admission(self, view: Panel) -> Admission | None:
        """What a candidate must pass beside its rank, after the view's last session; None where rank is all."""
        return None


@dataclass(frozen=True)
class TopN(Pick):
    """Holds ``n``: enter among the first n, leave past rank ``hold_until_rank``. Ties go to the smaller symbol.

    A band between the two saves costs: a holding that slips from rank 5 to 6 and back is not traded.

    Parameters
    ----------
    n : int
        How many to hold.
    hold_until_rank : int, optional
        The worst rank at which a holding stays, at least n; default: n, no band.
    min_hold, max_swaps
        See ``Pick``. With ``max_swaps`` and no band this is qlib's TopkDropout.
    """

    n: int = parameter(5, low=1, high=10_000, grid=(3, 5, 8))
    hold_until_rank: int | None = parameter(None, kind=int, low=1, high=10_000, grid=(None, 8, 12))
    _: KW_ONLY
    min_hold: int = parameter(0, low=0, high=10_000, grid=(0, 20, 60))
    max_swaps: int | None = parameter(None, kind=int, low=0, high=10_000, grid=(None, 1, 2))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.hold_until_rank is not None and self.hold_until_rank < self.n:
            raise ParameterError(
                f"TopN.hold_until_rank must be at least n={self.n}, or None to leave past rank {self.n}, "
                f"was {self.hold_until_rank}"
            )

    def at(self, panel: Panel, rows: Rows) -> tuple[Counts, Counts]:
        """``n`` and the worst rank that stays, the same in every row.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        tuple of two int arrays of shape (D,)
            ``(n, hold_until_rank or n)``.
        """
        return np.full(len(rows), self.n), np.full(len(rows), self.hold_until_rank or self.n)


@dataclass(frozen=True)
class All(Pick):
    """Holds everything that can be ranked."""

    def at(self, panel: Panel, rows: Rows) -> tuple[Counts, Counts]:
        """All of them are held, and stay.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        tuple of two int arrays of shape (D,)
            N, or 1 for a panel without series, twice.
        """
        everything = np.full(len(rows), max(1, len(panel.symbols)))
        return everything, everything
