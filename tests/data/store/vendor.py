"""A source whose answers a test decides, and a clock that stands still until somebody sleeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sectorlead.data.errors import NoDataError
from sectorlead.data.sources.source import Fetched, SeriesInfo
from sectorlead.data.store.rate_limit import Pace, Timing

AT = pd.Timestamp("2024-06-01 10:00", tz="UTC")
"""When answers were fetched."""
FIRST = pd.Timestamp("2024-01-01")


def frame(symbol: str, sessions: int, edition: int = 0) -> pd.DataFrame:
    """The first bars of a history without end; each edition above 0 is another one from the 3rd bar on."""
    steps = np.random.default_rng(sum(map(ord, symbol))).normal(0, 0.01, 2_000)[:sessions]
    close = np.round(100 * np.exp(np.cumsum(steps)), 4)
    close[2:] = np.round(close[2:] * (1 + edition / 100), 4)
    days = pd.bdate_range(FIRST, periods=sessions)
    bars = {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close, "volume": close * 100}
    return pd.DataFrame({"date": days} | bars)


def fetched(bars: pd.DataFrame, function: str = "history") -> Fetched:
    return Fetched(bars, "vendor", function, {"symbol": "A"}, "1.0")


def info(symbol: str = "A", **more: object) -> SeriesInfo:
    return SeriesInfo(symbol, f"name of {symbol}", **more)  # type: ignore[arg-type]


class Clock:
    """Working days at 12:00 UTC, when the session in China is long over."""

    def __init__(self, session: int = 29) -> None:
        self.slept: list[float] = []
        self.at(session)

    def at(self, session: int) -> None:
        """After the session of this number, from 0."""
        self.time = (FIRST + pd.offsets.BDay(session)).tz_localize("UTC") + pd.Timedelta(hours=12)

    def now(self) -> pd.Timestamp:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += pd.Timedelta(seconds=seconds)

    @property
    def timing(self) -> Timing:
        return Timing(Pace(2.0, 1.0, 3_600.0), self.now, self.sleep)


class Vendor:
    """Each series has ``sessions`` bars; ``trouble[symbol]`` holds what the next questions for it raise.

    ``asked`` records every question for bars: symbol, start.
    """

    summary = "made up"

    def __init__(self, symbols: Sequence[str] = ("A", "B", "C"), sessions: int = 30, name: str = "made-up") -> None:
        self.name, self.taxonomy, self.host = name, "TEST", f"{name}.test"
        self.symbols, self.sessions, self.edition = tuple(symbols), sessions, 0
        self.trouble: dict[str, list[Exception]] = {}
        self.asked: list[tuple[str, pd.Timestamp | None]] = []

    def listing(self) -> tuple[SeriesInfo, ...]:
        self._raise("listing")
        return tuple(info(symbol) for symbol in self.symbols)

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        self.asked.append((series.symbol, start))
        self._raise(series.symbol)
        bars = frame(series.symbol, self.sessions, self.edition)
        bars = bars if start is None else bars[bars["date"] >= start]
        if bars.empty:
            raise NoDataError(f"{series.symbol}: nothing")
        return Fetched(bars.reset_index(drop=True), self.name, "history", {"symbol": series.symbol}, "1.0")

    def _raise(self, symbol: str) -> None:
        if self.trouble.get(symbol):
            raise self.trouble[symbol].pop(0)
