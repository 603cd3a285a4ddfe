"""What a map says of a whole sample: transitions, dwell times, what followed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sectorlead.data.panel import Panel
from sectorlead.strategies.indicators.rrg_statistics import dwell, forward_returns, transitions


def strength(values: np.ndarray | list[float], **more: list[float]) -> Panel:
    """A panel whose first series has these relative strengths, against a benchmark at 1."""
    columns = {"A": np.asarray(values, float), **{key: np.asarray(line, float) for key, line in more.items()}}
    days = pd.bdate_range("2020-01-01", periods=len(values))
    return Panel.from_frames(pd.DataFrame(columns, index=days), benchmark=pd.Series(1.0, index=days, name="B"))


def test_transitions_by_hand() -> None:
    got = transitions(np.array([1, 1, 2, 0, 3, 3], np.int8))
    assert got.loc["leading"].tolist() == [0.5, 0.5, 0, 0]
    assert got.loc["lagging"].tolist() == [0, 0, 1, 0]
    assert got.loc[["weakening", "improving"]].isna().all(axis=None)
    later = transitions(np.array([[1, 3], [1, 3], [2, 4], [3, 4]], np.int8), step=2)
    assert later.loc["leading"].tolist() == [0, 0.5, 0.5, 0]
    assert later.loc["lagging"].tolist() == [0, 0, 0, 1]


def test_a_series_at_the_centre_is_in_no_quadrant() -> None:
    line = np.array([1, 1, 2, 0, 3, 3, 0, 3, 4], np.int8)
    centre = np.where(line == 0, np.int8(5), line)
    pd.testing.assert_frame_equal(transitions(centre), transitions(line))
    pd.testing.assert_frame_equal(dwell(centre), dwell(line))
    panel = strength([1.0, 1.1, 1.2, 1.1, 1.3, 1.2, 1.4, 1.3, 1.5])
    after = [forward_returns(panel, each[:, None], 2) for each in (centre, line)]
    pd.testing.assert_frame_equal(*after)
    assert after[0].loc["all", "count"] == 5


@given(arrays(np.int8, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.integers(0, 4)), st.integers(1, 5))
def test_transition_rows_sum_to_one_and_visits_cover_every_session(table: np.ndarray, step: int) -> None:
    total = transitions(table, step).sum(axis=1, min_count=1).dropna()
    assert total.to_numpy() == pytest.approx(1)
    stays = dwell(table)
    runs = (table > 0) & (np.vstack((np.full((1, table.shape[1]), -1), table[:-1])) != table)
    assert stays["visits"].sum() + stays["unfinished"].sum() == runs.sum()
    measured = (stays["visits"] * stays["mean"]).sum()
    assert measured <= (table > 0).sum()
    assert measured == pytest.approx(round(measured))


def test_dwell_by_hand() -> None:
    got = dwell(np.array([[1, 1, 2, 2, 2, 3, 0, 4, 1], [3, 4, 4, 1, 2, 3, 3, 4, 4]], np.int8).T)
    assert got.loc["leading"].tolist() == [1, 1, 1, 1, 2]
    assert got.loc["weakening"].tolist() == [2, 2, 2, 3, 0]
    assert got.loc["lagging"].tolist() == [1, 2, 2, 2, 2]
    assert got.loc["improving"].tolist() == [1, 2, 2, 2, 2]


def test_forward_returns_by_hand() -> None:
    panel, where = strength([100, 110, 99, 99]), np.array([[1], [2], [1], [1]], np.int8)
    one = forward_returns(panel, where, 1)
    assert one.loc["leading"].tolist() == pytest.approx([0.05, 0.05, 0.5, 2, 2])
    assert one.loc["weakening"].tolist() == pytest.approx([-0.1, -0.1, 0, 1, 1])
    assert one.loc["all"].tolist() == pytest.approx([0, 0, 1 / 3, 3, 3], abs=1e-12)
    two = forward_returns(panel, where, 2)
    assert two.loc["leading"].tolist() == pytest.approx([-0.01, -0.01, 0, 1, 1])
    assert two.loc["weakening", ["count", "non_overlapping"]].tolist() == [1, 0]
    assert two.loc["lagging", "mean"] != two.loc["lagging", "mean"]


def test_forward_returns_leave_out_backfill_and_what_has_ended() -> None:
    days = pd.bdate_range("2020-01-01", periods=5)
    close = np.array([[1, 1], [2, 2], [4, 4], [8, np.nan], [16, np.nan]], float)
    bench = strength(np.ones(5)).benchmark
    panel = Panel(days, ("A", "B"), close, known_from=[days[2], pd.NaT], benchmark=bench)
    got = forward_returns(panel, np.ones((5, 2), np.int8), 1)
    assert got.loc["leading", ["mean", "count"]].tolist() == [1, 2 + 2]
