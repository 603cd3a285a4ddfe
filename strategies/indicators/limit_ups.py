"""Limit-ups of stocks: how many sealed, how many broke, and how many in a row, from bars or from a vendor's pools.

Tables in, tables out, because the stocks are not the panel that is traded. Row t uses rows <= t.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...data.errors import DataError


def seal_rate(sealed: pd.Series, broken: pd.Series) -> pd.Series:
    """Success rate of limit-ups, ``sealed / (sealed + broken)``, by session; NaN where none was tried.

    Market practice. ``sealed`` closed at the limit, ``broken`` touched it and fell back: the series ``limit-up`` and
    ``limit-up-failed`` of ``sectorlead.data.sources.breadth.LimitUp``.

    Parameters
    ----------
    sealed, broken : Series of counts by session

    Returns
    -------
    Series
        In [0, 1], named ``seal_rate``.
    """
    tried = sealed + broken
    rate: pd.Series = (sealed / tried.where(tried > 0)).rename("seal_rate")
    return rate


def limit_up_runs(close: pd.DataFrame, upper: pd.DataFrame, tick: float = 0.01) -> pd.DataFrame:
    """How many limit-ups in a row each stock has closed with, sessions x stocks; 0 where it did not close at the limit.

    NaN where it has no bar. A session without a limit ends a run.

    Parameters
    ----------
    close : DataFrame
        Unadjusted closes, sessions x stocks; NaN where there is no bar, which neither ends a run nor is part of it.
    upper : DataFrame
        Highest price allowed, aligned with ``close``; NaN where there is no limit.
    tick : float
        Smallest price step: a close counts from half a tick below the limit.
    """
    _check({"close": close, "upper": upper})
    sealed = (close >= upper - tick / 2).to_numpy()
    bars = close.notna()
    return pd.DataFrame(_runs(sealed, bars.to_numpy()), close.index, close.columns, dtype=float).where(bars)


def limit_up_breadth(close: pd.DataFrame, high: pd.DataFrame, upper: pd.DataFrame, tick: float = 0.01) -> pd.DataFrame:
    """Limit-ups of a session, from the bars of the stocks.

    Parameters
    ----------
    close, upper, tick
        See ``limit_up_runs``.
    high : DataFrame
        Unadjusted highs, aligned with ``close``.

    Returns
    -------
    DataFrame by session
        ``limit_up`` closed at the limit; ``broken`` touched it and did not; ``seal_rate`` (see there); ``consecutive``
        closed at it for the second time in a row or more; ``longest`` run. Counts are NaN in a session in which no
        stock has both a bar and a limit.
    """
    _check({"close": close, "high": high, "upper": upper})
    known = (close.notna() & upper.notna()).any(axis=1)
    sealed = close >= upper - tick / 2
    broken = (high >= upper - tick / 2) & ~sealed
    return _table(sealed, broken, limit_up_runs(close, upper, tick), known)


def pool_breadth(sealed: pd.DataFrame, broken: pd.DataFrame, sessions: pd.DatetimeIndex | None = None) -> pd.DataFrame:
    """Limit-ups of a session, from the pools a vendor publishes.

    Parameters
    ----------
    sealed, broken : DataFrame
        One row per stock and session, with the columns ``date`` and ``symbol``: the pools ``limit-up`` and
        ``limit-up-failed`` of ``sectorlead.data.sources.breadth.LimitUp.pool``, put together with
        ``.assign(date=day)``.
    sessions : DatetimeIndex, optional
        All sessions of the exchange in that time; default: those that have a row. A session without a row in
        ``sealed`` was not collected: it is NaN, and runs are counted anew after it.

    Returns
    -------
    DataFrame by session
        As ``limit_up_breadth``. Runs are as long as the collection can tell: one that began before it is cut short.
    """
    for name, pool in (("sealed", sealed), ("broken", broken)):
        missing = [column for column in ("date", "symbol") if column not in pool.columns]
        if missing:
            raise DataError(f"pool_breadth: {name} has no column {missing[0]!r}; add it: pool.assign(date=day)")
    sealed, broken = _dated("sealed", sealed), _dated("broken", broken)
    for name, pool in (("sealed", sealed), ("broken", broken)):
        if pool.duplicated(["date", "symbol"]).any():
            twice = pool[pool.duplicated(["date", "symbol"])].iloc[0]
            raise DataError(f"pool_breadth: {name} has {twice['symbol']} twice on {twice['date']:%F}; drop duplicates")
    if sessions is None:
        sessions = pd.DatetimeIndex(sorted(set(sealed["date"]) | set(broken["date"])))
    symbols = sorted(set(sealed["symbol"]) | set(broken["symbol"]))
    there, failed = (
        pd.crosstab(pool["date"], pool["symbol"]).reindex(sessions, columns=symbols, fill_value=0) > 0
        for pool in (sealed, broken)
    )
    known = there.any(axis=1)
    runs = pd.DataFrame(_runs(there.to_numpy(), np.ones(there.shape, np.bool_)), there.index, there.columns)
    return _table(there, failed, runs, known)


def _dated(name: str, pool: pd.DataFrame) -> pd.DataFrame:
    """The pool with timestamps for dates, which may have come as text or as numbers such as 20240102."""
    if isinstance(pool["date"].dtype, np.dtype) and pool["date"].dtype.kind == "M":
        return pool
    try:
        return pool.assign(date=pd.to_datetime(pool["date"].astype(str), format="ISO8601"))
    except ValueError as error:
        raise DataError(f"pool_breadth: {name} has a date that can't be read ({error}); write 2024-01-02") from None


def _runs(flags: np.ndarray, bars: np.ndarray) -> np.ndarray:
    """Flags in a row up to each session; a session without a bar is skipped."""
    count = np.cumsum(flags, axis=0)
    before = np.maximum.accumulate(np.where(bars & ~flags, count, 0), axis=0)
    return np.where(flags, count - before, 0)


def _table(sealed: pd.DataFrame, broken: pd.DataFrame, runs: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
    counts = {
        "limit_up": sealed.sum(axis=1), "broken": broken.sum(axis=1),
        "consecutive": (runs >= 2).sum(axis=1), "longest": runs.max(axis=1),
    }  # fmt: skip
    table = pd.DataFrame(counts, dtype=float).where(known)
    table.insert(2, "seal_rate", seal_rate(table["limit_up"], table["broken"]))
    return table


def _check(tables: dict[str, pd.DataFrame]) -> None:
    close = tables["close"]
    for name, table in tables.items():
        if not (table.index.equals(close.index) and table.columns.equals(close.columns)):
            raise DataError(f"limit-ups: {name} is not aligned with close; use {name}.reindex_like(close)")
