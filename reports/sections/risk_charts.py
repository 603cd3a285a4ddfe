"""Risk over time, and how returns are spread, as charts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from ...data.types import Floats
from ..analysis.excess import excess_growth
from ..analysis.extremes import distribution
from ..analysis.rolling import rolling_sharpe, rolling_volatility
from ..charts.axes import Scale
from ..charts.spec import Band, Chart, Line
from ..charts.time_series import drawdown_chart, value_chart
from ..growth import Growth
from .rolling import COLUMNS

MOST_BINS = 40
"""Bins of the histogram; short runs have fewer."""


def behind_chart(own: Growth, others: Sequence[tuple[Growth, str]], dates: pd.DatetimeIndex) -> Chart | None:
    """How far the run was behind its best lead over each line: the drawdown of the excess; None where none is known.

    Parameters
    ----------
    own : Growth
    others : sequence of (Growth, role)
    dates : DatetimeIndex of shape (S + 1,)
        Of all.
    """
    over = [(excess_growth(own, line)._replace(label=line.label), role) for line, role in others]
    known = [(line, role) for line, role in over if np.isfinite(line.levels).any()]
    if not known:
        return None
    chart = drawdown_chart(known, dates)
    return chart._replace(title="Fall of the excess below its peak", columns=COLUMNS)


def rolling_risk(
    lines: Sequence[tuple[Growth, str]], dates: pd.DatetimeIndex, bands: Iterable[Band], periods: float, window: int
) -> tuple[Chart, ...]:
    """Volatility and Sharpe ratio over a moving window; none where no window is full.

    Parameters
    ----------
    lines : sequence of (Growth, role)
    dates : DatetimeIndex of shape (S + 1,)
    bands : iterable of Band
    periods : float
        Sessions in a year.
    window : int
        Sessions.
    """
    shaded, first = tuple(bands), np.array([np.nan])

    def rolled(values: Floats) -> Floats:
        return np.concatenate((first, values))

    spread = [(line.label, role, rolled(rolling_volatility(line.returns, periods, window))) for line, role in lines]
    ratio = [(line.label, role, rolled(rolling_sharpe(line.returns, periods, window))) for line, role in lines]
    charts = (
        value_chart(f"Volatility over the last {window} sessions", spread, dates, shaded, centre=0.0, fraction=True),
        value_chart(f"Sharpe ratio over the last {window} sessions", ratio, dates, shaded, centre=0.0, fraction=False),
    )
    return tuple(chart._replace(columns=COLUMNS) for chart in charts if chart is not None)


def returns_chart(lines: Sequence[tuple[Growth, str]]) -> Chart:
    """Histograms of session returns on common bins: the share of sessions in each.

    Parameters
    ----------
    lines : sequence of (Growth, role)
    """
    least = min(len(line.returns) for line, _ in lines)
    found = distribution([line.returns for line, _ in lines], min(MOST_BINS, max(8, round(2 * least**0.5))))
    shares = [counts / max(int(counts.sum()), 1) for counts in found.counts]
    across = Scale(float(found.edges[0]), float(found.edges[-1]))
    up = Scale(0.0, 1.05 * max(0.01, *(float(share.max()) for share in shares)))
    x = np.repeat(across.at(found.edges), 2)
    drawn = tuple(
        Line(line.label, "", role, x, up.at(np.concatenate(([0.0], np.repeat(share, 2), [0.0]))))
        for (line, role), share in zip(lines, shares, strict=True)
    )
    title = "Session returns: share of sessions by return"
    return Chart(title, title + ".", across.percent_ticks(True), up.percent_ticks(), lines=drawn)
