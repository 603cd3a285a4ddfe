"""What a worker needs to evaluate any variants of a sweep, and what it does with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.quality.gate import admitted
from sectorlead.data.types import Ints
from sectorlead.engine.config import RunConfig
from sectorlead.engine.market.market import Market
from sectorlead.research.sweep.axes import Axis
from sectorlead.research.sweep.base import Base, Variants
from sectorlead.research.sweep.constraints import Positions
from sectorlead.research.sweep.evaluate import evaluate, first_decisions
from sectorlead.research.sweep.evaluated import NAMES, NEVER, Evaluated, sessions_measured

Own: TypeAlias = tuple[list[str], list[tuple[Any, ...]], Positions]
"""Parameters of variants by name, the values of each, and which of them each variant has."""


class Setting(NamedTuple):
    """What some variants run in."""

    panel: Panel
    market: Market
    config: RunConfig


@dataclass(frozen=True, eq=False)
class Job:
    """A sweep without its variants; sent to each worker once.

    Attributes
    ----------
    base : Base
    axes : tuple of Axis
    panel, market, config
        Of all variants, where no axis says otherwise.
    returns : str
        "none", "float32" or "float64": whether daily returns are kept, and in how many digits.
    """

    base: Base
    axes: tuple[Axis, ...]
    panel: Panel
    market: Market
    config: RunConfig
    returns: str
    _settings: dict[tuple[int, ...], Setting] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_settings": {}}

    def setting(self, values: dict[str, Any]) -> Setting:
        """What a variant with these values runs in."""
        panel, market, config = self.panel, self.market, self.config
        rules, terms = dict[str, Any](), dict[str, Any]()
        for axis in self.axes:
            if axis.name not in values:
                continue
            value = values[axis.name]
            if axis.kind == "universe" and value != panel.symbols:
                panel = panel.select(value)
            elif axis.kind == "market":
                market = value
            elif axis.kind == "rule":
                rules[axis.name.partition(".")[2]] = value
            elif axis.kind == "term":
                terms[axis.name] = value
        market = replace(market, **rules) if rules else market
        config = replace(config, **terms) if terms else config
        return Setting(admitted(panel, config.accept or (), market.trades), market, config)

    def decided(self, positions: Positions) -> Ints:
        """First decisions of these variants, shape (V,)."""
        out = np.full(positions.shape[1], NEVER)
        for place, setting, own in self.groups(positions):
            out[place] = first_decisions(self._variants(*own), *setting)
        return out

    def measured(self, positions: Positions, row: int | None) -> Evaluated:
        """Metrics, and returns where they are kept, of these variants.

        Parameters
        ----------
        positions : int32 array of shape (A, V)
        row : int or None
            Panel row from which on all are measured; None for the first session of the run.
        """
        count = positions.shape[1]
        metrics = {name: np.full(count, np.nan) for name in NAMES}
        first, how = np.full(count, NEVER), [""] * count
        kept = self.returns != "none"
        daily: Any = None
        if kept:
            daily = np.full((count, sessions_measured(self.panel, self.config, row)), np.nan, self.returns)
        for place, setting, own in self.groups(positions):
            found = evaluate(self._variants(*own), *setting, measured_row=row, returns=kept)
            first[place] = found.first_decision
            for name, values in found.metrics.items():
                metrics[name][place] = values
            for i, told in zip(place.tolist(), found.how, strict=True):
                how[i] = told
            if kept and found.returns is not None:  # fewer where a later start left no time to decide: all NaN
                daily[place, daily.shape[1] - found.returns.shape[1] :] = found.returns
        return Evaluated(metrics, first, daily, how)

    def groups(self, positions: Positions) -> Iterator[tuple[Ints, Setting, Own]]:
        """Variants by what they run in: their places among those given, and what they are."""
        own = [k for k, axis in enumerate(self.axes) if axis.kind == "parameter"]
        outside = [k for k in range(len(self.axes)) if k not in own]
        names, values = [self.axes[k].name for k in own], [self.axes[k].choices for k in own]
        keys, member = np.unique(positions[outside], axis=1, return_inverse=True)
        if not outside:
            keys, member = np.zeros((0, 1), np.int32), np.zeros(positions.shape[1], np.int64)
        for number, key in enumerate(map(tuple, keys.T.tolist())):
            if key not in self._settings:
                chosen = {self.axes[k].name: self.axes[k].choices[i] for k, i in zip(outside, key, strict=True)}
                self._settings[key] = self.setting(chosen)
            place = np.flatnonzero(member.ravel() == number)
            yield place, self._settings[key], (names, values, positions[own][:, place])

    def _variants(self, names: list[str], values: list[tuple[Any, ...]], positions: Positions) -> Sequence[Any]:
        """Variants as a table of parts where they are one, else made one by one."""
        columns = {}
        for name, choices, places in zip(names, values, positions, strict=True):
            listed = np.empty(len(choices), object)
            for k, choice in enumerate(choices):  # a tuple is one value
                listed[k] = choice
            columns[name] = listed[places]
        table = self.base.table(columns)
        return Variants(self.base, names, values, positions) if table is None else table
