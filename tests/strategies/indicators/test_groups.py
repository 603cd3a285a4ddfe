"""Groups against each other, by hand and in any market."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.errors import DataError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.strategies.indicators.groups import GroupStrength

NAN = float("nan")
DAYS = pd.bdate_range("2024-01-01", periods=4)
CLOSE = np.array([[10, 10, 10, NAN], [11, 10, 9, NAN], [11, 12, NAN, 5], [12.1, 12, 9, 6]])
AMOUNT = np.array([[1, 1, 2, NAN], [1, 2, 1, NAN], [3, 1, NAN, 4], [2, 2, 2, 2]], dtype=float)


def panel(groups: tuple[str, ...] = ("growth", "growth", "value", "value"), amount: np.ndarray = AMOUNT) -> Panel:
    return Panel(DAYS, ("A", "B", "C", "D"), CLOSE, amount=amount, groups=groups)


def test_lines_and_strength_by_hand() -> None:
    found = GroupStrength(against="value", trend=2, flow=1)(panel())
    assert found.groups == ("growth", "value")
    # growth: mean of +10% and 0, of 0 and +20%, of +10% and 0. value: -10% (C alone has begun); row 2: D begins, C has
    # no bar, nobody has a return; row 3: D +20%, C 0% since its last bar.
    assert found.line[:, 0] == pytest.approx([NAN, 1.05, 1.155, 1.21275], nan_ok=True)
    assert found.line[:, 1] == pytest.approx([NAN, 0.9, 0.9, 0.99], nan_ok=True)
    # In row 2 the growth of one is not known, so the relative strength stays.
    assert found.strength[:, 0] == pytest.approx([NAN, 1.05 / 0.9, 1.05 / 0.9, 1.05 / 0.9 * 1.05 / 1.1], nan_ok=True)
    assert found.strength[1:, 1].tolist() == [1, 1, 1]
    assert found.trend[:, 0] == pytest.approx([NAN, NAN, 0, -1], nan_ok=True)
    assert found.trend[:, 1] == pytest.approx([NAN, NAN, 0, 0], nan_ok=True)  # against itself: neither, and known
    # All four in groups are the base where none is named: (10 + 0 - 10) / 3 in row 1.
    assert GroupStrength(trend=2)(panel()).strength[1] == pytest.approx([1.05, 0.9])


def test_flows_by_hand() -> None:
    found = GroupStrength(flow=1)(panel())
    assert found.share[:, 0] == pytest.approx([0.5, 0.75, 0.5, 0.5])
    assert found.flow[:, 0] == pytest.approx([NAN, 0.25, -0.25, 0.0], nan_ok=True)
    pairs = GroupStrength(flow=2)(panel())
    assert pairs.share[:, 1] == pytest.approx([NAN, 3 / 8, 5 / 12, 8 / 16], nan_ok=True)
    assert pairs.flow[3, 1] == pytest.approx(8 / 16 - 3 / 8)
    unknown = AMOUNT.copy()
    unknown[1, 2] = NAN  # with a bar, so the group's amount is not known, and no share of that session is
    assert np.isnan(GroupStrength(flow=1)(panel(amount=unknown)).share).all(axis=1).tolist() == [
        False,
        True,
        False,
        False,
    ]
    assert np.isnan(GroupStrength(flow=1)(panel(amount=np.full((4, 4), NAN))).share).all()


def test_groups_of_ones_own() -> None:
    by_name = GroupStrength({"D": "late", "A": "early", "Z": "unknown"})
    assert by_name.groups == (("A", "early"), ("D", "late"), ("Z", "unknown"))
    assert GroupStrength(by_name.groups) == by_name
    assert hash(by_name) == hash(GroupStrength({"A": "early", "D": "late", "Z": "unknown"}))
    found = by_name(panel())
    assert found.groups == ("early", "late")
    assert found.line[3] == pytest.approx([1.21, 1.2])
    with pytest.raises(UnknownNameError, match=r"unknown group 'grow'\. Did you mean 'growth'\?"):
        GroupStrength(against="grow")(panel())
    with pytest.raises(DataError, match=r"no group: give the file a column 'group', or say groups=\{symbol: group\}"):
        GroupStrength()(panel(groups=("",) * 4))


@given(seed=st.integers(0, 1000), flow=st.integers(1, 10))
def test_flows_add_up_and_a_group_against_itself_is_1(make_market, seed: int, flow: int) -> None:
    market = make_market(seed, 120, 6)
    found = GroupStrength(against="growth", flow=flow)(market)
    known = np.isfinite(found.flow).all(axis=1)
    assert known.any()
    assert found.flow[known].sum(axis=1) == pytest.approx(0.0, abs=1e-9)
    known = np.isfinite(found.share).all(axis=1)
    assert found.share[known].sum(axis=1) == pytest.approx(1.0)
    own = found.strength[:, 0]
    assert (own[np.isfinite(own)] == 1.0).all()
