"""Rebounds after shocks: how far a series fell, how much of it is regained, and how much usually was."""

from __future__ import annotations

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.types import Flags, Floats
from sectorlead.reports.brief.series import Rebound, ReboundBase, Rebounds
from sectorlead.reports.brief.terms import BriefTerms
from sectorlead.research.brief.cut import moves_of


def rebounds(panels: dict[str, Panel], terms: BriefTerms) -> Rebounds:
    """Shocks of the last sessions in all panels, and what followed earlier ones.

    A shock is the first session of a series whose close is ``terms.shock`` or more below its highest close of the
    ``terms.shock_sessions`` sessions before it, with none in the ``terms.shock_age`` sessions before. It is measured
    from that highest close to the lowest close since.

    Parameters
    ----------
    panels : dict of str to Panel
        What their series are, for people; all end with the day.
    terms : BriefTerms
    """
    rows, days = [], set()
    outcomes: dict[int, list[float]] = {span: [] for span in terms.horizons}
    for of, panel in panels.items():
        price = panel.last_adjusted_close
        top, first = _shocks(price, panel.has_bar, terms)
        last, today = len(price) - 1, moves_of(panel)[-1]
        for row, column in zip(*np.nonzero(first), strict=True):
            line, high = price[:, column], top[row, column]
            if row + max(terms.horizons) <= last:
                days.add(panel.sessions[row])
            for span in terms.horizons:
                if row + span <= last:
                    outcomes[span].append(_regained(line[row : row + span + 1], high))
            if last - row < terms.shock_age:
                low = row + int(np.argmin(line[row:]))
                start = row - 1 - int(np.argmax(line[max(row - terms.shock_sessions, 0) : row][::-1]))
                rows.append(
                    Rebound(
                        symbol=panel.symbols[column], name=panel.names[column], of=of,
                        high=panel.sessions[start], low=panel.sessions[low],
                        fall=float(line[low] / high - 1), today=float(today[column]),
                        moves=tuple(float(move) for move in line[start + 1 :] / line[start:-1] - 1),
                        regained=_regained(line[row:], high),
                    )
                )  # fmt: skip
    base = tuple(
        ReboundBase(
            sessions=span, shocks=len(found),
            regained=float(np.mean(found)) if found else np.nan,
            whole=float(np.mean([value >= 1 for value in found])) if found else np.nan,
        )
        for span, found in outcomes.items()
    )  # fmt: skip
    return Rebounds(rows=tuple(sorted(rows, key=lambda row: row.fall)), base=base, days=len(days))


def _shocks(price: Floats, has_bar: Flags, terms: BriefTerms) -> tuple[Floats, Flags]:
    """Highest close of the sessions before each, and where a shock begins; both of shape (T, N)."""
    top = np.full(price.shape, np.nan)
    for back in range(1, terms.shock_sessions + 1):
        top[back:] = np.fmax(top[back:], price[:-back])
    fell = has_bar & (price <= (1 - terms.shock) * top)
    first = np.zeros(fell.shape, np.bool_)
    quiet = np.full(price.shape[1], -terms.shock_age - 1)
    for row in np.flatnonzero(fell.any(axis=1)):
        begun = fell[row] & (row - quiet > terms.shock_age)
        first[row], quiet = begun, np.where(begun, row, quiet)
    return top, first


def _regained(line: Floats, high: float) -> float:
    """Share of the fall from ``high`` to the lowest of a line that its last value has regained."""
    low = float(np.min(line))
    return float((line[-1] - low) / (high - low))
