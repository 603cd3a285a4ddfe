"""The sources by name; see ``sectorlead.data.source``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from ..source import Source


def _maker(module: str, name: str, *fixed: str) -> Callable[..., Source]:
    def make(*given: Any) -> Source:
        source: Source = getattr(import_module(f".{module}", __name__), name)(*fixed, *given)
        return source

    return make


MAKERS: Mapping[str, Callable[..., Source]] = {
    "sw1": _maker("shenwan", "Shenwan", "1"),
    "sw2": _maker("shenwan", "Shenwan", "2"),
    "em-industry": _maker("eastmoney", "Boards", "industry"),
    "em-concept": _maker("eastmoney", "Boards", "concept"),
    "ths-industry": _maker("tonghuashun", "Boards", "industry"),
    "ths-concept": _maker("tonghuashun", "Boards", "concept"),
    "csi:CODE": _maker("csindex", "Index"),
    "etf": _maker("etf", "SectorETFs"),
    "index": _maker("indices", "Indices"),
    "calendar": _maker("sessions", "Sessions"),
    "rate": _maker("rates", "Shibor"),
    "limit-up": _maker("breadth", "LimitUp"),
    "breadth": _maker("breadth", "Breadth"),
    "yahoo:PATH": _maker("yahoo", "Yahoo"),
    "french:PATH": _maker("french", "French"),
}
"""Name in ``SOURCES`` -> what makes it. A source's module is imported when it is asked for."""
