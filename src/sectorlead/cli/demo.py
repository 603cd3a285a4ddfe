"""``sectorlead demo``: what the package does, in a minute, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.reports.message import say


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the pages.")] = Path("out/demo"),
    seed: Annotated[int, typer.Option(help="Of the simulated market.")] = 0,
    sessions: Annotated[int, typer.Option(help="Trading days of the simulated market.")] = 2_500,
    persistence: Annotated[
        float, typer.Option(help="The planted truth: how strongly strength in a pullback persists; 0 plants none.")
    ] = 0.5,
    markets: Annotated[int, typer.Option(help="How many more markets of this kind to run in; 0 for none.", min=0)] = 50,
    locale: Locale = "en",
    moves: Moves = None,
) -> None:
    """Leaders in pullbacks against their controls, on a simulated market, offline."""
    from sectorlead.cli import progress, standings, terminal
    from sectorlead.cli.output_folder import check_out, written
    from sectorlead.research import demo as show

    speak(locale, moves)
    check_out(out, "demo")
    panel = show.market(seed, sessions, persistence)
    progress.tell_waits()
    with progress.steps("demo", show.STEPS) as step, written(out, "demo") as target:
        records = show.write(panel, target, step, locale=locale, moves=moves)
        step(f"{markets} more markets")
        grown = show.elsewhere(seed, sessions, persistence, markets)
    standings.side_by_side(records, show.title(panel, persistence))
    if markets:
        again = "One market is one draw of luck. The same in {count} more, seeds {first} to {last}:"
        terminal.lines(say(again, count=markets, first=str(seed + 1), last=str(seed + markets)))
        standings.odds(grown)
    terminal.places(side_by_side=out / show.PAGE, the_leaders=out / show.LEADERS / "report.html")
