"""What the rules look at: bars as they are, possible or not, with what can be derived from them once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..arrays import carried
from ..bars import BARS
from ..boards import stated_kind
from ..calendar import Calendar
from ..clock import timed
from ..dates import to_dates
from ..errors import UnknownNameError
from ..panel import Panel
from ..powers import unit_powers
from ..tidy.columns import DAYS, Tidy
from ..types import Flags, Floats

_NEVER = np.datetime64("NaT", "ns")


@dataclass(frozen=True, eq=False)
class Table:
    """Bars of N series over T sessions, unchecked, the benchmark last.

    Attributes
    ----------
    label : str
        Where it comes from.
    sessions : DatetimeIndex of shape (T,)
        Strictly ascending.
    symbols : tuple of str, N of them
    kinds : tuple of str, N of them
        Where data say "index", which is what they say without a word, a fund's code makes it "etf".
    open, high, low, close, volume, amount, factor : float64 arrays of shape (T, N)
        NaN where there is none; anything else may be in them.
    known_from : M8[ns] array of shape (N,)
        NaT where not known.
    members : int
        Series before this position can be held; the one after them, if any, is the benchmark.
    calendar : Calendar or None
        Whose days the sessions should be.
    timed : mapping of str to array of shape (T, members)
        Prices at times of day, by the names of their fields; default: none.
    last_date : M8[ns] array of shape (N,), optional
        Last date on which a series could trade, NaT where not known; default: of none.
    """

    label: str
    sessions: pd.DatetimeIndex
    symbols: tuple[str, ...]
    kinds: tuple[str, ...]
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    amount: Floats
    factor: Floats
    known_from: NDArray[np.datetime64]
    members: int
    calendar: Calendar | None = None
    last_date: NDArray[np.datetime64] | None = None
    timed: Mapping[str, Floats] = field(default_factory=dict)

    @cached_property
    def ended(self) -> Flags:
        """Series that are said to have ended by the last session, (N,)."""
        if self.last_date is None or not len(self.sessions):
            return np.zeros(len(self.symbols), dtype=np.bool_)
        return np.asarray(self.last_date <= self.sessions[-1].to_datetime64())

    @cached_property
    def bar(self) -> Flags:
        """Where there is a close, (T, N)."""
        return ~np.isnan(self.close)

    @cached_property
    def first(self) -> NDArray[np.intp]:
        """Row of each first bar, T if there is none, (N,)."""
        return np.where(self.bar.any(axis=0), self.bar.argmax(axis=0), len(self.sessions))

    @cached_property
    def last(self) -> NDArray[np.intp]:
        """Row of each last bar, -1 if there is none, (N,)."""
        return np.where(self.bar.any(axis=0), len(self.sessions) - 1 - self.bar[::-1].argmax(axis=0), -1)

    @cached_property
    def before(self) -> NDArray[np.intp]:
        """Row of the bar before row t, -1 if there is none, (T, N)."""
        rows = np.where(self.bar, np.arange(len(self.sessions))[:, None], -1)
        np.maximum.accumulate(rows, axis=0, out=rows)
        return np.vstack((np.full((1, rows.shape[1]), -1), rows[:-1]))

    def at_before(self, values: Floats) -> Floats:
        """``values`` at the bar before, NaN without one, (T, N)."""
        out = np.take_along_axis(values, np.maximum(self.before, 0), axis=0)
        out[self.before < 0] = np.nan
        return out

    @cached_property
    def previous(self) -> Floats:
        """The close before, in today's shares: divided by the change of the factor, (T, N)."""
        return self.at_before(self.close * self.factor) / self.factor

    @cached_property
    def move(self) -> Floats:
        """Adjusted log return from bar to bar; NaN without a bar or where a price is not positive, (T, N)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            out = np.log(self.close / self.previous)
        out[~np.isfinite(out)] = np.nan
        return out

    @cached_property
    def refactored(self) -> Flags:
        """Bars whose factor is another than that of the bar before, (T, N)."""
        change = self.factor / self.at_before(self.factor)
        return np.asarray(self.bar & (np.abs(change - 1) > 1e-9))

    @cached_property
    def has_ohlc(self) -> Flags:
        """Series with open, high and low, (N,)."""
        return np.asarray((~np.isnan(self.open) & ~np.isnan(self.high) & ~np.isnan(self.low)).any(axis=0))

    @cached_property
    def unchanged(self) -> Flags:
        """Sessions in which every series with a bar closes where it closed before, (T,)."""
        return unchanged(self.close)

    @cached_property
    def closed(self) -> Flags:
        """Sessions on which the exchange was closed, as far as the calendar goes, (T,)."""
        if self.calendar is None:
            return np.zeros(len(self.sessions), dtype=np.bool_)
        return self.calendar.covers(self.sessions) & ~self.calendar.is_session(self.sessions)

    @cached_property
    def unit_price(self) -> Floats:
        """Amount over volume, NaN where either is not positive, (T, N)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where((self.volume > 0) & (self.amount > 0), self.amount / self.volume, np.nan)

    @cached_property
    def power(self) -> Floats:
        """The power of ten of amount over volume and price by bar, NaN where they do not agree, (T, N)."""
        return unit_powers(self.unit_price, self.close, self.low, self.high, self.named)

    @cached_property
    def own_price(self) -> Floats:
        """Amount over volume in units and currency: the average price that was paid, NaN where not known, (T, N)."""
        return np.asarray(self.unit_price / 10.0**self.power)

    @cached_property
    def per_share_change(self) -> Floats:
        """Log10 of amount over volume over close against the bar before; NaN where unknown, (T, N)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.log10(self.unit_price / np.where(self.close > 0, self.close, np.nan))
        return ratio - self.at_before(ratio)

    @cached_property
    def telling_volume(self) -> Flags:
        """Series whose volume tells bars apart: it is another one in half of them, (N,)."""
        out = np.zeros(len(self.symbols), dtype=np.bool_)
        for i, line in enumerate(self.volume.T):
            traded = line[line > 0]
            out[i] = len(np.unique(traded)) >= max(2, len(traded) / 2)
        return out

    @cached_property
    def named(self) -> Flags:
        """Series that can be bought by their kind, (N,)."""
        return np.array([kind in ("etf", "stock") for kind in self.kinds], dtype=np.bool_)

    @cached_property
    def traded(self) -> Flags:
        """Series that can be bought: by kind, or because amount over volume is their price, (N,)."""
        return np.asarray(self.named | ~np.isnan(self.power).all(axis=0))

    def against(self, symbol: str, other: Table | None = None) -> Table:
        """The table with a series of its own, or of another table, as the benchmark.

        Parameters
        ----------
        symbol : str
            Of the benchmark.
        other : Table, optional
            Whose series it is; default: this one's, which then can't be held. Its bars are taken on the sessions here,
            NaN where it has none.

        Returns
        -------
        Table
            With the benchmark as the last series, after ``members``.

        Raises
        ------
        UnknownNameError
            If there is no such series; a code of six digits also finds the one symbol that it begins.
        """
        home = other or self
        found = [each for each in home.symbols if each == symbol or each.partition(".")[0] == symbol]
        if len(found) != 1:
            raise UnknownNameError("benchmark", symbol, home.symbols)
        column = home.symbols.index(found[0])
        keep = [i for i in range(self.members) if other is not None or i != column]
        at = home.sessions.get_indexer(self.sessions)
        arrays: dict[str, Any] = {}
        for key in (*BARS, "factor"):
            line = np.where(at >= 0, getattr(home, key)[np.maximum(at, 0), column], np.nan)
            arrays[key] = np.column_stack((getattr(self, key)[:, keep], line))
        return Table(
            self.label, self.sessions, (*(self.symbols[i] for i in keep), found[0]),
            (*(self.kinds[i] for i in keep), "index"), **arrays,
            known_from=np.append(self.known_from[keep], _NEVER), members=len(keep), calendar=self.calendar,
            last_date=None if self.last_date is None else np.append(self.last_date[keep], _NEVER),
            timed={name: values[:, keep] for name, values in self.timed.items()},
        )  # fmt: skip

    def where(self, flags: Flags) -> list[tuple[str, pd.DatetimeIndex]]:
        """The series with a flag, (T, N), and its sessions."""
        return [(self.symbols[i], self.sessions[flags[:, i]]) for i in np.flatnonzero(flags.any(axis=0))]


def unchanged(close: Floats) -> Flags:
    """Sessions in which every series with a bar closes where it closed before, (T,); False in the first."""
    before = np.vstack((np.full((1, close.shape[1]), np.nan), carried(close)[:-1]))
    bar = ~np.isnan(close)
    moved = bar & (close != before)
    return np.asarray(bar.any(axis=1) & ~moved.any(axis=1))


def table_of(data: Panel | Tidy, calendar: Calendar | None = None, trades: str = "") -> Table:
    """The table of a panel, or of the rows of a file; of several rows for one date and symbol the first counts.

    Parameters
    ----------
    data : Panel or Tidy
        Of a panel the benchmark becomes the last series.
    calendar : Calendar, optional
        Whose days the sessions should be.
    trades : str, optional
        What is traded on the market whose rules a run keeps, "etf" or "stock": what does not say what it is is that.

    Returns
    -------
    Table
        (T, N); NaN where there is no row. Nothing is checked or repaired.
    """
    table = _of_panel(data, calendar) if isinstance(data, Panel) else _of_tidy(data, calendar)
    return replace(table, kinds=_kinds(table, trades))


def _kinds(table: Table, trades: str) -> tuple[str, ...]:
    """The kind of each series: as stated, by a fund's code, or by the market; a benchmark is not traded."""
    bench = len(table.symbols) - table.members
    found = (stated_kind(symbol, kind, trades) for symbol, kind in zip(table.symbols, table.kinds, strict=True))
    return (*tuple(found)[: table.members], *("index",) * bench)


def table_of_earlier(panel: Panel, calendar: Calendar | None = None) -> Table | None:
    """The benchmark of a panel up to its first session: its earlier bars; None without any.

    Parameters
    ----------
    panel : Panel
    calendar : Calendar, optional
        Whose days the sessions should be.

    Returns
    -------
    Table or None
        (E + 1, 1), no series of which can be held; the last row is the panel's first session.
    """
    bench = panel.benchmark
    if bench is None or not bench.before:
        return None
    count = bench.before + 1
    bars: dict[str, Any] = {key: bench.whole(key)[:count, None] for key in BARS} | {"factor": np.ones((count, 1))}
    sessions = pd.DatetimeIndex(bench.earlier.sessions.append(panel.sessions[:1]))
    return Table(
        panel.source, sessions, (bench.symbol,), ("index",), **bars,
        known_from=np.array([_NEVER]), members=0, calendar=calendar, last_date=np.array([_NEVER]),
    )  # fmt: skip


def _of_panel(panel: Panel, calendar: Calendar | None) -> Table:
    bars: dict[str, Any] = {key: getattr(panel, key) for key in BARS} | {"factor": panel.adj_factor}
    symbols, kinds, known_from, last_date = panel.symbols, panel.kinds, panel.known_from, panel.last_date
    bench = panel.benchmark
    if bench is not None:
        line = {key: getattr(bench, key) for key in BARS} | {"factor": np.ones(len(panel.sessions))}
        bars = {key: np.column_stack((values, line[key])) for key, values in bars.items()}
        symbols, kinds = (*symbols, bench.symbol), (*kinds, "index")
        known_from, last_date = np.append(known_from, _NEVER), np.append(last_date, _NEVER)
    return Table(
        panel.source, panel.sessions, symbols, kinds, **bars,
        known_from=known_from, members=len(panel.symbols), calendar=calendar, last_date=last_date,
        timed={name: values for name, values in panel.fields.items() if timed(name)},
    )  # fmt: skip


def _of_tidy(rows: Tidy, calendar: Calendar | None) -> Table:
    part = rows.rows(first_of_each(rows))
    quoted = np.bincount(part.date[part.has_bar], minlength=len(part.dates)) > 0
    part = part.on(part.dates[quoted])
    nothing: list[Any] = [None] * len(part.symbols)
    kinds = part.label("kind") if "kind" in part.texts else nothing
    said = (part.label(key) if key in part.texts else nothing for key in DAYS)
    known_from, last_date = (
        to_dates(np.array(["" if day is None else str(day) for day in days], dtype=object)) for days in said
    )
    return Table(
        rows.file, part.dates, part.symbols, tuple(kind or "index" for kind in kinds),
        **{key: part.grid(key) for key in BARS}, factor=part.grid("adj_factor"),
        known_from=known_from, members=len(part.symbols), calendar=calendar, last_date=last_date,
        timed={name: part.grid(name) for name in part.fields if timed(name)},
    )  # fmt: skip


def first_of_each(rows: Tidy) -> Flags:
    """The first row of each date and symbol, (R,)."""
    first = np.zeros(len(rows.date), dtype=np.bool_)
    first[np.unique(rows.date * max(1, len(rows.symbols)) + rows.symbol, return_index=True)[1]] = True
    return first
