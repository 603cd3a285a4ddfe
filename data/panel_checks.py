"""What a panel must be: its axes, its bars, the ends of its series, its benchmark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .arrays import carried
from .bars import BARS, LATE_CLOSES, PRICES, Broken, broken_rules, late_closes
from .benchmark import Benchmark
from .bounds import EARLIEST, LATEST
from .clock import timed
from .errors import DataError
from .types import Flags, Floats


def flags_of(given: Any, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """``special`` of a panel from what was given for it.

    Parameters
    ----------
    given : bool or float array of shape (T, N), or None
    shape : (T, N)

    Raises
    ------
    DataError
        Another shape, or numbers other than 1, 0 and NaN.
    """
    if given is None:
        return np.zeros(shape, np.bool_)
    array = np.asarray(given)
    if array.shape != shape:
        raise DataError(f"panel: special has shape {array.shape}, sessions x symbols is {shape}")
    if array.dtype == np.bool_:
        return np.asarray(array, np.bool_)
    if array.dtype.kind not in "iuf" or not np.isin(array[~np.isnan(array)], (0, 1)).all():
        raise DataError("panel: special must be True or False, or 1, 0 and NaN where nothing is said")
    return np.asarray(carried(array.astype(np.float64)) == 1.0)


def check_axes(sessions: pd.DatetimeIndex, symbols: tuple[str, ...]) -> None:
    """Sessions are ascending midnights without a zone, and no symbol comes twice.

    Parameters
    ----------
    sessions : DatetimeIndex of shape (T,)
    symbols : tuple of str, N of them

    Raises
    ------
    DataError
        Names the first that are wrong.
    """
    if not isinstance(sessions, pd.DatetimeIndex):
        raise DataError(f"panel: sessions must be a DatetimeIndex, was {type(sessions).__name__}")
    if sessions.tz is not None:
        raise DataError("panel: sessions carry a time zone; make them naive: index.tz_localize(None).normalize()")
    timed = sessions != sessions.normalize()
    if timed.any():
        raise DataError(f"panel: sessions must be midnights, first other: {sessions[timed][0]}")
    if not (sessions.is_monotonic_increasing and sessions.is_unique):
        raise DataError("panel: sessions must be strictly increasing without duplicates")
    first, last = (f"{day:%Y-%m-%d}" for day in (sessions[[0, -1]] if len(sessions) else (pd.Timestamp(EARLIEST),) * 2))
    if first < EARLIEST or last > LATEST:
        raise DataError(f"panel: sessions must lie from {EARLIEST} to {LATEST}, were {first}..{last}")
    doubles = sorted(symbol for symbol, count in Counter(symbols).items() if count > 1)
    if doubles:
        raise DataError(f"panel: symbols given twice: {', '.join(doubles[:5])}")


def check_bars(owner: str, sessions: pd.DatetimeIndex, symbols: tuple[str, ...], bars: Mapping[str, Floats]) -> None:
    """No bar is impossible.

    Parameters
    ----------
    owner : str
        For messages.
    sessions : DatetimeIndex of shape (T,)
    symbols : tuple of str, N of them
    bars : mapping of str to array of shape (T, N)
        As ``broken_rules``.

    Raises
    ------
    DataError
        Names the rule and the first bars that break it.
    """
    late = Broken(late_closes(bars["close"], bars["open"]), LATE_CLOSES, PRICES)
    for broken in (*broken_rules(bars), *((late,) if late.where.any() else ())):
        where = np.argwhere(broken.where)
        first = ", ".join(f"{sessions[t]:%F} {symbols[i]}" for t, i in where[:5])
        raise DataError(f"{owner}: {broken.rule}; {len(where)} bars break this, first: {first}")


def check_timed(sessions: pd.DatetimeIndex, symbols: tuple[str, ...], bar: Flags, fields: Mapping[str, Floats]) -> None:
    """Prices at times of day must stand in bars.

    Parameters
    ----------
    sessions : DatetimeIndex of shape (T,)
    symbols : tuple of str, N of them
    bar : bool array of shape (T, N)
    fields : mapping of str to array of shape (T, N)

    Raises
    ------
    DataError
        Names the first that does not.
    """
    for name, values in fields.items():
        alone = np.isfinite(values) & ~bar if timed(name) else np.zeros(0)
        if alone.any():
            t, i = np.argwhere(alone)[0]
            raise DataError(
                f"panel: {name} has {int(alone.sum()):,} prices where there is no bar, first: {sessions[t]:%F} "
                f"{symbols[i]}; bring the bars of those sessions, or leave the prices empty"
            )


def check_ends(
    sessions: pd.DatetimeIndex, symbols: tuple[str, ...], has_bar: Flags, last_date: NDArray[np.datetime64]
) -> None:
    """No series has a bar after the date on which it is said to have ended.

    Parameters
    ----------
    sessions : DatetimeIndex of shape (T,)
    symbols : tuple of str, N of them
    has_bar : bool array of shape (T, N)
    last_date : M8 array of shape (N,)
        NaT where nothing is said.

    Raises
    ------
    DataError
        Names the first such bars.
    """
    stated = np.flatnonzero(~np.isnat(last_date))
    late = has_bar[:, stated] & (sessions.to_numpy()[:, None] > last_date[stated])
    if late.any():
        where = [(sessions[t], symbols[stated[k]], last_date[stated[k]]) for k, t in
                 np.argwhere(late.T)[:5]]  # fmt: skip
        first = ", ".join(f"{day:%F} {symbol} (last_date {end.astype('M8[D]')})" for day, symbol, end in where)
        raise DataError(
            f"panel: a series has no bar after its last_date; {int(late.sum())} bars break this, first: {first}. "
            "Correct the date, or leave it out"
        )


def check_benchmark(sessions: pd.DatetimeIndex, benchmark: Benchmark) -> None:
    """The benchmark is on the sessions of the panel, its earlier bars lie before them, and none is impossible.

    Parameters
    ----------
    sessions : DatetimeIndex of shape (T,)
    benchmark : Benchmark

    Raises
    ------
    DataError
        Names the first bars that are wrong.
    """
    for key in BARS:
        count = len(getattr(benchmark, key))
        if count != len(sessions):
            raise DataError(f"panel: benchmark has {count} sessions in {key}, the panel {len(sessions)}")
    earlier = benchmark.earlier.sessions
    check_axes(earlier, ())
    if len(earlier) and len(sessions) and earlier[-1] >= sessions[0]:
        raise DataError(
            f"panel: earlier bars of the benchmark must end before its first session, {sessions[0]:%F}; "
            f"they end {earlier[-1]:%F}"
        )
    bars = {key: benchmark.whole(key)[:, None] for key in BARS}
    bars["adj_factor"] = np.ones((len(bars["close"]), 1))
    check_bars("benchmark", pd.DatetimeIndex(earlier.append(sessions)), (benchmark.symbol,), bars)
