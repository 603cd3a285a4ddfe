"""Columns of numbers that are no part of a bar: fields of the panel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..clock import timed
from ..errors import DataError, UnknownNameError
from ..fields import RESERVED
from ..types import Floats
from .column import Column
from .columns import PAID
from .names import TRADED, squeezed
from .options import ReadOptions
from .shape import Shape


def further_columns(
    file: str, header: Sequence[str], columns: Sequence[Column], shape: Shape, decimal: str, options: ReadOptions
) -> dict[str, Floats]:
    """The fields of a long table by name, as numbers of its rows.

    Parameters
    ----------
    file : str
        For messages.
    header : sequence of str
    columns : sequence of Column
    shape : Shape
        What the columns of bars and labels are.
    decimal : {".", ","}
    options : ReadOptions
        ``fields`` names those that are wanted; None is every column of finite numbers that nothing else is made of.
        Prices at a time of day come along either way.

    Returns
    -------
    dict of str to float array of shape (R,)
        NaN where a cell is empty.

    Raises
    ------
    UnknownNameError
        A field that is wanted is no column of the table.
    DataError
        It holds something else than numbers, or is read as something else.
    """
    if shape.wide or not header:
        return {}
    told = {name for name, meaning in options.meanings.items() if not meaning}
    if options.fields is None:
        left = [i for i, name in enumerate(header) if i not in shape.used and name not in told]
        found = {header[i]: _numbers(columns[i], decimal) for i in left if _is_free(header[i], header)}
        return {name: values for name, values in found.items() if values is not None}
    out: dict[str, Floats] = {}
    for name in dict.fromkeys((*options.lags, *filter(timed, header))):
        if name not in header:
            raise UnknownNameError(f"column of {file}", name, header)
        i = header.index(name)
        if i in shape.used and shape.names[i].field in PAID:
            continue  # it is a field either way
        if i in shape.used or name in RESERVED:
            raise DataError(f"{file}: {name} is read as {shape.names[i].field or name}, not as a field")
        values = _numbers(columns[i], decimal)
        if values is None:
            raise DataError(f"{file}: field {name} must be finite numbers, or empty where nothing is known")
        out[name] = values
    return out


def _is_free(name: str, header: Sequence[str]) -> bool:
    """Whether a column says by its name that it may be a field."""
    taken = not name.strip() or name in RESERVED or squeezed(name) in TRADED or name.startswith("Unnamed:")
    return not taken and header.count(name) == 1


def _numbers(column: Column, decimal: str) -> Floats | None:
    """The column as numbers; None where it holds anything else, or nothing."""
    if not column.is_number and not any(text.strip() for text in column.some(60)) and not column.keys[1]:
        return None
    numbers = column.numbers(decimal)
    if numbers.broken.any() or np.isinf(numbers.floats).any() or np.isnan(numbers.floats).all():
        return None
    return numbers.floats
