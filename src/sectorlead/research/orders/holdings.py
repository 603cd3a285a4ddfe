"""What is really held: a broker's table, or shares by symbol, by the columns of a panel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.boards import same_series
from sectorlead.data.bounds import SHARES
from sectorlead.data.errors import DataError, ParameterError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.engine.compiled.one_session import Owned
from sectorlead.engine.market.arithmetic import round_half_up
from sectorlead.engine.market.market import Market

Holdings = str | Path | pd.DataFrame | pd.Series | Mapping[str, float] | None
NAMES = {
    "symbol": ("code", "ticker", "证券代码", "代码", "基金代码", "股票代码"),
    "shares": (
        "quantity", "position", "持仓数量", "证券数量", "股票余额", "当前持仓", "持仓", "股份余额", "实际数量", "数量",
    ),
    "since": ("opened", "建仓日期", "开仓日期"),
    "bought": ("last bought", "买入日期", "最近买入日期"),
    "bought_shares": ("last bought shares", "买入数量"),
    "target": ("target shares", "目标数量"),
}  # fmt: skip
"""Columns of holdings, and what brokers call them."""


class Known(NamedTuple):
    """Holdings by the panel's symbols, and what a reader must know of how they were read."""

    owned: Owned
    notes: tuple[str, ...]


def owned_by(holdings: Holdings, cash: float, panel: Panel, market: Market, day: pd.Timestamp) -> Known:
    """Holdings and cash after a panel's last close.

    Parameters
    ----------
    holdings : path, DataFrame, Series or mapping of symbol to shares, or None
        A table has ``symbol`` and ``shares``, and may have ``since`` (date of the fill that opened the holding),
        ``bought`` and ``bought_shares`` (date and shares of the latest buy, for T+1; without the latter all of them),
        and ``target`` (shares that an earlier decision still asks for).
    cash : float
        Currency, >= 0.
    panel : Panel
        Ends with the session after which is decided.
    market : Market
        Says in which steps money comes.
    day : Timestamp
        The session in which the orders are sent.

    Raises
    ------
    InputError
        Says which row, what is allowed and what to do.
    """
    money = _cash(cash, market)
    n = len(panel.symbols)
    owned = Owned(money, np.zeros(n), np.full(n, -1, np.int64), np.zeros(n), np.full(n, np.nan))
    notes: list[str] = []
    table = _table(holdings, notes)
    seen: dict[int, str] = {}
    for symbol, shares, since, bought, bought_shares, target in table:
        column = _column(symbol, panel)
        if column in seen:
            raise DataError(
                f"holdings: {symbol} comes twice ({seen[column]!r} and {symbol!r}); give each holding one row, and the "
                "latest buy in 'bought' and 'bought_shares'"
            )
        seen[column] = symbol
        if not (math.isfinite(shares) and shares >= 0):
            raise DataError(f"holdings: shares of {symbol} must be a number >= 0 (long only), was {shares:g}")
        if max(shares, 0.0 if math.isnan(target) else target) > SHARES:
            raise DataError(
                f"holdings: {symbol} has {max(shares, target):g} shares, and can have {SHARES:g} at most: above it "
                "whole shares can't be told apart; correct the number"
            )
        if not math.isnan(target) and not (math.isfinite(target) and target >= 0):
            raise DataError(f"holdings: target of {symbol} must be shares >= 0, or empty; was {target:g}")
        owned.shares[column], owned.open_target[column] = shares, target
        if shares == 0:
            continue
        if np.isnan(panel.last_close[-1, column]):
            raise DataError(
                f"holdings: {symbol} has no price up to {panel.session:%F} in {panel.source!r}, so nobody knows what "
                "it is worth; bring its bars, or leave the row out"
            )
        owned.since[column] = _opened(symbol, since, panel, column)
        owned.locked[column] = _locked(symbol, shares, bought, bought_shares, day)
    if not (money > 0 or owned.shares.any()):
        raise ParameterError("the account is worth nothing: cash is 0 and no share is held; give cash or holdings")
    notes += _odd(owned, panel)
    return Known(owned, tuple(notes))


def _cash(cash: Any, market: Market) -> float:
    if isinstance(cash, bool | str) or not isinstance(cash, int | float | np.number) or not 0 <= cash < math.inf:
        raise ParameterError(f"cash must be a finite number >= 0, what can be spent at the next open; was {cash!r}")
    return round_half_up(float(cash), market.money_step)


Row = tuple[str, float, Any, Any, float, float]


def _table(holdings: Holdings, notes: list[str]) -> list[Row]:
    if holdings is None:
        return []
    if isinstance(holdings, Mapping | pd.Series):
        named = pd.Series(dict(holdings), dtype=object)
        if isinstance(holdings, pd.Series) and holdings.index.has_duplicates:
            raise DataError(f"holdings: {holdings.index[holdings.index.duplicated()][0]} comes twice")
        holdings = pd.DataFrame({"symbol": [str(key) for key in named.index], "shares": list(named)})
    from sectorlead.research.orders.tables import read_table

    table = read_table(holdings, "holdings", NAMES, ("symbol", "shares"))
    if table.unread:
        notes.append(f"columns of the holdings that are not read: {', '.join(table.unread)}")
    if table.columns["shares"].worth != 1.0:
        column = table.columns["shares"]
        notes.append(f"{column.title} is in units of {column.worth:g} shares, and was multiplied")
    count = len(table.frame)
    never, unknown = [pd.NaT] * count, [math.nan] * count
    since, bought = (table.dates(name) if name in table.frame else never for name in ("since", "bought"))
    bought_shares, target = (
        table.numbers(name) if name in table.frame else unknown for name in ("bought_shares", "target")
    )
    return list(
        zip(table.frame["symbol"], table.numbers("shares"), since, bought, bought_shares, target, strict=True)
    )


def _column(symbol: str, panel: Panel) -> int:
    if symbol in panel.symbols:
        return panel.column(symbol)
    alike = [i for i, known in enumerate(panel.symbols) if same_series(symbol, known)]
    if len(alike) == 1:
        return alike[0]
    error = UnknownNameError("symbol in the holdings", symbol, panel.symbols)
    error.add_note("what the panel does not have is no part of the account: bring its bars, or leave the row out")
    raise error


def _opened(symbol: str, since: Any, panel: Panel, column: int) -> int:
    """Row of the fill that opened a holding, -1 where it is not known."""
    if pd.isna(since):
        return -1
    if since > panel.session:
        raise DataError(
            f"holdings: {symbol} is held since {since:%F}, after the panel's last session, {panel.session:%F}; bring "
            "newer bars, or correct the date"
        )
    row = int(panel.sessions.searchsorted(since, side="left"))
    if np.isnan(panel.last_close[row, column]):
        first = panel.sessions[panel.first_bar[column]]
        raise DataError(
            f"holdings: {symbol} is held since {since:%F}, and its first bar is of {first:%F}; bring its earlier bars, "
            "or correct the date"
        )
    return row


def _locked(symbol: str, shares: float, bought: Any, latest: float, day: pd.Timestamp) -> float:
    """Shares bought in the session in which the orders are sent."""
    if pd.isna(bought):
        if not math.isnan(latest):
            raise DataError(f"holdings: {symbol} has bought_shares without a date; give it in a column 'bought'")
        return 0.0
    if not math.isnan(latest) and not 0 <= latest <= shares:
        raise DataError(f"holdings: bought_shares of {symbol} must be from 0 to {shares:g}, its shares; was {latest:g}")
    if bought > day:
        raise DataError(
            f"holdings: {symbol} was bought on {bought:%F}, after {day:%F}, the session in which these orders are "
            "sent; bring newer bars, or correct the date"
        )
    return (shares if math.isnan(latest) else latest) if bought == day else 0.0


def _odd(owned: Owned, panel: Panel) -> list[str]:
    parts = np.flatnonzero(owned.shares % 1.0 != 0)
    if not len(parts):
        return []
    named = ", ".join(f"{panel.symbols[i]} {owned.shares[i]:g}" for i in parts[:5])
    return [f"holdings that are no whole shares: {named}"]
