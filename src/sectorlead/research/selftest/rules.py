"""Strategies with a known answer, and a made-up market in which everything happens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.engine.strategy import Portfolio


class Cash:
    """Never buys anything."""

    def decide(self, view: Panel, portfolio: Portfolio) -> Any:
        """No weight at all.

        Parameters
        ----------
        view : Panel
        portfolio : Portfolio
        """
        return {}


class Hold:
    """Buys some series in equal parts after the first session, and never trades again."""

    def __init__(self, symbols: tuple[str, ...]) -> None:
        self.symbols = symbols
        self.bought = False

    def decide(self, view: Panel, portfolio: Portfolio) -> Any:
        """Equal weights, once.

        Parameters
        ----------
        view : Panel
        portfolio : Portfolio
        """
        if self.bought:
            return None
        self.bought = True
        return dict.fromkeys(self.symbols, 1.0 / len(self.symbols))


class Equal:
    """Restores equal weights of some series in every session."""

    def __init__(self, symbols: tuple[str, ...]) -> None:
        self.symbols = symbols

    def decide(self, view: Panel, portfolio: Portfolio) -> Any:
        """Equal weights.

        Parameters
        ----------
        view : Panel
        portfolio : Portfolio
        """
        return dict.fromkeys(self.symbols, 1.0 / len(self.symbols))


class Turns:
    """All of the money in one series after the other, another in every session: each sale pays for a purchase."""

    def __init__(self, symbols: tuple[str, ...]) -> None:
        self.symbols = symbols

    def decide(self, view: Panel, portfolio: Portfolio) -> Any:
        """One series, by the number of the session.

        Parameters
        ----------
        view : Panel
        portfolio : Portfolio
        """
        return {self.symbols[len(view.sessions) % len(self.symbols)]: 1.0}


class Draws:
    """Some of the series at random in every session, in equal parts.

    Parameters
    ----------
    symbols : tuple of str
    count : int
        How many are held.
    seed : int
    """

    def __init__(self, symbols: tuple[str, ...], count: int, seed: int) -> None:
        self.symbols, self.count, self.seed = symbols, count, seed

    def drawn(self, row: int) -> tuple[int, ...]:
        """Positions of those that are picked after a session, by its row in the panel."""
        rng = np.random.default_rng((self.seed, row))
        return tuple(int(k) for k in rng.choice(len(self.symbols), self.count, replace=False))

    def decide(self, view: Panel, portfolio: Portfolio) -> Any:
        """Equal weights of what is drawn.

        Parameters
        ----------
        view : Panel
        portfolio : Portfolio
        """
        return {self.symbols[k]: 1.0 / self.count for k in self.drawn(len(view.sessions) - 1)}


def eventful() -> Panel:
    """Three series over 40 sessions with a split, a halt, a day at the limit, a day without volume, and an end.

    Prices are in steps of 0.01. A splits 1:2 before row 10 and opens at its upper limit in row 21; B has no bars in
    rows 14 to 16, no volume in row 25, and opens at its lower limit in row 31; C ends after row 34.
    """
    rng = np.random.default_rng(4)
    days = pd.bdate_range("2024-01-02", periods=40).as_unit("ns")
    raw = np.round(np.array([20.0, 10.0, 5.0]) * np.exp(np.cumsum(rng.normal(0, 0.01, (40, 3)), axis=0)), 2)
    factor = np.ones((40, 3))
    factor[10:, 0] = 2.0
    raw[10:, 0] = np.round(raw[10:, 0] / 2, 2)
    opened = np.round(raw * 1.002, 2)
    raw[21:, 0] = np.round(raw[21:, 0] * 1.1, 2)
    opened[21, 0] = raw[21, 0] = round_limit(raw[20, 0], 0.1)
    opened[22:, 0] = raw[22:, 0]
    raw[31:, 1] = np.round(raw[31:, 1] * 0.9, 2)
    opened[31, 1] = raw[31, 1] = round_limit(raw[30, 1], -0.1)
    opened[32:, 1] = raw[32:, 1]
    gone = np.zeros((40, 3), bool)
    gone[14:17, 1] = True
    gone[35:, 2] = True
    close, opened = np.where(gone, np.nan, raw), np.where(gone, np.nan, opened)
    volume = np.where(gone, np.nan, 1e7)
    volume[25, 1] = 0.0
    never = np.datetime64("NaT", "ns")
    return Panel(
        days, ("A", "B", "C"), close=close, open=opened, high=np.fmax(opened, close), low=np.fmin(opened, close),
        volume=volume, adj_factor=factor, last_date=np.array([never, never, days[34].to_datetime64()]),
        source="a made-up market in which everything happens", checked=False,
    )  # fmt: skip


def round_limit(previous: float, limit: float) -> float:
    """A price limit in steps of 0.01, halves up.

    Parameters
    ----------
    previous : float
        The close before.
    limit : float
        As a fraction, negative for the lower one.
    """
    return int(previous * (1 + limit) * 100 + 0.5 + 1e-6) / 100
