"""In which units volume and amount are: as the header says, the reader, the vendor, or the numbers themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..boards import stated_kind
from ..errors import UnknownNameError
from ..powers import unit_powers
from ..types import Floats
from .columns import Tidy
from .headers import Name, meaning, unit_worth
from .names import CONVENTIONS, OFFERED, squeezed

SAMPLED, RECENT = 8, 250  # series, and bars of each, that tell whether units agree
SCALED = ("volume", "amount")
_SUGGESTED = {
    -8: '"amount": "hundred million"', -6: '"amount": "million"', -4: '"amount": "ten thousand"',
    -3: '"amount": "thousand"', -2: '"volume": "lots", "amount": "ten thousand"',
    -1: '"volume": "lots", "amount": "thousand"', 1: '"volume": "ten thousand", "amount": "thousand"',
    2: '"volume": "lots"', 3: '"volume": "thousand"', 4: '"volume": "ten thousand"', 6: '"volume": "million"',
    8: '"volume": "hundred million"',
}  # fmt: skip


class Unit(NamedTuple):
    """What one of a column is worth, in words too, and who says so."""

    worth: float
    words: str
    by: str  # "told", "header", "vendor", "cells", "name" (of the tidy form), "" for nobody


def units_of(
    header: Sequence[str],
    names: Sequence[Name],
    at: Mapping[str, int],
    line: Sequence[str] | None,
    told: Mapping[str, Any],
) -> tuple[dict[str, Unit], list[str]]:
    """The unit of each column of bars, and what is wrong with those that say one.

    Parameters
    ----------
    header : sequence of str
        Names of the columns as they are; empty for a table without.
    names : sequence of Name
        What they mean.
    at : mapping of str to int
        Field to position.
    line : sequence of str or None
        A line below the header that says units.
    told : mapping
        Units that the reader gave, by field or column.

    Raises
    ------
    UnknownNameError
        A unit was told of a column that is not there.
    """
    known = {*at, *header}
    for name in told:
        if name not in known:
            raise UnknownNameError("column with a unit", name, sorted(known - {""}))
    squeezed_header = {squeezed(name) for name in header}
    vendor = next(
        (each for each in CONVENTIONS if each.columns <= squeezed_header and not each.without & squeezed_header), None
    )
    found, wrong = {}, []
    for field, i in at.items():
        title = header[i] if header else field
        given = told.get(title, told.get(field))
        said = names[i].unit or (line[i] if line is not None and i < len(line) and line[i] else None)
        if given is not None:
            worth = unit_worth(given) if isinstance(given, str) else float(given)
            found[field] = Unit(float(worth or 1.0), str(given), "told")
        elif said is not None:
            worth = unit_worth(said)
            if worth is None and field in SCALED:
                offered = ", ".join(map(repr, OFFERED[field]))
                wrong.append(
                    f"{title}: no unit is called {said!r}. Say it: units={{{field!r}: UNIT}}, one of {offered}"
                )
            found[field] = Unit(worth if worth is not None else 1.0, said, "header")
        elif field in SCALED and vendor is not None:
            found[field] = Unit(vendor.units[field], f"as {vendor.vendor} writes it", "vendor")
        else:
            found[field] = Unit(1.0, "", "name" if field not in SCALED or _plainly(title, field) else "")
    return found, wrong


def disagreement(rows: Tidy, units: Mapping[str, Unit]) -> str:
    """Why the units of volume and amount can't be what they are taken for; "" if nothing speaks against them.

    For what trades, amount over volume lies between low and high. A unit that was told is believed.

    Parameters
    ----------
    rows : Tidy
        In the units that were found.
    units : mapping of str to Unit
    """
    open_ = [field for field in SCALED if field in units and not units[field].by]
    if all(units[field].by == "told" for field in SCALED if field in units):
        return ""
    powers = _powers(rows) if set(SCALED) <= set(units) else []
    known = [power for power, _ in powers if np.isfinite(power)]
    if known and all(power == 0 for power in known):
        return ""
    wrong = [(power, symbol) for power, symbol in powers if np.isfinite(power) and power != 0]
    if wrong:
        power, symbol = wrong[0]
        said = "; ".join(f"{field} {units[field].words}" for field in SCALED if field in units and units[field].words)
        stated = f" ({said})" if said else ""
        suggestion = _SUGGESTED.get(int(power), '"volume": "lots"') if not stated else '"volume": "lots"'
        return (
            f"units of volume and amount{stated} do not agree with the prices: amount over volume is "
            f"{10.0**power:g} times the price of {symbol}. If that is what they are: units={{{suggestion}}}"
        )
    volume = rows.values["volume"]
    if "volume" in units and units["volume"].by == "name" and not known and _may_be_thousands(volume):
        return (
            "volume has three decimals and never reaches 1000: it is in another unit than one, or the mark in it "
            "stands between thousands. Write plain numbers, or say it: units={'volume': UNIT}, such as '万股' or 1"
        )
    if open_:
        field = open_[0]
        offered = ", ".join(map(repr, OFFERED[field]))
        say = f"Say it: units={{{field!r}: UNIT}}, one of {offered}, or a number"
        return f"the unit of {field} is not said, and no price tells it. {say}"
    return ""


def _plainly(title: str, field: str) -> bool:
    """Whether a column is called by its field, or by that and its series: volume, 512480_volume."""
    word = title.strip().lower()
    return word in SCALED or (not meaning(word).field and field in re.split(r"[_|: .-]", word))


def _may_be_thousands(volume: Floats) -> bool:
    """Whether numbers may be whole ones with a mark between thousands: 869.700 for 869,700."""
    said = volume[volume > 0]
    thousands = said * 1000
    whole = np.abs(thousands - np.round(thousands)) < 1e-6
    third = np.abs(np.round(thousands) % 10) > 0
    return bool(len(said) and (said < 1000).all() and whole.all() and third.mean() > 0.5)


def _powers(rows: Tidy) -> list[tuple[float, str]]:
    """The power of ten between amount over volume and the price of a few series at their ends."""
    found = []
    some: Sequence[int] = np.unique(np.linspace(0, len(rows.symbols) - 1, SAMPLED).astype(int)).tolist()
    for k in some:
        mine = np.flatnonzero(rows.symbol == k)
        mine = mine[np.argsort(rows.date[mine], kind="stable")]
        mine = mine[~np.isnan(rows.values["close"][mine])][-RECENT:]
        if not len(mine):
            continue
        bars: dict[str, Floats] = {
            key: rows.values[key][mine][:, None] for key in ("close", "low", "high", "volume", "amount")
        }
        with np.errstate(invalid="ignore", divide="ignore"):
            price = np.where((bars["volume"] > 0) & (bars["amount"] > 0), bars["amount"] / bars["volume"], np.nan)
        named = np.array([stated_kind(rows.symbols[k], "index") != "index"])
        power = unit_powers(price, bars["close"], bars["low"], bars["high"], named)
        known = power[np.isfinite(power)]
        found.append((float(known[-1]) if len(known) else float("nan"), rows.symbols[k]))
    return found
