"""A panel that tells dividends from splits, by a vendor's table of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import numpy as np

from .arrays import sealed
from .boards import bare_code
from .errors import DataError
from .fields import Fields
from .panel import Panel
from .tidy.columns import PAID, SHOWN
from .tidy.distributions import Distributed, Distributions, read_distributions
from .types import Floats

DIVIDEND, SPLIT = PAID
"""Names of the fields."""
TOLERANCE = 0.005
"""How far the factor may be from what dividend and split make of it: vendors divide by other closes."""
_PLAIN = 1.1  # growth of the factor from which on prices have to show it
Found = list[tuple[int, int, int]]  # row of the table, session and column of the panel


def with_distributions(panel: Panel, given: Distributions) -> Panel:
    """A panel with the fields ``dividend`` and ``split`` of a table, in the sessions in which prices are without them.

    Tables are read as akshare, tushare, baostock and Eastmoney write them, per ten shares or per share, or under the
    names ``symbol, ex_date, dividend, split`` (``docs/your_data.md``). Where the series is suspended on an ex-date, it
    is that of its next bar. A series whose ``adj_factor`` never changes gets one that is made of them; any other must
    say the same, to half a percent.

    Parameters
    ----------
    panel : Panel
        Of raw prices, without these fields.
    given : str, Path, DataFrame, sequence or mapping of these
        A file or a frame; several; or one for each symbol, where they do not name it. Symbols go with or without an
        exchange.

    Returns
    -------
    Panel
        Its notes say what was found, and what lies outside.

    Raises
    ------
    DataError
        A table that can't be read, an ex-date that is no session, the same one twice, a dividend above the price, or
        what prices or the factor contradict: names the first rows.
    """
    if taken := [name for name in PAID if name in panel.fields]:
        raise DataError(f"distributions: the panel has the field {taken[0]} already; leave one of the two out")
    told = read_distributions(given)
    found, notes = _placed(panel, told)
    dividend, split = np.full(panel.shape, np.nan), np.full(panel.shape, np.nan)
    for k, t, i in found:
        dividend[t, i], split[t, i] = told.dividend[k] or np.nan, told.split[k] if told.split[k] != 1.0 else np.nan
    factor, made = _factor(panel, told, found)
    paid, parted = np.isfinite(dividend), np.isfinite(split)
    series = int((paid | parted).any(axis=0).sum())
    each = ((DIVIDEND, int(paid.sum())), (SPLIT, int(parted.sum())))
    counts = " and ".join(f"{n:,} {name}{'s' * (n != 1)}" for name, n in each)
    said = f"{counts} of {series:,} series"
    notes = (f"distributions: {said}" + (f"; the factor of {made:,} series is made of them" if made else ""), *notes)
    fields = Fields({**panel.fields, DIVIDEND: sealed(dividend), SPLIT: sealed(split)})
    return panel._replaced(adj_factor=sealed(factor), fields=fields).noted(*notes)


def _placed(panel: Panel, told: Distributed) -> tuple[Found, tuple[str, ...]]:
    """Where each row acts, and notes on those that act nowhere."""
    by_code: dict[str, list[int]] = {}
    for i, symbol in enumerate(panel.symbols):
        by_code.setdefault(symbol, []).append(i)
        if bare_code(symbol) != symbol:
            by_code.setdefault(bare_code(symbol), []).append(i)
    columns = [_column(by_code, symbol) for symbol in told.symbol]
    if columns and all(column is None for column in columns):
        near = get_close_matches(told.symbol[0], panel.symbols, 1, 0.0)[0]
        raise DataError(
            f"distributions: none of their symbols is in the panel, first {told.symbol[0]}; the nearest there is {near}"
        )
    days, shown = panel.sessions.to_numpy().astype("M8[D]"), panel.sessions
    found, moved, outside = Found(), 0, 0
    wrong: list[str] = []
    for k, column in enumerate(columns):
        if column is None:
            continue
        t = int(np.searchsorted(days, told.day[k], side="right" if told.after[k] else "left"))
        first = int(panel.first_bar[column])
        if told.day[k] < days[0] or t <= first or t >= len(days):
            outside += 1
            continue
        if not told.after[k] and days[t] != told.day[k]:
            wrong.append(f"{told.where[k]}: {told.symbol[k]} on {told.day[k]}, next session {shown[t]:%F}")
            continue
        bars = np.flatnonzero(panel.has_bar[t:, column])
        if not len(bars):
            outside += 1
            continue
        moved += int(bars[0] > 0)
        found.append((k, t + int(bars[0]), column))
    _refuse(wrong, "an ex-date must be a session of the panel", "Correct the date, or leave the row out")
    twice = [pair for pair, count in Counter(place[1:] for place in found).items() if count > 1]
    doubled = [f"{told.where[k]}: {told.symbol[k]} on {shown[t]:%F}" for k, t, i in found if (t, i) in twice]
    _refuse(doubled, "a series and ex-date must come only once", "Keep one row of each, with what was paid in all")
    notes = []
    if moved:
        notes.append(f"distributions: {moved:,} on days without a bar of the series, counted at its next bar")
    if outside:
        notes.append(f"distributions: {outside:,} before the first or after the last bar of their series left out")
    if unknown := len({symbol for symbol, column in zip(told.symbol, columns, strict=True) if column is None}):
        notes.append(f"distributions: those of {unknown:,} series that are not in the panel left out")
    return found, (*told.notes, *notes)


def _column(by_code: Mapping[str, list[int]], symbol: str) -> int | None:
    known = by_code.get(symbol) or by_code.get(bare_code(symbol)) or []
    return known[0] if len(known) == 1 else None


def _factor(panel: Panel, told: Distributed, found: Found) -> tuple[Floats, int]:
    """The panel's factor, made where it never changes; and of how many series."""
    factor, close = np.array(panel.adj_factor), panel.last_close
    constant = np.array([len(np.unique(line[np.isfinite(line)])) <= 1 for line in panel.last_factor.T])
    own = panel.last_factor
    wrong: list[str] = []
    steps = np.ones(panel.shape)
    for k, t, i in found:
        before, paid, split = close[t - 1, i], told.dividend[k], told.split[k]
        what = f"{told.where[k]}: {panel.symbols[i]} on {panel.sessions[t]:%F}, dividend {paid:g} and split {split:g}"
        if paid >= before:
            wrong.append(f"{what}, at a close before of {before:g} (perhaps said for ten shares)")
            continue
        growth = split * before / (before - paid)
        fell = before / panel.close[t, i]
        if constant[i] and ((growth > _PLAIN and fell < growth**0.5) or (growth < 1 / _PLAIN and fell > growth**0.5)):
            wrong.append(
                f"{what}: prices should fall to {1 / growth:.4g} of {before:g}, and the close is {panel.close[t, i]:g}"
                " (perhaps said for ten shares or for another day, or prices are adjusted already)"
            )
            continue
        grown = own[t, i] / own[t - 1, i]
        if not constant[i] and not abs(grown / growth - 1.0) <= TOLERANCE:
            tenth = split * before / (before - paid / 10)
            hint = "; a tenth of it would fit: it is said for ten shares" * bool(abs(grown / tenth - 1) <= TOLERANCE)
            wrong.append(f"{what}: adj_factor should grow by {growth:.6g}, and grows by {grown:.6g}{hint}")
            continue
        steps[t, i] = growth
    _refuse(wrong, "dividends and splits must be what prices and adj_factor show", "Correct these rows at the source")
    made = constant & (steps != 1.0).any(axis=0)
    factor[:, made] = factor[:, made] * np.cumprod(steps[:, made], axis=0)
    return factor, int(made.sum())


def _refuse(wrong: Sequence[str], rule: str, advice: str) -> None:
    if wrong:
        count = "1 row breaks" if len(wrong) == 1 else f"{len(wrong):,} rows break"
        raise DataError(f"distributions: {rule}; {count} this, first: {'; '.join(wrong[:SHOWN])}. {advice}.")
