"""The metrics of a sweep: what the batch kernel measures, as ``Run.summary`` defines it."""

from __future__ import annotations

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats
from sectorlead.engine.compiled.batch import arrays
from sectorlead.reports.growth import benchmark_between, periods_per_year, points_between, years_between
from sectorlead.reports.metrics.returns import FLAT


class Yardstick:
    """What the measured sessions are, and what the benchmark did in them.

    Parameters
    ----------
    panel : Panel
    first, last : int
        Panel rows of the first and the last measured session.
    """

    def __init__(self, panel: Panel, first: int, last: int) -> None:
        dates = points_between(panel, first, last)
        self.sessions = last - first + 1
        self.periods = periods_per_year(panel.sessions[first : last + 1])
        self.years = years_between(dates, np.ones(len(dates)))
        growth = benchmark_between(panel, first, last)
        self.returns = np.full(self.sessions, np.nan) if growth is None else growth.returns
        """Of the benchmark, shape (S,); NaN before it is known."""
        self.own_years, self.growth = 0.0, np.nan
        if growth is not None:
            self.own_years = years_between(dates, growth.levels)
            known = growth.levels[np.isfinite(growth.levels)]
            self.growth = float(known[-1] / known[0])

    def metrics(self, measures: Floats) -> dict[str, Floats]:
        """Metrics by name, shape (V,), of ``measures`` of shape (V, MEASURES)."""
        m = {name: measures[:, getattr(arrays, name)] for name in _COLUMNS}
        count, root = len(measures), np.sqrt(self.periods)
        with np.errstate(divide="ignore", invalid="ignore"):
            total = m["GROWTH"] - 1.0
            cagr = _per_year(1.0 + total, self.years)
            theirs = self.returns[np.isfinite(self.returns)]
            spread = theirs - theirs.mean() if len(theirs) > 1 else np.zeros(1)
            beta = m["COVARIANCE"] / (spread @ spread) if np.sqrt(spread @ spread) > FLAT else np.full(count, np.nan)
            mean = theirs.mean() if len(theirs) else np.nan
            invested = m["MEAN_EQUITY"] * self.years if self.years > 0 else np.full(count, np.nan)
            return {
                "total_return": total,
                "cagr": cagr,
                "volatility": m["DEVIATION"] * root,
                "sharpe": np.where(m["DEVIATION"] > FLAT, m["MEAN"] / m["DEVIATION"] * root, np.nan),
                "sortino": np.where(m["DOWNSIDE"] > FLAT, m["MEAN"] / m["DOWNSIDE"] * root, np.nan),
                "max_drawdown": m["DEEPEST"],
                "calmar": np.where(m["DEEPEST"] < 0, cagr / -m["DEEPEST"], np.nan),
                "relative_return": _per_year(m["KNOWN_GROWTH"] / self.growth, self.own_years),
                "beta": beta,
                "alpha": (m["ACTIVE_MEAN"] + mean - beta * mean) * self.periods,
                "tracking_error": m["ACTIVE_DEVIATION"] * root,
                "information_ratio": np.where(
                    m["ACTIVE_DEVIATION"] > FLAT, m["ACTIVE_MEAN"] / m["ACTIVE_DEVIATION"] * root, np.nan
                ),
                "turnover": m["TRADED"] / 2.0 / invested,
                "cost_drag": m["COSTS"] / invested,
                "cost_per_traded": np.where(m["TRADED"] > 0, m["COSTS"] / m["TRADED"] * 1e4, np.nan),
                "cost_total": m["COSTS"].copy(),
                "fills": m["FILLS"].copy(),
                "decisions": m["DECISIONS"].copy(),
                "starting_cash": m["OPENING"].copy(),
                "final_equity": m["FINAL"].copy(),
                "years": np.full(count, self.years),
                "sessions": np.full(count, float(self.sessions)),
                "periods_per_year": np.full(count, self.periods),
            }


_COLUMNS = (
    "FINAL", "OPENING", "MEAN", "DEVIATION", "DOWNSIDE", "DEEPEST", "TRADED", "COSTS", "FILLS", "DECISIONS",
    "MEAN_EQUITY", "ACTIVE_MEAN", "ACTIVE_DEVIATION", "COVARIANCE", "GROWTH", "KNOWN_GROWTH",
)  # fmt: skip


def _per_year(grown: Floats, years: float) -> Floats:
    if not years > 0:
        return np.full(len(grown), np.nan)
    return np.where(grown >= 0, np.maximum(grown, 0.0) ** (1.0 / years) - 1.0, np.nan)
