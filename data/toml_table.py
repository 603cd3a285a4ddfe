"""TOML files that people write: read, and checked key by key, so that an error names the place and what is allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .bounds import TEXT_DEPTH, check_document, check_dotted
from .errors import InputError, UnknownNameError
from .forms import Form


def parse_toml(content: bytes, place: str) -> dict[str, Any]:
    """The document of a file.

    Parameters
    ----------
    content : bytes
    place : str
        What the file is called, for errors, such as "study my.toml".

    Raises
    ------
    InputError
        It is not UTF-8, or not TOML, or beyond the bounds of such a file (``data/bounds.py``); says where.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{place} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    check_dotted(text, place)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{place} is not valid TOML: {error}") from None
    except RecursionError:
        raise InputError(f"{place}: lists in each other more than {TEXT_DEPTH} deep; that is the limit") from None
    except ValueError:  # a whole number of more digits than Python reads
        raise InputError(f"{place}: a whole number beyond 64 bits; that is the limit") from None
    check_document(document, place)
    return document


@contextmanager
def placed(place: str) -> Iterator[None]:
    """Whatever is unusable inside is so in this place: an ``InputError`` that says where."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{place}: {error}") from None


def read_table(
    table: Any, forms: Mapping[str, Form], section: str = "", needed: Collection[str] = ()
) -> dict[str, Any]:
    """The keys of a table, each known and of its form.

    Parameters
    ----------
    table : object
        What the file has there.
    forms : mapping of str to Form
        What each key must be; ``sectorlead.data.forms.forms_of`` makes them from a dataclass.
    section : str
        Name of the table, for errors; "" for one that ``placed`` names.
    needed : collection of str
        Keys that can't be left out.

    Returns
    -------
    dict
        By key, as the forms keep values; only keys that were given.

    Raises
    ------
    UnknownNameError
        For a key that is not known; says the nearest.
    InputError
        It is no table, a value is not of its form, or a key is missing.
    """
    within = f" in [{section}]" if section else ""
    if not isinstance(table, dict):
        raise InputError(f"{section} must be a section, written [{section}]")
    for key in table:
        if key not in forms:
            raise UnknownNameError(f"key of [{section}]" if section else "key", key, forms)
    for key in needed:
        if key not in table:
            raise InputError(f"{key}{within} is missing; it must be {forms[key].words}")
    return {key: forms[key].read(value, key, within) for key, value in table.items()}
