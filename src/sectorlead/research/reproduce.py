"""A trial of the ledger, evaluated again: bit for bit, or with what is no longer as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from sectorlead.data.errors import InputError, RebuildError, SectorLeadError
from sectorlead.engine.canonical import Data, fingerprint, references
from sectorlead.engine.config import START, TERMS, RunConfig
from sectorlead.engine.rebuild import from_data
from sectorlead.ledger import counting
from sectorlead.ledger.identity import context_of, own_code, specification
from sectorlead.ledger.listing import StoredBlock, block_named, opened

if TYPE_CHECKING:
    from sectorlead.api import Run
    from sectorlead.data.panel import Panel
    from sectorlead.engine.market.market import Market
    from sectorlead.research.sweep.job import Job

_SIMULATED = re.compile(r"simulated \(seed (\d+), persistence ([\d.e+-]+)\)")


@dataclass(frozen=True)
class Reproduction:
    """A trial and its rerun.

    Attributes
    ----------
    id : str
        Of the trial.
    run : Run
        The rerun.
    differing : mapping of str to (float, float)
        Metrics that are not the same to the last bit: then, and now.
    changed : tuple of str
        What is not as it was: code, versions.
    metrics : int
        How many were compared.
    """

    id: str
    run: Run
    differing: Mapping[str, tuple[float, float]]
    changed: tuple[str, ...]
    metrics: int

    @property
    def same(self) -> bool:
        """Whether every metric has the same bits."""
        return not self.differing

    @property
    def sentence(self) -> str:
        """What came out, and what is not as it was."""
        changed = f" Not as it was: {'; '.join(self.changed)}." if self.changed else ""
        if self.same:
            return f"{self.id} is reproduced bit for bit: {self.metrics} metrics.{changed}"
        name, (then, now) = next(iter(self.differing.items()))
        return (
            f"{self.id} is not reproduced: {len(self.differing)} of {self.metrics} metrics differ, {name} was {then!r} "
            f"and is {now!r}.{changed or ' All inputs that the ledger knows are as they were.'}"
        )


def reproduce(trial: str, panel: Panel | None = None) -> Reproduction:
    """Evaluate a trial of the ledger again, which is no new trial.

    Modules that its strategy names are imported.

    Parameters
    ----------
    trial : str
        As ``sectorlead.trials`` calls it, or the beginning of that.
    panel : Panel, optional
        Where the ledger does not know how to read it again: the very panel, by its content hash.

    Returns
    -------
    Reproduction

    Raises
    ------
    InputError
        There is no such trial, or an input is gone; says which.
    """
    from sectorlead.api import run

    block, place = block_named(opened(), trial)
    named = f"{block.row['id']}:{place}" if "sweep" in block.body else block.row["id"]
    if "signal" in block.body:
        raise InputError(
            f"{named} is a study of the score {block.row['name']}, not a run; ask sl.event_study or sl.factor_report "
            "again, with the same panel"
        )
    panel = _panel(named, block, panel)
    job = None
    try:
        _import(block)
        if "sweep" in block.body:
            job = _job(block, panel)
            strategy, panel, market, config = _variant(job, block, place)
        else:
            strategy, panel, market, config = _run(block, panel)
    except (SectorLeadError, ImportError) as error:
        raise InputError(f"{named} can't be run again: {error}") from None
    with counting.uncounted():
        config = replace(config, measured_from=config.measured_from or START)  # as runs were before they had a wait
        made = run(strategy, panel, market, config=config)
        now = made.summary() if job is None else _measured(job, block, place)
    then = block.metrics().iloc[place]
    bits = {str(name): (float(value), float(now.get(str(name), np.nan))) for name, value in then.items()}
    differing = {name: pair for name, pair in bits.items() if not _same(*pair)}
    return Reproduction(named, made, differing, _changed(block, place, made), len(bits))


def _same(then: float, now: float) -> bool:
    return then == now or (np.isnan(then) and np.isnan(now))


def _panel(named: str, block: StoredBlock, given: Panel | None) -> Panel:
    """The panel of a trial, by its content."""
    wanted = block.row["panel"]
    told = f"{named} was on the panel {wanted} ({block.source})"
    if given is None:
        given = _read_again(told, block)
    if given.content_hash != wanted:
        own = given.content_hash
        raise InputError(f"{told}; these data have the hash {own}: they were changed since, or are others")
    return given


def _read_again(told: str, block: StoredBlock) -> Panel:
    from sectorlead.data.simulate import simulate

    sessions, body = block.panel_row()
    if body.get("recipe") is not None:
        try:
            found: Panel = from_data(body["recipe"]).panel()
        except (SectorLeadError, OSError) as error:
            raise InputError(f"{told}, which can't be read again: {error}") from None
        return found
    if (match := _SIMULATED.fullmatch(block.source)) is not None:
        return simulate(int(match[1]), sessions, persistence=float(match[2]))
    raise InputError(f"{told}; how to read it again is not known: give it, --data in a command")


def _import(block: StoredBlock) -> None:
    """Modules of the user's that the trial's data name."""
    data: Any = block.body.get("strategy") or block.fact("sweep")
    for kind, name in references(data if "strategy" in block.body else [data["base"], data["axes"]]):
        if kind == "module":
            try:
                import_module(name)
            except ImportError as error:
                raise ImportError(f"module {name} is gone ({error})") from None


def _run(block: StoredBlock, panel: Panel) -> tuple[Any, Panel, Market, RunConfig]:
    terms: Any = block.fact("terms")
    return from_data(block.body["strategy"]), panel, from_data(block.fact("market")), _config(terms, block.row["name"])


def _job(block: StoredBlock, panel: Panel) -> Job:
    """The sweep that a block is of."""
    from sectorlead.research.sweep.about import job_of

    about: Any = block.fact("sweep")
    return job_of({**about, "market": {"data": block.fact("market")}, "returns": "none"}, panel)


def _measured(job: Job, block: StoredBlock, place: int) -> dict[str, float]:
    """The metrics of a variant as the sweep found them, which may add in another order than a run."""
    from sectorlead.research.sweep.counted import measured_row

    about: Any = block.fact("sweep")
    row = measured_row(job.panel, about["measured_from"])
    found = job.measured(np.ascontiguousarray(block.positions()[:, place : place + 1]), row)
    return {name: float(values[0]) for name, values in found.metrics.items()}


def _variant(job: Job, block: StoredBlock, place: int) -> tuple[Any, Panel, Market, RunConfig]:
    about: Any = block.fact("sweep")
    chosen = block.positions()[:, place].tolist()
    values = {axis.name: axis.choices[k] for axis, k in zip(job.axes, chosen, strict=True)}
    setting = job.setting(values)
    strategy = job.base.made({axis.name: values[axis.name] for axis in job.axes if axis.kind == "parameter"})
    config = replace(setting.config, measured_from=about["measured_from"], name=block.row["name"])
    return strategy, setting.panel, setting.market, config


def _config(told: Mapping[str, Data], name: str) -> RunConfig:
    values: dict[str, Any] = {}
    for key, value in told.items():
        if isinstance(value, dict) and "values" in value:
            raise RebuildError(f"its {key} was given by date, of which the ledger has the hash only")
        if key in TERMS and value is not None:
            values[key] = from_data(value)
    return RunConfig(**values | {"name": name})


def _changed(block: StoredBlock, place: int, made: Run) -> tuple[str, ...]:
    """Which inputs are not those of the trial."""
    then: Any = block.fact("environment")
    now = counting.environment()
    out = []
    data = made.strategy_data
    spec = specification(
        context_of(made.panel, made.market, made.terms), own_code(made.strategy, data), fingerprint(data)
    )
    if spec != bytes(block.row["specs"])[8 * place : 8 * place + 8]:
        out.append("the strategy's own code, its parameters, or the rules of the market")
    if then["code"] != now["code"]:
        revisions = [str(each.get("revision") or each["versions"]["sectorlead"]) for each in (then, now)]
        told = f" ({revisions[0][:12]} then, {revisions[1][:12]} now)" if revisions[0] != revisions[1] else ""
        out.append(f"the code of sectorlead{told}")
    for package, version in then["versions"].items():
        if package != "sectorlead" and version != now["versions"].get(package):
            out.append(f"{package} {version}, now {now['versions'].get(package)}")
    for key in ("python", "platform"):
        if then[key] != now[key]:
            out.append(f"{key} {then[key]}, now {now[key]}")
    return tuple(out)
