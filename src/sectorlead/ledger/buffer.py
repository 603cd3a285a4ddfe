"""Trials on their way to the database: kept in memory, added in batches.

A run leaves what its row is made of, and the row is made when it is added, so that a loop of runs hardly notices.

They are added once there are ``BATCH`` of them or the oldest has waited ``WAIT`` seconds, before the ledger is asked
anything, when a file of a run is written, and at the end of the process. ``commit`` returns once they are on the disk:
those are the ones that count. What a process had not committed when it was killed was never acknowledged.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sectorlead.data.errors import LedgerError
from sectorlead.ledger.database import database
from sectorlead.ledger.place import Place, usual_place

BATCH = 512
WAIT = 10.0


Rows = Mapping[str, list[dict[str, Any]]]
"""Rows by table."""


class Trial(Protocol):
    """What a row is made of when it is added; it changes no more."""

    def rows(self) -> Rows:
        """The rows."""
        ...


@dataclass
class _Waiting:
    """What one process has not added yet, and what it knows to be in the database."""

    process: int = field(default_factory=os.getpid)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    late: list[Trial] = field(default_factory=list)
    trials: int = 0
    since: float = 0.0
    there: set[tuple[str, str, str]] = field(default_factory=set)
    refused: dict[Place, str] = field(default_factory=dict)


_lock = threading.RLock()
_waiting = _Waiting(process=-1)


def keeps() -> bool:
    """Whether trials are kept: the ledger is neither off nor known to be out of reach."""
    place = usual_place()
    return place.kind != "off" and place not in _own().refused


def refusal() -> str:
    """Why no trials are kept, in words; "" where they are, as far as is known."""
    place = usual_place()
    return "the trial ledger is off" if place.kind == "off" else _own().refused.get(place, "")


def is_there(table: str, key: str) -> bool:
    """Whether a row is known to be in the usual ledger, or on its way there.

    Parameters
    ----------
    table, key : str
    """
    return (usual_place().name, table, key) in _own().there


def put(rows: Rows, trials: int = 0) -> None:
    """Rows to be added with the next batch.

    Parameters
    ----------
    rows : mapping of table to rows
    trials : int
        How many trials they are.
    """
    with _lock:
        own = _own()
        _begin(own)
        _merge(own, rows)
        _count(own, trials)


def later(trial: Trial) -> None:
    """A trial of which the row is made with the next batch.

    Parameters
    ----------
    trial : Trial
    """
    with _lock:
        own = _own()
        _begin(own)
        own.late.append(trial)
        _count(own, 1)


def _begin(own: _Waiting) -> None:
    if not own.rows and not own.late:
        own.since = time.monotonic()


def _count(own: _Waiting, trials: int) -> None:
    own.trials += trials
    if own.trials >= BATCH or time.monotonic() - own.since > WAIT:
        commit()


def _merge(own: _Waiting, rows: Rows) -> None:
    name = usual_place().name
    for table, added in rows.items():
        own.rows.setdefault(table, []).extend(added)
        if table != "trials":  # few, and each asked for often
            own.there.update((name, table, row["id"]) for row in added)


def commit() -> int:
    """Add what is waiting; returns once it is on the disk.

    Where the ledger can't be written the run goes on: a warning, and every report from then on, say that the count is
    not kept.

    Returns
    -------
    int
        How many trials were acknowledged, those that were there already included.
    """
    with _lock:
        own = _own()
        late, own.late = own.late, []
        for trial in late:
            _merge(own, trial.rows())
        rows, trials = own.rows, own.trials
        own.rows, own.trials = {}, 0
        place = usual_place()
        if not rows or place.kind == "off":
            return 0
        try:
            database(place).add(rows)
        except LedgerError as error:
            own.refused[place] = str(error)
            own.there.clear()
            warnings.warn(f"trials are not counted: {error}", stacklevel=2)
            return 0
        return trials


def _own() -> _Waiting:
    """What this process has; the child of a fork begins with nothing, as its parent adds what it has."""
    global _waiting
    if _waiting.process != os.getpid():
        with _lock:
            _waiting = _Waiting()
            _at_the_end()
    return _waiting


def _at_the_end() -> None:
    """Add what is left when the process ends; children of multiprocessing don't run what atexit has."""
    from multiprocessing import process, util

    if process.parent_process() is None:
        atexit.register(commit)
    else:
        util.Finalize(None, commit, exitpriority=0)


def _forked() -> None:
    global _lock, _waiting
    _lock, _waiting = threading.RLock(), _Waiting(process=-1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
