"""What the picked have to do with one another: their returns of the last sessions, and the groups they are in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...data.errors import DataError, ParameterError
from ...data.panel import Panel
from ...data.types import Flags, Floats
from ..part import Part, Rows
from ..volatility import NO_VOLATILITY
from .weigh import JointWeigh, Weigh


def weighable(panel: Panel, rows: Rows, sessions: int) -> Flags:
    """Who can be part of a covariance.

    Whoever has a bar in at least half of the last ``sessions`` sessions, and whose returns in them, of the adjusted
    close carried over sessions without a bar, are not all the same.

    Parameters
    ----------
    panel : Panel
        T sessions, N series.
    rows : int array of shape (D,)
    sessions : int
        Length of the window that ends in each row.

    Returns
    -------
    bool array of shape (D, N)
    """
    first = max(int(rows.min(initial=len(panel.sessions))) - sessions, 0)
    price, bars = panel.last_adjusted_close[first:], panel.has_bar[first:]
    moves = pd.DataFrame(np.vstack((np.full((1, price.shape[1]), np.nan), price[1:] / price[:-1] - 1)))
    window = moves.rolling(sessions, min_periods=2)
    apart = (window.max() - window.min()).to_numpy()[rows - first]
    count = np.vstack((np.zeros((1, price.shape[1]), np.int64), bars.cumsum(axis=0)))
    stop = rows - first + 1
    known: Flags = 2 * (count[stop] - count[np.maximum(stop - sessions, 0)]) >= sessions
    return known & (apart > NO_VOLATILITY)


def joint_returns(view: Panel, columns: Sequence[int], sessions: int) -> Floats:
    """Simple returns of some columns in the sessions in which all are known.

    Of the adjusted close, carried over sessions without a bar, so the return there is 0. So what is left out is what
    lies before the first return of the youngest; of columns that are ``weighable``, at least half of the sessions less
    one are left.

    Parameters
    ----------
    view : Panel
    columns : sequence of int
        k of them.
    sessions : int
        From how many of the last sessions.

    Returns
    -------
    float array of shape (S, k)
        Fractions per session, S <= ``sessions``; no NaN.
    """
    price = view.last_adjusted_close[-sessions - 1 :, list(columns)]
    moves = price[1:] / price[:-1] - 1
    return np.ascontiguousarray(moves[np.isfinite(moves).all(axis=1)])


def own_returns(view: Panel, sessions: int) -> Floats:
    """Simple returns of the adjusted close in the last sessions, by symbol.

    NaN where there is no bar, or was none in the session before.

    Parameters
    ----------
    view : Panel
        N series.
    sessions : int
        S of them.

    Returns
    -------
    float array of shape (N, S)
        Fractions per session.
    """
    price = view.adjusted_close[-sessions - 1 :]
    return np.ascontiguousarray((price[1:] / price[:-1] - 1).T)


def correlation(a: Floats, b: Floats, least: float) -> float:
    """Pearson's correlation of two lines where both are known.

    Parameters
    ----------
    a, b : float arrays of one shape
    least : float
        How many pairs it needs.

    Returns
    -------
    float
        In [-1, 1] up to rounding; NaN for fewer pairs, or a flat line.
    """
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < least:
        return np.nan
    x, y = a[both], b[both]
    x, y = x - x.mean(), y - y.mean()
    scale = np.sqrt((x * x).sum() * (y * y).sum())
    return float((x * y).sum() / scale) if scale > 0 else np.nan


def groups_of(panel: Panel, asked: str) -> tuple[str, ...]:
    """The group of each symbol, "" for one that is in none.

    Parameters
    ----------
    panel : Panel
    asked : str
        What needs groups, for the error.

    Raises
    ------
    DataError
        Where no symbol is in any: what was ``asked`` can't be done then.
    """
    if not any(panel.groups):
        raise DataError(
            f"{asked} needs groups, and no series of {panel.source or 'the panel'} has one: "
            "give the data a column 'group', or leave the cap out"
        )
    return panel.groups


def inner_weights(weigh: Weigh, view: Panel, picked: list[int], total: float) -> Floats:
    """What a part that is wrapped in another makes of the picked.

    Parameters
    ----------
    weigh : Weigh
        The part inside.
    view : Panel
        N series.
    picked : list of int
    total : float
        Shared out is this times the total of the part inside.

    Returns
    -------
    float array of shape (N,)
        0 for columns that are not picked.
    """
    total *= weigh.total
    if isinstance(weigh, JointWeigh):
        return weigh.split(view, picked, total)
    base = weigh.at(view, np.array([len(view.sessions) - 1]))[0]
    out = np.zeros(len(base))
    out[picked] = base[picked]
    summed = 0.0
    for i in picked:
        summed += base[i]
    return total * out / summed if picked else out


def check_weigh(part: Part, weigh: object) -> None:
    """Raise unless a part that wraps weights was given weights.

    Parameters
    ----------
    part : Part
        The one that wraps, for the error.
    weigh : object

    Raises
    ------
    ParameterError
        It is no ``Weigh``; a class without brackets is told apart.
    """
    if isinstance(weigh, Weigh):
        return
    given = f"the class {weigh.__name__}: write {weigh.__name__}(...)" if isinstance(weigh, type) else repr(weigh)
    raise ParameterError(f"{type(part).__name__}.weigh must be a Weigh, was {given}")
