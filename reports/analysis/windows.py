"""What a run made in named windows of time, beside its benchmark: crashes, years, one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from ...data.windows import Window, windows_between, windows_of
from ...engine.config import Windows
from ...engine.record import Record
from ..growth import LEAST, Growth, annualises, benchmark_growth, periods_per_year, points, strategy_growth
from ..metrics.run_metrics import blanked, line_metrics

METRICS = ("total_return", "max_drawdown", "volatility", "sharpe")
"""What is told of each window, of the run and of its benchmark; the last two only where a window is long enough."""


class Stretch(NamedTuple):
    """The sessions of a run that lie in a window.

    Attributes
    ----------
    window : Window
    start, stop : int
        Positions among the run's sessions, ``stop`` not included.
    part : str
        What of the window the run does not have, in words; "" where it has all of it.
    """

    window: Window
    start: int
    stop: int
    part: str

    @property
    def sessions(self) -> int:
        """How many there are."""
        return self.stop - self.start


class Stretches(NamedTuple):
    """The windows of which a run has something, and a sentence on those of which it has nothing."""

    found: tuple[Stretch, ...]
    missed: str


def stretches(windows: Windows | None, sessions: pd.DatetimeIndex) -> Stretches:
    """The sessions of each window.

    Parameters
    ----------
    windows : str, mapping, sequence or None
        As ``RunConfig.periods``.
    sessions : DatetimeIndex of shape (S,)
        Of the run.
    """
    first, last = sessions[0], sessions[-1]
    found, outside = [], []
    for window in windows_between(windows_of(windows) if windows else (), first, last):
        begin, end = pd.Timestamp(window.first), pd.Timestamp(window.last)
        start, stop = int(sessions.searchsorted(begin, side="left")), int(sessions.searchsorted(end, side="right"))
        if start == stop:
            outside.append(f"{window.name} ({window.first} to {window.last})")
            continue
        part = _part(begin, end, first, last)
        found.append(Stretch(window, start, stop, part))
    missed = f"No session of the run lies in {', '.join(outside)}." if outside else ""
    return Stretches(tuple(found), missed)


def _part(begin: pd.Timestamp, end: pd.Timestamp, first: pd.Timestamp, last: pd.Timestamp) -> str:
    """What the run lacks of a window; a week without sessions, as around a new year, is no lack."""
    week = pd.Timedelta(days=10)
    told = [f"from {first:%F}"] * bool(first - begin > week) + [f"to {last:%F}"] * bool(end - last > week)
    return " ".join(told)


def window_metrics(growth: Growth, dates: pd.DatetimeIndex, stretch: Stretch) -> dict[str, float]:
    """``METRICS`` of one line in a window, from its last level before it; NaN where the line is not known.

    Parameters
    ----------
    growth : Growth
        S + 1 levels.
    dates : DatetimeIndex of shape (S + 1,)
        From ``growth.points``.
    stretch : Stretch
    """
    here = slice(stretch.start, stretch.stop + 1)
    line, days = Growth(growth.label, growth.levels[here]), dates[here]
    if not np.isfinite(line.levels[[0, -1]]).all():
        return dict.fromkeys(METRICS, np.nan)
    periods = periods_per_year(days[1:])
    values = line_metrics(line, days, periods)
    yearly = annualises(stretch.sessions, periods, LEAST) and annualises(len(dates) - 1, periods)
    values = values if yearly else blanked(values)
    return {name: values[name] for name in METRICS}


def window_table(records: Mapping[str, Record]) -> pd.DataFrame:
    """What runs over the same sessions made in each window of their terms, beside the benchmark.

    Parameters
    ----------
    records : mapping of label to Record

    Returns
    -------
    DataFrame
        A row for each window and run: ``window``, ``first``, ``last``, ``part``, ``sessions``, ``strategy``,
        ``METRICS`` as fractions, the same of the benchmark with ``benchmark_`` before them, and ``excess``, the
        difference of the two total returns. Windows outside of the runs are in ``attrs["missed"]``, a sentence.
    """
    rows: list[dict[str, Any]] = []
    missed: dict[str, None] = {}
    order: dict[str, int] = {}
    for label, record in records.items():
        dates, own, market = points(record), strategy_growth(record), benchmark_growth(record)
        found, outside = stretches(record.terms.periods, record.sessions)
        missed[outside] = None
        for stretch in found:
            order.setdefault(stretch.window.name, len(order))
            mine = window_metrics(own, dates, stretch)
            theirs = window_metrics(market, dates, stretch) if market else dict.fromkeys(METRICS, np.nan)
            rows.append({
                "window": stretch.window.name, "first": record.sessions[stretch.start],
                "last": record.sessions[stretch.stop - 1], "part": stretch.part, "sessions": stretch.sessions,
                "strategy": label, **mine, **{f"benchmark_{name}": value for name, value in theirs.items()},
                "excess": mine["total_return"] - theirs["total_return"],
            })  # fmt: skip
    rows.sort(key=lambda row: order[str(row["window"])])
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.attrs["missed"] = " ".join(filter(None, missed))
    return table


COLUMNS = [
    "window", "first", "last", "part", "sessions", "strategy", *METRICS, *(f"benchmark_{name}" for name in METRICS),
    "excess",
]  # fmt: skip


def in_windows(returns: Floats, spans: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
    """Total return and deepest fall of many lines in each window, shape (V, W) each.

    Parameters
    ----------
    returns : float64 array of shape (V, S)
        Of each session, as fractions.
    spans : sequence of (int, int), W of them
        The first session of each window, and the one after its last.
    """
    total, deepest = np.empty((len(returns), len(spans))), np.empty((len(returns), len(spans)))
    for w, (start, stop) in enumerate(spans):
        grown = np.cumprod(1.0 + returns[:, start:stop], axis=1)
        peaks = np.maximum(np.maximum.accumulate(grown, axis=1), 1.0)
        total[:, w], deepest[:, w] = grown[:, -1] - 1.0, (grown / peaks - 1.0).min(axis=1)
    return total, np.minimum(deepest, 0.0)
