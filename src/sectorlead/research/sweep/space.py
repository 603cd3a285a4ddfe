"""The variants of a sweep as positions in the values of its axes: all combinations, or some drawn at random."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sectorlead.data.errors import InputError, ParameterError
from sectorlead.research.sweep.axes import Axis
from sectorlead.research.sweep.constraints import Constraint, Positions, kept

MOST = 20_000_000
"""Combinations that are written out; of more, some are drawn."""
_BLOCK = 1 << 20
_TIMES = (4, 32, 256)  # as many candidates as draws, until there are enough


@dataclass(frozen=True)
class RandomSearch:
    """Some of all combinations, drawn at random without repetition; the same for the same seed.

    Attributes
    ----------
    draws : int
        How many, at most: fewer where there are not so many.
    seed : int

    Raises
    ------
    ParameterError
        Less than one draw, or a seed below 0.
    """

    draws: int
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value, least in (("draws", self.draws, 1), ("seed", self.seed, 0)):
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ParameterError(f"{name} of a random search must be a whole number from {least} on, was {value!r}")


@dataclass(frozen=True, eq=False)
class Space:
    """V variants over A axes.

    Attributes
    ----------
    axes : tuple of Axis
    positions : int32 array of shape (A, V)
        Ascending from the first axis to the last, so that a variant's number depends on nothing but the grid.
    """

    axes: tuple[Axis, ...]
    positions: Positions

    def __len__(self) -> int:
        return int(self.positions.shape[1])

    def values(self, variant: int) -> dict[str, Any]:
        """The values of one variant, by name."""
        chosen = self.positions[:, variant].tolist()
        return {axis.name: axis.choices[k] for axis, k in zip(self.axes, chosen, strict=True)}


def all_of(axes: tuple[Axis, ...], constraints: Sequence[Constraint]) -> Space:
    """All combinations that meet the constraints.

    Parameters
    ----------
    axes : tuple of Axis
    constraints : sequence of str or callable

    Raises
    ------
    InputError
        More than can be written out, or none that meets the constraints.
    ParameterError
        An axis is a distribution.
    """
    for axis in axes:
        if axis.random is not None:
            raise ParameterError(f"{axis.name} is a distribution; give search=RandomSearch(draws), or its values")
    shape = tuple(len(axis.choices) for axis in axes)
    count = math.prod(shape)
    if count > MOST:
        told = " x ".join(map(str, shape))
        raise InputError(
            f"the grid has {count:,} combinations ({told}), {MOST:,} can be written out; give fewer values, or "
            "search=RandomSearch(draws)"
        )
    parts = []
    for begin in range(0, count, _BLOCK):
        numbers = np.arange(begin, min(begin + _BLOCK, count))
        part: Positions = np.array(np.unravel_index(numbers, shape), np.int32)
        parts.append(part[:, kept(constraints, axes, part)])
    return _space(axes, np.concatenate(parts, axis=1))


def drawn(axes: tuple[Axis, ...], constraints: Sequence[Constraint], search: RandomSearch) -> Space:
    """Combinations drawn at random that meet the constraints, each once.

    Parameters
    ----------
    axes : tuple of Axis
    constraints : sequence of str or callable
    search : RandomSearch

    Raises
    ------
    InputError
        None was found that meets the constraints.
    """
    rng = np.random.default_rng(search.seed)
    if all(axis.random is None for axis in axes) and math.prod(len(axis.choices) for axis in axes) <= MOST:
        whole = all_of(axes, constraints)
        chosen = np.sort(rng.choice(len(whole), min(search.draws, len(whole)), replace=False))
        return replace(whole, positions=whole.positions[:, chosen])
    for times in _TIMES:
        made, positions = _candidates(axes, times * search.draws, search.seed)
        positions = positions[:, kept(constraints, made, positions)]
        first = np.sort(np.unique(positions, axis=1, return_index=True)[1])  # in the order of the draws
        if len(first) >= search.draws:
            break
    return _space(made, np.unique(positions[:, first[: search.draws]], axis=1))


def _candidates(axes: tuple[Axis, ...], count: int, seed: int) -> tuple[tuple[Axis, ...], Positions]:
    """Combinations drawn at random, some of them more than once."""
    rng, columns, made = np.random.default_rng(seed), [], []
    for axis in axes:
        if axis.random is None:
            made.append(axis)
            columns.append(rng.integers(0, len(axis.choices), count))
        else:
            told, places = axis.drawn(count, int(rng.integers(0, 2**31)))
            made.append(told)
            columns.append(places)
    return tuple(made), np.array(columns, np.int32)


def _space(axes: tuple[Axis, ...], positions: Positions) -> Space:
    if not positions.shape[1]:
        raise InputError("no combination of the grid meets where; loosen it, or give other values")
    return Space(axes, np.ascontiguousarray(positions))
