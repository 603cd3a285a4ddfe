"""Rules about the units of volume and amount: which they are, and where they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from ..powers import AROUND
from ..types import Flags, Floats
from .finding import Hit, rule, some, span
from .table import Table

Name = Literal["volume", "amount", "volume and amount"]

POWERS = (2.0, 3.0, 4.0, 8.0)  # of ten: lots, thousands, ten thousands, hundred millions
SCALED = {"volume": 2_000.0, "amount": 20_000.0}  # median of a session below which it must be in larger units
DEAR = 500.0  # currency for an average share of a Chinese index, which nothing is
MEANING = {
    -8: "amount in hundred million (亿)",
    -6: "amount in million, or volume in lots of 100 and amount in hundred million (亿)",
    -4: "amount in ten thousand (万)",
    -3: "amount in thousand",
    -2: "volume in lots of 100 and amount in ten thousand (万)",
    -1: "volume in lots of 100 and amount in thousand, as tushare gives them",
    1: "volume in ten thousand and amount in thousand",
    2: "volume in lots of 100",
    3: "volume in thousand",
    4: "volume in ten thousand (万)",
    6: "volume in ten thousand lots (万手)",
    8: "volume in hundred million (亿)",
}
"""What a power of ten of amount over volume and price is in vendors' units."""
_SHARED = 0.7  # log10 by which amount over volume may change while trading grows; a unit changes it by more
_STEP = 1.5  # log10; a smaller change of one of them from bar to bar is no unit
_LEAST = 20  # bars with a volume in which a usual one can be told
_WILD = 0.6  # log10 by which a volume usually changes from bar to bar where it says nothing of its unit
_TOGETHER = 3.7  # log10 by which trading never grows overnight where the price is free to move
_MOST = 0.5  # share of the series of a session that changes for one cause
_FEW = 3  # series needed to speak of most of them


class Change(NamedTuple):
    """A bar in which a unit changes."""

    row: int
    name: Name
    power: float  # of ten
    certain: bool  # and not trading that grew as much


def changes(table: Table) -> dict[int, list[Change]]:
    """Where volume or amount change by a power of ten, by column."""
    found: dict[int, list[Change]] = defaultdict(list)
    levels: dict[Name, Floats] = {"volume": _levels(table.volume), "amount": _levels(table.amount)}
    step = {name: _steps(level) for name, level in levels.items()}
    steady = {name: (~np.isnan(levels[name])).sum(axis=0) >= _LEAST for name in levels}
    steady = {name: told & (_usual(levels[name]) < _WILD) for name, told in steady.items()}
    both = table.per_share_change
    with np.errstate(invalid="ignore"):
        locked = ~(table.high > table.low) & ~np.isnan(table.open)  # at a limit no volume says anything
        at = np.vstack((np.zeros((1, len(table.symbols))), np.diff(table.power, axis=0)))
    for row, column in np.argwhere(np.nan_to_num(at) != 0).tolist():
        power = float(at[row, column])
        dv, da = step["volume"][row, column], step["amount"][row, column]
        of: Name = "volume" if abs(dv + power) <= abs(da - power) else "amount"
        found[column].append(Change(row, of, -power if of == "volume" else power, True))
    for name, level in levels.items():
        for row, column in np.argwhere((np.abs(step[name]) > _STEP) & steady[name]).tolist():
            line = level[:, column]
            size, change = _power(line, row), both[row, column]
            if not size or any(each.row == row for each in found[column]):
                continue
            if not abs(change) <= _SHARED:
                certain = not np.isnan(change) or abs(size) >= _TOGETHER
                found[column].append(Change(row, name, size, certain))
            elif abs(size) >= _TOGETHER and not locked[max(0, row - AROUND) : row + AROUND, column].any():
                found[column].append(Change(row, "volume and amount", size, True))
    return {column: sorted(each) for column, each in found.items() if each}


def _levels(values: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


def _steps(level: Floats) -> Floats:
    """Change against the last bar that has a level, NaN where there is none, (T, N)."""
    known = ~np.isnan(level)
    rows = np.where(known, np.arange(len(level))[:, None], -1)
    before = np.vstack((np.full((1, level.shape[1]), -1), np.maximum.accumulate(rows, axis=0)[:-1]))
    out = level - np.take_along_axis(level, np.maximum(before, 0), axis=0)
    out[before < 0] = np.nan
    return np.nan_to_num(out)


def _usual(level: Floats) -> Floats:
    """The usual size of a change from one bar to the next, (N,)."""
    size = np.where(np.isnan(level[1:] - level[:-1]), 0.0, np.abs(np.diff(level, axis=0)))
    return np.asarray(np.median(size, axis=0)) if len(size) else np.zeros(level.shape[1])


def _power(line: Floats, row: int) -> float:
    """The power of ten by which the level changes at ``row``, 0 if by none."""
    known = np.flatnonzero(~np.isnan(line))
    k = int(np.searchsorted(known, row))
    level = line[known]
    before, after = np.median(level[max(0, k - AROUND) : k]), np.median(level[k : k + AROUND])
    for size in (after - before, level[k] - before):
        for power in POWERS:
            if abs(abs(size) - power) < 0.3:
                return float(np.copysign(power, size))
    return 0.0


@rule(
    "unit-jump", "error",
    effect="Volume filters, participation caps and average prices change their meaning in the middle of a run.",
    treatment="Bring all rows to units and currency: lots (手) times 100, 万 times 10,000, 亿 times 100,000,000.",
)  # fmt: skip
def unit_jump(table: Table) -> Iterator[Hit]:
    """Volume or amount that changes by a power of ten, for good or in one bar."""
    found = changes(table)
    alive = (table.bar[:, : table.members] & (table.volume[:, : table.members] > 0)).sum(axis=1)
    common = np.zeros(len(table.sessions))
    for column in (column for column in found if column < table.members):
        common[list({each.row for each in found[column]})] += 1
    for column in sorted(found):
        shared = [common[each.row] >= max(_FEW, _MOST * alive[each.row]) for each in found[column]]
        certain = any(one or each.certain for one, each in zip(shared, found[column], strict=True))
        names = {each.name for each in found[column]}
        harmless = names == {"amount"} and not table.traded[column]  # no order fills at amount over volume
        days = table.sessions[sorted({each.row for each in found[column]})]
        first = found[column][0]
        verb = "change" if first.name == "volume and amount" else "changes"
        text = f"{first.name} {verb} about {10.0**first.power:g} times on {some(days)}"
        powers = list(dict.fromkeys(int(each) for each in table.power[table.bar[:, column], column] if each == each))
        if len(powers) > 1:
            text += f": {', then '.join(said(power) for power in powers[:3])}"
        yield Hit(table.symbols[column], days, text, None if certain and not harmless else "warning")


def said(power: int) -> str:
    """A power of ten in words."""
    if power == 0:
        return "amount over volume is the price"
    means = MEANING.get(power, f"volume and amount in units that differ by 1e{power:+d}")
    return f"amount over volume is {10.0**power:g} times the price: {means}"


def _spans(table: Table, wanted: Flags) -> Iterator[Hit]:
    """What the unit is, for all series if it is the same for all, otherwise by series and span; (T, N) of bars."""
    by_power: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for column in np.flatnonzero(wanted.any(axis=0)):
        rows = np.flatnonzero(wanted[:, column])
        cuts = np.flatnonzero(np.diff(table.power[rows, column]) != 0) + 1
        for part in np.split(rows, cuts):
            whole = len(part) == table.bar[:, column].sum()
            key = (-1, -1) if whole else (int(part[0]), int(part[-1]))
            by_power[int(table.power[part[0], column]), *key].append(int(column))
    for (power, start, stop), columns in by_power.items():
        days = table.sessions[:0] if start < 0 else table.sessions[start : stop + 1]
        when = "" if start < 0 else f" in {span(days)}"
        if len(columns) >= table.members > 1 and max(columns) < table.members:
            yield Hit("", days, said(power) + when + f", in all {table.members} series")
        else:
            yield from (Hit(table.symbols[i], days, said(power) + when) for i in columns)


@rule(
    "volume-in-lots", "warning",
    effect="Volume is a hundredth of what was traded: a participation cap leaves most orders unfilled.",
    treatment="Multiply volume by 100: akshare's Eastmoney and Tencent functions give lots (手).",
)  # fmt: skip
def volume_in_lots(table: Table) -> Iterator[Hit]:
    """Volume in lots of 100 instead of units."""
    yield from _spans(table, table.bar & (table.power == 2))
    if table.calendar is None or table.calendar.name != "XSHG":
        return
    for i in np.flatnonzero(np.isnan(table.power).any(axis=0)):
        price = table.unit_price[:, i]
        price = price[~np.isnan(price)][-250:]
        if len(price) and DEAR < np.median(price) < DEAR * 100:
            text = f"an average share would cost {np.median(price):,.0f}; in lots of 100, {np.median(price) / 100:,.0f}"
            yield Hit(table.symbols[i], table.sessions[:0], text)


@rule(
    "mixed-units", "warning",
    effect='Fills at the average price (fill="vwap") happen at a multiple of any price; participation caps, capacity '
    "and minimum turnover are off by as much.",
    treatment="Bring both to units and currency: tushare's vol times 100 and amount times 1,000; 万 times 10,000; "
    "亿 times 100,000,000.",
)  # fmt: skip
def mixed_units(table: Table) -> Iterator[Hit]:
    """Volume and amount in other units than each other: amount over volume is a power of ten of the price."""
    with np.errstate(invalid="ignore"):
        yield from _spans(table, table.bar & (np.abs(table.power) > 0) & (table.power != 2))


@rule(
    "scaled-units", "warning",
    effect="Participation caps and minimum turnover compare shares with hundreds of millions of them.",
    treatment="Multiply to units and currency: 万 by 10,000, 亿 by 100,000,000 (akshare's Shenwan history is in 亿).",
)  # fmt: skip
def scaled_units(table: Table) -> Iterator[Hit]:
    """Volume or amount too small for a sector: in ten thousands, millions or hundred millions."""
    found: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(table.symbols)):
        low = tuple(
            name
            for name, values in (("volume", table.volume[:, i]), ("amount", table.amount[:, i]))
            if (values > 0).any() and np.median(values[values > 0][-250:]) < SCALED[name]
        )
        if low:
            found.setdefault(low, []).append(i)
    for names, columns in found.items():
        name = names[0]
        usual = np.median([np.median(line[line > 0][-250:]) for line in getattr(table, name)[:, columns].T])
        text = f"{' and '.join(names)} can't be in units and currency: median {name} of a session is {usual:,.4g}"
        if len(columns) >= table.members > 1:
            yield Hit("", table.sessions[:0], text)
        else:
            yield from (Hit(table.symbols[i], table.sessions[:0], text) for i in columns)


RULES = (unit_jump, volume_in_lots, mixed_units, scaled_units)
