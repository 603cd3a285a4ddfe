"""Faults that vendors make, planted in real panels: a random part of a panel, series, stretch and size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.data.quality.gate import on_calendar
from sectorlead.data.quality.table import Table

PRICES = ("open", "high", "low", "close")
ARRAYS = (*PRICES, "volume", "amount", "factor")
INDEX = "cn_index/bars.csv.gz"
FUNDS = (("cn_sector_etf/bars.csv.gz", f"{INDEX}:399006"), ("cn_sector_etf/bars.csv.gz", f"{INDEX}:000300"))
INDICES = (
    ("cn_sw2014_l1/bars.csv.gz", f"{INDEX}:399006"), ("cn_sw2014_l1/bars.csv.gz", f"{INDEX}:000300"),
    ("cn_sw2021_l1/bars.csv.gz", f"{INDEX}:399006"), ("cn_sw2021_l1/bars.csv.gz", f"{INDEX}:000300"),
)  # fmt: skip
SHORTEST = 250  # sessions of a part


class Fault(NamedTuple):
    """A table with a fault, and where it is."""

    table: Table
    symbol: str  # "" for all series
    also: frozenset[str] = frozenset()  # rules whose errors the same fault may be as well


class Chance:
    """Parts of real panels and choices in them, from one generator."""

    def __init__(self, folder: Path, generator: np.random.Generator) -> None:
        self.folder, self.random = folder, generator
        self.loaded: dict[tuple[str, str], Panel] = {}

    def panel(self, among: tuple[tuple[str, str], ...] = (*FUNDS, *INDICES)) -> Panel:
        """A random part: at least six series that trade throughout most of it, at least a year."""
        name = among[self.random.integers(len(among))]
        if name not in self.loaded:
            self.loaded[name] = load(self.folder / name[0], str(self.folder / name[1]))
        whole = self.loaded[name]
        length = int(self.random.integers(SHORTEST, len(whole.sessions) + 1))
        start = int(self.random.integers(0, len(whole.sessions) - length + 1))
        rows = slice(start, start + length)
        there = np.flatnonzero(whole.has_bar[rows].mean(axis=0) > 0.9)
        if len(there) < 6:
            return self.panel(among)
        count = int(self.random.integers(6, len(there) + 1))
        chosen = self.random.choice(there, count, replace=False)
        return cut(whole.select([whole.symbols[i] for i in sorted(chosen)]), rows)

    def table(self, among: tuple[tuple[str, str], ...] = (*FUNDS, *INDICES)) -> Table:
        return on_calendar(self.panel(among))

    def series(self, table: Table) -> int:
        return int(self.random.integers(table.members))

    def row(self, table: Table, margin: int = 40) -> int:
        return int(self.random.integers(margin, len(table.sessions) - margin))

    def bar(self, table: Table, i: int, margin: int = 40) -> int:
        """A row in which a series has a bar, and one before and after."""
        rows = np.arange(margin, len(table.sessions) - margin)
        good = table.bar[rows, i] & table.bar[rows - 1, i] & table.bar[rows + 1, i]
        return int(self.random.choice(rows[good]))


def cut(panel: Panel, rows: slice) -> Panel:
    """The sessions of a panel in which some series has a bar, of these rows."""
    kept = np.arange(len(panel.sessions))[rows]
    kept = kept[panel.has_bar[kept].any(axis=1)]
    bench = panel.benchmark
    keys = (*PRICES, "volume", "amount", "adj_factor", "special")
    changes: dict[str, Any] = {key: getattr(panel, key)[kept] for key in keys}
    if bench is not None:
        changes["benchmark"] = replace(bench, **{key: getattr(bench, key)[kept] for key in keys[:6]})
    return panel._replaced(sessions=panel.sessions[kept], **changes)


def cells(table: Table, *keys: str) -> dict[str, Any]:
    return {key: getattr(table, key).copy() for key in keys or ARRAYS}


def without(table: Table, *keys: str) -> Table:
    """The table as a poorer source has it."""
    nothing = np.full_like(table.close, np.nan)
    return replace(table, **dict.fromkeys(keys, nothing))


def tick(values: Any) -> Any:
    return np.round(values, 3)


# --- the faults -------------------------------------------------------------------------------------------------------


def split(chance: Chance, *, amount: bool = True, volume: bool = True) -> Fault:
    """Of any ratio; the quotes before the day are those of the old shares."""
    table = chance.table(FUNDS)
    i = chance.series(table)
    t = chance.bar(table, i)
    ratio = float(np.exp(chance.random.choice([-1, 1]) * chance.random.uniform(np.log(1.35), np.log(10))))
    arrays = cells(table, *PRICES, "volume", "amount")
    for key in PRICES:
        arrays[key][:t, i] = tick(arrays[key][:t, i] * ratio)
    arrays["volume"][:t, i] /= ratio
    for key, kept in (("volume", volume), ("amount", amount)):
        if not kept:
            arrays[key][:] = np.nan
    return Fault(replace(table, **arrays), table.symbols[i])


def split_without_amount(chance: Chance) -> Fault:
    return split(chance, amount=False)


def split_of_closes(chance: Chance) -> Fault:
    fault = split(chance, amount=False, volume=False)
    nothing = np.full_like(fault.table.close, np.nan)
    return fault._replace(table=replace(fault.table, open=nothing, high=nothing, low=nothing))


def split_in_lots_and_thousands(chance: Chance) -> Fault:
    fault = split(chance)
    return fault._replace(table=replace(fault.table, volume=fault.table.volume / 100, amount=fault.table.amount / 1000))


def other_units(chance: Chance) -> Fault:
    table = chance.table(FUNDS)
    volume, amount = [(2, 3), (0, 3), (0, 4), (4, 0), (0, 8), (2, 4), (2, 8)][chance.random.integers(7)]
    arrays = cells(table, "volume", "amount")
    arrays["volume"][:, : table.members] /= 10.0**volume
    arrays["amount"][:, : table.members] /= 10.0**amount
    return Fault(replace(table, **arrays), "")


def other_units_of_one(chance: Chance) -> Fault:
    table = chance.table(FUNDS)
    i = chance.series(table)
    arrays = cells(table, "volume", "amount")
    arrays["volume"][:, i] /= 100.0
    arrays["amount"][:, i] /= 1000.0
    return Fault(replace(table, **arrays), table.symbols[i])


def units_change(chance: Chance) -> Fault:
    """From lots and thousands to units, or from one of them; of one series."""
    table = chance.table(FUNDS)
    i = chance.series(table)
    t = chance.bar(table, i)
    volume, amount = [(2, 3), (2, 0), (0, 3), (0, 4), (0, 8), (4, 0)][chance.random.integers(6)]
    arrays = cells(table, "volume", "amount")
    arrays["volume"][:t, i] /= 10.0**volume
    arrays["amount"][:t, i] /= 10.0**amount
    return Fault(replace(table, **arrays), table.symbols[i])


def units_change_together(chance: Chance) -> Fault:
    """Volume and amount from 万 or 亿 to units, of one series or of all."""
    table = chance.table(FUNDS)
    i = chance.series(table)
    t = chance.bar(table, i)
    columns = slice(i, i + 1) if chance.random.random() < 0.5 else slice(0, table.members)
    power = 10.0 ** int(chance.random.choice([4, 8]))
    arrays = cells(table, "volume", "amount")
    for values in arrays.values():
        values[:t, columns] /= power
    return Fault(replace(table, **arrays), table.symbols[i])


def _shift(arrays: dict[str, Any], i: int, rows: slice, step: int) -> None:
    for values in arrays.values():
        values[rows, i] = values[rows.start + step : rows.stop + step, i].copy()


def benchmark_early(chance: Chance) -> Fault:
    """It shows the next session's bar, or that of the session before, from some day on."""
    table = chance.table()
    arrays = cells(table)
    count = len(table.sessions)
    start = int(chance.random.integers(2, count - 120))
    step = int(chance.random.choice([-1, 1]))
    _shift(arrays, len(table.symbols) - 1, slice(start, count - 1), step)
    return Fault(replace(table, **arrays), table.symbols[-1], frozenset({"copied-bars"}))


def series_early(chance: Chance) -> Fault:
    """One series a session early for a stretch of at least 150 sessions."""
    table = chance.table()
    i = chance.series(table)
    arrays = cells(table)
    count = len(table.sessions)
    length = int(chance.random.integers(150, count - 4))
    start = int(chance.random.integers(2, count - length - 1))
    _shift(arrays, i, slice(start, start + length), int(chance.random.choice([-1, 1])))
    also = frozenset({"copied-bars", "factor-mismatch", "unadjusted-split"})
    return Fault(replace(table, **arrays), table.symbols[i], also)


def repeated_week(chance: Chance) -> Fault:
    table = chance.table()
    t, length = chance.row(table), int(chance.random.integers(3, 11))
    arrays = cells(table)
    for key, values in arrays.items():
        if key != "factor":
            values[t : t + length] = values[t - length : t].copy()
    return Fault(replace(table, **arrays), "", frozenset({"unadjusted-split", "factor-mismatch"}))  # over a split


def two_codes(chance: Chance) -> Fault:
    """A series once more, later, with a digit less."""
    table = chance.table()
    i = chance.series(table)
    start = int(chance.random.integers(1, 60))
    arrays = {key: np.insert(getattr(table, key), table.members, getattr(table, key)[:, i], 1) for key in ARRAYS}
    for key in ARRAYS[:6]:
        arrays[key][:start, table.members] = np.nan
    for key in PRICES:
        arrays[key][:, table.members] = np.round(arrays[key][:, table.members], 3 if table.kinds[i] == "etf" else 1)
    place = table.members
    return Fault(
        replace(
            table, symbols=(*table.symbols[:place], "twin", *table.symbols[place:]),
            kinds=(*table.kinds[:place], table.kinds[i], *table.kinds[place:]), members=place + 1,
            known_from=np.insert(table.known_from, place, table.known_from[i]), **arrays,
        ),
        "twin",
    )  # fmt: skip


def rebased(chance: Chance) -> Fault:
    """An index set to 1000 or 100, or to a tenth, or to some part of what it was; of one series or the benchmark."""
    table = chance.table(INDICES)
    i = int(chance.random.integers(len(table.symbols)))
    t = chance.bar(table, i)
    level = table.open[t, i] if np.isfinite(table.open[t, i]) else table.close[t, i]
    scale = [1000 / level, 100 / level, 0.1, 10.0, float(chance.random.uniform(0.3, 0.7))][chance.random.integers(5)]
    if 0.75 < scale < 1.33:
        scale = 100 / level
    arrays = cells(table, *PRICES)
    for values in arrays.values():
        values[t:, i] = np.round(values[t:, i] * scale, 2)
    return Fault(replace(table, **arrays), table.symbols[i])


def _paid_more(chance: Chance, *, subtract: bool) -> Fault:
    """What was paid before some day was more than the prices say: by a factor, or by what was distributed since."""
    table = chance.table(FUNDS)
    i = chance.series(table)
    t = int(chance.random.integers(len(table.sessions) // 2, len(table.sessions) - 40))
    given = table.factor[:, i] / table.factor[-1, i]  # no split is left in it
    prices = cells(table, *PRICES, "factor", "amount")
    for key in PRICES:
        prices[key][:, i] *= given
    prices["factor"][:, i] = 1.0
    paid = table.own_price[:, i] * given
    if subtract:
        paid[:t] += float(chance.random.uniform(0.25, 0.8)) * float(np.nanmin(prices["low"][:t, i]))
    else:
        paid[:t] /= float(chance.random.uniform(0.6, 0.94))
        paid[: t // 2] /= float(chance.random.uniform(0.85, 0.98))
    prices["amount"][:, i] = table.volume[:, i] * paid
    return Fault(replace(table, **prices), table.symbols[i])


def multiplied(chance: Chance) -> Fault:
    return _paid_more(chance, subtract=False)


def subtracted(chance: Chance) -> Fault:
    return _paid_more(chance, subtract=True)


def lost_zeros(chance: Chance) -> Fault:
    table = chance.table()
    i = chance.series(table)
    short = str(int(chance.random.integers(1, 2999)))
    symbols = tuple(short if k == i else symbol[:6] for k, symbol in enumerate(table.symbols))
    return Fault(replace(table, symbols=symbols), short)


def noon(chance: Chance) -> Fault:
    """The last bar is that of half a session: half its volume, and only part of its range."""
    table = chance.table((*FUNDS, *INDICES[2:]))
    arrays = cells(table, *PRICES, "volume", "amount")
    for key in ("volume", "amount"):
        arrays[key][-1, : table.members] *= chance.random.uniform(0.35, 0.5)
    for key, least in (("high", np.maximum), ("low", np.minimum)):
        middle = least(arrays["open"][-1], arrays["close"][-1])
        arrays[key][-1] = middle + 0.4 * (arrays[key][-1] - middle)
    return Fault(replace(table, **arrays), "")


def long_hole(chance: Chance) -> Fault:
    table = chance.table()
    i = chance.series(table)
    length = int(chance.random.integers(25, 90))
    first = int(chance.random.integers(table.first[i] + 10, table.last[i] - length - 5))
    arrays = cells(table, *ARRAYS[:6])
    for values in arrays.values():
        values[first : first + length, i] = np.nan
    return Fault(replace(table, **arrays), table.symbols[i])


# --- what only looks like one -----------------------------------------------------------------------------------------


def market_turns(chance: Chance) -> Table:
    """Closes alone, and a day on which every series moves by what it gives back on the next, as on 2024-10-08."""
    table = chance.table()
    t = chance.row(table)
    size = float(chance.random.choice([-1, 1]) * chance.random.uniform(0.08, 0.17))
    arrays = cells(table, "close")
    arrays["close"][t] = tick(arrays["close"][t] * (1 + size * chance.random.uniform(0.6, 1.4, len(table.symbols))))
    return without(replace(table, **arrays), "open", "high", "low", "volume", "amount")


def padded_suspension(chance: Chance) -> Table:
    """A series that was suspended, padded with its last price and no volume, and goes on at another price."""
    table = chance.table(FUNDS)
    i = chance.series(table)
    length = int(chance.random.integers(6, 90))
    t = int(chance.random.integers(40, len(table.sessions) - 45 - length))
    ratio = float(np.exp(chance.random.choice([-1, 1]) * chance.random.uniform(np.log(1.2), np.log(5))))
    arrays = cells(table, *PRICES, "volume", "amount", "factor")
    last = arrays["close"][: t + 1, i][~np.isnan(arrays["close"][: t + 1, i])][-1]
    for key in PRICES:
        arrays[key][t + 1 + length :, i] = tick(arrays[key][t + 1 + length :, i] * ratio)
        arrays[key][t : t + 1 + length, i] = last
    for key in ("volume", "amount"):
        arrays[key][t : t + 1 + length, i] = 0.0
    arrays["volume"][t + 1 + length :, i] /= ratio
    return replace(table, **arrays)


TRUE = {make.__name__: make for make in (market_turns, padded_suspension)}
"""What must be left in peace."""

# --- faults of files --------------------------------------------------------------------------------------------------


def of_one(chance: Chance) -> pd.DataFrame:
    """A fund's rows with its adjusted prices, as a vendor gives them."""
    table = chance.table(FUNDS)
    i = chance.series(table)
    factor = table.factor[:, i] / table.factor[-1, i] * chance.random.uniform(0.5, 0.99)
    frame = pd.DataFrame({key.capitalize(): getattr(table, key)[:, i] * factor for key in PRICES}, index=table.sessions)
    frame["Volume"] = table.volume[:, i]
    return frame.rename_axis("Date").dropna()


def vendors_flag(chance: Chance, folder: Path) -> Path:
    """In a column of akshare or baostock, or in the file's name."""
    frame, way = of_one(chance), int(chance.random.integers(3))
    if way < 2:
        frame["adjust" if way else "adjustflag"] = "qfq" if way else "2"
    path = folder / ("bars.csv" if way < 2 else "512480_qfq.csv")
    frame.rename(columns=str.lower).rename_axis("date").assign(symbol="512480").to_csv(path)
    return path


def yfinance_default(chance: Chance, folder: Path) -> Path:
    """Adjusted without a word: yfinance's columns without an adjusted close, on no tick."""
    path = folder / "XLK.csv"
    of_one(chance)[["Close", "High", "Low", "Open", "Volume"]].to_csv(path)
    return path


def last_row_at_noon(chance: Chance, folder: Path) -> Path:
    frame = of_one(chance).rename(columns=str.lower).assign(symbol="512480")
    times = [" 15:00:00"] * (len(frame) - 1) + [str(chance.random.choice([" 11:30:00", " 13:05:00", " 10:01:00"]))]
    frame.index = pd.Index(frame.index.strftime("%Y-%m-%d") + times, name="date")
    frame.to_csv(folder / "bars.csv")
    return folder / "bars.csv"


FILE_FAULTS = {
    plant.__name__: (rule, severity, plant)
    for rule, severity, plant in [
        ("vendor-adjusted", "warning", vendors_flag), ("vendor-adjusted", "warning", yfinance_default),
        ("unfinished-last-row", "warning", last_row_at_noon),
    ]
}  # fmt: skip
"""The rule that must find each fault of a file, and with which severity."""

FAULTS: dict[str, tuple[str, str, Callable[[Chance], Fault]]] = {
    plant.__name__: (rule, severity, plant)
    for rule, severity, plant in [
        ("unadjusted-split", "error", split), ("unadjusted-split", "error", split_without_amount),
        ("unadjusted-split", "error", split_of_closes), ("unadjusted-split", "error", split_in_lots_and_thousands),
        ("mixed-units", "warning", other_units), ("mixed-units", "warning", other_units_of_one),
        ("unit-jump", "error", units_change), ("unit-jump", "error", units_change_together),
        ("out-of-step", "error", benchmark_early), ("out-of-step", "error", series_early),
        ("repeated-sessions", "error", repeated_week), ("twin-series", "warning", two_codes),
        ("rebased-level", "error", rebased), ("adjusted-prices", "warning", multiplied),
        ("subtracted-dividends", "error", subtracted), ("lost-zeros", "warning", lost_zeros),
        ("partial-last-bar", "warning", noon), ("missing-bars", "warning", long_hole),
    ]
}  # fmt: skip
"""The rule that must find each fault, and with which severity."""


POORER: dict[str, tuple[str, ...]] = {
    "all there is": (), "no amount": ("amount",), "prices only": ("volume", "amount"),
    "closes only": ("open", "high", "low", "volume", "amount"),
}  # fmt: skip


def is_found(fault: Fault, findings: Any, rule: str, severity: str) -> bool:
    return any(
        (each.rule, each.severity) == (rule, severity) and each.symbol in (fault.symbol, "") for each in findings
    )
