"""The regime of the day with the numbers it is told from, and why it is not known where it isn't."""

from __future__ import annotations

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.reports.brief.market import RegimeDay
from sectorlead.strategies.indicators.breadth import Breadth, Crowd, before, percentile
from sectorlead.strategies.indicators.regime import Regime


def regime_day(panel: Panel) -> RegimeDay:
    """The regime on the last session of a panel.

    Parameters
    ----------
    panel : Panel
        Ends with the day.
    """
    regime = Regime()
    names = regime.named(panel)
    lasted = next((k for k, name in enumerate(reversed(names)) if name != names[-1]), len(names))
    crowd, price = Crowd.of(panel, regime.present), panel.last_adjusted_close
    moves = price / before(price, regime.window) - 1
    apart = crowd.dispersion(moves)
    rank = percentile(apart[:, None], regime.history)[-1, 0]
    return RegimeDay(
        name=names[-1],
        sessions=lasted,
        participation=float(crowd.share(moves > 0, moves)[-1]),
        correlation=float(crowd.correlation(regime.window)[-1]),
        dispersion=float(apart[-1]),
        dispersion_rank=float(rank),
        history=int(np.isfinite(apart[-regime.history :]).sum()),
        needed=(regime.history + 1) // 2,
        rotation=float(Breadth()(panel).rotation[-1]),
    )
