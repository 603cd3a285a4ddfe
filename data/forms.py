"""What a value of a file, an option or a keyword must be: in words for the error, and as a check.

A field's type hint is enough for most (``form_of``); a field that needs more says so with a ``Form`` of its own.
Nothing here needs pandas until a date is read, so the command line can show its help without it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from .bounds import WHOLE, shown
from .errors import InputError, ParameterError, UnknownNameError

Date = str | datetime.date
"""A date as people write one: ISO text, or an object that is one (a ``pandas.Timestamp`` too)."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a value must be.

    Attributes
    ----------
    words : str
        What follows "must be" in an error.
    take : callable
        Gives the value as it is kept; raises ``ValueError`` for one that does not fit, or an ``InputError`` that
        says more than the words.
    choices : tuple of str
        The only texts allowed, if there are such.
    """

    words: str
    take: Callable[[Any], Any]
    choices: tuple[str, ...] = ()

    def read(self, value: Any, name: str, place: str = "") -> Any:
        """``value`` as it is kept.

        Parameters
        ----------
        value : object
        name : str
            Of the value, for the error.
        place : str
            Where it was given, for the error, such as " in [run] of study.toml".

        Raises
        ------
        ParameterError
            It does not fit; says what would.
        UnknownNameError
            It is none of the choices; says the nearest.
        InputError
            As ``take`` says.
        """
        if self.choices and isinstance(value, str) and value not in self.choices:
            raise UnknownNameError(name + place, value, self.choices)
        try:
            return self.take(value)
        except InputError:  # that already says what and why
            raise
        except ValueError:
            given = str(value) if isinstance(value, datetime.datetime) else shown(value)
            raise ParameterError(f"{name}{place} must be {self.words}, was {given}") from None


def typed(words: str, *types: type, test: Callable[[Any], bool] = lambda _: True) -> Form:
    """The form of a value of one of these types, for which ``test`` holds; True and False are no numbers.

    Parameters
    ----------
    words : str
        What follows "must be" in an error.
    *types : type
        Abstract ones such as ``numbers.Real`` too.
    test : callable
        Whether a value of these types fits.
    """

    def take(value: Any) -> Any:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types) or not test(value):
            raise ValueError(value)
        return value

    return Form(words, take)


def _as_date(value: Any) -> str:
    from .dates import as_date

    try:
        return f"{as_date('', value):%Y-%m-%d}"
    except InputError:
        raise ValueError(value) from None


def _as_names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise ValueError(value)
    return tuple(value)


def _as_counts(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, int) and each is not True for each in value):
        raise ValueError(value)
    return tuple(value)


TEXT = typed("text in quotes", str)
FLAG = typed("true or false", bool)
INTEGER = typed("a whole number", Integral, test=lambda number: abs(int(number)) < WHOLE)
NUMBER = typed("a number", Real, test=lambda number: not isinstance(number, Integral) or abs(int(number)) < WHOLE)
DATE = Form("a date without time or time zone, such as 2020-01-31", _as_date)
TABLE = typed("a table such as {top = 3}", Mapping)
NAMES = Form('a list of texts such as ["bad-tick"]', _as_names)

COUNTS = Form("a list of whole numbers such as [5, 20]", _as_counts)


def form_of(hint: Any) -> Form:
    """The form that a type hint declares; None is left out of a union, and the first that is known decides.

    Raises ``TypeError`` for a hint, or a union of hints, that none is known for.

    >>> form_of(int | None).words, form_of(Literal["carry", "drop"]).choices
    ('a whole number', ('carry', 'drop'))
    """
    known = {str: TEXT, bool: FLAG, int: INTEGER, float: NUMBER, Date: DATE, datetime.date: DATE}
    origin = get_origin(hint)
    if origin is Literal:
        choices = get_args(hint)
        return Form(f"one of {', '.join(map(repr, choices))}", typed("", str, test=choices.__contains__).take, choices)
    if hint in known:
        return known[hint]
    if origin in (Union, UnionType):
        parts = [part for part in get_args(hint) if part is not NoneType]
        if set(get_args(Date)) <= set(parts):
            return DATE
        if form := next(filter(None, map(_form_or_none, parts)), None):
            return form
    if origin in (list, tuple, Sequence):
        return COUNTS if get_args(hint)[0] is int else NAMES
    if origin in (dict, Mapping) or hint is dict:
        return TABLE
    raise TypeError(f"no form is known for {hint!r}")


def _form_or_none(hint: Any) -> Form | None:
    try:
        return form_of(hint)
    except TypeError:
        return None


def forms_of(kind: type) -> dict[str, Form]:
    """The forms of the fields of a dataclass or a ``TypedDict``, by name."""
    own = {name: item.metadata.get("form") for name, item in getattr(kind, "__dataclass_fields__", {}).items()}
    return {name: own.get(name) or form_of(hint) for name, hint in get_type_hints(kind).items()}
