"""From what a strategy returns to target weights: what is rounding, and what is a mistake."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.errors import InputError
from sectorlead.data.panel import Panel
from sectorlead.engine.weights import target_weights

DAY = pd.Timestamp("2024-01-02")
PANEL = Panel(pd.DatetimeIndex([DAY]), tuple("ABCDEFG"), np.ones((1, 7)))


def target(weights: Any) -> np.ndarray:
    return target_weights(weights, PANEL, DAY)


@given(st.lists(st.floats(0.0009765625, 1, width=32), min_size=7, max_size=7))
def test_normalised_float32_is_taken(raw: list[float]) -> None:
    weights = np.array(raw, dtype=np.float32)
    weights /= weights.sum()
    found = target(weights)
    assert found.sum() <= 1 + 1e-9
    np.testing.assert_allclose(found, weights, atol=1e-6)


def test_what_an_optimiser_leaves_is_nothing() -> None:
    assert target(np.array([0.5, 0.5, -1e-17, 0, 0, 0, 0])).tolist() == [0.5, 0.5, 0, 0, 0, 0, 0]
    assert target({"A": -1e-9}).tolist() == [0] * 7


def test_a_sum_of_ten_tenths_stays_as_it_is() -> None:
    weights = np.full(7, np.nextafter(1 / 7, 1))
    assert 1 < weights.sum() < 1 + 1e-12
    assert (target(weights) == weights).all()


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (pd.Series([0.5, 0.2], ["A", "A"]), "A is named twice"),
        ({"A": 0.5, "B": 0.500002}, r"weights sum to 1\.000002, must be <= 1 .* largest are B 0\.500002, A 0\.5"),
        ({"A": -1e-8}, r"finite and >= 0 \(long only\), were A -1e-08"),
        ({"A": float("nan"), "C": float("inf")}, "were A nan, C inf"),
        ({"A": "half"}, "weight of A must be a number, was 'half'"),
        ({"A": True}, "weight of A must be a number, was True"),
        ({"A": pd.Timestamp(DAY)}, "weight of A must be a number"),
        ({"A", "B"}, "returned set"),
        ((x for x in (0.1,)), "returned generator"),
        ("A", "returned str"),
        (0.5, "returned float"),
        (["A", "B"], "returned a list of something else than numbers"),
        ([0.1, 0.2], r"shape \(2,\), must be \(7,\)"),
        ({"Z": 0.1}, "Z"),
    ],
)
def test_mistakes_name_session_and_symbol(weights: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        target(weights)
    if "Z" not in message:
        assert "decision of 2024-01-02" in str(caught.value)


def test_labels_of_numbers_are_taken_as_texts() -> None:
    panel = Panel(pd.DatetimeIndex([DAY]), ("801010", "801020"), np.ones((1, 2)))
    assert target_weights({801010: 0.3}, panel, DAY).tolist() == [0.3, 0]
    with pytest.raises(InputError, match="801010 is named twice"):
        target_weights({801010: 0.3, "801010": 0.1}, panel, DAY)
