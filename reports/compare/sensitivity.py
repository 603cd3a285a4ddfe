"""How much of a result hangs on what trading costs, and on how soon decisions are acted on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..charts.axes import Scale, linear_scale
from ..charts.spec import Chart, Line, Tick
from ..formatting import BLANK, decimal, percent


class YearlyReturn(NamedTuple):
    """What one run made a year, as fractions; NaN where it is too short to say, or there is no benchmark."""

    cagr: float
    relative: float  # growth over the benchmark's, compounded


@dataclass(frozen=True)
class Sensitivity:
    """The same runs under several costs, or several sessions late.

    Attributes
    ----------
    what : {"cost", "lag"}
    steps : tuple of float
        Multiples of all costs, or sessions of delay; ascending.
    returns : dict of str to tuple of YearlyReturn
        By label of the run, one per step.
    left_out : dict of str to str
        Label and reason of the runs that could not be made again.
    """

    what: str
    steps: tuple[float, ...]
    returns: dict[str, tuple[YearlyReturn, ...]]
    left_out: dict[str, str]

    @property
    def moves(self) -> bool:
        """Whether any step makes a difference to any run."""
        return any(len({reading.cagr for reading in row}) > 1 for row in self.returns.values())

    def frame(self) -> pd.DataFrame:
        """One row per run and step: strategy, what, step, cagr, relative."""
        rows = [
            (label, self.what, step, *reading)
            for label, own in self.returns.items()
            for step, reading in zip(self.steps, own, strict=True)
        ]
        return pd.DataFrame(rows, columns=["strategy", "what", "step", *YearlyReturn._fields])


def break_even(steps: Sequence[float], values: Sequence[float]) -> float:
    """The first step at which a yearly rate falls to 0, log growth taken as straight between steps.

    -inf where it is at or below 0 from the first step on, inf where it is above 0 at the last, NaN where a value that
    is needed isn't known.

    Parameters
    ----------
    steps : sequence of float
        Ascending.
    values : sequence of float
        Yearly rates at these steps, as fractions > -1.
    """
    logs = [math.log1p(value) if value > -1 else -math.inf if value == -1 else math.nan for value in values]
    for k, level in enumerate(logs):
        if math.isnan(level):
            return math.nan
        if level <= 0:
            if k == 0:
                return -math.inf
            before = logs[k - 1]
            share = before / (before - level) if math.isfinite(level) else 0.0
            return float(steps[k - 1] + share * (steps[k] - steps[k - 1]))
    return math.inf


# --- as it is shown ---------------------------------------------------------------------------------------------------


class SensitivityRow(NamedTuple):
    """One run: its rates at each step, the rates over the benchmark, and where those fall to 0."""

    label: str
    role: str
    cagr: list[float]
    relative: list[float]
    even: str


class ShownSensitivity(NamedTuple):
    """One section of the page."""

    what: str
    heads: list[str]  # of the steps
    rows: list[SensitivityRow]
    chart: Chart | None
    left_out: str
    moves: bool


def shown(found: Sensitivity, roles: Mapping[str, str], with_market: bool) -> ShownSensitivity:
    """What the page shows of a sensitivity; ``roles`` are colours by label.

    Parameters
    ----------
    found : Sensitivity
    roles : mapping of str to str
        Label -> role of its colour.
    with_market : bool
        Whether rates are taken over the benchmark.
    """
    heads = [_head(found.what, step) for step in found.steps]
    rows = []
    for label, own in found.returns.items():
        rates = [item.cagr for item in own], [item.relative for item in own]
        level = break_even(found.steps, rates[1] if with_market else rates[0])
        rows.append(SensitivityRow(label, roles[label], *rates, _even(level, found, with_market)))
    reasons = "; ".join(f"{label}: {why}" for label, why in found.left_out.items())
    return ShownSensitivity(found.what, heads, rows, _chart(found, rows, heads), reasons, found.moves)


def _head(what: str, step: float) -> str:
    if what == "cost":
        return "free" if step == 0 else f"{step:g}×"
    return "at once" if step == 0 else f"{step:g} later"


def _even(level: float, found: Sensitivity, with_market: bool) -> str:
    if math.isnan(level):
        return BLANK
    if math.isinf(level):
        return f"above {found.steps[-1]:g}×" if level > 0 else "behind when free" if with_market else "none"
    return f"{decimal(level, 1)}×"


def _chart(found: Sensitivity, rows: Sequence[SensitivityRow], heads: Sequence[str]) -> Chart | None:
    """Return a year by step, a line per run; steps at their distance."""
    known = [value for row in rows for value in row.cagr if math.isfinite(value)]
    if not known or not found.moves:
        return None
    scale, across = linear_scale(np.array(known), 0.06, 0.002), Scale(0.0, found.steps[-1])
    x = across.at(np.array(found.steps))
    lines = tuple(
        Line(row.label, percent(row.cagr[-1]), row.role, x, scale.at(np.array(row.cagr))) for row in rows
    )
    title = "Return a year by multiple of all costs" if found.what == "cost" else "Return a year by sessions of delay"
    ends = [(row.label, row.cagr[0], row.cagr[-1]) for row in rows if math.isfinite(row.cagr[0] + row.cagr[-1])]
    told = "; ".join(f"{label} from {percent(first)} to {percent(last)}" for label, first, last in ends)
    return Chart(
        title,
        f"{title}. {told}." if told else f"{title}.",
        tuple(Tick(float(at), head) for at, head in zip(x, heads, strict=True)),
        scale.percent_ticks(),
        lines=lines,
        height=max(220, 20 * len(rows)),
        x_reach=across.reach(),
        y_reach=scale.reach(percent=True),
    )
