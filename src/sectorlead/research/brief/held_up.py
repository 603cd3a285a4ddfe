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
from sectorlead.strategies.scores.regression import regression
from sectorlead.strategies.scores.spans import Spans


def held_up(panel: Panel, main: Panel, fall: Episode | None, terms: BriefTerms) -> HeldUp | None:
    """Each series through the pullback of the main panel's benchmark.

    Parameters
    ----------
    panel : Panel
        The series; ends with the day, and has the benchmark of ``main``.
    main : Panel
        Whose benchmark's line ``fall`` has its rows in.
    fall : Episode or None
        As ``trend_support.last_fall`` gives it.
    terms : BriefTerms

    Returns
    -------
    HeldUp or None
        None before the first pullback, or where its peak or low is no session of the panel; the first ahead first,
        those of which it is not known last.
    """
    if fall is None:
        return None
    days = line_days(main)
    bottom = bottom_row(main, fall)
    peak, low = panel.sessions.get_indexer(days[[fall.peak, bottom]]).tolist()
    if peak < 0 or low < 0:
        return None
    bench = benchmark_of(panel).last_close
    ahead = Excess().measured(panel, Spans(np.array([peak]), np.array([low])))[0] if low > peak else _none(panel)
    beta = regression(panel, bench, np.array([peak]), terms.beta_window).beta[0]
    price = np.where(panel.has_bar, panel.last_adjusted_close, np.nan)
    carried = panel.last_adjusted_close
    after = np.log(carried[low] / carried[peak]) - beta * np.log(bench[low] / bench[peak])
    plunges = _plunges(panel, peak, terms.plunge)
    changes = moves_of(panel)
    streaks, since_low = Streaks()(panel)[-1], price[-1] / carried[low] - 1
    highest = _highest(carried[-terms.high :])
    record = price[-1] >= _highest(carried)
    rows = [
        _strength(
            panel, i, ahead=ahead[i], after=after[i], beta=beta[i], still=terms.still,
            plunges=tuple(float(changes[row, i]) for row in plunges),
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
        plunges=tuple(Day(date=panel.sessions[row], move=float(bench[row] / bench[row - 1] - 1)) for row in plunges),
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


def _plunges(panel: Panel, peak: int, plunge: float) -> list[int]:
    """Rows after the peak on which the benchmark lost ``plunge`` or more."""
    line = benchmark_of(panel).last_close
    return [row for row in range(max(peak, 0) + 1, len(line)) if line[row] <= (1 - plunge) * line[row - 1]]


def _highest(values: Floats) -> Floats:
    """The highest of each column that is known; NaN where none is."""
    found: Floats = pd.DataFrame(values).max(axis=0, skipna=True).to_numpy()
    return found


def _none(panel: Panel) -> Floats:
    return np.full(len(panel.symbols), np.nan)
