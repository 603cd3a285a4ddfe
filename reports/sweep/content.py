"""What the report of a sweep shows, in no form yet."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from ..compare.parameter_grid import LEAST, Grid
from ..formatting import by_unit
from ..metrics.registry import Definition
from ..metrics.under_a_year import read_short, shown_definitions
from ..sections.facts import audit_badge
from ..sections.windows import WindowsView, windows_view
from ..signals.event_content import panel_facts
from ..signals.result import Studied

Read = Callable[..., pd.DataFrame]
Brief = dict[Any, str]
"""Short texts by labels."""

COLUMNS = ("cagr", "volatility", "sharpe", "max_drawdown", "turnover")
FIRST, LAST = 10, 3
"""Variants of the ranking that are shown, besides the one in the middle."""
DRAWN = 240
"""Variants in the picture of parallel coordinates."""
MOST_GRIDS, WIDEST, LONGEST = 6, 12, 60
"""Grids that are shown, and values of each across and down."""


class Ranked(NamedTuple):
    """A variant in the ranking."""

    rank: int
    variant: int
    parameters: list[str]
    metrics: list[str]


@dataclass(frozen=True, eq=False)
class SweepContent:
    """The report of a sweep of V variants.

    Attributes
    ----------
    title, sentence : str
    told : tuple of str
        What came out: first what is left after correction, where that was asked for, then the spread of all.
    beside : tuple of str
        The rest of the verdict, sentence by sentence; empty where none was asked for.
    facts : list of (label, text)
    metric : Definition
        That the variants are ranked by.
    axes : tuple of str
    names : tuple of str
        Of the axes, as short as they can be told apart.
    columns : list of Definition
        Metrics in the ranking.
    ranking : list of Ranked
        The first, the one in the middle, the last.
    spread : float array
        The metric of every variant that has one, ascending.
    lines : float array of shape (K, A + 1)
        Some variants over the whole ranking, the best first: the places of their values, and of the metric.
    labels : tuple of tuples of str
        The values of each axis as text.
    grids : list of Grid
        Medians over all other parameters.
    windows : WindowsView
        The benchmark and some variants of the ranking in the windows that the terms name.
    studied : Studied
    """

    title: str
    sentence: str
    told: tuple[str, ...]
    beside: tuple[str, ...]
    facts: list[tuple[str, str]]
    metric: Definition
    axes: tuple[str, ...]
    names: tuple[str, ...]
    columns: list[Definition]
    ranking: list[Ranked]
    spread: Floats
    lines: Floats
    labels: tuple[tuple[str, ...], ...]
    grids: list[Grid]
    studied: Studied
    windows: WindowsView

    @property
    def texts(self) -> list[str]:
        """All that may hold names."""
        cells = [text for row in self.ranking for text in row.parameters]
        return [self.title, self.sentence, *self.axes, *cells, *(text for _, text in self.facts)]


def sweep_content(
    read: Read,
    axes: Sequence[str],
    about: Mapping[str, Any],
    metric: str,
    verdict: Sequence[str] = (),
    windows: Read | None = None,
) -> SweepContent:
    """The content of a report.

    Parameters
    ----------
    read : callable
        Gives columns of the table, and rows by the numbers of variants: ``SweepResult.read``.
    axes : sequence of str
        Columns of the parameters.
    about : mapping
        What the result says of itself.
    metric : str
        That the variants are ranked by.
    verdict : sequence of str
        What is left after correction, in words.
    windows : callable, optional
        What variants made in windows of time, by their numbers: ``SweepResult.windows``.
    """
    read, short = read_short(read)
    known = shown_definitions(short=short)
    frame = read([*axes, *dict.fromkeys((metric, "cagr", "sharpe"))])
    column = frame[metric].to_numpy(np.float64)
    order = np.argsort(-column, kind="stable")
    ranked = order[: int(np.isfinite(column).sum())]
    labels = [axis["labels"] for axis in about["axes"]]
    brief = dict(zip(axes, map(_brief, labels), strict=True))
    frame = _shortened(frame, brief)
    labels = [[brief[name].get(label, label) for label in own] for name, own in zip(axes, labels, strict=True)]
    shown = list(dict.fromkeys((*COLUMNS, metric)))
    return SweepContent(
        title=f"Sweep: {about['name']}",
        sentence=about["sentence"],
        told=(*verdict[:1], *_told(column[ranked], len(column), known[metric], corrected=bool(verdict))),
        beside=tuple(verdict[1:]),
        facts=_facts(about, read),
        metric=known[metric],
        axes=tuple(axes),
        names=short_names(axes),
        columns=[known[name] for name in shown],
        ranking=_ranking(read, ranked, brief, {name: known[name] for name in shown}),
        spread=np.sort(column[ranked]),
        lines=_lines(frame, ranked, axes, labels, metric),
        labels=tuple(tuple(map(text_of, own)) for own in labels),
        grids=[grid._replace(short=short) for grid in _grids(frame, axes, labels)],
        studied=Studied(**about["panel"]),
        windows=_windows(windows, ranked, about),
    )


def _windows(windows: Read | None, ranked: Any, about: Mapping[str, Any]) -> WindowsView:
    """The first, the middle and the last variant of the ranking in windows of time."""
    told = about.get("windows") or {"found": [], "missed": ""}
    if windows is None or not told["found"] or not len(ranked):
        return WindowsView((), (), told["missed"])
    places = dict.fromkeys((0, *range(1, min(3, len(ranked))), len(ranked) // 2, len(ranked) - 1))
    table = windows([int(ranked[place]) for place in places])
    table["strategy"] = table["variant"].map({int(ranked[place]): f"{place + 1}." for place in places})
    return windows_view(table, [f"{place + 1}." for place in places], told["missed"])


def text_of(value: Any) -> str:
    """A value of a parameter as people read it; a missing one is "none"."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "none"
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)


def short_names(axes: Sequence[str]) -> tuple[str, ...]:
    """Names of parameters without the parts that they belong to, where no other is called so.

    >>> short_names(["score.lookback", "guard.lookback", "pick.hold_until_rank"])
    ('score lookback', 'guard lookback', 'hold until rank')
    """
    last = [name.rpartition(".")[2] for name in axes]
    found = [own if last.count(own) == 1 else name for name, own in zip(axes, last, strict=True)]
    return tuple(name.replace("_", " ").replace(".", " ") for name in found)


def _brief(labels: Sequence[Any]) -> Brief:
    """Parts by their classes alone, where that tells them apart; empty where it does not."""
    heads = [label.partition("(")[0] if isinstance(label, str) and label.endswith(")") else "" for label in labels]
    return dict(zip(labels, heads, strict=True)) if all(heads) and len({*heads}) == len(heads) else {}


def _shortened(frame: pd.DataFrame, brief: Mapping[str, Brief]) -> pd.DataFrame:
    return frame.assign(**{name: frame[name].map(own) for name, own in brief.items() if own})


def uncorrected(count: int) -> str:
    """That the best of so many was found by looking at all of them."""
    return f"Uncorrected, {count:,} tried: the best of many looks good by chance alone."


def _told(values: Floats, count: int, metric: Definition, *, corrected: bool) -> tuple[str, ...]:
    if not len(values):
        return (f"None of {count:,} variants ever decided.",)
    best, low, middle, high = (
        by_unit(float(value), metric.unit) for value in (values[0], *np.quantile(values, (0.25, 0.5, 0.75)))
    )
    idle = f"{count - len(values):,} never decided." if len(values) < count else ""
    spread = f"The middle half of all lies between {low} and {high}; the median is {middle}."
    first = f"The best of {count:,} variants: {metric.label}, {best}."
    return tuple(filter(None, (first, "" if corrected else uncorrected(count), spread, idle)))


def _facts(about: Mapping[str, Any], read: Read) -> list[tuple[str, str]]:
    how = read(["how"])["how"].value_counts()
    values = [(axis["name"], _listed(axis["labels"])) for axis in about["axes"]]
    return [
        *panel_facts(Studied(**about["panel"])),
        ("Measured", f"from {about['first_session']} on, the same sessions for all variants"),
        ("Costs", about["market"]["text"] + _swept(about, "market", "rule")),
        ("Orders", about["words"] + _swept(about, "term")),
        *values,
        ("Variants", about["search"] + f", where {about['where']}" * bool(about.get("where"))),
        ("Evaluated", "; ".join(f"{name}: {count:,}" for name, count in how.items())),
        ("Audit", audit_badge([about.get("audited", "")])),
    ]


def _swept(about: Mapping[str, Any], *kinds: str) -> str:
    """What a sentence about all runs leaves open."""
    names = [axis["name"] for axis in about["axes"] if axis["kind"] in kinds]
    return f"; as swept: {', '.join(names)}" * bool(names)


def _listed(labels: Sequence[Any]) -> str:
    texts = [text_of(label) for label in labels]
    if len(texts) > 12:
        return f"{', '.join(texts[:4])}, ..., {texts[-1]}: {len(texts)} values"
    return ", ".join(texts)


def _ranking(read: Read, ranked: Any, axes: Mapping[str, Brief], metrics: Mapping[str, Definition]) -> list[Ranked]:
    count = len(ranked)
    places = sorted({*range(min(FIRST, count)), *([count // 2] if count else []), *range(max(0, count - LAST), count)})
    rows = _shortened(read([*axes, *metrics], ranked[places].tolist()), axes) if places else pd.DataFrame()
    return [
        Ranked(
            place + 1, int(ranked[place]), [text_of(row[name]) for name in axes],
            [by_unit(float(row[name]), it.unit) for name, it in metrics.items()],
        )
        for place, (_, row) in zip(places, rows.iterrows(), strict=True)
    ]  # fmt: skip


def _lines(frame: pd.DataFrame, ranked: Any, axes: Sequence[str], labels: Sequence[Any], metric: str) -> Floats:
    count = len(ranked)
    places = np.linspace(0, max(count - 1, 0), min(count, DRAWN)).round().astype(np.int64)
    chosen = ranked[np.unique(places)]
    rows = frame.iloc[chosen]
    columns = []
    for name, own in zip(axes, labels, strict=True):
        at = {text_of(label): k / max(len(own) - 1, 1) for k, label in enumerate(own)}
        columns.append(np.array([at[text_of(value)] for value in rows[name]], np.float64))
    values = frame[metric].to_numpy(np.float64)[ranked]
    low, wide = (float(values.min()), float(np.ptp(values)) or 1.0) if count else (0.0, 1.0)
    columns.append((rows[metric].to_numpy(np.float64) - low) / wide)
    return np.column_stack(columns)


def _grids(frame: pd.DataFrame, axes: Sequence[str], labels: Sequence[Sequence[Any]]) -> list[Grid]:
    sizes = dict(zip(axes, map(len, labels), strict=True))
    several = [name for name in axes if sizes[name] > 1]
    if len(several) == 1:
        return [_grid(frame, several[0], "")] if sizes[several[0]] >= LEAST else []
    pairs = [sorted(pair, key=lambda name: sizes[name]) for pair in combinations(several, 2)]
    fitting = [(a, b) for a, b in pairs if sizes[a] <= WIDEST and sizes[b] <= LONGEST]
    return [_grid(frame, across, down) for across, down in fitting[:MOST_GRIDS]]


def _grid(frame: pd.DataFrame, across: str, down: str) -> Grid:
    """CAGR and Sharpe ratio by one or two parameters: medians over the others."""
    columns = _distinct(frame[across])
    rows = _distinct(frame[down]) if down else (math.nan,)
    keys = [frame[across].map(text_of)] + ([frame[down].map(text_of)] if down else [])
    medians = frame[["cagr", "sharpe"]].groupby(keys).median()
    known = dict(zip(medians.index, medians.to_numpy(np.float64), strict=True))
    cells = np.full((2, len(rows), len(columns)), np.nan)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            key = (text_of(column), text_of(row)) if down else text_of(column)
            if key in known:
                cells[:, i, j] = known[key]
    named = across.replace(".", " "), down.replace(".", " ")
    return Grid(*named, columns, rows, cells[0], cells[1], tuple(map(str, range(len(frame)))))


def _distinct(column: pd.Series) -> tuple[Any, ...]:
    values = list(column.drop_duplicates())
    known = [value for value in values if not (value is None or value != value)]
    ordered = sorted(known) if all(isinstance(v, int | float | np.number) for v in known) else known
    return (*("none" for _ in range(len(values) - len(known))), *ordered)
