"""Weights: how the invested part is split among the picked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import KW_ONLY, dataclass

import numpy as np

from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from ..part import ByRow, Part, Rows, rows_of
from ..volatility import inverse_volatility


@dataclass(frozen=True)
class Weigh(Part, ABC):
    """Weights in proportion: the picked split ``total`` of the equity by them.

    Parameters
    ----------
    total : float
        Fraction of the equity that is invested; the rest stays in cash.
    """

    _: KW_ONLY
    total: float = parameter(1.0, low=0.0, high=1.0)

    @abstractmethod
    def __call__(self, panel: Panel) -> Floats:
        """Weights in proportion, shape (T, N), from rows <= t.

        Where they aren't finite and > 0 a symbol can't be weighed, so it can't be ranked.
        """

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The weights in proportion in some sessions: ``self(panel)[rows]`` to the last bit.

        Override it where a few rows are cheaper than all.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            > 0; NaN for what can't be weighed, and so not be held.
        """
        return rows_of(self, self(panel), panel.shape, rows)


@dataclass(frozen=True)
class JointWeigh(Weigh, ABC):
    """Weights that depend on who else is picked, so that they can't be known before the pick."""

    @abstractmethod
    def split(self, view: Panel, picked: list[int], total: float) -> Floats:
        """Target weights of the picked together.

        Parameters
        ----------
        view : Panel
            The panel up to the session that decides; N series.
        picked : list of int
            Columns that are to be held.
        total : float
            What may be invested, in [0, 1].

        Returns
        -------
        float array of shape (N,)
            Fractions of the equity >= 0, in sum <= ``total``; 0 for columns that are not picked.
        """


@dataclass(frozen=True)
class Equal(ByRow, Weigh):
    """The same for each.

    Parameters
    ----------
    total : float
        Fraction of the equity that is invested; the rest stays in cash.
    """

    total: float = parameter(1.0, low=0.0, high=1.0)

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The same weight for all.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            1.
        """
        return np.ones((len(rows), len(panel.symbols)))


@dataclass(frozen=True)
class InverseVolatility(ByRow, Weigh):
    """In proportion to ``1 / volatility``: calm sectors get more.

    Volatility is the standard deviation (ddof 1) of the last ``lookback`` simple returns of the adjusted close, which
    is carried over sessions without a bar. NaN where fewer than half of those sessions have a bar, or the volatility
    is zero: such a symbol can't be weighed, so it can't be ranked.

    Parameters
    ----------
    lookback : int
        Sessions.
    total : float
        Fraction of the equity that is invested.
    """

    lookback: int = parameter(60, low=2, high=2520, grid=(20, 60, 120))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """One over the standard deviation of daily returns.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Per session; NaN where fewer than half of the sessions have a bar, or all returns are the same.
        """
        return inverse_volatility(panel, rows, self.lookback)
