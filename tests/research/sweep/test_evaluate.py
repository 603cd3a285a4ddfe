"""Variants evaluated together are what ``sectorlead.run`` makes of each, measured over the sessions that were asked."""

from __future__ import annotations

import numpy as np

import sectorlead as sl
from sectorlead.engine.strategy import Portfolio
from sectorlead.research.sweep.evaluate import evaluate, first_decisions


class Waiting:
    """Holds the first two series from its tenth session on."""

    def decide(self, view: sl.Panel, portfolio: Portfolio) -> dict[str, float] | None:
        return {view.symbols[0]: 0.5, view.symbols[1]: 0.5} if len(view.sessions) == 10 else None


WHOLE = sl.simulate(seed=3, sessions=300)
PANEL = WHOLE.select(WHOLE.symbols[:6])
RULES = [
    sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly()),
    sl.Rotation(sl.Momentum(60, skip=5), sl.TopN(3, hold_until_rank=4), exits=sl.Exits(stop=0.05)),
    Waiting(),
    sl.Rotation(sl.Momentum(2_000)),
]
CONFIG = sl.RunConfig(start="2015-06-01", cash=200_000)


def test_the_first_decision_of_each() -> None:
    first = int(PANEL.sessions.searchsorted("2015-06-01"))
    found = first_decisions(RULES, PANEL, sl.market("cn-etf"), sl.RunConfig())
    assert found[2:].tolist() == [9, -1]
    weekly = PANEL.sessions[found[0]].isocalendar()
    assert found[0] >= 20
    assert weekly.week != PANEL.sessions[found[0] + 1].isocalendar().week
    assert first_decisions(RULES[:1], PANEL, sl.market("cn-etf"), CONFIG)[0] >= first


def test_rows_are_runs() -> None:
    row = int(PANEL.sessions.searchsorted("2015-09-01"))
    found = evaluate(RULES, PANEL, sl.market("cn-etf"), CONFIG, measured_row=row, returns=True)
    assert found.returns is not None
    for i in (0, 1):
        run = sl.run(RULES[i], PANEL, "cn-etf", config=CONFIG, measured_from="2015-09-01")
        expected = run.summary()
        assert list(found.metrics) == list(expected)
        np.testing.assert_array_equal([found.metrics[name][i] for name in expected], list(expected.values()))
        np.testing.assert_array_equal(found.returns[i], run.returns)
    for i in (2, 3):  # never decide in these sessions
        assert all(np.isnan(values[i]) for values in found.metrics.values())
        assert np.isnan(found.returns[i]).all()
    assert len(found.how) == len(RULES)


def test_without_a_row_all_sessions_are_measured() -> None:
    found = evaluate(RULES[:1], PANEL, sl.market("cn-etf"), CONFIG, measured_row=None, returns=False)
    assert found.returns is None
    assert found.metrics["cagr"][0] == sl.run(RULES[0], PANEL, "cn-etf", config=CONFIG).summary()["cagr"]
