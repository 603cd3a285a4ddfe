"""A tournament by hand: leaders with random picks, and equal weight."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sectorlead.reports.compare.paired_bootstrap import Labels
from sectorlead.reports.compare.random_picks import RandomPicks
from sectorlead.reports.compare.sensitivity import Sensitivity, YearlyReturn
from sectorlead.reports.compare.tournament import Field, hold_tournament
from sectorlead.reports.growth import Growth, log_returns


@pytest.fixture(scope="module")
def held(market_run, control_run):
    """Leaders with 30 random picks that were drawn around equal weight, and equal weight; two phases of 20 sessions.

    At costs and lags that were made up; equal weight was not run again.
    """
    size = len(market_run.sessions)
    around = log_returns(Growth("", np.append(control_run.terms.cash, control_run.outcome.equity)))
    logs = around + np.random.default_rng(0).normal(0, 0.002, (30, size))
    picks = RandomPicks(tuple(range(30)), 0.7, 4.1, 4.12, logs, around + 1e-5, around)
    labels = Labels(np.arange(size) // 20 % 2, ("advance", "bear", "bottoming"))
    records = {"control": control_run, "leaders": market_run}
    found = hold_tournament(
        records, labels, entered=Field(frozenset(["leaders"]), picks={"leaders": picks}), against="leaders",
        phase_rule="By hand.", notes=[("Start", "a note")],
    )  # fmt: skip
    made = tuple(YearlyReturn(*pair) for pair in ((0.123, 0.05), (0.1, 0.01), (0.05, -0.02), (math.nan, math.nan)))
    lost = {"control": "was not run again"}
    return replace(
        found,
        sensitivities=(
            Sensitivity("cost", (0.0, 1.0, 2.0, 5.0), {"leaders": made}, lost),
            Sensitivity("lag", (0.0, 1.0, 2.0, 5.0), {"leaders": made[::-1]}, {}),
        ),
    )
