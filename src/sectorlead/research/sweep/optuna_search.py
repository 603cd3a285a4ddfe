"""Adaptive search: Optuna proposes variants of the grid batch by batch, from what the ones before it came to."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from sectorlead.data.errors import InputError, ParameterError
from sectorlead.research.sweep.axes import full_name
from sectorlead.research.sweep.constraints import Positions
from sectorlead.research.sweep.evaluated import NAMES
from sectorlead.research.sweep.space import Space

Measure: TypeAlias = Callable[[int, Positions, int], Mapping[str, Any]]
"""Metrics, by name arrays of shape (V,), of variants: the first's number, their positions, how many there will be."""


@dataclass(frozen=True)
class OptunaSearch:
    """Optuna's sampler over the grid: variants are proposed in batches, so that they can run in parallel.

    Attributes
    ----------
    trials : int
        Variants to measure, at most; one that is proposed again is not measured again.
    metric : str
        What to search for: a name of ``Run.summary``.
    direction : {"maximize", "minimize"}
    batch : int
        Proposed at a time. The same for any number of workers, as the proposals depend on it.
    seed : int

    Notes
    -----
    A combination that ``where`` leaves out is told to Optuna as pruned, before anything is run; one whose metric is NaN
    as failed. Runs are short, so none is stopped half-way.

    Raises
    ------
    ParameterError, UnknownNameError
        For a value that can't be used.
    """

    trials: int
    metric: str = "sharpe"
    direction: Literal["maximize", "minimize"] = "maximize"
    batch: int = 16
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value, least in (("trials", self.trials, 1), ("batch", self.batch, 1), ("seed", self.seed, 0)):
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ParameterError(f"{name} of a search must be a whole number from {least} on, was {value!r}")
        full_name(self.metric, NAMES, "metric")
        full_name(self.direction, ("maximize", "minimize"), "direction")


def run(search: OptunaSearch, space: Space, measure: Measure) -> Space:
    """Search; gives the variants that were measured, in the order in which they were proposed.

    Parameters
    ----------
    search : OptunaSearch
    space : Space
        All variants that may be proposed.
    measure : callable

    Raises
    ------
    InputError
        Optuna is not installed.
    """
    try:
        optuna: Any = importlib.import_module("optuna")
    except ImportError:
        raise InputError("Optuna is not installed; pip install 'sectorlead[optuna]'") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=search.seed, constant_liar=True, multivariate=False)
    study = optuna.create_study(direction=search.direction, sampler=sampler)
    allowed = set(map(tuple, space.positions.T.tolist()))
    total = min(search.trials, len(allowed))
    known: dict[tuple[int, ...], float] = {}
    idle = 0
    while len(known) < total and idle < 50:
        asked = [study.ask() for _ in range(min(search.batch, total - len(known)))]
        proposed = [_proposal(trial, space) for trial in asked]
        new = list(dict.fromkeys(each for each in proposed if each in allowed and each not in known))
        if new:
            found = measure(len(known), np.array(new, np.int32).T, total)[search.metric]
            known |= dict(zip(new, np.asarray(found).tolist(), strict=True))
        idle = 0 if new else idle + 1
        for trial, each in zip(asked, proposed, strict=True):
            if each not in allowed:
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            elif math.isfinite(known[each]):
                study.tell(trial, known[each])
            else:
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
    return Space(space.axes, np.ascontiguousarray(np.array(list(known), np.int32).T))


def _proposal(trial: Any, space: Space) -> tuple[int, ...]:
    """Positions in the values: by their order where they are numbers, else as choices without one."""
    places = []
    for axis in space.axes:
        ordered = all(isinstance(label, int | float) and not isinstance(label, bool) for label in axis.labels)
        last = len(axis.choices) - 1
        if ordered:
            places.append(int(trial.suggest_int(axis.name, 0, last)))
        else:
            places.append(int(trial.suggest_categorical(axis.name, list(range(last + 1)))))
    return tuple(places)
