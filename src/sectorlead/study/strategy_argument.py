"""A strategy by name: one of the library, or ``module:Name`` from the researcher's own file."""

from __future__ import annotations

import importlib
import inspect
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any

from sectorlead.data.errors import InputError, UnknownNameError


def value_of(text: str) -> Any:
    """A value written as in a TOML file: ``3``, ``0.5``, ``true``, ``[20, 60]``; anything else is the text itself.

    >>> value_of("3"), value_of("true"), value_of("inverse-volatility")
    (3, True, 'inverse-volatility')
    """
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


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
        A library name such as ``pullback-leaders``, or ``module:Name`` where Name is a strategy, a class, a function
        that returns one, or a ``backtrader.Strategy`` subclass.
    parameters : mapping, optional
        By name; what is left out keeps its default. A text is read as the type that the parameter declares; for
        ``module:Name``, as a value in a TOML file.
    folder : Path, optional
        Where ``module`` may lie besides the Python path and the current folder.

    Raises
    ------
    InputError
        Unknown names come with the nearest known one.
    """
    given = dict(parameters or {})
    texts = {key: value for key, value in given.items() if isinstance(value, str)}
    if ":" in name:
        return _from_module(name, given | {key: value_of(text) for key, text in texts.items()}, folder)
    from sectorlead.strategies.library.registry import build, from_text

    return build(name, **given | from_text(name, texts))


def _from_module(name: str, given: dict[str, Any], folder: Path | None) -> Any:
    module_name, _, attribute = name.partition(":")
    if not (attribute.isidentifier() and all(part.isidentifier() for part in module_name.split("."))):
        raise InputError(f"strategy {name!r} is not module:Name; write my_rules:Leaders for Leaders in my_rules.py")
    module = _import(module_name, [path for path in (folder, Path.cwd()) if path is not None])
    try:
        found = getattr(module, attribute)
    except AttributeError:
        public = [key for key in vars(module) if not key.startswith("_")]
        raise UnknownNameError(f"name in module {module_name}", attribute, public) from None
    strategy = _built(name, found, given)
    if not (_is_backtrader(strategy) or callable(getattr(strategy, "decide", None))):
        raise InputError(
            f"{name} is {_kind(strategy)}, not a strategy; a strategy has decide(view, portfolio) -> weights or None, "
            "or is a subclass of backtrader.Strategy"
        )
    return strategy


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


def _built(name: str, found: Any, given: dict[str, Any]) -> Any:
    if _is_backtrader(found):
        known = list(found.params._getkeys())
        _check_known(name, given, known)
        body = {"params": tuple(given.items()), "__module__": found.__module__}
        return type(found.__name__, (found,), body) if given else found
    if inspect.isclass(found) or (callable(found) and not hasattr(found, "decide")):
        accepted = _signature(name, found)
        if not any(item.kind is item.VAR_KEYWORD for item in accepted):
            named = [item for item in accepted if item.kind in (item.KEYWORD_ONLY, item.POSITIONAL_OR_KEYWORD)]
            _check_known(name, given, [item.name for item in named])
            missing = [item.name for item in named if item.default is item.empty and item.name not in given]
            if missing:
                raise InputError(f"{name} needs {', '.join(missing)}; write --set {missing[0]}=VALUE")
        return found(**given)
    if given and is_dataclass(found):
        _check_known(name, given, list(found.__dataclass_fields__))
        return replace(found, **given)  # type: ignore[type-var]  # an instance: classes were built above
    if given:
        raise InputError(f"{name} is {_kind(found)}; parameters can be set on a class, a function or a dataclass")
    return found


def _signature(name: str, found: Any) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(found).parameters.values())
    except ValueError:  # some that are written in C
        raise InputError(f"{name} is {_kind(found)}, not a strategy") from None


def _check_known(name: str, given: Mapping[str, Any], known: list[str]) -> None:
    for key in given:
        if key not in known:
            raise UnknownNameError(f"parameter of {name}", key, known)


def _is_backtrader(found: Any) -> bool:
    backtrader = sys.modules.get("backtrader")  # a subclass can't exist unless somebody imported it
    return backtrader is not None and inspect.isclass(found) and issubclass(found, backtrader.Strategy)


def _kind(found: Any) -> str:
    return "None" if found is None else f"an object of type {type(found).__name__}"
