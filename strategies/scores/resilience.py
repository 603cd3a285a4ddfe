"""Strength that a symbol's usual beta doesn't explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from ..part import Rows
from .cross_section import rankable
from .measure import WindowMeasure, growth
from .regression import betas, regression
from .spans import Spans
from .window import index_of


@dataclass(frozen=True)
class Resilience(WindowMeasure):
    """Log return since the start that the beta from before it doesn't explain.

    The sum over k+1..u of ``r - beta * b``, with r and b the log returns of the adjusted close P of a symbol and of
    the close B of the benchmark; so it is ``ln(P[u] / P[k]) - beta * ln(B[u] / B[k])``. ``beta`` is the OLS slope of r
    on b over the ``beta_window`` sessions that end at k, from those in which the symbol has a bar and had one in the
    session before; at least half of them. NaN where P[k] or beta isn't known.

    Parameters
    ----------
    window : Window
        Default ``Current()``.
    beta_window : int
        Sessions up to k from which beta is estimated.
    late : str
        What stands in for the beta of a symbol that was listed before k, but too late for one of its own: "nan" for
        nothing, "one" for 1, "peers" for the mean of those that have one and are published at k. With "peers" the
        value of such a symbol depends on the others. A symbol listed after k has no P[k], and stays NaN.

    Notes
    -----
    Market practice, with a statistician's answer to its objection that in a fall a defensive share always looks
    strong.
    """

    beta_window: int = parameter(120, low=10, high=2520, grid=(60, 120, 250))
    late: str = parameter("nan", choices=("nan", "one", "peers"))

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """Sum of the log returns of the span that beta times the benchmark does not explain.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            Log returns; NaN where beta, taken before the span, is unknown.
        """
        starts, of_span = np.unique(spans.start, return_inverse=True)
        beta = betas(panel, index_of(panel, self), starts, self.beta_window)
        return self._unexplained(panel, spans, self._filled(panel, starts, beta)[of_span])

    def _filled(self, panel: Panel, starts: Rows, beta: Floats) -> Floats:
        """Betas up to the start of spans, with those that a late series lacks as ``late`` says."""
        if self.late == "nan":
            return beta
        usual = np.ones((len(starts), 1)) if self.late == "one" else _of_peers(panel, starts, beta)
        return np.where(np.isnan(beta), usual, beta)

    def _unexplained(self, panel: Panel, spans: Spans, beta: Floats) -> Floats:
        """The sum of ``r - beta * b`` over each span, shape (D, N)."""
        grown, market = growth(panel, index_of(panel, self), spans)
        return np.log(grown) - beta * np.log(market)


@dataclass(frozen=True)
class ResilienceT(Resilience):
    """``Resilience`` in its own standard errors: ``sum(r - beta * b) / (sigma * sqrt(n))``, n the sessions of k+1..u.

    ``sigma`` is the standard error of the residuals (divisor m - 2) of the regression that gives beta, over m sessions
    up to k. A symbol that always wobbles needs more to be called strong. NaN as for ``Resilience``, and where that
    fit is exact. The uncertainty of beta itself isn't in it.

    Parameters
    ----------
    window, beta_window
        See ``Resilience``.
    late : str
        See ``Resilience``; sigma is then the mean of those that have one, with "one" as with "peers".

    Notes
    -----
    The standardised cumulative abnormal return of event studies: MacKinlay, "Event Studies in Economics and Finance",
    Journal of Economic Literature 35 (1997), without an intercept.
    """

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """``Resilience`` in standard errors of the residuals before the span.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            t-values; NaN where beta, taken before the span, is unknown.
        """
        starts, of_span = np.unique(spans.start, return_inverse=True)
        _, beta, sigma = regression(panel, index_of(panel, self), starts, self.beta_window)
        if self.late != "nan":
            sigma = np.where(np.isnan(beta), _of_peers(panel, starts, sigma), sigma)
        beta = self._filled(panel, starts, beta)
        return self._unexplained(panel, spans, beta[of_span]) / (sigma[of_span] * np.sqrt(spans.length))


def _of_peers(panel: Panel, rows: Rows, values: Floats) -> Floats:
    """Mean in each row of those that are published and have a value, shape (D, 1); NaN where there is none."""
    values = rankable(panel, rows, values)
    count = np.isfinite(values).sum(axis=1, keepdims=True)
    mean: Floats = np.nansum(values, axis=1, keepdims=True) / np.where(count > 0, count, np.nan)
    return mean
