"""What a result hangs on: yearly returns, delays, and the multiple of costs that breaks even. All by hand."""

from __future__ import annotations

import math

import pytest

from sectorlead.reports.compare.sensitivity import Sensitivity, YearlyReturn, break_even, shown

NAN = math.nan


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ((0.04, 0.03, 0.02, 0.01), math.inf),
        ((-0.01, -0.02, -0.03, -0.04), -math.inf),
        ((0.0, -0.02, -0.03, -0.04), -math.inf),
        ((0.02, 1 / 1.02 - 1, -0.03, -0.04), 0.5),  # as far above as below, in logs
        ((0.1, 0.05, 1.01**2 - 1, 1 / 1.01 - 1), 4.0),
        ((0.1, -1.0, -1.0, -1.0), 0.0),
        ((0.1, NAN, 0.1, 0.1), NAN),
    ],
)
def test_the_multiple_that_breaks_even_lies_between_two_runs(values, level):
    assert break_even((0.0, 1.0, 2.0, 5.0), values) == pytest.approx(level, nan_ok=True)


def test_what_is_shown_of_a_sensitivity():
    rows = {
        "a": (YearlyReturn(0.1, 0.02), YearlyReturn(0.05, 1 / 1.02 - 1)),
        "b": (YearlyReturn(0.0, -0.01), YearlyReturn(-0.2, -0.1)),
    }
    found = Sensitivity("cost", (0.0, 2.0), rows, {"c": "not to be run"})
    seen = shown(found, {"a": "strategy", "b": "c0"}, with_market=True)
    assert (seen.heads, [row.even for row in seen.rows]) == (["free", "2×"], ["1.0×", "behind when free"])
    assert [row.even for row in shown(found, {"a": "", "b": ""}, with_market=False).rows] == ["above 2×", "none"]
    assert seen.left_out == "c: not to be run"
    assert [tick.at for tick in seen.chart.x_ticks] == [0.0, 1.0]
    assert "b from 0.0% to −20.0%" in seen.chart.summary
    assert found.frame().to_numpy().tolist()[-1] == ["b", "cost", 2.0, -0.2, -0.1]
    still = Sensitivity("cost", (0.0, 2.0), {"a": (YearlyReturn(0.1, 0.02),) * 2}, {})
    assert (found.moves, still.moves, shown(still, {"a": ""}, with_market=True).chart) == (True, False, None)
