"""Parts: frozen values with checked parameters, that strategies are put together from."""

from __future__ import annotations

import copy
import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..data.errors import ParameterError
from ..data.panel import Panel
from ..data.types import Floats
from .domain import declared

Rows = NDArray[np.int64]
"Panel rows, shape (D,)."

P = TypeVar("P", bound="Part")

_PLAIN = frozenset((bool, int, float, str, type(None)))  # what copy.deepcopy would give back, slowly


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
            complete(base)

    def __new__(cls: type[P], *args: Any, **kwargs: Any) -> P:
        """A new part; a subclass whose author left out ``@dataclass(frozen=True)`` gets it now."""
        complete(cls)
        return super().__new__(cls)

    def __deepcopy__(self: P, memo: dict[int, Any]) -> P:
        """Itself, unless something in it can change: then a part with a copy of that."""
        own = {item.name: getattr(self, item.name) for item in fields(self)}
        own = {name: value for name, value in own.items() if type(value) not in _PLAIN}
        copied = {name: copy.deepcopy(value, memo) for name, value in own.items()}
        if all(copied[name] is value for name, value in own.items()):
            return self
        made = copy.copy(self)
        for name, value in copied.items():
            object.__setattr__(made, name, value)
        return made

    def __post_init__(self) -> None:
        for name, domain in declared(self).items():
            value = getattr(self, name)
            try:
                object.__setattr__(self, name, domain.take(value))
            except ValueError:
                raise ParameterError(f"{type(self).__name__}.{name} must be {domain}, was {value!r}") from None


def complete(cls: type) -> None:
    """Makes a part that declares fields a dataclass, if its author did not; leaves other classes alone."""
    if issubclass(cls, Part) and "__dataclass_fields__" not in vars(cls) and inspect.get_annotations(cls):
        dataclass(frozen=True)(cls)


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
