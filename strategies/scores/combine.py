"""Scores made of scores: places among the others, blends, and one score among those that another lets through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.pullback import PullbackRule
from ...data.types import Floats
from ..domain import parameter
from ..part import ByRow, Part, Rows
from .cross_section import percentiles, rankable, z_scores
from .regression import Beta
from .resilience import Resilience
from .score import Momentum, Score


def _check_score(owner: Part, name: str, value: Any) -> None:
    if not isinstance(value, Score):
        raise ParameterError(f"{type(owner).__name__}.{name} must be a Score, was {value!r}")


# ruff: noqa: RUF009  # parts are frozen values, so a part may be a default


@dataclass(frozen=True)
class Ranked(ByRow, Score):
    """Place of each symbol by a score, from 0 for the lowest to 1 for the highest.

    The share of the others that score lower, ties counted half; 0.5 where a symbol is alone. Only those stand in the
    ranking that have a finite score and are published (``Panel.known_from``); the rest are NaN.

    Parameters
    ----------
    score : Score
    """

    score: Score = Momentum()

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_score(self, "score", self.score)

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The place of each score among those of its session.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Shares from 0 to 1, the highest score 1; NaN where the score is, or before publication.
        """
        return percentiles(rankable(panel, rows, self.score.at(panel, rows)))

    def with_seed(self, seed: int) -> Ranked:
        """The places by the score with another seed."""
        return replace(self, score=self.score.with_seed(seed))


@dataclass(frozen=True)
class ZScore(ByRow, Score):
    """Deviation of each symbol's score from the mean of all, in their standard deviations (divisor n).

    0 where all score alike. Only those are counted that have a finite score and are published; the rest are NaN.

    Parameters
    ----------
    score : Score
    """

    score: Score = Momentum()

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_score(self, "score", self.score)

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Each score in standard deviations from the mean of its session.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Standard deviations; NaN where the score is, or before publication.
        """
        return z_scores(rankable(panel, rows, self.score.at(panel, rows)))

    def with_seed(self, seed: int) -> ZScore:
        """The z-scores of the score with another seed."""
        return replace(self, score=self.score.with_seed(seed))


@dataclass(frozen=True)
class Blend(ByRow, Score):
    """Weighted mean of several scores, each made comparable first.

    Parameters
    ----------
    scores : tuple of Score
        At least one.
    weights : float or tuple of float
        > 0; one for all, or one per score. Only their proportions matter. For the opposite of a score there is
        ``Reverse``.
    how : str
        "rank" for places from 0 to 1 (``Ranked``), "z" for z-scores (``ZScore``), "raw" for scores as they are, which
        makes sense only where their units agree.
    missing : str
        What becomes of a symbol that lacks some of the scores. "drop": it can't be ranked. "any": the mean of those it
        has, by their weights; NaN only where it has none. Either way it stands in the ranking of each score it has.

    Raises
    ------
    ParameterError
        Says what is allowed.
    """

    scores: tuple[Score, ...] = (Momentum(60), Momentum(250))
    weights: float | tuple[float, ...] = parameter(1.0, low=1e-9, high=1e9, several=True)
    how: str = parameter("rank", choices=("rank", "z", "raw"), grid=("rank", "z"))
    missing: str = parameter("drop", choices=("drop", "any"), grid=("drop", "any"))

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.scores, tuple | list) or not self.scores:
            raise ParameterError(f"Blend.scores must be a tuple of at least one Score, was {self.scores!r}")
        object.__setattr__(self, "scores", tuple(self.scores))
        for i, score in enumerate(self.scores):
            _check_score(self, f"scores[{i}]", score)
        if isinstance(self.weights, tuple) and len(self.weights) != len(self.scores):
            count = len(self.scores)
            raise ParameterError(f"Blend.weights must be one number, or {count} of them, was {self.weights!r}")

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The weighted mean of the scores, made comparable first.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Weighted means; NaN where one of the scores is unknown, or, with ``missing="any"``, where all are.
        """
        weights = self.weights if isinstance(self.weights, tuple) else (self.weights,) * len(self.scores)
        total, there = np.zeros((2, len(rows), len(panel.symbols)))
        for weight, score in zip(weights, self.scores, strict=True):
            value = self._comparable(rankable(panel, rows, score.at(panel, rows)))
            known = np.isfinite(value)
            total += np.where(known, weight * value, 0.0)
            there += np.where(known, weight, 0.0 if self.missing == "any" else np.nan)
        blend: Floats = total / np.where(there > 0, there, np.nan)
        return blend

    def with_seed(self, seed: int) -> Blend:
        """The blend of the scores with another seed."""
        return replace(self, scores=tuple(score.with_seed(seed) for score in self.scores))

    def _comparable(self, values: Floats) -> Floats:
        if self.how == "raw":
            return values
        return percentiles(values) if self.how == "rank" else z_scores(values)


@dataclass(frozen=True)
class Filtered(ByRow, Score):
    """A score, but only for symbols that another score lets through.

    ``score`` where ``by >= at_least``, NaN elsewhere. By default it finds *resilient high beta*: what held up among the
    half that usually falls most.

    Parameters
    ----------
    score : Score
        Ranks.
    by : Score
        Lets through. ``Ranked`` makes the threshold a share of the symbols: against a volatile benchmark such as
        ChiNext hardly any sector has a ``Beta`` of 1.
    at_least : float
        In the units of ``by``.

    Notes
    -----
    A sector that "should be weak and is not" (该弱不弱) is market practice in China.
    """

    score: Score = Resilience()
    by: Score = Ranked(Beta())
    at_least: float = parameter(0.5, low=-1e9, high=1e9)

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_score(self, "score", self.score)
        _check_score(self, "by", self.by)

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The score of those that pass the other one.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            The score as it is; NaN where ``by`` lies below ``at_least`` or is unknown.
        """
        return np.where(self.by.at(panel, rows) >= self.at_least, self.score.at(panel, rows), np.nan)

    def with_seed(self, seed: int) -> Filtered:
        """Both scores with another seed."""
        return replace(self, score=self.score.with_seed(seed), by=self.by.with_seed(seed))

    @property
    def pullback_rule(self) -> PullbackRule | None:
        """That of the score that ranks."""
        return self.score.pullback_rule
