"""What idle cash earns: an annual rate, fixed or by date, as interest from one session to the next."""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .bounds import Counted, check_parquet, path_of
from .dates import to_dates
from .errors import DataError, ParameterError, UnknownNameError
from .tidy.raw import shown
from .types import Floats

if TYPE_CHECKING:
    from .store.store import Store

FORMATS = (".csv", ".csv.gz", ".parquet")
RATE = "rate"  # the source whose series are rates, in per cent a year
_YEAR = 365.0  # days


def accrual(rate: float | pd.Series | None, sessions: pd.DatetimeIndex, first: int = 0) -> Floats:
    """What one unit of cash held at the close of session t-1 earns until session t, shape (T,).

    ``rate * days / 365`` with the calendar days between the two sessions (ACT/365, simple within a gap); from a Friday
    to a Monday it earns three days. Up to row ``first`` it is 0: nothing was held before.

    Parameters
    ----------
    rate : float, Series or None
        An annual fraction, 0.02 is two per cent; or a Series of such by date, of which the last value dated on or
        before session t-1 counts, whether or not that date is a session. None earns nothing.
    sessions : DatetimeIndex of shape (T,)
        Ascending.
    first : int
        Row of the run's first session; before it no rate need be known.

    Returns
    -------
    ndarray of shape (T,)
        Finite and >= 0. Element t uses sessions up to t and rates up to t-1 only.

    Raises
    ------
    ParameterError
        For a rate that is NaN, negative or above 1, which is surely per cent.
    DataError
        For a series with such a value, with dates that are not ascending, come twice, or carry a time, and for one
        whose first value lies after the run's first session.
    """
    out = np.zeros(len(sessions))
    if rate is None:
        return out
    check_rate(rate)
    held = sessions[first:]
    if len(held) > 1:
        days = np.diff(held.to_numpy().astype("M8[D]")).astype(np.float64)
        out[first + 1 :] = _as_of(rate, held[:-1]) * days / _YEAR
    return out


def read_rate(text: str, store: Store | None = None) -> float | pd.Series:
    """A rate from what a study says.

    Parameters
    ----------
    text : str
        A number such as ``0.02``; ``PATH:COLUMN`` of a ``.csv``, ``.csv.gz`` or ``.parquet`` with a column ``date``; or
        ``rate`` (``rate:SYMBOL``), what the store holds of the source of that name: Shibor overnight, which comes in
        per cent and is divided by 100 here. A file must hold annual fractions.
    store : Store, optional
        Default: the user's.

    Returns
    -------
    float or Series
        As ``accrual`` takes it; a Series by date, ascending, named after its column or symbol.

    Raises
    ------
    InputError
        For text of another form, a file or column that is not there, a rate that is not fetched yet, or values that
        ``accrual`` refuses.
    """
    try:
        number = float(text)
    except ValueError:
        pass
    else:
        check_rate(number)
        return number
    path_of(text)
    kind, _, symbol = text.partition(":")
    if kind == RATE and not Path(text.rpartition(":")[0] or text).is_file():
        return _from_store(symbol, store)
    path, colon, column = text.rpartition(":")
    if not colon or not path.lower().endswith(FORMATS):
        forms = f"a number such as 0.02, PATH:COLUMN of a file ({', '.join(FORMATS)}), or {RATE}, the fetched source"
        raise ParameterError(f"a cash rate must be {forms}; was {text!r}")
    return _from_file(Path(path), column)


def checked_rates(rate: pd.Series, label: str = "cash rate") -> pd.Series:
    """``rate`` itself, if it is a series that ``accrual`` takes; raises ``DataError`` otherwise.

    Parameters
    ----------
    rate : Series
        Fractions a year by date: 0.02 is two per cent.
    label : str
        What errors call it.

    Returns
    -------
    Series
        The same object.

    Raises
    ------
    DataError
        No value; an index that is none of ascending midnights without time zone, each once; a value that is NaN,
        infinite, negative or above 1 (per cent, surely).
    """
    days = rate.index
    if not isinstance(days, pd.DatetimeIndex) or days.tz is not None or bool((days != days.normalize()).any()):
        raise DataError(f"{label}: must be a Series by date, its index a DatetimeIndex of midnights without time zone")
    if not len(rate):
        raise DataError(f"{label}: has no value; leave it out for cash that earns nothing")
    if not (days.is_monotonic_increasing and days.is_unique):
        wrong = days[1:][days[1:] <= days[:-1]]
        raise DataError(f"{label}: dates must ascend and come only once; first that does not: {wrong[0]:%F}")
    values = rate.to_numpy(np.float64, na_value=np.nan)
    for broken, rule in (
        (~np.isfinite(values), "is not a number; leave out dates without a rate"),
        (values < 0, "is negative; the least is 0"),
        (values > 1, "is above 1, surely per cent; divide the series by 100: 0.02 is two per cent a year"),
    ):
        if broken.any():
            first = int(broken.argmax())
            raise DataError(f"{label}: {values[first]:g} on {days[first]:%F} {rule} ({broken.sum():,} such values)")
    return rate


def check_rate(rate: float | pd.Series) -> None:
    """Raise ``InputError`` for what ``accrual`` does not take, as it says."""
    if isinstance(rate, pd.Series):
        checked_rates(rate)
        return
    known = isinstance(rate, int | float | np.number) and not isinstance(rate, bool) and math.isfinite(rate)
    if not (known and 0 <= rate <= 1):
        per_cent = "; above 1 it is surely per cent: divide it by 100" if known and rate > 1 else ""
        raise ParameterError(f"a cash rate must be a fraction a year from 0 to 1, such as 0.02, was {rate!r}{per_cent}")


def _as_of(rate: float | pd.Series, days: pd.DatetimeIndex) -> Floats | float:
    """The rate known on each of ``days``."""
    if not isinstance(rate, pd.Series):
        return float(rate)
    rows = rate.index.searchsorted(days, side="right") - 1
    if rows[0] < 0:
        raise DataError(
            f"cash rate: known from {rate.index[0]:%F} on, needed from {days[0]:%F}. Begin the run there, or give a "
            "series that reaches further back"
        )
    values: Floats = rate.to_numpy(np.float64)[rows]
    return values


def _from_store(symbol: str, store: Store | None) -> pd.Series:
    from .store.store import Store

    store = store or Store()
    held = store.symbols(RATE)
    if not held:
        raise DataError(f"no rate is held. Run: sectorlead fetch {RATE}; or give a number, or PATH:COLUMN")
    if not symbol and len(held) > 1:
        raise ParameterError(f"{len(held)} rates are held ({', '.join(held)}); say which: {RATE}:SYMBOL")
    symbol = symbol or held[0]
    if symbol not in held:
        raise UnknownNameError(f"series of {RATE} in the store", symbol, held)
    bars = store.read(RATE, symbol)
    line = pd.Series(bars["close"].to_numpy() / 100.0, pd.DatetimeIndex(bars["date"], name="date"), name=symbol)
    return checked_rates(line, f"{RATE}:{symbol} of the store")


def _from_file(path: Path, column: str) -> pd.Series:
    if not path.is_file():
        raise DataError(f"{path}: no such file. A cash rate is a number, PATH:COLUMN, or {RATE}")
    label = f"{shown(path)}:{column}"
    try:
        if path.name.lower().endswith(".parquet"):
            from pyarrow import parquet

            check_parquet(shown(path), parquet.read_metadata(path), path.stat().st_size)
            frame = pd.read_parquet(path)
            frame = frame if frame.index.names == [None] else frame.reset_index()
        else:
            with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
                frame = pd.read_csv(Counted(stream, shown(path), path.stat().st_size), dtype={"date": str})
    except DataError:
        raise
    except (OSError, EOFError, ValueError, zlib.error) as error:
        reason = f"can't be read: {error}. Is it complete, and in the form its name says?"
        raise DataError(f"{shown(path)}: {reason}") from error
    for key in ("date", column):
        if key not in frame:
            raise UnknownNameError(f"column of {shown(path)}", key, map(str, frame))
    days = to_dates(frame["date"].to_numpy())
    if np.isnat(days).any():
        first = frame["date"].iloc[int(np.isnat(days).argmax())]
        raise DataError(f"{label}: dates must be ISO dates without time, such as 2020-01-31; first other: {first!r}")
    numbers = pd.to_numeric(frame[column], errors="coerce")
    odd = numbers.isna() & frame[column].notna()
    if odd.any():
        raise DataError(f"{label}: must be numbers; first other: {frame[column][odd].iloc[0]!r}")
    line = pd.Series(numbers.to_numpy(np.float64), pd.DatetimeIndex(days, name="date"), name=column)
    return checked_rates(line, label)
