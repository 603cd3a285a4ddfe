"""``sectorlead selftest``: the engines against strategies whose result is known without them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.language import Locale, speak
from sectorlead.cli.manners import answer
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.reading import reading_options

if TYPE_CHECKING:
    from sectorlead.data.tidy.options import ReadOptions


@option_groups(reading=reading_options())
def selftest(
    what: Annotated[
        str | None,
        typer.Argument(help="Data to try besides, or a TOML study.", show_default=False, metavar="DATA|STUDY"),
    ] = None,
    *,
    reading: ReadOptions,
    benchmark: Annotated[str | None, typer.Option(help="As for run.", show_default=False)] = None,
    market: Annotated[str | None, typer.Option(help="Trading rules.", show_default="by the data's kind")] = None,
    locale: Locale = "en",
) -> None:
    """Try both engines on strategies with a known answer; exit status 1 where one is not met."""
    from sectorlead.cli import progress, standings
    from sectorlead.engine.market.market import find_market
    from sectorlead.research.selftest.selftest import selftest as tried
    from sectorlead.study.prepared import Options, study_of

    speak(locale)
    rules = None if market is None else find_market(market)
    panel = None
    if what is not None:
        options = Options(benchmark=benchmark, reading=reading, market=market)
        if what.endswith(".toml"):
            study = study_of(Path(what), options)
        else:
            study = study_of(None, Options(data=what, benchmark=benchmark, reading=reading, market=market))
        panel, rules = study.data.panel(), study.market
    with progress.steps("selftest", 1) as step:
        step("both engines")
        done = tried(panel, rules)
    standings.self_tested(done)
    answer(lambda: {"passed": done.passed, "checks": [asdict(each) for each in done.checks], "notes": done.notes})
    if not done.passed:
        raise typer.Exit(1)
