"""Charts of lines over time: growth, drawdowns, and what is measured over a moving window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from ...data.types import Floats
from ..formatting import decimal, percent
from ..growth import Growth, drawdowns
from .axes import Scale, linear_scale, log_scale, time_ticks
from .spec import Band, Chart, evenly


def growth_chart(lines: Sequence[tuple[Growth, str]], dates: pd.DatetimeIndex, bands: Iterable[Band] = ()) -> Chart:
    """Growth of 1 on a log scale.

    Parameters
    ----------
    lines : sequence of (Growth, role)
        At least one, of S + 1 levels.
    dates : DatetimeIndex of shape (S + 1,)
    bands : iterable of Band
    """
    scale = log_scale(np.concatenate([growth.levels for growth, _ in lines]))
    drawn = tuple(
        evenly(growth.label, f"{growth.levels[-1]:.2f}×", role, scale.at(growth.levels)) for growth, role in lines
    )
    told = "; ".join(f"{line.label} ends at {line.value}" for line in drawn)
    return Chart(
        "Growth of 1, log scale", f"Growth of 1. {told}.", time_ticks(dates), scale.ticks(), tuple(bands), lines=drawn,
        y_reach=scale.reach(), dates=dates,
    )  # fmt: skip


def drawdown_chart(
    lines: Sequence[tuple[Growth, str]], dates: pd.DatetimeIndex, bands: Iterable[Band] = (), deepest: float = 0.0
) -> Chart:
    """Fall below the running peak, as lines: a fill would lie over the shades.

    Parameters
    ----------
    lines : sequence of (Growth, role)
        At least one, of S + 1 levels.
    dates : DatetimeIndex of shape (S + 1,)
    bands : iterable of Band
    deepest : float
        A fall <= 0 that the axis reaches to, where no line falls further.
    """
    falls = [drawdowns(growth.levels) for growth, _ in lines]
    scale = Scale(min(-0.01, deepest, *(float(np.nanmin(fall)) for fall in falls)) * 1.04, 0.0)
    drawn = tuple(
        evenly(growth.label, percent(float(np.nanmin(fall))), role, scale.at(fall))
        for (growth, role), fall in zip(lines, falls, strict=True)
    )
    told = "; ".join(f"{line.label} {line.value} at worst" for line in drawn)
    summary = f"Fall below the running peak. {told}."
    return Chart(
        "Drawdown", summary, time_ticks(dates), scale.percent_ticks(most=4.5), tuple(bands), lines=drawn,
        y_reach=scale.reach(percent=True), dates=dates,
    )  # fmt: skip


def value_chart(
    title: str,
    lines: Sequence[tuple[str, str, Floats]],
    dates: pd.DatetimeIndex,
    bands: Iterable[Band] = (),
    *,
    centre: float,
    fraction: bool,
) -> Chart | None:
    """Lines on a plain scale that shows ``centre``; None where nothing is known.

    Parameters
    ----------
    title : str
    lines : sequence of (label, role, values of shape (S + 1,))
        NaN where a value isn't known.
    dates : DatetimeIndex of shape (S + 1,)
    bands : iterable of Band
    centre : float
        The value that means "as the benchmark".
    fraction : bool
        Whether values are fractions, shown in percent.
    """
    known = [values[np.isfinite(values)] for _, _, values in lines]
    if not any(len(values) for values in known):
        return None
    scale = linear_scale(np.concatenate([*known, [centre]]), 0.05, 1e-3)
    drawn = tuple(
        evenly(label, percent(last[-1], 1, True) if fraction else decimal(last[-1]), role, scale.at(values))
        for (label, role, values), last in zip(lines, known, strict=True)
        if len(last)
    )
    told = "; ".join(f"{line.label} {line.value} at the end" for line in drawn)
    digits = 1 if all(abs(level * 10 - round(level * 10)) < 1e-6 for level in scale.levels()) else 2
    ticks = scale.percent_ticks(True) if fraction else scale.ticks(lambda level: decimal(level, digits))
    return Chart(
        title, f"{title}. {told}.", time_ticks(dates), ticks, tuple(bands), lines=drawn,
        y_reach=scale.reach(percent=fraction), dates=dates,
    )  # fmt: skip
