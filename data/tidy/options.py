"""What a reader tells about a file that the file does not say itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from ..errors import ParameterError, UnknownNameError
from ..fields import check_lag
from ..forms import form_of, typed
from .names import FIELDS, OFFERED

_COLUMNS = typed('a table such as {vol = "volume"}, or a list of all columns in order', Mapping, list)
_SYMBOLS = typed('a list such as ["512480", "512880=brokers"], a table of new names, or a name', Mapping, list, str)
_FIELDS = typed("a table of lags in sessions such as {premium = 1}, or a list of names", Mapping, list)
Prices = Literal["raw", "adjusted"]
MEANINGS = tuple("adjusted_close" if name == "adjusted" else name for name in FIELDS)
"""What a column can be told to mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What decides where a file leaves something open.

    Attributes
    ----------
    columns : mapping of str to str, or sequence of str
        Name of a column in the file to what it means, one of ``MEANINGS``, or "" to leave it out. A sequence names the
        columns of a file without a header, in order.
    units : mapping of str to str or float
        "volume", "amount", "close" or the name of a column, to its unit ("lots", "thousand", "万元") or to what one of
        it is worth in units or currency.
    symbols : str, sequence of str or mapping of str to str
        One text names the only series, or keeps one of several. A sequence keeps these only; "512480=chips" also
        renames. A mapping renames.
    dates : str or None
        "DMY" or "MDY", a format of ``strptime``, or the time zone of the sessions for times in UTC.
    prices : {"raw", "adjusted"} or None
        Whether prices are as they were quoted. With "adjusted" and a factor, the quotes are price / factor; without one
        the adjusted prices are taken as they are.
    fields : mapping of str to int, sequence of str, or None
        Columns of numbers that are no part of a bar and come along as fields of the panel, each with the sessions after
        its date in which a value is known; a sequence says 0, after the close of that date. None is every such column,
        an empty sequence is none.
    """

    columns: Mapping[str, str] | Sequence[str] = field(default_factory=dict, metadata={"form": _COLUMNS})
    units: Mapping[str, Any] = field(default_factory=dict)
    symbols: str | Sequence[str] | Mapping[str, str] = field(default=(), metadata={"form": _SYMBOLS})
    dates: str | None = None
    prices: Prices | None = None
    fields: Mapping[str, int] | Sequence[str] | None = field(default=None, metadata={"form": _FIELDS})

    def __post_init__(self) -> None:
        from .headers import unit_worth

        meanings = self.columns.values() if isinstance(self.columns, Mapping) else self.columns
        if isinstance(self.columns, str):
            raise ParameterError(f"columns must be a mapping of names to meanings or a list, was {self.columns!r}")
        for meaning in meanings:
            if meaning not in (*MEANINGS, "", None):
                raise UnknownNameError("meaning of a column", str(meaning), MEANINGS)
        for name, unit in self.units.items():
            worth = unit_worth(unit) if isinstance(unit, str) else unit
            if not isinstance(worth, int | float) or isinstance(worth, bool) or not 0 < worth < float("inf"):
                offered = ", ".join(repr(word) for words in OFFERED.values() for word in words)
                raise ParameterError(
                    f"unit of {name} must be a number above 0, or a word such as {offered}; was {unit!r}"
                )
        if isinstance(self.fields, str):
            raise ParameterError(f"fields must be a list of names or a mapping of names to lags, was {self.fields!r}")
        for name, lag in self.lags.items():
            check_lag(name, lag)
        if self.prices is not None:
            form_of(Prices).read(self.prices, "prices")
        if self.dates is not None:
            from .days import zone_of

            zone_of(self.dates)

    def __bool__(self) -> bool:
        """Whether anything is told."""
        return self.fields is not None or any(bool(getattr(self, item.name)) for item in fields(self))

    @property
    def meanings(self) -> dict[str, str]:
        """Name of a column to its field, "" to leave it out."""
        if not isinstance(self.columns, Mapping):
            return {}
        return {name: _field(meaning) for name, meaning in self.columns.items()}

    @property
    def lags(self) -> dict[str, int]:
        """Lag of each field that is named, in sessions."""
        return dict(self.fields) if isinstance(self.fields, Mapping) else dict.fromkeys(self.fields or (), 0)

    @property
    def order(self) -> tuple[str, ...]:
        """Fields of a file without a header, in order; empty if not told."""
        return () if isinstance(self.columns, Mapping) else tuple(_field(meaning) for meaning in self.columns)

    @property
    def only(self) -> str:
        """What to call the only series, or which of several to keep; "" if not told."""
        return self.symbols if isinstance(self.symbols, str) else ""

    @property
    def chosen(self) -> tuple[tuple[str, ...], dict[str, str]]:
        """Symbols to keep, none for all, and new names by old."""
        if isinstance(self.symbols, str):
            return (), {}
        if isinstance(self.symbols, Mapping):
            return (), dict(self.symbols)
        pairs = [text.partition("=") for text in self.symbols]
        return tuple(old for old, _, _ in pairs), {old: new for old, equals, new in pairs if equals}


def _field(meaning: str | None) -> str:
    return {"adjusted_close": "adjusted", None: ""}.get(meaning, meaning or "")
