"""What reports read off a strategy, as plain data: enough to report on its run without it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ...data.pullback import PullbackRule
from ...data.types import Ints
from ...engine.canonical import Data, obstacles
from ...engine.record import Record
from ...engine.stored_strategy import StoredSchedule, StoredStrategy
from ...engine.strategy import Schedule, ScoreReading, as_strategy

Facts = dict[str, Any]
"""Plain data with the keys "data", "watchful", "pullback", "reading", "leaves_past", "schedule" and "tracking"."""


def facts_of(record: Record) -> Facts:
    """The strategy's data, and what ``StoredStrategy`` says in its place.

    ``schedule`` and ``tracking`` are tables by column; a date is ISO text, NaN is null.
    """
    strategy = as_strategy(record.strategy)
    rule = strategy.pullback_rule
    return {
        "data": record.strategy_data,
        "watchful": strategy.watchful,
        "pullback": None if rule is None else list(rule),
        "reading": None if strategy.reading is None else list(strategy.reading),
        "leaves_past": strategy.leaves_past,
        "schedule": _schedule(record, strategy.schedule),
        "tracking": _table(strategy.tracked(record.panel, record.sessions[0], record.sessions[-1])),
    }


def stored_strategy(facts: Facts) -> StoredStrategy:
    """What stands for the strategy; raises ``KeyError``, ``TypeError`` or ``ValueError`` for facts that are none."""
    schedule, table = facts["schedule"], facts["tracking"]
    reading = facts.get("reading")  # a version without it has written none
    return StoredStrategy(
        data=facts["data"],
        reason="; ".join(obstacles(facts["data"])),
        watchful=bool(facts["watchful"]),
        pullback_rule=facts["pullback"] and PullbackRule(*facts["pullback"]),
        reading=reading and ScoreReading(*reading),
        leaves_past=facts.get("leaves_past"),
        schedule=schedule and StoredSchedule(
            np.array(schedule["row"], np.int64), pd.DatetimeIndex(schedule["date"], dtype="M8[ns]")
        ),
        tracking=table and pd.DataFrame({
            name: pd.Series(column["values"], dtype=column["dtype"]) for name, column in table.items()
        }),
    )  # fmt: skip


def _schedule(record: Record, schedule: Schedule | None) -> dict[str, list[Any]] | None:
    plan = getattr(schedule, "planned", None)
    if schedule is None or plan is None:
        return None
    sessions, first, last = record.panel.sessions, record.terms.first, record.terms.last
    rows: Ints = np.flatnonzero(schedule.decision_sessions(sessions, first))
    dates = plan(sessions, first)
    known = rows <= last
    return {"row": rows[known].tolist(), "date": [f"{day:%F}" for day in dates[known]]}


def _table(table: pd.DataFrame | None) -> dict[str, Any] | None:
    if table is None:
        return None
    return {
        str(name): {"dtype": str(table[name].dtype), "values": [_plain(value) for value in table[name]]}
        for name in table.columns
    }


def _plain(value: Any) -> Data:
    if value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%F}"
    return value.item() if isinstance(value, np.generic) else value
