"""The charts of a comparison by name, for figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ...data.errors import UnknownNameError
from ..analysis.pullbacks import pullback_spans
from ..charts.palette import run_roles
from ..charts.shading import bands
from ..charts.small_multiples import relative
from ..charts.spec import Chart
from ..charts.tiled import grouped_bars, lying_bars
from ..charts.time_series import drawdown_chart, growth_chart
from ..growth import Growth, benchmark_growth, by_month, points, strategy_growth
from ..sections.tables import compounded
from .tournament_result import TournamentResult

Lines = list[tuple[Growth, str]]


def tournament_chart(found: TournamentResult, kind: str) -> Chart:
    """A chart of a comparison.

    Parameters
    ----------
    found : TournamentResult
    kind : str
        A key of ``TOURNAMENT_CHARTS``.

    Raises
    ------
    UnknownNameError
        For another kind.
    """
    if kind not in TOURNAMENT_CHARTS:
        raise UnknownNameError("kind", kind, TOURNAMENT_CHARTS)
    return TOURNAMENT_CHARTS[kind](found)


def _lines(found: TournamentResult) -> Lines:
    roles = run_roles(len(found.records))
    return [
        (strategy_growth(record)._replace(label=label), role)
        for (label, record), role in zip(found.records.items(), roles, strict=True)
    ]


def _market(found: TournamentResult) -> Lines:
    market = benchmark_growth(found.records[found.against])
    return [(market, "benchmark")] if market else []


def _growth(found: TournamentResult) -> Chart:
    first = found.records[found.against]
    return growth_chart([*_lines(found), *_market(found)], points(first), bands(pullback_spans(first)))


def _drawdown(found: TournamentResult) -> Chart:
    first = found.records[found.against]
    return drawdown_chart([*_lines(found), *_market(found)], points(first), bands(pullback_spans(first)))


def _relative(found: TournamentResult) -> Chart:
    """Growth of every other line over that of the first."""
    (base, _), *others = _lines(found)
    over = [(relative(line, base), role) for line, role in [*others, *_market(found)]]
    dates = points(found.records[found.against])
    level = (Growth(base.label, np.ones(len(dates))), "strategy")
    return growth_chart([*over, level], dates)._replace(title=f"Growth over {base.label}")


def _years(found: TournamentResult) -> Chart:
    dates, groups, names = points(found.records[found.against]), [], list[str]()
    for line, role in [*_lines(found), *_market(found)]:
        months = by_month(line, dates)
        years = np.unique(months.year)
        names = [str(year) for year in years]
        groups.append((line.label, role, np.array([compounded(months.returns[months.year == year]) for year in years])))
    return grouped_bars("Calendar years", names, groups)


def _ahead(found: TournamentResult) -> Chart:
    """How far each is ahead of the first, a year, over all sessions."""
    rows = sorted((row for row in found.paired.rows if row.phase == ""), key=lambda row: -row.ahead)
    values = np.array([row.ahead for row in rows], dtype=np.float64)
    roles = ["up" if value > 0 else "down" for value in values]
    return lying_bars(f"Ahead of {found.against}, per year", [row.strategy for row in rows], values, roles)


TOURNAMENT_CHARTS: Mapping[str, Callable[[TournamentResult], Chart]] = MappingProxyType(
    {"growth": _growth, "drawdown": _drawdown, "relative": _relative, "years": _years, "ahead": _ahead}
)
"""How each chart is made."""
