"""Small multiples: one little chart per run, all on the same axes, of growth and of growth over another line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..growth import Growth
from .axes import log_scale, time_ticks
from .spec import Chart, evenly

_COLUMNS = 150  # a small chart is some 300 pixels wide, and a line has two points in each column


class Multiple(NamedTuple):
    """One little chart with its heading."""

    label: str
    value: str  # the level at the end
    chart: Chart


def relative(own: Growth, other: Growth) -> Growth:
    """``own`` over ``other``, 1 at the first point where both are known: above 1 it has grown more since.

    NaN where either is unknown, and where ``other`` is worth nothing.

    Parameters
    ----------
    own, other : Growth
        Over the same dates.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(other.levels > 0, own.levels / other.levels, np.nan)
    known = ratio[np.isfinite(ratio)]
    return Growth(own.label, ratio / known[0] if len(known) and known[0] > 0 else np.full(len(ratio), np.nan))


def growth_multiples(
    lines: Sequence[tuple[Growth, str]], dates: pd.DatetimeIndex, behind: Growth | None = None
) -> list[Multiple]:
    """Growth of 1, a chart per line, with ``behind`` in grey in each; one log axis for all.

    Parameters
    ----------
    lines : sequence of (Growth, role)
    dates : DatetimeIndex of shape (S + 1,)
    behind : Growth, optional
        Drawn in the role "benchmark".
    """
    return _multiples("Growth of 1", lines, dates, behind)


def relative_multiples(
    lines: Sequence[tuple[Growth, str]], base: Growth, dates: pd.DatetimeIndex, name: str = ""
) -> list[Multiple]:
    """Growth over ``base``, a chart per line, with the level 1 in grey; one log axis for all.

    Parameters
    ----------
    lines : sequence of (Growth, role)
    base : Growth
    dates : DatetimeIndex of shape (S + 1,)
    name : str, optional
        What ``base`` is called; default: its label.
    """
    level = Growth("", np.ones(len(base.levels)))
    over = [(relative(growth, base), role) for growth, role in lines]
    return _multiples(f"Growth over {name or base.label}", over, dates, level)


def _multiples(
    title: str, lines: Sequence[tuple[Growth, str]], dates: pd.DatetimeIndex, behind: Growth | None
) -> list[Multiple]:
    drawn = [growth for growth, _ in lines] + ([behind] if behind else [])
    scale = log_scale(np.concatenate([growth.levels for growth in drawn]))
    grey = [evenly("", "", "benchmark", scale.at(behind.levels))] if behind else []
    out = []
    for growth, role in lines:
        there = growth.levels[np.isfinite(growth.levels)]
        end = f"{there[-1]:.2f}×" if len(there) else ""
        told = f"{title}: {growth.label} ends at {end}." if end else f"{title}: {growth.label} is not known."
        own = evenly("", "", role, scale.at(growth.levels))
        out.append(
            Multiple(
                growth.label,
                end,
                Chart(
                    title, told, time_ticks(dates), scale.ticks(), lines=(own, *grey), height=96,
                    y_reach=scale.reach(), dates=dates, columns=_COLUMNS,
                ),
            )
        )  # fmt: skip
    return out
