"""The pullbacks of the benchmark: in short for page one, and one by one with every series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...analysis.pullbacks import pullback_rule
from ...growth import points
from ...message import say, sentence
from ..base import (
    COUNT,
    PERCENT,
    POINTS,
    SIGNED,
    Block,
    Cell,
    Column,
    Heading,
    Item,
    Items,
    Paragraph,
    Section,
    Table,
    Value,
    heat,
)
from ..content import ReportContent
from ..definitions import BENCHMARK, EQUAL_WEIGHT, OVER_BENCHMARK, OVER_EQUAL_WEIGHT, SESSIONS, STRATEGY
from ..facts import yearly_fact
from ..tables import Mark, best_and_worst, heat_scale

SHOWN = 12
"""Pullbacks in view; earlier ones are behind a click."""
WHY_LEAD = say(
    "Lead: strategy over equal weight, which holds all series under the same schedule, rules and costs; relative: over "
    "the benchmark, as what holds cash or calmer series falls less than that without any choice."
)


def pullbacks(content: ReportContent) -> Section | None:
    """The section; None without a benchmark."""
    if content.split is None:
        return None
    columns = (
        Column(say("Growth per year")), Column(say("Sessions"), COUNT, SESSIONS, wide=True),
        Column(say("Strategy"), SIGNED, STRATEGY), Column(say("Benchmark"), SIGNED, BENCHMARK),
        Column(say("Equal weight"), SIGNED, EQUAL_WEIGHT),
        Column(say("Lead"), SIGNED, OVER_EQUAL_WEIGHT, look="strong"),
        Column(say("Relative"), SIGNED, OVER_BENCHMARK, wide=True),
    )  # fmt: skip
    rows = [
        (label, part.sessions, part.strategy, part.benchmark, part.equal_weight, part.lead, part.relative)
        for label, part in zip((say("Inside"), say("Outside")), content.split, strict=True)
    ]
    rule = sentence(pullback_rule(content.record).sentence())
    yearly: list[Block] = [Paragraph(sentence(text), "note") for _, text in yearly_fact(content.record)]
    inside = yearly or [Table(say("Inside and outside pullbacks"), columns, rows, look="tight")]
    blocks: list[Block] = [
        Paragraph((rule, say("A session counts as inside if it began inside one."), WHY_LEAD), "lead"),
        *inside,
    ]
    if content.phases:
        blocks += [
            Heading(say("Each pullback, from its peak to its lowest close")),
            _episodes(content),
            Heading(say("Every series in every pullback")),
            _series(content),
        ]
    else:
        blocks.append(Paragraph(say("The benchmark had no pullback in this run.")))
    return Section("pullbacks", say("Pullbacks of the benchmark"), blocks, say("Pullbacks"))


def _episodes(content: ReportContent) -> Table:
    days = points(content.record)
    columns = (
        Column(say("Peak")), Column(say("Known"), wide=True), Column(say("Lowest")), Column(say("Over"), wide=True),
        Column(say("Benchmark"), PERCENT, BENCHMARK), Column(say("Strategy"), PERCENT, STRATEGY),
        Column(say("Equal weight"), PERCENT, EQUAL_WEIGHT),
        Column(say("Lead"), SIGNED, OVER_EQUAL_WEIGHT, look="strong"),
        Column(say("Held up best"), look="wrap marks"),
        Column(say("Fell most"), look="wrap marks"),
    )  # fmt: skip
    rows = []
    for phase in reversed(content.phases):
        best, worst = best_and_worst(content.record, phase)
        peak = f"{days[phase.peak]:%F}"
        rows.append(
            (
                say("before {date}", date=peak) if phase.early else peak, days[phase.entered], days[phase.trough],
                say("still open") if phase.left is None else days[phase.left], phase.benchmark, phase.strategy,
                phase.equal_weight, phase.lead, _marks(best), _marks(worst),
            )
        )  # fmt: skip
    caption = say("The latest first. Series: total return over the benchmark's; • was held during the fall.")
    return Table(say("Pullback episodes"), columns, rows, caption, "episodes", shown=SHOWN)


def _marks(marks: Sequence[Mark]) -> Items:
    return Items(tuple(Item("• " * mark.held + mark.name, before=SIGNED.text(mark.relative)) for mark in marks))


def _series(content: ReportContent) -> Table:
    panel, phases, days = content.record.panel, content.phases[::-1], points(content.record)
    series = np.array([phase.series for phase in phases]).reshape(len(phases), len(panel.symbols))
    known = np.isfinite(series)
    means = np.where(known, series, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    scales = [heat_scale(line) for line in series]
    heads = [Column(f"{days[phase.peak]:%Y-%m}", POINTS) for phase in phases]
    rows: list[Sequence[Value | Cell]] = [
        (say("Benchmark"), *(Cell(phase.benchmark) for phase in phases), None),
        (
            Cell(say("Strategy"), strong=True),
            *(heat(phase.relative, scale) for phase, scale in zip(phases, scales, strict=True)),
            float(np.mean([phase.relative for phase in phases])),
        ),
    ]
    for i in sorted(range(len(panel.symbols)), key=lambda i: (panel.groups[i], panel.symbols[i])):
        cells = [
            heat(float(phase.series[i]), scale)._replace(marked=bool(phase.held[i]) and bool(known[k, i]))
            for k, (phase, scale) in enumerate(zip(phases, scales, strict=True))
        ]
        rows.append((panel.names[i], *cells, float(means[i])))
    caption = (
        say(
            "Total return relative to the benchmark from peak to lowest close, percent, the latest first; blank where "
            "not listed; • was held during the fall."
        ),
        say("Colours are scaled within each pullback; the benchmark's row is its own fall."),
    )
    mean = Column(say("Mean"), POINTS, say("Over the pullbacks in which it was listed."), look="total")
    columns = [Column(say("Series")), *heads, mean]
    return Table(say("Series in pullbacks"), columns, rows, caption, "heat latest")
