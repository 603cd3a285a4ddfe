"""Copies: stretches of sessions, and series."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(("length", "found"), [(3, False), (12, True)])
def test_early_closes_of_a_series_say_no_more_than_closes(length: int, found: bool) -> None:
    """History before a fund's listing is closes only; what its later bars have says nothing of it."""
    arrays = cells(flawless(0))
    for key in ALL:
        arrays[key][:150, 4] = np.nan
    arrays["close"][100 : 100 + length, 4] = arrays["close"][100 - length : 100, 4].copy()
    got = hits(repeated_sessions, changed(flawless(0), **arrays))
    assert [len(hit.sessions) for hit in got] == [length] * found


def test_standing_prices_and_made_up_cycles_are_no_copies() -> None:
    assert hits(repeated_sessions, table(column([3.0] * 60))) == []
    assert hits(repeated_sessions, table(column([1000.0 + 13.37 * (k % 7) for k in range(60)]))) == []


def plain_twins(close: np.ndarray) -> list[tuple[int, int]]:
    """Each pair of columns that is near in one of the sampled sessions, compared over all sessions."""
    rows = np.unique(np.linspace(len(close) - 1, 0, 6).astype(int))
    found: list[tuple[int, int]] = []
    for one, other in itertools.combinations(range(close.shape[1]), 2):
        both = np.isfinite(close[:, one]) & np.isfinite(close[:, other])
        pair = close[:, [one, other]]
        met = [both[r] and np.ptp(pair[r]) <= 1.5e-3 * max(pair[r]) for r in rows]
        if not any(met) or both.sum() < 60 or any(second == other for _, second in found):
            continue
        a, b = pair[both].T
        if np.ptp(a) == 0 or np.ptp(b) == 0:
            continue
        digits = [next((10.0**-d for d in range(5) if np.allclose(v, v.round(d), 0, 1e-9 * v.max())), 0.0)
                  for v in (a, b)]  # fmt: skip
        step = min(max(digits), 1.5e-3 * np.median(a))
        near = np.abs(a - b) <= np.maximum(2e-4 * a, 1.01 * step)
        if near.mean() >= 0.97 and np.corrcoef(a, b)[0, 1] > 0.999:
            found.append((one, other))
    return found


@st.composite
def markets_with_twins(draw: st.DrawFn) -> np.ndarray:
    """Walks, some from one base value, with copies of some that are rounded, late, early to end, full of holes."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sessions, count = draw(st.sampled_from([60, 75, 150, 400])), 10
    size = draw(st.sampled_from([0.002, 0.012, 0.05]))
    close = np.exp(np.cumsum(random.normal(0, size, (sessions, count)), axis=0))
    close *= draw(st.sampled_from([1.0, 30.0, 1000.0])) / (close[0] if draw(st.booleans()) else 1.0)
    close = np.round(close, draw(st.integers(1, 6))).clip(0.1)
    for copy in range(1, count):
        fate = draw(st.sampled_from(["own", "same", "rounded", "noisy", "standing"]))
        if fate == "standing":
            close[:, copy] = close[0, 0]
        elif fate != "own":
            close[:, copy] = close[:, draw(st.integers(0, copy - 1))]
        if fate == "rounded":
            close[:, copy] = np.round(close[:, copy], draw(st.integers(0, 3))).clip(0.1)
        if fate == "noisy":  # around the share of sessions in which twins may differ
            share = draw(st.sampled_from([0.01, 0.029, 0.03, 0.031, 0.06]))
            differ = random.choice(sessions, round(share * sessions), replace=False)
            close[differ, copy] *= 1 + random.choice([0.002, 0.05])
        close[: draw(st.sampled_from([0, 0, 5, sessions // 2])), copy] = np.nan
        close[sessions - draw(st.sampled_from([0, 0, 5, sessions // 3])) :, copy] = np.nan
        close[random.random(sessions) < draw(st.sampled_from([0.0, 0.0, 0.05, 0.4])), copy] = np.nan
    return close


@given(markets_with_twins())
def test_twins_are_those_of_a_comparison_of_all_pairs(close: np.ndarray) -> None:
    assert list(twins(close)) == plain_twins(close)


def test_a_twin_may_differ_in_the_sessions_that_are_looked_at_first() -> None:
    """In three of a hundred sessions, all of them among the sampled ones; one more and it is no twin."""
    close = closes(5, 1, sessions=1000)
    differ = np.arange(1000)[::-16][1:32]
    for count, found in ((30, [(0, 1)]), (31, [])):
        other = close.copy()
        other[differ[:count]] *= 1.02
        assert list(twins(np.column_stack((close, other)))) == found
