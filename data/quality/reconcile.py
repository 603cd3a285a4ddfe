"""Two sources of the same series side by side: where they differ, and by what factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..bars import BARS
from ..boards import bare_code, same_series
from ..errors import DataError, ParameterError, UnknownNameError
from ..panel import Panel
from ..tidy.columns import Tidy
from ..types import Floats
from .table import Table, table_of

TOLERANCES: Mapping[str, float] = {
    "open": 1e-4, "high": 1e-4, "low": 1e-4, "close": 1e-4, "volume": 1e-2, "amount": 1e-2,
}  # fmt: skip
"""How far two sources may be apart, relative: vendors round prices to other decimals, volume to lots or millions."""

UNITS = (1e-8, 1e-6, 1e-4, 1e-3, 1e-2, 1e2, 1e3, 1e4, 1e6, 1e8)
_STEADY = 0.9  # share of the bars that must show a factor
_NEAR = 0.01  # how near the factor must be, relative
_ENOUGH = 20  # common bars to speak of a factor or a shift


@dataclass(frozen=True, eq=False)
class Reconciliation:
    """What two sources of the same series agree about.

    Attributes
    ----------
    left, right : str
        What they are called.
    series : DataFrame
        One row per series of both: ``symbol``, ``left_bars``, ``right_bars``, ``common``, ``differing`` (sessions in
        which any field differs), ``only_left``, ``only_right`` (sessions between the first and the last common one
        that one side lacks), ``largest`` (relative, of the close), ``shifted`` (sessions by which the right one is
        late, 0 if it is not).
    differences : DataFrame
        One row per session and field beyond tolerance: ``symbol, date, field, left, right, difference`` (relative to
        the left, after the factor).
    missing : DataFrame
        One row per session that only one side has: ``symbol, date, held_by`` (``"left"`` or ``"right"``).
    units : DataFrame
        One row per field whose right side is a multiple of the left: ``symbol, field, factor``. The right side is
        divided by it before it is compared.
    alone : tuple of (str, str)
        Series of one side only, as (``"left"`` or ``"right"``, symbol).
    """

    left: str
    right: str
    series: pd.DataFrame
    differences: pd.DataFrame
    missing: pd.DataFrame
    units: pd.DataFrame
    alone: tuple[tuple[str, str], ...]

    @property
    def agree(self) -> bool:
        """Whether every common bar is equal within tolerance, and neither side lacks one."""
        return not len(self.differences) and not len(self.missing)


def reconcile(
    left: Panel | Tidy | Table,
    right: Panel | Tidy | Table,
    *,
    relative: float | Mapping[str, float] | None = None,
    absolute: float | Mapping[str, float] = 0.0,
    symbols: Mapping[str, str] | None = None,
) -> Reconciliation:
    """Compare two sources bar by bar.

    A bar agrees if ``|right / factor - left| <= absolute + relative * |left|`` in every field that both have.

    Parameters
    ----------
    left, right : Panel, Tidy or Table
    relative : float or mapping of field to float, optional
        Default ``TOLERANCES``; a mapping replaces single ones.
    absolute : float or mapping of field to float
        In the unit of the left side.
    symbols : mapping of left symbol to right symbol, optional
        Default: equal ones, then codes of six digits with and without a suffix (``399006`` and ``399006.SZ``), then, if
        either side has a single series, that with the only one of the other side.

    Raises
    ------
    DataError
        No series or no session in common.
    UnknownNameError
        A symbol in ``symbols`` that is not there.
    ParameterError
        A tolerance that is negative or of an unknown field.
    """
    one = left if isinstance(left, Table) else table_of(left)
    other = right if isinstance(right, Table) else table_of(right)
    near = dict(TOLERANCES) | _by_field("relative", relative if relative is not None else {})
    slack = dict.fromkeys(BARS, 0.0) | _by_field("absolute", absolute)
    pairs = _pairs(one, other, symbols)
    series, differences, missing, units = [], [], [], []
    for i, j in pairs:
        compared = _Pair(one, other, i, j)
        units += compared.units()
        differences += compared.differences(near, slack)
        missing += compared.missing()
        series.append(compared.row(differences))
    if not any(row["common"] for row in series):
        raise DataError(
            f"{one.label} and {other.label} have no session in common: {_span(one)} and {_span(other)}. "
            "Choose sources that overlap."
        )
    left_taken, right_taken = {i for i, _ in pairs}, {j for _, j in pairs}
    alone = [("left", symbol) for i, symbol in enumerate(one.symbols) if i not in left_taken]
    alone += [("right", symbol) for j, symbol in enumerate(other.symbols) if j not in right_taken]
    return Reconciliation(
        one.label, other.label, pd.DataFrame(series),
        pd.DataFrame(differences, columns=["symbol", "date", "field", "left", "right", "difference"]),
        pd.DataFrame(missing, columns=["symbol", "date", "held_by"]),
        pd.DataFrame(units, columns=["symbol", "field", "factor"]),
        tuple(alone),
    )  # fmt: skip


def _by_field(name: str, given: float | Mapping[str, float]) -> dict[str, float]:
    values = dict(given) if isinstance(given, Mapping) else dict.fromkeys(BARS, float(given))
    for field, value in values.items():
        if field not in BARS:
            raise UnknownNameError(f"field of {name}", field, BARS)
        if not value >= 0:
            raise ParameterError(f"{name} tolerance of {field} must be >= 0, was {value!r}")
    return values


def _pairs(one: Table, other: Table, symbols: Mapping[str, str] | None) -> list[tuple[int, int]]:
    if symbols is not None:
        for symbol, known in [*((s, one.symbols) for s in symbols), *((s, other.symbols) for s in symbols.values())]:
            if symbol not in known:
                raise UnknownNameError("symbol", symbol, known)
        return [(one.symbols.index(a), other.symbols.index(b)) for a, b in symbols.items()]
    exact = {symbol: j for j, symbol in enumerate(other.symbols)}
    alike: dict[str, list[int]] = {}
    for j, symbol in enumerate(other.symbols):
        alike.setdefault(bare_code(symbol), []).append(j)
    pairs = []
    for i, symbol in enumerate(one.symbols):
        same = [j for j in alike.get(bare_code(symbol), ()) if same_series(symbol, other.symbols[j])]
        if symbol in exact or same:
            pairs.append((i, exact.get(symbol, same[0] if same else -1)))
    if not pairs and len(one.symbols) == len(other.symbols) == 1:
        pairs = [(0, 0)]
    if not pairs:
        raise DataError(
            f"{one.label} and {other.label} have no series in common: {', '.join(one.symbols[:3])} ... and "
            f"{', '.join(other.symbols[:3])} .... Say which belong together: a pair of symbols, "
            "left and right."
        )
    return pairs


class _Pair:
    """One series on both sides, on the sessions where either has a bar."""

    def __init__(self, one: Table, other: Table, i: int, j: int) -> None:
        self.symbol = one.symbols[i]
        mine, theirs = one.bar[:, i], other.bar[:, j]
        days, others = one.sessions[mine], other.sessions[theirs]
        self.days = days.union(others)
        at, there = days.get_indexer(self.days), others.get_indexer(self.days)
        self.left = {key: _placed(getattr(one, key)[mine, i], at) for key in BARS}
        self.right = {key: _placed(getattr(other, key)[theirs, j], there) for key in BARS}
        self.has_left, self.has_right = at >= 0, there >= 0
        self.common = self.has_left & self.has_right
        self.factors = {key: _factor(self.left[key], self.right[key]) for key in BARS}

    def units(self) -> list[tuple[str, str, float]]:
        return [(self.symbol, key, factor) for key, factor in self.factors.items() if factor != 1]

    def differences(
        self, relative: Mapping[str, float], absolute: Mapping[str, float]
    ) -> list[tuple[str, pd.Timestamp, str, float, float, float]]:
        found = []
        for key in BARS:
            left, right = self.left[key], self.right[key]
            gap = right / self.factors[key] - left
            with np.errstate(invalid="ignore"):
                far = np.abs(gap) > absolute[key] + relative[key] * np.abs(left)
            for row in np.flatnonzero(far & self.common).tolist():
                size = gap[row] / abs(left[row]) if left[row] else np.inf
                cells = float(left[row]), float(right[row]), float(size)
                found.append((self.symbol, self.days[row], key, *cells))
        return sorted(found, key=lambda each: each[1])

    def missing(self) -> list[tuple[str, pd.Timestamp, str]]:
        if not self.common.any():
            return []
        rows = np.arange(len(self.days))
        within = (rows >= rows[self.common][0]) & (rows <= rows[self.common][-1])
        return [
            (self.symbol, self.days[row], side)
            for side, mine in (("left", self.has_left), ("right", self.has_right))
            for row in np.flatnonzero(within & mine & ~self.common).tolist()
        ]

    def row(self, differences: list[tuple[str, pd.Timestamp, str, float, float, float]]) -> dict[str, object]:
        own = [each for each in differences if each[0] == self.symbol]
        missing = self.missing()
        closes = [abs(each[5]) for each in own if each[2] == "close"]
        return {
            "symbol": self.symbol,
            "left_bars": int(self.has_left.sum()),
            "right_bars": int(self.has_right.sum()),
            "common": int(self.common.sum()),
            "differing": len({each[1] for each in own}),
            "only_left": sum(each[2] == "left" for each in missing),
            "only_right": sum(each[2] == "right" for each in missing),
            "largest": max(closes, default=0.0),
            "shifted": _shift(self.left["close"][self.common], self.right["close"][self.common]),
        }


def _placed(values: Floats, position: NDArray[np.intp]) -> Floats:
    """``values`` at each position, NaN at -1."""
    if not len(values):
        return np.full(len(position), np.nan)
    return np.where(position >= 0, values[np.maximum(position, 0)], np.nan)


def _factor(left: Floats, right: Floats) -> float:
    """The power of ten that right is of left in nearly all bars; 1 if there is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = right / left
    ratio = ratio[np.isfinite(ratio) & (ratio > 0)]
    if len(ratio) < 2:
        return 1.0
    for unit in UNITS:
        if (np.abs(ratio / unit - 1) < _NEAR).mean() >= _STEADY:
            return unit
    return 1.0


def _shift(left: Floats, right: Floats) -> int:
    """By how many sessions the right side is late, -1, 0 or 1."""
    if len(left) < _ENOUGH or np.isclose(left, right, rtol=1e-6).mean() > 0.5:
        return 0
    for late, one, other in ((1, left[:-1], right[1:]), (-1, left[1:], right[:-1])):
        if np.isclose(one, other, rtol=1e-6).mean() > _STEADY:
            return late
    return 0


def _span(table: Table) -> str:
    return f"{table.sessions[0]:%F}..{table.sessions[-1]:%F}"
