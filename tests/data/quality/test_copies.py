"""Copies: stretches of sessions, and series."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sectorlead.data.quality.copies import repeated_sessions, twins

from .planted import PRICES, cells, changed, flawless
from .tables import column, hits, table


def closes(seed: int, count: int, digits: int = 3, sessions: int = 300) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.round(np.exp(np.cumsum(random.normal(0, 0.012, (sessions, count)), axis=0)), digits)


def test_twins_differ_in_start_holes_and_last_digit() -> None:
    close = 4000 * closes(0, 3, digits=6)
    close = np.column_stack((close, np.round(close[:, 1], 0)))
    close[:100, 3] = np.nan
    close[150:160, 1] = np.nan
    assert list(twins(np.round(close, 2))) == [(1, 3)]


def test_a_second_twin_is_named_once() -> None:
    close = closes(1, 2)
    assert list(twins(np.column_stack((close, close[:, 0], close[:, 0])))) == [(0, 2), (0, 3)]


def test_alike_is_not_the_same() -> None:
    """Funds on one index have closes a tick or two apart, and so have series that cross."""
    close = closes(2, 1, digits=6)
    random = np.random.default_rng(0)
    other = close * np.exp(0.001 * random.normal(size=close.shape))
    assert list(twins(np.round(np.column_stack((close, other)), 3))) == []
    assert list(twins(np.full((300, 3), 1.0))) == []  # series that never move
    few = np.full((300, 2), np.nan)
    few[:59] = close[:59]
    assert list(twins(few)) == []


def repeated(fields: tuple[str, ...], length: int, only: int | None) -> Any:
    """A stretch pasted over the one after it, in a table with these fields alone."""
    clean = flawless(0)
    nothing = np.full_like(clean.close, np.nan)
    poor = replace(clean, **{key: nothing for key in (*PRICES[:3], "volume", "amount") if key not in fields})
    arrays = cells(poor)
    columns = slice(None) if only is None else slice(only, only + 1)
    for values in arrays.values():
        values[100 : 100 + length, columns] = values[100 - length : 100, columns].copy()
    return hits(repeated_sessions, changed(poor, **arrays))


ALL = ("open", "high", "low", "volume", "amount")


@pytest.mark.parametrize("fields", [ALL, ALL[:3], ("volume",), ()])
@pytest.mark.parametrize("length", [2, 5, 20])
def test_a_stretch_of_all_series(fields: tuple[str, ...], length: int) -> None:
    (hit,) = repeated(fields, length, None)
    assert (hit.symbol, len(hit.sessions)) == ("", length)
    assert hit.sessions[0] == flawless(0).sessions[100]


@pytest.mark.parametrize(
    ("fields", "length", "found"),
    [
        (ALL, 2, True),
        (ALL[:3], 6, True),
        ((), 12, True),
        ((), 3, False),  # three closes of a cheap fund come again by chance
    ],
)
def test_of_one_series_more_is_needed_where_less_is_known(fields: tuple[str, ...], length: int, found: bool) -> None:
    got = repeated(fields, length, 4)
    assert [(hit.symbol, len(hit.sessions)) for hit in got] == ([(flawless(0).symbols[4], length)] if found else [])


def test_standing_prices_and_made_up_cycles_are_no_copies() -> None:
    assert hits(repeated_sessions, table(column([3.0] * 60))) == []
    assert hits(repeated_sessions, table(column([1000.0 + 13.37 * (k % 7) for k in range(60)]))) == []
