"""A run in the forms that other libraries read: pyfolio, empyrical, quantstats."""

from __future__ import annotations

import pandas as pd

from ...engine.record import Record
from ..growth import benchmark_growth
from ..history import history_of

CASH = "cash"
"""Column of the money that is in no series, as pyfolio calls it."""


def to_pyfolio(record: Record, *, adjusted: bool = False) -> tuple[pd.Series, pd.DataFrame, pd.DataFrame]:
    """Returns, positions and transactions, as ``pyfolio.create_full_tear_sheet`` takes them.

    ``empyrical`` takes the same returns. Sessions become midnights in UTC, as pyfolio asks for.

    Parameters
    ----------
    record : Record
    adjusted : bool
        Count shares as after the run's last split or distribution, and price them so, which leaves amount x price as
        it was. pyfolio's round trips match purchases and sales share by share and know of no splits; they also cut
        amounts to whole shares. By default: as traded.

    Returns
    -------
    returns : Series of shape (S,)
        Of each session, as fractions; the first is against the starting cash. Sessions after ruin are left out.
    positions : DataFrame of shape (S, M + 1)
        Money in each of the M series that the run ever held after a close, and in "cash", after each close; the rows
        sum to the equity.
    transactions : DataFrame of shape (F, 4)
        A row per fill, a series that ended included: ``amount`` in shares, negative for sales, ``price``, ``symbol``,
        ``commission`` (all fees, in currency).
    """
    history, panel, rows = history_of(record), record.panel, record.outcome.fills.row
    index = history.sessions.tz_localize("UTC")
    positions = pd.DataFrame(history.worth, index=index, columns=pd.Index(history.symbols))
    positions = positions.loc[:, (history.shares != 0).any(axis=0)]
    positions[CASH] = history.cash
    log = history.fills
    scale = panel.last_factor[record.terms.last, log.column] / panel.last_factor[rows, log.column] if adjusted else 1.0
    transactions = pd.DataFrame(
        {
            "amount": log.signed * scale,
            "price": log.price / scale,
            "symbol": history.names(log.column),
            "commission": log.fees,
        },
        index=index[log.row],
    )
    returns = pd.Series(record.returns.to_numpy(copy=True), index=index, name="returns").dropna()
    return returns, positions, transactions


def to_quantstats(record: Record) -> tuple[pd.Series, pd.Series | None]:
    """Returns of the run and of its benchmark, as ``quantstats.reports.html`` and ``quantstats.stats`` take them.

    Returns
    -------
    returns : Series of shape (S,)
        Of each session, as fractions, by tz-naive session; named as the run. Sessions after ruin are left out.
    benchmark : Series or None
        The same of the benchmark's closes, from the first known one on; None if the panel has none. The first counts
        from the session before the run, where the panel has that; where it does not, it is 0. It is named by the
        symbol: quantstats has no font for Chinese.
    """
    returns = record.returns.dropna().rename(record.name)
    market, bench = benchmark_growth(record), record.panel.benchmark
    if market is None or bench is None:
        return returns, None
    line = pd.Series(market.returns, index=record.sessions, name=bench.symbol)
    return returns, line.dropna()
