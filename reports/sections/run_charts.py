"""The charts of a run by name, for figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ...data.errors import UnknownNameError
from ...engine.record import Record
from ..analysis.execution import rotations
from ..analysis.phases import by_phase
from ..analysis.pullbacks import pullback_spans
from ..analysis.sectors import sectors
from ..charts.axes import time_ticks
from ..charts.shading import bands, phase_bands, phase_key
from ..charts.spec import Band, Chart, Dot, Line, Reach, Tick, straight
from ..charts.tiled import grouped_bars, heat_cells, lying_bars
from ..charts.time_series import drawdown_chart, growth_chart
from ..charts.wait import wait_of
from ..equal_weight import equal_weight_growth
from ..growth import Growth, benchmark_growth, points, strategy_growth
from ..history import history_of
from ..holdings import holding_spells
from ..market_context import MarketContext
from ..series_colours import series_colours
from .rotation_map import rotation_map
from .tables import heat_scale, years_of
from .timeline import timeline

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Context = Callable[[], MarketContext | None]
"""Market phases and coordinates of the run's panel, computed when they are asked for; None without a benchmark."""


def run_chart(record: Record, kind: str, context: Context) -> Chart:
    """A chart of a run.

    Parameters
    ----------
    record : Record
    kind : str
        A key of ``RUN_CHARTS``.
    context : callable
        Gives the market phases.

    Raises
    ------
    UnknownNameError
        For another kind, and for one that the run has not, such as "phases" without a benchmark.
    """
    made = RUN_CHARTS[kind](record, context) if kind in RUN_CHARTS else None
    if made is None:
        without = ("phases", "rrg") if record.panel.benchmark is None else ()
        raise UnknownNameError("kind", kind, [name for name in RUN_CHARTS if name not in (*without, kind)])
    return made


def _lines(record: Record) -> list[tuple[Growth, str]]:
    market = benchmark_growth(record)
    return [
        (strategy_growth(record)._replace(label="Strategy"), "strategy"),
        *([(market, "benchmark")] if market else []),
        (equal_weight_growth(record), "reference"),
    ]


def _shades(record: Record, context: Context) -> tuple[tuple[Band, ...], tuple[tuple[str, str], ...]]:
    phases = context()
    return (phase_bands(record, phases), phase_key(record, phases)) if phases else ((), ())


def _growth(record: Record, context: Context) -> Chart:
    (shaded, key), wait = _shades(record, context), wait_of(record)
    return growth_chart(wait.lines(_lines(record)), wait.dates, wait.bands(shaded))._replace(key=(*wait.key, *key))


def _drawdown(record: Record, context: Context) -> Chart:
    (shaded, key), wait = _shades(record, context), wait_of(record)
    lines = wait.lines(_lines(record)[:2])
    return drawdown_chart(lines, wait.dates, wait.bands(shaded))._replace(key=(*wait.key, *key))


def _rotation(record: Record, context: Context) -> Chart:
    spells = holding_spells(history_of(record))
    shaded = bands(pullback_spans(record)) if record.panel.benchmark else ()
    chart = timeline(record, points(record), spells, shaded, series_colours(record, spells))
    return wait_of(record).rows(chart)


def _months(record: Record, context: Context) -> Chart:
    years = years_of(record, strategy_growth(record), None)
    values = np.array([year.months for year in years])
    names = [str(year.year) for year in years]
    return heat_cells("Monthly returns, percent", names, MONTHS, values, heat_scale(values))


def _years(record: Record, context: Context) -> Chart:
    lines = _lines(record)
    totals = [[year.total for year in years_of(record, line, None)] for line, _ in lines]
    names = [str(year.year) for year in years_of(record, lines[0][0], None)]
    groups = [(line.label, role, np.array(own)) for (line, role), own in zip(lines, totals, strict=True)]
    return grouped_bars("Calendar years", names, groups)


def _phases(record: Record, context: Context) -> Chart | None:
    phases = context()
    rows = by_phase(record, phases) if phases else ()
    if not rows:
        return None
    market = benchmark_growth(record)
    groups = [
        ("Strategy", "strategy", np.array([row.strategy for row in rows])),
        (market.label if market else "", "benchmark", np.array([row.benchmark for row in rows])),
    ]
    return grouped_bars("Growth by market phase", [row.name for row in rows], groups)


def _rrg(record: Record, context: Context) -> Chart | None:
    phases = context()
    found = rotation_map(record, phases, series_colours(record)) if phases else None
    return found.chart if found else None


def _contribution(record: Record, context: Context) -> Chart:
    rows = sorted(sectors(record, series_colours(record))[:-1], key=lambda row: -row.contribution)
    values = np.array([row.contribution for row in rows])
    roles = ["up" if value > 0 else "down" for value in values]
    return lying_bars("Contribution, percent of starting cash", [row.name for row in rows], values, roles)


def _why(record: Record, context: Context) -> Chart:
    """The rank of each series that came in or left, at the decision that moved it."""
    dates = points(record)
    last, day = len(dates) - 1, {session: k for k, session in enumerate(dates)}
    moved = [
        (day[row.session], move, role)
        for row in rotations(record) for role, moves in (("up", row.came), ("down", row.left)) for move in moves
        if move.rank and row.session in day
    ]  # fmt: skip
    most = max((move.rank for _, move, _ in moved), default=1)
    reach = Reach(most + 1.0, 0.0)
    step = max(1, most // 8)
    dots = tuple(
        Dot(at / last, 1.0 - move.rank / (most + 1), role, f"{dates[at]:%F} {move.name}: {move.basis}")
        for at, move, role in moved
    )
    levels = [1, *range(1 + step, most + 1, step)]
    stems: tuple[Line, ...] = tuple(
        straight((0.0, 1.0 - level / (most + 1)), (1.0, 1.0 - level / (most + 1)), "leader") for level in levels
    )
    came, left = (sum(each == role for _, _, each in moved) for role in ("up", "down"))
    return Chart(
        "Why rotated: the rank of what came in and what left",
        f"Ranks at the decisions: {came} came in, {left} left.",
        time_ticks(dates), tuple(Tick(1.0 - level / (most + 1), str(level)) for level in levels), lines=stems,
        dots=dots, key=(("up", "Came in"), ("down", "Left")), y_name="Rank", y_reach=reach, dates=dates,
    )  # fmt: skip


RUN_CHARTS: Mapping[str, Callable[[Record, Context], Chart | None]] = MappingProxyType(
    {
        "growth": _growth, "drawdown": _drawdown, "rotation": _rotation, "months": _months, "years": _years,
        "phases": _phases, "rrg": _rrg, "contribution": _contribution, "why": _why,
    }
)  # fmt: skip
"""How each chart is made; None where a run has no such."""
