"""What the report of an event study says, whatever it is laid out on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..charts.cells import interval
from ..charts.spec import Chart
from ..formatting import BLANK, percent
from ..sections.facts import audit_badge
from .charts import ANCHORS, HINDSIGHT, TESTED, ic, largest
from .result import EventStudyResult, Studied

SIDES = 5
"""Series that are named at either end of an episode."""
CONTROLS = (
    (
        "ic_tested", "Beta out",
        "rank correlation with beta taken out of both sides, over episodes whose horizons don't overlap; it is tested",
    ),
    ("ic", "Raw", "the same as it is, over all episodes"),
    (
        "ic_partial", "Given beta, momentum",
        "partial rank correlation, given beta and the momentum of 120 sessions up to the peak",
    ),
    ("ic_momentum", "Momentum instead", "that momentum in the place of the score"),
    ("ic_low_beta", "Low beta instead", "minus beta in the place of the score"),
    ("ic_placebo_neutral", "Placebo", "beta out, over windows of the same lengths apart from falls"),
    ("ic_over_placebo", "Over placebo", "beta out, less the placebo, paired by episode"),
)  # fmt: skip
"""Columns of the table of controls: of the frame, their head, and what they are."""


class Cell(NamedTuple):
    """An anchor and horizon, beside its controls."""

    anchor: str
    horizon: int
    hindsight: bool
    sure: bool
    mark: Chart | None
    role: str
    values: tuple[str, ...]
    p: str
    corrected: str
    over: str
    power: str
    distinct: int


class Side(NamedTuple):
    """A series at one end of an episode."""

    name: str
    symbol: str
    score: float
    after: float


class Told(NamedTuple):
    """One episode."""

    number: int
    peak: str
    entered: str
    left: str
    depth: float
    trend: str
    ics: tuple[float, ...]
    read: str
    strongest: tuple[Side, ...]
    weakest: tuple[Side, ...]


def p_text(value: float) -> str:
    """A p-value as people read it: two or three decimals, and never 0."""
    if not np.isfinite(value):
        return BLANK
    return "<0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def panel_facts(known: Studied) -> list[tuple[str, str]]:
    """What the data are."""
    against = f"; benchmark {known.benchmark}" if known.benchmark else "; no benchmark"
    return [
        ("Period", f"{known.first} to {known.last}, {known.sessions:,} sessions"),
        ("Data", f"{known.source or 'not named'}; {known.series} series{against}"),
        *(("Note", note) for note in known.notes),
    ]


def facts(result: EventStudyResult) -> list[tuple[str, str]]:
    """What was asked, in the order in which it was fixed: what could be found stands before what was."""
    terms = result.terms
    quiet = (
        f"windows in no fall of the benchmark that end {terms['placebo_apart']} sessions or more after one; "
        f"{terms['placebo_sessions']:,} sessions can be drawn"
    )
    few = "too few sessions lie apart from falls of the benchmark to say what other times are like"
    counts = result.episodes.groupby("anchor")["episode"].nunique()
    read = [f"{ANCHORS[name][0]}, {counts[name]} times: {ANCHORS[name][1]}" for name in result.anchors]
    return [
        *panel_facts(result.studied),
        ("Episodes", result.rule),
        ("Read at", "; ".join(read)),
        ("Placebo", quiet if terms["placebo_told"] else few),
        ("Tests", f"{terms['flips']:,} sign flips, seed {terms['seed']}; corrected for all anchors and horizons"),
        ("Audit", audit_badge([result.audited])),
    ]


def shown_horizon(result: EventStudyResult) -> int:
    """The horizon that single episodes are shown at: 20 sessions, or the middle one."""
    steps = result.horizons
    return 20 if 20 in steps else steps[len(steps) // 2]


def cells(result: EventStudyResult) -> list[Cell]:
    """A row per anchor and horizon, those known in hindsight last."""
    table = result.table
    ends = table[["ic_low", "ic_high", "ic_tested"]].to_numpy(np.float64)
    scale = largest(ends, 0.05)
    rows = table.sort_values("hindsight", kind="stable").to_dict(orient="records")
    return [_cell(row, scale) for row in rows]


def _cell(row: dict[Any, Any], scale: float) -> Cell:
    role = HINDSIGHT if row["hindsight"] else TESTED
    return Cell(
        row["anchor"], row["horizon"], bool(row["hindsight"]), bool(row["p_family"] <= 0.05),
        interval(row["ic_low"], row["ic_tested"], row["ic_high"], scale, role), role,
        tuple(ic(row[name]) for name, _, _ in CONTROLS), p_text(row["p_flip"]), p_text(row["p_family"]),
        p_text(row["p_family_placebo"]), f"{row['power_ic']:.2f}" if np.isfinite(row["power_ic"]) else BLANK,
        int(row["distinct"]),
    )  # fmt: skip


def heat(result: EventStudyResult) -> list[tuple[str, list[float], list[bool]]]:
    """By anchor the tested rank correlation at each horizon, and which of them stand after the correction."""
    out = []
    for anchor in result.anchors:
        rows = result.table[result.table["anchor"] == anchor]
        out.append((anchor, rows["ic_tested"].tolist(), (rows["p_family"] <= 0.05).tolist()))
    return out


def regime_rows(result: EventStudyResult) -> list[tuple[str, str, list[tuple[int, float]]]]:
    """By regime: kind, name, and for each anchor the episodes and mean rank correlation at the shown horizon."""
    frame = result.regimes[result.regimes["horizon"] == shown_horizon(result)]
    order = list(dict.fromkeys(zip(frame["by"], frame["regime"], strict=True)))
    kinds = list(dict.fromkeys(frame["by"].tolist()))
    out = []
    for by, regime in sorted(order, key=lambda pair: (kinds.index(pair[0]), pair[1])):
        line = []
        for anchor in result.anchors:
            chosen = frame[(frame["by"] == by) & (frame["regime"] == regime) & (frame["anchor"] == anchor)]
            line.append((int(chosen["episodes"].sum()), float(chosen["ic"].iloc[0]) if len(chosen) else float("nan")))
        out.append((by, regime, line))
    return out


def told_episodes(result: EventStudyResult) -> list[Told]:
    """Every episode, the last one first."""
    horizon, names = shown_horizon(result), result.anchors
    frame = result.episodes[result.episodes["horizon"] == horizon]
    read_at = next((name for name in reversed(names) if name != "trough"), names[-1])
    reading = dict(iter(result.readings[result.readings["anchor"] == read_at].groupby("episode")))
    out = []
    for number, rows in frame.groupby("episode"):
        by_anchor = rows.set_index("anchor")
        first = rows.iloc[0]
        sides = reading.get(number)
        whole = _sides(sides, horizon) if sides is not None else ((), ())
        ics = tuple(float(by_anchor["ic"].get(name, np.nan)) for name in names)
        trend = {"above": "held", "below": "broken"}.get(first["trend"], "")
        at = f"{by_anchor['at'][read_at]:%F}" if read_at in by_anchor.index else ""
        out.append(
            Told(
                int(str(number)) + 1, f"{first['peak']:%F}", _day(first, "entered"), _end(first),
                float(rows["depth"].min()), trend, ics, at, *whole,
            )
        )  # fmt: skip
    return out[::-1]


def _sides(rows: pd.DataFrame, horizon: int) -> tuple[tuple[Side, ...], tuple[Side, ...]]:
    ordered = rows.sort_values("rank")
    count = min(SIDES, len(ordered) // 2)
    named = [
        Side(str(row["name"]), str(row["symbol"]), float(row["score"]), float(row[f"after_{horizon}"]))
        for row in ordered.to_dict(orient="records")
    ]
    return tuple(named[:count]), tuple(named[::-1][:count])


def _day(row: pd.Series, name: str) -> str:
    return f"{row[name]:%F}" if name in row and pd.notna(row[name]) else ""


def _end(row: pd.Series) -> str:
    if "end" not in row:
        return ""
    return _day(row, "left") + (" (expired)" if row["end"] == "expired" else "") or "lasts"


def score_text(value: float) -> str:
    """A score, in percent where it is small enough to be a return."""
    return percent(value, 1, True) if abs(value) < 1 else f"{value:,.2f}"
