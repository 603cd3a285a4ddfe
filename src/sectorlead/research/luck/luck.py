"""``luck``: how much of a run hangs on what nobody could know was right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sectorlead.data.bounds import check_count
from sectorlead.data.errors import InputError, StrategyError, UnknownNameError
from sectorlead.engine.record import Record
from sectorlead.reports.luck import result as kinds
from sectorlead.reports.luck.result import KINDS, Draws, in_order
from sectorlead.reports.metrics.run_metrics import too_short
from sectorlead.research.luck import draws as made
from sectorlead.research.luck.again import Again
from sectorlead.research.luck.result import Luck

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel

DRAWS, SLOW_DRAWS = 200, 20
"""Draws of each kind: of a strategy that runs in the kernel, and of one that is asked at each decision."""
STARTS = 40
MOST = 100_000

Step = Callable[[str], None]


def luck(
    record: Record,
    *,
    strategy: Any = None,
    what: Sequence[str] | None = None,
    wider: Panel | None = None,
    draws: int | None = None,
    seed: int = 0,
    step: Step = lambda _: None,
) -> Luck:
    """How much of a run is luck: the run among runs that differ from it in one thing at a time (``docs/luck.md``).

    Parameters
    ----------
    record : Run
        Of a strategy that can run again.
    strategy : strategy, optional
        What was run, as it was before. Default: made again from what the record knows of it.
    what : sequence of str, optional
        "rebalance day", "universe", "listed then", "listed ever", "start", "costs", "size", "lag", "parameters",
        "picks". Default: all.
    wider : Panel, optional
        All that could have been in the pool, over the same sessions: then other pools are drawn from it.
    draws : int, optional
        Of each kind that is drawn at random. Default: 200; 20 where each decision goes through Python.
    seed : int
        The same seed gives the same draws.
    step : callable
        Told the name of each kind as it begins.

    Returns
    -------
    Luck
        ``sentences``, ``table``, ``frame()``, ``plot()``; for ``tearsheet`` and ``save`` of the run, too, whose verdict
        then sets the run against random picks and its opposite rule as well. What could not be drawn is in
        ``left_out``, with the reason.

    Raises
    ------
    InputError
        For a run that is too short, or whose strategy can't be made again; for another panel's sessions.

    Examples
    --------
    >>> import sectorlead as sl
    >>> run = sl.run(sl.Rotation(sl.Momentum(60), schedule=sl.Every(5)), sl.simulate(seed=3, sessions=300))
    >>> len(luck(run, what=["rebalance day"])["rebalance day"].labels)
    5
    """
    asked = KINDS if what is None else tuple(what)
    for name in asked:
        if name not in KINDS:
            raise UnknownNameError("kind of luck", name, KINDS)
    if draws is not None:
        check_count("draws", draws, 2, MOST)
    if too_short(record):
        few = len(record.sessions)
        raise InputError(f"{record.name} has {few} sessions, too few for rates a year, which luck is told in")
    again = Again(record, strategy)
    quick = again.quick()
    count = draws or (DRAWS if quick else SLOW_DRAWS)
    begins = STARTS if quick else min(STARTS, count)
    known: dict[str, Callable[[], Draws | str]] = {
        kinds.REBALANCE_DAY: lambda: made.rebalance_days(again),
        kinds.UNIVERSE: lambda: made.universes(again, count, seed),
        kinds.START: lambda: made.starts(again, begins),
        kinds.COSTS: lambda: made.costs(again),
        kinds.SIZE: lambda: made.sizes(again),
        kinds.LAG: lambda: made.lags(again),
        kinds.PARAMETERS: lambda: made.parameters(again, count, seed),
        kinds.PICKS: lambda: made.picks(again, count, seed),
    }
    if wider is not None:
        whole = wider
        known[kinds.LISTED_THEN] = lambda: made.pools(again, whole, count, seed, hindsight=False)
        known[kinds.LISTED_EVER] = lambda: made.pools(again, whole, count, seed, hindsight=True)
    elif what is not None and {kinds.LISTED_THEN, kinds.LISTED_EVER} & set(asked):
        raise InputError("other pools are drawn from a wider panel; give wider=PANEL with all that could be chosen")
    found, left_out = list[Draws](), dict[str, str]()
    for name in KINDS:
        if name not in asked or name not in known:
            continue
        step(name)
        try:
            drawn = known[name]()
        except StrategyError as error:  # a rule of one's own that needs what was left out
            drawn = str(error)
        if isinstance(drawn, str):
            left_out[name] = drawn
        else:
            found.append(drawn)
    controls = again.controls(count, seed) if kinds.PICKS in asked else {}
    return Luck(record.name, in_order(found), left_out, controls)
