"""A score by name: a measure, a public score, ``module:Name`` from the researcher's own file, or that of a strategy."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.study.strategy_argument import find_strategy, part_named


def find_score(name: str, parameters: Mapping[str, Any] | None = None, folder: Path | None = None) -> Any:
    """The score called ``name``, built with these parameters.

    Parameters
    ----------
    name : str
        A measure as ``sectorlead list measures`` names it, a public score such as ``Resilience``, a strategy of the
        library, which stands for its score, or ``module:Name``: a score, its class, a function that returns one, or a
        function of a panel that returns an array of shape (T, N).
    parameters : mapping, optional
        By name, as for a strategy.
    folder : Path, optional
        Where modules may lie besides the Python path and the current folder.

    Returns
    -------
    Score or callable

    Raises
    ------
    InputError
        Unknown names come with the nearest known one; or it is something else.
    """
    from sectorlead.strategies.library.registry import LIBRARY
    from sectorlead.strategies.parameters import flattened, made, with_parameters
    from sectorlead.strategies.scores.registry import MEASURES

    find, given = partial(part_named, folder=folder), flattened(parameters or {})
    if name in MEASURES:
        built = MEASURES[name].make()
        return with_parameters(built, given, find, name) if given else built
    if name in LIBRARY:
        return score_of(find_strategy(name, parameters, folder), name)
    if ":" not in name and not name.isidentifier():
        raise UnknownNameError("score", name, (*MEASURES, *LIBRARY))
    found = find(name)
    if _reads_panels(found) and not given:
        return found
    if inspect.isclass(found) or (callable(found) and not _is_score(found)):
        return score_of(made(found, given, find, name), name)
    return score_of(with_parameters(found, given, find, name) if given else found, name)


def score_of(strategy: Any, name: str) -> Any:
    """The score that a strategy ranks by, or the score itself.

    Parameters
    ----------
    strategy : Any
        A score, or a strategy with one.
    name : str
        For the error.

    Raises
    ------
    InputError
        It has none.
    """
    if _is_score(strategy):
        return strategy
    found = getattr(strategy, "score", None)
    if not _is_score(found):
        raise InputError(f"{name} has no score to study; name one with --score, such as Resilience or module:Name")
    return found


def _is_score(thing: Any) -> bool:
    from sectorlead.strategies.scores.score import Score

    return isinstance(thing, Score)


def _reads_panels(found: Callable[..., Any]) -> bool:
    """Whether a function takes a panel and nothing else that has to be given."""
    if inspect.isclass(found) or not inspect.isfunction(found):
        return False
    needed = [item for item in inspect.signature(found).parameters.values() if item.default is item.empty]
    return len(needed) == 1
