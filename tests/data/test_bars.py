"""What makes a bar impossible: one bar for every rule, and those that just pass."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.data.bars import BARS, TOLERANCE, broken_rules, late_closes

NAN, INF = float("nan"), float("inf")
GOOD = {"open": 10.0, "high": 12.0, "low": 9.0, "close": 11.0, "volume": 100.0, "amount": 1_100.0, "adj_factor": 1.0}


def broken(*bars: dict[str, float]) -> list[tuple[str, list[bool]]]:
    arrays = {key: np.array([bar[key] for bar in bars]) for key in (*BARS, "adj_factor")}
    return [(found.rule, found.where.tolist()) for found in broken_rules(arrays)]


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"open": 0.0}, ["open must be > 0", "low must not lie above open or close"]),
        ({"close": -1.0}, ["close must be > 0", "low must not lie above open or close"]),
        ({"high": INF}, ["high must be finite"]),
        ({"low": NAN}, ["open, high and low must be given together, or none of them"]),
        ({"high": 8.0}, ["high must not lie below low", "high must not lie below open or close"]),
        ({"high": 10.5}, ["high must not lie below open or close"]),
        ({"low": 10.5}, ["low must not lie above open or close"]),
        ({"low": 10.0, "high": 11.0}, []),
        ({"high": 11.0 * (1 - TOLERANCE / 2)}, []),
        ({"high": 11.0 * (1 - TOLERANCE * 2)}, ["high must not lie below open or close"]),
        ({"low": 10.0 * (1 + TOLERANCE / 2)}, []),
        ({"low": 10.0 * (1 + TOLERANCE * 2)}, ["low must not lie above open or close"]),
        ({"volume": -1.0}, ["volume must be finite and >= 0"]),
        ({"volume": 0.0, "amount": NAN}, []),
        ({"amount": INF}, ["amount must be finite and >= 0"]),
        ({"adj_factor": NAN}, ["adj_factor must be finite and > 0 on every bar"]),
        ({"adj_factor": 0.0}, ["adj_factor must be finite and > 0 on every bar"]),
        (dict.fromkeys(("open", "high", "low", "close"), 1e-9), []),
        (dict.fromkeys(("open", "high", "low", "close"), 1e12), []),
        ({"high": 1.1e12}, ["high must be from 1e-09 to 1e+12"]),
        ({"low": 9e-10}, ["low must be from 1e-09 to 1e+12"]),
        ({"volume": 1e18, "amount": 1e18, "adj_factor": 1e12}, []),
        ({"volume": 1.1e18}, ["volume must be 1e+18 at most"]),
        ({"amount": 1.1e18}, ["amount must be 1e+18 at most"]),
        ({"adj_factor": 1.1e12}, ["adj_factor must be from 1e-12 to 1e+12"]),
        ({"adj_factor": 9e-13}, ["adj_factor must be from 1e-12 to 1e+12"]),
        (dict.fromkeys(("open", "high", "low", "close", "adj_factor"), NAN), []),  # no bar: its factor does not matter
    ],
)
def test_one_bar_for_every_rule(change: dict[str, float], rules: list[str]) -> None:
    """Beside a good bar, which no rule may touch."""
    found = broken(GOOD, GOOD | change)
    assert [rule for rule, _ in found] == rules
    assert all(where == [False, True] for _, where in found)


def test_closes_alone_need_nothing_else() -> None:
    bare = GOOD | dict.fromkeys(("open", "high", "low"), NAN)
    assert broken(bare, bare) == []
    assert broken(bare, GOOD) == []
    orphan = GOOD | {"close": NAN, "adj_factor": NAN}
    assert [rule for rule, _ in broken(orphan)] == ["open, high and low must be given only where there is a close"]


def test_closes_alone_come_first_or_are_a_fault() -> None:
    close = np.array([[1.0, 1.0, NAN], [1.0, 1.0, 1.0], [NAN, 1.0, 1.0], [1.0, 1.0, 1.0]])
    opened = np.array([[NAN, 1.0, NAN], [NAN, NAN, NAN], [NAN, 1.0, 1.0], [1.0, 1.0, 1.0]])
    assert np.argwhere(late_closes(close, opened)).tolist() == [[1, 1]]


def test_rules_look_at_arrays_of_any_shape() -> None:
    arrays = {key: np.full((2, 3), GOOD[key]) for key in (*BARS, "adj_factor")}
    arrays["close"][1, 2] = 13.0
    (found,) = broken_rules(arrays)
    assert (found.rule, np.argwhere(found.where).tolist()) == ("high must not lie below open or close", [[1, 2]])
    assert found.columns == ("open", "high", "low", "close")
