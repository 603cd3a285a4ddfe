"""Cash that no target asked for, and what it did: answers worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sectorlead.engine.market.market import Market
from sectorlead.reports.metrics.cash_drag import cash_drag

from ..told import nan, near, panel, run


def test_cash_drag_by_hand() -> None:
    """Two halves are wanted; B has no bar until the fourth session, so half the account idles for two of them.

    Sessions are 5 days apart, so cash at 73% a year earns 1% a session. Session 2: 100,000 earn 1,000; 50,000 go into A
    at 10. Session 3: A rises 20%, which the idle 51,000 of 101,000 miss, and they earn 510. Session 4: A falls 25%,
    which the idle 51,510 of 111,510 are spared, and they earn 515.10; then 50,000 of it go into B.
    """
    over = panel([[10, 10], [10, nan], [12, nan], [9, 10], [9, 10]])
    days = pd.date_range("2024-01-01", periods=5, freq="5D")
    day = run({0: {"A": 0.5, "B": 0.5}}, Market(), replace(over, sessions=days), cash_rate=0.73)
    drag = cash_drag(day)
    assert day.cash.tolist()[:4] == [100_000, 51_000, 51_510, near(2_025.1)]
    assert day.equity.tolist()[:4] == [100_000, 101_000, 111_510, near(97_025.1)]
    assert drag.weight.tolist()[:4] == [0, near(51 / 101), near(51_510 / 111_510), near(2_025.1 / 97_025.1)]
    assert drag.effect.tolist()[:4] == [0, 0, near(51 / 101 * (0.01 - 0.2)), near(51_510 / 111_510 * (0.01 + 0.25))]
    assert drag.effect.iloc[4] == near(20.251 / 97_025.1)  # both halves stand still, the rest earns 1%
    assert drag.money == near(-9_690 + 13_392.6 + 20.251)
    assert drag.per_year == near(drag.money / day.equity.mean() / (20 / 365.25))


def test_cash_that_was_asked_for_is_no_drag() -> None:
    over = panel([[10], [10], [11], [9], [12]])
    drag = cash_drag(run({0: {"A": 0.0}}, Market(), over))
    assert drag.weight.tolist() == [0] * 5
    assert drag.money == 0
    held = cash_drag(run({0: {"A": 1.0}}, Market(), over))
    np.testing.assert_allclose(held.weight, 0, atol=1e-9)
    np.testing.assert_allclose(held.effect, 0, atol=1e-9)


def test_a_loss_at_the_end_of_a_series_is_part_of_its_return() -> None:
    """Half is in A, which ends and brings 40%; the other half, meant for B, is idle and is spared that loss of 60%."""
    over = panel([[10, nan, 1], [10, nan, 1], [nan, nan, 1], [nan, nan, 1]])
    ended = replace(over, last_date=[over.sessions[1], None, None])
    day = run({0: {"A": 0.5, "B": 0.5}}, Market(recovery=0.4), ended)
    assert day.equity.iloc[2] == near(70_000)
    assert cash_drag(day).effect.tolist()[:3] == [0, 0, near(0.5 * 0.6)]
    lost = run({0: {"A": 0.5, "B": 0.5}}, Market(recovery=0.4), over, write_off=1)
    assert lost.equity.iloc[2] == near(50_000)
    assert cash_drag(lost).effect.tolist()[:3] == [0, 0, near(0.5)]
