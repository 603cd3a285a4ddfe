"""What a symbol's beta explains, and what it doesn't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...data.panel import Panel
from ...data.types import Floats
from ...engine.compiled.lazily import chosen
from ..domain import parameter
from ..part import ByRow, Rows
from .kernels import slopes
from .measure import moves
from .score import Score
from .spans import trailing
from .window import index_of


class Regression(NamedTuple):
    """Least squares of log returns on the benchmark's, with an intercept; each of shape (D, N).

    Attributes
    ----------
    alpha : array
        Log return a session that beta doesn't explain.
    beta : array
    sigma : array
        Standard error of the residuals (divisor n - 2), a session; NaN where the fit is exact to rounding.
    """

    alpha: Floats
    beta: Floats
    sigma: Floats


def regression(panel: Panel, index: Floats, rows: Rows, sessions: int) -> Regression:
    """The regression over the ``sessions`` sessions that end at each of ``rows``.

    Sessions count in which the symbol has a bar and had one in the session before, and the benchmark a close; NaN where
    they are fewer than half.

    Parameters
    ----------
    panel : Panel
        T sessions, N series.
    index : float array of shape (T,)
        Closes of the benchmark.
    rows : int array of shape (D,)
        Last rows of the windows.
    sessions : int
        Length of a window.

    Returns
    -------
    Regression
        Arrays of shape (D, N), of log returns per session.
    """
    fit = _fit(panel, index, rows, sessions)
    total = trailing(np.add, fit.own, sessions)[rows]
    squares = trailing(np.add, fit.own * fit.own, sessions)[rows]
    own_mean = total / np.maximum(fit.counted, 1)
    unexplained = squares - total * own_mean - fit.beta * fit.shared
    exact = ~(unexplained > 1e-12 * squares) | (fit.counted <= 2)
    sigma = np.sqrt(np.where(exact, np.nan, unexplained / np.maximum(fit.counted - 2, 1)))
    return Regression(own_mean - fit.beta * fit.mean, fit.beta, sigma)


def betas(panel: Panel, index: Floats, rows: Rows, sessions: int) -> Floats:
    """The slopes of ``regression`` alone, shape (D, N), in half of its time.

    Parameters
    ----------
    panel, index, rows, sessions
        As ``regression``.
    """
    return _fit(panel, index, rows, sessions).beta


class _Fit(NamedTuple):
    """Log returns, shape (T, N), and of each window how many count, and what the kernel makes of them."""

    own: Floats
    counted: Rows
    mean: Floats
    shared: Floats
    beta: Floats


def _fit(panel: Panel, index: Floats, rows: Rows, sessions: int) -> _Fit:
    own, market, present = moves(panel, index)
    present &= np.isfinite(market)[:, None]
    own = np.where(present, own, 0.0)
    so_far = np.cumsum(present, axis=0)
    count: Rows = so_far[rows] - so_far[np.maximum(rows - sessions, 0)]
    kernel = chosen(slopes, 3e-7 * len(rows) * sessions * own.shape[1])
    return _Fit(own, count, *kernel(own, market, present, count, rows, sessions))


@dataclass(frozen=True)
class Beta(ByRow, Score):
    """OLS slope of log returns on the benchmark's over the last ``sessions`` sessions, the most volatile first.

    Not a strength in itself: ``Filtered(score, by=Beta(), at_least=1.0)`` looks for one among what should fall most.
    NaN where there is no bar at t, or in fewer than half of the sessions one with another just before.

    Parameters
    ----------
    sessions : int
        Sessions up to t.

    Notes
    -----
    Sharpe, "Capital Asset Prices", Journal of Finance 19 (1964).
    """

    sessions: int = parameter(120, low=10, high=2520, grid=(60, 120, 250))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Slope of a series' log returns on the benchmark's.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Slopes; NaN where fewer than half of the sessions count, or without a bar.

        Raises
        ------
        DataError
            The panel has no benchmark.
        """
        beta = betas(panel, index_of(panel, self), rows, self.sessions)
        return np.where(panel.has_bar[rows], beta, np.nan)


@dataclass(frozen=True)
class ResidualMomentum(ByRow, Score):
    """What beta doesn't explain, per unit of its noise: mean over standard deviation of ``r - beta * b``.

    Log returns over the last ``sessions`` sessions, beta by OLS over the same ones. As the residuals of a regression
    with an intercept have no mean, the intercept stays in: the measure is ``alpha / sigma``, with sigma the standard
    error of the regression (divisor n - 2), a session. NaN where there is no bar at t, in fewer than half of the
    sessions one with another just before, or where the fit is exact.

    Parameters
    ----------
    sessions : int
        Sessions up to t.

    Notes
    -----
    After Blitz, Huij, Martens, "Residual Momentum", Journal of Empirical Finance 18 (2011), who regress monthly returns
    on three factors over 36 months and sum the residuals of the last 12 but one.
    """

    sessions: int = parameter(120, low=10, high=2520, grid=(60, 120, 250))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Mean of what the benchmark does not explain, over its standard deviation.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Ratios per session; NaN where fewer than half of the sessions count, or without a bar.

        Raises
        ------
        DataError
            The panel has no benchmark.
        """
        alpha, _, sigma = regression(panel, index_of(panel, self), rows, self.sessions)
        return np.where(panel.has_bar[rows], alpha / sigma, np.nan)
