"""Every limit on what is read or asked for, in one place (``docs/reliability.md``).

What a small file becomes in memory is told before it is unpacked, or counted while it is, and refused beyond
``allowed``; the error names the limit and how to raise it. The other limits are far outside of what markets have been.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

from .errors import DataError, InputError, ParameterError

UNPACKED = "SECTORLEAD_UNPACKED"
"""Variable of the environment in place of ``ROOM``: bytes, "800M" or "16G"."""
ROOM = 256 << 20
"""Bytes that any file may become."""
TIMES = 50
"""Or as many times what it takes on disk, whichever is more: nine packed files of real bars become 1.6 to 3.9 times."""

COLUMNS = 20_000
"""Of a table."""
EARLIEST, LATEST = "1850-01-01", "2139-12-31"
"""Of a date; pandas counts no more than 292 years between two."""
PRICE = 1e-9, 1e12
"""Of a bar, in currency or points."""
FACTOR = 1e-12, 1e12
"""Of an adjustment factor."""
QUANTITY = 1e18
"""The most that a volume, an amount or a field may be."""
SHARES = 1e15
"""Of a holding; above 2**53 whole shares can't be told apart."""

TEXT_BYTES = 1 << 20
"""Of a study, a rule book, or a file of dates."""
TEXT_DEPTH = 32
"""Tables and lists in each other, and parts of a dotted key."""
JSON_BYTES = 64 << 20
"""Of a manifest or summary."""
WHOLE = 2**63
"""No whole number reaches it: TOML has 64 bits."""
PATH_SIGNS, NAME_BYTES = 4_096, 255
"""Of a path, and of a name in it: what systems allow."""
SEEDS, RESAMPLES, FLIPS, DRAWS = 10_000, 100_000, 100_000, 10_000
"""Random picks of a comparison; its resamples; sign flips and placebo windows of an event study."""

_SHOWN = 200  # signs of a value in a message
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_SIZE = re.compile(r"(\d{1,18})\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)
_DOTTED = re.compile(
    r"""(?:(?:(?<![\w-])[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){%d}""" % TEXT_DEPTH  # noqa: UP031
)


def allowed(size: int) -> int:
    """How many bytes what takes ``size`` bytes may become.

    Parameters
    ----------
    size : int
        On disk; of rows, in memory.
    """
    return max(room(), TIMES * size)


def room() -> int:
    """Bytes that any file may become: ``ROOM``, or what the environment says.

    Raises
    ------
    ParameterError
        The variable ``SECTORLEAD_UNPACKED`` is set to what is no size.
    """
    text = os.environ.get(UNPACKED, "").strip()
    if not text:
        return ROOM
    found = _SIZE.fullmatch(text)
    if found is None:
        raise ParameterError(f"{UNPACKED} must be a number of bytes such as 800M or 16G, was {text!r}")
    return int(found[1]) * _UNITS[found[2].lower()]


def check_unpacked(name: str, becomes: int, size: int, what: str = "it unpacks to") -> None:
    """Raise ``DataError`` for what becomes more than is ``allowed``.

    Parameters
    ----------
    name : str
        Of the file.
    becomes : int
        Bytes in memory, all of it or as much as was counted.
    size : int
        Bytes that it takes now.
    what : str
        Becomes so many.
    """
    if becomes > (most := allowed(size)):
        given = f"the larger of {in_words(room())} and {TIMES} times the {in_words(size)} that it takes now"
        raise DataError(
            f"{name}: {what} {in_words(becomes)} or more; the limit is {in_words(most)} ({given}). If that is meant, "
            f"and there is the memory, raise it: {UNPACKED}={max(1, -(-becomes * 2 >> 30))}G"
        )


class Counted(io.RawIOBase):
    """What is unpacked of a file, as long as it is no more than is allowed; then ``DataError``.

    Parameters
    ----------
    stream : binary file
        Unpacks as it is read.
    name : str
        Of the file.
    size : int
        Bytes on disk.
    """

    def __init__(self, stream: Any, name: str, size: int) -> None:
        self._stream, self._name, self._size, self._count = stream, name, size, 0

    def readable(self) -> bool:  # noqa: D102
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: D102
        count: int = self._stream.readinto(buffer)
        self._count += count
        check_unpacked(self._name, self._count, self._size)
        return count


def check_parquet(name: str, metadata: Any, size: int) -> None:
    """Raise ``DataError`` for a Parquet file that becomes more than is allowed, by what it says of itself.

    Parameters
    ----------
    name : str
        Of the file.
    metadata : pyarrow.parquet.FileMetaData
    size : int
        Bytes on disk.
    """
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    values = sum(group.column(k).num_values for group in groups for k in range(group.num_columns))
    held = sum(max(group.total_byte_size, 0) for group in groups)
    check_unpacked(name, max(held, values * 8, metadata.num_rows * metadata.num_columns * 8), size)


def in_words(size: int) -> str:
    """Bytes for a reader: "1.9 MB"."""
    for unit in ("bytes", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1024  # type: ignore[assignment]
    raise AssertionError


def check_columns(name: str, count: int) -> None:
    """Raise ``DataError`` for a table with more than ``COLUMNS``.

    Parameters
    ----------
    name : str
        Of the file.
    count : int
        Of its columns.
    """
    if count > COLUMNS:
        raise DataError(f"{name}: {count:,} columns; the limit is {COLUMNS:,}. Write it as date, symbol, close")


def path_of(text: str | Path) -> Path:
    """A path that the system can be asked about.

    Raises
    ------
    InputError
        It holds a NUL, more than ``PATH_SIGNS`` signs, or a name of more than ``NAME_BYTES``.
    """
    told = str(text)
    if len(told) > PATH_SIGNS:
        raise InputError(f"{told[:60]}...: a path of {len(told):,} signs; the limit is {PATH_SIGNS:,}")
    if "\0" in told:
        raise InputError(f"{told[:200]!r}: a path can't hold the sign NUL; leave it out")
    path = Path(text)
    for part in path.parts:
        if len(part.encode("utf-8", "surrogatepass")) > NAME_BYTES:
            told = f"a name of {len(part):,} signs in a path; the limit is {NAME_BYTES} bytes"
            raise InputError(f"{part[:60]}...: {told}")
    return path


def read_bounded(path: Path, limit: int = TEXT_BYTES) -> bytes:
    """The content of a small file.

    Parameters
    ----------
    path : Path
    limit : int
        Bytes.

    Raises
    ------
    InputError
        It is larger than ``limit``.
    OSError
        It can't be read.
    """
    with path_of(path).open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise InputError(f"{path}: more than {in_words(limit)}, the limit of such a file. Is it the right one?")
    return content


def check_dotted(text: str, place: str) -> None:
    """Raise ``InputError`` for a key of too many parts: reading it takes the square of them.

    Parameters
    ----------
    text : str
        Of a TOML file.
    place : str
        What it is called.
    """
    if found := _DOTTED.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(f"{place}: line {line} has a name of more than {TEXT_DEPTH} parts; that is the limit")


def check_document(document: Any, place: str) -> None:
    """Raise ``InputError`` for tables and lists too deep in each other, and whole numbers beyond 64 bits.

    Parameters
    ----------
    document : object
        As a TOML reader gives it.
    place : str
        What it is called.
    """
    level: list[tuple[str, Any]] = [("", document)]
    for _ in range(TEXT_DEPTH + 1):
        level = [each for key, value in level for each in _inside(key, value)]
        for key, value in level:
            if isinstance(value, int) and not -WHOLE <= value < WHOLE:
                raise InputError(f"{place}: {key} is a whole number beyond 64 bits; that is the limit")
        if not level:
            return
    raise InputError(f"{place}: tables or lists in each other more than {TEXT_DEPTH} deep; that is the limit")


def _inside(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((str(name), each) for name, each in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from ((key, each) for each in value)


def check_count(name: str, value: Any, least: int, most: int, none: str = "") -> None:
    """Raise ``ParameterError`` unless a value is a whole number in a range.

    Parameters
    ----------
    name : str
        Of the parameter.
    value : object
    least, most : int
        Both included.
    none : str
        What else is allowed, for the message, such as ", or 0 for none".
    """
    whole = isinstance(value, Integral) and value is not True and value is not False
    if not whole or not least <= int(value) <= most:
        raise ParameterError(f"{name} must be a whole number from {least:,} to {most:,}{none}, was {shown(value)}")


def shown(value: Any) -> str:
    """A value for a message, however long it is.

    >>> shown(5), shown(10**6000), shown("x" * 1000)[-5:]
    ('5', 'a whole number beyond 64 bits', 'xx...')
    """
    if isinstance(value, Integral) and abs(int(value)) >= WHOLE:
        return "a whole number beyond 64 bits"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
