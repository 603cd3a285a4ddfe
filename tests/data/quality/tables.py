"""Small tables by hand: every number of a test stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.calendar import find_calendar
from sectorlead.data.quality.finding import Hit, Rule
from sectorlead.data.quality.table import Table

NAN = float("nan")


def table(
    close: Sequence[Sequence[float]], *, kind: str = "etf", calendar: str | None = "weekdays", **arrays: Any
) -> Table:
    """Series A, B, ... over weekdays from Monday 2024-01-01 on; what is not given is NaN, the factor 1."""
    values = np.array(close, dtype=float)
    count, width = values.shape
    given: dict[str, Any] = {key: np.full(values.shape, NAN) for key in ("open", "high", "low", "volume", "amount")}
    given |= {"factor": np.ones(values.shape), "known_from": np.full(width, "NaT", "M8[ns]"), "members": width}
    given |= {key: np.array(each, float) if key in given and key not in ("known_from", "members") else each
              for key, each in arrays.items()}  # fmt: skip
    given = {"sessions": pd.bdate_range("2024-01-01", periods=count), "kinds": (kind,) * width} | given
    symbols = tuple("ABCDEFGHIJ"[:width])
    return Table("by hand", symbols=symbols, close=values, calendar=calendar and find_calendar(calendar), **given)


def column(values: Sequence[float]) -> list[list[float]]:
    """One series as the rows of a table."""
    return [[value] for value in values]


def flat(close: Sequence[float]) -> dict[str, list[list[float]]]:
    """Bars of one series at a single price each."""
    return {key: column(close) for key in ("open", "high", "low")}


def hits(rule: Rule[Table], of: Table) -> list[Hit]:
    return list(rule.find(of))


def days(hit: Hit) -> list[int]:
    """Days of January 2024 that a hit names."""
    return hit.sessions.day.tolist()
