"""``sectorlead factor``: what a score says of later returns in every session."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.cli.signal_options import (
    Accept,
    Audit,
    Benchmark,
    Data,
    Out,
    Parameters,
    Score,
    Strategy,
    options_of,
    write_report,
)


def factor(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[
        Path | None, typer.Argument(help="A TOML study with [factor] (docs/event_study.md).", show_default=False)
    ] = None,
    score: Score = None,
    strategy: Strategy = None,
    parameters: Parameters = None,
    data: Data = None,
    benchmark: Benchmark = None,
    accept: Accept = None,
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
    from sectorlead.cli.terminal import factor_standings
    from sectorlead.research.factor_report import factor_report
    from sectorlead.study.prepared_signal import prepare_factor

    speak(locale, moves)
    prepared = prepare_factor(
        study, options_of(strategy, data, benchmark, parameters, accept), score,
        horizons=tuple(horizon or ()), rebalance=rebalance, cost_bps=cost_bps,
    )  # fmt: skip
    write_report(
        "factor", "factor view", prepared, factor_report, factor_standings,
        study=study, out=out, audit=audit, locale=locale, moves=moves,
    )  # fmt: skip
