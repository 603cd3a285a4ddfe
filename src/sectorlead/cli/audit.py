"""``sectorlead audit``: does a strategy go by what nobody knew when it decided?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sectorlead.cli.language import Locale, speak
from sectorlead.cli.manners import answer
from sectorlead.cli.reading import pairs, reading_options
from sectorlead.cli.terms import given, term_options

if TYPE_CHECKING:
    from sectorlead.research.audit.finding import Audit
    from sectorlead.study.prepared import PreparedRun


@term_options(after="market", engine="that of the strategy's kind")
@reading_options(after="data")
def audit(  # noqa: PLR0913  # the parameters of a command are its options
    what: Annotated[
        str, typer.Argument(help="A TOML study, module:Name, or a library name.", metavar="STUDY|STRATEGY")
    ],
    strategy: Annotated[
        str | None, typer.Option(help="Of a study, the label of one strategy.", show_default="all of them")
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="As for run.", show_default="simulated")
    ] = None,
    reading: Any = None,
    benchmark: Annotated[str | None, typer.Option(help="As for run.", show_default=False)] = None,
    proxy: Annotated[list[str] | None, typer.Option(help="As for run; repeatable.", show_default=False)] = None,
    market: Annotated[str | None, typer.Option(help="Trading rules.", show_default="by the data's kind")] = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter, e.g. top=3; repeatable.", show_default=False)
    ] = None,
    cuts: Annotated[int, typer.Option(help="After how many decisions the future is changed.")] = 12,
    sessions: Annotated[int, typer.Option(help="The last so many sessions of the run are audited.")] = 500,
    fresh_process: Annotated[
        bool, typer.Option("--process/--no-process", help="Run it in another process, too.")
    ] = True,
    locale: Locale = "en",
    **terms: Any,
) -> None:
    """Look for what a strategy can't have known; exit status 1 where something is found."""
    from sectorlead.cli import terminal
    from sectorlead.research.audit.audit import audit as audited

    speak(locale)
    audits = []
    prepared = _prepared(
        what, strategy, given(terms), data=data, benchmark=benchmark, reading=reading, market=market,
        proxies=pairs("--proxy", proxy) if proxy else None, parameters=tuple(parameters or ()),
    )  # fmt: skip
    panel = prepared[0].panel()
    for each in prepared:
        with terminal.progress(each.config.name, 1) as step:
            step("audit")
            done = audited(
                each.strategy, panel, each.study.market, config=each.config,
                cuts=cuts, sessions=sessions, fresh_process=fresh_process,
            )  # fmt: skip
        terminal.lines(*str(done).splitlines(), "")
        audits.append(done)
    clean = all(each.clean for each in audits)
    answer(lambda: {"clean": clean, "audits": [_told(each) for each in audits]})
    if not clean:
        raise typer.Exit(1)


def _told(done: Audit) -> dict[str, Any]:
    keys = ("name", "strategy", "panel", "clean", "decisions", "tried", "left_out")
    flaws = {name: [asdict(each) for each in getattr(done, name)] for name in ("findings", "notes")}
    return {key: getattr(done, key) for key in keys} | flaws


def _prepared(
    what: str, strategy: str | None, terms: dict[str, Any], **options: Any
) -> tuple[PreparedRun, ...]:
    """One strategy, or all of a study."""
    from sectorlead.study.prepared import Options, prepare_run, prepare_runs

    if not what.endswith(".toml"):
        return (prepare_run(None, Options(strategy=what, terms=terms, **options)),)
    path = Path(what)
    if strategy is not None or options["parameters"]:
        return (prepare_run(path, Options(strategy=strategy, terms=terms, **options)),)
    return prepare_runs(path, Options(terms=terms, **options))
