"""``sectorlead list``: what can be named on the command line and in a study, name and one line each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sectorlead.cli.manners import answer

if TYPE_CHECKING:
    from sectorlead.strategies.domain import Domain

MANY = 10
"""Choices that are written out."""
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
    found = rows[what]()
    terminal.listing(found)
    answer(lambda: {"names": _named(found)})


def _named(rows: Rows) -> list[dict[str, Any]]:
    """Each name with the lines below it."""
    named: list[dict[str, Any]] = []
    for name, text in rows:
        if name:
            named.append({"name": name, "says": text, "details": []})
        else:
            named[-1]["details"].append(text)
    return named


def strategies() -> Rows:
    """The library; below each strategy its parameters: the default, and what else it may be. Shared ones come last."""
    from sectorlead.strategies.library.registry import LIBRARY

    rows, shared = [], dict[str, tuple[str, str]]()
    usual = LIBRARY["momentum"].defaults | LIBRARY["equal-weight"].defaults
    for name, entry in LIBRARY.items():
        own = {key: domain for key, domain in entry.parameters.items() if key not in entry.shared}
        shared |= {key: (_text(usual[key]), _allowed(entry.parameters[key])) for key in entry.shared}
        changed = [f"{key}={_text(entry.defaults[key])}" for key in entry.shared if entry.defaults[key] != usual[key]]
        told = [f"{key}={_text(entry.defaults[key])} ({_allowed(domain)})" for key, domain in own.items()] + changed
        rows += [(name, entry.summary), ("", "; ".join(told))] if told else [(name, entry.summary)]
    rows.append(("--set", "what most of them take besides:"))
    rows += [("", f"{key}={default} ({domain})") for key, (default, domain) in shared.items()]
    own_name = "your own: a strategy, a score, a class or function of either, or a backtrader.Strategy"
    return [*rows, ("module:Name", own_name)]


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


def _allowed(domain: Domain) -> str:
    """What a parameter may be; of many choices only how many there are."""
    many = len(domain.choices)
    return str(domain) if many <= MANY else f"one of {many}, such as {domain.choices[0]!r} and {domain.choices[1]!r}"


def _text(default: object) -> str:
    return "none" if default is None else str(default)
