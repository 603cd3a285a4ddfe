"""Parts: frozen values that strategies are put together from, whose parameters declare what they may be."""

from __future__ import annotations

import inspect
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..data.errors import ParameterError
from ..data.panel import Panel
from ..data.types import Floats

Rows = NDArray[np.int64]
"Panel rows, shape (D,)."

P = TypeVar("P", bound="Part")


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
        span = f" from {_plain(self.low)} to {_plain(self.high)}" if self.kind in (int, float) else ""
        return noun + span + ", or a tuple of them" * self.several + ", or None" * self.optional

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
    several: bool = False,
    grid: tuple[Any, ...] = (),
) -> Any:
    """Declares a field of a ``Part`` with the values it may take.

    Parameters
    ----------
    default : object
        Also tells the type, unless ``kind`` does; a default of None allows None.
    kind : type, optional
        int, float, bool or str.
    low, high, choices, several, grid
        See ``Domain``.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Waiting(Part):
    ...     sessions: int = parameter(5, low=1, high=20, grid=(5, 10))
    >>> Waiting(21)
    Traceback (most recent call last):
    sectorlead.data.errors.ParameterError: Waiting.sessions must be an int from 1 to 20, was 21
    """
    domain = Domain(kind or type(default), low, high, choices, default is None, several, grid)
    return field(default=default, metadata={"domain": domain})


@dataclass(frozen=True)
class Part:
    """A frozen value with checked parameters; subclasses are frozen dataclasses.

    Fields made with ``parameter`` are checked; other fields are taken as they are. Equal parts are equal values, and
    ``repr`` is the expression that makes the part, with every parameter, so it is the part's entry in a run's
    manifest.

    Raises
    ------
    ParameterError
        When a parameter is outside its domain: says what it may be.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for base in cls.__mro__[:0:-1]:
            _complete(base)

    def __new__(cls: type[P], *args: Any, **kwargs: Any) -> P:
        """A new part; a subclass whose author left out ``@dataclass(frozen=True)`` gets it now."""
        _complete(cls)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for name, domain in declared(self):
            value = getattr(self, name)
            try:
                object.__setattr__(self, name, domain.take(value))
            except ValueError:
                raise ParameterError(f"{type(self).__name__}.{name} must be {domain}, was {value!r}") from None


def _complete(cls: type) -> None:
    """Makes a part that declares fields a dataclass, if it isn't one yet."""
    if issubclass(cls, Part) and "__dataclass_fields__" not in vars(cls) and inspect.get_annotations(cls):
        dataclass(frozen=True)(cls)


def declared(part: Part | type[Part]) -> Iterator[tuple[str, Domain]]:
    """Name and domain of each declared parameter."""
    return ((item.name, item.metadata["domain"]) for item in fields(part) if "domain" in item.metadata)


class ByRow(ABC):
    """Mix-in for parts that are written for any rows of a panel; the whole panel follows."""

    def __call__(self, panel: Panel) -> Floats:
        """``at`` for every row."""
        return self.at(panel, np.arange(len(panel.sessions)))

    @abstractmethod
    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The values of these rows, each from rows up to it only.

        They are the same to the last bit whatever other rows are asked for, and whatever rows follow in the panel.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, ...)
            NaN is "not known".
        """


def rows_of(part: Part, values: ArrayLike, shape: tuple[int, ...], rows: Rows) -> Floats:
    """``values[rows]``, once it is seen that ``values`` are of the panel's shape.

    Parameters
    ----------
    part : Part
        Who gave them for a whole panel, for the error.
    values : array
    shape : tuple of int
        (T, ...).
    rows : int array of shape (D,)

    Returns
    -------
    float array of shape (D, ...)

    Raises
    ------
    ParameterError
        Another shape.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.shape != shape:
        raise ParameterError(f"{part!r} must give an array of shape {shape}, one row per session, gave {array.shape}")
    return array[rows]
