"""The benchmark's means, whether the pullback's low held them, and how many pullbacks before did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.data.pullback import Episode
from sectorlead.reports.brief.market import Close, Fall, Level, TrendSupport
from sectorlead.reports.brief.terms import BriefTerms
from sectorlead.research.brief.cut import benchmark_of, line_days
from sectorlead.strategies.indicators.support import Support


def last_fall(panel: Panel, terms: BriefTerms) -> Episode | None:
    """The current pullback of the benchmark, or the last one, in rows of its whole line; None before the first.

    Parameters
    ----------
    panel : Panel
    terms : BriefTerms
    """
    episodes = terms.pullback.find(benchmark_of(panel).line).episodes
    return episodes[-1] if episodes else None


def bottom_row(panel: Panel, fall: Episode) -> int:
    """Row of the lowest close from the peak up to the end of the pullback, the latest of equal ones, in the whole line.

    Parameters
    ----------
    panel : Panel
    fall : Episode
        As ``last_fall`` gives it.
    """
    line = benchmark_of(panel).line
    stop = len(line) if fall.over is None else fall.over + 1
    part = line[fall.peak : stop]
    return fall.peak + len(part) - 1 - int(np.argmin(part[::-1]))


def fall_of(panel: Panel, fall: Episode | None) -> Fall | None:
    """The pullback with dates for rows.

    Parameters
    ----------
    panel : Panel
    fall : Episode or None
        As ``last_fall`` gives it.
    """
    if fall is None:
        return None
    bench = benchmark_of(panel)
    days, line, low = line_days(panel), bench.line, bottom_row(panel, fall)
    return Fall(
        peak=Close(date=days[fall.peak], close=float(line[fall.peak])),
        entered=days[fall.entered],
        bottom=Close(date=days[low], close=float(line[low])),
        depth=float(line[low] / line[fall.peak] - 1),
        over=None if fall.over is None else days[fall.over],
        end=fall.end,
        sessions=low - fall.peak,
    )


def trend_support(panel: Panel, fall: Episode | None, terms: BriefTerms) -> TrendSupport:
    """The means, and base rates of pullbacks that held them.

    Parameters
    ----------
    panel : Panel
        Ends with the day.
    fall : Episode or None
        As ``last_fall`` gives it.
    terms : BriefTerms
    """
    bench = benchmark_of(panel)
    days = line_days(panel)
    recent = pd.Timestamp(year=panel.sessions[-1].year - terms.recent_years + 1, month=1, day=1)
    tables = {mean: Support(mean=mean, **terms.pullback._asdict()).table(panel) for mean in terms.means}
    levels = tuple(_level(bench.line, mean, table, recent) for mean, table in tables.items())
    shortest = tables[min(terms.means)]
    low = None
    if fall is not None and len(shortest):
        low = Close(date=shortest["low"].iloc[-1], close=float(shortest["price"].iloc[-1]))
    return TrendSupport(fall=fall_of(panel, fall), first=days[0], recent_first=recent, low=low, levels=levels)


def _level(line: np.ndarray, mean: int, table: pd.DataFrame, recent: pd.Timestamp) -> Level:
    value = float(pd.Series(line[-mean:]).mean()) if len(line) >= mean else np.nan
    known = table[table["answer"] != "unknown"]
    late = known[known["peak"] >= recent]
    return Level(
        sessions=mean,
        value=value,
        distance=float(line[-1] / value - 1),
        low_margin=float(table["margin"].iloc[-1]) if len(table) else np.nan,
        pullbacks=len(known),
        undercut=int((known["answer"] == "undercut").sum()),
        recent=len(late),
        recent_undercut=int((late["answer"] == "undercut").sum()),
    )
