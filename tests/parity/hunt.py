"""Looks for a random case in which the engines and the simulator differ, as long as one likes; the suite runs few.

    .venv/bin/python -m tests.parity.hunt --cases 2500 --seed 7

The first difference is printed with its case, which is the same again from its repr.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

from sectorlead.engine.backtest import backtest
from sectorlead.engine.compiled.batch.packed import why_not
from sectorlead.engine.compiled.batch.replay import replay

from .markets import MONEY, Case, Replay, cases
from .simulator import Simulator, Weights
from .test_engines import assert_same, simulated


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cases", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    seen: Counter[str] = Counter()
    began = time.monotonic()

    @seed(asked.seed)
    @settings(
        max_examples=asked.cases, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases(**MONEY))
    def hunt(case: Case) -> None:
        batched = check(case)
        seen["cases"] += 1
        seen["with a band"] += case.no_trade > 0
        seen["at a time of day"] += bool(case.times)
        seen["with flows"] += case.cash_flows is not None
        seen["with dividends apart"] += case.dividends != "reinvested"
        seen["in the batch kernel"] += batched

    hunt()
    told = ", ".join(f"{count:,} {name}" for name, count in seen.items())
    print(f"{told}: no difference, {time.monotonic() - began:.0f} s")


def check(case: Case) -> bool:
    """Both engines, the simulator and the batch kernel on one case; raises where two of them differ.

    Whether the batch kernel knows what happens in it.
    """
    told = decided(case)
    run = backtest(Replay(case.table), engine="both", **case.arguments)
    assert_same(run, simulated(run, told, range(case.sessions), case.cash_rate))
    log = run.outcome.decisions
    if not len(log.row) or why_not(case.panel, run.market, run.terms):
        return False
    batch = replay(case.panel, run.market, run.terms, log.row, log.target[None])
    line = np.concatenate(([run.terms.cash], run.outcome.equity))
    with np.errstate(invalid="ignore", divide="ignore"):
        returns = (line[1:] - run.outcome.flows) / line[:-1] - 1.0
    known = np.minimum(line[1:], line[:-1]) > 1e-6 * run.terms.cash  # what has lost all has nothing to compare
    np.testing.assert_allclose(batch.returns[0][known], returns[known], rtol=1e-9, atol=1e-9)
    return True


def decided(case: Case) -> Callable[[int, Simulator], Weights | None]:
    """What the case decides, for the simulator."""

    def told(t: int, _: Any) -> Weights | None:
        return None if np.isnan(case.table[t, 0]) else dict(enumerate(case.table[t].tolist()))

    return told


if __name__ == "__main__":
    main()
