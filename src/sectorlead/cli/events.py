"""``sectorlead events``: a score at the anchors of pullbacks, or at dates of one's own, and the returns after them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.signal_options import (
    SCORED,
    Audit,
    Out,
    Score,
    write_report,
)

if TYPE_CHECKING:
    from sectorlead.study.prepared import Options


@option_groups(chosen=SCORED)
def events(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[
        Path | None, typer.Argument(help="A TOML study with [events] (docs/event_study.md).", show_default=False)
    ] = None,
    *,
    score: Score = None,
    chosen: Options,
    dates: Annotated[
        Path | None, typer.Option(help="A file of dates in place of pullbacks, one a line.", show_default=False)
    ] = None,
    anchor: Annotated[
        list[str] | None, typer.Option(help="entry, trough, turn or left; repeatable.", show_default="all")
    ] = None,
    horizon: Annotated[
        list[int] | None, typer.Option(help="Sessions after; repeatable.", show_default="5, 10, 20, 40, 60")
    ] = None,
    out: Out = None,
    audit: Audit = False,
    locale: Locale = "en",
    moves: Moves = None,
) -> None:
    """Study what strength in pullbacks has been worth: a score at their anchors against the returns after them."""
    from sectorlead.cli.standings import event_standings
    from sectorlead.research.event_study.study import event_study
    from sectorlead.study.prepared_signal import prepare_events

    speak(locale, moves)
    prepared = prepare_events(
        study, chosen, score,
        dates=None if dates is None else str(dates), anchors=tuple(anchor or ()), horizons=tuple(horizon or ()),
    )  # fmt: skip
    write_report(
        "events", "event study", prepared, event_study, event_standings,
        study=study, out=out, audit=audit, locale=locale, moves=moves,
    )  # fmt: skip
