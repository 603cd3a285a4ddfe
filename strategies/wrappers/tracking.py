"""How far a fund goes with the index that stands for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...data.dates import as_date
from ...data.errors import UnknownNameError
from ...data.panel import Panel
from ...data.types import Floats

COLUMNS = (
    "sector", "sector_name", "fund", "fund_name", "first", "last", "sessions",
    "index_return", "fund_return", "difference", "tracking_error", "correlation",
)  # fmt: skip
"""Of ``tracking``."""

SHORTEST = 90
"""Calendar days below which nothing is given per year."""

_DAYS_PER_YEAR = 365.25
_FLAT = 1e-12  # a standard deviation below this is rounding


def tracking(
    funds: Mapping[str, Sequence[str]], signal: Panel, traded: Panel, first: Any = None, last: Any = None
) -> pd.DataFrame:
    """How each fund follows its sector, a row per pair, in the order of ``funds``.

    Over the sessions in which both have a bar, with total-return closes (close times adjustment factor) ``I`` of the
    index and ``F`` of the fund, their returns ``i`` and ``f`` from one of these sessions to the next, and ``y``
    calendar years of 365.25 days from the first to the last:

    * ``index_return``, ``fund_return``: ``(I[-1] / I[0]) ** (1 / y) - 1`` and the same of F;
    * ``difference``: ``fund_return - index_return``, the tracking difference;
    * ``tracking_error``: standard deviation (ddof 1) of ``f - i`` times the square root of their number per year;
    * ``correlation``: Pearson's, of ``f`` and ``i``.

    A sector index is a price index as a rule: it loses what its members pay out, and a fund with dividends in its
    adjustment factor does not. So the difference holds the dividend yield (up to 5% a year for banks), less the fund's
    costs, besides what the fund's own index, often narrower than the sector, did otherwise.

    Parameters
    ----------
    funds : mapping of str to sequence of str
        Symbols of ``traded`` by symbol of ``signal``.
    signal, traded : Panel
        The indices; the funds.
    first, last : date, optional
        Only sessions from here to there, both included.

    Returns
    -------
    DataFrame
        ``COLUMNS``: symbols and names, the first and the last common session and how many there are, then the numbers
        above as fractions, per year but for the correlation. NaN: what is per year, below 90 days; the last two, of
        fewer than 2 returns; the correlation of returns that do not vary. NaT without a common session.

    Raises
    ------
    UnknownNameError
        For a sector or fund that its panel does not have.
    """
    days = signal.sessions.intersection(traded.sessions)
    if first is not None:
        days = days[days >= as_date("first", first)]
    if last is not None:
        days = days[days <= as_date("last", last)]
    here, there = signal.sessions.get_indexer(days), traded.sessions.get_indexer(days)
    rows = []
    for sector, columns in fund_columns(funds, signal, traded).items():
        index = signal.adjusted_close[here, signal.column(sector)]
        for column in columns:
            fund = traded.adjusted_close[there, column]
            both = np.isfinite(index) & np.isfinite(fund)
            names = sector, signal.names[signal.column(sector)], traded.symbols[column], traded.names[column]
            rows.append((*names, *_numbers(days[both], index[both], fund[both])))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def fund_columns(funds: Mapping[str, Sequence[str]], signal: Panel, traded: Panel) -> dict[str, list[int]]:
    """Columns of each sector's funds in the traded panel.

    Parameters
    ----------
    funds : mapping of str to sequence of str
        Sector -> its funds.
    signal, traded : Panel

    Returns
    -------
    dict of str to list of int

    Raises
    ------
    UnknownNameError
        A sector or fund that its panel does not have.
    """
    out = {}
    for sector, symbols in funds.items():
        if sector not in signal.symbols:
            raise UnknownNameError("sector of the signal panel", sector, signal.symbols)
        for symbol in symbols:
            if symbol not in traded.symbols:
                raise UnknownNameError(f"fund for sector {sector} in the traded panel", symbol, traded.symbols)
        out[sector] = [traded.column(symbol) for symbol in symbols]
    return out


def _numbers(days: pd.DatetimeIndex, index: Floats, fund: Floats) -> tuple[Any, ...]:
    """From ``first`` to ``correlation`` of a pair."""
    if not len(days):
        return pd.NaT, pd.NaT, 0, *(math.nan,) * 5
    years = (days[-1] - days[0]).days / _DAYS_PER_YEAR
    yearly = years * _DAYS_PER_YEAR >= SHORTEST
    grown = [float((line[-1] / line[0]) ** (1 / years) - 1) if yearly else math.nan for line in (index, fund)]
    i, f = index[1:] / index[:-1] - 1, fund[1:] / fund[:-1] - 1
    error = correlation = math.nan
    if len(i) > 1:
        error = float((f - i).std(ddof=1)) * math.sqrt(len(i) / years) if yearly else math.nan
        if i.std() > _FLAT and f.std() > _FLAT:
            correlation = float(np.corrcoef(i, f)[0, 1])
    return days[0], days[-1], len(days), *grown, grown[1] - grown[0], error, correlation
