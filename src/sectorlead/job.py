"""One strategy, built and ready to run: from a study file, from command-line options, or from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sectorlead.data.errors import InputError
from sectorlead.data.panel import Panel
from sectorlead.engine.market import find_market
from sectorlead.lookup import find_strategy, settings
from sectorlead.study import Choice, Study, read_study

if TYPE_CHECKING:
    from sectorlead.api import Run

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
    engine: str

    def panel(self) -> Panel:
        """The study's data, through the quality gate; what was accepted or is doubtful becomes a note.

        Raises
        ------
        QualityError
            The data hold an error that the study does not accept by name.
        """
        from sectorlead.data.quality import gate

        panel = self.study.panel()
        findings = gate(panel, self.study.accept)
        accepted = [f"accepted error in the data: {finding}" for finding in findings if finding.severity == "error"]
        doubts = sum(finding.severity == "warning" for finding in findings)
        if doubts:
            word = "warning" if doubts == 1 else "warnings"
            accepted.append(f"{doubts} {word} about the data: sectorlead check names them")
        return panel.noted(*accepted) if accepted else panel

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
        Before any data is read.
    """
    study = _study(path, options)
    choice = study.strategies[0] if path is None else study.choose(options.strategy)
    made = _job(study, replace(choice, parameters={**choice.parameters, **settings(options.parameters)}), "both")
    if made.engine == "backtrader" and study.engine in ("both", "compiled"):
        raise InputError(f"{choice.name} is a backtrader.Strategy, for engine backtrader only; leave the engine out")
    return made


def jobs(path: Path, options: Options) -> tuple[Job, ...]:
    """Every strategy of a study file, on the compiled engine unless another is asked for; errors as for ``job``."""
    study = _study(path, options)
    return tuple(_job(study, choice, "compiled") for choice in study.strategies)


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


def _job(study: Study, choice: Choice, engine: str) -> Job:
    """A strategy built; a backtrader.Strategy, for its own engine, which alone can run it."""
    strategy = find_strategy(choice.name, choice.parameters, study.folder)
    return Job(study, choice, strategy, "backtrader" if isinstance(strategy, type) else study.engine or engine)


def engine_of(engine: str | None, verify: bool | None) -> str | None:
    """The engine that ``--engine`` and ``--verify`` or ``--no-verify`` name together."""
    if verify is None:
        return engine
    named = "both" if verify else "compiled"
    if engine not in (None, named):
        word = "--verify" if verify else "--no-verify"
        raise InputError(f"{word} means --engine {named}, but --engine {engine} was given; leave one of them out")
    return named
