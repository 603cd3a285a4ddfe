"""A sweep as a study file and a command line name it, checked and ready to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sectorlead.data.errors import InputError, ParameterError
from sectorlead.engine.config import RunConfig
from sectorlead.research.sweep.axes import UNIVERSE, full_name
from sectorlead.research.sweep.base import Base
from sectorlead.research.sweep.evaluated import NAMES
from sectorlead.research.sweep.optuna_search import OptunaSearch
from sectorlead.research.sweep.space import RandomSearch
from sectorlead.research.sweep.sweep import sweep
from sectorlead.strategies.domain import value_of
from sectorlead.study.prepared import Options, chosen, study_of
from sectorlead.study.strategy_argument import settings
from sectorlead.study.study import Study, Sweeping

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel
    from sectorlead.research.sweep.result import SweepResult

RANGE = {"from", "to", "step"}
USUAL_METRIC = "sharpe"


@dataclass(frozen=True, slots=True)
class PreparedSweep:
    """A study's strategy, and what to vary of it and of what it runs in."""

    study: Study
    base: Base
    label: str
    asked: Sweeping

    @property
    def metric(self) -> str:
        """That variants are ranked by."""
        return self.asked.metric or USUAL_METRIC

    @property
    def config(self) -> RunConfig:
        """The terms of all runs."""
        return self.study.config(engine="compiled", accept=())

    def panel(self) -> Panel:
        """The study's data, through the quality gate."""
        from sectorlead.data.quality.gate import admitted
        from sectorlead.engine.market.default import market_or_default

        panel = self.study.panel()
        market, _ = market_or_default(self.study.market, panel)
        return admitted(panel, self.config.accept or (), market.trades)

    def run(self, panel: Panel, **how: Any) -> SweepResult:
        """The sweep, on the study's terms.

        Parameters
        ----------
        panel : Panel
        **how
            Where and how ``sectorlead.sweep`` runs: ``executor``, ``dask``, ``workers``, ``store``, ``progress``.
        """
        asked = self.asked
        return sweep(
            self.base, grid_of(asked.grid) if asked.grid else None, panel, self.study.market, where=tuple(asked.where),
            search=_search(asked), returns=asked.returns, config=self.config, **how,
        )  # fmt: skip


def prepare_sweep(path: Path | None, options: Options, grid: Sequence[str] = (), **given: Any) -> PreparedSweep:
    """What ``sweep`` is asked to do: by a study file, by options, or by a file with options in place of some values.

    Parameters
    ----------
    path : Path or None
        Of a study file.
    options : Options
        Of the command line.
    grid : sequence of str
        Axes as ``pick.n=3,5,8`` or ``score.lookback=20:260:5``; in place of those of the study.
    **given
        Fields of ``Sweeping`` in place of the study's; None and () are not given.

    Raises
    ------
    InputError
        Before any data is read, but for the sectors of a ``[signal]``.
    """
    study = study_of(path, options)
    choice = chosen(study, path, options)
    named = {key: value for key, value in given.items() if value not in (None, ())}
    if {"draws", "trials"} & named.keys():
        named = {"draws": None, "trials": None, **named}
    asked = replace(study.sweep, **named)
    if grid:
        axes = [_axis(pair) for pair in grid]
        names = [name for name, _ in axes]
        for name in names:
            if names.count(name) > 1:
                raise InputError(f"--grid gives {name} twice; write all its values in one: --grid {name}=3,5")
        asked = replace(asked, grid=dict(axes))
    fixed = settings(options.parameters)
    for name in grid_of(asked.grid):
        if both := [key for key in fixed if _same_name(key, name)]:
            raise InputError(f"--set gives {both[0]} one value, the grid gives {name} several; leave one of them out")
    full_name(asked.metric or USUAL_METRIC, NAMES, "metric")
    _search(asked)
    seen = study.signal
    signal = None if seen is None else (seen.panel(), seen.funds, seen.missing)
    base = Base(choice.name, {**choice.parameters, **fixed}, study.folder, signal)
    return PreparedSweep(study, base, choice.label, asked)


def grid_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """The grid of a TOML table: dotted names, ranges written out.

    Parameters
    ----------
    table : mapping
        Lists by name, or tables of such; ``{from = 20, to = 260, step = 5}`` is a range with its end.

    Raises
    ------
    ParameterError
        A range that can't be.

    Examples
    --------
    >>> grid_of({"pick": {"n": [3, 5]}, "lookback": {"from": 20, "to": 60, "step": 20}})
    {'pick.n': [3, 5], 'lookback': [20, 40, 60]}
    """
    found: dict[str, Any] = {}
    for name, value in table.items():
        if not isinstance(value, Mapping) or name == UNIVERSE:
            found[name] = value
        elif set(value) <= RANGE and {"from", "to"} <= set(value):
            found[name] = _range(name, value["from"], value["to"], value.get("step", 1))
        else:
            found |= {f"{name}.{below}": inside for below, inside in grid_of(value).items()}
    return found


def _same_name(one: str, other: str) -> bool:
    """Whether two names are one, where either may be short."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _range(name: str, first: Any, last: Any, step: Any) -> list[Any]:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (first, last, step))
    if not numbers or step <= 0 or last < first:
        raise ParameterError(
            f"{name}: a range goes from a number up to another in steps > 0, was from {first!r} to {last!r} by {step!r}"
        )
    if all(isinstance(value, int) for value in (first, last, step)):
        return list(range(first, last + 1, step))
    count = int(np.floor((last - first) / step + 1e-9)) + 1
    return [float(f"{first + step * k:.12g}") for k in range(count)]


def _axis(pair: str) -> tuple[str, list[Any]]:
    """One ``--grid``."""
    name, equals, text = pair.partition("=")
    if not equals or not name.strip() or not text.strip():
        raise InputError(f"--grid {pair!r} is not name=values; write --grid pick.n=3,5,8 or --grid lookback=20:260:5")
    ends = [value_of(each) for each in text.split(":")]
    if len(ends) in (2, 3) and all(isinstance(each, int | float) for each in ends):
        return name.strip(), _range(name.strip(), *ends, *([1] if len(ends) == 2 else []))
    return name.strip(), [value_of(each.strip()) for each in text.split(",")]


def _search(asked: Sweeping) -> RandomSearch | OptunaSearch | None:
    if asked.draws is not None and asked.trials is not None:
        raise InputError("draws are of a random search and trials of Optuna's; give one of them")
    if asked.draws is not None:
        return RandomSearch(asked.draws, asked.seed or 0)
    if asked.trials is not None:
        return OptunaSearch(asked.trials, asked.metric or USUAL_METRIC, seed=asked.seed or 0)
    if asked.seed is not None:
        raise InputError("seed is that of a search; give draws or trials too, or leave it out")
    return None
