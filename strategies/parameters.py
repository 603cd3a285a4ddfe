"""Parameters of a whole strategy by dotted name: what each may be, and the strategy with some of them changed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

from ..data.errors import ParameterError, UnknownNameError
from .domain import Domain, checked, domains_of
from .part import complete

Find = Callable[[str], Any]
"""The class of a part by its name, or an object that is one."""


def parameters(strategy: Any) -> dict[str, Domain]:
    """What each parameter of a strategy or part may be, parts inside it included.

    Parameters
    ----------
    strategy : dataclass
        A ``Rotation``, a part, or any other dataclass.

    Returns
    -------
    dict of str to Domain
        By dotted name: ``score.lookback``, ``pick.n``, ``scores.0.skip``. Its ``grid`` is what a sweep tries. A
        parameter that declares no domain and whose annotation tells none is left out. Empty for what is no dataclass.

    Examples
    --------
    >>> from sectorlead import Momentum, Rotation, TopN
    >>> found = parameters(Rotation(Momentum(60), TopN(3)))
    >>> found["pick.n"].grid, str(found["score.skip"])
    ((3, 5, 8), 'an int from 0 to 2520')
    """
    return {name: domain for name, domain in settable(strategy).items() if domain is not None}


def settable(strategy: Any) -> dict[str, Domain | None]:
    """All that ``with_parameters`` can change: ``parameters``, and the places of parts, whose domain is None."""
    return dict(_walk(strategy, ""))


def with_parameters(part: Any, given: Mapping[str, Any], find: Find, name: str = "") -> Any:
    """A strategy or part with some parameters changed, in parts inside it too.

    Parameters
    ----------
    part : dataclass
    given : mapping
        By dotted name. A text is read as the type that the parameter declares. Where a part stands, a text names
        another in its place, as ``TopN`` or ``module:Name``, and further names below it are that one's parameters.
    find : callable
        Gives the class of a part by its name.
    name : str
        What the strategy is called in errors; its class if left out.

    Returns
    -------
    as ``part``

    Raises
    ------
    UnknownNameError
        For a name that isn't known, with the nearest.
    ParameterError
        For a value that isn't allowed.
    """
    kind: Any = type(part)
    owner, domains = name or kind.__name__, _domains_of_class(kind)
    current = {key: getattr(part, key) for key in domains if hasattr(part, key)}
    return replace(part, **_values(owner, domains, current, given, find))


def made(kind: Callable[..., Any], given: Mapping[str, Any], find: Find, name: str) -> Any:
    """What a class or function makes of parameters, those of parts inside it included.

    Parameters
    ----------
    kind : class or function
    given, find, name
        As ``with_parameters`` has them. A name that is no argument of a function is a parameter of what it returns.

    Raises
    ------
    InputError
        As ``with_parameters``; for an argument without a default that is missing.
    """
    domains, defaults = arguments(kind), _defaults(kind)
    if any(item.kind is item.VAR_KEYWORD for item in inspect.signature(kind).parameters.values()):
        domains = dict.fromkeys(key for key in given if "." not in key) | domains
    later = {} if inspect.isclass(kind) else {key: given[key] for key in given if key.partition(".")[0] not in domains}
    values = _values(name, domains, defaults, {key: given[key] for key in given if key not in later}, find)
    if missing := [key for key in domains if key not in defaults and key not in values]:
        raise ParameterError(f"{name} needs {', '.join(missing)}; write --set {missing[0]}=VALUE")
    thing = kind(**values)
    if later and not is_dataclass(thing):
        raise UnknownNameError(f"parameter of {name}", next(iter(later)), domains)  # nor of what it returns
    return with_parameters(thing, later, find, name) if later else thing


def arguments(kind: Callable[..., Any]) -> dict[str, Domain | None]:
    """``domains_of`` a class or function; a part's class is made a dataclass first, if its author did not."""
    if inspect.isclass(kind):
        complete(kind)
    return domains_of(kind)


def flattened(given: Mapping[str, Any]) -> dict[str, Any]:
    """Nested tables, as a TOML file has them, as dotted names; ``name`` in a table is the part itself.

    >>> flattened({"score": {"name": "my_rules:Calm", "sessions": 60}, "top": 3})
    {'score': 'my_rules:Calm', 'score.sessions': 60, 'top': 3}
    """
    flat: dict[str, Any] = {}
    for key, value in given.items():
        if isinstance(value, Mapping):
            inner = flattened(value)
            flat |= {key if below == "name" else f"{key}.{below}": inside for below, inside in inner.items()}
        else:
            flat[key] = value
    return flat


@lru_cache(maxsize=1_024)
def _domains_of_class(kind: Any) -> dict[str, Domain | None]:
    """``domains_of`` the class of a part that is there: reading a signature takes longer than all else."""
    return domains_of(kind)


def _walk(value: Any, path: str) -> Iterator[tuple[str, Domain | None]]:
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _walk(item, f"{path}{i}.")
    elif is_dataclass(value) and not isinstance(value, type):
        for name, domain in domains_of(type(value)).items():
            yield f"{path}{name}", domain
            if domain is None:
                yield from _walk(getattr(value, name), f"{path}{name}.")


def _values(
    owner: str, domains: Mapping[str, Domain | None], current: Mapping[str, Any], given: Mapping[str, Any], find: Find
) -> dict[str, Any]:
    """Values of arguments: those given, and those whose inside is changed."""
    for key in given:
        if key.partition(".")[0] not in domains:
            raise UnknownNameError(f"parameter of {owner}", key, domains)
    own, inside = _split(given)
    places = {key for key in own if domains.get(key) is None and _is_place(current.get(key, MISSING), own[key])}
    values = checked(owner, domains, {key: value for key, value in own.items() if key not in places})
    values |= {key: _part(own[key], inside.pop(key, {}), find, f"{owner}.{key}") for key in places}
    for key, below in inside.items():
        values[key] = _changed(values.get(key, current.get(key)), below, find, f"{owner}.{key}")
    return values


def _split(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Values by name, and what lies below a name: ``{"pick.n": 3}`` is ``{"pick": {"n": 3}}``."""
    own, inside = dict[str, Any](), dict[str, dict[str, Any]]()
    for key, value in given.items():
        head, dot, rest = key.partition(".")
        if dot:
            inside.setdefault(head, {})[rest] = value
        else:
            own[key] = value
    return own, inside


def _is_place(current: Any, value: Any) -> bool:
    """Whether a text names a part: there is one now, or there has to be something that is no plain value."""
    if not isinstance(value, str):
        return False
    return is_dataclass(current) or ":" in value or (current is MISSING and value[:1].isupper())


def _part(name: str, below: Mapping[str, Any], find: Find, owner: str) -> Any:
    """A part by its name, with its parameters."""
    kind = find(name)
    if inspect.isclass(kind) or not is_dataclass(kind):
        return made(kind, below, find, f"{owner}={name}")
    return with_parameters(kind, below, find, f"{owner}={name}")


def _changed(inside: Any, below: Mapping[str, Any], find: Find, owner: str) -> Any:
    """A part, or a tuple of parts by their position, with some parameters changed."""
    if isinstance(inside, tuple):
        items = dict(enumerate(inside))
        for key, more in _split(below)[1].items():
            if not key.isdecimal() or int(key) not in items:
                raise UnknownNameError(f"position in {owner}", key, list(map(str, items)))
            items[int(key)] = _changed(items[int(key)], more, find, f"{owner}.{key}")
        return tuple(items.values())
    if not is_dataclass(inside) or isinstance(inside, type):
        raise ParameterError(f"{owner} is {inside!r}, which has no parameters; was given {', '.join(below)} below it")
    return with_parameters(inside, below, find, owner)


def _defaults(kind: Callable[..., Any]) -> dict[str, Any]:
    """Defaults of the arguments that have one; those that a dataclass makes are made."""
    arguments = inspect.signature(kind).parameters.items()
    given = {name: item.default for name, item in arguments if item.default is not item.empty}
    if not is_dataclass(kind):
        return given
    return given | {item.name: item.default_factory() for item in fields(kind) if item.default_factory is not MISSING}
