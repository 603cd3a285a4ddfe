"""The verdict of a run looks at its lead in the phase that each session began in."""

from __future__ import annotations

import numpy as np

import sectorlead as sl


def test_phases_are_those_that_sessions_began_in() -> None:
    panel = sl.simulate(seed=3, sessions=1_200)
    run = sl.run(sl.Rotation(sl.Momentum(60), sl.TopN(3)), panel, "frictionless", start=panel.sessions[200])
    found = run.verdict(trials=1)
    assert found.phases is not None
    phase = sl.MarketPhases()(panel).phase[run.terms.first - 1 : run.terms.last]
    table = found.phases.table.set_index("phase")
    assert len(table) >= 2
    for name, sessions in table.sessions.items():
        assert sessions == np.count_nonzero(phase == sl.Phase[str(name).upper()])
