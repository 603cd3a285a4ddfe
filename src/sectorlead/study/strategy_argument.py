"""A strategy by name: one of the library, or ``module:Name`` from the researcher's own file."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.engine.canonical import backtrader_params
from sectorlead.engine.class_names import is_backtrader
from sectorlead.engine.strategy import can_decide


def settings(pairs: Iterable[str]) -> dict[str, str]:
    """Parameters from ``name=value`` texts; raises ``InputError`` for one that is not like that, or is given twice.

    >>> settings(["top=3", "lookback=20,60"])
    {'top': '3', 'lookback': '20,60'}
    """
    given: dict[str, str] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = name.strip()
        if not (equals and name and text.strip()):
            raise InputError(f"--set {pair!r} is not name=value; write for example --set top=3")
        if name in given:
            raise InputError(f"--set {name} is given twice; give it once")
        given[name] = text.strip()
    return given


def find_strategy(name: str, parameters: Mapping[str, Any] | None = None, folder: Path | None = None) -> Any:
    """The strategy called ``name``, built with these parameters.

    Parameters
    ----------
    name : str
        A library name such as ``pullback-leaders``, or ``module:Name`` where Name is a strategy, a score, a class of
        either, a function that returns one, or a ``backtrader.Strategy`` subclass.
    parameters : mapping, optional
        By name; what is left out keeps its default. A dotted name, or a table in a table, is a parameter of a part
        inside the strategy: ``pick.n``. Where a part stands, ``pick``, a text names another in its place, as ``TopN``
        or ``module:Name``. A value, or the text of one, has to lie in the domain that the parameter declares; where
        none is declared nor told by its annotation or default, a text is read as a value of a TOML file.
    folder : Path, optional
        Where modules may lie besides the Python path and the current folder.

    Returns
    -------
    strategy, or a Score
        A score as it is, unless a parameter is one of the rotation that ``sectorlead.run`` makes of it.

    Raises
    ------
    InputError
        Unknown names come with the nearest known one.
    """
    from sectorlead.strategies.library.registry import find_entry
    from sectorlead.strategies.parameters import flattened, with_parameters

    given, find = flattened(parameters or {}), partial(part_named, folder=folder)
    if ":" in name:
        return _own(name, given, find)
    entry = find_entry(name)
    inside = {key: value for key, value in given.items() if key not in entry.parameters and _is_inside(key)}
    built = entry.build(**{key: value for key, value in given.items() if key not in inside})
    return with_parameters(built, inside, find, name) if inside else built


def _own(name: str, given: dict[str, Any], find: Callable[[str], Any]) -> Any:
    """A strategy of the user's, or a score."""
    from sectorlead.strategies.parameters import arguments
    from sectorlead.strategies.rotation import Rotation
    from sectorlead.strategies.scores.score import Score

    found = find(name)
    if (inspect.isclass(found) and issubclass(found, Score)) or isinstance(found, Score):
        own = arguments(found if inspect.isclass(found) else type(found))
        heads = Rotation.__dataclass_fields__.keys() - own.keys()
        around = {key: value for key, value in given.items() if key.partition(".")[0] in heads}
        score = _made(name, found, {key: value for key, value in given.items() if key not in around}, find)
        return _made("Rotation", Rotation(score), around, find) if around else score
    strategy = _made(name, found, given, find)
    kind = strategy[0] if isinstance(strategy, tuple) else strategy
    if not (is_backtrader(kind) or can_decide(strategy) or isinstance(strategy, Score)):
        place = _place_of(strategy)
        hint = f"; it is a part of one: --strategy sectorlead:Rotation --set {place}={name}" if place else ""
        raise InputError(
            f"{name} is {_kind(strategy)}, not a strategy{hint}; a strategy has decide(view, portfolio) -> weights or "
            "None, or is a Score or a subclass of backtrader.Strategy"
        )
    return strategy


def _place_of(thing: Any) -> str:
    """Which parameter of a rotation a part may be; "" for what is none."""
    from sectorlead.strategies.exposure.exits import Exits
    from sectorlead.strategies.exposure.guards import Guard
    from sectorlead.strategies.picks.pick import Pick
    from sectorlead.strategies.weights.weigh import Weigh

    kinds = {"pick": Pick, "weigh": Weigh, "guard": Guard, "exits": Exits}
    return next((name for name, kind in kinds.items() if isinstance(thing, kind)), "")


def _made(name: str, found: Any, given: dict[str, Any], find: Callable[[str], Any]) -> Any:
    from sectorlead.strategies.domain import Domain, checked
    from sectorlead.strategies.parameters import made, with_parameters

    if is_backtrader(found):
        usual = backtrader_params(found)
        kinds = {key: type(value) for key, value in usual.items()}
        domains = {key: Domain(kind) if kind in (bool, float, str) else None for key, kind in kinds.items()}
        return (found, checked(name, domains, given)) if given else found
    if inspect.isclass(found) or (callable(found) and not can_decide(found) and not is_dataclass(found)):
        return made(found, given, find, name)
    if not given:
        return found
    if not is_dataclass(found):
        raise InputError(f"{name} is {_kind(found)}; parameters can be set on a class, a function or a dataclass")
    return with_parameters(found, given, find, name)


def _is_inside(key: str) -> bool:
    """Whether a name is of a part of a strategy, or of a parameter below it."""
    from sectorlead.strategies.rotation import Rotation

    return key.partition(".")[0] in (*Rotation.__dataclass_fields__, "rotation")


def part_named(name: str, folder: Path | None) -> Any:
    """What ``module:Name`` names, or a public name of this package.

    Parameters
    ----------
    name : str
    folder : Path or None
        Where modules may lie besides the Python path and the current folder.

    Raises
    ------
    InputError
        There is no such module or name.
    """
    module_name, colon, attribute = name.partition(":")
    if not colon:
        module_name, attribute = "sectorlead", name
    if not (attribute.isidentifier() and all(part.isidentifier() for part in module_name.split("."))):
        raise InputError(f"strategy {name!r} is not module:Name; write my_rules:Leaders for Leaders in my_rules.py")
    module = _import(module_name, [path for path in (folder, Path.cwd()) if path is not None])
    try:
        return getattr(module, attribute)
    except AttributeError:
        public = [key for key in dir(module) if not key.startswith("_")]
        raise UnknownNameError(f"name in module {module_name}", attribute, public) from None


def _import(module: str, folders: list[Path]) -> Any:
    """Import ``module``; the folders come first while its name is looked up, last for what it imports later."""
    extra = [str(path.resolve()) for path in folders]
    before = list(sys.path)
    sys.path[:0] = extra
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and (module == error.name or module.startswith(error.name + ".")):
            looked = " or ".join(dict.fromkeys(extra))
            raise InputError(f"no module {module!r} in {looked} or on the Python path; write it without .py") from None
        raise InputError(f"module {module} needs {error.name!r}, which is not installed") from None
    except SyntaxError as error:
        place = f"{error.filename}, line {error.lineno}"
        raise InputError(f"module {module} is not valid Python: {place}: {error.msg}") from None
    finally:
        sys.path[:] = before + [path for path in extra if path not in before]


def _kind(found: Any) -> str:
    return "None" if found is None else f"an object of type {type(found).__name__}"
