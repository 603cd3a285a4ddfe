"""Strips of draws: every run a fine line on one axis, the run itself a dot."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...data.types import Floats
from ..charts.axes import Scale, linear_scale
from ..charts.cells import among
from ..charts.spec import Chart, Dot, Line, Tick, straight
from ..formatting import percent
from .result import NAMES, Draws, LuckResult
from .words import place_text

_HALF = 0.32
"""Half the height of a strip, of the room that it has."""


class Strip(NamedTuple):
    """One kind as a table shows it: CAGR on one axis, growth over equal weight on another; None without an axis."""

    cagr: Chart | None
    ahead: Chart | None


def strips(found: LuckResult) -> list[Strip]:
    """A strip for each kind that was drawn.

    Parameters
    ----------
    found : LuckResult
    """
    spans = [_span(found, ahead=ahead) for ahead in (False, True)]
    return [
        Strip(_strip(each.cagr, each.own.cagr, spans[0]), _strip(each.ahead, each.own.ahead, spans[1]))
        for each in found.draws
    ]


def _strip(values: Floats, own: float, span: tuple[float, float] | None) -> Chart | None:
    return among(values[np.isfinite(values)], own, span, "strategy") if span else None


def axis_texts(found: LuckResult, *, ahead: bool) -> tuple[str, str]:
    """What is written at the left and the right end of the strips' axis.

    Parameters
    ----------
    found : LuckResult
    ahead : bool
        Of growth over equal weight, else of the CAGR.
    """
    span = _span(found, ahead=ahead)
    return (percent(span[0], 0, ahead), percent(span[1], 0, ahead)) if span else ("", "")


def strip_chart(found: LuckResult) -> Chart:
    """All strips in one picture, the first on top.

    Parameters
    ----------
    found : LuckResult
    """
    values = _all(found, ahead=False)
    scale = linear_scale(values, 0.04, 0.002) if len(values) else Scale(0.0, 1.0)
    count = max(len(found.draws), 1)
    lines, dots, names = list[Line](), list[Dot](), list[Tick]()
    for k, each in enumerate(found.draws):
        middle = 1.0 - (k + 0.5) / count
        x = np.repeat(scale.at(each.known), 3)
        ends = np.array([middle - _HALF / count, middle + _HALF / count, np.nan])
        lines.append(Line("", "", "", x, np.tile(ends, len(each.known)), "ticks"))
        if len(each.known):
            at = scale.place(float(np.median(each.known)))
            lines.insert(0, straight((at, ends[0]), (at, ends[1]), "trail-strong", "benchmark"))
        if math.isfinite(each.own.cagr):
            told = f"{NAMES[each.what]}: {percent(each.own.cagr)}"
            dots.append(Dot(scale.place(each.own.cagr), middle, "strategy", told))
        names.append(Tick(middle, NAMES[each.what]))
    told = "; ".join(f"{NAMES[each.what]}, place {place_text(each)}" for each in found.draws)
    return Chart(
        "How much of it is luck", f"CAGR of other draws, the run as a dot. {told}.", scale.percent_ticks(),
        tuple(names),
        lines=tuple(lines), dots=tuple(dots), x_grid=True, x_name="CAGR", height=max(120, 34 * count),
        x_reach=scale.reach(percent=True),
    )  # fmt: skip


def _span(found: LuckResult, *, ahead: bool) -> tuple[float, float] | None:
    values = _all(found, ahead=ahead)
    if not len(values):
        return None
    pad = max(float(np.ptp(values)) * 0.03, 1e-4)
    return float(values.min()) - pad, float(values.max()) + pad


def _all(found: LuckResult, *, ahead: bool) -> Floats:
    def of(draws: Draws) -> Floats:
        own = draws.own.ahead if ahead else draws.own.cagr
        return np.append(draws.ahead if ahead else draws.cagr, own)

    values = np.concatenate([of(each) for each in found.draws]) if found.draws else np.zeros(0)
    kept: Floats = values[np.isfinite(values)]
    return kept
