"""Further numbers of a panel by name: premiums, flows, valuations, as they were known after each session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import in_order, sealed
from .bars import BARS
from .bounds import QUANTITY
from .clock import timed
from .errors import DataError, ParameterError, UnknownNameError
from .types import Floats

RESERVED = frozenset(
    (*BARS, "adj_factor", "adjusted_close", "last_close", "date", "symbol", "name", "group", "kind", "board", "st",
     "known_from", "last_date")
)  # fmt: skip
"""What no field can be called: a column of bars or labels has that name."""


class Fields(Mapping[str, Floats]):
    """Arrays of shape (T, N) by name, read-only, in ascending order of the names; NaN where nothing is known."""

    def __init__(self, arrays: Mapping[str, Floats]) -> None:
        self._arrays = {name: arrays[name] for name in sorted(arrays)}

    def __getitem__(self, name: str) -> Floats:
        try:
            return self._arrays[name]
        except KeyError:
            raise UnknownNameError("field of the panel", name, tuple(self._arrays)) from None

    def __contains__(self, name: object) -> bool:
        return name in self._arrays

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return f"Fields({', '.join(self._arrays)})"

    def rows(self, stop: int) -> Fields:
        """The first ``stop`` rows, as views."""
        return Fields({name: array[:stop] for name, array in self._arrays.items()})

    def columns(self, chosen: Any) -> Fields:
        """These columns, copied."""
        return Fields({name: sealed(array[:, chosen]) for name, array in self._arrays.items()})


def fields_of(given: Mapping[str, Any] | None, shape: tuple[int, int], order: NDArray[np.intp]) -> Fields:
    """The fields of a panel from what was given for it.

    Parameters
    ----------
    given : mapping of str to array of shape (T, N), or None
    shape : (T, N)
    order : int array of shape (N,)
        Columns of what was given, in the order of the panel.

    Raises
    ------
    DataError
        A name that is none or taken, another shape, or a number that is infinite.
    """
    out: dict[str, Floats] = {}
    for name, values in (given or {}).items():
        if not isinstance(name, str) or not name.strip():
            raise DataError(f"panel: a field's name must be a text, was {name!r}")
        if name in RESERVED:
            raise DataError(f"panel: a field can't be called {name!r}, a column of bars is; give it another name")
        array = np.asarray(values, dtype=np.float64)
        if array.shape != shape:
            raise DataError(f"panel: field {name} has shape {array.shape}, sessions x symbols is {shape}")
        if np.isinf(array).any():
            raise DataError(f"panel: field {name} must be finite, or NaN where it is not known")
        if (np.abs(array) > QUANTITY).any():
            raise DataError(f"panel: field {name} must lie from {-QUANTITY:g} to {QUANTITY:g}")
        if timed(name) and (array <= 0).any():
            raise DataError(f"panel: the prices {name} must be > 0, or NaN where there was none")
        if timed(name) in out:
            raise DataError(f"panel: two fields are called {timed(name)}")
        out[timed(name) or name] = in_order(array, order)
    return Fields(out)


def check_lag(name: str, sessions: Any) -> None:
    """Raise ``ParameterError`` for what is no lag.

    Parameters
    ----------
    name : str
        Of the field, for the message.
    sessions : object
        A lag is a whole number of sessions >= 0.
    """
    if isinstance(sessions, bool) or not isinstance(sessions, int | np.integer) or sessions < 0:
        raise ParameterError(
            f"the lag of field {name} must be a whole number of sessions >= 0 after which a value is known, was "
            f"{sessions!r}"
        )


def lagged(values: Floats, sessions: int, name: str, earlier: Floats | None = None) -> Floats:
    """Values by session, each known ``sessions`` sessions after the one it is dated, shape (T, N).

    Parameters
    ----------
    values : array of shape (T, N)
        By the sessions that they are dated.
    sessions : int
        0 for what is known after the close of its own session.
    name : str
        Of the field, for the message.
    earlier : array of shape (E, N), optional
        What is dated in the sessions before the first: the last of them are known in the panel.

    Raises
    ------
    ParameterError
        A lag that is none.
    """
    check_lag(name, sessions)
    if sessions == 0:
        return values
    if timed(name):
        raise ParameterError(
            f"{name} is a price of its own session, at which orders fill: it has no lag, was {sessions!r}"
        )
    before = np.full((sessions, values.shape[1]), np.nan)
    if earlier is not None and len(earlier):
        before[-len(earlier) :] = earlier[-int(sessions) :]
    return np.concatenate((before, values))[: len(values)]
