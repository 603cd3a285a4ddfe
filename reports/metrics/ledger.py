"""Sums and counts of a run: what it cost by kind, what it did, where it began and ended. Exact, and never blank."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...data.types import Ints
from ...engine.market.fees import COSTS, DIVIDEND_TAX, FEES, SLIPPAGE
from ...engine.record import DIVIDEND, OPENING, Record
from .inputs import TRADING, MeasuredRun
from .registry import Definition
from .trades import paid_in_all

__all__: list[str] = []  # rows only

_NOTES: dict[str, str] = {fee.kind: "; 0 where the commission includes it" for fee in FEES if fee.included}
_NOTES[DIVIDEND_TAX] = "; 0 where dividends are reinvested"
_NOTES[SLIPPAGE] = "; already inside the fill prices"


def _add(name: str, label: str, text: str, unit: str, value: Callable[[MeasuredRun], float], printed: str = "") -> None:
    TRADING.add(value, Definition(name, label, text, unit, source="the ledger", printed=printed))


def _costs(record: Record) -> dict[str, float]:
    return record.costs


def _orders_filled(side: Ints) -> int:
    return int(np.count_nonzero((side != OPENING) & (side != DIVIDEND)))


def _cost(kind: str) -> Callable[[MeasuredRun], float]:
    return lambda run: run.once(_costs)[kind]


_add(
    "cost_total", "Costs", "commission, duties, fees and slippage", "currency",
    lambda run: run.once(paid_in_all),
)  # fmt: skip
for _kind, _label in COSTS.items():
    _add(f"cost_{_kind}", _label, f"sum over fills{_NOTES.get(_kind, '')}", "currency", _cost(_kind))
_add(
    "fills", "Fills", "orders that traded, in whole or part", "count",
    lambda run: float(_orders_filled(run.record.outcome.fills.side)),
)  # fmt: skip
_add(
    "rejections", "Shortfalls", "orders not filled, or not in full, each session counted", "count",
    lambda run: float(len(run.record.outcome.rejections.row)),
)  # fmt: skip
_add(
    "decisions", "Decisions", "sessions after whose close the strategy chose a portfolio", "count",
    lambda run: float(len(run.record.outcome.decisions.row)),
)  # fmt: skip
_add(
    "starting_cash", "Starting cash", "before the first session", "currency",
    lambda run: float(run.record.terms.opening),
)  # fmt: skip
_add(
    "final_equity", "Final equity", "after the last close", "currency",
    lambda run: float(run.record.outcome.equity[-1]),
)  # fmt: skip
_add(
    "years", "Years", "calendar years of 365.25 days, from the session before the first return", "years",
    lambda run: run.own.years,
)  # fmt: skip
_add("sessions", "Sessions", "returns in the run", "count", lambda run: float(len(run.record.outcome.equity)))
_add(
    "periods_per_year", "Periods per year", "annualises session returns; from the median gap", "ratio",
    lambda run: run.own.periods, ",.0f",
)  # fmt: skip
