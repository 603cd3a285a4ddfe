"""Weights from the covariance of the picked, through skfolio: risk parity, minimum variance, HRP."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from ...data.errors import InputError
from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from ..part import ByRow, Rows
from .covariance import joint_returns, weighable
from .weigh import JointWeigh

NOTHING = 1e-4
"""A share of the invested part below this is what a solver leaves of 0, and is 0."""


@dataclass(frozen=True)
class _Optimised(ByRow, JointWeigh, ABC):
    """Weights that an optimiser finds for the picked."""

    sessions: int = parameter(120, low=20, high=2520, grid=(60, 120, 250))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """1 where there are returns to go by, NaN elsewhere, shape (D, N)."""
        return np.where(weighable(panel, rows, self.sessions), 1.0, np.nan)

    def split(self, view: Panel, picked: list[int], total: float) -> Floats:
        """The optimiser's weights, shape (N,)."""
        out, columns = np.zeros(len(view.symbols)), sorted(picked)
        if len(columns) < 2:
            out[columns] = total
            return out
        moves = joint_returns(view, columns, self.sessions)
        moves /= moves.std(axis=0, ddof=1).mean()  # a solver stops at an absolute tolerance; the answer has no scale
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The covariance matrix is not positive definite", UserWarning)
            shares = np.asarray(self._model(_skfolio()).fit(moves).weights_, np.float64)
        shares = np.where(shares < NOTHING, 0.0, shares)
        out[columns] = total * shares / shares.sum()
        return out

    @abstractmethod
    def _model(self, skfolio: Any) -> Any:
        """An unfitted estimator of ``skfolio.optimization``."""


@dataclass(frozen=True)
class RiskParity(_Optimised):
    """Each of the picked contributes the same to the variance of their sum (equal risk contribution).

    Weights w >= 0 with ``w[i] * (C w)[i]`` the same for all i, where C is the sample covariance (ddof 1) of the simple
    returns of the last ``sessions`` sessions in which all of the picked are known, of adjusted closes carried over
    sessions without a bar; for two it is ``1 / volatility``. C is taken to its nearest positive definite matrix where
    it has no inverse. A symbol with a bar in fewer than half of these sessions, or whose returns in them are all the
    same, can't be weighed, so it can't be ranked: so half of the sessions less one count at least.

    Parameters
    ----------
    sessions : int
        Of the covariance.
    total : float
        Fraction of the equity that is invested.

    Raises
    ------
    InputError
        Without the package skfolio: ``pip install 'sectorlead[optimise]'``.

    Notes
    -----
    Maillard, Roncalli, Teiletche, "The Properties of Equally Weighted Risk Contribution Portfolios", Journal of
    Portfolio Management 36 (2010). Solved by ``skfolio.optimization.RiskBudgeting``, to about four digits.
    """

    def _model(self, skfolio: Any) -> Any:
        return skfolio.RiskBudgeting()


@dataclass(frozen=True)
class MinimumVariance(_Optimised):
    """The weights of the picked with the smallest variance, each from 0 to ``most`` of what is invested.

    The minimum of ``w' C w`` with sum 1; C, and who can be weighed, as in ``RiskParity``. As a rule it puts everything
    into a few calm sectors; ``most`` bounds that. What comes out below 0.0001 is 0.

    Parameters
    ----------
    sessions : int
        Of the covariance.
    most : float
        Largest share of the invested part; where too few are picked for it, equal shares.
    total : float
        Fraction of the equity that is invested.

    Raises
    ------
    InputError
        Without the package skfolio: ``pip install 'sectorlead[optimise]'``.

    Notes
    -----
    Markowitz, "Portfolio Selection", Journal of Finance 7 (1952). Solved by ``skfolio.optimization.MeanRisk``.
    """

    most: float = parameter(1.0, low=0.01, high=1.0, grid=(0.3, 0.5, 1.0))

    def split(self, view: Panel, picked: list[int], total: float) -> Floats:
        """The weights of smallest variance; equal ones where the cap leaves no choice.

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
            Fractions of the equity >= 0, none above ``most``, in sum ``total`` where the cap allows it.
        """
        if not 0 < len(picked) * self.most <= 1:
            return super().split(view, picked, total)
        out = np.zeros(len(view.symbols))
        out[picked] = total / len(picked)
        return out

    def _model(self, skfolio: Any) -> Any:
        return skfolio.MeanRisk(max_weights=self.most)


@dataclass(frozen=True)
class HierarchicalRiskParity(_Optimised):
    """Hierarchical risk parity (HRP): the picked are ordered by a cluster tree, and halves share by inverse variance.

    The tree is built on the distance ``sqrt((1 - correlation) / 2)``. Its leaves, neighbours put as close as the tree
    lets them be (optimal leaf ordering), are cut into halves, and these again; the left half gets
    ``v[right] / (v[left] + v[right])`` of what there is to share, with v the variance of its inverse-variance
    portfolio; for two it is ``1 / variance``. Covariance, and who can be weighed, as in ``RiskParity``. No matrix is
    inverted, so it is steadier than ``MinimumVariance``.

    Parameters
    ----------
    sessions : int
        Of the covariance.
    linkage : {"ward", "single", "average", "complete"}
        How clusters are joined: the paper's is "single", which chains; skfolio's usual one is "ward".
    total : float
        Fraction of the equity that is invested.

    Raises
    ------
    InputError
        Without the package skfolio: ``pip install 'sectorlead[optimise]'``.

    Notes
    -----
    López de Prado, "Building Diversified Portfolios that Outperform Out of Sample", Journal of Portfolio Management 42
    (2016), whose tree is built on the Euclidean distance between the columns of that distance matrix, without an order
    of its own for the leaves: its weights differ from these by some points. Computed by
    ``skfolio.optimization.HierarchicalRiskParity``.
    """

    linkage: str = parameter("ward", choices=("ward", "single", "average", "complete"), grid=("ward", "single"))

    def _model(self, skfolio: Any) -> Any:
        clustering, seriation = import_module("skfolio.cluster"), import_module("skfolio.seriation")
        tree = clustering.HierarchicalClustering(linkage_method=clustering.LinkageMethod[self.linkage.upper()])
        return skfolio.HierarchicalRiskParity(
            seriation_estimator=seriation.HierarchicalSeriation(hierarchical_clustering_estimator=tree)
        )


def _skfolio() -> Any:
    try:
        return import_module("skfolio.optimization")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != "skfolio":
            raise
        raise InputError(
            "RiskParity, MinimumVariance and HierarchicalRiskParity need the package skfolio, which is not installed: "
            "pip install 'sectorlead[optimise]'"
        ) from None
