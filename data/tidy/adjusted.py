"""Whether prices are as they were quoted: what a file says of it, and the factor that a second close gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..bars import PRICES, off_tick
from ..clock import timed
from ..sources.adjustment import quotient_factor
from ..types import Flags, Floats
from .headers import adjustment
from .names import ADJUSTED_BY, squeezed

WAYS = {"qfq": "forward", "hfq": "backward"}
_YAHOO = frozenset(("Open", "High", "Low", "Close", "Volume"))
_TICK = 0.001
_EVENTS_A_YEAR = 14  # monthly distributions, and a little
_SURE = 0.3  # of the change of a factor that prices must follow, or not, to tell whether they are quotes
_EVENTS, _CLEARLY = 3, 0.5  # steps that can tell a factor that is added, and how much better that must fit
_LOOKED_AT, _LEAST = 5_000, 60  # closes that tell whether prices were computed
DECIDE = 'Say prices="raw" or prices="adjusted"'


class Factor(NamedTuple):
    """A factor by row, and what speaks against it."""

    by_row: Floats
    problem: str


def said_adjusted(
    header: Sequence[str], titles: Sequence[str], flags: Mapping[str, Sequence[str]], ways: Sequence[str], close: Floats
) -> list[str]:
    """What a file says of its prices being adjusted; nothing where they are quotes, or nothing is said.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    titles : sequence of str
        Lines above, and the name of the file.
    flags : mapping of str to sequence of str
        Distinct values of the columns of ``ADJUSTED_BY``.
    ways : sequence of str
        How the name of the column of closes says it is adjusted, "qfq" or "hfq"; empty texts count for nothing.
    close : float array
        Closes, for the form in which yfinance adjusts without a word.
    """
    found = [
        f"{name} = {value}: adjusted {WAYS[way]}"
        for name, values in flags.items()
        for value in values
        if (way := adjustment(value, ADJUSTED_BY[squeezed(name)]))
    ]
    found += [f"{name} in its name: adjusted {WAYS[way]}" for name in titles if (way := adjustment(name))]
    found += [f"its closes are called adjusted {WAYS[way]}" for way in dict.fromkeys(ways) if way]
    if not found and set(header) >= _YAHOO and not any(name.startswith("Adj") for name in header):
        off = off_tick(close, _TICK).mean()
        if off > 0.5:
            found.append(
                f"columns as yfinance writes them, no Adj Close, and {off:.0%} of the closes off any tick: "
                "adjusted forward, as auto_adjust does by default"
            )
    return found


def from_second_close(close: Floats, adjusted: Floats, symbol: NDArray[np.intp], date: NDArray[np.intp]) -> Factor:
    """The factor of each row from a close and an adjusted one that is a multiple of it between events.

    Parameters
    ----------
    close, adjusted : float arrays of shape (R,)
    symbol, date : intp arrays of shape (R,)
        Which series and day a row is of.

    Returns
    -------
    Factor
        1 in the first row of each series. A problem where the quotient never settles: dividends were subtracted.
    """
    out = np.ones(len(close))
    for k in np.unique(symbol):
        mine = np.flatnonzero((symbol == k) & (close > 0) & np.isfinite(adjusted))
        mine = mine[np.argsort(date[mine], kind="stable")]
        if not len(mine):
            continue
        if (adjusted[mine] <= 0).any():
            return Factor(out, "adjusted closes at or below 0: dividends were subtracted, which no factor can say")
        coarse = max(_digit(adjusted[mine]), 1e-6 * float(close[mine].max()))
        factor = quotient_factor(close[mine], adjusted[mine], coarse)
        events = int((np.abs(np.diff(np.log(factor))) > 1e-12).sum())
        if events > max(_EVENTS_A_YEAR, _EVENTS_A_YEAR * len(mine) / 250):
            return Factor(out, f"adjusted close over close changes {events} times in {len(mine)} rows: dividends were "
                               "subtracted, or the two are of different series")  # fmt: skip
        out[mine] = factor
    return Factor(out, "")


def follows(close: Floats, factor: Floats, symbol: NDArray[np.intp], date: NDArray[np.intp]) -> float:
    """Whether prices step where the factor does: near 1 for quotes, near -1 for adjusted prices; NaN if it never steps.

    Parameters
    ----------
    close, factor : float arrays of shape (R,)
    symbol, date : intp arrays of shape (R,)
    """
    moved, step, _ = _steps(close, factor, symbol, date)
    moved, step = moved[np.isfinite(step)], step[np.isfinite(step)]
    if not len(step):
        return float("nan")
    return float((np.abs(moved) - np.abs(moved + step)).sum() / np.abs(step).sum())


def is_added(close: Floats, factor: Floats, symbol: NDArray[np.intp], date: NDArray[np.intp]) -> bool:
    """Whether a factor is cash to add to prices: they fall by its steps, and neither by its ratios nor not at all.

    Parameters
    ----------
    close, factor : float arrays of shape (R,)
    symbol, date : intp arrays of shape (R,)
    """
    moved, step, left = _steps(close, factor, symbol, date)
    if len(step) < _EVENTS:
        return False
    return bool((left**2).sum() < _CLEARLY * min(((moved + step) ** 2).sum(), (moved**2).sum()))


def _steps(close: Floats, factor: Floats, symbol: NDArray[np.intp], date: NDArray[np.intp]) -> tuple[Floats, ...]:
    """Where a factor changes: the log return, the log step, and what is left of the return if the factor was added."""
    order = np.lexsort((date, symbol))
    price, scale = close[order], factor[order]
    changed = np.flatnonzero((np.diff(symbol[order]) == 0) & (np.abs(np.diff(scale)) > 1e-6 * np.abs(scale[:-1])))
    before, after = changed, changed + 1
    with np.errstate(invalid="ignore", divide="ignore"):
        moved, step = np.log(price[after] / price[before]), np.log(scale[after] / scale[before])
        left = (price[after] - price[before] + scale[after] - scale[before]) / price[before]
    known = np.isfinite(moved) & np.isfinite(left)
    step = np.where(np.isfinite(step), step, np.inf)  # from or to 0: no ratio
    return moved[known], step[known], left[known]


def computed(close: Floats, traded: Flags) -> float:
    """The share of closes off any tick, of what is traded by its code; NaN where nothing is.

    Parameters
    ----------
    close : float array of shape (R,)
    traded : bool array of shape (R,)
        Rows of funds and shares: an index has no tick.
    """
    rows = np.flatnonzero(traded & (close > 0))
    rows = rows[:: max(len(rows) // _LOOKED_AT, 1)]
    return float(off_tick(close[rows], _TICK).mean()) if len(rows) >= _LEAST else float("nan")


def undecided(score: float) -> bool:
    """Whether ``follows`` leaves open what prices are."""
    return np.isfinite(score) and abs(score) <= _SURE


def quoted(values: Mapping[str, Floats]) -> dict[str, Floats]:
    """Quotes from adjusted prices and their factor: price / factor; those of a time of day too."""
    return {key: values[key] / values["adj_factor"] for key in (*PRICES, *filter(timed, values))}


def _digit(values: Floats) -> float:
    """Smallest step in which prices are written."""
    for digits in range(5):
        if np.allclose(values * 10**digits, np.round(values * 10**digits), rtol=0, atol=1e-6 * 10**digits):
            return float(10.0**-digits)
    return 1e-6 * float(np.abs(values).max())
