"""Which series have ended, and what of a run is marked at old closes; every number is counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Record
from sectorlead.engine.suspended import last_rows, sessions_without_bar
from sectorlead.reports.metrics.run_metrics import definitions, summary
from sectorlead.reports.metrics.trades import stale_marked
from sectorlead.reports.sections.facts import facts

from ..field.bars import Told, panel_of

NAN = float("nan")


def test_the_last_session_of_each_series() -> None:
    """A stops unsaid, B's stated end is a Sunday, C ended before the panel, D ends after it, E has no bar at all."""
    close = np.ones((6, 5))
    close[2:, 0] = close[3:, 1] = close[:, 2] = close[1:, 3] = close[:, 4] = NAN
    days = pd.bdate_range("2024-01-02", periods=6)  # from a Tuesday on
    panel = Panel(days, tuple("ABCDE"), close, last_date=[None, "2024-01-07", "2023-12-29", "2024-06-28", None])
    assert last_rows(panel, "stated").tolist() == [6, 3, -1, 5, 6]
    assert last_rows(panel, "last-bar").tolist() == [1, 3, -1, 5, 6]
    assert last_rows(panel.cut(0), "last-bar").tolist() == [1, 1, -1, 1, 1]  # all but C go on, or may


def test_sessions_without_a_bar_are_counted_from_the_last_one() -> None:
    bars = np.array([[0, 1], [1, 1], [0, 0], [0, 1], [1, 0]], bool)
    assert sessions_without_bar(bars).tolist() == [[1, 0], [0, 0], [1, 1], [2, 0], [0, 1]]


def halted(sessions: int, back: bool = False) -> Record:
    """Half of 1,000 is in A at 10, whose bars stop after session 1 for so many sessions; B doubles in the last one."""
    bars = {"A": [10.0, 10.0] + [None] * sessions + [10.0] * back, "B": [1.0] * (sessions + 1 + back) + [2.0]}
    told = Told({0: {"A": 0.5, "B": 0.1}})
    return backtest(told, panel_of(bars), Market(), cash=1_000, engine="both")


@pytest.mark.parametrize(("sessions", "old"), [(19, []), (20, [500 / 1_100]), (21, [0.5, 500 / 1_100])])
def test_a_close_is_old_after_twenty_sessions_without_a_bar(sessions: int, old: list[float]) -> None:
    run = halted(sessions)
    assert run.equity.iloc[-1] == pytest.approx(400 + 500 + 200)
    assert stale_marked(run).tolist() == pytest.approx([0.0] * 21 + old)
    assert summary(run)["stale_marked_end"] == pytest.approx([0.0, *old][-1])
    assert summary(run)["stale_marked_max"] == pytest.approx(max([0.0, *old]))
    assert {"stale_marked_end", "stale_marked_max"} <= {*definitions()}
    said = (
        "45.5% of the final equity is held in series that have had no bar for 20 sessions or more, at their last "
        "closes: A since 2024-01-03"
    )
    assert run.notes == ((said,) if old else ())
    assert [text for label, text in facts(run) if label == "Note"] == [*run.notes]


def test_what_has_come_back_by_the_end_is_in_the_maximum_only() -> None:
    run = halted(25, back=True)
    assert summary(run)["stale_marked_max"] == pytest.approx(0.5)
    assert (summary(run)["stale_marked_end"], run.notes) == (0.0, ())
