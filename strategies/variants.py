"""Many variants of one rotation as a table: positions in lists of distinct parts, not an object for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.errors import ParameterError
from ..data.types import Flags, Ints
from .exposure.exits import Exits
from .parameters import Find, with_parameters
from .picks.pick import Pick
from .rotation import Rotation
from .scores.draws import Draws
from .scores.score import RandomScore
from .weights.weigh import JointWeigh
from .wrappers.tranches import Tranches

PARTS = "score", "pick", "weigh", "guard", "schedule", "exits"
STAGGER = "count", "spacing"
_INSIDE = "rotation."


@dataclass(frozen=True, eq=False)
class VariantTable(Sequence[Any]):
    """V variants of a ``Rotation``, or of ``Tranches`` of one.

    Attributes
    ----------
    parts : dict of str to sequence
        The distinct values of each part, by the names of ``PARTS``; with tranches also of ``count`` and ``spacing``.
    place : dict of str to int32 array of shape (V,)
        Which of them each variant has.
    """

    parts: dict[str, Sequence[Any]]
    place: dict[str, np.ndarray]

    @property
    def tranched(self) -> bool:
        """Whether these are ``Tranches``."""
        return STAGGER[0] in self.parts

    def __len__(self) -> int:
        return len(self.place[PARTS[0]])

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return self.take(np.arange(len(self))[i])
        return self.strategy(range(len(self))[i])

    def strategy(self, i: int) -> Rotation | Tranches:
        """Variant ``i`` as the strategy that it is."""
        rotation = Rotation(**{name: self.parts[name][self.place[name][i]] for name in PARTS})
        if not self.tranched:
            return rotation
        return Tranches(rotation, *(self.parts[name][self.place[name][i]] for name in STAGGER))

    def take(self, rows: Ints | Flags) -> VariantTable:
        """Some of the variants, in this order, with the parts that they have."""
        parts, places = dict[str, Sequence[Any]](), dict[str, np.ndarray]()
        for name, place in self.place.items():
            used, own = np.unique(place[rows], return_inverse=True)
            parts[name], places[name] = _some(self.parts[name], used), own.astype(np.int32)
        return VariantTable(parts, places)

    def with_scores(self, scores: Sequence[Any]) -> VariantTable:
        """The same with other scores in the places of these."""
        return VariantTable(self.parts | {"score": tuple(scores)}, self.place)

    def by_shared_work(self) -> Ints:
        """An order of the variants in which those that share a score, and below that weights and a schedule, adjoin."""
        return np.lexsort([self.place[name] for name in ("pick", "exits", "guard", "schedule", "weigh", "score")])

    def apart(self) -> list[str]:
        """Why a variant can't be one of a batch, V texts; "" where it can."""
        why = np.full(len(self), "", object)
        for name, reason in (("exits", _own_exits), ("weigh", _jointly), ("pick", _admits)):
            found = np.array([reason(part) for part in self.parts[name]], object)[self.place[name]]
            why = np.where(found == "", why, found)
        return list(why)


def _some(parts: Sequence[Any], places: Ints) -> Sequence[Any]:
    return Draws(parts.seeds[places]) if isinstance(parts, Draws) else tuple(parts[k] for k in places.tolist())


def _own_exits(exits: Exits) -> str:
    return f"{type(exits).__name__} has exits of its own" if type(exits).fired is not Exits.fired else ""


def _jointly(weigh: Any) -> str:
    return f"{type(weigh).__name__} weighs what is picked together" if isinstance(weigh, JointWeigh) else ""


def _admits(pick: Pick) -> str:
    looks = type(pick).admission is not Pick.admission
    return f"{type(pick).__name__} lets one pick depend on another" if looks else ""


def variant_table(base: Rotation | Tranches, columns: Mapping[str, Sequence[Any]], find: Find) -> VariantTable:
    """Variants of a strategy by columns of parameters.

    Each distinct combination of the parameters of one part makes that part once, so a million variants are a million
    numbers.

    Parameters
    ----------
    base : Rotation or Tranches
        What has no column stays as it is here.
    columns : mapping of str to sequence
        By dotted name, as ``parameters(base)`` has them, V values each.
    find : callable
        Gives the class of a part by its name, where a column names parts.

    Returns
    -------
    VariantTable

    Raises
    ------
    ParameterError
        For columns of different lengths, and for a value that is not allowed.
    UnknownNameError
        For a name that is no parameter of the strategy.
    """
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) != 1:
        raise ParameterError(f"columns must have a value for each variant, had {lengths}")
    count = next(iter(lengths.values()))
    of_part: dict[str, list[str]] = {}
    for name in columns:
        of_part.setdefault(name.removeprefix(_INSIDE).partition(".")[0], []).append(name)
    parts, place = dict[str, Sequence[Any]](), dict[str, np.ndarray]()
    for part in (*PARTS, *(STAGGER if isinstance(base, Tranches) else ())):
        names = of_part.pop(part, [])
        if drawn := _drawn(_part_of(base, part), names, columns):
            parts[part], place[part] = drawn
            continue
        combinations, codes = _distinct([columns[name] for name in names], count)
        made = [_part_of(_changed(base, dict(zip(names, values, strict=True)), find), part) for values in combinations]
        parts[part], own = distinct_parts(made)
        place[part] = own[codes]
    if of_part:  # no part is called so: the error names what is
        _changed(base, {name: columns[name][0] for names in of_part.values() for name in names}, find)
        raise ParameterError(f"{', '.join(of_part)} can't be varied in {type(base).__name__}")
    table = VariantTable(parts, place)
    check_together(table)
    return table


def table_of(strategies: Sequence[Any]) -> VariantTable:
    """Strategies that are there already as a table: rotations, or tranches of them, not both.

    Parameters
    ----------
    strategies : sequence of Rotation, or of Tranches
        Equal parts become one.

    Returns
    -------
    VariantTable
    """
    if isinstance(strategies, VariantTable):
        return strategies
    tranched = bool(strategies) and isinstance(strategies[0], Tranches)
    parts, place = dict[str, Sequence[Any]](), dict[str, np.ndarray]()
    for part in (*PARTS, *(STAGGER if tranched else ())):
        parts[part], place[part] = distinct_parts([_part_of(strategy, part) for strategy in strategies])
    return VariantTable(parts, place)


def _drawn(score: Any, names: Sequence[str], columns: Mapping[str, Sequence[Any]]) -> tuple[Draws, np.ndarray] | None:
    """Random scores that differ by their seed alone, and which of them each variant has; None for anything else."""
    if type(score) is not RandomScore or len(names) != 1 or not names[0].endswith("score.seed"):
        return None
    return draws_of(columns[names[0]])


def draws_of(seeds: Sequence[Any]) -> tuple[Draws, np.ndarray] | None:
    """Random scores by a column of seeds, and which of them each variant has; None where one can't be a seed.

    Parameters
    ----------
    seeds : sequence
    """
    listed: Sequence[Any] = getattr(seeds, "tolist", lambda: seeds)()
    if not all(type(seed) is int and 0 <= seed < 2**63 for seed in listed):
        return None
    distinct, own = np.unique(np.array(listed, np.int64), return_inverse=True)
    return Draws(distinct), own.astype(np.int32)


def _changed(base: Any, values: Mapping[str, Any], find: Find) -> Any:
    return with_parameters(base, values, find) if values else base


def _part_of(strategy: Any, part: str) -> Any:
    if part in STAGGER or not isinstance(strategy, Tranches):
        return getattr(strategy, part)
    return getattr(strategy.rotation, part)


def check_together(table: VariantTable) -> None:
    """Makes one strategy of each combination of parts that have to fit each other."""
    if table.tranched:
        keys = [table.place[name] for name in ("schedule", "exits", *STAGGER)]
        _, first = np.unique(np.stack(keys), axis=1, return_index=True)
        for i in first.tolist():
            table.strategy(i)


def _distinct(columns: Sequence[Sequence[Any]], count: int) -> tuple[list[tuple[Any, ...]], Ints]:
    """The distinct rows of some columns, and which of them each row is."""
    codes, size = np.zeros(count, np.int64), 1
    for column in columns:
        own, kinds = codes_of(column)
        codes, size = codes * kinds + own, size * kinds
        if size > 2**31:
            _, codes = np.unique(codes, return_inverse=True)
            size = int(codes.max(initial=0)) + 1
    _, first, codes = np.unique(codes, return_index=True, return_inverse=True)
    return [tuple(column[i] for column in columns) for i in first.tolist()], codes.reshape(-1)


def codes_of(values: Sequence[Any]) -> tuple[Ints, int]:
    """A number for each distinct value, in the order of their first appearance; 1, 1.0 and True are three."""
    listed: Sequence[Any] = getattr(values, "tolist", lambda: values)()  # of an array, Python's own numbers
    seen: dict[Any, int] = {}
    codes = np.fromiter((seen.setdefault((type(v), v), len(seen)) for v in listed), np.int64, len(listed))
    return codes, len(seen)


def distinct_parts(values: Sequence[Any]) -> tuple[tuple[Any, ...], np.ndarray]:
    """The distinct among some parts, and which of them each is; parts that can't be hashed are all distinct."""
    seen: dict[Any, int] = {}
    kept, codes = list[Any](), np.empty(len(values), np.int32)
    for i, value in enumerate(values):
        try:
            known = seen.setdefault((type(value), value), len(kept))
        except TypeError:
            known = len(kept)
        if known == len(kept):
            kept.append(value)
        codes[i] = known
    return tuple(kept), codes
