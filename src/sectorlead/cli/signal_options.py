"""What ``events`` and ``factor`` have in common: their options, and how a report is made and written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sectorlead.cli.study_options import study_options
from sectorlead.cli.terms import term_options
from sectorlead.reports.run_folder.names import REPORT

if TYPE_CHECKING:
    from sectorlead.study.prepared_signal import PreparedSignal

Score = Annotated[
    str | None, typer.Option(help="Measure, public score or module:Name.", show_default="that of the study or strategy")
]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder for the report.", show_default="out/ and the name of the study or score, a new one"),
]
Audit = Annotated[bool, typer.Option("--audit", help="Audit the score, too (docs/audit.md); the report says so.")]
SCORED = study_options(without=("market", "reading"), terms=term_options(only=("accept",)))
"""What is studied: the strategy's score, and the data."""


def write_report(
    command: str,
    kind: str,
    prepared: PreparedSignal,
    make: Callable[..., Any],
    show: Callable[[Any], None],
    *,
    study: Path | None,
    out: Path | None,
    audit: bool,
    **words: Any,
) -> None:
    """Makes a report of a score, writes its folder, and shows what came out.

    Parameters
    ----------
    command, kind : str
        Name of the command, and of what it writes.
    prepared : PreparedSignal
    make : callable
        Gives the report from a score, a panel and terms.
    show : callable
        Prints the report.
    study : Path or None
        The study file.
    out : Path or None
        The folder; None for a new one.
    audit : bool
        Whether the score is audited, too: in the default ``Rotation``, as ``sectorlead.audit`` takes scores.
    **words
        ``locale`` and ``moves``.
    """
    from sectorlead.cli import progress, terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.data.errors import InputError
    from sectorlead.ledger.counting import counted_as
    from sectorlead.strategies.scores.score import Score

    check_out(out, kind)
    if audit and not isinstance(prepared.score, Score):
        raise InputError(
            "--audit takes a score that is a part, such as sl.Momentum or a class of your own from sl.Score"
        )
    panel = prepared.panel()
    with counted_as(study=study.stem if study else ""), progress.steps(command, 2 + audit) as step:
        step("reading")
        found = make(prepared.score, panel, **prepared.terms)
        if audit:
            from sectorlead.research.audit.audit import audit as audited

            step("audit")
            found = found.with_audit(audited(prepared.score, panel))
        step("writing")
        folder = out or named_after(study.stem if study else f"{found.label}-{command}", found.manifest)
        with written(folder, kind) as target:
            found.save(target, **words)
    show(found)
    terminal.places(report=folder / REPORT)
