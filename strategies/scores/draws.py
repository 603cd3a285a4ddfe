"""Random scores by their seeds: ten thousand draws are ten thousand numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from ...data.types import Ints
from .score import RandomScore


class Draws(Sequence[RandomScore]):
    """Random scores, each made when it is asked for.

    Parameters
    ----------
    seeds : int64 array of shape (R,)
        From 0 on.
    """

    def __init__(self, seeds: Ints) -> None:
        self.seeds = seeds

    def __len__(self) -> int:
        return len(self.seeds)

    @overload
    def __getitem__(self, k: int) -> RandomScore: ...
    @overload
    def __getitem__(self, k: slice) -> Draws: ...
    def __getitem__(self, k: Any) -> Any:
        return Draws(self.seeds[k]) if isinstance(k, slice) else RandomScore(int(self.seeds[k]))
