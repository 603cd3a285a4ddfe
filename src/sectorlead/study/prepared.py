"""One strategy, built and ready to run: from a study file, from command-line options, or from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sectorlead.data.errors import InputError
from sectorlead.data.panel import Panel
from sectorlead.engine.market.market import find_market
from sectorlead.study.strategy_argument import find_strategy, settings
from sectorlead.study.study import Choice, Study
from sectorlead.study.study_file import read_study

if TYPE_CHECKING:
    from sectorlead.api import Run
    from sectorlead.engine.config import Engine

DEFAULT_STRATEGY = "pullback-leaders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asks for; None is not given. ``terms`` are fields of ``Study``."""

    strategy: str | None = None
    data: str | None = None
    benchmark: str | None = None
    parameters: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """One strategy of a study, built and ready to run on ``engine``."""

    study: Study
    choice: Choice
    strategy: Any
    engine: Engine

    def panel(self) -> Panel:
        """What is traded; see ``Study.panel``."""
        return self.study.panel()

    def run(self, panel: Panel) -> Run:
        """The run, on the study's terms."""
        from sectorlead.api import run

        asked = self.study
        return run(
            self.strategy, panel, market=asked.market, cash=asked.cash, fill=asked.fill, size=asked.size,
            unfilled=asked.unfilled, engine=self.engine, seed=asked.seed, start=asked.start, end=asked.end,
            cash_rate=asked.idle_rate(), name=self.choice.label,
        )  # fmt: skip


def job(path: Path | None, options: Options) -> Job:
    """What ``run`` is asked to do: by a study file, by options, or by a file with options in place of some values.

    Raises
    ------
    InputError
        Before any data is read, but for the sectors of a ``[signal]``.
    """
    study = _study(path, options)
    choice = study.strategies[0] if path is None else study.choose(options.strategy)
    choice = replace(choice, parameters={**choice.parameters, **settings(options.parameters)})
    made = _job(study, choice, "both", _sectors(study))
    if made.engine == "backtrader" and study.engine in ("both", "compiled"):
        raise InputError(f"{choice.name} is a backtrader.Strategy, for engine backtrader only; leave the engine out")
    return made


def jobs(path: Path, options: Options) -> tuple[Job, ...]:
    """Every strategy of a study file, on the compiled engine unless another is asked for; errors as for ``job``."""
    study = _study(path, options)
    sectors = _sectors(study)
    return tuple(_job(study, choice, "compiled", sectors) for choice in study.strategies)


def _study(path: Path | None, options: Options) -> Study:
    """The study of a file, or one of a single strategy, with the options in place of its values."""
    given = {key: value for key, value in options.terms.items() if value is not None}
    if "market" in given:
        given["market"] = find_market(given["market"])
    if options.data is not None:
        given["data"] = options.data
    if options.benchmark is not None:
        given["benchmark"] = options.benchmark
    if options.accept:
        given["accept"] = options.accept
    if path is not None:
        return replace(read_study(path), **given)
    name = options.strategy or DEFAULT_STRATEGY
    return Study(strategies=(Choice(name, name),), **given)


def _sectors(study: Study) -> Panel | None:
    """What strategies see, where that is not what is traded; read once for all of them."""
    return None if study.signal is None else study.signal.panel()


def _job(study: Study, choice: Choice, engine: Engine, sectors: Panel | None) -> Job:
    """A strategy built; a backtrader.Strategy, for its own engine, which alone can run it."""
    strategy = find_strategy(choice.name, choice.parameters, study.folder)
    if isinstance(strategy, type):
        if sectors is not None:
            raise InputError(f"{choice.name} is a backtrader.Strategy, which sees what it trades; leave [signal] out")
        return Job(study, choice, strategy, "backtrader")
    if study.signal is not None and sectors is not None:
        from sectorlead.strategies.wrappers.mapped import Mapped

        strategy = Mapped(strategy, sectors, study.signal.funds, study.signal.missing)
    return Job(study, choice, strategy, study.engine or engine)


def engine_of(engine: str | None, verify: bool | None) -> str | None:
    """The engine that ``--engine`` and ``--verify`` or ``--no-verify`` name together."""
    if verify is None:
        return engine
    named = "both" if verify else "compiled"
    if engine not in (None, named):
        word = "--verify" if verify else "--no-verify"
        raise InputError(f"{word} means --engine {named}, but --engine {engine} was given; leave one of them out")
    return named
