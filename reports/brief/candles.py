"""The benchmark's last sessions as candles, with its means."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...data.types import Flags, Floats
from ..charts.axes import linear_scale, time_ticks
from ..charts.spec import Chart, Line
from ..formatting import decimal
from .market import BenchmarkDay

HEIGHT = 300
ROLES = ("c0", "c1", "c2", "c3", "c4")
"""Colours of the means, the shortest first."""


def candle_chart(day: BenchmarkDay) -> Chart | None:
    """A candle a session: body between open and close, shadows to high and low; a mean is left out until it is known.

    Closes alone are a line.

    Parameters
    ----------
    day : BenchmarkDay

    Returns
    -------
    Chart or None
        None without two sessions.
    """
    bars = day.bars
    if bars is None or len(bars.dates) < 2:
        return None
    dates = pd.DatetimeIndex(bars.dates)
    opened, high, low, close = (np.array(line) for line in (bars.open, bars.high, bars.low, bars.close))
    means = {span: np.array(line) for span, line in bars.means.items() if np.isfinite(line).any()}
    shown = np.concatenate([high, low, close, *means.values()])
    scale = linear_scale(shown[np.isfinite(shown)], 0.04, 1e-6)
    x = (np.arange(len(dates)) + 0.5) / len(dates)
    lines = [
        Line(f"{span}", decimal(float(line[-1]), 0) if np.isfinite(line[-1]) else "", role, x, scale.at(line))
        for role, (span, line) in zip(ROLES, means.items(), strict=False)
    ]
    if np.isfinite(opened).any():
        risen = close >= opened
        for role, chosen in (("up", risen), ("down", ~risen)):
            lines.append(_strokes(role, "reach", x, scale.at(opened), scale.at(close), chosen))
            lines.append(_strokes(role, "series", x, scale.at(low), scale.at(high), chosen))
    else:
        lines.append(Line(day.name, decimal(float(close[-1])), "benchmark", x, scale.at(close)))
    title = f"{day.name}, {len(dates)} sessions"
    summary = f"{day.name}: {decimal(day.close)} on {day.date:%F}"
    return Chart(
        title,
        summary,
        time_ticks(dates),
        scale.ticks(lambda level: decimal(level, 0)),
        lines=tuple(lines),
        height=HEIGHT,
    )


def _strokes(role: str, style: str, x: Floats, start: Floats, stop: Floats, chosen: Flags) -> Line:
    """An upright stroke at each chosen x, as one line that is broken between them."""
    rows = np.flatnonzero(chosen & np.isfinite(start) & np.isfinite(stop))
    across, up = np.full(3 * len(rows), np.nan), np.full(3 * len(rows), np.nan)
    across[0::3], across[1::3], across[2::3] = x[rows], x[rows], x[rows]
    least = 0.002  # of the height, for a body without any
    flat = np.abs(stop[rows] - start[rows]) < least
    up[0::3], up[1::3] = start[rows], np.where(flat, start[rows] + least, stop[rows])
    return Line("", "", role, across, up, style)
