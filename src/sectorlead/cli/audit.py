"""``sectorlead audit``: does a strategy go by what nobody knew when it decided?"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sectorlead.cli.language import Locale, speak
from sectorlead.cli.manners import answer
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.study_options import study_options

if TYPE_CHECKING:
    from sectorlead.research.audit.finding import Audit
    from sectorlead.study.prepared import Options, PreparedRun


@option_groups(chosen=study_options("proxy", strategy="all of them", engine="that of the strategy's kind"))
def audit(  # the parameters of a command are its options
    what: Annotated[
        str, typer.Argument(help="A TOML study, module:Name, or a library name.", metavar="STUDY|STRATEGY")
    ],
    *,
    chosen: Options,
    cuts: Annotated[int, typer.Option(help="After how many decisions the future is changed.")] = 12,
    sessions: Annotated[int, typer.Option(help="The last so many sessions of the run are audited.")] = 500,
    fresh_process: Annotated[
        bool, typer.Option("--process/--no-process", help="Run it in another process, too.")
    ] = True,
    locale: Locale = "en",
) -> None:
    """Look for what a strategy can't have known; exit status 1 where something is found."""
    from sectorlead.cli import progress, terminal
    from sectorlead.research.audit.audit import audit as audited

    speak(locale)
    audits = []
    prepared = _prepared(what, chosen)
    panel = prepared[0].panel()
    for each in prepared:
        with progress.steps(each.config.name, 1) as step:
            step("audit")
            done = audited(
                each.strategy, panel, each.study.market, config=each.config,
                cuts=cuts, sessions=sessions, fresh_process=fresh_process,
            )  # fmt: skip
        terminal.lines(*done.told, "")
        audits.append(done)
    clean = all(each.clean for each in audits)
    answer(lambda: {"clean": clean, "audits": [_told(each) for each in audits]})
    if not clean:
        raise typer.Exit(1)


def _told(done: Audit) -> dict[str, Any]:
    keys = ("name", "strategy", "panel", "clean", "decisions", "tried", "left_out")
    flaws = {name: [asdict(each) for each in getattr(done, name)] for name in ("findings", "notes")}
    return {key: getattr(done, key) for key in keys} | flaws


def _prepared(what: str, chosen: Options) -> tuple[PreparedRun, ...]:
    """One strategy, or all of a study."""
    from sectorlead.study.prepared import prepare_run, prepare_runs

    if not what.endswith(".toml"):
        return (prepare_run(None, replace(chosen, strategy=what)),)
    path = Path(what)
    if chosen.strategy is not None or chosen.parameters:
        return (prepare_run(path, chosen),)
    return prepare_runs(path, chosen)
