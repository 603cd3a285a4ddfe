"""Fields of a panel: numbers beside the bars, as they were known."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError, ParameterError, UnknownNameError
from sectorlead.data.panel import Panel

NAN = float("nan")
DAYS = pd.bdate_range("2024-01-01", periods=4)
CLOSE = pd.DataFrame({"B": [5.0] * 4, "A": [6.0] * 4}, DAYS)
PREMIUM = pd.DataFrame({"B": [0.1, 0.2, NAN, 0.4], "A": [1.0, 2.0, 3.0, 4.0]}, DAYS)


def panel(**more: Any) -> Panel:
    return Panel.from_frames(CLOSE, fields={"premium": PREMIUM, "flow": PREMIUM * 10}, **more)


def same(found: np.ndarray, wanted: list[list[float]]) -> None:
    np.testing.assert_array_equal(found, np.array(wanted))


def test_fields_go_with_symbols_and_sessions() -> None:
    p = panel()
    assert tuple(p.fields) == ("flow", "premium")
    same(p.field("premium"), [[1.0, 0.1], [2.0, 0.2], [3.0, NAN], [4.0, 0.4]])  # A, B
    same(p.until(1).field("premium"), [[1.0, 0.1], [2.0, 0.2]])
    same(p.cut(1).field("flow"), [[10.0, 1.0], [20.0, 2.0]])
    same(p.select(["B"]).field("premium"), [[0.1], [0.2], [NAN], [0.4]])
    assert p.noted("x").field("flow") is p.field("flow")
    with pytest.raises(ValueError, match="read-only"):
        p.field("flow")[0, 0] = 1
    with pytest.raises(TypeError):
        p.fields["flow"] = 1  # type: ignore[index]
    with pytest.raises(UnknownNameError, match="Did you mean 'premium'"):
        p.field("premum")
    assert "premium" in p.fields
    assert "premum" not in p.fields
    assert not Panel.from_frames(CLOSE).fields


def test_a_lag_moves_a_value_to_the_session_in_which_it_was_known() -> None:
    p = panel(lags={"premium": 2})
    same(p.field("premium"), [[NAN, NAN], [NAN, NAN], [1.0, 0.1], [2.0, 0.2]])
    same(p.field("flow"), PREMIUM[["A", "B"]].mul(10).to_numpy().tolist())
    same(panel(lags={"premium": 9}).field("premium"), [[NAN] * 2] * 4)
    for lag in (-1, 0.5, True, "1"):
        with pytest.raises(ParameterError, match="the lag of field premium must be a whole number of sessions >= 0"):
            panel(lags={"premium": lag})
    with pytest.raises(UnknownNameError, match="unknown field 'premum'"):
        panel(lags={"premum": 1})


def test_the_hash_sees_names_and_values() -> None:
    hashes = [
        Panel.from_frames(CLOSE, fields=fields).content_hash
        for fields in ({}, {"a": PREMIUM}, {"b": PREMIUM}, {"a": PREMIUM + 1}, {"a": PREMIUM, "b": PREMIUM})
    ]
    assert len(set(hashes)) == 5
    assert hashes[0] == Panel.from_frames(CLOSE).content_hash
    order = {"b": PREMIUM, "a": PREMIUM}
    assert Panel.from_frames(CLOSE, fields=order).content_hash == hashes[4]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"close": PREMIUM}, "a field can't be called 'close'"),
        ({"": PREMIUM}, "a field's name must be a text"),
        ({"x": PREMIUM.to_numpy()[:2]}, r"field x has shape \(2, 2\)"),
        ({"x": PREMIUM / 0}, "field x must be finite, or NaN"),
    ],
)
def test_impossible_fields(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(DataError, match=says):
        Panel.from_frames(CLOSE, fields=fields)


def test_fields_can_be_copied_and_pickled() -> None:
    p = panel()
    for other in (copy.deepcopy(p.fields), pickle.loads(pickle.dumps(p.fields))):
        assert tuple(other) == ("flow", "premium")
        same(other["premium"], p.field("premium").tolist())


def test_rows_before_the_first_close_are_the_sessions_before_it() -> None:
    early = pd.DataFrame({"A": [7.0, 8.0, 9.0]}, pd.bdate_range(end="2023-12-29", periods=3))
    p = Panel.from_frames(CLOSE, fields={"premium": pd.concat([PREMIUM, early])}, lags={"premium": 2})
    same(p.field("premium"), [[8.0, NAN], [9.0, NAN], [1.0, 0.1], [2.0, 0.2]])
