"""``sectorlead factor``: what a score says of later returns in every session."""

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
def factor(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[
        Path | None, typer.Argument(help="A TOML study with [factor] (docs/event_study.md).", show_default=False)
    ] = None,
    *,
    score: Score = None,
    chosen: Options,
    horizon: Annotated[
        list[int] | None, typer.Option(help="Sessions after; repeatable.", show_default="1, 5, 10, 20, 40, 60")
    ] = None,
    rebalance: Annotated[
        int | None, typer.Option(help="Sessions between formations of the paper portfolio.", show_default="20")
    ] = None,
    cost_bps: Annotated[
        float | None, typer.Option(help="Cost of what is traded, basis points each way.", show_default="5")
    ] = None,
    out: Out = None,
    audit: Audit = False,
    locale: Locale = "en",
    moves: Moves = None,
) -> None:
    """Report what a score says of later returns: rank correlations, fifths, turnover and costs, in every session."""
    from sectorlead.cli.standings import factor_standings
    from sectorlead.research.factor_report import factor_report
    from sectorlead.study.prepared_signal import prepare_factor

    speak(locale, moves)
    prepared = prepare_factor(
        study, chosen, score,
        horizons=tuple(horizon or ()), rebalance=rebalance, cost_bps=cost_bps,
    )  # fmt: skip
    write_report(
        "factor", "factor view", prepared, factor_report, factor_standings,
        study=study, out=out, audit=audit, locale=locale, moves=moves,
    )  # fmt: skip
