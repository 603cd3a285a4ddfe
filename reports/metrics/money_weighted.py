"""What came in and went out, and the return on the money that was there: the internal rate of return.

The other metrics are time-weighted: they say what the rule made. This one says what the owner made, who put money in
and took it out at good and bad times.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ...data.types import Floats
from ...engine.record import Record
from ..growth import points
from .inputs import TRADING
from .registry import Definition

__all__ = ["money_weighted_return", "xirr"]

_YEAR = 365.0  # days, as Excel has it
_FARTHEST = 12.0  # of the logarithm of what 1 becomes in a year: from a loss of 99.9994% to 162,755 times
_STEPS = 4_801


def xirr(amounts: Floats, dates: pd.DatetimeIndex) -> float:
    """The rate a year at which payments at these dates come to nothing, as Excel's XIRR; NaN where there is none.

    ``sum(amounts[k] / (1 + r) ** ((dates[k] - dates[0]).days / 365)) == 0``. Where several rates do that, the one
    nearest to 0, by the logarithm of ``1 + r``.

    Parameters
    ----------
    amounts : float array of shape (K,)
        What was paid, below 0, and what was got, in currency.
    dates : DatetimeIndex of shape (K,)
        In any order.

    Notes
    -----
    Microsoft, Excel functions: XIRR; the example there has the answer 0.373362535.
    """
    from scipy.optimize import brentq

    paid = np.asarray(amounts, dtype=np.float64)
    if not (paid > 0).any() or not (paid < 0).any():
        return math.nan
    years = (dates - dates.min()).days.to_numpy() / _YEAR
    paid = paid / np.abs(paid).max()

    def worth(rate: float) -> float:
        return float((paid * np.exp(-rate * years)).sum())

    grid = np.linspace(-_FARTHEST, _FARTHEST, _STEPS)
    signs = np.sign([worth(rate) for rate in grid.tolist()])
    crossed = np.flatnonzero(signs[1:] * signs[:-1] < 0)
    roots = [brentq(worth, grid[k], grid[k + 1], xtol=1e-14) for k in crossed.tolist()]
    roots += grid[signs == 0].tolist()
    return math.expm1(min(roots, key=abs)) if roots else math.nan


def money_weighted_return(record: Record) -> float:
    """``xirr`` of an account: what was there at first and came in is paid, what went out and is left is got.

    A fraction a year of 365 days; NaN for a run without flows, of which it says nothing that its CAGR does not.

    Parameters
    ----------
    record : Record
    """
    outcome = record.outcome
    moved = np.flatnonzero(outcome.flows)
    if not len(moved):
        return math.nan
    amounts = np.concatenate(([-record.terms.opening], -outcome.flows[moved], outcome.equity[-1:]))
    dates = points(record)
    return xirr(amounts, dates[[0, *(moved + 1), len(outcome.equity)]])


TRADING.add(
    lambda run: float(run.record.outcome.flows.sum()),
    Definition("cash_flows", "Deposits less withdrawals", "what came in less what went out", "currency",
               source="the ledger"),
)  # fmt: skip
TRADING.add(
    lambda run: run.once(money_weighted_return),
    Definition(
        "money_weighted_return", "Money-weighted return",
        "internal rate of return of what was paid in, taken out and left, per year of 365 days", "fraction",
        annualised="calendar years", blank="nothing came in or went out", source="Excel's XIRR",
    ),
)  # fmt: skip
