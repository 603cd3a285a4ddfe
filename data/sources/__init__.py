"""The sources by name; see ``sectorlead.data.sources.source``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from ..errors import UnknownNameError
from .source import SOURCES, Source


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
    "etf-sina": _maker("etf_sina", "SinaETFs"),
    "index": _maker("indices", "Indices", "index"),
    "index-em": _maker("indices", "Indices", "index-em"),
    "index-tx": _maker("indices", "Indices", "index-tx"),
    "calendar": _maker("sessions", "Sessions"),
    "rate": _maker("rates", "Shibor"),
    "limit-up": _maker("breadth", "LimitUp"),
    "breadth": _maker("breadth", "Breadth"),
    "yahoo:PATH": _maker("yahoo", "Yahoo"),
    "french:PATH": _maker("french", "French"),
}
"""Name in ``SOURCES`` -> what makes it. A source's module is imported when it is asked for."""


def find_source(name: str) -> Source:
    """The source called ``name``: one of ``SOURCES``, with a code of six for CODE and a file for PATH.

    Raises
    ------
    UnknownNameError
        For another name; says the nearest.

    >>> find_source("sw1").taxonomy
    'SW2021'
    """
    kind, colon, given = name.partition(":")
    if not colon and name in MAKERS:
        return MAKERS[name]()
    if f"{kind}:PATH" in MAKERS and given:
        return MAKERS[f"{kind}:PATH"](given)
    if f"{kind}:CODE" in MAKERS and len(given) == 6 and given.isascii() and given.isalnum():
        return MAKERS[f"{kind}:CODE"](given.upper())
    raise UnknownNameError("source", name, SOURCES)
