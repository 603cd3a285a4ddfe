"""``PremiumCap``: a strategy that does not buy what trades too far above its value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.pullback import PullbackRule
from ...data.types import Flags, Floats, Ints
from ...engine.canonical import describe
from ...engine.strategy import Portfolio, Schedule, Strategy, Weights, as_strategy, can_decide
from ...engine.weights import target_weights
from ..domain import parameter
from ..part import Part
from ..rotation import Rotation
from ..scores.field import field_at

# ruff: noqa: RUF009  # parts are frozen values, so a part may be a default


@dataclass(frozen=True, repr=False)
class PremiumCap(Part, Strategy):
    """The decisions of a strategy, without buys of what stands above a premium: "do not buy above 3%".

    After the close of a decision each symbol whose premium is above ``most`` gets no more than the weight it has: it is
    not bought and not added to; what is held stays, and is sold where the strategy says so. The money that was meant
    for it stays in cash: a premium is no reason to buy the next best. It goes by what is traded, so it stands outside
    of a ``Mapped``, whose strategy sees sectors. An order that was decided before the premium rose stays open.

    Parameters
    ----------
    strategy : Strategy
        Anything with ``decide(view, portfolio)``.
    most : float
        Premium above which nothing is bought, in the units of the field: 0.03 is 3% of a field in fractions.
    field : str
        Name of the field (``Panel.field``); any other that speaks against buying will do.
    stale : int
        Sessions for which a premium that is not renewed still holds.
    unknown : {"buy", "hold-back"}
        What happens where it is not known.

    Raises
    ------
    ParameterError
        For a strategy that can't decide.
    UnknownNameError
        When used on a panel without the field.

    Examples
    --------
    >>> from sectorlead import Momentum, Weekly
    >>> rule = PremiumCap(Rotation(Momentum(60), schedule=Weekly()), most=0.03)
    """

    strategy: Any = Rotation()
    most: float = parameter(0.03, low=-1e9, high=1e9, grid=(0.01, 0.03, 0.05))
    field: str = "premium"
    stale: int = parameter(0, low=0, high=250)
    unknown: str = parameter("buy", choices=("buy", "hold-back"))

    def __post_init__(self) -> None:
        super().__post_init__()
        if not can_decide(self.strategy):
            raise ParameterError(
                f"PremiumCap.strategy must be an object with decide(view, portfolio), was {self.strategy!r}; "
                "a backtrader.Strategy sends orders of its own"
            )

    def __repr__(self) -> str:
        return describe(self)

    @property
    def _inner(self) -> Strategy:
        return as_strategy(self.strategy)

    @property
    def schedule(self) -> Schedule | None:  # type: ignore[override]  # the strategy's
        """The strategy's."""
        return self._inner.schedule

    @property
    def watchful(self) -> bool:  # type: ignore[override]
        """Whether the strategy wants ``between`` asked."""
        return self._inner.watchful

    def held_back(self, view: Panel) -> Flags:
        """What is not bought after the view's last session, shape (N,)."""
        premium = field_at(view, self.field, self.stale, np.array([len(view.sessions) - 1]))[0]
        return np.where(np.isnan(premium), self.unknown == "hold-back", premium > self.most)

    def decide(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """What the strategy decides, no more of what is held back than is held.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        float array of shape (N,) or None
        """
        return self._capped(self._inner.decide(view, portfolio), view, portfolio, partial=False)

    def between(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """What the strategy wants changed outside its decisions, capped in the same way.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        float array of shape (N,) or None
            NaN is left alone.
        """
        return self._capped(self._inner.between(view, portfolio), view, portfolio, partial=True)

    def ranking(self, view: Panel) -> tuple[Ints, Floats]:
        """The strategy's."""
        return self._inner.ranking(view)

    def with_seed(self, seed: int) -> PremiumCap:
        """The same with another seed; itself if nothing about the strategy is random."""
        seeded = self._inner.with_seed(seed)
        return self if seeded is self.strategy else replace(self, strategy=seeded)

    def tracked(self, traded: Panel, first: Any = None, last: Any = None) -> pd.DataFrame | None:
        """The strategy's.

        Parameters
        ----------
        traded : Panel
        first, last : date, optional
            Both included; default: all.

        Returns
        -------
        DataFrame or None
        """
        return self._inner.tracked(traded, first, last)

    @property
    def pullback_rule(self) -> PullbackRule | None:
        """The strategy's."""
        return self._inner.pullback_rule

    def _capped(self, answer: Weights | None, view: Panel, portfolio: Portfolio, *, partial: bool) -> Floats | None:
        if answer is None:
            return None
        wanted = target_weights(answer, view, view.session, partial=partial)
        return np.where(self.held_back(view) & (wanted > portfolio.weights), portfolio.weights, wanted)
