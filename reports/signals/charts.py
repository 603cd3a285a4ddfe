"""Charts of an event study and a factor view, in the form that every output paints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...data.types import Floats
from ..charts.axes import Scale, linear_scale
from ..charts.spec import Bar, Chart, Dot, Line, Reach, Row, Tick, evenly, straight
from ..formatting import BLANK, percent, signed
from .result import FIFTHS, EventStudyResult

ANCHORS = {
    "entry": ("Entry", "the session in which the pullback was entered"),
    "trough": ("Trough", "the lowest close, known only in hindsight: never tested"),
    "turn": ("Turn", "the first close 3% above the lowest one"),
    "left": ("End", "the session in which the pullback was over"),
    "event": ("Event", "the given date, or the first session after it"),
}
"""Name and meaning of each anchor."""
FIFTH_ROLES = ("c2", "c8", "benchmark", "c6", "c0")
"""Colours of the fifths, from the lowest score to the highest."""
FIFTH_NAMES = ("Lowest fifth", "2", "3", "4", "Highest fifth")
TESTED, HINDSIGHT, PLACEBO = "c10", "reference", "benchmark"
"""Colours of what is tested, of what is known in hindsight, and of the placebo."""
_ROW = 24  # pixels of a horizon
_STEPS = 1_000  # of the width that placebo means are told apart by


def ic(value: float) -> str:
    """A rank correlation as people read it: two decimals and a sign; NaN is an en dash."""
    if not np.isfinite(value):
        return BLANK
    text = f"{value:+.2f}"
    return signed(text) if text[1:] != "0.00" else "0.00"


def correlation_charts(result: EventStudyResult) -> list[tuple[str, Chart]]:
    """For each anchor the rank correlation by horizon as bars with intervals, its placebo as a dot; on one scale.

    Parameters
    ----------
    result : EventStudyResult

    Returns
    -------
    list of (anchor, Chart)
    """
    table = result.table
    scale = _around(table[["ic_tested", "ic_low", "ic_high", "ic_placebo_neutral"]].to_numpy(np.float64))
    return [(anchor, _correlations(anchor, table[table["anchor"] == anchor], scale)) for anchor in result.anchors]


def placebo_charts(result: EventStudyResult) -> list[tuple[str, Chart]]:
    """For each anchor, by horizon, placebo means as fine lines and what was found as a dot; none without a placebo.

    Parameters
    ----------
    result : EventStudyResult
    """
    if result.placebo.empty:
        return []
    found = result.table["ic_tested"].to_numpy(np.float64)
    scale = _around(np.concatenate([result.placebo["ic"].to_numpy(np.float64), found]))
    out = []
    for anchor in result.anchors:
        rows, draws = (frame[frame["anchor"] == anchor] for frame in (result.table, result.placebo))
        if not draws.empty:
            out.append((anchor, _placebos(anchor, rows, draws, scale)))
    return out


def fan_charts(result: EventStudyResult) -> list[tuple[str, Chart]]:
    """For each anchor the mean return of the fifths over the mean of all, session by session, on one scale.

    Behind them the highest fifth in each episode, as far as it stays in the picture.

    Parameters
    ----------
    result : EventStudyResult
    """
    fifths = [f"q{k}" for k in range(1, FIFTHS + 1)]
    paths = {anchor: result.paths[result.paths["anchor"] == anchor] for anchor in result.anchors}
    means = {anchor: own.groupby("session")[fifths].mean() for anchor, own in paths.items()}
    widest = max(largest(own.to_numpy(np.float64), 0.001) for own in means.values())
    single = float(result.paths[fifths[-1]].abs().quantile(0.8))
    reach = max(1.15 * widest, min(single, 4 * widest) if np.isfinite(single) else 0.0)
    scale = Scale(-reach, reach)
    return [(anchor, _fan(anchor, means[anchor], paths[anchor], scale)) for anchor in result.anchors]


def decay_chart(table: pd.DataFrame) -> Chart:
    """Mean rank correlation by horizon with its 95% interval by Newey and West's error.

    Parameters
    ----------
    table : DataFrame
        Of a factor view.
    """
    reach = 1.96 * (table["ic"] / table["t_nw"]).abs().to_numpy(np.float64)
    rows = pd.DataFrame(
        {
            "horizon": table["horizon"], "ic_tested": table["ic"], "ic_low": table["ic"] - reach,
            "ic_high": table["ic"] + reach, "ic_placebo_neutral": np.nan,
        }
    )  # fmt: skip
    scale = _around(rows[["ic_tested", "ic_low", "ic_high"]].to_numpy(np.float64))
    return _correlations("", rows, scale)._replace(title="Rank correlation by horizon")


def fifths_chart(table: pd.DataFrame, horizon: int) -> Chart:
    """Mean return of each fifth over the mean of all as bars, the highest score on top.

    Parameters
    ----------
    table : DataFrame
        Of a factor view.
    horizon : int
        Sessions; one of its rows.
    """
    row = table[table["horizon"] == horizon].iloc[0]
    values = np.array([row[f"q{k}"] for k in range(FIFTHS, 0, -1)], dtype=np.float64)
    scale = _around(values, least=0.001)
    bars = [
        Row(role, (_bar(scale, value, f"{name}: {percent(value, 2, True)}"),))
        for role, name, value in zip(reversed(FIFTH_ROLES), reversed(FIFTH_NAMES), values, strict=True)
    ]
    pairs = zip(reversed(FIFTH_NAMES), values, strict=True)
    told = "; ".join(f"{name} {percent(value, 2, True)}" for name, value in pairs)
    ticks = tuple(Tick(_level(k, FIFTHS), str(FIFTHS - k)) for k in range(FIFTHS))
    return Chart(
        "Fifths of the score", f"Mean return over the mean of all in {horizon} sessions. {told}.",
        scale.percent_ticks(True, 4), ticks, rows=_spaced(bars), lines=(_zero(scale),), height=_ROW * FIFTHS,
        x_reach=scale.reach(percent=True),
    )  # fmt: skip


def largest(values: Floats, least: float) -> float:
    """The largest size among known values, at least ``least``.

    Parameters
    ----------
    values : float array
        Of any shape; NaN is left out.
    least : float
    """
    known = np.abs(values[np.isfinite(values)])
    return max(least, float(known.max())) if known.size else least


def _correlations(anchor: str, rows: pd.DataFrame, scale: Scale) -> Chart:
    role = HINDSIGHT if anchor == "trough" else TESTED
    values = _records(rows)
    bars, lines, dots, told = [], [], [], []
    for k, row in enumerate(values):
        at, value, low, high = _level(k, len(values)), row["ic_tested"], row["ic_low"], row["ic_high"]
        text = f"{row['horizon']} sessions on: {ic(value)}, 95% interval {ic(low)} to {ic(high)}"
        bars.append(Row(role, (_bar(scale, value, text),)))
        told.append(f"{row['horizon']} sessions {ic(value)}")
        if np.isfinite(low) and np.isfinite(high):
            lines.append(straight((scale.place(low), at), (scale.place(high), at), "reach", "strategy"))
        if np.isfinite(row["ic_placebo_neutral"]):
            usual = row["ic_placebo_neutral"]
            dots.append(Dot(scale.place(usual), at, PLACEBO, f"placebo, {row['horizon']} sessions on: {ic(usual)}"))
    name = ANCHORS[anchor][0] if anchor else "Rank correlation"
    return Chart(
        name, f"{name}, rank correlation by sessions after: {'; '.join(told)}.", _ticks(scale), _horizons(values),
        rows=_spaced(bars), lines=(*lines, _zero(scale)), dots=tuple(dots), height=_ROW * len(values),
        x_reach=scale.reach(),
    )  # fmt: skip


def _placebos(anchor: str, rows: pd.DataFrame, draws: pd.DataFrame, scale: Scale) -> Chart:
    lines, dots, told = [], [], []
    values = _records(rows)
    for k, row in enumerate(values):
        at, room = _level(k, len(values)), 0.36 / len(values)
        means = draws.loc[draws["horizon"] == row["horizon"], "ic"].to_numpy(np.float64)
        places = np.unique(np.rint(scale.at(means) * _STEPS)) / _STEPS
        y = np.tile([at - room, at + room, np.nan], len(places))
        lines.append(Line("", "", "", np.repeat(places, 3), y, "ticks"))
        value = row["ic_tested"]
        if np.isfinite(value) and len(means):
            text = f"{row['horizon']} sessions on: {ic(value)}, placebo {ic(float(means.mean()))} on average"
            dots.append(Dot(scale.place(value), at, HINDSIGHT if anchor == "trough" else TESTED, text, True))
            told.append(text)
    name = ANCHORS[anchor][0]
    return Chart(
        name, f"{name}, found and placebo: {'; '.join(told)}.", _ticks(scale), _horizons(values),
        lines=(*lines, _zero(scale)), dots=tuple(dots), height=_ROW * len(values),
        x_reach=scale.reach(),
    )  # fmt: skip


def _fan(anchor: str, means: pd.DataFrame, paths: pd.DataFrame, scale: Scale) -> Chart:
    last = int(means.index[-1])
    lines = []
    for number in (FIFTHS, 1, 4, 3, 2):
        line = means[f"q{number}"].to_numpy(np.float64)
        end = line[np.isfinite(line)][-1] if np.isfinite(line).any() else np.nan
        role, name = FIFTH_ROLES[number - 1], FIFTH_NAMES[number - 1]
        lines.append(evenly(name, percent(float(end), 1, True), role, scale.at(line)))
    wide = paths.pivot_table(index="episode", columns="session", values=f"q{FIFTHS}", dropna=False).to_numpy(np.float64)
    behind = [_strand(scale.at(one)) for one in wide]
    told = "; ".join(f"{line.label} {line.value}" for line in lines)
    ticks = tuple(Tick(step / last, str(step)) for step in range(0, last + 1, max(1, last // 6)))
    name = ANCHORS[anchor][0]
    return Chart(
        name, f"{name}, return over the mean of all after {last} sessions: {told}.", ticks,
        scale.percent_ticks(True, 4), lines=(*lines, straight((0, 0.5), (1, 0.5), "axis"), *behind), height=200,
        x_reach=Reach(0.0, float(last)), y_reach=scale.reach(percent=True),
    )  # fmt: skip


def _strand(y: Floats) -> Line:
    """One episode, where it is within the picture; every other session."""
    kept = np.unique(np.append(np.arange(0, len(y), 2), len(y) - 1))
    inside = np.where((y >= 0) & (y <= 1), y, np.nan)[kept]
    return Line("", "", "", kept / max(len(y) - 1, 1), inside, "ticks")


def _around(values: Floats, least: float = 0.05) -> Scale:
    """A scale that has 0 and all known values."""
    known = values[np.isfinite(values)]
    return linear_scale(np.append(known, 0.0), 0.04, least)


def _ticks(scale: Scale) -> tuple[Tick, ...]:
    return tuple(Tick(scale.place(level), signed(f"{level:+g}") if level else "0") for level in scale.levels(5))


def _horizons(rows: Sequence[dict[Any, Any]]) -> tuple[Tick, ...]:
    return tuple(Tick(_level(k, len(rows)), str(row["horizon"])) for k, row in enumerate(rows))


def _records(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    return rows.to_dict(orient="records")


def _level(k: int, count: int) -> float:
    """Middle of bar k of ``count``, with an empty row on either side of each; from the bottom."""
    return 1 - (2 * k + 1.5) / (2 * count + 1)


def _spaced(rows: Sequence[Row]) -> tuple[Row, ...]:
    gap = Row("", ())
    return (*(each for row in rows for each in (gap, row)), gap)


def _bar(scale: Scale, value: float, text: str) -> Bar:
    zero, at = scale.place(0.0), scale.place(value) if np.isfinite(value) else scale.place(0.0)
    return Bar(min(zero, at), max(zero, at), text)


def _zero(scale: Scale) -> Line:
    return straight((scale.place(0.0), 0.0), (scale.place(0.0), 1.0), "axis")
