"""Rules about series among themselves: publication, the benchmark, dates that are out of step."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ..calendar import is_daily
from .copies import twins
from .finding import Hit, counted, rule, some, span
from .step import shifted
from .table import Table

_CODE = re.compile(r"(?:[A-Za-z]{2})?(?P<digits>\d{1,6})(?:\.[A-Za-z]{2,4})?")  # 1, sz1, 1.SZ


@rule(
    "backfill", "note",
    effect="What was computed after the fact looks better than what could be had: members were chosen later. These "
    "bars warm up indicators and are not ranked or held.",
    treatment="Nothing: known_from keeps them out of decisions.",
)  # fmt: skip
def backfill(table: Table) -> Iterator[Hit]:
    """Bars before the series was published."""
    for i in np.flatnonzero(~np.isnat(table.known_from)):
        early = table.bar[:, i] & (table.sessions.to_numpy() < table.known_from[i])
        if early.any():
            days = table.sessions[early]
            text = f"{counted(len(days), 'bar')} before its publication on {table.known_from[i].astype('M8[D]')}"
            yield Hit(table.symbols[i], days, text)


@rule(
    "unknown-publication", "note",
    effect="Bars from before an index existed can't be told from the others; backfilled history flatters a strategy.",
    treatment="Give known_from, the date of publication: CSI lists it, THS gives the creation date of concepts.",
)  # fmt: skip
def unknown_publication(table: Table) -> Iterator[Hit]:
    """Indices whose date of publication is not known."""
    unknown = [
        table.symbols[i]
        for i in range(table.members)
        if np.isnat(table.known_from[i]) and table.kinds[i] == "index" and not table.traded[i]
    ]
    if len(unknown) == table.members > 1:
        yield Hit("", table.sessions[:0], f"not known of any of the {table.members} series")
    else:
        yield from (Hit(symbol, table.sessions[:0], "date of publication not known") for symbol in unknown)


@rule(
    "benchmark-gaps", "warning",
    effect="The benchmark is carried at its last close there: pullbacks, beta and relative strength miss its move.",
    treatment="Take the benchmark from a source that has the sessions (sectorlead reconcile).",
)  # fmt: skip
def benchmark_gaps(table: Table) -> Iterator[Hit]:
    """Sessions in which series have bars and the benchmark has none."""
    for i in range(table.members, len(table.symbols)):
        traded = table.bar[:, : table.members].any(axis=1) & ~table.closed
        days = table.sessions[traded & ~table.bar[:, i]]
        if len(days):
            yield Hit(table.symbols[i], days, f"benchmark has no bar in {counted(len(days), 'session')}: {some(days)}")


@rule(
    "out-of-step", "error",
    effect="The series shows today what the others show tomorrow, or the reverse: a rule that compares them looks "
    "ahead or reacts a day late.",
    treatment="Find out how the source dates its rows (time zone, end of day) and shift it there.",
)  # fmt: skip
def out_of_step(table: Table) -> Iterator[Hit]:
    """A series, or the benchmark, that moves with the others of the session before or after, always or for a time."""
    if not is_daily(table.sessions):
        return
    for each in shifted(table.move, table.members):
        what = "benchmark" if each.column >= table.members else "series"
        bars = np.flatnonzero(table.bar[:, each.column])
        days = table.sessions[each.first : each.last + 1]
        part = "" if each.first <= bars[1] and each.last >= bars[-3] else f" in {span(days)}, {len(days):,} sessions"
        where = "ahead of" if each.way == "ahead" else "behind"
        text = f"{what} is a session {where} the others{part}: correlation {each.neighbour:.2f} there, "
        yield Hit(table.symbols[each.column], days, text + f"{each.same:.2f} on the same day")


@rule(
    "twin-series", "warning",
    effect="One bet is held twice: a rule that picks n series holds fewer than n.",
    treatment="Keep one of them; vendors list parent and child boards, or old and new names of one, side by side.",
)  # fmt: skip
def twin_series(table: Table) -> Iterator[Hit]:
    """Two series with the same closes, up to their start, holes and last digit."""
    for first, second in twins(table.close[:, : table.members]):
        one, other = table.symbols[first], table.symbols[second]
        both = table.bar[:, first] & table.bar[:, second]
        differ = int((table.close[both, first] != table.close[both, second]).sum())
        text = f"has the closes of {one}"
        if differ:
            text += f" in {counted(int(both.sum()), 'session')}, up to the last digit in {differ:,} of them"
        yield Hit(other, table.sessions[:0], text)


@rule(
    "lost-zeros", "warning",
    effect="The code is another one: neither its board nor its kind, benchmark or second source is found by it.",
    treatment='Read codes as text, or restore them: frame["symbol"].astype(str).str.zfill(6).',
)  # fmt: skip
def lost_zeros(table: Table) -> Iterator[Hit]:
    """Codes of fewer than six digits beside codes of six: numbers that lost their leading zeros."""
    codes = [_CODE.fullmatch(symbol) for symbol in table.symbols]
    if not any(code and len(code["digits"]) == 6 for code in codes):
        return
    for symbol, code in zip(table.symbols, codes, strict=True):
        if code and len(code["digits"]) < 6 and not code["digits"].startswith("0"):
            whole = symbol.replace(code["digits"], code["digits"].zfill(6), 1)
            twice = whole in table.symbols
            text = f"{symbol} stands beside codes of six digits: {whole} without its zeros"
            text += ", which is there as well" if twice else ""
            yield Hit(symbol, table.sessions[:0], text, "error" if twice else None)


RULES = (backfill, unknown_publication, benchmark_gaps, out_of_step, twin_series, lost_zeros)
