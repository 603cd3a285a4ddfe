"""The tearsheet: one run on one self-contained page."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...engine.record import Record
from ..analysis.attribution import rows_of
from ..analysis.pullbacks import pullback_rule
from ..analysis.targets import drag_in_words, rolls_in_words
from ..charts import svg
from ..charts.cells import share
from ..charts.picture import Frame, picture
from ..charts.rrg_map import TAIL
from ..charts.spec import fullest
from ..growth import points
from ..luck.result import LuckResult
from ..luck.section import luck_section
from ..market_context import MarketContext
from ..sections.content import ReportContent, report_content
from ..sections.facts import ONE_VARIANT
from ..sections.tables import best_and_worst, heat_scale
from ..significance.words import headline, method
from .jinja import render, write

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PRINTED_ROWS, PRINTED_YEARS, PRINTED_PHASES = 30, 15, 8
"""What page one of a print has room for: series, years, pullbacks."""
PRINTED_COLUMNS = 14  # pullbacks side by side in a print
TIMELINE_HEIGHT, MONTHS_HEIGHT = 215.0, 140.0  # pixels of page one of a print for all rows of each
SHOWN, MOST = 10, 250  # decisions in view, and behind a click; the rest is in decisions.csv
MAP = Frame(800, 496, left=50, right=4, above=20, below=36)
ROLLS = 6  # rolled dates in view; the rest is in rebalances.csv


def write_tearsheet(
    record: Record,
    path: str | Path,
    context: MarketContext | None = None,
    *,
    luck: LuckResult | None = None,
    locale: str = "en",
    moves: str | None = None,
) -> Path:
    """Write the report of a run as one HTML file that opens offline; returns its path.

    Without ``context`` (``sectorlead.Run`` computes them) it has no market phases and no map. ``locale`` is a key of
    ``locale.LOCALES``, ``moves`` one of ``palette.SCHEMES``.
    """
    return write(path, tearsheet(report_content(record, context, luck), locale=locale, moves=moves))


def tearsheet(content: ReportContent, *, locale: str = "en", moves: str | None = None) -> str:
    """The page as text.

    Parameters
    ----------
    content : ReportContent
    locale : str
        A key of ``locale.LOCALES``.
    moves : str, optional
        One of ``palette.SCHEMES``; default: the first of them.
    """
    record, phases = content.record, content.phases
    dates = points(record).strftime("%Y-%m-%d")
    series = np.array([phase.series for phase in phases]).reshape(len(phases), len(record.panel.symbols))
    known = np.isfinite(series)
    means = np.where(known, series, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    rolling, found = content.rolling, content.attribution
    printed_rows = {row.code for row in fullest(content.timeline, PRINTED_ROWS).rows}
    years = content.years[-PRINTED_YEARS:]
    effects, year_names, year_rows = rows_of(found, record.panel.names) if found else ([], [], [])
    return render(
        "tearsheet.html",
        content.texts(),
        locale=locale,
        moves=moves,
        title=f"{content.title}: backtest",
        report=content,
        record=record,
        roles=("strategy", "benchmark", "reference") if len(content.columns) == 3 else ("strategy", "reference"),
        rule=pullback_rule(record).sentence(),
        growth=svg.chart(content.growth, 300, 110),
        drawdown=svg.chart(content.drawdown, 120, 45),
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
        first_notes=[text for label, text in content.facts if label == "Note"][:2],
        behind=svg.behind(content.timeline),
        printed_rows=printed_rows,
        row_height=round(min(11.0, TIMELINE_HEIGHT / max(len(printed_rows), 1)), 2),
        most_years=PRINTED_YEARS,
        year_height=round(min(12.0, MONTHS_HEIGHT / max(len(years), 1)), 2),
        most_printed_phases=PRINTED_PHASES,
        most_columns=PRINTED_COLUMNS,
        beta=svg.chart(rolling.beta, 130) if rolling and rolling.beta else "",
        strength=svg.chart(rolling.strength, 130) if rolling and rolling.strength else "",
        widest=max((abs(row.contribution) for row in content.sectors[:-1]), default=0.0),
        share=share,
        map=picture(content.map.chart, MAP) if content.map else "",
        tail=TAIL,
        outcome=headline(content.verdict),
        beside=content.verdict.sentences[len(headline(content.verdict)) :],
        how_judged=method(content.verdict),
        luck=luck_section(content.luck) if content.luck else None,
        effects=effects,
        year_names=year_names,
        year_rows=year_rows,
        year_scale=heat_scale(np.array([values for _, values, _ in year_rows[:-1]]), 0.002),
    )
