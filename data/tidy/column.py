"""One column of a file or a frame, as texts, numbers or times, whichever it came as."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import DataError
from .days import Parsed, read_dates, read_stamps
from .numbers import BROKEN, Numbers, read_numbers

Codes = NDArray[np.intp]
_NESTED = "a cell holds a {} ({}); a cell is one text, number or date. Write a column for each, or leave it out"


class Column:
    """Values of one column, R of them.

    Parameters
    ----------
    values : Series or array
        Floats, times, or anything else, which is taken as text.
    numeric : bool
        Whether texts would have had to be written as such: a symbol of a column of numbers has lost its zeros.
    """

    def __init__(self, values: Any, codes: Codes | None = None) -> None:
        self._values, self._codes = values, codes  # with codes, values are the distinct texts

    def __len__(self) -> int:
        return len(self._values if self._codes is None else self._codes)

    @property
    def is_number(self) -> bool:
        """Whether it came as numbers."""
        return self._codes is None and _kind(self._values) in "iuf"

    @cached_property
    def keys(self) -> tuple[Codes, list[str]]:
        """Position of each value in the distinct texts, -1 where it is missing, and these."""
        if self._codes is not None:
            return self._codes, [str(text) for text in self._values]
        try:
            code, distinct = pd.factorize(pd.Series(self._values), use_na_sentinel=True)
        except TypeError:  # unhashable
            odd = next(value for value in self._values if isinstance(value, list | dict | set | np.ndarray))
            raise DataError(_NESTED.format(type(odd).__name__, str(odd)[:60])) from None
        return code, [_text(value) for value in distinct]

    def texts(self) -> list[str]:
        """Every value as text, empty where it is missing."""
        code, distinct = self.keys
        words = np.array([*distinct, ""], dtype=object)
        return list(words[code])

    def at(self, row: int) -> str:
        """One value as text, empty where it is missing."""
        if self._codes is not None:
            return "" if self._codes[row] < 0 else str(self._values[self._codes[row]]).strip()
        value = pd.Series(self._values).iloc[row]
        return "" if pd.isna(value) else _text(value)

    def until(self, row: int) -> Column:
        """The rows before one."""
        return Column(self._values[:row]) if self._codes is None else Column(self._values, self._codes[:row])

    def some(self, count: int) -> list[str]:
        """About this many values spread over the column, as text."""
        rows: Any = np.unique(np.linspace(0, max(len(self) - 1, 0), count).astype(np.intp)) if len(self) else []
        return [self.at(int(i)) for i in rows]

    def numbers(self, decimal: str) -> Numbers:
        """Every value as a number."""
        if self.is_number:
            floats = self._values
            if not (isinstance(floats, np.ndarray) and floats.dtype == np.float64):
                floats = np.asarray(pd.Series(floats).to_numpy(np.float64, na_value=np.nan))
            return Numbers(floats, np.zeros(len(floats), np.uint8))
        code, distinct = self.keys
        if self._codes is None and _kind(self._values) in "bM":
            return Numbers(np.full(len(self), np.nan), np.where(code >= 0, np.uint8(BROKEN), np.uint8(0)))
        each = read_numbers([*distinct, ""], decimal)
        return Numbers(each.floats[code], each.marks[code])

    def dates(self, how: str | None) -> Parsed:
        """Every value as a date."""
        if self._codes is None and _kind(self._values) == "M":
            return read_stamps(pd.Series(self._values), how)
        code, distinct = self.keys
        found = read_dates([*distinct, ""], how)
        alike = None if found.alike is None else found.alike[code]
        return found._replace(
            days=found.days[code], ambiguous=found.ambiguous[code], alike=alike, code=code, each=found.days
        )

    def labels(self) -> tuple[Codes, NDArray[Any]]:
        """As ``keys``, with blanks around a text left out, and what is blank missing; NA may be a name."""
        code, distinct = self.keys
        clean = [text.strip() or None for text in distinct]
        again, words = pd.factorize(np.array([*clean, None], dtype=object))
        return again[code], np.asarray(words, dtype=object)


def _kind(values: Any) -> str:
    dtype = values.dtype
    if isinstance(dtype, pd.DatetimeTZDtype):
        return "M"
    if isinstance(dtype, np.dtype):
        return dtype.kind
    if pd.api.types.is_bool_dtype(dtype):
        return "b"
    return "f" if pd.api.types.is_numeric_dtype(dtype) else "O"


def _text(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return value.isoformat(sep=" ")
    if isinstance(value, float | np.floating):
        number = float(value)
        return repr(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return str(value)


class Growing:
    """A column that comes in parts of Arrow: floats, or texts in a dictionary of each part."""

    def __init__(self) -> None:
        self._parts: list[NDArray[Any]] = []
        self._codes: dict[str, int] = {}
        self._is_text = False

    def add(self, values: Any) -> None:
        """A part: an Arrow array of floats, or of texts with a dictionary."""
        if hasattr(values, "dictionary"):
            _check_positions(values)
            self._is_text = True
            words = values.dictionary.to_pylist()
            known = np.array([*(self._codes.setdefault(word, len(self._codes)) for word in words), -1], dtype=np.int32)
            self._parts.append(known[values.indices.fill_null(-1).to_numpy(zero_copy_only=False)])
        else:
            self._parts.append(np.array(values.to_numpy(zero_copy_only=False)))  # Arrow's room is used again

    def whole(self) -> Column:
        """All of it; the parts are let go."""
        parts, self._parts = self._parts, []
        if not parts:
            return Column([], np.zeros(0, np.intp))
        if self._is_text:
            return Column(list(self._codes), np.concatenate(parts, dtype=np.intp))
        return Column(np.concatenate(parts, dtype=np.float64))


def _check_positions(values: Any) -> None:
    """Raise ``DataError`` where a column of Arrow refers to a text that its dictionary does not have."""
    import pyarrow as pa

    try:
        values.validate(full=True)
    except pa.ArrowInvalid as error:
        raise DataError(f"the file is damaged: {error}. Write or fetch it again") from None


def taken(parts: list[Any]) -> list[Column]:
    """Columns of Arrow, which are gone after: what has been turned into arrays is let go at once."""
    import pyarrow as pa

    columns = []
    while parts:
        columns.append(of_arrow(parts.pop(0)))
    pa.default_memory_pool().release_unused()
    return columns


def of_arrow(values: Any) -> Column:
    """A column of Arrow: a ``ChunkedArray``."""
    import pyarrow as pa

    kind = values.type
    if pa.types.is_nested(kind):
        raise DataError(_NESTED.format(kind, values[0] if len(values) else "none"))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        values = values.dictionary_encode()
    if pa.types.is_dictionary(values.type):
        _check_positions(values)
        whole = values.unify_dictionaries().combine_chunks()
        whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
        code = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp)
        return Column(whole.dictionary.to_pylist(), code)
    if pa.types.is_floating(kind) and not values.null_count:
        return Column(_joined(values))
    return Column(values.to_pandas())


def _joined(values: Any) -> NDArray[np.float64]:
    out = np.empty(len(values))
    at = 0
    for chunk in values.chunks:
        out[at : at + len(chunk)] = chunk.to_numpy()
        at += len(chunk)
    return out
