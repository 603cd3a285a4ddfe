"""All series in equal weight under the schedule, rules and costs of a run: what its choice of series is measured by.

The account decides when the run decided, buys what is published and has a bar then, fills and pays as the run does. It
is one more run of the compiled engine, made when it is asked for, and kept for its panel.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..data.panel import Panel
from ..data.types import Flags, Floats, Ints
from ..engine.compiled.engine import run_compiled
from ..engine.config import Ended
from ..engine.measured import measured_since, planned
from ..engine.record import Record
from ..engine.strategy import Plan, Portfolio, Strategy
from ..engine.suspended import last_rows
from .growth import Growth

LABEL = "Equal weight"
MOST_KEPT = 8
"""Runs that a panel remembers, the latest."""

_made: weakref.WeakKeyDictionary[Panel, dict[tuple[Any, ...], Record]] = weakref.WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class HoldEverything(Strategy):
    """Every series that can be bought, in equal weight, in given sessions.

    Attributes
    ----------
    rows : int64 array of shape (D,)
        Panel rows after whose closes is decided, ascending.
    ended : str
        When a series ends, as in the terms of a run.
    """

    rows: Ints
    ended: Ended

    def held(self, panel: Panel, rows: Ints) -> Flags:
        """What is held from some sessions on: what is published, has a bar, and has not ended.

        Parameters
        ----------
        panel : Panel
        rows : int64 array of shape (K,)

        Returns
        -------
        bool array of shape (K, N)
        """
        there = rows[:, None] <= last_rows(panel, self.ended)
        return np.asarray(panel.has_bar[rows] & panel.published[rows] & there)

    def decide(self, view: Panel, portfolio: Portfolio) -> Floats:
        """Equal weights; see ``Strategy.decide``.

        Parameters
        ----------
        view : Panel
        portfolio : Portfolio
            Not used.
        """
        held = self.held(view, np.array([len(view.sessions) - 1]))[0]
        weights: Floats = held / max(1, int(held.sum()))
        return weights

    def decision_rows(self, panel: Panel, first: int, last: int) -> Ints:
        """The given sessions, as far as they lie in the run; see ``Strategy.decision_rows``.

        Parameters
        ----------
        panel : Panel
            Not used.
        first, last : int
        """
        return self.rows[(self.rows >= first) & (self.rows < last)]

    def plan(self, panel: Panel, first: int, last: int) -> Plan:
        """All decisions at once; see ``Strategy.plan``.

        Parameters
        ----------
        panel : Panel
        first, last : int
            Both included.
        """
        rows = self.decision_rows(panel, first, last + 1)
        held = self.held(panel, rows)
        count, n = held.sum(axis=1), held.shape[1]
        order = np.argsort(~held, axis=1, kind="stable")
        return Plan(
            rows=rows,
            order=np.where(np.arange(n) < count[:, None], order, -1),
            score=np.full(held.shape, np.nan),
            base=held.astype(np.float64),
            total=(count > 0).astype(np.float64),
            top=count,
            keep=count,
            min_hold=0,
            max_swaps=-1,
            price=panel.last_adjusted_close,
            stop=0.0,
            trail=0.0,
            max_age=0,
        )


def equal_weight_run(record: Record) -> Record:
    """The run of all series in equal weight that a run is set beside, measured over the same sessions.

    Parameters
    ----------
    record : Record
        It decides in the sessions of its schedule; where it decided in none, equal weight does in its first session.

    Returns
    -------
    Record
        Its cash, fills, costs, flows and idle cash are by the same terms; shares are whole lots too, so an account that
        is small for its series holds some of them in cash.
    """
    terms = record.terms
    began = min(terms.first, terms.first if terms.began is None else terms.began)
    early = np.zeros(0, np.int64) if record.before is None else record.before.decided
    rows = np.concatenate((early, record.outcome.decisions.row[planned(record)]))
    rows = rows[(rows >= began) & (rows < terms.last)]
    rows = rows if len(rows) else np.array([began])
    own = replace(
        terms, first=began, began=None, worth=None, due_before=0.0, name="", engine="compiled", prices="adjusted",
        seed=None, measured_from=None, periods=None,
    )  # fmt: skip
    known = _made.setdefault(record.panel, {})
    key = terms.first, rows.tobytes(), own, record.market
    found = known.pop(key, None)
    if found is None:
        strategy = HoldEverything(rows, own.ended)
        outcome = run_compiled(strategy, record.panel, record.market, own)
        whole = Record(LABEL, strategy, record.panel, record.market, own, outcome, strategy_data={"strategy": LABEL})
        found = measured_since(whole, terms.first)
    known[key] = found
    while len(known) > MOST_KEPT:
        known.pop(next(iter(known)), None)
    return found


def equal_weight_growth(record: Record) -> Growth:
    """What 1 became in ``equal_weight_run``, S + 1 levels."""
    return Growth(LABEL, equal_weight_run(record).wealth)
