"""Nothing that lies after a run decides money in it, halts and stated ends included."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.reports.equal_weight import equal_weight_growth
from sectorlead.reports.metrics.run_metrics import summary

from ..parity.markets import Case, Replay, cases

halting = cases(ended=st.just("stated"), sessions=st.integers(12, 60))


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
@given(case=halting, share=st.floats(0.3, 0.95))
def test_a_run_is_the_same_bit_for_bit_on_the_panel_that_stops_with_it(engine: str, case: Case, share: float) -> None:
    last = max(case.first + 1, int(share * (case.sessions - 1)))
    told, strategy = case.arguments, Replay(case.table)
    panel: Panel = told.pop("panel")
    whole = backtest(strategy, panel, engine=engine, end=panel.sessions[last], **told)
    for known in (panel.until(last), panel.cut(last)):
        run = backtest(strategy, known, engine=engine, **told)
        for mine, theirs in zip(arrays(whole.outcome), arrays(run.outcome), strict=True):
            assert mine.tobytes() == theirs.tobytes()
        assert whole.notes == run.notes


@given(case=halting, share=st.floats(0.3, 0.95))
def test_so_is_all_that_is_read_off_it(case: Case, share: float) -> None:
    last = max(case.first + 1, int(share * (case.sessions - 1)))
    told, strategy = case.arguments, Replay(case.table)
    panel: Panel = told.pop("panel")
    one = backtest(strategy, panel, end=panel.sessions[last], **told)
    other = backtest(strategy, panel.until(last), **told)
    assert equal_weight_growth(one).levels.tobytes() == equal_weight_growth(other).levels.tobytes()
    mine, theirs = summary(one), summary(other)
    assert [name for name in mine if not np.array_equal(mine[name], theirs[name], equal_nan=True)] == []


def arrays(log: Iterable[Any]) -> list[np.ndarray]:
    return [array for part in log for array in ([part] if isinstance(part, np.ndarray) else arrays(part))]
