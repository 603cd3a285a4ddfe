"""Beta and relative strength over a moving window, as charts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..analysis.rolling import relative_strength, rolling_beta
from ..charts.spec import Band, Chart
from ..charts.time_series import value_chart
from ..growth import Growth

COLUMNS = 220
"""Slices of lines of charts of risk: they stand smaller than growth."""


class Rolling(NamedTuple):
    """Charts over a moving window; None where no window is full."""

    window: int
    beta: Chart | None
    strength: Chart | None


def rolling_charts(
    own: tuple[Growth, str],
    other: tuple[Growth, str],
    market: Growth,
    dates: pd.DatetimeIndex,
    bands: Iterable[Band],
    window: int,
) -> Rolling:
    """Beta and relative strength of two lines, each with its role, against the benchmark.

    Parameters
    ----------
    own, other : (Growth, str)
    market : Growth
    dates : DatetimeIndex of shape (S + 1,)
        Of all lines.
    bands : iterable of Band
    window : int
        Sessions.
    """
    shaded = tuple(bands)
    betas, strengths = [], []
    for line, role in (own, other):
        beta = rolling_beta(line.returns, market.returns, window)
        betas.append((line.label, role, np.concatenate(([np.nan], beta))))
        strengths.append((line.label, role, relative_strength(line.levels, market.levels, window)))
    head = f"Return over the benchmark's in the last {window} sessions"
    charts = (
        value_chart(f"Beta over the last {window} sessions", betas, dates, shaded, centre=1.0, fraction=False),
        value_chart(head, strengths, dates, shaded, centre=0.0, fraction=True),
    )
    return Rolling(window, *(chart and chart._replace(columns=COLUMNS) for chart in charts))
