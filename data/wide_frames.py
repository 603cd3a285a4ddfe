"""Wide frames, sessions x symbols, as the arguments of a panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .benchmark import Benchmark, bars_alone, earlier_bars
from .errors import UnknownNameError
from .fields import Fields, check_lag, lagged
from .frames import laid_over, line_over, sessions_of, symbols_of


def arrays_of(
    close: pd.DataFrame, benchmark: pd.Series | None, lags: Mapping[str, int], arrays: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments of ``Panel``, each frame aligned with ``close``.

    Parameters
    ----------
    close : DataFrame of shape (T, N)
    benchmark : Series or None
    lags : mapping of str to int
    arrays : mapping
        Any other argument.

    Raises
    ------
    DataError, UnknownNameError
        As ``Panel.from_frames``.
    """
    sessions, symbols = sessions_of(close.index, "close"), symbols_of(close.columns, "close")
    others = dict(arrays)
    notes, extra = list(others.pop("notes", ())), dict(others.pop("fields", None) or {})
    for key in lags:
        if key not in extra:
            raise UnknownNameError("field", key, tuple(extra))
    for key, value in extra.items():
        extra[key], lag = value, lags.get(key, 0)
        if isinstance(value, pd.DataFrame):
            extra[key], note = _known(value, sessions, symbols, key, lag)
            notes += [note] if note else []
        else:
            extra[key] = lagged(np.asarray(value, dtype=np.float64), lag, key)
    for key, value in others.items():
        if isinstance(value, pd.DataFrame):
            others[key], note = laid_over(value, sessions, symbols, key)
            notes += [note] if note else []
    if benchmark is not None:
        line = line_over(benchmark, sessions, "benchmark")
        own = benchmark.dropna().sort_index().to_frame("close")
        earlier, note = earlier_bars(own, sessions)
        notes += [f"benchmark {benchmark.name} {note}"] if note else []
        alone = bars_alone(own, sessions)
        blank, name = np.full(len(close), np.nan), str(benchmark.name)
        others["benchmark"] = Benchmark(name, name, blank, blank, blank, line, blank, blank, earlier, alone)
    prices = close.to_numpy(np.float64)
    put = {"sessions": sessions, "symbols": symbols, "close": prices, "fields": Fields(extra), "notes": tuple(notes)}
    return put | others


def _known(
    frame: pd.DataFrame, sessions: pd.DatetimeIndex, symbols: tuple[str, ...], what: str, lag: int
) -> tuple[Any, str]:
    """A field as it was known in each session; rows before the first one are taken for the sessions before it."""
    values, note = laid_over(frame, sessions, symbols, what)
    check_lag(what, lag)
    days = pd.DatetimeIndex(frame.index)
    before = days[days < sessions.min()].sort_values()[-lag:] if lag else days[:0]
    early = laid_over(frame, before, symbols, what)[0] if len(before) else None
    return lagged(values, lag, what, early), note
