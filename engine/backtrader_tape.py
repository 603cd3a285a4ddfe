"""What the market says in each session: fill prices, limits, volumes, splits and ends."""

from __future__ import annotations

import math

import numpy as np

from ..data.panel import Panel
from .market import Market
from .prices import reference_price
from .rules import limit_price


class Tape:
    """The panel's facts, session by session; ``turn`` goes to a session, everything else speaks of that one.

    Attributes
    ----------
    row : int
        Of the panel.
    marks : list of float
        Last known closes, one per symbol, NaN before the first bar.
    """

    def __init__(self, panel: Panel, market: Market, fill: str) -> None:
        self._prices = reference_price(panel, fill)
        self._panel, self._market = panel, market
        changed = panel.has_bar[1:] & np.isfinite(panel.last_factor[:-1])
        changed &= panel.adj_factor[1:] != panel.last_factor[:-1]
        rows = np.flatnonzero(changed.any(axis=1)).tolist()
        self._split_rows: dict[int, list[int]] = {row + 1: np.flatnonzero(changed[row]).tolist() for row in rows}
        self._last_bar: list[int] = panel.last_bar.tolist()
        self.row = -1
        self.marks: list[float] = [math.nan] * len(panel.symbols)

    def turn(self, row: int) -> None:
        """Goes to session ``row``."""
        self.row = row
        self.marks = self._panel.last_close[row].tolist()

    def has_bar(self, column: int) -> bool:
        """Whether the series trades in this session."""
        return bool(self._panel.has_bar[self.row, column])

    def price(self, column: int) -> float:
        """Price of a market order before slippage; NaN if there is none."""
        return float(self._prices[self.row, column])

    @property
    def valuation(self) -> list[float]:
        """Prices of market orders, or last known closes where there are none."""
        prices = self._prices[self.row].tolist()
        return [mark if math.isnan(price) else price for price, mark in zip(prices, self.marks, strict=True)]

    def volume(self, column: int) -> float:
        """In units; NaN if it is not known."""
        return float(self._panel.volume[self.row, column])

    def limits(self, column: int) -> tuple[float, float]:
        """Lowest and highest price of this session; infinite where there is no limit."""
        limit, tick = self._market.price_limit, self._market.tick
        previous = self._panel.last_close[self.row - 1, column] if self.row > 0 else math.nan
        if limit == 0 or not math.isfinite(previous):
            return -math.inf, math.inf
        previous = float(previous) / self.ratio(column)
        return limit_price(previous, -limit, tick), limit_price(previous, limit, tick)

    def ratio(self, column: int) -> float:
        """Shares after this session's split or distribution for each share before it."""
        if column not in self._split_rows.get(self.row, ()):
            return 1.0
        return float(self._panel.adj_factor[self.row, column] / self._panel.last_factor[self.row - 1, column])

    def splits(self) -> list[int]:
        """Columns whose adjustment factor changes in this session."""
        return self._split_rows.get(self.row, [])

    def has_ended(self, column: int) -> bool:
        """Whether the series had its last bar before this session."""
        return self._last_bar[column] < self.row
