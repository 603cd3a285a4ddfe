"""A market without a flaw, and one flaw of each kind planted in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.calendar import find_calendar
from sectorlead.data.panel import Panel
from sectorlead.data.quality.table import Table, table_of
from sectorlead.data.simulate import simulate

SESSIONS = 260
PRICES = ("open", "high", "low", "close")
ARRAYS = (*PRICES, "volume", "amount", "factor")


class Planted(NamedTuple):
    table: Table
    symbol: str  # "" for all series
    sessions: pd.DatetimeIndex | None  # None: the rule names no session
    also: frozenset[str] = frozenset()  # other rules whose errors the same flaw is


@lru_cache(maxsize=8)
def flawless_panel(seed: int) -> Panel:
    panel = simulate(seed, SESSIONS)
    good = panel.has_bar.all(axis=0) & (panel.volume > 0).all(axis=0) & (panel.adj_factor == 1).all(axis=0)
    return panel.select([symbol for symbol, kept in zip(panel.symbols, good, strict=True) if kept])


@lru_cache(maxsize=8)
def flawless(seed: int) -> Table:
    return replace(table_of(flawless_panel(seed)), calendar=find_calendar("weekdays"))


def changed(table: Table, **arrays: Any) -> Table:
    return replace(table, **arrays)


def cells(table: Table, *keys: str) -> dict[str, Any]:
    return {key: getattr(table, key).copy() for key in keys or ARRAYS}


def with_row(table: Table, day: pd.Timestamp, row: dict[str, Any]) -> Table:
    """A session more, with these values."""
    at = int(table.sessions.searchsorted(day))
    arrays = {key: np.insert(getattr(table, key), at, row[key], axis=0) for key in ARRAYS}
    return changed(table, sessions=table.sessions.insert(at, day), **arrays)


def without_row(table: Table, row: int) -> Table:
    arrays = {key: np.delete(getattr(table, key), row, axis=0) for key in ARRAYS}
    return changed(table, sessions=table.sessions.delete(row), **arrays)


def weekend(table: Table, t: int) -> tuple[int, pd.Timestamp]:
    """A Friday at or after row t that has a session after it, and the Saturday."""
    row = next(row for row in range(t, t + 5) if table.sessions[row].day_of_week == 4)
    return row, table.sessions[row] + pd.Timedelta(days=1)


def blank(arrays: dict[str, Any], rows: Any, i: int) -> dict[str, Any]:
    for key in (*PRICES, "volume", "amount"):
        arrays[key][rows, i] = np.nan
    return arrays


def missing_sessions(table: Table, t: int, i: int) -> Planted:
    return Planted(without_row(table, t), "", table.sessions[[t]])


def missing_bars(table: Table, t: int, i: int) -> Planted:
    return Planted(changed(table, **blank(cells(table), t, i)), table.symbols[i], table.sessions[[t]])


def padded_holidays(table: Table, t: int, i: int) -> Planted:
    friday, day = weekend(table, t)
    row = {key: getattr(table, "close" if key in PRICES else key)[friday] for key in ARRAYS}
    row |= {"volume": 0.0, "amount": 0.0}
    return Planted(with_row(table, day, row), "", pd.DatetimeIndex([day]))


def padded_holidays_of_one(table: Table, t: int, i: int) -> Planted:
    friday, day = weekend(table, t)
    nothing = np.full(len(table.symbols), np.nan)
    row = {key: nothing.copy() for key in ARRAYS} | {"factor": np.ones(len(table.symbols))}
    for key in PRICES:
        row[key][i] = table.close[friday, i]
    return Planted(with_row(table, day, row), table.symbols[i], pd.DatetimeIndex([day]))


def fake_rows(table: Table, t: int, i: int) -> Planted:
    friday, day = weekend(table, t)
    row = {key: getattr(table, key)[friday + 1] for key in ARRAYS}
    return Planted(with_row(table, day, row), "", pd.DatetimeIndex([day]))


def closed_day_rows(table: Table, t: int, i: int) -> Planted:
    friday, day = weekend(table, t)
    row = {key: getattr(table, key)[friday] * (1.003 if key in (*PRICES, "amount") else 1.0) for key in ARRAYS}
    return Planted(with_row(table, day, row), "", pd.DatetimeIndex([day]))


def ragged_start(table: Table, t: int, i: int) -> Planted:
    return Planted(changed(table, **blank(cells(table), slice(0, t), i)), table.symbols[i], table.sessions[[t]])


def early_end(table: Table, t: int, i: int) -> Planted:
    return Planted(changed(table, **blank(cells(table), slice(t + 1, None), i)), table.symbols[i], table.sessions[[t]])


def partial_last_bar(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "volume", "amount")
    for values in arrays.values():
        values[-1] *= 0.1
    return Planted(changed(table, **arrays), "", table.sessions[-1:])


def base_value_start(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, *PRICES, "amount")
    scale = 1000 / table.open[0, i]
    for values in arrays.values():
        values[:, i] *= scale
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[:1])


def beyond_calendar(table: Table, t: int, i: int) -> Planted:
    assert table.calendar is not None
    return Planted(
        changed(table, calendar=replace(table.calendar, last=table.sessions[t])), "", table.sessions[t + 1 :]
    )


def disputed_sessions(table: Table, t: int, i: int) -> Planted:
    assert table.calendar is not None
    listed = table.calendar.days.drop(table.sessions[t])
    return Planted(changed(table, calendar=table.calendar.reconciled(listed)), "", table.sessions[[t]])


def non_positive_prices(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, *PRICES)
    for values in arrays.values():
        values[t, i] = -0.02
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def returns_not_prices(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, *PRICES)
    arrays["close"][1:, i] = np.diff(np.log(table.close[:, i]))
    for key in PRICES[:3]:
        arrays[key][:, i] = np.nan
    return Planted(changed(table, **arrays), table.symbols[i], None, frozenset({"non-positive-prices"}))


def ohlc_contradiction(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "high")
    arrays["high"][t, i] = table.low[t, i] * 0.99
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def ohlc_contradiction_by_a_hole(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "open")
    arrays["open"][t, i] = np.nan
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def timed_price_outside(table: Table, t: int, i: int) -> Planted:
    values = (table.low + table.high)[:, : table.members] / 2
    values[t, i] = table.high[t, i] * 1.001
    return Planted(replace(table, timed={"price_10:00": values}), table.symbols[i], table.sessions[[t]])


def stale_prices(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, *PRICES)
    for values in arrays.values():
        values[t : t + 4, i] = values[t, i]
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[t : t + 4])


def copied_bars(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table)
    for values in arrays.values():
        values[t, i] = values[t - 1, i]
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def off_tick_prices(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, *PRICES)
    for values in arrays.values():
        values[:, i] *= 1.000037
    return Planted(changed(table, **arrays), table.symbols[i], None)


def unadjusted_split(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, *PRICES, "volume")
    for key, values in arrays.items():
        values[t:, i] *= 2.0 if key == "volume" else 0.5
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def unadjusted_merge_without_volume(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, *PRICES, "volume", "amount")
    for key, values in arrays.items():
        values[t:, i] *= 3.0 if key in PRICES else 1.0
    for key in ("volume", "amount"):
        arrays[key][:, i] = np.nan
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def rebased_level(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, *PRICES, "volume", "amount")
    scale = 1000 / table.open[t, i]
    for key in PRICES:
        arrays[key][t:, i] *= scale
    for key in ("volume", "amount"):
        arrays[key][:, i] = np.nan
    kinds = tuple("index" if k == i else kind for k, kind in enumerate(table.kinds))
    known = table.known_from.copy()
    known[i] = table.sessions[0].to_datetime64()
    return Planted(changed(table, kinds=kinds, known_from=known, **arrays), table.symbols[i], table.sessions[[t]])


def factor_mismatch(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "factor")
    arrays["factor"][t:, i] *= 2.0
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def bad_tick(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "high", "close")
    arrays["close"][t, i] *= 1.4
    arrays["high"][t, i] = arrays["close"][t, i]
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def bad_tick_downward(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, *PRICES, "amount")
    for values in arrays.values():
        values[t, i] *= 0.1
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def extreme_move(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, *PRICES, "amount")
    for key, values in arrays.items():
        values[t + (key in ("open", "low", "amount")) :, i] *= 1.3
    arrays["high"][t, i] = max(arrays["high"][t, i], arrays["close"][t, i])
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def open_extreme(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "high", "close")
    arrays["close"][-1, i] *= 1.3
    arrays["high"][-1, i] = max(arrays["high"][-1, i], arrays["close"][-1, i])
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[-1:])


def long_wick(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "low")
    arrays["low"][t, i] *= 0.5
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def negative_volume(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "volume")
    arrays["volume"][t, i] = -100.0
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def zero_volume(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "volume", "amount")
    for values in arrays.values():
        values[t : t + 6, i] = 0.0
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[t : t + 6])


def unit_jump(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "volume")
    arrays["volume"][:t, i] /= 100.0
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def unit_jump_of_amount(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "amount")
    arrays["amount"][:t, i] /= 10_000.0
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def unit_jump_of_both(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "volume", "amount")
    for values in arrays.values():
        values[:t, i] /= 10_000.0
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def mixed_units(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "volume", "amount")
    arrays["volume"][:, i] /= 100.0
    arrays["amount"][:, i] /= 1000.0
    return Planted(changed(table, **arrays), table.symbols[i], None)


def subtracted_dividends(table: Table, t: int, i: int) -> Planted:
    """What was paid before t was as much more as was distributed then; prices have it subtracted."""
    t = max(t, SESSIONS // 2)
    arrays = cells(table, "amount")
    arrays["amount"][:t, i] += table.volume[:t, i] * 0.6 * table.low[:t, i].min()
    return Planted(changed(table, **arrays), table.symbols[i], None)


def volume_in_lots(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "volume")
    arrays["volume"][:, i] /= 100.0
    return Planted(changed(table, **arrays), table.symbols[i], None)


def scaled_units(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "volume", "amount")
    for values in arrays.values():
        values[:, i] /= 1e8
    return Planted(changed(table, **arrays), table.symbols[i], None)


def adjusted_prices(table: Table, t: int, i: int) -> Planted:
    t = max(t, SESSIONS // 3)
    arrays = cells(table, *PRICES)
    for values in arrays.values():
        values[:t, i] *= 0.93
    return Planted(changed(table, **arrays), table.symbols[i], None)


def amount_outside_range(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table, "amount")
    arrays["amount"][t, i] *= 1.5
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[[t]])


def backfill(table: Table, t: int, i: int) -> Planted:
    known = table.known_from.copy()
    known[i] = table.sessions[t].to_datetime64()
    return Planted(changed(table, known_from=known), table.symbols[i], table.sessions[:t])


def unknown_publication(table: Table, t: int, i: int) -> Planted:
    known, kinds = table.known_from.copy(), list(table.kinds)
    known[i], kinds[i] = np.datetime64("NaT", "ns"), "index"
    arrays = cells(table, "amount")
    arrays["amount"][:, i] = np.nan
    return Planted(changed(table, known_from=known, kinds=tuple(kinds), **arrays), table.symbols[i], None)


def benchmark_gaps(table: Table, t: int, i: int) -> Planted:
    return Planted(changed(table, **blank(cells(table), t, -1)), table.symbols[-1], table.sessions[[t]])


def out_of_step(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table)
    for values in arrays.values():
        values[1:, i] = values[:-1, i].copy()
    return Planted(changed(table, **arrays), table.symbols[i], None, frozenset({"copied-bars"}))


def benchmark_out_of_step(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table)
    for values in arrays.values():
        values[:-1, -1] = values[1:, -1].copy()
    return Planted(changed(table, **arrays), table.symbols[-1], None, frozenset({"copied-bars"}))


def out_of_step_for_a_time(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table)
    start = min(t, SESSIONS - 130)
    for values in arrays.values():
        values[start : start + 120, i] = values[start + 1 : start + 121, i].copy()
    return Planted(changed(table, **arrays), table.symbols[i], None, frozenset({"copied-bars"}))


def repeated_sessions(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table)
    for values in arrays.values():
        values[t : t + 5] = values[t - 5 : t].copy()
    return Planted(changed(table, **arrays), "", table.sessions[t : t + 5])


def repeated_sessions_of_one(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table)
    for values in arrays.values():
        values[t : t + 5, i] = values[t - 5 : t, i].copy()
    return Planted(changed(table, **arrays), table.symbols[i], table.sessions[t : t + 5])


def lost_zeros(table: Table, t: int, i: int) -> Planted:
    other = (i + 1) % table.members
    symbols = tuple("1" if k == i else "300750" if k == other else each for k, each in enumerate(table.symbols))
    return Planted(changed(table, symbols=symbols), "1", None)


def twin_series_up_to_the_last_digit(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table)
    other, t = (i + 1) % table.members, min(t, SESSIONS // 2)
    for key, values in arrays.items():
        if key in PRICES:
            values[:, i] = np.round(values[:, i] * 4000, 2)
            values[:, other] = np.round(values[:, i], 1)
        values[:t, other] = np.nan if key != "factor" else 1.0
    return Planted(changed(table, **arrays), table.symbols[max(i, other)], None)


def twin_series(table: Table, t: int, i: int) -> Planted:
    arrays = cells(table)
    other = (i + 1) % table.members
    for values in arrays.values():
        values[:, other] = values[:, i]
    return Planted(changed(table, **arrays), table.symbols[max(i, other)], None)


FLAWS: dict[str, tuple[str, Callable[[Table, int, int], Planted]]] = {
    plant.__name__: (rule, plant)
    for rule, plant in [
        ("missing-sessions", missing_sessions), ("missing-bars", missing_bars), ("padded-holidays", padded_holidays),
        ("padded-holidays", padded_holidays_of_one), ("fake-rows", fake_rows), ("closed-day-rows", closed_day_rows),
        ("ragged-start", ragged_start), ("early-end", early_end), ("partial-last-bar", partial_last_bar),
        ("base-value-start", base_value_start), ("beyond-calendar", beyond_calendar),
        ("disputed-sessions", disputed_sessions), ("non-positive-prices", non_positive_prices),
        ("returns-not-prices", returns_not_prices), ("ohlc-contradiction", ohlc_contradiction),
        ("ohlc-contradiction", ohlc_contradiction_by_a_hole), ("timed-price-outside", timed_price_outside),
        ("stale-prices", stale_prices),
        ("copied-bars", copied_bars), ("off-tick-prices", off_tick_prices), ("unadjusted-split", unadjusted_split),
        ("unadjusted-split", unadjusted_merge_without_volume),
        ("rebased-level", rebased_level), ("factor-mismatch", factor_mismatch),
        ("bad-tick", bad_tick), ("bad-tick", bad_tick_downward), ("extreme-move", extreme_move),
        ("open-extreme", open_extreme), ("long-wick", long_wick), ("negative-volume", negative_volume),
        ("zero-volume", zero_volume), ("unit-jump", unit_jump), ("unit-jump", unit_jump_of_amount),
        ("unit-jump", unit_jump_of_both), ("mixed-units", mixed_units), ("subtracted-dividends", subtracted_dividends),
        ("volume-in-lots", volume_in_lots), ("scaled-units", scaled_units), ("adjusted-prices", adjusted_prices),
        ("amount-outside-range", amount_outside_range), ("backfill", backfill),
        ("unknown-publication", unknown_publication), ("benchmark-gaps", benchmark_gaps),
        ("out-of-step", out_of_step), ("out-of-step", benchmark_out_of_step),
        ("out-of-step", out_of_step_for_a_time), ("repeated-sessions", repeated_sessions),
        ("repeated-sessions", repeated_sessions_of_one), ("lost-zeros", lost_zeros), ("twin-series", twin_series),
        ("twin-series", twin_series_up_to_the_last_digit),
    ]
}  # fmt: skip
"""The rule that must find each flaw."""
