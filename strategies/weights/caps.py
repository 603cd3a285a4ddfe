"""Weights within limits: caps on weights and groups, a target for volatility; and weights by the score."""

from __future__ import annotations

import math
from abc import ABC
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from ..part import ByRow, Part, Rows
from ..scores.score import Momentum, Score
from .covariance import check_weigh, groups_of, inner_weights, joint_returns, weighable
from .weigh import Equal, JointWeigh, Weigh

# ruff: noqa: RUF009  # parts are frozen values, so a part may be a default


@dataclass(frozen=True)
class _Around(ByRow, JointWeigh, ABC):
    """Weights made from the weights of another part; what that can't weigh can't be weighed here."""

    weigh: Weigh = Equal()

    def __post_init__(self) -> None:
        super().__post_init__()
        check_weigh(self, self.weigh)

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The weights in proportion of the part inside, shape (D, N)."""
        return self.weigh.at(panel, rows)


@dataclass(frozen=True)
class Capped(_Around):
    """The weights of another part, none above ``most`` of the equity, and no group's sum above ``group_most``.

    With ``excess="redistribute"`` what a cap cuts goes to those below their caps, in proportion to their weights,
    until nothing is above a cap: weight i becomes ``min(most, s * w[i])``, with s the same for all, but smaller in a
    group that is at its cap; s is solved for exactly, so that the sum is what it was. Where all are at a cap, the rest
    stays in cash. With ``"cash"`` all of it does: weights are cut to ``most``, then groups in proportion. A series
    without a group ("") is in none.

    Parameters
    ----------
    weigh : Weigh
        What is capped; its ``total`` counts too.
    most : float
        Fraction of equity.
    group_most : float, optional
        Fraction of equity, for each of ``Panel.groups``; default: no cap.
    excess : {"redistribute", "cash"}
    total : float
        Fraction of the equity that is invested.

    Raises
    ------
    DataError
        With ``group_most``, for a panel in which no series has a group.

    Examples
    --------
    >>> Capped(Equal(), most=0.25, group_most=0.5).most
    0.25
    """

    most: float = parameter(0.3, low=0.001, high=1.0, grid=(0.2, 0.25, 0.3, 0.4))
    group_most: float | None = parameter(None, kind=float, low=0.001, high=1.0, grid=(None, 0.4, 0.6))
    excess: str = parameter("redistribute", choices=("redistribute", "cash"))

    def split(self, view: Panel, picked: list[int], total: float) -> Floats:
        """Weights within the caps.

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
            Fractions of the equity >= 0, none above ``most``, no group above ``group_most``; their sum is below what
            the part inside gives only where all are at a cap, or with ``excess="cash"``.

        Raises
        ------
        DataError
            A cap on groups, and no series has one.
        """
        weights = inner_weights(self.weigh, view, picked, total)
        members, room = list[list[int]](), 1.0
        if self.group_most is not None:
            of, room = groups_of(view, "Capped.group_most"), self.group_most
            members = [[i for i in sorted(picked) if of[i] == name] for name in sorted({of[i] for i in picked} - {""})]
        if self.excess == "redistribute":
            return filled(weights, float(weights.sum()), self.most, members, room)
        cut = np.minimum(weights, self.most)
        for group in members:
            cut[group] *= min(1.0, room / max(cut[group].sum(), room))
        return cut


def filled(weights: Floats, goal: float, most: float, groups: Sequence[list[int]], room: float) -> Floats:
    """``goal`` shared out in proportion to ``weights`` as far as the caps allow.

    The sum is below ``goal`` only where all are at a cap. Each round shares out what the capped leave, and caps those
    that it brings above; the share only grows from round to round, so what is capped stays capped, and the rounds end.

    Parameters
    ----------
    weights : float array of shape (N,)
        >= 0; what is 0 stays so.
    goal : float
        The sum aimed at.
    most : float
        Cap of one weight.
    groups : sequence of lists of int
        Columns of each group with a cap, none in two.
    room : float
        Cap of a group.

    Returns
    -------
    float array of shape (N,)
    """
    out, free = np.zeros_like(weights), weights > 0
    while free.any():
        out[free] = (goal - out[~free].sum()) / weights[free].sum() * weights[free]
        over = free & (out > most)
        full = [group for group in groups if free[group].any() and np.minimum(out[group], most).sum() > room]
        if not over.any() and not full:
            break
        out[over], free[over] = most, False
        for group in full:
            out[group], free[group] = filled(weights[group], room, most, (), 1.0), False
    return out


@dataclass(frozen=True)
class VolatilityTarget(_Around):
    """The weights of another part, scaled down until their volatility is at most ``annual``; the rest is in cash.

    Volatility ex ante is ``sqrt(w' C w * per_year)``, with C the sample covariance (ddof 1) of the picked's simple
    returns in the last ``sessions`` sessions in which all of them are known, of adjusted closes carried over sessions
    without a bar. Weights are multiplied by ``min(1, annual / volatility, most / sum of the weights)``: never up, so
    nothing is borrowed, and caps inside stay kept. A symbol with a bar in fewer than half of the last ``sessions``
    sessions, or whose returns in them are all the same, can't be weighed, so it can't be ranked: so there are always
    returns to go by, half of the sessions less one at least.

    Parameters
    ----------
    weigh : Weigh
        What is scaled; its ``total`` counts too.
    annual : float
        A fraction per year; 0.15 is 15%.
    sessions : int
        Of the covariance.
    most : float
        Largest sum of the weights.
    per_year : int
        Returns per year: 252 of a daily panel, 52 of a weekly, 12 of a monthly one.
    total : float
        Fraction of the equity that is invested where the target allows it.

    Notes
    -----
    Moreira and Muir, "Volatility-Managed Portfolios", Journal of Finance 72 (2017), scale by past variance, up too.
    """

    annual: float = parameter(0.15, low=0.001, high=10.0, grid=(0.1, 0.15, 0.2))
    sessions: int = parameter(60, low=10, high=2520, grid=(20, 60, 120))
    most: float = parameter(1.0, low=0.0, high=1.0)
    per_year: int = parameter(252, low=1, high=366)

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The weights in proportion of the part inside.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            NaN where the volatility is not known.
        """
        return np.where(weighable(panel, rows, self.sessions), super().at(panel, rows), np.nan)

    def split(self, view: Panel, picked: list[int], total: float) -> Floats:
        """Weights of the part inside, scaled down to the volatility aimed at.

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
            Fractions of the equity >= 0, in sum <= ``total``; the rest is cash.
        """
        weights = inner_weights(self.weigh, view, picked, total)
        held = np.flatnonzero(weights).tolist()
        if not held:
            return weights
        moves = joint_returns(view, held, self.sessions)
        path = np.zeros(len(moves))
        for k, i in enumerate(held):  # the variance of w' r is w' C w
            path += weights[i] * moves[:, k]
        volatility = float(path.std(ddof=1)) * math.sqrt(self.per_year)
        return weights * min(1.0, self.annual / max(volatility, self.annual), self.most / float(weights.sum()))


@dataclass(frozen=True)
class ScoreProportional(ByRow, Weigh):
    """In proportion to a score, where it is above 0.

    A symbol whose score is 0, below it or NaN can't be weighed, so it can't be ranked and isn't held. The score needs
    a zero that means something, as a return has; for one that only orders, there is ``RankProportional``.

    Parameters
    ----------
    score : Score
        As a rule the one that the rotation ranks by.
    total : float
        Fraction of the equity that is invested.
    """

    score: Score = Momentum()

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_score(self, self.score)

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The score as a weight.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            > 0; NaN where the score is not above 0 or not known.
        """
        score = self.score.at(panel, rows)
        return np.where(score > 0, score, np.nan)


@dataclass(frozen=True)
class RankProportional(ByRow, JointWeigh):
    """In proportion to k, k-1, ..., 1, from the best to the worst of the k picked by a score.

    Only the order of the scores counts, so any score will do. Ties go to the smaller symbol. A symbol whose score is
    NaN or infinite can't be weighed, so it can't be ranked.

    Parameters
    ----------
    score : Score
        As a rule the one that the rotation ranks by.
    total : float
        Fraction of the equity that is invested.
    """

    score: Score = Momentum()

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_score(self, self.score)

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Who can have a weight by rank.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            1; NaN where the score is not finite.
        """
        return np.where(np.isfinite(self.score.at(panel, rows)), 1.0, np.nan)

    def split(self, view: Panel, picked: list[int], total: float) -> Floats:
        """Weights k, k - 1, ..., 1 by rank among the k picked, in proportion; ties go to the smaller column.

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
            Fractions of the equity >= 0, in sum ``total``.
        """
        score = self.score.at(view, np.array([len(view.sessions) - 1]))[0]
        out, k = np.zeros(len(score)), len(picked)
        for rank, i in enumerate(sorted(picked, key=lambda i: (-score[i], i))):
            out[i] = total * (k - rank) / (k * (k + 1) / 2)
        return out


def _check_score(part: Part, score: object) -> None:
    if not isinstance(score, Score):
        given = f"the class {score.__name__}: write {score.__name__}(...)" if isinstance(score, type) else repr(score)
        raise ParameterError(f"{type(part).__name__}.score must be a Score, was {given}")
