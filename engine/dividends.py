"""Dividends that are not reinvested by the factor: what a panel says of them, and the tax by holding period.

A panel tells dividends and splits apart by two fields: ``dividend``, in currency per share held at the close before, in
the session of the ex-date, and ``split``, shares after for each share before; blank is none. Together they are what
``adj_factor`` says: it grows by ``split * close / (close - dividend)``, with the last close before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..data.distributions import DIVIDEND, SPLIT, TOLERANCE
from ..data.errors import DataError, ParameterError
from ..data.panel import Panel
from ..data.types import Floats, Ints
from .config import Dividends
from .market.market import Market
from .market.rule_tables import boards_of
from .market.rulebook_parts import DIVIDEND_TAXES

_FORMS = (
    "give the panel the fields 'dividend' (currency per share held the day before, at the ex-date) and 'split' (shares "
    "after for each before): columns of the file, or a vendor's table, load(..., distributions=FILE), see "
    "docs/your_data.md; or use dividends='reinvested'"
)


class Distributions(NamedTuple):
    """What happens to one share before each open.

    Attributes
    ----------
    price : float64 array of shape (T, N)
        What the close before is divided by, to be compared with the prices of the session; 1 but for splits and
        dividends.
    shares : float64 array of shape (T, N)
        Shares that it becomes.
    cash : float64 array of shape (T, N)
        Currency that is paid for it; (0, 0) where dividends are reinvested.
    """

    price: Floats
    shares: Floats
    cash: Floats


def distributions(panel: Panel, dividends: Dividends) -> Distributions:
    """Splits and dividends of a panel as a run has them.

    Parameters
    ----------
    panel : Panel
    dividends : {"reinvested", "cash", "reinvest-at-open"}

    Raises
    ------
    DataError
        The panel does not tell dividends and splits apart, or they are not what its factor says; names the first.
    """
    factor = panel.last_factor
    price = np.ones_like(factor)
    np.divide(factor[1:], factor[:-1], out=price[1:])
    price[np.isnan(price)] = 1.0
    if dividends == "reinvested":
        return Distributions(price, price, np.zeros((0, 0)))
    if DIVIDEND not in panel.fields and SPLIT not in panel.fields and (price != 1.0).any():
        raise DataError(f"dividends={dividends!r}: the panel does not tell dividends and splits apart; {_FORMS}")
    cash, shares = (_field(panel, name, blank) for name, blank in ((DIVIDEND, 0.0), (SPLIT, 1.0)))
    before = np.full_like(factor, np.nan)
    before[1:] = panel.last_close[:-1]
    owned = np.isfinite(before)  # nobody holds a series that has had no close
    cash, shares = np.where(owned, cash, 0.0), np.where(owned, shares, 1.0)
    _check(panel, dividends, Distributions(price, shares, cash), before)
    return Distributions(price, shares, cash)


def _field(panel: Panel, name: str, blank: float) -> Floats:
    if name not in panel.fields:
        return np.full(panel.shape, blank)
    values = panel.fields[name]
    return np.where(np.isfinite(values) & (values != 0), values, blank)


def _check(panel: Panel, dividends: str, found: Distributions, before: Floats) -> None:
    left = np.where(found.cash > 0, before - found.cash, before)
    with np.errstate(invalid="ignore", divide="ignore"):
        told = np.where(found.cash > 0, found.shares * before / left, found.shares)
        wrong = np.abs(found.price / told - 1.0) > TOLERANCE
    silent = ~panel.has_bar & ((found.cash != 0) | (found.shares != 1.0))
    wrong |= silent | (found.cash < 0) | (found.shares < 0) | ~(left > 0) & np.isfinite(before)
    if not wrong.any():
        return
    t, i = np.argwhere(wrong)[0]
    where = f"{panel.symbols[i]} on {panel.sessions[t]:%F}"
    said = f"dividend {found.cash[t, i]:g} and split {found.shares[t, i]:g}"
    if silent[t, i]:
        raise DataError(f"dividends={dividends!r}: {where} has {said}, but no bar; date them at its next bar")
    raise DataError(
        f"dividends={dividends!r}: {where} has {said} at a close before of {before[t, i]:g}, which is a growth of the "
        f"adjustment factor by {told[t, i]:.6g}, but adj_factor grows by {found.price[t, i]:.6g} "
        f"({int(wrong.sum()):,} such cells); {_FORMS}"
    )


def share_factor(panel: Panel, dividends: Dividends) -> Floats:
    """What a share of the first row has become, shape (T, N); the quotient of two rows is what a holding did.

    Parameters
    ----------
    panel : Panel
    dividends : {"reinvested", "cash", "reinvest-at-open"}
    """
    if dividends == "reinvested":
        return panel.last_factor
    grown: Floats = np.cumprod(distributions(panel, dividends).shares, axis=0, dtype=np.float64)
    return grown


class DividendTax(NamedTuple):
    """The tax on dividends.

    Attributes
    ----------
    rates : float64 array of shape (T, N, 3)
        Fractions of a dividend whose record date is each session: of shares held for up to a month, up to a year, and
        longer; the last is withheld at once, the rest taken at the sale.
    month_from, year_from : int64 array of shape (T,)
        The first row whose buys are held for no more than a month (a year) when they are sold in each session.
    """

    rates: Floats
    month_from: Ints
    year_from: Ints


def dividend_tax(panel: Panel, market: Market, first: int, last: int) -> DividendTax:
    """The tax on dividends by the rules of a market.

    A holding period ends the day before the sale: bought on 15 May and sold on 15 June is a month, and on 16 June more
    (财税〔2012〕85号, article 3 and its examples).

    Parameters
    ----------
    panel : Panel
    market : Market
    first, last : int
        Rows of the run.

    Raises
    ------
    RuleDateError
        For a session that the rule book does not cover.
    """
    rates = np.zeros((*panel.shape, len(DIVIDEND_TAXES)))
    rows, book = slice(first, last + 1), market.book
    if market.dividend_tax_rate is not None or book is None:
        rates[rows] = market.dividend_tax_rate or 0.0
    else:
        names = boards_of(market, panel)
        for k, item in enumerate(DIVIDEND_TAXES):
            rates[rows, :, k] = book.values(item, names, panel.sessions[rows], market.uncovered)
    rates[:, :, 0] = np.maximum(rates[:, :, 0], rates[:, :, 2])  # what is withheld is not given back
    rates[:, :, 1] = np.maximum(rates[:, :, 1], rates[:, :, 2])
    days = panel.sessions.to_numpy()
    month, year = (
        np.searchsorted((panel.sessions + span).to_numpy(), days, side="left").astype(np.int64)
        for span in (pd.DateOffset(months=1), pd.DateOffset(years=1))
    )
    return DividendTax(rates, month, year)


def check_dividends(dividends: Dividends, fill: str) -> None:
    """Raise ``ParameterError`` where dividends are to be reinvested at the open, but orders fill at another price.

    Parameters
    ----------
    dividends, fill : str
        Terms of the run.
    """
    if dividends == "reinvest-at-open" and fill != "open":
        raise ParameterError(
            f"dividends='reinvest-at-open' buys at the open, but fill={fill!r}; use fill='open', or dividends='cash'"
        )
