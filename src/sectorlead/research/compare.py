"""``compare``: several strategies on one panel, over the same sessions, at the same costs, against chance."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

import numpy as np
import pandas as pd

from sectorlead.data.bounds import RESAMPLES, check_count
from sectorlead.data.bounds import SEEDS as MOST_SEEDS
from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.data.quality.gate import admitted, doubts
from sectorlead.engine.class_names import backtrader_class
from sectorlead.engine.config import FIRST_DECISION, START, RunConfig, SharedTerms, merged, takes_terms
from sectorlead.engine.market.default import market_or_default
from sectorlead.engine.market.market import Market
from sectorlead.engine.measured import first_decision, measured_since
from sectorlead.engine.strategy import as_strategy

if TYPE_CHECKING:
    from sectorlead.api import Run
    from sectorlead.data.forms import Date
    from sectorlead.data.types import Floats
    from sectorlead.engine.config import Engine
    from sectorlead.engine.record import Record
    from sectorlead.reports.compare.paired_bootstrap import Labels
    from sectorlead.reports.compare.sensitivity import Sensitivity, YearlyReturn
    from sectorlead.reports.compare.tournament import Field, Tournament
    from sectorlead.reports.luck.result import LuckResult
    from sectorlead.strategies.indicators.phases import MarketPhases
    from sectorlead.study.prepared import PreparedRun
    from sectorlead.study.study import Comparison

SEEDS = 200
STEPS = 4  # besides one per strategy: a first pass, the random picks, the differences, costs and lags

Step = Callable[[str], None]


class Entry(NamedTuple):
    """A strategy, ready to run, and the engine it runs on."""

    strategy: Any
    engine: Engine = "compiled"
    notes: tuple[str, ...] = ()


@takes_terms("name")
def compare(  # noqa: PLR0913  # what is compared, and with what
    strategies: Mapping[str, Any] | Sequence[str],
    panel: Panel,
    market: str | Market | None = None,
    *,
    against: str | None = None,
    seeds: int = SEEDS,
    bootstrap: int | None = None,
    phases: MarketPhases | None = None,
    sensitivity: bool = True,
    luck: bool = False,
    audit: bool = False,
    trials: int | None = None,
    step: Step = lambda _: None,
    config: RunConfig | None = None,
    **terms: Unpack[SharedTerms],
) -> Tournament:
    """Run strategies under the same terms; test them against chance, and each other, over all sessions and by phase.

    All start in the first session in which every one of them can decide, unless ``start`` is given, and are measured
    over the same sessions, from the latest first decision among them (``measured_from``): what waits in cash for its
    first chance would be compared with what is invested. One that never decides is a row of NaN, with the reason, and
    moves nothing.

    Parameters
    ----------
    strategies : mapping of label to strategy, or sequence of library names
        Two or more make a comparison. What holds everything, equally weighted, and what picks at random, as the
        library's ``equal-weight``, ``buy-and-hold`` and ``random`` do, are references: no trial to correct for.
    panel : Panel
        It passes the quality gate, as in ``sectorlead.run``.
    market : str or Market, optional
        Default: as ``sectorlead.run``; a note says which and why.
    against : str, optional
        Label of the strategy that is taken off each of the others. Default: the first.
    seeds : int
        How many random picks each strategy is set against, which decide when it does and turn over as much
        (``matched_picks``), on the compiled engine; 0 for none.
    bootstrap : int, optional
        Resamples. Default: 2,000.
    phases : MarketPhases, optional
        How the benchmark's phases are told. Default: ``MarketPhases()``. Without a benchmark there are none.
    sensitivity : bool
        Whether to run each strategy again at 0, 1, 2 and 5 times all costs, and with decisions as many sessions late,
        on the compiled engine.
    luck : bool
        Whether to say of each strategy that was tried how much of its result is luck, as ``Run.luck`` does.
    audit : bool
        Whether to look, of each strategy, for what it can't have known (``sectorlead.audit``); the reports say what was
        found.
    trials : int, optional
        How many strategies were tried on these data in all, which the verdict allows for. Default: as many as the
        ledger has (``sectorlead.trials``), and at least those compared.
    step : callable
        Told the name of each step as it begins; there are ``STEPS`` more than strategies.
    config : RunConfig, optional
        The terms of all runs; default: ``RunConfig()``. ``engine="both"`` verifies every run of the comparison; a
        ``seed`` is that of the strategies that use one.
    **terms
        Terms in place of those of ``config``, such as ``cash=1e6, start="2020-01-01"``; all but ``name``.
        ``measured_from="start"`` measures from the start of the runs, a date from there.

    Returns
    -------
    Tournament
        ``records``, ``paired``, ``chance``, ``table``; ``save(folder)`` writes it all.

    Raises
    ------
    InputError
        For names, terms or data that can't be used.

    Examples
    --------
    >>> import sectorlead as sl
    >>> found = compare(["momentum", "equal-weight"], sl.simulate(seed=1, sessions=600), seeds=0)
    >>> [row.strategy for row in found.paired.rows if row.phase == ""]
    ['equal-weight', '模拟创业板指']
    """
    from sectorlead.ledger.counting import counts
    from sectorlead.ledger.deflation import tried_on
    from sectorlead.ledger.runs import count_run
    from sectorlead.reports.compare.paired_bootstrap import RESAMPLES
    from sectorlead.reports.compare.tournament import hold_tournament
    from sectorlead.reports.metrics.run_metrics import summary

    config = merged(config, terms)
    config = replace(config, cash_rate=config.idle_rate())  # read once for all runs
    if config.name:
        raise ParameterError(f"name={config.name!r} was given, but runs of a comparison have labels; leave name out")
    market, chosen = market_or_default(market, panel)
    entries = _entries(strategies, config.engine)
    check(list(entries), against, seeds, bootstrap)
    if config.seed is not None and not any(as_strategy(entry.strategy).uses_seed for entry in entries.values()):
        who = ", ".join(entries)
        raise ParameterError(f"seed={config.seed} was given, but none of {who} is random; leave seed out")
    framed = [label for label, entry in entries.items() if backtrader_class(entry.strategy) is not None]
    if config.prices != "adjusted" and not framed:
        raise ParameterError(
            f"prices={config.prices!r} was given, but none of {', '.join(entries)} is a backtrader.Strategy; leave it "
            "out"
        )
    panel = admitted(panel, config.accept or (), market.trades)
    step("first pass")
    shared, measured_from = replace(config, seed=None, measured_from=START), config.measured_from
    start, told = _common_start(entries, panel, market, shared)
    notes = [("Strategy", f"{label}: {note}.") for label, entry in entries.items() for note in entry.notes]
    notes += [("Market", f"{chosen}.")] if chosen else []
    notes += [("Data quality", f"{'; '.join((panel.quality, *doubts(panel.findings or ())))}.")]
    notes += [told] if told else []
    shared = replace(shared, start=start)
    records, again = {}, {}
    for label, entry in entries.items():
        step(label)
        own = replace(shared, seed=config.seed if as_strategy(entry.strategy).uses_seed else None)
        if sensitivity or luck or audit:
            again[label] = _Again(entry.strategy)
        records[label] = _run(label, entry, panel, market, own)
    window = _window(records, panel, measured_from)
    notes += window.notes
    if window.told == START and (late := _late(records)):
        notes.append(late)
    idle = {label: _why_idle(record) for label, record in records.items() if first_decision(record) is None}
    whole = {label: record for label, record in records.items() if label not in idle}
    if not whole or against in idle:
        raise InputError(f"nothing to compare with: {against or 'every strategy'} never decided; {_reasons(idle)}")
    step(f"{seeds} random picks")
    entered = _entered(entries, whole, seeds, window.row)
    references = _references(entries, entered.tried, panel, market, replace(shared, measured_from=window.told))
    entered = replace(entered, controls=references)
    records = {label: window.of(record) for label, record in whole.items()}
    if audit:
        step("audit")
        records = {
            label: _audited(record, again[label], entries[label].engine, shared) for label, record in records.items()
        }
    for record in records.values() if counts() else ():
        count_run(record, summary(record), "compare")
    if trials is None and counts():
        trials = tried_on(panel).number
    if not seeds:
        notes.append(("Chance", "No strategy is set against random picks: seeds = 0."))
    step("differences")
    first = next(iter(records.values()))
    labels, rule = _labels(panel, first.terms.first, first.terms.last, phases)
    found = hold_tournament(
        records, labels, entered=entered, idle=idle, against=against,
        resamples=RESAMPLES if bootstrap is None else bootstrap, trials=trials, phase_rule=rule, notes=notes,
    )  # fmt: skip
    if luck:
        step("luck")
        found = replace(found, luck=_luck(found, again))
    if not sensitivity:
        return found
    step("costs and lags")
    return replace(found, sensitivities=_sensitivities(found.records, again))


@dataclass(frozen=True, slots=True)
class PreparedComparison:
    """A study's strategies, built and checked, ready to be compared."""

    runs: tuple[PreparedRun, ...]
    asked: Comparison

    @property
    def steps(self) -> int:
        """How many steps ``run`` tells."""
        return len(self.runs) + STEPS

    def panel(self) -> Panel:
        """The study's data; see ``PreparedRun.panel``."""
        return self.runs[0].panel()

    def run(
        self, panel: Panel, step: Step = lambda _: None, *, luck: bool = False, audit: bool = False
    ) -> Tournament:
        """The comparison, on the study's terms.

        Parameters
        ----------
        panel : Panel
        step : callable
            Told the name of each run as it begins.
        luck, audit : bool
            As ``compare`` has them.
        """
        first, asked = self.runs[0], self.asked
        return compare(
            {each.config.name: Entry(each.strategy, each.config.engine, each.notes) for each in self.runs}, panel,
            first.study.market, against=asked.against, seeds=asked.seeds, bootstrap=asked.bootstrap,
            phases=phases_from(asked.phases), luck=luck, audit=audit, step=step,
            config=replace(first.config, name=""),
        )  # fmt: skip


def prepare_comparison(runs: Sequence[PreparedRun], **given: Any) -> PreparedComparison:
    """The strategies of one study, to be compared, with what is ``given`` and not None in place of the study's.

    Parameters
    ----------
    runs : sequence of PreparedRun
    **given
        Fields of ``Comparison``.

    Raises
    ------
    InputError
        For what can't be compared, before data is read.
    """
    for each in runs:
        if each.analyzers:
            label = each.config.name
            raise InputError(
                f"{label} has analyzers, and a comparison keeps nothing of what they find; leave them out, or run it "
                f"alone: sectorlead run STUDY --strategy {label}"
            )
    asked = replace(runs[0].study.compare, **{key: value for key, value in given.items() if value is not None})
    check([each.config.name for each in runs], asked.against, asked.seeds, asked.bootstrap)
    phases_from(asked.phases)
    return PreparedComparison(tuple(runs), asked)


def check(labels: Sequence[str], against: str | None, seeds: int, bootstrap: int | None) -> None:
    """Raise ``InputError`` for what can't be compared, before anything runs.

    Parameters
    ----------
    labels : sequence of str
        Of the strategies.
    against : str or None
        One of them; None for the first.
    seeds : int
        Draws of a random strategy; 0 for none.
    bootstrap : int or None
        Resamplings; None for the usual number.

    Raises
    ------
    UnknownNameError, ParameterError, InputError
        Say what is allowed.
    """
    if len(labels) < 2:
        raise InputError(f"compare needs two strategies or more, was given {len(labels)}; add another [[strategies]]")
    if against is not None and against not in labels:
        raise UnknownNameError("strategy to compare against", against, labels)
    if seeds != 0:
        check_count("seeds", seeds, 20, MOST_SEEDS, ", or 0 for none")
    if bootstrap is not None:
        check_count("bootstrap", bootstrap, 100, RESAMPLES)


def phases_from(given: Mapping[str, Any]) -> MarketPhases:
    """``MarketPhases`` from the table of a study; raises ``InputError`` for a parameter that it doesn't have."""
    from sectorlead.strategies.indicators.phases import MarketPhases

    known = [item.name for item in fields(MarketPhases)]
    for name in given:
        if name not in known:
            raise UnknownNameError("parameter of the phases", name, known)
    return MarketPhases(**given)


def _entries(strategies: Mapping[str, Any] | Sequence[str], engine: Engine) -> dict[str, Entry]:
    from sectorlead.strategies.library.registry import build
    from sectorlead.strategies.rotation import rotation_of

    named = strategies if isinstance(strategies, Mapping) else {name: name for name in strategies}
    out = {}
    for label, given in named.items():
        entry = given if isinstance(given, Entry) else Entry(given, engine)
        strategy, notes = rotation_of(build(entry.strategy) if isinstance(entry.strategy, str) else entry.strategy)
        out[label] = Entry(strategy, entry.engine, (*entry.notes, *notes))
    return out


def _run(label: str, entry: Entry, panel: Panel, market: Market, config: RunConfig) -> Run:
    from sectorlead.api import run

    prices = config.prices if backtrader_class(entry.strategy) is not None else "adjusted"
    return run(entry.strategy, panel, market, config=replace(config, engine=entry.engine, name=label, prices=prices))


def _common_start(
    entries: Mapping[str, Entry], panel: Panel, market: Market, config: RunConfig
) -> tuple[Date | None, tuple[str, str] | None]:
    """The first session in which all can decide, and a note that says so; the asked one where there is one."""
    if config.start is not None:
        return config.start, None
    decided: dict[str, int] = {}
    for label, entry in entries.items():
        strategy = _fresh(label, entry.strategy)
        quick = Entry(strategy, entry.engine if isinstance(strategy, type | tuple) else "compiled")
        outcome = _run(label, quick, panel, market, config).outcome
        for rows in (outcome.decisions.row, outcome.fills.row - 1):  # a backtrader.Strategy has no log of decisions
            if len(rows):
                decided[label] = int(rows[0])
                break
    if not decided or max(decided.values()) == 0:
        return None, None
    latest = max(decided, key=decided.__getitem__)
    day = panel.sessions[decided[latest]]
    return day, ("Start", f"{day:%F}, the first session in which every strategy can decide; the last to is {latest}.")


class _Window(NamedTuple):
    """The sessions that all runs are measured over."""

    row: int
    told: str  # the term of each run
    notes: tuple[tuple[str, str], ...] = ()

    def of(self, record: Run) -> Run:
        """A run over these sessions."""
        found = measured_since(record, self.row)
        return replace(found, terms=replace(found.terms, measured_from=self.told))


def _window(records: Mapping[str, Run], panel: Panel, asked: Date | None) -> _Window:
    """From the latest first decision, or from where it was asked for."""
    first, last = next((item.terms.first, item.terms.last) for item in records.values())
    decided = {label: row for label, record in records.items() if (row := first_decision(record)) is not None}
    if asked == START or not decided:
        return _Window(first, START)
    if asked is not None and asked != FIRST_DECISION:
        row = int(panel.sessions.searchsorted(pd.Timestamp(asked), side="left"))
        if row >= last:
            raise InputError(f"measured_from={asked} leaves {max(0, last - row + 1)} sessions, a comparison needs 2")
        return _Window(max(row, first), str(asked))
    latest = max(decided, key=decided.__getitem__)
    row = min(decided[latest], last - 1)
    if row == first:
        return _Window(first, f"{panel.sessions[first]:%F}")
    day = f"{panel.sessions[row]:%F}"
    text = f"from {day} on, the latest first decision, of {latest}; the others begin with what they held then"
    return _Window(row, day, (("Measured", f"{text}."),))


def _why_idle(record: Run) -> str:
    """What a run says of never having decided."""
    return next((note for note in record.notes if note.startswith("never decided")), "none of its orders was filled")


def _reasons(idle: Mapping[str, str]) -> str:
    return "; ".join(f"{label}: {why}" for label, why in idle.items())


def _fresh(label: str, strategy: Any) -> Any:
    """A copy for the first pass, as a rule may remember what it saw."""
    try:
        return copy.deepcopy(strategy)
    except Exception as error:
        raise InputError(
            f"{label} can't be copied ({error}), so it can't run twice, first to find where all can decide; give start"
        ) from None


def _late(records: Mapping[str, Run]) -> tuple[str, str] | None:
    """That some were in cash long after the others had begun."""
    from sectorlead.reports.analysis.execution import start

    began = {label: start(record) for label, record in records.items()}
    late = {label: item.session for label, item in began.items() if item and item.late}
    texts = [f"{label} first acted on {session:%F} and was in cash before" for label, session in late.items()]
    if not texts:
        return None
    return "Warning", f"{'; '.join(texts)}; start = {max(late.values()):%F} compares from there."


class _Again:
    """A strategy to be run again: kept as it was before its run, as a rule may remember what it saw."""

    def __init__(self, strategy: Any) -> None:
        from sectorlead.strategies.part import Part

        self.reason = ""
        self._kept, self.framed = strategy, isinstance(strategy, type | tuple)
        if self.framed:
            self.reason = "a backtrader.Strategy, which the compiled engine does not run"
        elif not isinstance(strategy, Part):  # parts are frozen values
            try:
                self._kept = copy.deepcopy(strategy)
            except Exception as error:
                self.reason = f"it can't be copied ({error}), so it can't run again"

    def strategy(self) -> Any:
        """A fresh one."""
        from sectorlead.strategies.part import Part

        return self._kept if isinstance(self._kept, Part) else copy.deepcopy(self._kept)


def _audited(record: Run, again: _Again, engine: Engine, config: RunConfig) -> Run:
    """A run with what an audit of its strategy found; as it is where the strategy can't run again."""
    from sectorlead.research.audit.audit import audit

    if again.reason and not again.framed:
        return record
    prices = config.prices if again.framed else "adjusted"
    own = replace(config, seed=record.terms.seed, engine=engine, prices=prices, name=record.name)
    return record.with_audit(audit(again.strategy(), record.panel, record.market, config=own))


def _sensitivities(
    records: Mapping[str, Record], again: Mapping[str, _Again]
) -> tuple[Sensitivity, ...]:
    """Every strategy at other costs, and acted on later."""
    from sectorlead.reports.compare.sensitivity import Sensitivity, YearlyReturn
    from sectorlead.research.luck.again import Again
    from sectorlead.research.luck.draws import COSTS, LAGS, at_costs, at_lags

    costs: dict[str, tuple[YearlyReturn, ...]] = {}
    lags: dict[str, tuple[YearlyReturn, ...]] = {}
    left_out = {}
    for label, record in records.items():
        spare = again[label]
        if spare.reason:
            left_out[label] = spare.reason
            continue
        for found, make in ((costs, at_costs), (lags, at_lags)):
            made = make(Again(record, spare.strategy()))
            found[label] = tuple(YearlyReturn(reading.cagr, reading.relative) for reading in made)
    return (
        Sensitivity("cost", COSTS, costs, left_out),
        Sensitivity("lag", tuple(map(float, LAGS)), lags, left_out),
    )


def _luck(found: Tournament, again: Mapping[str, _Again]) -> dict[str, LuckResult]:
    """How much of what each strategy made is luck."""
    from sectorlead.research.luck.luck import luck

    return {
        label: luck(record, strategy=again[label].strategy())
        for label, record in found.records.items() if label in found.tried and not again[label].reason
    }  # fmt: skip


def _entered(entries: Mapping[str, Entry], records: Mapping[str, Run], seeds: int, since: int) -> Field:
    """Who was tried, and random picks for each of them."""
    from sectorlead.chance.matched_picks import matched_picks
    from sectorlead.reports.compare.tournament import Field
    from sectorlead.strategies.reference import is_reference, picks_at_random

    tried = [label for label in records if not is_reference(entries[label].strategy)]
    random = frozenset(label for label, entry in entries.items() if picks_at_random(entry.strategy))
    picks = {label: matched_picks(records[label], range(seeds), since) for label in tried} if seeds else {}
    return Field(frozenset(tried), random, picks)


def _references(
    entries: Mapping[str, Entry], tried: Collection[str], panel: Panel, market: Market, config: RunConfig
) -> dict[str, Floats]:
    """What a verdict needs besides what is compared: equal weight where nobody holds it, and rules turned around."""
    from sectorlead.research.references import OPPOSITE, equal_weight, opposites
    from sectorlead.strategies.reference import holds_everything

    held = any(holds_everything(entry.strategy) for entry in entries.values())
    out = {} if held else {"equal weight": equal_weight(panel, market, config)}
    rules = [entries[label].strategy for label in entries if label in tried]
    turned = opposites(rules, panel, market, config)
    return out if turned is None else out | {OPPOSITE: turned}


def _labels(panel: Panel, first: int, last: int, phases: MarketPhases | None) -> tuple[Labels, str]:
    """The phase that each session of the run began in, and how phases are told."""
    from sectorlead.reports.compare.paired_bootstrap import Labels, begun_in

    if panel.benchmark is None:
        return Labels(np.full(last - first + 1, -1), ()), ""
    from sectorlead.strategies.indicators.phases import MarketPhases, Phase

    rule = phases or MarketPhases()
    names = [phase.name.lower() for phase in Phase if phase is not Phase.UNKNOWN]
    given = {item.name: getattr(rule, item.name) for item in fields(rule)}
    usual = MarketPhases(unit=rule.unit)
    changed = ", ".join(f"{name} {value}" for name, value in given.items() if value != getattr(usual, name))
    unit = "fixed depths" if rule.unit == "fixed" else "depths in units of volatility"
    text = (
        f"Phases of {panel.benchmark.name}, by {unit}{f' ({changed})' if changed else ''}: pullback, correction and "
        "bear by how far the close is below its peak; bottoming when no lower low comes; recovery when it is well "
        "above the low and the peak not regained; advance otherwise."
    )
    return begun_in(rule(panel).phase.astype(np.int64) - 1, names, first, last), text
