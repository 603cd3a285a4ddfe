"""The tearsheet: one run on one self-contained page."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..engine.record import Record
from . import svg
from .growth import points
from .page import render, write
from .pullbacks import pullback_rule
from .sheet import ONE_VARIANT, Sheet, best_and_worst, convention, heat_scale, sheet
from .targets import drag_in_words, rolls_in_words

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SHOWN, MOST = 10, 250  # decisions in view, and behind a click; the rest is in decisions.csv
ROLLS = 6  # rolled dates in view; the rest is in rebalances.csv


def write_tearsheet(record: Record, path: str | Path) -> Path:
    """Write the report of a run as one HTML file that opens offline; returns its path."""
    return write(path, tearsheet(sheet(record)))


def tearsheet(content: Sheet) -> str:
    """The page as text."""
    record, phases = content.record, content.phases
    dates = points(record).strftime("%Y-%m-%d")
    series = np.array([phase.series for phase in phases]).reshape(len(phases), len(record.panel.symbols))
    known = np.isfinite(series)
    means = np.where(known, series, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    return render(
        "tearsheet.html",
        content.texts(),
        title=f"{content.title}: backtest",
        sheet=content,
        record=record,
        roles=("strategy", "benchmark", "reference") if len(content.columns) == 3 else ("strategy", "reference"),
        rule=pullback_rule(record),
        convention=convention(record),
        growth=svg.chart(content.growth, 300),
        drawdown=svg.chart(content.drawdown, 120),
        month_names=MONTHS,
        month_scale=heat_scale(np.array([year.months for year in content.years])),
        days=dates,
        ends={phase: best_and_worst(record, phase) for phase in phases},
        order=sorted(range(len(record.panel.symbols)), key=lambda i: (record.panel.groups[i], record.panel.symbols[i])),
        scales=[heat_scale(line) for line in series],
        phase_means=means,
        strategy_mean=float(np.mean([phase.relative for phase in phases])) if phases else 0.0,
        shown=SHOWN,
        most=MOST,
        drag=drag_in_words(content.attained) if content.attained else "",
        rolls=rolls_in_words(content.attained, ROLLS) if content.attained else "",
        one_variant=ONE_VARIANT,
    )
