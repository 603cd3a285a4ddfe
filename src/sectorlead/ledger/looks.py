"""What was registered before a search, and who looked at each test window, as tables."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.ledger.listing import opened

REGISTRATIONS = (
    "made_at", "study", "panel", "trials", "metric", "bar", "test_from", "test_to", "looks", "first_look", "value",
    "reached",
)  # fmt: skip
LOOKS = ("made_at", "registration", "study", "panel", "trial", "test_from", "test_to", "value")


def registrations() -> pd.DataFrame:
    """What studies declared before their search, oldest first, and what became of it (``docs/trials.md``).

    Returns
    -------
    DataFrame
        A row per registration, by ``id``: when, the study, the panel's content hash; how many trials were declared, the
        metric and its bar, the first and the last day of the test window, "" for the end of the data; how many looks at
        the window were taken for it, when the first was, the metric that it found, and whether that reaches the bar.
        "", NaN and False where nobody has looked.

    Raises
    ------
    LedgerError
        The ledger is off, or can't be read.
    """
    first: dict[str, tuple[str, float]] = {}
    seen = looks()
    for key, made, value in zip(seen["registration"], seen["made_at"], seen["value"], strict=True):
        first.setdefault(key, (made, value))
    counts = seen["registration"].value_counts()
    rows, index = [], []
    columns = ("id", "made_at", "study", "panel", "body")
    for key, made, study, panel, body in _sorted(opened().rows("registrations", columns)):
        told = json.loads(body)
        when, value = first.get(key, ("", np.nan))
        bar = float(told["bar"])
        rows.append(
            (
                made, study, panel, int(told["trials"]), told["metric"], bar, told["test_from"],
                told.get("test_to", ""), int(counts.get(key, 0)), when, value, value >= bar,
            )
        )  # fmt: skip
        index.append(key)
    return pd.DataFrame(rows, index=pd.Index(index, name="id", dtype=object), columns=list(REGISTRATIONS))


def looks() -> pd.DataFrame:
    """Each look at a test window, oldest first.

    Returns
    -------
    DataFrame
        A row per look, by ``id``: when, for which registration and study, on which panel, the trial that looked, the
        window's first and last session, and the metric that it found there.

    Raises
    ------
    LedgerError
        The ledger is off, or can't be read.
    """
    columns = ("id", "made_at", "registration", "study", "panel", "trial", "body")
    rows, index = [], []
    for key, made, registration, study, panel, trial, body in _sorted(opened().rows("looks", columns)):
        told = json.loads(body)
        rows.append((made, registration, study, panel, trial, told["from"], told["to"], float(told["value"])))
        index.append(key)
    return pd.DataFrame(rows, index=pd.Index(index, name="id", dtype=object), columns=list(LOOKS))


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: (row[1], row[0]))
