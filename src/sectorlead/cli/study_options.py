"""The options that say what is run: the strategy, its parameters, the data, the benchmark, the market, the terms."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sectorlead.cli.option_group import OptionGroup, option
from sectorlead.cli.reading import pairs, reading_options
from sectorlead.cli.terms import term_options

if TYPE_CHECKING:
    from sectorlead.study.prepared import Options

StudyFile = Annotated[Path | None, typer.Argument(help="A TOML study (docs/studies.md).", show_default=False)]

FURTHER = ("proxy", "trade_proxies", "verify", "final", "analyzer")
"""Options that only some commands take."""


def study_options(
    *further: str, without: Collection[str] = (), terms: OptionGroup | None = None, **usual: str
) -> OptionGroup:
    """What a command runs, as ``Options``.

    Parameters
    ----------
    *further : str
        Of ``FURTHER``, those that the command takes.
    without : collection of str
        Of the others, those that it does not take; "reading" stands for all that tells how files are read.
    terms : OptionGroup, optional
        Of ``term_options``; all terms where it is not given.
    **usual
        Defaults in words of options and terms, where the command's are others.
    """
    reading = None if "reading" in without else reading_options()
    among = term_options(**usual) if terms is None else terms
    left_out = {*without, *(name for name in FURTHER if name not in further)}

    def make(**found: Any) -> Options:
        from sectorlead.study.prepared import Options, engine_of

        asked, read = among.taken_from(found), reading.taken_from(found) if reading else None
        if "verify" in found and (engine := engine_of(asked.get("engine"), found.pop("verify"))):
            asked |= {"engine": engine}
        proxy, parameters, analyzers = (found.pop(name, None) or () for name in ("proxy", "parameters", "analyzer"))
        return Options(
            reading=read, terms=asked, proxies=pairs("--proxy", proxy) if proxy else None,
            parameters=tuple(parameters), analyzers=tuple(analyzers), **found,
        )  # fmt: skip

    shown = (*_what(reading, usual), *among.options, *_how())
    return OptionGroup(tuple(each for each in shown if each.name not in left_out), make)


def _what(reading: OptionGroup | None, usual: Mapping[str, str]) -> Iterator[inspect.Parameter]:
    strategy, data = usual.get("strategy", "pullback-leaders"), usual.get("data", "simulated")
    yield option("strategy", str | None, "Library name or module:Name; of a study, a label.", strategy)
    yield option("parameters", list[str] | None, "A parameter, e.g. top=3; repeatable.", flags=("--set",))
    yield option("data", str | None, "A file, folder or pattern, a fetched source, or 'simulated'.", data)
    yield from reading.options if reading else ()
    yield option("benchmark", str | None, "A symbol of the data, PATH:SYMBOL, or a fetched index.")
    paid = "A vendor's table of dividends and splits, which tells the two apart (docs/your_data.md)."
    yield option("distributions", str | None, paid)
    instead = "What stands in for a series before it begins, for signals: 512480=index.csv:H30184; repeatable."
    yield option("proxy", list[str] | None, instead)
    yield option("trade_proxies", bool | None, "Let orders fill in proxies too.", flags=("--trade-proxies",))
    yield option("market", str | None, "Trading rules; see: sectorlead list markets.", "by the data's kind")


def _how() -> Iterator[inspect.Parameter]:
    same = "Same as engine both, or compiled."
    yield option("verify", bool | None, same, flags=("--verify/--no-verify",))
    window = "Look at the test window of the study's [registration]; kept for good."
    yield option("final", bool, window, default=False, flags=("--final",))
    yield option("analyzer", list[str] | None, "module:Name that watches a backtrader.Strategy; repeatable.")
