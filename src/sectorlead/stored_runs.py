"""``open``: a run from the folder it was saved in, with its strategy where that can be made again."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sectorlead.api import Run
from sectorlead.data.errors import SectorLeadError
from sectorlead.data.panel import Panel
from sectorlead.engine.canonical import fingerprint, references, to_data
from sectorlead.engine.rebuild import from_data
from sectorlead.engine.record import Record
from sectorlead.engine.stored_strategy import StoredStrategy
from sectorlead.reports.run_folder.json_file import read_manifest
from sectorlead.reports.run_folder.load import has_arrays, load
from sectorlead.reports.run_folder.names import SWEEP, WALK
from sectorlead.reports.run_folder.strategy_facts import facts_of
from sectorlead.reports.run_folder.tables import RunTables

if TYPE_CHECKING:
    from sectorlead.research.sweep.result import SweepResult
    from sectorlead.research.walkforward.result import WalkForwardResult


def open(
    folder: str | Path, panel: Panel | None = None, *, signal: Panel | None = None
) -> Run | RunTables | SweepResult | WalkForwardResult:
    """A run that was saved, without running it again: equal in every table, summary and report. Or a sweep, or a
    walk-forward.

    Parameters
    ----------
    folder : path
        As ``Run.save`` or ``sectorlead run`` wrote it.
    panel : Panel, optional
        The panel of the run, where it was saved without (``panel=False``). It must be the very panel, by its
        ``content_hash``.
    signal : Panel, optional
        The panel that a ``Mapped`` strategy sees; without it the strategy stays a ``StoredStrategy``.

    Returns
    -------
    Run
        Its panel ends with the run. Its ``strategy`` is made again from its class and parameters if that gives the same
        strategy; otherwise it is a ``StoredStrategy`` that can't decide, whose ``reason`` says why. Reports are equal
        either way. Modules are not imported for it: import the module of a class of your own first.
    SweepResult
        Of the folder of a sweep; its runs can be made again.
    WalkForwardResult
        Of the folder of a walk-forward, with its run.
    RunTables
        Of a folder of version 0.2, which holds no more: its tables and summary; ``missing`` says what it lacks.

    Raises
    ------
    RunFolderError
        No run folder, one that is not complete, was damaged, or was written by a later version; another panel than the
        run's.
    """
    path = Path(folder)
    if (path / SWEEP).exists():
        from sectorlead.research.sweep.result import open_sweep

        return open_sweep(path, panel)
    if (path / WALK).exists():
        from sectorlead.research.walkforward.result import RUN, open_walkforward

        made: Any = open(path / RUN, panel, signal=signal)
        return open_walkforward(path, made)
    if not has_arrays(read_manifest(path)):
        return RunTables(path)
    record = load(path, panel)
    given = {item.name: getattr(record, item.name) for item in fields(record)}
    return Run(**given | {"strategy": _strategy(record, [record.panel, *([signal] if signal else [])])})


def _strategy(record: Record, panels: list[Panel]) -> Any:
    """The strategy made again, if it is the same to every report; else what stands for it, with the reason."""
    stored: StoredStrategy = record.strategy
    if stored.reason:
        return stored
    named = list(references(stored.data))
    if unknown := sorted({name for kind, name in named if kind == "module"} - sys.modules.keys()):
        names = ", ".join(unknown)
        return replace(stored, reason=f"its module is not imported: import {names} first, then open the folder")
    if lost := sorted({name for kind, name in named if kind == "panel"} - {each.content_hash for each in panels}):
        return replace(stored, reason=f"it sees a panel that the folder does not hold, open(..., signal=): {lost[0]}")
    try:
        made = from_data(stored.data, panels)
        if fingerprint(to_data(made)) != fingerprint(stored.data):
            return replace(stored, reason="its class has other parameters today")
        if facts_of(replace(record, strategy=made)) != facts_of(record):
            return replace(stored, reason="its class decides on other days today, or ranks otherwise")
    except SectorLeadError as error:
        return replace(stored, reason=str(error))
    return made
