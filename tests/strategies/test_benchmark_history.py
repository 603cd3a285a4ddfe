"""What is read of the benchmark alone is the same in a panel that begins later."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.panel import Panel
from sectorlead.data.pullback import PullbackRule
from sectorlead.strategies.exposure.guards import AbsoluteMomentum, Guard, PhaseGuard, TrendGuard
from sectorlead.strategies.indicators.candles import Candles
from sectorlead.strategies.indicators.phases import MarketPhases
from sectorlead.strategies.indicators.support import Support
from sectorlead.strategies.scores.window import Bottoming, BottomingPhase, Current, LastCompleted, Window

from .conftest import full_market
from .look_ahead import begun_at

LONG = full_market(5, 500, 4)
RULES = st.sampled_from([
    PullbackRule(), PullbackRule(expire=None), PullbackRule(1.0, 0.3, unit="volatility"), PullbackRule(overlap="keep"),
])  # fmt: skip


def begun(row: int) -> Panel:
    return begun_at(LONG, row)


@pytest.mark.parametrize("guard", [TrendGuard(120), AbsoluteMomentum(100), PhaseGuard()])
def test_guards_are_warm_in_the_first_session(guard: Guard) -> None:
    whole, later = guard(LONG), guard(begun(200))
    assert np.isfinite(whole[200:]).all()
    assert later.tolist() == whole[200:].tolist()


@pytest.mark.parametrize("unit", ["fixed", "volatility"])
@pytest.mark.parametrize("row", [1, 90, 230, 333])
def test_phases_and_candles_go_on(unit: str, row: int) -> None:
    rule = MarketPhases(unit=unit, trend=120, recover_on="either")
    whole, (later, before) = rule(LONG), rule.of(begun(row).benchmark)
    for name in ("phase", "drawdown", "trend", "follow_through"):
        np.testing.assert_array_equal(getattr(later, name), getattr(whole, name)[row:], name)
    np.testing.assert_array_equal(later.peak, np.maximum(whole.peak[row:] - row, -1))
    assert before == whole.phase[row - 1]
    turn = int(np.flatnonzero(np.diff(whole.phase[row:]))[0]) + row + 1  # a panel that begins where the phase changes
    assert rule.of(begun(turn).benchmark)[1] == whole.phase[turn - 1] != whole.phase[turn]
    for own, theirs in zip(Candles()(begun(row)), Candles()(LONG), strict=True):
        np.testing.assert_array_equal(own, theirs[row:])


@given(RULES, st.integers(1, 400))
def test_pullbacks_go_on(rule: PullbackRule, row: int) -> None:
    assert LONG.benchmark is not None
    whole, later = rule.of(LONG.benchmark), rule.of(begun(row).benchmark)
    assert later.inside.tolist() == whole.inside[row:].tolist()
    known = whole.peak[row:] >= row
    assert later.peak.tolist() == np.where(known, whole.peak[row:] - row, -1).tolist()
    assert later.upto.tolist() == np.where(known, whole.upto[row:] - row, -1).tolist()
    assert [(item.peak + row, item.entered + row, item.end) for item in later.episodes] == [
        (item.peak, item.entered, item.end) for item in whole.episodes if item.peak >= row
    ]
    ends = [(item.left, item.over) for item in whole.episodes if item.peak >= row]
    assert [(item.left, item.over) for item in later.episodes] == [
        tuple(None if end is None else end - row for end in pair) for pair in ends
    ]


@pytest.mark.parametrize("window", [Current(), Current(stale=None), LastCompleted(), Bottoming(), BottomingPhase()])
@pytest.mark.parametrize("row", [40, 120, 260])
def test_windows_that_begin_in_the_panel_are_those_of_the_longer_one(window: Window, row: int) -> None:
    whole, later = window.spans(LONG), window.spans(begun(row))
    inside = whole.start[row:] >= row
    assert inside.any()
    np.testing.assert_array_equal(later.start[inside], whole.start[row:][inside] - row)
    np.testing.assert_array_equal(later.end[inside], whole.end[row:][inside] - row)
    assert (later.start[~inside] < 0).all()
    assert (later.end[~inside] < 0).all()


def test_without_history_nothing_changes(make_market: Callable[..., Panel]) -> None:
    panel = make_market(3, 300, 3)
    assert np.isnan(TrendGuard(120)(panel)[:119]).all()
    assert MarketPhases().of(panel.benchmark)[1] == 0


@pytest.mark.parametrize("row", [90, 230, 333])
def test_support_counts_the_pullbacks_before_the_panel(row: int) -> None:
    rule = Support(60)
    whole, later = rule(LONG), rule(begun(row))
    for name in ("margin", "held", "earlier", "base_rate"):
        np.testing.assert_array_equal(getattr(later, name), getattr(whole, name)[row:], name)
    np.testing.assert_array_equal(later.low, np.maximum(whole.low[row:] - row, -1))
    pd.testing.assert_frame_equal(rule.table(begun(row)), rule.table(LONG))
