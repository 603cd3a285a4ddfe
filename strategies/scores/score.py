"""Scores: who ranks first. Higher is better; NaN can't be ranked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import numpy as np

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.pullback import PullbackRule
from ...data.types import Floats
from ...engine.strategy import ScoreReading
from ..domain import parameter
from ..part import ByRow, Part, Rows, rows_of
from ..volatility import inverse_volatility
from .hashed import day_keys, mixed, symbol_keys


@dataclass(frozen=True)
class Score(Part, ABC):
    """Ranks the symbols of a panel in every session.

    Subclass it with ``__call__``; declare its parameters as fields, with ``parameter`` if they have a range.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Calm(Score):
    ...     sessions: int = parameter(20, low=2, high=250)
    ...
    ...     def __call__(self, panel: Panel) -> Floats:
    ...         moves = panel.frame("adjusted_close").pct_change(fill_method=None)
    ...         return -moves.rolling(self.sessions).std().to_numpy()
    >>> Calm(60)
    Calm(sessions=60)
    """

    @abstractmethod
    def __call__(self, panel: Panel) -> Floats:
        """The score of every symbol in every session, shape (T, N).

        Row t uses rows <= t only. Higher is better. NaN, or infinite, can't be ranked; NaN where there is no bar.
        """

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The score in some sessions: ``self(panel)[rows]`` to the last bit; override it where a few rows are cheaper.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            What the class says; NaN is "can't be ranked".
        """
        return rows_of(self, self(panel), panel.shape, rows)

    def with_seed(self, seed: int) -> Score:
        """The same score with another seed; itself if nothing about it is random."""
        return self

    @property
    def pullback_rule(self) -> PullbackRule | None:
        """What a pullback is to this score; None where it measures none."""
        return None


    @property
    def reading(self) -> ScoreReading | None:
        """What its values say to a reader; None where that is not one of the usual things."""
        return None


@dataclass(frozen=True)
class Everything(ByRow, Score):
    """1 for every symbol with a bar: no opinion. Ties go to the smaller symbol."""

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The same score for all.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            1; NaN without a bar.
        """
        return np.where(panel.has_bar[rows], 1.0, np.nan)


@dataclass(frozen=True)
class Reverse(ByRow, Score):
    """The opposite of a score: its worst ranks first. Ties still go to the smaller symbol.

    Parameters
    ----------
    score : Score
        The score to turn around.
    """

    score: Score

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.score, Score):
            raise ParameterError(f"Reverse.score must be a Score, was {self.score!r}")

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The other end of the ranking.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Minus the score; NaN where the score is.
        """
        return -self.score.at(panel, rows)

    def with_seed(self, seed: int) -> Reverse:
        """The reverse of the score with another seed."""
        return replace(self, score=self.score.with_seed(seed))

    @property
    def pullback_rule(self) -> PullbackRule | None:
        """That of the score."""
        return self.score.pullback_rule


@dataclass(frozen=True)
class Momentum(ByRow, Score):
    """Total return over ``lookback`` sessions, leaving out the last ``skip``.

    ``A[t - skip] / A[t - skip - lookback] - 1`` with A the adjusted close, carried over sessions without a bar; with
    several look-backs the mean of their returns. NaN where there is no bar at t, or none yet at the start of the
    longest look-back.

    Parameters
    ----------
    lookback : int or tuple of int
        Sessions, or several of them as in Faber (2010).
    skip : int
        Sessions left out at the end, against short-term reversal.
    """

    lookback: int | tuple[int, ...] = parameter(120, low=1, high=2520, several=True, grid=(20, 60, 120, 250))
    skip: int = parameter(0, low=0, high=2520, grid=(0, 5, 20))

    @property
    def reading(self) -> ScoreReading | None:
        """A gain over the look-back, where there is one and nothing is left out."""
        return ScoreReading("gain", self.lookback) if isinstance(self.lookback, int) and not self.skip else None

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Total return over the lookback, or the mean over several.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Fractions, 0.1 is 10%; NaN before the lookback is full, or without a bar.
        """
        price = panel.last_adjusted_close
        spans = self.lookback if isinstance(self.lookback, tuple) else (self.lookback,)
        total = np.zeros((len(rows), price.shape[1]))
        recent = price[np.maximum(rows - self.skip, 0)]
        for span in spans:
            total += recent / price[np.maximum(rows - self.skip - span, 0)] - 1
        total /= len(spans)
        total[(rows < self.skip + max(spans))[:, None] | ~panel.has_bar[rows]] = np.nan
        return total


@dataclass(frozen=True)
class LowVolatility(ByRow, Score):
    """Minus the volatility of daily returns, as ``InverseVolatility`` measures it: the calmest first.

    Parameters
    ----------
    lookback : int
        Sessions.
    """

    lookback: int = parameter(120, low=2, high=2520, grid=(60, 120, 250))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Minus the standard deviation of daily returns.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Per session, <= 0; NaN where volatility is not known, or without a bar.
        """
        score = -1 / inverse_volatility(panel, rows, self.lookback)
        score[~panel.has_bar[rows]] = np.nan
        return score


@dataclass(frozen=True)
class RandomScore(ByRow, Score):
    """Uniform random numbers in [0, 1): the null hypothesis of every score.

    A number is a hash (``hashed``) of the seed, the symbol's text and the session's date. So it is the same on any
    panel that has that symbol and session: history in front, later sessions, column order and other symbols don't
    change it.

    Parameters
    ----------
    seed : int
        Another seed, other numbers.
    """

    seed: int = parameter(0, low=0, high=2**63 - 1, grid=tuple(range(10)))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Random numbers, by day, symbol and seed alone.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            In [0, 1), independent of each other; NaN without a bar.
        """
        bits = mixed(symbol_keys(panel.symbols, [self.seed]) ^ day_keys(panel, rows)[:, None])
        return np.where(panel.has_bar[rows], (bits >> np.uint64(11)) * 2.0**-53, np.nan)

    def with_seed(self, seed: int) -> RandomScore:
        """Another draw."""
        return replace(self, seed=seed)
