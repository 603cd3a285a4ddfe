"""What a run sent in each session, and what was held the evening before, read off its record."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead import Run
from sectorlead.engine.record import REASONS

WAITS = {"no_bar", "zero_volume", "limit_up", "limit_down", "participation", "fees"}


class Evening(NamedTuple):
    """A run after a close."""

    holdings: pd.DataFrame
    cash: float


def evening(run: Run, row: int) -> Evening:
    """Holdings with the day that opened them, and what is still open, after the close of panel row ``row``."""
    at, outcome = row - run.terms.first, run.outcome
    shares = outcome.shares[at]
    log = outcome.rejections
    mine = np.flatnonzero(log.row == row)
    sale_short = any(log.side[k] < 0 for k in mine)
    target = np.full(len(shares), np.nan)
    for k in mine:
        reason = REASONS[log.reason[k]]
        if run.terms.unfilled == "carry" and (reason in WAITS or (reason == "cash" and sale_short)):
            i = log.column[k]
            target[i] = max(0.0, shares[i] + log.side[k] * (log.wanted[k] - log.filled[k]))
    rows = np.flatnonzero((shares > 0) | np.isfinite(target))
    since = [run.sessions[at - run_length(outcome.shares[: at + 1, i]) + 1] if shares[i] else pd.NaT for i in rows]
    symbols = [run.panel.symbols[i] for i in rows]
    frame = pd.DataFrame({"symbol": symbols, "shares": shares[rows], "since": since, "target": target[rows]})
    return Evening(frame, float(outcome.cash[at]))


def run_length(held: Any) -> int:
    """For how many sessions up to the last something has been held."""
    empty = np.flatnonzero(held <= 0)
    return len(held) - 1 - int(empty[-1]) if len(empty) else len(held)


def sent(run: Run, row: int) -> dict[str, float]:
    """Shares that the run wanted to buy (above 0) or sell in a session, filled or not."""
    fills, log = run.outcome.fills, run.outcome.rejections
    wanted: dict[str, float] = {}
    for k in np.flatnonzero((fills.row == row) & (np.abs(fills.side) == 1)):
        wanted[run.panel.symbols[fills.column[k]]] = float(fills.side[k] * fills.shares[k])
    for k in np.flatnonzero(log.row == row):
        if REASONS[log.reason[k]] not in ("lot", "no_price", "terminated"):
            wanted[run.panel.symbols[log.column[k]]] = float(log.side[k] * log.wanted[k])
    return wanted
