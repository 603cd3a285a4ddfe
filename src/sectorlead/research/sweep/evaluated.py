"""What evaluating variants gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats, Ints
from sectorlead.engine.backtest import run_span
from sectorlead.engine.config import RunConfig

NEVER = -1
"""In place of the row of a decision where there was none."""

NAMES = (
    "total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "calmar", "relative_return", "beta",
    "alpha", "tracking_error", "information_ratio", "turnover", "cost_drag", "cost_per_traded", "cost_total", "fills",
    "decisions", "starting_cash", "final_equity", "years", "sessions", "periods_per_year",
)  # fmt: skip
"""Metrics of every variant of a sweep, in the order of ``Run.summary``."""


class Evaluated(NamedTuple):
    """Variants, V of them, over S measured sessions.

    Attributes
    ----------
    metrics : dict of str to float64 array of shape (V,)
        By the names of ``NAMES``, each as in ``Run.summary``; NaN for a variant that never decided.
    first_decision : int64 array of shape (V,)
        Panel row of the session after whose close each first decided; ``NEVER`` for one that did not.
    returns : float64 array of shape (V, S), or None
        Of each session, as ``Run.returns``; NaN for a variant that never decided. None if not asked for.
    how : list of str
        How each was evaluated, and why not in a batch where it was not.
    """

    metrics: dict[str, Floats]
    first_decision: Ints
    returns: Floats | None
    how: list[str]

    @classmethod
    def joined(cls, parts: Sequence[Evaluated]) -> Evaluated:
        """Several, one behind the other; they have the same metrics, and all or none have returns."""
        daily = [part.returns for part in parts if part.returns is not None]
        return cls(
            {name: np.concatenate([part.metrics[name] for part in parts]) for name in parts[0].metrics},
            np.concatenate([part.first_decision for part in parts]),
            np.concatenate(daily) if daily else None,
            [told for part in parts for told in part.how],
        )


def sessions_measured(panel: Panel, config: RunConfig, measured_row: int | None) -> int:
    """How many sessions are measured, from a panel row on, or from the run's first session where it is None.

    Parameters
    ----------
    panel : Panel
    config : RunConfig
    measured_row : int or None
    """
    first, last = run_span(panel, config.start, config.end)
    return last - max(first, first if measured_row is None else measured_row) + 1
