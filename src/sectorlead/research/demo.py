"""The demonstration: on a simulated market whose truth is known, leaders in pullbacks against their controls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sectorlead.data.panel import Panel
from sectorlead.reports.message import Text, say

if TYPE_CHECKING:
    import pandas as pd

    from sectorlead.api import Run
    from sectorlead.engine.config import Engine

LEADERS = "leaders"  # folder of the leaders' run
PAGE = "comparison.html"
STRATEGIES = ("pullback-leaders", "pullback-laggards", "momentum", "random", "equal-weight", "buy-and-hold")
STEPS = len(STRATEGIES) + 3
MARKET = "cn-etf"


def market(seed: int, sessions: int, persistence: float) -> Panel:
    """The simulated market.

    Parameters
    ----------
    seed, sessions, persistence
        As ``sectorlead.simulate``.
    """
    from sectorlead.data.simulate import simulate

    return simulate(seed, sessions, persistence=persistence)


def title(panel: Panel, persistence: float) -> Text:
    """What is shown, and which truth was planted.

    Parameters
    ----------
    panel : Panel
    persistence : float
        Of the simulated market.
    """
    what = "SIMULATED market, no real prices: {count} sectors, {sessions} sessions. {truth}"
    return say(what, count=panel.shape[1], sessions=panel.shape[0], truth=truth(persistence))


def truth(persistence: float) -> Text:
    """The planted truth in words."""
    if persistence == 0:
        return say("Planted truth: none. Strength in a pullback means nothing here, so no rule has anything to find.")
    what = (
        "Planted truth: of what it was ahead of its beta in a pullback, a sector earns again {share} in the 60 "
        "sessions after it."
    )
    if persistence < 0:
        what = (
            "Planted truth: of what it was ahead of its beta in a pullback, a sector gives back {share} in the 60 "
            "sessions after it."
        )
    return say(what, share=f"{abs(persistence):.0%}")


def write(
    panel: Panel, folder: Path, step: Callable[[str], None], *, locale: str = "en", moves: str | None = None
) -> list[Run]:
    """Run all strategies and write the comparison and the leaders' run folder; the leaders run on both engines.

    Parameters
    ----------
    panel : Panel
    folder : Path
        Gets ``comparison.html`` and the folder ``leaders``.
    step : callable
        Told the name of each step as it begins; there are ``STEPS``, the last one in ``elsewhere``.
    locale, moves : str
        Of the pages, as in ``Run.tearsheet``.
    """
    from sectorlead.api import run
    from sectorlead.reports.compare.papers import write_comparison
    from sectorlead.reports.render.i18n import find_locale
    from sectorlead.strategies.library.registry import build

    runs, start = [], first_chance(panel)
    for name in STRATEGIES:
        step(name)
        engine: Engine = "both" if name == STRATEGIES[0] else "compiled"
        runs.append(run(build(name), panel, market=MARKET, engine=engine, name=name, start=start))
    step("report of the leaders")
    runs[0].save(folder / LEADERS, locale=locale, moves=moves)
    step("comparison")
    shown = say("Leaders in pullbacks against their controls, on a simulated market")
    write_comparison(runs, folder / PAGE, find_locale(locale).say(shown), locale=locale, moves=moves)
    return runs


def elsewhere(seed: int, sessions: int, persistence: float, markets: int) -> dict[str, list[float]]:
    """CAGR of every strategy in other markets of the same kind: one market is one draw of luck.

    Parameters
    ----------
    seed, sessions, persistence
        Of the market that was shown; the others have the next seeds.
    markets : int
        How many.

    Returns
    -------
    dict of str to list of float
        By strategy, in the order of ``STRATEGIES``.
    """
    from sectorlead.api import run
    from sectorlead.strategies.library.registry import build

    rules = {name: build(name) for name in STRATEGIES}
    grown: dict[str, list[float]] = {name: [] for name in STRATEGIES}
    for other in range(seed + 1, seed + 1 + markets):
        panel = market(other, sessions, persistence)
        for name, rule in rules.items():
            grown[name].append(run(rule, panel, market=MARKET, start=first_chance(panel)).summary()["cagr"])
    return grown


def first_chance(panel: Panel) -> pd.Timestamp | None:
    """The first session in which the leaders can decide, None if they never can.

    All runs start there: before their first pullback leaders are in cash, and would be compared with what is invested.
    """
    from sectorlead.strategies.library.registry import build

    plan = build(STRATEGIES[0]).plan(panel, 0, len(panel.sessions) - 3)
    return panel.sessions[plan.rows[0]] if plan is not None and len(plan.rows) else None
