"""What a parameter may be: the one declaration of its type, range and grid, for parts, library and own classes."""

from __future__ import annotations

import inspect
import math
import tomllib
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from ..data.bounds import check_document, check_dotted, shown
from ..data.errors import ParameterError, UnknownNameError


@dataclass(frozen=True, slots=True)
class Domain:
    """What a parameter may be, and which values a sweep tries.

    Attributes
    ----------
    kind : type
        int, float, bool or str; the type of one value.
    low, high : float
        Smallest and largest value, both allowed.
    choices : tuple of str
        The values allowed for a text.
    optional : bool
        Whether None is allowed.
    several : bool
        Whether a tuple of such values is allowed too.
    grid : tuple
        The values of a sweep; each lies in the domain.
    """

    kind: type
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    optional: bool = False
    several: bool = False
    grid: tuple[Any, ...] = ()

    def __str__(self) -> str:
        if self.choices:
            return "one of " + ", ".join(map(repr, self.choices))
        noun = {int: "an int", float: "a number", bool: "True or False", str: "a text"}[self.kind]
        span = f" from {_plain(self.low)} to {_plain(self.high)}" if self.kind in (int, float) and self.bounded else ""
        return noun + span + ", or a tuple of them" * self.several + ", or None" * self.optional

    @property
    def bounded(self) -> bool:
        """Whether a number has a smallest or a largest value."""
        return math.isfinite(self.low) or math.isfinite(self.high)

    def take(self, value: Any) -> Any:
        """``value`` as the plain Python type it is kept as.

        Raises
        ------
        ValueError
            If it isn't in the domain.
        """
        if value is None and self.optional:
            return None
        if self.several and isinstance(value, tuple | list):
            if not value:
                raise ValueError("empty")
            return tuple(map(self._take_one, value))
        return self._take_one(value)

    def read(self, text: str) -> Any:
        """A value from its text, as on a command line: ``3``, ``20,60`` or ``[20, 60]``, ``none``, ``true``, ``rank``.

        Raises
        ------
        ValueError
            If it isn't the text of a value in the domain.
        """
        text = text.strip()
        if self.optional and text.lower() == "none":
            return None
        if self.several and (text[:1] in ("[", "(") or "," in text):
            return self.take(tuple(map(self._read_one, text.strip("[]()").rstrip(", ").split(","))))
        return self.take(self._read_one(text))

    def _read_one(self, text: str) -> Any:
        text = text.strip()
        if self.kind is bool:
            return {"true": True, "false": False}[text.lower()] if text.lower() in ("true", "false") else text
        return text if self.kind is str else self.kind(text)

    def _take_one(self, value: Any) -> Any:
        if self.kind in (bool, str):
            if not isinstance(value, self.kind) or (self.choices and value not in self.choices):
                raise ValueError(value)
            return value
        numbers = (int, np.integer) if self.kind is int else (int, float, np.integer, np.floating)
        if isinstance(value, bool) or not isinstance(value, numbers) or not self.low <= value <= self.high:
            raise ValueError(value)
        return self.kind(value)


def _plain(number: float) -> str:
    return f"{number:g}" if isinstance(number, float) else str(number)


def parameter(
    default: Any,
    *,
    kind: type | None = None,
    low: float = -math.inf,
    high: float = math.inf,
    choices: tuple[str, ...] = (),
    optional: bool | None = None,
    several: bool = False,
    grid: tuple[Any, ...] = (),
) -> Any:
    """Declares a field of a ``Part``, or of any dataclass, with the values it may take.

    Parameters
    ----------
    default : object
        Also tells the type, unless ``kind`` does; a default of None allows None.
    kind : type, optional
        int, float, bool or str.
    optional : bool, optional
        Whether None is allowed; by default where it is the default.
    low, high, choices, several, grid
        See ``Domain``.

    Examples
    --------
    >>> from sectorlead.strategies.part import Part
    >>> @dataclass(frozen=True)
    ... class Waiting(Part):
    ...     sessions: int = parameter(5, low=1, high=20, grid=(5, 10))
    >>> Waiting(21)
    Traceback (most recent call last):
    sectorlead.data.errors.ParameterError: Waiting.sessions must be an int from 1 to 20, was 21
    """
    allowed = default is None if optional is None else optional
    domain = Domain(kind or type(default), low, high, choices, allowed, several, grid)
    return field(default=default, metadata={"domain": domain})


def same_as(owner: type, name: str, default: Any = MISSING) -> Any:
    """Declares a field with the values that a parameter of another part may take.

    Parameters
    ----------
    owner : type
        The other part.
    name : str
        Of its parameter.
    default : object, optional
        That parameter's own if left out.
    """
    other = next(item for item in fields(owner) if item.name == name)
    chosen = other.default if default is MISSING else default
    return field(default=chosen, metadata={"domain": other.metadata["domain"]})


def declared(owner: Any) -> dict[str, Domain]:
    """Domain of each parameter of a dataclass that was made with ``parameter``, by name."""
    return {item.name: item.metadata["domain"] for item in fields(owner) if "domain" in item.metadata}


def domains_of(thing: Callable[..., Any]) -> dict[str, Domain | None]:
    """What each argument of a class or function may be, by name.

    Parameters
    ----------
    thing : class or function

    Returns
    -------
    dict
        What was declared with ``parameter``; otherwise the type of the annotation (int, float, bool, str, ``Literal``,
        one of them or None, a tuple of them), or that of a default which is a text, a float, True or False. None where
        neither tells: any value will do.

    Raises
    ------
    ParameterError
        ``thing`` can't be called with arguments by name.
    """
    try:
        arguments = inspect.signature(thing).parameters
    except (TypeError, ValueError):  # some that are written in C
        raise ParameterError(f"{thing!r} does not say which arguments it takes; write it in Python") from None
    told = declared(thing) if is_dataclass(thing) else {}
    hints = _hints(thing)
    named = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return {
        name: told[name] if name in told else _inferred(hints.get(name), item.default)
        for name, item in arguments.items()
        if item.kind in named
    }


def checked(owner: str, domains: Mapping[str, Domain | None], given: Mapping[str, Any]) -> dict[str, Any]:
    """Values of parameters, each in its domain; a text is read as the type that the domain says.

    Parameters
    ----------
    owner : str
        Whose parameters they are, for errors.
    domains : mapping
        As ``domains_of`` gives them; a text for a parameter without a domain is read as a value of a TOML file.
    given : mapping
        Values or texts by name.

    Raises
    ------
    UnknownNameError
        For a parameter, or a choice, that isn't known, with the nearest.
    ParameterError
        For a value that isn't in its domain; says what is allowed.
    """
    for name in given:
        if name not in domains:
            raise UnknownNameError(f"parameter of {owner}", name, domains)
    return {name: _checked(owner, name, domains[name], value) for name, value in given.items()}


def _checked(owner: str, name: str, domain: Domain | None, value: Any) -> Any:
    if domain is None:
        return value_of(value) if isinstance(value, str) else value
    try:
        return domain.read(value) if isinstance(value, str) else domain.take(value)
    except (ValueError, OverflowError):
        if domain.choices and isinstance(value, str):
            raise UnknownNameError(f"{name} of {owner}", value, domain.choices) from None
        raise ParameterError(f"{owner}: {name} must be {domain}, was {shown(value)}") from None


def value_of(text: str) -> Any:
    """A value written as in a TOML file: ``3``, ``0.5``, ``true``, ``[20, 60]``; anything else is the text itself.

    >>> value_of("3"), value_of("true"), value_of("inverse-volatility")
    (3, True, 'inverse-volatility')
    """
    check_dotted(text, "a value")
    try:
        document = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    check_document(document, "a value")
    return document["value"]


def _hints(thing: Any) -> dict[str, Any]:
    """Annotations of the arguments; none where one of them can't be resolved."""
    try:
        return get_type_hints(thing.__init__ if inspect.isclass(thing) and not is_dataclass(thing) else thing)
    except (NameError, TypeError, AttributeError):
        return {}


def _inferred(hint: Any, default: Any) -> Domain | None:
    """What an annotation, or a default without one, says of the values."""
    if hint is None or hint is Any:
        kind = type(default)
        return Domain(kind) if kind in (bool, float, str) else None  # an int may stand where a number is meant
    options = set(get_args(hint)) if get_origin(hint) in (types.UnionType, Union) else {hint}
    optional = types.NoneType in options or default is None
    options -= {types.NoneType}
    several = {option for option in options if get_origin(option) in (tuple, list)}
    inner = {arg for option in several for arg in get_args(option) if arg is not ...}
    words = tuple(word for option in options if get_origin(option) is Literal for word in get_args(option))
    if words:
        return Domain(str, choices=words, optional=optional) if all(isinstance(word, str) for word in words) else None
    kinds = (options - several) | inner
    if not kinds <= {bool, int, float, str} or not options - several:
        return None
    if kinds and kinds <= {int, float}:
        return Domain(float if float in kinds else int, optional=optional, several=bool(several))
    return Domain(kinds.pop(), optional=optional, several=bool(several)) if len(kinds) == 1 else None
