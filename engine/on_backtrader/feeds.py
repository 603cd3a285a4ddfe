"""Feeds of a panel's bars: filled in one go, each with its own bars only, strict to read."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...data.panel import Panel
from ...data.types import Floats
from .lines import FeedLine, ReadMode, refuse_forward
from .quiet import bt

_NEVER = float("inf")
_EPOCH = 719_163  # 1970-01-01 as backtrader counts days
_BARS = ("open", "high", "low", "close", "volume", "amount")


class BarFeed(bt.feed.DataBase):  # type: ignore[misc]  # backtrader has no types
    """One series: a bar where the series has one, nothing in between.

    Lines beside the usual ones: ``amount``, ``adj_factor`` and ``adjusted_close`` (= close * adj_factor, total return).
    What is not known is NaN. Two feeds are equal only if they are the same feed: ``feed in feeds`` means what it says.
    """

    lines: Any = ("amount", "adj_factor", "adjusted_close")

    def __init__(self, symbol: str, days: NDArray[np.float64], columns: dict[str, Floats], mode: ReadMode) -> None:
        super().__init__()
        self._name, self.mode = symbol, mode
        self.rows = days.tobytes()
        self._count = len(days)
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
        self.home()

    def load(self) -> bool:
        """There is nothing to load bar by bar."""
        return False

    def advance_peek(self) -> float:
        """Day of the next bar, infinity after the last."""
        at = self._clock_line._idx + 1
        return self._clock_line.array[at] if at < self._count else _NEVER

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


def bar_feeds(panel: Panel, last: int, mode: ReadMode) -> list[BarFeed]:
    """One feed per symbol, in the panel's order.

    Parameters
    ----------
    panel : Panel
    last : int
        Last row.
    mode : ReadMode
        Refuses reading ahead.
    """
    days, factor = _days(panel), panel.adj_factor
    feeds = []
    for i, symbol in enumerate(panel.symbols):
        rows = np.flatnonzero(panel.has_bar[: last + 1, i])
        columns = {key: getattr(panel, key)[rows, i] for key in _BARS}
        columns |= {"adj_factor": factor[rows, i], "adjusted_close": panel.adjusted_close[rows, i]}
        feeds.append(BarFeed(symbol, days[rows], columns, mode))
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
    return BarFeed(benchmark.symbol, _days(panel)[rows], columns | {"adjusted_close": columns["close"]}, mode)


def _days(panel: Panel) -> NDArray[np.float64]:
    """The sessions as backtrader's day numbers."""
    return panel.sessions.to_numpy().astype("M8[D]").astype(np.float64) + _EPOCH
