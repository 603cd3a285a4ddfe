"""What each chosen rule would hold, and what changed since the decision before its last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sectorlead.data.errors import SectorLeadError
from sectorlead.data.panel import Panel
from sectorlead.reports.brief.evidence import Holding, RuleDay

LEAST = 1e-9  # weights below are rounding


def rule_day(rule: Any, panel: Panel, accept: Sequence[str] = ()) -> RuleDay:
    """The last decision of a rule on a panel that ends with the day.

    The rule is run on it as any strategy is, with the terms of a run by default; no result is looked at, so the run is
    no trial.

    Parameters
    ----------
    rule : Strategy, Score or str
        As for ``sectorlead.run``.
    panel : Panel
    accept : sequence of str
        Findings of the quality gate that are let pass.

    Returns
    -------
    RuleDay
        With ``problem`` where the rule can't be run on these data: why.
    """
    from sectorlead.api import run

    name = rule if isinstance(rule, str) else getattr(rule, "name", "") or type(rule).__name__
    nothing = RuleDay(rule=name, decided=None, before=None, tonight=False)
    try:
        record = run(rule, panel, config=None, accept=tuple(accept))
    except SectorLeadError as error:
        return RuleDay(**nothing.__dict__ | {"problem": str(error)})
    targets = record.targets
    if not len(targets):
        return RuleDay(**nothing.__dict__ | {"problem": "it has not decided yet"})
    now = targets.iloc[-1].to_numpy()
    then = targets.iloc[-2].to_numpy() if len(targets) > 1 else np.zeros(len(now))
    held, had = now > LEAST, then > LEAST
    order = sorted(np.flatnonzero(held), key=lambda i: (-now[i], panel.symbols[i]))

    def named(flags: Any) -> tuple[str, ...]:
        return tuple(panel.names[i] for i in np.flatnonzero(flags))

    return RuleDay(
        rule=name,
        decided=targets.index[-1],
        before=targets.index[-2] if len(targets) > 1 else None,
        tonight=bool(targets.index[-1] == panel.sessions[-1]),
        targets=tuple(Holding(symbol=panel.symbols[i], name=panel.names[i], weight=float(now[i])) for i in order),
        entered=named(held & ~had),
        left=named(had & ~held),
    )
