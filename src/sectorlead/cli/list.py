"""``sectorlead list``: what can be named on the command line and in a study, name and one line each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sectorlead.cli.language import Locale, speak
from sectorlead.cli.manners import answer
from sectorlead.reports.message import Text, listed, say, sentence

if TYPE_CHECKING:
    from sectorlead.strategies.domain import Domain

MANY = 10
"""Choices that are written out."""
Rows = list[tuple[str, Text]]


class Things(StrEnum):
    """What can be listed."""

    strategies = "strategies"
    measures = "measures"
    sources = "sources"
    markets = "markets"


def list_names(
    what: Annotated[Things, typer.Argument(help="What to list.")], locale: Locale = "en"
) -> None:
    """What can be named: strategies with their parameters, measures of strength, sources of data, markets."""
    from sectorlead.cli import terminal

    speak(locale)
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
            named.append({"name": name, "says": str(text), "details": []})
        else:
            named[-1]["details"].append(str(text))
    return named


def strategies() -> Rows:
    """The library; below each strategy its parameters: the default, and what else it may be. Shared ones come last."""
    from sectorlead.strategies.library.registry import LIBRARY

    rows: Rows = []
    shared: dict[str, tuple[str, Text]] = {}
    usual = LIBRARY["momentum"].defaults | LIBRARY["equal-weight"].defaults
    for name, entry in LIBRARY.items():
        own = {key: domain for key, domain in entry.parameters.items() if key not in entry.shared}
        shared |= {key: (_text(usual[key]), _allowed(entry.parameters[key])) for key in entry.shared}
        changed = [f"{key}={_text(entry.defaults[key])}" for key in entry.shared if entry.defaults[key] != usual[key]]
        taken = [_parameter(key, _text(entry.defaults[key]), _allowed(domain)) for key, domain in own.items()]
        rows.append((name, sentence(entry.summary)))
        rows += [("", listed([*taken, *changed]))] if taken or changed else []
    rows.append(("--set", say("what most of them take besides:")))
    rows += [("", _parameter(key, default, domain)) for key, (default, domain) in shared.items()]
    own_name = say("your own: a strategy, a score, a class or function of either, or a backtrader.Strategy")
    return [*rows, ("module:Name", own_name)]


def measures() -> Rows:
    """What strength can be measured by; below each measure its formula."""
    from sectorlead.strategies.scores.registry import MEASURES

    rows: Rows = []
    for name, measure in MEASURES.items():
        rows += [(name, sentence(measure.says)), ("", sentence(measure.formula))]
    return rows


def sources() -> Rows:
    """Where data can come from."""
    from sectorlead.data.sources.source import SOURCES

    return [
        *((name, sentence(text)) for name, text in SOURCES.items()),
        (
            "PATH",
            say(".csv, .csv.gz or .parquet with a row per date and symbol: date, symbol, close, ... (docs/data.md)"),
        ),
        ("simulated", say("31 made-up sectors and a benchmark with a planted truth; needs no file")),
    ]


def markets() -> Rows:
    """Sets of trading rules."""
    from sectorlead.engine.market.market import MARKETS

    return [(name, sentence(market.sentence())) for name, market in MARKETS.items()]


def _parameter(key: str, default: str, domain: Text) -> Text:
    return say("{key}={default} ({domain})", key=key, default=default, domain=domain)


def _allowed(domain: Domain) -> Text:
    """What a parameter may be; of many choices only how many there are."""
    many = len(domain.choices)
    if many <= MANY:
        return sentence(str(domain))
    first, second = (repr(choice) for choice in domain.choices[:2])
    return say("one of {count}, such as {first} and {second}", count=many, first=first, second=second)


def _text(default: object) -> str:
    return "none" if default is None else str(default)
