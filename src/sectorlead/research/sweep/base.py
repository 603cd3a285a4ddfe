"""What a sweep varies: a strategy, or what makes one, and the names of its parameters."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from sectorlead.data.errors import ParameterError, SectorLeadError
from sectorlead.data.panel import Panel
from sectorlead.data.types import Ints
from sectorlead.engine.canonical import backtrader_params, describe
from sectorlead.engine.class_names import is_backtrader
from sectorlead.strategies.domain import Domain
from sectorlead.study.strategy_argument import find_strategy, part_named

if TYPE_CHECKING:
    from sectorlead.strategies.variants import VariantTable


@dataclass(frozen=True, eq=False)
class Base:
    """Makes the variants of a strategy.

    Attributes
    ----------
    rule : object
        A library name or ``module:Name``, a strategy or score, or a class or function that makes one.
    fixed : mapping
        Parameters that all variants have, by name.
    folder : Path or None
        Where modules may lie besides the Python path and the current folder.
    signal : tuple or None
        (panel of sectors, funds of each, what becomes of a sector without) where sectors decide and funds are held.
    """

    rule: Any
    fixed: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    signal: tuple[Panel, Mapping[str, Sequence[str]], str] | None = None

    def made(self, given: Mapping[str, Any]) -> Any:
        """The variant with these parameters, ready to run."""
        from sectorlead.strategies.rotation import rotation_of

        strategy, _ = rotation_of(self._made({**self.fixed, **given}))
        if self.signal is None:
            return strategy
        from sectorlead.strategies.wrappers.mapped import Mapped

        return Mapped(strategy, *self.signal)

    def table(self, columns: Mapping[str, Sequence[Any]]) -> VariantTable | None:
        """Variants by columns of parameters as a table of parts; None where they are made one by one.

        A table holds rotations, or tranches of them, by parameters of their parts or by those of a library rule.

        Parameters
        ----------
        columns : mapping of str to sequence
            By name, V values each.
        """
        from sectorlead.strategies.library.registry import find_entry
        from sectorlead.strategies.library.tabled import rule_table
        from sectorlead.strategies.parameters import arguments
        from sectorlead.strategies.rotation import Rotation
        from sectorlead.strategies.variants import variant_table
        from sectorlead.strategies.wrappers.tranches import Tranches

        own: Mapping[str, Any] = {}
        if isinstance(self.rule, str) and ":" not in self.rule:
            entry = find_entry(self.rule)
            own = entry.parameters
            if self.signal is None and columns and {*columns, *self.fixed} <= own.keys():
                try:
                    return rule_table(entry, self.fixed, columns)
                except SectorLeadError:  # told of the variant that it is about, where that is made
                    return None
        elif inspect.isclass(self._found) or inspect.isroutine(self._found):
            own = arguments(self._found)
        if self.signal is not None or not columns or any(name.partition(".")[0] in own for name in columns):
            return None
        try:
            built = self.made({})
            if type(built) not in (Rotation, Tranches):
                return None
            return variant_table(built, columns, partial(part_named, folder=self.folder))
        except SectorLeadError:  # told of the variant that it is about, where that is made
            return None

    @property
    def name(self) -> str:
        """What it is called: its library name, or its class or function."""
        if isinstance(self.rule, str):
            return self.rule
        thing = self.rule if inspect.isclass(self.rule) or inspect.isroutine(self.rule) else type(self.rule)
        return str(getattr(thing, "__name__", thing))

    @property
    def backtrader(self) -> bool:
        """Whether it is a ``backtrader.Strategy``, for its own engine."""
        return is_backtrader(self._found)

    @cached_property
    def known(self) -> dict[str, Domain | None]:
        """What each parameter may be, by name; None where any value will do, and where a part stands."""
        from sectorlead.strategies.library.registry import find_entry
        from sectorlead.strategies.parameters import arguments, settable
        from sectorlead.strategies.rotation import rotation_of

        own: dict[str, Domain | None] = {}
        if isinstance(self.rule, str) and ":" not in self.rule:
            own = dict(find_entry(self.rule).parameters)
        elif self.backtrader:
            return dict.fromkeys(backtrader_params(self._found))
        elif inspect.isclass(self._found) or inspect.isroutine(self._found):
            own = arguments(self._found)
        try:
            inside = settable(rotation_of(self._made(self.fixed))[0])
        except (SectorLeadError, TypeError):  # it needs arguments, which the grid gives
            inside = {}
        return inside | own

    @cached_property
    def grid(self) -> dict[str, tuple[Any, ...]]:
        """The values to try that its parameters declare, by name; those of the library by its own names only."""
        from sectorlead.strategies.library.registry import find_entry

        known = self.known
        if isinstance(self.rule, str) and ":" not in self.rule:
            known = {name: known[name] for name in find_entry(self.rule).parameters}
        return {
            name: domain.grid for name, domain in known.items() if domain and domain.grid and name not in self.fixed
        }

    @property
    def sentence(self) -> str:
        """The strategy as it is before anything is varied, as one line of text."""
        try:
            return describe(self.made({}))
        except (SectorLeadError, TypeError):
            return self.name

    @cached_property
    def _found(self) -> Any:
        if isinstance(self.rule, str) and ":" in self.rule:
            return part_named(self.rule, self.folder)
        return self.rule

    def _made(self, given: Mapping[str, Any]) -> Any:
        from sectorlead.strategies.parameters import made, with_parameters
        from sectorlead.strategies.rotation import rotation_of

        if isinstance(self.rule, str):
            return find_strategy(self.rule, given, self.folder)
        find, rule = partial(part_named, folder=self.folder), self.rule
        if is_backtrader(rule):
            return (rule, dict(given)) if given else rule
        if inspect.isclass(rule) or inspect.isroutine(rule):
            return made(rule, given, find, self.name)
        if not given:
            return rule
        rule = rotation_of(rule)[0]
        if not is_dataclass(rule):
            raise ParameterError(
                f"{self.name} declares no parameters, so {', '.join(given)} can't be set on it; give its class, or a "
                "function that makes it"
            )
        return with_parameters(rule, given, find, self.name)


class Variants(Sequence[Any]):
    """Variants of a strategy, each made when it is asked for.

    Parameters
    ----------
    base : Base
    names : sequence of str
        Of A parameters.
    values : sequence of sequences
        The values of each.
    positions : int array of shape (A, V)
        Which value of each parameter a variant has.
    """

    def __init__(
        self, base: Base, names: Sequence[str], values: Sequence[Sequence[Any]], positions: np.ndarray[Any, Any]
    ) -> None:
        self.base, self.names, self.values, self.positions = base, tuple(names), tuple(values), positions

    def __len__(self) -> int:
        return int(self.positions.shape[1])

    @overload
    def __getitem__(self, i: int) -> Any: ...
    @overload
    def __getitem__(self, i: slice) -> Variants: ...
    def __getitem__(self, i: int | slice) -> Any:
        if isinstance(i, slice):
            return Variants(self.base, self.names, self.values, self.positions[:, i])
        chosen: Ints = self.positions[:, i]
        given = {name: own[k] for name, own, k in zip(self.names, self.values, chosen.tolist(), strict=True)}
        try:
            return self.base.made(given)
        except ParameterError as error:
            told = ", ".join(f"{name}={value!r}" for name, value in given.items())
            raise ParameterError(f"{told}: {error}; leave such combinations out with where") from None
