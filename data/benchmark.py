"""``Benchmark``: the series that a panel is compared with, with what it did before the panel begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from .arrays import carried, frozen, sealed
from .bars import BARS
from .errors import DataError
from .types import Floats


@dataclass(frozen=True, eq=False)
class EarlierBars:
    """Bars of a benchmark before the first session of its panel; E of them.

    Attributes
    ----------
    sessions : DatetimeIndex of shape (E,)
        Strictly increasing, all before the panel's first.
    open, high, low, close, volume, amount : ndarray of shape (E,)
        As in ``Benchmark``; read-only.
    """

    sessions: pd.DatetimeIndex
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    amount: Floats

    def __post_init__(self) -> None:
        for key in BARS:
            array = frozen(np.asarray(getattr(self, key), dtype=np.float64))
            if array.shape != (len(self.sessions),):
                raise DataError(f"benchmark: earlier {key} has shape {array.shape}, sessions ({len(self.sessions)},)")
            object.__setattr__(self, key, array)

    @classmethod
    def of_closes(cls, sessions: pd.DatetimeIndex, close: Floats) -> EarlierBars:
        """Closes alone.

        Parameters
        ----------
        sessions : DatetimeIndex of shape (E,)
        close : array of shape (E,)
        """
        blank = np.full(len(close), np.nan)
        return cls(sessions, blank, blank, blank, close, blank, blank)


_ALIKE = 2.0  # daily bars have a median gap of 1 day, weekly ones of 7, monthly ones of 31
_NOTHING = EarlierBars.of_closes(pd.DatetimeIndex([]), np.zeros(0))


@dataclass(frozen=True, eq=False)
class Benchmark:
    """One series on the sessions of a panel, and its own bars before them.

    What is read of the benchmark alone (its trend, phases, pullbacks) is computed over ``line``, from its first bar on,
    and is known from the panel's first session on; what compares it with the series of the panel begins with these.

    Attributes
    ----------
    symbol, name : str
    open, high, low, close, volume, amount : ndarray of shape (T,)
        NaN where the benchmark has no bar; read-only. Prices in points.
    earlier : EarlierBars
        Its bars before the panel, E of them; default: none.
    """

    symbol: str
    name: str
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    amount: Floats
    earlier: EarlierBars = _NOTHING

    def __post_init__(self) -> None:
        for key in BARS:
            object.__setattr__(self, key, frozen(getattr(self, key)))

    @property
    def adjusted_close(self) -> Floats:
        """The close: a benchmark is not traded, and comes adjusted if at all."""
        return self.close

    @property
    def before(self) -> int:
        """E, how many bars it has before the panel: row t of the panel is row ``before + t`` of ``line``."""
        return len(self.earlier.sessions)

    @cached_property
    def line(self) -> Floats:
        """Last known close from its first bar on, shape (E + T,), the panel's first session at ``before``."""
        return sealed(carried(self.whole("close")[:, None])[:, 0])

    @cached_property
    def last_close(self) -> Floats:
        """Last known close in each session of the panel, shape (T,); NaN before the first bar."""
        return self.line[self.before :]

    @cached_property
    def has_ohlc(self) -> bool:
        """False for closes alone; a view has it from the benchmark it is a view of."""
        return bool(np.isfinite(self.whole("open")).any())

    @property
    def base(self) -> float:
        """Last close before the panel's first session; NaN where none is known."""
        return float(self.line[self.before - 1]) if self.before else float("nan")

    def whole(self, key: str) -> Floats:
        """``open``, ``high``, ``low``, ``close``, ``volume`` or ``amount``, earlier bars first, shape (E + T,)."""
        return np.concatenate((getattr(self.earlier, key), getattr(self, key))) if self.before else getattr(self, key)

    def until(self, row: int) -> Benchmark:
        """The same series ending with panel row ``row``; arrays are views."""
        part = object.__new__(Benchmark)
        part.__dict__.update(symbol=self.symbol, name=self.name, earlier=self.earlier, has_ohlc=self.has_ohlc)
        part.__dict__.update(line=self.line[: self.before + row + 1], last_close=self.last_close[: row + 1])
        part.__dict__.update({key: getattr(self, key)[: row + 1] for key in BARS})
        return part

    def before_the_close(self) -> Benchmark:
        """The same series without its bar in the last session, which is not over."""
        part = object.__new__(Benchmark)
        part.__dict__.update(symbol=self.symbol, name=self.name, earlier=self.earlier, has_ohlc=self.has_ohlc)
        part.__dict__.update({key: sealed(np.append(getattr(self, key)[:-1], np.nan)) for key in BARS})
        return part


def earlier_bars(bars: pd.DataFrame, sessions: pd.DatetimeIndex) -> tuple[EarlierBars, str]:
    """The bars before the first session of a panel, and what a reader must know of them.

    None are kept where they lie closer together, or further apart, than the panel's sessions: a mean of so many daily
    closes is none of so many weekly ones.

    Parameters
    ----------
    bars : DataFrame
        Any of the columns ``open, high, low, close, volume, amount``, labelled by ascending dates.
    sessions : DatetimeIndex of shape (T,)
        Of the panel.

    Returns
    -------
    earlier : EarlierBars
    note : str
        "" where nothing was left out.
    """
    days = pd.DatetimeIndex(bars.index)
    kept = days < sessions[0] if len(sessions) else np.zeros(len(days), np.bool_)
    if not kept.any():
        return _NOTHING, ""
    days = days[kept]
    own, theirs = (_gap(pd.DatetimeIndex(each)) for each in (days.append(sessions[:1]), sessions))
    if not theirs / _ALIKE <= own <= theirs * _ALIKE:
        apart = f"{own:g} days apart where sessions are {theirs:g}"
        return _NOTHING, f"has {len(days):,} bars before {sessions[0]:%F}, {apart}: left out"
    blank = np.full(len(days), np.nan)
    columns = [bars.loc[kept, key].to_numpy(np.float64) if key in bars else blank for key in BARS]
    return EarlierBars(days, *columns), ""


def _gap(days: pd.DatetimeIndex) -> float:
    """Median days from one to the next; 1 for a single day."""
    return float(np.median(np.diff(days.to_numpy().astype("M8[D]").astype(np.int64)))) if len(days) > 1 else 1.0
