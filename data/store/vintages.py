"""What a new answer does to the bars that are held: more of the same, or another history."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import DataError
from ..tidy.columns import NUMBERS, SPECIAL
from ..types import Floats

SAME = 1e-9  # relative: what float noise may change in a number of one vendor
ALIKE = 1e-3  # relative: what rounding may change between closes of two vendors
_CLOSE, _FACTOR, _SPECIAL = NUMBERS.index("close"), NUMBERS.index("adj_factor"), len(NUMBERS)

Days = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False, slots=True)
class Bars:
    """Bars of one series, R of them.

    Attributes
    ----------
    days : M8[D] array of shape (R,)
        Strictly ascending.
    numbers : float64 array of shape (8, R)
        The columns of ``NUMBERS`` and ``SPECIAL``; NaN where there is nothing.
    fetch : int32 array of shape (R,)
        Number of the answer that gave the bar.
    origin : int8 array of shape (R,)
        Position in the series' list of origins (vendor and function).
    """

    days: Days
    numbers: Floats
    fetch: NDArray[np.int32]
    origin: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.days)

    def take(self, rows: Any) -> Bars:
        """These rows only."""
        return Bars(self.days[rows], self.numbers[:, rows], self.fetch[rows], self.origin[rows])

    @property
    def content_hash(self) -> str:
        """Of days and values, 32 hex digits: equal bars give an equal hash, whoever gave them."""
        return content_hash(self.days, self.numbers)

    def frame(self) -> pd.DataFrame:
        """``date`` and the columns of ``NUMBERS``; ``SPECIAL`` if something is said in it."""
        return pd.DataFrame({"date": self.days.astype("M8[ns]")} | named(self.numbers))


def named(numbers: Floats) -> dict[str, Any]:
    """The rows of ``Bars.numbers`` by name; ``SPECIAL``, the last of them, only if something is said in it."""
    names = (*NUMBERS, SPECIAL) if np.isfinite(numbers[_SPECIAL]).any() else NUMBERS
    return dict(zip(names, numbers[: len(names)], strict=True))


def content_hash(days: Days, values: Floats) -> str:
    """32 hex digits of what bars say: equal numbers give an equal hash, whatever the bits of NaN and zero.

    Parameters
    ----------
    days : M8[D] array of shape (R,)
    values : float64 array of shape (8, R)
        As ``Bars.numbers``; ``SPECIAL``, the last row, counts only if something is said in it.
    """
    digest = hashlib.blake2b(days.astype("<M8[D]").tobytes(), digest_size=16)
    values = values[: len(named(values))]
    digest.update(np.where(np.isnan(values), np.nan, values + 0.0).astype("<f8").tobytes())
    return digest.hexdigest()


def bars_of(frame: pd.DataFrame, owner: str) -> Bars:
    """An answer's frame as bars of fetch 0 and origin 0.

    Parameters
    ----------
    frame : DataFrame
        As ``Fetched.frame``; a factor that it does not give is 1.
    owner : str
        Whose answer it is, for errors.

    Raises
    ------
    DataError
        The frame is not what ``Fetched`` promises; ``owner`` says whose it is.
    """
    missing = [key for key in ("date", "close") if key not in frame]
    if missing:
        raise DataError(f"{owner}: the answer has no column {', '.join(missing)}")
    if not pd.api.types.is_datetime64_any_dtype(frame["date"]) or getattr(frame["date"].dt, "tz", None) is not None:
        raise DataError(f"{owner}: dates of an answer must be tz-naive timestamps, were {frame['date'].dtype}")
    stamps = frame["date"].to_numpy()
    days: Days = stamps.astype("M8[D]")
    if np.isnat(days).any() or (days != stamps).any() or (np.diff(days) <= np.timedelta64(0, "D")).any():
        raise DataError(f"{owner}: dates of an answer must be midnights, ascending, none twice")
    values = np.full((len(NUMBERS) + 1, len(days)), np.nan)
    for row, key in enumerate((*NUMBERS, SPECIAL)):
        if key in frame:
            values[row] = frame[key].to_numpy(np.float64, na_value=np.nan)
    if np.isnan(values[_FACTOR]).all():
        values[_FACTOR] = 1.0
    special = values[_SPECIAL]
    if not (np.isnan(special) | np.isin(special, (0, 1))).all():
        raise DataError(f"{owner}: {SPECIAL} of an answer must be 1, 0 or empty")
    bare = np.isnan(values[_CLOSE])
    if bare.any():
        raise DataError(f"{owner}: {bare.sum()} bars of an answer have no close, first {days[bare][0]}")
    return Bars(days, values, np.zeros(len(days), np.int32), np.zeros(len(days), np.int8))


@dataclass(frozen=True, eq=False, slots=True)
class Merged:
    """Held bars and an answer put together.

    Attributes
    ----------
    bars : Bars
        What is held from now on.
    added : int
        Bars after the last one that was held.
    restated, inserted : M8[D] arrays
        Days up to then whose bar has changed or is new: either makes another history.
    common : int
        Sessions in which both another origin and the answer have a bar.
    largest : float
        How far their closes are apart there, relative: the largest; NaN where there are none.
    withdrawn : M8[D] array
        Days from the answer's first on that are held and not in it. They stay, because an answer with holes is far more
        often a failure than a correction; they are gone where a whole answer has taken the place of all.
    """

    bars: Bars
    added: int
    restated: Days
    inserted: Days
    withdrawn: Days
    common: int = 0
    largest: float = float("nan")

    @property
    def another_history(self) -> bool:
        """Whether a backtest that ends where the held bars ended could change."""
        return bool(len(self.restated) or len(self.inserted))


def merge(held: Bars | None, answer: Bars, owner: str, *, whole: bool = False) -> Merged:
    """Held bars with an answer; ``Merged.bars`` is ``held`` itself if nothing has changed.

    A bar of the same origin must be the same in each number, up to 1e-9; a bar of another origin is kept if the closes
    agree to 0.1%, and nothing else of it is looked at. The factor of an origin that continues another one is multiplied
    to meet what is held in the last session that both have: adjusted prices don't jump where vendors change.

    Parameters
    ----------
    held : Bars or None
    answer : Bars
        Of one origin.
    owner : str
        The series, for the error.
    whole : bool
        The answer is the vendor's whole history: where it contradicts another origin it takes the place of all that is
        held.

    Raises
    ------
    DataError
        The answer has no bar, or contradicts bars of another origin and is not whole.
    """
    if not len(answer):
        raise DataError(f"{owner}: the answer has no bar; there is nothing to store")
    none: Days = np.array([], "M8[D]")
    if held is None:
        return Merged(answer, len(answer), none, none, none)
    _, here, there = np.intersect1d(held.days, answer.days, assume_unique=True, return_indices=True)
    continues = bool(answer.origin[0] != held.origin[0]) and len(here) > 0
    given = answer
    if continues:
        numbers = answer.numbers.copy()
        numbers[_FACTOR] *= held.numbers[_FACTOR, here[-1]] / numbers[_FACTOR, there[-1]]
        answer = replace(answer, numbers=numbers)
    old, new = held.numbers[:, here], answer.numbers[:, there]
    alike = np.isclose(old, new, rtol=SAME, atol=0, equal_nan=True)
    if continues:
        alike[_FACTOR] = True  # its level is what it was multiplied by
    same = alike.all(axis=0)
    akin = held.origin[here] == answer.origin[:1]
    others = np.abs(new[_CLOSE, ~akin] / old[_CLOSE, ~akin] - 1)
    common, largest = len(others), float(others.max()) if len(others) else float("nan")
    apart = ~akin & ~np.isclose(old[_CLOSE], new[_CLOSE], rtol=ALIKE, atol=0)
    last = held.days[-1]
    withdrawn = held.days[(held.days >= answer.days[0]) & ~np.isin(held.days, answer.days)]
    if apart.any() and not whole:
        first = np.flatnonzero(apart)[0]
        raise DataError(
            f"{owner}: the close differs from what another vendor gave on {apart.sum()} of {len(here)} sessions, "
            f"first {held.days[here[first]]}: {new[_CLOSE, first]:g}, held {old[_CLOSE, first]:g}. Two vendors that "
            "differ are not joined; nothing was stored. To begin a new vintage with this one, fetch it whole: --full"
        )
    if apart.any():
        gone = held.days[~np.isin(held.days, answer.days)]
        late = answer.days[(answer.days < last) & ~np.isin(answer.days, held.days)]
        changed = ~np.isclose(old, given.numbers[:, there], rtol=SAME, atol=0, equal_nan=True).all(axis=0)
        return Merged(given, int((answer.days > last).sum()), held.days[here[changed]], late, gone, common, largest)
    unlike = akin & ~same
    fresh = ~np.isin(answer.days, held.days)
    added, inserted = int((answer.days > last).sum()), answer.days[fresh & (answer.days < last)]
    use = fresh.copy()
    use[there[unlike]] = True
    if not use.any():
        return Merged(held, 0, none, none, withdrawn, common, largest)
    keep = np.ones(len(held), dtype=bool)
    keep[here[unlike]] = False
    bars = _joined(held.take(keep), answer.take(use))
    return Merged(bars, added, held.days[here[unlike]], inserted, withdrawn, common, largest)


def _joined(some: Bars, others: Bars) -> Bars:
    """The bars of both, which have no day in common, by day."""
    order = np.argsort(np.concatenate((some.days, others.days)), kind="stable")
    return Bars(
        np.concatenate((some.days, others.days))[order],
        np.concatenate((some.numbers, others.numbers), axis=1)[:, order],
        np.concatenate((some.fetch, others.fetch))[order],
        np.concatenate((some.origin, others.origin))[order],
    )
