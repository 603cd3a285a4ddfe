"""Picks: how many of the ranked are held, and how long a holding may stay."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from ..data.errors import ParameterError
from .part import Part, parameter


@dataclass(frozen=True)
class Pick(Part, ABC):
    """Who of the ranked is held: holdings ranked ``keep`` or better stay, the best others fill up to ``top``."""

    @abstractmethod
    def bounds(self, symbols: int) -> tuple[int, int]:
        """``(top, keep)`` in a universe of that many symbols; ``top <= keep``."""


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
    """

    n: int = parameter(5, low=1, high=10_000, grid=(3, 5, 8))
    hold_until_rank: int | None = parameter(None, kind=int, low=1, high=10_000, grid=(None, 8, 12))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.hold_until_rank is not None and self.hold_until_rank < self.n:
            raise ParameterError(
                f"TopN.hold_until_rank must be at least n={self.n}, or None to leave past rank {self.n}, "
                f"was {self.hold_until_rank}"
            )

    def bounds(self, symbols: int) -> tuple[int, int]:
        """``n`` and the worst rank that stays."""
        return self.n, self.hold_until_rank or self.n


@dataclass(frozen=True)
class All(Pick):
    """Holds everything that can be ranked."""

    def bounds(self, symbols: int) -> tuple[int, int]:
        """All of them."""
        return symbols, symbols
