"""Strategies as a user's module has them."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import backtrader as bt
import numpy as np
import pandas as pd

from sectorlead import Score, parameter
from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats


class Side(enum.Enum):
    LONG = "long"
    FLAT = "flat"


class Pair(NamedTuple):
    left: str
    right: str


MOMENT, PAIR = pd.Timestamp("2024-02-29 15:00"), Pair("a", "b")


@dataclass(frozen=True)
class Own(Score):
    lookback: int = parameter(20, low=1, high=99)

    def __call__(self, panel: Panel) -> Floats:
        return panel.adjusted_close


@dataclass
class Everything:
    """A decider with a parameter of every kind that data can hold."""

    none: Any = None
    flag: bool = True
    text: str = "动量"
    numbers: tuple[float, ...] = (1.5, -2.0, float("inf"))
    names: list[str] = field(default_factory=lambda: ["b", "a"])
    members: frozenset[int] = frozenset((3, 1))
    loose: set[str] = field(default_factory=lambda: {"x", "y"})
    funds: Mapping[Any, Any] = field(default_factory=lambda: {"B": ("b",), 1: None})
    day: datetime.date = datetime.date(2024, 2, 29)
    moment: pd.Timestamp = MOMENT
    side: Side = Side.FLAT
    pair: Pair = PAIR
    kind: type = Own
    helper: Any = np.median
    score: Score = Own(7)

    def decide(self, view: Panel, portfolio: Any) -> None:
        return None


class Remembers:
    """No dataclass: attributes and a slot, one of them private."""

    __slots__ = ("__dict__", "seen")

    def __init__(self, top: int) -> None:
        self.top, self._weights, self.seen = top, np.array([0.5, 0.25]), 0

    def decide(self, view: Panel, portfolio: Any) -> None:
        self.seen += 1


class Crossing(bt.Strategy):
    params = (("period", 40), ("share", 0.5))


def maker() -> Any:
    class Local(Remembers):
        pass

    return Local(3)
