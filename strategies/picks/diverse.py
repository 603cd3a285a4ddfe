"""Picking that looks at who is picked already: so many of a group, and no two that move alike."""

from __future__ import annotations

from dataclasses import dataclass

from ...data.panel import Panel
from ..domain import parameter
from ..weights.covariance import correlation, groups_of, own_returns
from .pick import Admission, TopN


@dataclass(frozen=True)
class DiverseTopN(TopN):
    """Holds the best n of which no more than so many are of one group, and no two move too much alike.

    As ``TopN``, but from the best rank down a candidate is passed over while

    * ``max_per_group`` of its group (``Panel.groups``) are picked already; a series without a group ("") is in none;
    * its correlation with one that is picked already is above ``max_correlation``: Pearson's, of the simple returns of
      adjusted closes in the last ``sessions`` sessions, pairwise, where both have a bar and had one in the session
      before. A pair that shares fewer than half of these sessions, or a line that never moved, is not known to move
      alike, and is admitted.

    Holdings that stay are picked first, so they count; they are never sold for a cap. Where too few pass, fewer than
    n are held, and share the whole.

    Parameters
    ----------
    n, hold_until_rank, min_hold, max_swaps
        See ``TopN``.
    max_per_group : int, optional
        Default: any number.
    max_correlation : float
        1 for any.
    sessions : int
        Of the correlation.

    Raises
    ------
    DataError
        With ``max_per_group``, for a panel in which no series has a group.
    """

    max_per_group: int | None = parameter(None, kind=int, low=1, high=10_000, grid=(None, 1, 2))
    max_correlation: float = parameter(0.9, low=-1.0, high=1.0, grid=(0.7, 0.8, 0.9, 1.0))
    sessions: int = parameter(60, low=10, high=2520, grid=(60, 120, 250))

    def admission(self, view: Panel) -> Admission | None:
        """Whether the caps let a column join the picked."""
        most, cap, least = self.max_per_group, self.max_correlation, self.sessions / 2
        groups = ("",) * len(view.symbols) if most is None else groups_of(view, "DiverseTopN.max_per_group")
        moves = own_returns(view, self.sessions) if cap < 1 else None

        def admits(picked: list[int], i: int) -> bool:
            if most is not None and groups[i] and sum(groups[j] == groups[i] for j in picked) >= most:
                return False
            return moves is None or not any(correlation(moves[i], moves[j], least) > cap for j in picked)

        return admits
