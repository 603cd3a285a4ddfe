"""What is derived from a table once: the bar before, moves, units, the benchmark."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.benchmark import Benchmark
from sectorlead.data.calendar import find_calendar
from sectorlead.data.errors import UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.data.quality.table import table_of, unchanged
from sectorlead.data.tidy.read import read_tidy

from ..files import write
from .tables import NAN, column, table


def test_the_bar_before_and_the_move_from_it_by_hand() -> None:
    t = table([[10, NAN], [NAN, 5], [6, NAN], [9, 5.5]], factor=[[1, 1], [1, 1], [2, 1], [2, 1]])
    assert t.bar.tolist() == [[True, False], [False, True], [True, False], [True, True]]
    assert (t.first.tolist(), t.last.tolist()) == ([0, 1], [3, 3])
    assert t.before.tolist() == [[-1, -1], [0, -1], [0, 1], [2, 1]]
    np.testing.assert_array_equal(t.at_before(t.close), [[NAN, NAN], [10, NAN], [10, 5], [6, 5]])
    np.testing.assert_array_equal(t.previous, [[NAN, NAN], [10, NAN], [5, 5], [6, 5]])  # ten before a split are five
    np.testing.assert_allclose(t.move, np.log([[NAN, NAN], [NAN, NAN], [1.2, NAN], [1.5, 1.1]]))
    assert t.refactored.tolist() == [[False, False], [False, False], [True, False], [False, False]]
    assert not t.has_ohlc.any()


def test_a_price_that_is_not_positive_has_no_move() -> None:
    t = table(column([10, -1, 0, 5, 6]))
    assert np.isfinite(t.move[:, 0]).tolist() == [False, False, False, False, True]
    empty = table(column([NAN, NAN]))
    assert (empty.first.tolist(), empty.last.tolist()) == ([2], [-1])


def test_sessions_without_a_change_and_closed_days() -> None:
    close = np.array([[1, 1], [1, NAN], [1, 2], [1, 2], [NAN, NAN], [1, 2.0]])
    assert unchanged(close).tolist() == [False, True, False, True, False, True]
    t = table(close.tolist(), sessions=pd.date_range("2024-01-04", periods=6))  # the 6th and 7th are a weekend
    assert t.closed.tolist() == [False, False, True, True, False, False]
    assert not table(close.tolist(), calendar=None).closed.any()


@pytest.mark.parametrize(
    ("volume", "kind", "unit", "traded"),
    [(100, "index", 1, True), (1, "index", 100, True), (3, "index", NAN, False), (3, "etf", NAN, True)],
)
def test_amount_over_volume_tells_units_from_lots_and_funds_from_indices(
    volume: float, kind: str, unit: float, traded: bool
) -> None:
    close = [10 + 0.1 * (n % 3) for n in range(25)]
    t = table(column(close), kind=kind, volume=column([volume] * 25), amount=column([100 * each for each in close]))
    np.testing.assert_array_equal(10.0 ** t.power[-1], [unit])
    assert t.traded.tolist() == [traded]


def test_an_index_whose_average_price_wanders_has_no_unit() -> None:
    """What its members cost on average changes with the mix that is traded, even where it happens to be the price."""
    close = [10.0] * 25
    amount = [1000 * (1.004 if n % 2 else 0.996) for n in range(25)]  # 0.35% to either side: log10 0.0035
    steady = table(column(close), kind="index", volume=column([100] * 25), amount=column(amount))
    amount = [1000 * (1.01 if n % 2 else 0.99) for n in range(25)]
    wide = {"low": column([9] * 25), "high": column([11] * 25)}
    wandering = table(column(close), kind="index", volume=column([100] * 25), amount=column(amount), **wide)
    assert (steady.power[-1, 0], np.isnan(wandering.power[-1, 0])) == (0.0, True)


def test_a_benchmark_of_its_own_or_of_another_table() -> None:
    t = table([[1, 2, 3], [4, 5, 6]], kind="etf", volume=[[7, 8, 9], [7, 8, 9]])
    own = t.against("B")
    assert (own.symbols, own.members, own.kinds) == (("A", "C", "B"), 2, ("etf", "etf", "index"))
    assert own.close.tolist() == [[1, 3, 2], [4, 6, 5]]
    assert own.volume.tolist() == [[7, 9, 8], [7, 9, 8]]
    later = table([[70.0], [80.0]], sessions=t.sessions[1:].append(pd.DatetimeIndex(["2024-01-09"])))
    other = t.against("A", later)
    assert (other.symbols, other.members) == (("A", "B", "C", "A"), 3)
    np.testing.assert_array_equal(other.close[:, 3], [NAN, 70])
    with pytest.raises(UnknownNameError, match="benchmark 'D'"):
        t.against("D")


def test_the_benchmark_of_a_panel_is_the_last_series() -> None:
    sessions = pd.DatetimeIndex(["2024-01-02", "2024-01-03"])
    line = np.array([3.0, 4.0])
    panel = Panel(sessions, ("B", "A"), np.array([[1.0, 2.0], [1.5, NAN]]), kinds=("stock", "etf"), source="here",
                  known_from=["2024-01-03", None], benchmark=Benchmark("X", "x", *[line] * 6))  # fmt: skip
    t = table_of(panel, find_calendar("XSHG"))
    assert (t.label, t.symbols, t.kinds, t.members) == ("here", ("A", "B", "X"), ("etf", "stock", "index"), 2)
    np.testing.assert_array_equal(t.close, [[2, 1, 3], [NAN, 1.5, 4]])
    assert np.isnat(t.known_from).tolist() == [True, False, True]
    assert t.calendar is find_calendar("XSHG")


def test_of_two_rows_for_a_day_the_first_counts_and_days_without_a_bar_are_no_sessions(tmp_path: Path) -> None:
    rows = "2024-01-03,A,2,etf\n2024-01-02,A,1,etf\n2024-01-03,A,9,etf\n2024-01-04,A,,etf\n"
    t = table_of(read_tidy(write(tmp_path, "date,symbol,close,kind\n" + rows)))
    assert t.sessions.day.tolist() == [2, 3]
    assert (t.close[:, 0].tolist(), t.kinds) == ([1, 2], ("etf",))
