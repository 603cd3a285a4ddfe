"""Rules about series among themselves: publication, the benchmark, dates that are out of step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..types import Floats
from .finding import Hit, counted, rule, some
from .table import Table

COMMON = 60  # bars that a comparison of two series needs
FEWEST = 4  # series that make a market
APART = 0.25  # by how much the correlation with a neighbouring session must be larger
_CAP = 0.1  # larger moves count as this, log


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
    """A series, or the benchmark, that moves with the others of the session before or after."""
    if table.members < FEWEST:
        return
    move = np.clip(np.where(np.isnan(table.move), 0.0, table.move), -_CAP, _CAP)
    known = ~np.isnan(table.move)
    total, count = move[:, : table.members].sum(axis=1), known[:, : table.members].sum(axis=1)
    own = np.zeros(len(table.symbols))
    own[: table.members] = 1.0
    others = np.maximum(count[:, None] - own * known, 1)
    market = (total[:, None] - own * move) / others
    there = known & (count[:, None] - own * known >= FEWEST - 1)
    same = _correlation(move, market, there)
    earlier = _correlation(move[:-1], market[1:], there[:-1] & there[1:])
    later = _correlation(move[1:], market[:-1], there[1:] & there[:-1])
    for values, text in ((earlier, "a session ahead of"), (later, "a session behind")):
        for i in np.flatnonzero((values > same + APART) & (values > 2 * APART)):
            what = "benchmark" if i >= table.members else "series"
            message = f"{what} is {text} the others: correlation {values[i]:.2f} there, {same[i]:.2f} on the same day"
            yield Hit(table.symbols[i], table.sessions[:0], message)


def _correlation(one: Floats, other: Floats, where: NDArray[np.bool_]) -> Floats:
    """Correlation of each column over the rows where it is known, (N,); 0 with fewer than ``COMMON``."""
    count = np.maximum(where.sum(axis=0), 1)
    one, other = np.where(where, one, 0.0), np.where(where, other, 0.0)
    mean_one, mean_other = one.sum(axis=0) / count, other.sum(axis=0) / count
    both = (one * other).sum(axis=0) / count - mean_one * mean_other
    spread = ((one**2).sum(axis=0) / count - mean_one**2) * ((other**2).sum(axis=0) / count - mean_other**2)
    good = (count >= COMMON) & (spread > 0)
    return np.where(good, both / np.sqrt(np.where(good, spread, 1.0)), 0.0)


@rule(
    "twin-series", "warning",
    effect="One bet is held twice: a rule that picks n series holds fewer than n.",
    treatment="Keep one of them; vendors list parent and child boards, or old and new names of one, side by side.",
)  # fmt: skip
def twin_series(table: Table) -> Iterator[Hit]:
    """Two series with the same closes."""
    seen: dict[bytes, int] = {}
    for i in range(table.members):
        if table.bar[:, i].sum() < COMMON:
            continue
        key = table.close[:, i].tobytes()
        if key in seen:
            yield Hit(table.symbols[i], table.sessions[:0], f"has the closes of {table.symbols[seen[key]]}")
        else:
            seen[key] = i


RULES = (backfill, unknown_publication, benchmark_gaps, out_of_step, twin_series)
