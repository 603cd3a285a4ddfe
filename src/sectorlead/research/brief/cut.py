"""The day of a brief: a session that is over, and panels that end with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.bars import BARS
from sectorlead.data.benchmark import Benchmark, EarlierBars
from sectorlead.data.calendar import calendar_for
from sectorlead.data.dates import as_date
from sectorlead.data.errors import DataError, InputError
from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats
from sectorlead.research.session_over import check_over

NEAREST = 2  # sessions named on either side of a date that is none


def session_row(panel: Panel, date: Any = None, now: pd.Timestamp | None = None) -> int:
    """The row of the session that a brief is of.

    Parameters
    ----------
    panel : Panel
    date : date, optional
        Default: the panel's last session.
    now : Timestamp, optional
        Time in Shanghai, without a zone; default: the clock's.

    Raises
    ------
    InputError
        The date lies after the panel, is no session of it, or is today and its session is not over.
    """
    sessions = panel.sessions
    if not len(sessions):
        raise InputError("brief: the panel has no session; give one that has")
    day = sessions[-1] if date is None else as_date("date", date)
    if day > sessions[-1]:
        raise InputError(
            f"brief: {day:%F} has not closed in these data, whose last session is {sessions[-1]:%F}; "
            "fetch newer ones, or ask for that day"
        )
    row = int(sessions.searchsorted(day))
    if sessions[row] != day:
        near = sessions[max(row - NEAREST, 0) : row + NEAREST]
        raise InputError(
            f"brief: {day:%F} is no session of these data; the nearest are " + ", ".join(f"{each:%F}" for each in near)
        )
    check_over("brief", sessions, row, now)
    return row


def cut_at(panel: Panel | None, day: pd.Timestamp, what: str) -> Panel | None:
    """A further panel up to the day, or None for none.

    Parameters
    ----------
    panel : Panel or None
    day : Timestamp
    what : str
        For the error.

    Raises
    ------
    InputError
        It has no such session.
    """
    if panel is None:
        return None
    row = int(panel.sessions.searchsorted(day))
    if row == len(panel.sessions) or panel.sessions[row] != day:
        first, last = panel.sessions[0], panel.sessions[-1]
        raise InputError(
            f"brief: {what} have no session on {day:%F} (they run {first:%F} to {last:%F}); leave them out"
        )
    return known_at_end(panel.until(row))


def known_at_end(panel: Panel) -> Panel:
    """The panel of those series that have begun, and were published, by its last session.

    So it is the same whether it was cut from a longer one or loaded that day.

    Parameters
    ----------
    panel : Panel

    Raises
    ------
    DataError
        None has.
    """
    known = np.isfinite(panel.last_close[-1]) & panel.published[-1]
    if known.all():
        return panel
    if not known.any():
        raise DataError(f"brief: no series has begun by {panel.sessions[-1]:%F}; ask for a later day")
    return panel.select([panel.symbols[i] for i in np.flatnonzero(known)])


def benchmark_of(panel: Panel) -> Benchmark:
    """The benchmark of a panel that ends with the day.

    Raises
    ------
    DataError
        It has none, or that has no bar on the day.
    """
    if panel.benchmark is None:
        raise DataError("brief: the panel needs a benchmark: load(..., benchmark=...), or --benchmark PATH:SYMBOL")
    if not np.isfinite(panel.benchmark.close[-1]):
        raise DataError(
            f"brief: benchmark {panel.benchmark.symbol} has no bar on {panel.sessions[-1]:%F}; "
            "take another day, or another benchmark"
        )
    return panel.benchmark


def market_alone(panel: Panel) -> Panel:
    """The day itself, with all bars of the benchmark before it, those on days that the panel lacks too.

    What is told of the benchmark alone (its means, pullbacks, candles, days like this one) goes along its own line.

    Parameters
    ----------
    panel : Panel
        Ends with the day.
    """
    bench = benchmark_of(panel)
    own = bench.on_its_own_days(panel.sessions)
    arrays = {key: getattr(own, key) for key in BARS}
    earlier = EarlierBars(own.sessions[:-1], **{key: values[:-1] for key, values in arrays.items()})
    day = {key: values[-1:] for key, values in arrays.items()}
    closes = pd.DataFrame(panel.last_close[-1:], panel.sessions[-1:], list(panel.symbols))
    return Panel.from_frames(closes)._replaced(benchmark=Benchmark(bench.symbol, bench.name, **day, earlier=earlier))


def against(panel: Panel, market: Panel) -> Panel:
    """The panel with another panel's benchmark, on its own sessions; bars of others are left out.

    Parameters
    ----------
    panel : Panel
    market : Panel
        With the benchmark, as ``market_alone`` gives it.
    """
    benchmark, days = benchmark_of(market), line_days(market)
    whole = pd.DataFrame({key: benchmark.whole(key) for key in BARS}, days)
    own = whole.reindex(panel.sessions)
    past = whole[days < panel.sessions[0]]
    earlier = EarlierBars(pd.DatetimeIndex(past.index), *(past[key].to_numpy() for key in BARS))
    arrays = {key: own[key].to_numpy() for key in BARS}
    own_bench = Benchmark(benchmark.symbol, benchmark.name, **arrays, earlier=earlier, alone=benchmark.alone)
    return panel._replaced(benchmark=own_bench)


def sessions_left_out(panel: Panel, market: Panel) -> str:
    """That the exchange has had sessions between a panel's last two, over which moves of the day then go; "" if not.

    Parameters
    ----------
    panel : Panel
        Ends with the day.
    market : Panel
        With all bars of the benchmark, which may have one on these days.
    """
    kept = calendar_for(panel.sessions, panel.symbols, simulated=panel.simulated)
    if kept is None or len(panel.sessions) < 2:
        return ""
    before, day = panel.sessions[-2], panel.sessions[-1]
    one = pd.Timedelta(days=1)
    between = kept.between(before + one, day - one)
    if not len(between):
        return ""
    lack = f"these data lack the exchange's sessions from {between[0]:%F} to {between[-1]:%F}"
    if line_days(market)[-2:][0] > before:
        return f"{lack}: moves of the series, not of the benchmark, begin with the close of {before:%F}"
    return f"{lack}: moves of the day begin with the close of {before:%F}"


def line_days(panel: Panel) -> pd.DatetimeIndex:
    """The sessions of the benchmark's whole line, those before the panel first."""
    return pd.DatetimeIndex(benchmark_of(panel).earlier.sessions.append(panel.sessions))


def moves_of(panel: Panel) -> Floats:
    """Simple returns of adjusted closes since the last bar, shape (T, N); NaN without a bar, and in the first session.

    Parameters
    ----------
    panel : Panel
    """
    price = panel.last_adjusted_close
    moves = np.full(price.shape, np.nan)
    moves[1:] = np.where(panel.has_bar[1:], price[1:] / price[:-1] - 1, np.nan)
    return moves
