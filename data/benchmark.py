"""``Benchmark``: the series that a panel is compared with, with what it did before the panel begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from .arrays import carried, frozen, sealed
from .bars import BARS
from .errors import DataError
from .types import Floats, Ints


@dataclass(frozen=True, eq=False)
class EarlierBars:
    """Bars of a benchmark on days of its own, such as those before the first session of its panel; E of them.

    Attributes
    ----------
    sessions : DatetimeIndex of shape (E,)
        Strictly increasing; as ``Benchmark.earlier`` all before the panel's first.
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


@dataclass(frozen=True, eq=False)
class BarsAlone:
    """Bars of a benchmark on days after the first session of its panel and before its last that are none; A of them.

    Attributes
    ----------
    bars : EarlierBars
    after : int array of shape (A,)
        The panel's row before each, from which a view tells which of them it knows.
    """

    bars: EarlierBars
    after: Ints

    def until(self, row: int) -> BarsAlone:
        """Those before the panel's row ``row``."""
        count = int(np.searchsorted(self.after, row))
        if count == len(self.after):
            return self
        arrays = {key: getattr(self.bars, key)[:count] for key in BARS}
        return BarsAlone(EarlierBars(self.bars.sessions[:count], **arrays), self.after[:count])


_NAMED = 3  # days in a note
_ALIKE = 2.0  # daily bars have a median gap of 1 day, weekly ones of 7, monthly ones of 31
_NOTHING = EarlierBars.of_closes(pd.DatetimeIndex([]), np.zeros(0))
_NONE_ALONE = BarsAlone(_NOTHING, np.zeros(0, np.int64))


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
    alone : BarsAlone
        Its bars on days between that are no session of the panel; default: none. No run reads them, and ``line`` does
        not hold them: row t of the panel is a row of that.
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
    alone: BarsAlone = _NONE_ALONE

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
        part.__dict__.update(alone=self.alone.until(row))
        return part

    def on_its_own_days(self, sessions: pd.DatetimeIndex) -> EarlierBars:
        """All its bars, whether or not the panel has a session on that day.

        Parameters
        ----------
        sessions : DatetimeIndex of shape (T,)
            Of the panel.
        """
        days = self.earlier.sessions.append(sessions).append(self.alone.bars.sessions)
        bars = {key: np.concatenate((self.whole(key), getattr(self.alone.bars, key))) for key in BARS}
        order = np.argsort(days.to_numpy(), kind="stable")
        order = order[np.isfinite(bars["close"][order])]
        return EarlierBars(pd.DatetimeIndex(days[order]), **{key: bars[key][order] for key in BARS})

    def before_the_close(self) -> Benchmark:
        """The same series without its bar in the last session, which is not over."""
        part = object.__new__(Benchmark)
        part.__dict__.update(symbol=self.symbol, name=self.name, earlier=self.earlier, has_ohlc=self.has_ohlc)
        part.__dict__.update(alone=self.alone)
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
    return _some_bars(bars, kept), ""


def bars_alone(bars: pd.DataFrame, sessions: pd.DatetimeIndex) -> BarsAlone:
    """The bars between the first and the last session of a panel on days that are none of its sessions.

    None are kept of a benchmark whose bars lie closer together than the panel's sessions, as ``earlier_bars`` says.

    Parameters
    ----------
    bars : DataFrame
        As for ``earlier_bars``.
    sessions : DatetimeIndex of shape (T,)
        Of the panel.
    """
    days = pd.DatetimeIndex(bars.index)
    kept = (days > sessions[0]) & (days < sessions[-1]) & ~days.isin(sessions) if len(sessions) else days != days
    if not kept.any() or _gap(pd.DatetimeIndex(days)) * _ALIKE < _gap(sessions):
        return _NONE_ALONE
    return BarsAlone(_some_bars(bars, kept), frozen(sessions.searchsorted(days[kept]) - 1))


def note_alone(symbol: str, days: pd.DatetimeIndex) -> str:
    """That a benchmark has bars on days that are no session of its panel.

    Parameters
    ----------
    symbol : str
    days : DatetimeIndex
    """
    named = ", ".join(days[:_NAMED].strftime("%F")) + (", ..." if len(days) > _NAMED else "")
    count = "1 day, no session here" if len(days) == 1 else f"{len(days):,} days, no sessions here"
    return f"{begin_alone(symbol)}{count}: {named}"


def begin_alone(symbol: str) -> str:
    """How ``note_alone`` begins for a benchmark, however many days there are.

    Parameters
    ----------
    symbol : str
    """
    return f"benchmark {symbol} alone has a bar on "


def _some_bars(bars: pd.DataFrame, kept: np.ndarray) -> EarlierBars:
    blank = np.full(int(kept.sum()), np.nan)
    columns = [bars.loc[kept, key].to_numpy(np.float64) if key in bars else blank for key in BARS]
    return EarlierBars(pd.DatetimeIndex(bars.index[kept]), *columns)


def _gap(days: pd.DatetimeIndex) -> float:
    """Median days from one to the next; 1 for a single day."""
    return float(np.median(np.diff(days.to_numpy().astype("M8[D]").astype(np.int64)))) if len(days) > 1 else 1.0
