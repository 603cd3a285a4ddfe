"""One strategy, built and ready to run: from a study file, from command-line options, or from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sectorlead.data.errors import InputError
from sectorlead.engine.market.market import find_market
from sectorlead.study.strategy_argument import find_strategy, part_named, settings
from sectorlead.study.study import NO_STRATEGY, Choice, Study
from sectorlead.study.study_file import read_study

if TYPE_CHECKING:
    from sectorlead.api import Run
    from sectorlead.data.panel import Panel
    from sectorlead.data.tidy.options import ReadOptions
    from sectorlead.engine.config import Engine, RunConfig
    from sectorlead.ledger.registration import Registration

DEFAULT_STRATEGY = "pullback-leaders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asks for; None is not given. ``terms`` are those of ``RunConfig``."""

    strategy: str | None = None
    data: str | None = None
    benchmark: str | None = None
    reading: ReadOptions | None = None
    proxies: Mapping[str, str] | None = None
    trade_proxies: bool | None = None
    distributions: str | None = None
    market: str | None = None
    parameters: tuple[str, ...] = ()
    analyzers: tuple[str, ...] = ()
    final: bool = False
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """One strategy of a study, built, with the terms that it runs on."""

    study: Study
    strategy: Any
    config: RunConfig
    notes: tuple[str, ...] = ()
    analyzers: tuple[Any, ...] = ()

    def panel(self) -> Panel:
        """What is traded, through the quality gate, before anything is written; notes tell what was accepted.

        Raises
        ------
        QualityError
            The data hold an error that the study does not accept by name.
        """
        from sectorlead.data.quality.gate import admitted
        from sectorlead.engine.market.default import market_or_default

        panel = self.study.panel()
        market, _ = market_or_default(self.study.market, panel)
        return admitted(panel, self.config.accept or (), market.trades)

    def run(self, panel: Panel) -> Run:
        """The run, on the study's terms."""
        from sectorlead.api import run

        config, declared = self.config, self.study.registration
        if declared is not None and self.study.final:
            first, last = declared.window(panel)
            days = panel.sessions
            config = replace(config, measured_from=f"{days[first]:%F}", end=f"{days[last]:%F}")
        made = run(self.strategy, panel, self.study.market, analyzers=self.analyzers or None, config=config)
        notes = [*self.notes, *made.notes]
        if declared is not None and self.study.final:
            notes.insert(0, _looked(declared, made, self.study.name))
        return replace(made, notes=tuple(notes))


def _looked(declared: Registration, made: Run, study: str) -> str:
    """A look at the test window, kept in the ledger, in words."""
    from sectorlead.ledger.counting import counted_as
    from sectorlead.ledger.registration import look
    from sectorlead.ledger.runs import count_run
    from sectorlead.reports.metrics.run_metrics import summary

    metrics = summary(made)
    with counted_as(study=study, purpose="final"):
        trial = count_run(made, metrics)
    return look(declared, made.panel, study, (trial.id if trial else "", metrics[declared.metric])).sentence


def prepare_run(path: Path | None, options: Options) -> PreparedRun:
    """What ``run`` is asked to do: by a study file, by options, or by a file with options in place of some values.

    Parameters
    ----------
    path : Path or None
        Of a study file; None where options say all.
    options : Options
        Of the command line; each stands in place of the study's.

    Raises
    ------
    InputError
        Before any data is read, but for the sectors of a ``[signal]``.
    """
    study = study_of(path, options)
    choice = chosen(study, path, options)
    choice = replace(
        choice,
        parameters={**choice.parameters, **settings(options.parameters)},
        analyzers=(*choice.analyzers, *options.analyzers),
    )
    made = _prepared(study, choice, "both", _sectors(study))
    if made.config.engine == "backtrader" and study.terms.get("engine") in ("both", "compiled"):
        raise InputError(f"{choice.name} is a backtrader.Strategy, for engine backtrader only; leave the engine out")
    return made


def prepare_runs(path: Path, options: Options) -> tuple[PreparedRun, ...]:
    """Every strategy of a study file, on the compiled engine unless another is asked for; errors as ``prepare_run``.

    Parameters
    ----------
    path : Path
        Of a study file.
    options : Options
        Of the command line.
    """
    study = study_of(path, options)
    if not study.strategies:
        raise InputError(NO_STRATEGY)
    sectors = _sectors(study)
    return tuple(_prepared(study, choice, "compiled", sectors) for choice in study.strategies)


def chosen(study: Study, path: Path | None, options: Options) -> Choice:
    """The strategy that a study file and the options name.

    Parameters
    ----------
    study : Study
    path : Path or None
        Of the study file.
    options : Options
        Of the command line.
    """
    return study.strategies[0] if path is None else study.choose(options.strategy)


def study_of(path: Path | None, options: Options) -> Study:
    """The study of a file, or one of a single strategy, with the options in place of its values.

    Parameters
    ----------
    path : Path or None
        Of a study file.
    options : Options
        Of the command line.
    """
    name = options.strategy or DEFAULT_STRATEGY
    study = Study(strategies=(Choice(name, name),)) if path is None else read_study(path)
    named: dict[str, Any] = {"path": options.data, "benchmark": options.benchmark, "reading": options.reading or None}
    named |= {"proxies": options.proxies, "trade_proxies": options.trade_proxies}
    named |= {"distributions": options.distributions}
    if options.final and study.registration is None:
        raise InputError("--final looks at the test window of a study's [registration], and there is none")
    return replace(
        study,
        final=options.final,
        data=replace(study.data, **{key: value for key, value in named.items() if value is not None}),
        market=study.market if options.market is None else find_market(options.market),
        terms={**study.terms, **{key: value for key, value in options.terms.items() if value is not None}},
    )


def _sectors(study: Study) -> Panel | None:
    """What strategies see, where that is not what is traded; read once for all of them."""
    return None if study.signal is None else study.signal.panel()


def _prepared(study: Study, choice: Choice, engine: Engine, sectors: Panel | None) -> PreparedRun:
    """A strategy built; a backtrader.Strategy, for its own engine, which alone can run it."""
    from sectorlead.strategies.rotation import rotation_of

    strategy, notes = rotation_of(find_strategy(choice.name, choice.parameters, study.folder))
    config = replace(study.config(engine=engine, accept=()), name=choice.label)
    if isinstance(strategy, type | tuple):
        if sectors is not None:
            raise InputError(f"{choice.name} is a backtrader.Strategy, which sees what it trades; leave [signal] out")
        watching = tuple(part_named(name, study.folder) for name in choice.analyzers)
        return PreparedRun(study, strategy, replace(config, engine="backtrader"), analyzers=watching)
    if choice.analyzers:
        raise InputError(f"analyzers watch a backtrader.Strategy, and {choice.name} is none; leave them out")
    if study.signal is not None and sectors is not None:
        from sectorlead.strategies.wrappers.mapped import Mapped

        strategy = Mapped(strategy, sectors, study.signal.funds, study.signal.missing)
    return PreparedRun(study, strategy, config, notes)


def engine_of(engine: str | None, verify: bool | None) -> str | None:
    """The engine that ``--engine`` and ``--verify`` or ``--no-verify`` name together.

    Parameters
    ----------
    engine : str or None
        What ``--engine`` names.
    verify : bool or None
        True for ``--verify``, False for ``--no-verify``, None for neither.

    Raises
    ------
    InputError
        The two contradict each other.
    """
    if verify is None:
        return engine
    named = "both" if verify else "compiled"
    if engine not in (None, named):
        word = "--verify" if verify else "--no-verify"
        raise InputError(f"{word} means --engine {named}, but --engine {engine} was given; leave one of them out")
    return named
