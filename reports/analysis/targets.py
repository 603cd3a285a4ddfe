"""Targets beside what was held, plans beside executions, as rows for tables."""

from __future__ import annotations

import math
from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from ...engine.record import Record
from ..formatting import decimal, percent
from ..metrics.cash_drag import CashDrag, cash_drag
from ..metrics.run_metrics import too_short
from .execution import MEANINGS
from .rebalances import STATUSES, rebalances
from .target_vs_actual import target_vs_actual

GAP_MEANINGS: dict[str, str] = MEANINGS | {
    "written_off": "what was held had no bar for too long and was given up",
    "lot": "less than one board lot, or what is left below one",
    "drift": "prices and costs moved the weight after the decision",
    "unexplained": "no reason is known: please report it",
}
"""What each name in ``gaps.GAPS`` means to a reader."""

STATUS_MEANINGS: dict[str, str] = dict(
    zip(
        STATUSES,
        (
            "every order filled in full, if not at once",
            "orders ended unfilled, or filled in part",
            "no order filled at all",
            "an order was still open when the next decision came",
            "what was held is what was wanted",
        ),
        strict=True,
    )
)
"""What each status of a decision means to a reader."""


class Executed(NamedTuple):
    """Decisions of one status."""

    status: str
    meaning: str
    decisions: int
    wanted: float  # money
    traded: float


class Cause(NamedTuple):
    """Gaps of one reason, in money without sign, summed over decisions."""

    reason: str
    meaning: str
    targets: int  # decisions x series
    first: float  # after the first fill session
    last: float  # at the end of the decision's window; NaN for drift


class Gap(NamedTuple):
    """One target that was not reached."""

    session: pd.Timestamp
    symbol: str
    name: str
    target: float
    actual: float  # after the first fill session
    missing: float  # money, then
    left: float  # money, at the end of the decision's window
    reason: str


class Roll(NamedTuple):
    """A planned date that was a closed day."""

    planned: pd.Timestamp
    session: pd.Timestamp
    days: int


class Attained(NamedTuple):
    """What became of a run's decisions.

    Attributes
    ----------
    executed : tuple of Executed
        In the order of ``rebalances.STATUSES``; none that did not occur.
    causes : tuple of Cause
        The one that lacked most money first; drift, with which nothing is wrong, last.
    gaps : tuple of Gap
        The largest missing parts of equity first.
    rolls : tuple of Roll
        In order of time.
    drag : CashDrag
    idle : float
        Mean unintended cash, as a fraction of equity.
    """

    executed: tuple[Executed, ...]
    causes: tuple[Cause, ...]
    gaps: tuple[Gap, ...]
    rolls: tuple[Roll, ...]
    drag: CashDrag
    idle: float


def attained(record: Record, most: int = 12) -> Attained:
    """What became of a run's decisions; ``most`` gaps are kept.

    Parameters
    ----------
    record : Record
    most : int
        Gaps that are kept, the worst first.
    """
    plans, table, drag = rebalances(record), target_vs_actual(record), cash_drag(record)
    rolled = plans[plans["rolled"] != 0]
    equity = record.equity.reindex(table["first"]).to_numpy(np.float64)
    reasons = [[name for name in text.split(", ") if name and name != "drift"] for text in table["reason"].tolist()]
    return Attained(
        executed=_executed(plans),
        causes=_causes(table, equity, reasons),
        gaps=_worst(table, equity, reasons, dict(zip(record.panel.symbols, record.panel.names, strict=True)), most),
        rolls=tuple(map(Roll, rolled["planned"], rolled["session"], rolled["rolled"].tolist())),
        drag=drag._replace(per_year=math.nan) if too_short(record) else drag,
        idle=float(drag.weight.mean()),
    )


def _executed(plans: pd.DataFrame) -> tuple[Executed, ...]:
    sums = plans.groupby("status")[["wanted", "traded"]].sum()
    counts = plans["status"].value_counts()
    return tuple(
        Executed(status, STATUS_MEANINGS[status], int(counts[status]), *map(float, sums.loc[status]))
        for status in STATUSES
        if status in counts
    )


def _causes(table: pd.DataFrame, equity: Floats, reasons: list[list[str]]) -> tuple[Cause, ...]:
    """By reason: what lacked at first counts for a target's first reason, what lacked in the end for its last."""
    first, last = (np.abs(table[key].to_numpy(np.float64)) for key in ("value_first", "value_last"))
    counts, at_first, in_the_end = Counter[str](), Counter[str](), Counter[str]()
    for names, early, late in zip(reasons, first.tolist(), last.tolist(), strict=True):
        counts.update(names)
        if names:
            at_first[names[0]] += early
            in_the_end[names[-1]] += late
    causes = [Cause(name, GAP_MEANINGS[name], counts[name], at_first[name], in_the_end[name]) for name in counts]
    causes.sort(key=lambda cause: (-cause.first, cause.reason))
    moved = table["reason"].str.contains("drift").to_numpy(np.bool_)
    money = float((np.abs(table["drift"].to_numpy(np.float64)) * equity)[moved].sum())
    drift = Cause("drift", GAP_MEANINGS["drift"], int(moved.sum()), money, math.nan)
    return (*causes, drift) if drift.targets else tuple(causes)


def _worst(
    table: pd.DataFrame, equity: Floats, reasons: list[list[str]], names: dict[str, str], most: int
) -> tuple[Gap, ...]:
    """The targets that lacked the largest part of equity after their first fill session."""
    size = np.abs(table["value_first"].to_numpy(np.float64)) / np.where(equity > 0, equity, 1.0)
    worst = [k for k in np.argsort(-size, kind="stable")[:most].tolist() if size[k] > 0]
    rows = table.iloc[worst]
    return tuple(
        map(
            Gap,
            rows["session"],
            rows["symbol"].tolist(),
            [names[symbol] for symbol in rows["symbol"].tolist()],
            *(rows[key].tolist() for key in ("target", "actual_first", "value_first", "value_last")),
            [", ".join(reasons[k]) for k in worst],
        )
    )


def drag_in_words(done: Attained) -> str:
    """What cash that no target asked for came to."""
    drag = done.drag
    yearly = f", {percent(abs(drag.per_year), 2)} a year" if math.isfinite(drag.per_year) else ""
    effect = (
        f"it {'cost' if drag.money < 0 else 'brought'} {decimal(abs(drag.money), 0)}{yearly}"
        if drag.money
        else "no effect"
    )
    return f"Cash that no target asked for: {percent(done.idle, 2)} of equity on average; {effect}."


def rolls_in_words(done: Attained, most: int) -> str:
    """Which planned dates were closed days, the first ``most`` of them; "" if none was.

    Parameters
    ----------
    done : Attained
    most : int
        Dates that are named; more are counted.
    """
    if not done.rolls:
        return ""
    decisions = sum(row.decisions for row in done.executed)
    pairs = ", ".join(f"{roll.planned:%Y-%m-%d} to {roll.session:%Y-%m-%d}" for roll in done.rolls[:most])
    more = f", and {len(done.rolls) - most} more" if len(done.rolls) > most else ""
    return f"{len(done.rolls)} of {decisions} decisions were planned for a closed day and rolled: {pairs}{more}."
