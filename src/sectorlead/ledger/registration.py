"""Pre-registration: what a study declares before its search, and who looked at its test window when.

Runs of a registered study end before the test window. The window is looked at by one run that asks for it; every look
is a row of the ledger, and a look at data that were looked at before says so, whatever study it belongs to.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.errors import InputError, LedgerError, ParameterError
from sectorlead.data.forms import Date
from sectorlead.data.panel import Panel
from sectorlead.ledger.buffer import commit, put, refusal
from sectorlead.ledger.counting import REFERENCE, now, panel_rows
from sectorlead.ledger.database import Database
from sectorlead.ledger.deflation import distinct, panels_like
from sectorlead.ledger.identity import hashed
from sectorlead.ledger.listing import opened
from sectorlead.ledger.sketch import same_data, sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What is declared before a search.

    Attributes
    ----------
    trials : int
        How many will be tried.
    bar : float
        What the chosen strategy must reach in the test window.
    metric : str
        Of what: a name of ``Run.summary``.
    test_from : str
        The first day of the test window.
    test_to : str or None
        Its last day; None is the end of the data.
    """

    trials: int
    bar: float
    test_from: Date
    test_to: Date | None = None
    metric: str = "sharpe"

    def __post_init__(self) -> None:
        from sectorlead.data.errors import UnknownNameError
        from sectorlead.reports.metrics.run_metrics import definitions

        if self.trials < 1:
            raise ParameterError(f"trials of a registration must be 1 or more, was {self.trials}")
        if not np.isfinite(self.bar):
            raise ParameterError(f"bar of a registration must be a finite number, was {self.bar}")
        if self.metric not in definitions():
            raise UnknownNameError("metric", self.metric, definitions())

    def window(self, panel: Panel) -> tuple[int, int]:
        """First and last panel row of the test window.

        Raises
        ------
        InputError
            It leaves less than 2 sessions before or in it.
        """
        first = int(panel.sessions.searchsorted(pd.Timestamp(self.test_from), side="left"))
        stop = len(panel.sessions)
        if self.test_to is not None:
            stop = int(panel.sessions.searchsorted(pd.Timestamp(self.test_to), side="right"))
        if first < 2 or stop - first < 2:
            raise InputError(
                f"the test window {self.test_from} to {self.test_to or 'the end'} leaves {first} sessions for the "
                f"search and {max(0, stop - first)} for itself, each needs 2; the data run from "
                f"{panel.sessions[0]:%F} to {panel.sessions[-1]:%F}"
            )
        return first, stop - 1

    @property
    def sentence(self) -> str:
        """What was declared."""
        span = f"from {self.test_from} on" if self.test_to is None else f"{self.test_from} to {self.test_to}"
        return f"{self.trials:,} trials, then {self.metric} of {self.bar:g} or more in the test window {span}"


class Look(NamedTuple):
    """A look at a test window.

    Attributes
    ----------
    number : int
        1 for the first at these data.
    sentence : str
        What it came to, for the run's notes.
    """

    number: int
    sentence: str


def register(declared: Registration, panel: Panel, study: str) -> str:
    """Write what is declared into the ledger, before anything runs; once, however often it is asked.

    Parameters
    ----------
    declared : Registration
    panel : Panel
        The whole panel, test window included.
    study : str

    Returns
    -------
    str
        The key of the registration.

    Raises
    ------
    LedgerError
        There is no ledger to write it into.
    """
    told = {name: str(value) for name, value in asdict(declared).items() if value is not None}
    key = hashed(json.dumps([study, told, panel.content_hash], sort_keys=True))
    row = {
        "id": key,
        "made_at": now(),
        "study": study[:255],
        "panel": panel.content_hash,
        "body": json.dumps(told, ensure_ascii=False),
    }
    put({"panels": panel_rows(panel), "registrations": [row]})
    commit()
    if why := refusal():
        raise LedgerError(f"a registration needs the trial ledger: {why}")
    return key


def searched(declared: Registration, panel: Panel, study: str) -> Panel:
    """The panel of the search, which ends before the test window; what was declared is in the ledger.

    Parameters
    ----------
    declared : Registration
    panel : Panel
    study : str
    """
    first, _ = declared.window(panel)
    register(declared, panel, study)
    return panel.until(first - 1).noted(f"pre-registered: {declared.sentence}; the data end before it")


def look(declared: Registration, panel: Panel, study: str, found: tuple[str, float]) -> Look:
    """Keep a look at the test window, and say what it came to.

    Parameters
    ----------
    declared : Registration
    panel : Panel
        The whole panel.
    study : str
    found : (str, float)
        The trial that was looked at, and its metric in the window.
    """
    first, last = declared.window(panel)
    key = register(declared, panel, study)
    ledger, own = opened(), sketch(panel, first, last)
    days = f"{panel.sessions[first]:%F}", f"{panel.sessions[last]:%F}"
    earlier = _earlier(ledger, own)
    trial, value = found
    seen = _seen(ledger, own, days[0])
    tried = distinct(ledger, panels_like(ledger, panel.until(first - 1)), ("final",))
    body = {"value": value, "from": days[0], "to": days[1], "window": base64.b64encode(own).decode()}
    made = now()
    row = {
        "id": hashed(f"{key} {trial} {made}"), "made_at": made, "registration": key, "study": study[:255],
        "panel": panel.content_hash, "trial": trial, "body": json.dumps(body),
    }  # fmt: skip
    put({"looks": [row]})
    commit()
    over = "reaches" if value >= declared.bar else "misses"
    told = [
        f"Pre-registered: {declared.sentence}",
        f"{declared.metric} is {value:.4g} there, which {over} the bar",
        f"trials counted before the window: {tried:,}" + (", more than declared" if tried > declared.trials else ""),
    ]
    if earlier:
        told.append(
            f"this is look {len(earlier) + 1} at these test data, the first was on {min(earlier)[:10]}: it is no test "
            "any more"
        )
    else:
        told.append("this is the first look at the test window")
    if seen:
        told.append(f"trials that had seen its sessions before: {seen:,}, so it is no fresh window")
    return Look(len(earlier) + 1, "; ".join(told))


def _earlier(ledger: Database, own: bytes) -> list[str]:
    """When the same test data were looked at before."""
    rows = ledger.rows("looks", ("id", "made_at", "body"))
    windows = {str(key): base64.b64decode(json.loads(body)["window"]) for key, _, body in rows}
    same = set(same_data(own, windows))
    return [str(made) for key, made, _ in rows if key in same]


def _seen(ledger: Database, own: bytes, first: str) -> int:
    """How many trials were measured in the window before any look at it."""
    known: dict[str, Any] = {str(key): bytes(told) for key, told in ledger.rows("panels", ("id", "sketch"))}
    rows = ledger.rows("trials", ("purpose", "last_session", "specs"), {"panel": same_data(own, known)})
    specs = b"".join(bytes(told) for why, last, told in rows if why not in (REFERENCE, "final") and last >= first)
    return len(np.unique(np.frombuffer(specs, "<u8")))
