"""Who held up in the pullback: ahead of the benchmark, after beta, on its plunge days, and since."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.data.pullback import Episode
from sectorlead.data.types import Floats
from sectorlead.reports.brief.series import Day, HeldUp, Strength
from sectorlead.reports.brief.terms import BriefTerms
from sectorlead.research.brief.cut import benchmark_of, line_days, moves_of
from sectorlead.research.brief.trend_support import bottom_row
from sectorlead.strategies.indicators.streaks import Streaks
from sectorlead.strategies.scores.excess import Excess
from sectorlead.strategies.scores.regression import betas
from sectorlead.strategies.scores.spans import Spans


def held_up(panel: Panel, market: Panel, fall: Episode | None, terms: BriefTerms) -> HeldUp | None:
    """Each series through the pullback of the benchmark, from session to session of their panel.

    A peak or low on a day that the panel lacks is taken for its session before; the move of a series on a plunge day is
    known only where the panel has that day and the benchmark's day before.

    Parameters
    ----------
    panel : Panel
        The series; ends with the day, and has the benchmark of ``market``.
    market : Panel
        Whose benchmark's line ``fall`` has its rows in, see ``cut.market_alone``.
    fall : Episode or None
        As ``trend_support.last_fall`` gives it.
    terms : BriefTerms

    Returns
    -------
    HeldUp or None
        None before the first pullback, or where the panel begins after its peak; the first ahead first,
        those of which it is not known last.
    """
    if fall is None:
        return None
    days = line_days(market)
    bottom = bottom_row(market, fall)
    peak, low = (panel.sessions.searchsorted(days[[fall.peak, bottom]], side="right") - 1).tolist()
    if peak < 0:
        return None
    bench = benchmark_of(panel).last_close
    ahead = Excess().measured(panel, Spans(np.array([peak]), np.array([low])))[0] if low > peak else _none(panel)
    beta = betas(panel, bench, np.array([peak]), terms.beta_window)[0]
    price = np.where(panel.has_bar, panel.last_adjusted_close, np.nan)
    carried = panel.last_adjusted_close
    after = np.log(carried[low] / carried[peak]) - beta * np.log(bench[low] / bench[peak])
    plunges = _plunges(market, fall.peak, terms.plunge)
    changes = moves_of(panel)
    on_plunges = _moves_on(panel, changes, days, [row for row, _ in plunges])
    streaks, since_low = Streaks()(panel)[-1], price[-1] / carried[low] - 1
    highest = _highest(carried[-terms.high :])
    record = price[-1] >= _highest(carried)
    rows = [
        _strength(
            panel, i, ahead=ahead[i], after=after[i], beta=beta[i], still=terms.still,
            plunges=tuple(float(move) for move in on_plunges[:, i]),
            today=float(changes[-1, i]), streak=streaks[i], changes=changes[:, i], since_low=float(since_low[i]),
            from_high=float(price[-1, i] / highest[i] - 1), record=bool(record[i]),
        )
        for i in range(len(panel.symbols))
    ]  # fmt: skip
    order = sorted(rows, key=lambda row: (np.isnan(row.ahead), -row.ahead if np.isfinite(row.ahead) else 0.0))
    over = len(days) - 1 if fall.over is None else fall.over
    return HeldUp(
        peak=panel.sessions[peak],
        low=panel.sessions[low],
        benchmark=float(bench[low] / bench[peak] - 1),
        age=len(days) - 1 - over,
        plunges=tuple(Day(date=days[row], move=move) for row, move in plunges),
        rows=tuple(order),
        first=panel.sessions[0],
    )


def reading_of(ahead: float, after: float, beta: float, still: float) -> str:
    """What the three numbers say together: a key of ``sectorlead.reports.brief.series.READINGS``.

    Parameters
    ----------
    ahead, after, beta, still : float
    """
    if np.isnan(ahead):
        return "not known"
    if ahead <= 0:
        return "fell more"
    if np.isnan(beta):
        return "not known"
    if beta < still:
        return "does not move"
    return "held up" if after > 0 else "by its beta"


def _strength(  # noqa: PLR0913  # the numbers of a row
    panel: Panel, i: int, *, ahead: float, after: float, beta: float, still: float, plunges: tuple[float, ...],
    today: float, streak: float, changes: Floats, since_low: float, from_high: float, record: bool,
) -> Strength:  # fmt: skip
    count = 0 if np.isnan(streak) else int(streak)
    return Strength(
        symbol=panel.symbols[i],
        name=panel.names[i],
        ahead=float(ahead),
        after_beta=float(after),
        beta=float(beta),
        reading=reading_of(ahead, after, beta, still),
        plunges=plunges,
        today=today,
        streak=count,
        streak_moves=tuple(float(move) for move in changes[-abs(count) :]) if count else (),
        since_low=since_low,
        from_high=from_high,
        record=record,
    )


def _plunges(market: Panel, peak: int, plunge: float) -> list[tuple[int, float]]:
    """Rows of the benchmark's whole line after the peak on which it lost ``plunge`` or more, and its move."""
    line = benchmark_of(market).line
    rows = [row for row in range(peak + 1, len(line)) if line[row] <= (1 - plunge) * line[row - 1]]
    return [(row, float(line[row] / line[row - 1] - 1)) for row in rows]


def _moves_on(panel: Panel, changes: Floats, days: pd.DatetimeIndex, rows: list[int]) -> Floats:
    """Moves of the series on days of the benchmark, (days, N); NaN unless the panel has that day and the one before."""
    found = np.full((len(rows), len(panel.symbols)), np.nan)
    at, before = (panel.sessions.get_indexer(days[[row - back for row in rows]]) for back in (0, 1))
    known = (at > 0) & (before == at - 1)
    found[known] = changes[at[known]]
    return found


def _highest(values: Floats) -> Floats:
    """The highest of each column that is known; NaN where none is."""
    found: Floats = pd.DataFrame(values).max(axis=0, skipna=True).to_numpy()
    return found


def _none(panel: Panel) -> Floats:
    return np.full(len(panel.symbols), np.nan)
