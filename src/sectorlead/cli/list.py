"""``sectorlead list``: what can be named on the command line and in a study, name and one line each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

Rows = list[tuple[str, str]]


class Things(StrEnum):
    """What can be listed."""

    strategies = "strategies"
    measures = "measures"
    sources = "sources"
    markets = "markets"


def list_names(what: Annotated[Things, typer.Argument(help="What to list.")]) -> None:
    """What can be named: strategies with their parameters, measures of strength, sources of data, markets."""
    from sectorlead.cli import terminal

    rows = {
        Things.strategies: strategies,
        Things.measures: measures,
        Things.sources: sources,
        Things.markets: markets,
    }
    terminal.listing(rows[what]())


def strategies() -> Rows:
    """The library; below each strategy its parameters with their defaults."""
    from sectorlead.strategies.library.registry import LIBRARY, parameters

    rows = []
    for name, entry in LIBRARY.items():
        known = parameters(name).items()
        rows.append((name, entry.summary))
        rows.append(("", "  ".join(f"{key}={_text(item.default)}" for key, item in known)))
    return [*rows, ("module:Name", "your own: an object, a class, a function, or a backtrader.Strategy subclass")]


def measures() -> Rows:
    """What strength can be measured by; below each measure its formula."""
    from sectorlead.strategies.scores.registry import MEASURES

    rows = []
    for name, measure in MEASURES.items():
        rows += [(name, measure.says), ("", measure.formula)]
    return rows


def sources() -> Rows:
    """Where data can come from."""
    from sectorlead.data.sources.source import SOURCES

    return [
        *SOURCES.items(),
        ("PATH", ".csv, .csv.gz or .parquet with a row per date and symbol: date, symbol, close, ... (docs/data.md)"),
        ("simulated", "31 made-up sectors and a benchmark with a planted truth; needs no file"),
    ]


def markets() -> Rows:
    """Sets of trading rules."""
    from sectorlead.engine.market.market import MARKETS

    return [(name, market.sentence()) for name, market in MARKETS.items()]


def _text(default: object) -> str:
    return "none" if default is None else str(default)
