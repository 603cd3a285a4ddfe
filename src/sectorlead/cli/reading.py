"""The options of a command that tell what files do not say themselves: ``--column``, ``--unit``, ``--symbols``, ..."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sectorlead.cli.option_group import OptionGroup, option
from sectorlead.data.errors import InputError

if TYPE_CHECKING:
    from sectorlead.data.tidy.options import ReadOptions

_MEANING = "What a column means, NAME=close; repeatable. Without a header, all in order: date,open,high,low,close."
OPTIONS = (
    option("column", list[str] | None, _MEANING),
    option("unit", list[str] | None, "A unit, volume=lots or amount=1000; repeatable."),
    option("symbols", str | None, "Series to keep, 512480,512880=brokers under new names."),
    option("dates", str | None, "DMY, MDY, a format such as %d.%m.%y, or a time zone."),
    option("prices", str | None, "Whether prices are raw or adjusted."),
    option("field", list[str] | None, "A column that is a field, premium=1 for one known a session later; repeatable."),
)

SIDES = ("left", "right")


def reading_options(*, sides: bool = False) -> OptionGroup:
    """What files do not say themselves, as a ``ReadOptions``.

    Parameters
    ----------
    sides : bool
        Whether the command reads two sources: made is then a pair, and ``left:`` or ``right:`` before a value says
        that it is of one of them.
    """

    def both(**found: Any) -> tuple[ReadOptions, ...]:
        return tuple(read_options(**_of(side, found)) for side in SIDES)

    return OptionGroup(OPTIONS, both if sides else read_options)


def _of(side: str, found: dict[str, Any]) -> dict[str, Any]:
    """What is told of one side: that with its name before it, or with none."""
    out: dict[str, Any] = {}
    others = tuple(f"{each}:" for each in SIDES if each != side)
    for name, told in found.items():
        values = told if isinstance(told, list) else [told] if told else []
        own = [text.removeprefix(f"{side}:") for text in values if not text.startswith(others)]
        out[name] = own if isinstance(told, list) else own[0] if own else None
    return out


def read_options(
    column: Sequence[str] | None = None,
    unit: Sequence[str] | None = None,
    symbols: str | None = None,
    dates: str | None = None,
    prices: str | None = None,
    field: Sequence[str] | None = None,
) -> ReadOptions:
    """What a command line tells of its files.

    Parameters
    ----------
    column, unit : sequence of str, optional
        ``NAME=VALUE`` each; or one list of columns in order.
    symbols : str, optional
        Separated by commas.
    dates, prices : str, optional
    field : sequence of str, optional
        ``NAME`` or ``NAME=LAG`` each; all columns of numbers where none is told.

    Raises
    ------
    InputError
        A pair without its equals sign; or as ``ReadOptions``.
    """
    from sectorlead.data.tidy.options import ReadOptions

    columns: Any = {}
    if column and len(column) == 1 and "=" not in column[0]:
        columns = [name.strip() for name in column[0].split(",")]
    elif column:
        columns = pairs("--column", column)
    units = {name: _number(value) for name, value in pairs("--unit", unit or ()).items()}
    chosen: Any = [name.strip() for name in symbols.split(",")] if symbols else ()
    if len(chosen) == 1 and "=" not in chosen[0]:
        chosen = chosen[0]
    lags = {text: 0 for text in field or () if "=" not in text}
    for name, lag in pairs("--field", [text for text in field or () if "=" in text]).items():
        if not lag.isdecimal():
            raise InputError(f"--field {name}: the lag must be a whole number of sessions >= 0, was {lag!r}")
        lags[name] = int(lag)
    return ReadOptions(
        columns=columns, units=units, symbols=chosen, dates=dates, prices=prices,  # type: ignore[arg-type]
        fields=lags or None,
    )  # fmt: skip


def pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """``NAME=VALUE`` texts by name; the last equals sign counts.

    Parameters
    ----------
    option : str
        For the error.
    texts : sequence of str

    Raises
    ------
    InputError
        One without its equals sign.
    """
    found = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        if not (name and equals):
            raise InputError(f"{option} must be NAME=VALUE, was {text!r}")
        found[name] = value
    return found


def _number(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text
