"""Feeds of a panel's bars: filled in one go, each with its own bars only, strict to read.

Their prices come in one of two units. *Raw* is what was quoted. *Adjusted* is raw times the adjustment factor known in
that session, never rescaled later, so that no split or distribution looks like a move.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...data.panel import Panel
from ...data.types import Floats
from .lines import MACHINERY, FeedLine, ReadMode, reader, refuse_forward, refuse_moving
from .quiet import bt

_NEVER = float("inf")
_EPOCH = 719_163  # 1970-01-01 as backtrader counts days
_PRICES = ("open", "high", "low", "close")
_BARS = (*_PRICES, "volume", "amount")


class BarFeed(bt.feed.DataBase):  # type: ignore[misc]  # backtrader has no types
    """One series: a bar where the series has one, nothing in between.

    Lines beside the usual ones, the same in either unit: ``amount``, ``adj_factor``, ``raw_close`` and
    ``adjusted_close`` (= raw_close * adj_factor, total return). What is not known is NaN. Two feeds are equal only if
    they are the same feed: ``feed in feeds`` means what it says.

    Parameters
    ----------
    symbol : str
    days : float array of shape (B,)
        Its bars, as backtrader counts days.
    columns : dict of str to float array of shape (B,)
        Lines by name, prices raw.
    mode : ReadMode
        Of the run.
    adjusted : bool
        Whether open, high, low and close are shown times ``adj_factor``.
    """

    lines: Any = ("amount", "adj_factor", "adjusted_close", "raw_close")

    def __init__(
        self, symbol: str, days: NDArray[np.float64], columns: dict[str, Floats], mode: ReadMode, adjusted: bool = False
    ) -> None:
        super().__init__()
        self._name, self.mode = symbol, mode
        self.clock_key = hash(days.tobytes())
        self._count = len(days)
        self.adjusted = adjusted and not bool((columns["adj_factor"] == 1.0).all())
        self._other = {name: array("d", columns[name].tobytes()) for name in _PRICES} if self.adjusted else {}
        if self.adjusted:
            columns = columns | {name: columns[name] * columns["adj_factor"] for name in _PRICES}
        blank = np.full(len(days), np.nan)
        values = {"datetime": days, "openinterest": np.zeros(len(days))} | columns
        self._bytes = [values.get(name, blank).tobytes() for name in self.getlinealiases()]
        self._parts = list(self.lines)
        for line, name in zip(self._parts, self.getlinealiases(), strict=True):
            FeedLine.take(line, self, name, mode)
        self._clock_line = self.lines.datetime

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    __hash__ = object.__hash__

    def __call__(self, ago: Any = None, line: Any = -1) -> Any:
        """The close, or another line, as it was ``-ago`` bars before."""
        return refuse_forward(super().__call__(ago, line))

    def preload(self) -> None:
        """Puts all bars in place."""
        for line, values in zip(self._parts, self._bytes, strict=True):
            line.array = array("d", values)
        self._bytes = []
        self._days, self._factor = self._clock_line._values, self.lines.adj_factor._values
        self.home()

    def load(self) -> bool:
        """There is nothing to load bar by bar."""
        return False

    def advance_peek(self) -> float:
        """Day of the next bar, infinity after the last."""
        at = self._clock_line._idx + 1
        return self._days[at] if at < self._count else _NEVER

    def advance(self, size: int = 1, datamaster: Any = None, ticks: bool = True) -> None:
        """Moves all lines on.

        Parameters
        ----------
        size : int
            Bars.
        datamaster, ticks
            Not looked at; backtrader passes them.
        """
        for line in self._parts:
            line._idx += size
            line.lencount += size
        if not (self.mode.at_once or self._days[self._clock_line._idx] <= self.mode.today):
            self._turn_to(self._days[self._clock_line._idx])

    def _turn_to(self, day: float) -> None:
        """A day after the current one: the clock's next session, or where backtrader looks before it turns back."""
        if reader():
            refuse_moving(self._name or "the clock")
        if not self._name:
            self.mode.today = day

    def buflen(self) -> int:
        """Only for backtrader itself; see ``PastOnly.buflen``."""
        if sys._getframe(1).f_code.co_filename.startswith(MACHINERY):
            return self._count
        return self._clock_line.buflen()  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[float]:
        """Past closes, the oldest first."""
        return iter(self.lines[0])

    @property
    def unit(self) -> float:
        """What raw prices are multiplied by in the lines at the current bar; 1 before the first."""
        at = self._clock_line._idx
        return self._factor[at] if self.adjusted and at >= 0 else 1.0

    def raw(self, price: float) -> float:
        """A price of the lines as it would be quoted at the current bar; a price of the bar itself to the last bit."""
        if self.unit == 1.0:
            return price
        at = self._clock_line._idx
        for name in _PRICES:
            if getattr(self.lines, name)._values[at] == price:
                return self._other[name][at]  # type: ignore[no-any-return]
        return price / self.unit

    @contextmanager
    def in_raw_prices(self) -> Iterator[None]:
        """Inside, its lines are raw, whatever they are outside."""
        if not self.adjusted:
            yield
            return
        self.adjusted = False
        self._swap()
        try:
            yield
        finally:
            self._swap()
            self.adjusted = True

    def _swap(self) -> None:
        for name, values in self._other.items():
            line = getattr(self.lines, name)
            self._other[name], line._values = line._values, values

    def _tick_fill(self, force: bool = False) -> None:
        """Daily bars have no ticks."""

    def _tick_nullify(self) -> None:
        """Daily bars have no ticks."""


def clock_feed(panel: Panel, last: int, mode: ReadMode) -> BarFeed:
    """A feed without prices that has every session.

    Parameters
    ----------
    panel : Panel
    last : int
        Last row.
    mode : ReadMode
        Refuses reading ahead.
    """
    return BarFeed("", _days(panel)[: last + 1], {}, mode)


def bar_feeds(panel: Panel, last: int, mode: ReadMode, adjusted: bool) -> list[BarFeed]:
    """One feed per symbol, in the panel's order.

    Parameters
    ----------
    panel : Panel
    last : int
        Last row.
    mode : ReadMode
        Refuses reading ahead.
    adjusted : bool
        The unit of their prices.
    """
    days, factor = _days(panel), panel.adj_factor
    feeds = []
    for i, symbol in enumerate(panel.symbols):
        rows = np.flatnonzero(panel.has_bar[: last + 1, i])
        columns = {key: getattr(panel, key)[rows, i] for key in _BARS}
        columns |= {"adj_factor": factor[rows, i], "adjusted_close": panel.adjusted_close[rows, i]}
        feeds.append(BarFeed(symbol, days[rows], columns | {"raw_close": columns["close"]}, mode, adjusted))
    return feeds


def benchmark_feed(panel: Panel, last: int, mode: ReadMode) -> BarFeed | None:
    """The benchmark's bars.

    Parameters
    ----------
    panel : Panel
    last : int
        Last row.
    mode : ReadMode
        Refuses reading ahead.

    Returns
    -------
    BarFeed or None
        None without a benchmark, or if its symbol is also one of the panel's.
    """
    benchmark = panel.benchmark
    if benchmark is None or benchmark.symbol in panel.symbols:
        return None
    rows = np.flatnonzero(np.isfinite(benchmark.close[: last + 1]))
    columns = {key: getattr(benchmark, key)[rows] for key in _BARS}
    columns |= dict.fromkeys(("adjusted_close", "raw_close"), columns["close"])
    return BarFeed(benchmark.symbol, _days(panel)[rows], columns, mode)


def _days(panel: Panel) -> NDArray[np.float64]:
    """The sessions as backtrader's day numbers."""
    return panel.sessions.to_numpy().astype("M8[D]").astype(np.float64) + _EPOCH
