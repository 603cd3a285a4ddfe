"""Charts of a walk-forward: its windows, growth beside the fixed variants, training against test, and the choices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...data.types import Floats
from ..charts.axes import linear_scale, log_scale, time_ticks
from ..charts.spec import Band, Bar, Chart, Dot, Label, Line, Row, Tick, evenly, straight
from ..formatting import by_unit
from .content import WalkForwardContent

BINS = 60
_TALL = 0.9
_SIDE = 0.06
_LETTERS = 14
MOST_WINDOWS = 40
"""Windows whose numbers are all written below an axis."""


def windows_chart(table: pd.DataFrame) -> Chart:
    """The windows as rows of bars over time, training before test.

    Parameters
    ----------
    table : DataFrame
        Of ``Windows.table``.
    """
    first, last = table["train_from"].min(), table["test_to"].max()
    days = pd.date_range(first, last, freq="D")
    long = max((last - first).days, 1)

    def at(day: pd.Timestamp) -> float:
        return float((day - first).days / long)

    rows = []
    for number, row in table.iterrows():
        for part, role in (("train", "benchmark"), ("test", "strategy")):
            start, stop = row[f"{part}_from"], row[f"{part}_to"]
            told = f"{number}: {part} {start:%F} to {stop:%F}"
            name = str(number) if part == "train" else ""
            rows.append(Row(role, (Bar(at(start), at(stop), told),), name, name, share=at(stop) - at(start)))
    return Chart(
        "Windows", f"{len(table)} windows; training, then test.", x_ticks=time_ticks(days), rows=tuple(rows),
        dates=days, key=(("benchmark", "training"), ("strategy", "test")), height=40 + 24 * len(table),
    )  # fmt: skip


def growth_chart(content: WalkForwardContent) -> Chart:
    """Growth of 1 on a log scale: the run, the controls, and the middle four fifths of the fixed variants.

    Parameters
    ----------
    content : WalkForwardContent
    """
    lines, count = content.growth, len(content.dates)
    scale = log_scale(np.concatenate(list(lines.values())))
    roles = {"Walk-forward": "strategy", "As given, fixed": "reference", "Equal weight": "benchmark"}
    named = [
        evenly(name, f"{lines[name][-1]:.2f}×", role, scale.at(lines[name])) for name, role in roles.items()
        if name in lines
    ]  # fmt: skip
    edges = [evenly("", "", "c6", scale.at(lines[name])) for name in ("low", "high")]
    cuts = [row / (count - 1) for row in (*content.seams, count - 1)]
    shaded = tuple(Band(start, stop) for start, stop in zip(cuts[::2], cuts[1::2], strict=False))
    told = "; ".join(f"{line.label} ends at {line.value}" for line in named)
    return Chart(
        "Growth of 1, log scale", f"Growth of 1. {told}.", time_ticks(content.dates), scale.ticks(), shaded,
        lines=(*named, *edges), y_reach=scale.reach(), dates=content.dates,
    )  # fmt: skip


def pairs_chart(content: WalkForwardContent) -> Chart | None:
    """The metric of each window in training and in the test, and the median of the fixed variants; None without two.

    A test that the end of the data cuts to less than half says little, and is left out.

    Parameters
    ----------
    content : WalkForwardContent
    """
    pairs = np.where(content.whole[:, None], content.pairs, np.nan)
    known = pairs[np.isfinite(pairs)]
    if len(pairs) < 2 or not len(known):
        return None
    scale, unit = linear_scale(np.append(known, 0.0), 0.06, 1e-3), content.metric.unit
    x = _across(len(pairs))
    names = (("Training", "reference"), ("Test", "strategy"), ("Fixed median", "benchmark"))
    lines = []
    for k, (name, role) in enumerate(names):
        told = np.flatnonzero(np.isfinite(pairs[:, k]))
        if len(told):
            end = by_unit(float(pairs[told[-1], k]), unit)
            lines.append(Line(name, end, role, x[: told[-1] + 1], scale.at(pairs[: told[-1] + 1, k])))
    dots = [
        Dot(float(x[i]), float(scale.place(float(pairs[i, k]))), role)
        for k, (_, role) in enumerate(names[:2]) for i in range(len(pairs)) if np.isfinite(pairs[i, k])
    ]  # fmt: skip
    zero = straight((0.0, scale.place(0.0)), (1.0, scale.place(0.0)), "level", "benchmark")
    ends = "; ".join(f"{line.label} {line.value}" for line in lines)
    ticks = tuple(Tick(scale.place(level), by_unit(level, unit)) for level in scale.levels())
    return Chart(
        f"{content.metric.label} by window", f"{content.metric.label} by window, at the end: {ends}.",
        _numbers(len(pairs)), ticks, lines=(*lines, zero), dots=tuple(dots), height=240, y_reach=scale.reach(),
    )  # fmt: skip


def choice_charts(content: WalkForwardContent) -> list[tuple[str, Chart]]:
    """By parameter: which of its values was chosen in each window; of several held, a dot for each.

    Parameters
    ----------
    content : WalkForwardContent

    Returns
    -------
    list of (parameter, Chart)
    """
    count, out = len(content.rows), []
    x = _across(count)
    for name, labels, marks in content.paths:
        step = 1.0 / len(labels)
        dots = tuple(
            Dot(float(x[window - 1]), (place + 0.5) * step, "strategy" if share > 0.5 else "benchmark",
                f"{window}: {labels[int(place)]}, {share:.0%}")
            for window, place, share in marks
        )  # fmt: skip
        usual = np.full(count, np.nan)
        for window, place, share in marks:
            if share > 0.5:
                usual[window - 1] = (place + 0.5) * step
        shown = range(len(labels)) if len(labels) <= 12 else (0, len(labels) // 2, len(labels) - 1)
        ticks = tuple(Tick((k + 0.5) * step, _short(labels[k])) for k in shown)
        line = Line("", "", "strategy", x, usual, "trail")
        told = f"{name}: which of {len(labels)} values was chosen in each of {count} windows."
        high = 60 + 16 * min(len(labels), 12)
        chart = Chart(name, told, _numbers(count), ticks, lines=(line,), dots=dots, height=high)
        out.append((name.replace("_", " "), chart))
    return out


def spread_chart(content: WalkForwardContent) -> Chart | None:
    """How many fixed variants have which value of the metric, and where the run stands; None for less than two.

    Parameters
    ----------
    content : WalkForwardContent
    """
    values = content.spread
    if len(values) < 2 or values[0] == values[-1]:
        return None
    marks, unit = content.marks, content.of_all.unit
    scale = linear_scale(np.append(values, [at for _, _, at in marks]), 0.03, 0.0)
    counts, edges = np.histogram(values, bins=min(BINS, max(5, int(np.sqrt(len(values))) * 2)))
    x = np.repeat(scale.at(edges), 2)
    y = np.concatenate(([0.0], np.repeat(counts / counts.max() * _TALL, 2), [0.0]))
    told = ", ".join(f"{name} {by_unit(at, unit)}" for name, _, at in marks)
    return Chart(
        f"{content.of_all.label} of all fixed variants",
        f"{content.of_all.label} of {len(values):,} fixed variants: {told}.",
        x_ticks=tuple(Tick(scale.place(level), by_unit(level, unit)) for level in scale.levels()),
        y_ticks=(Tick(0.0, "0"), Tick(_TALL, f"{int(counts.max()):,}")),
        lines=(
            Line("", "", "benchmark", x, y),
            *(straight((scale.place(at), 0.0), (scale.place(at), 1.0), "level", role) for _, role, at in marks),
        ),
        labels=tuple(
            Label(place, 0.96 - 0.1 * k, f"{name} {by_unit(at, unit)}", side="left" if place > 0.5 else "right")
            for k, (name, _, at) in enumerate(marks)
            for place in [scale.place(at)]
        ),
        height=180,
        x_reach=scale.reach(),
    )


def charts_by_name(content: WalkForwardContent) -> dict[str, Chart]:
    """The charts of a walk-forward: "growth", "windows", "spread", and one for each parameter, by its name.

    Parameters
    ----------
    content : WalkForwardContent
    """
    paths = zip(content.paths, choice_charts(content), strict=True)
    some = {"growth": growth_chart(content), "windows": pairs_chart(content), "spread": spread_chart(content)}
    return {name: chart for name, chart in some.items() if chart} | {name: chart for (name, *_), (_, chart) in paths}


def _across(count: int) -> Floats:
    """Where windows stand on the axis across."""
    return np.linspace(_SIDE, 1.0 - _SIDE, count) if count > 1 else np.array([0.5])


def _numbers(count: int) -> tuple[Tick, ...]:
    """The numbers of windows below an axis."""
    step = max(1, -(-count // MOST_WINDOWS))
    return tuple(Tick(float(at), str(k + 1)) for k, at in enumerate(_across(count)) if k % step == 0)


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"
