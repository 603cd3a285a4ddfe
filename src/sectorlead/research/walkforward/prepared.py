"""A walk-forward as a study file and a command line name it, checked and ready to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sectorlead.data.errors import InputError
from sectorlead.engine.config import RunConfig
from sectorlead.research.sweep.axes import full_name
from sectorlead.research.sweep.prepared import USUAL_METRIC, PreparedSweep, grid_of, prepare_sweep
from sectorlead.research.sweep.space import RandomSearch
from sectorlead.research.walkforward.choice import METRICS, Choice, find_choice
from sectorlead.research.walkforward.walkforward import walkforward
from sectorlead.research.walkforward.windows import Windows
from sectorlead.strategies.domain import value_of
from sectorlead.study.prepared import Options
from sectorlead.study.strategy_argument import part_named

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel
    from sectorlead.research.walkforward.result import WalkForwardResult


@dataclass(frozen=True, slots=True)
class PreparedWalkForward:
    """A study's strategy and grid, and how parameters are chosen and traded in turn."""

    swept: PreparedSweep
    windows: Windows
    choose: str | Choice
    metric: str

    @property
    def label(self) -> str:
        """How the strategy is called."""
        return self.swept.label

    @property
    def config(self) -> RunConfig:
        """The terms of the run out of sample; both engines, where nothing else is said."""
        return self.swept.study.config(engine="both", accept=())

    def panel(self) -> Panel:
        """The study's data, through the quality gate."""
        return self.swept.panel()

    def run(self, panel: Panel, **how: Any) -> WalkForwardResult:
        """The walk-forward, on the study's terms.

        Parameters
        ----------
        panel : Panel
        **how
            Where and how ``sectorlead.sweep`` runs: ``executor``, ``dask``, ``workers``, ``store``, ``progress``.
        """
        asked = self.swept.asked
        search = None if asked.draws is None else RandomSearch(asked.draws, asked.seed or 0)
        return walkforward(
            self.swept.base, grid_of(asked.grid) if asked.grid else None, panel, self.swept.study.market,
            windows=self.windows, choose=self.choose, metric=self.metric, where=tuple(asked.where), search=search,
            config=self.config, **how,
        )  # fmt: skip


def prepare_walkforward(
    path: Path | None, options: Options, grid: Sequence[str], varied: dict[str, Any], **given: Any
) -> PreparedWalkForward:
    """What ``walkforward`` is asked to do: by a study file, by options, or by a file with options in place of values.

    Parameters
    ----------
    path : Path or None
        Of a study file.
    options : Options
        Of the command line.
    grid : sequence of str
        As for ``prepare_sweep``.
    varied : dict
        Fields of ``Sweeping`` in place of the study's.
    **given
        Fields of ``Walking`` in place of the study's; None is not given.

    Raises
    ------
    InputError
        Before any data is read, but for the sectors of a ``[signal]``.
    """
    swept = prepare_sweep(path, options, grid, **varied)
    if swept.asked.trials is not None:
        raise InputError("trials have Optuna propose other variants in each window; give draws, or leave it out")
    asked = replace(swept.study.walkforward, **{name: value for name, value in given.items() if value is not None})
    told = {
        name: value_of(value) if isinstance(value, str) else value
        for name in ("train", "test", "anchored", "purge", "embargo")
        if (value := getattr(asked, name)) is not None
    }
    choose = asked.choose or "best"
    made = part_named(choose, swept.study.folder) if ":" in choose else choose
    find_choice(made)
    metric = full_name(asked.metric or swept.asked.metric or USUAL_METRIC, METRICS, "metric to choose by")
    return PreparedWalkForward(swept, Windows(**told), made, metric)
