"""Growth, drawdowns, values over time: drawn where the numbers are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.reports.charts.spec import Band
from sectorlead.reports.charts.time_series import drawdown_chart, growth_chart, value_chart
from sectorlead.reports.growth import Growth, points, strategy_growth

DATES = pd.date_range("2020-01-01", periods=5, freq="B")
RISE = Growth("Rise", np.array([1.0, 2.0, 4.0, 2.0, 3.0]))
FALL = Growth("Fall", np.array([1.0, 0.8, 0.6, 0.7, 0.6]))


def test_growth_is_drawn_on_one_log_scale_with_its_ticks():
    chart = growth_chart([(RISE, "strategy"), (FALL, "c0")], DATES, [Band(0.2, 0.4)])
    one, two, four = chart.lines[0].y[:3]
    assert four - two == pytest.approx(two - one)  # a doubling is as high as the next
    at = {tick.text: tick.at for tick in chart.y_ticks}
    assert (at["1"], at["2"]) == (pytest.approx(one), pytest.approx(two))
    assert chart.lines[1].y[0] == chart.lines[0].y[0]
    assert [(line.label, line.value, line.role) for line in chart.lines] == [
        ("Rise", "3.00×", "strategy"), ("Fall", "0.60×", "c0"),
    ]  # fmt: skip
    assert chart.summary == "Growth of 1. Rise ends at 3.00×; Fall ends at 0.60×."
    assert chart.bands == (Band(0.2, 0.4),)
    assert chart.lines[0].x.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_growth_ends_where_the_account_does(make):
    run = make([110.0, 121.0])
    chart = growth_chart([(strategy_growth(run), "strategy")], points(run))
    assert chart.lines[0].value == "1.21×"
    assert "1.21×" in chart.summary


def test_drawdowns_hang_from_the_top():
    chart = drawdown_chart([(RISE, "strategy"), (FALL, "benchmark")], DATES)
    rise, fall = chart.lines
    assert rise.y.tolist() == pytest.approx([1, 1, 1, 1 - 0.5 / 0.52, 1 - 0.25 / 0.52])
    assert fall.y[-1] == pytest.approx(1 - 0.4 / 0.52)
    assert (rise.value, fall.value) == ("−50.0%", "−40.0%")
    at = {tick.text: tick.at for tick in chart.y_ticks}
    assert at == {"0%": 1.0, "−20%": pytest.approx(1 - 0.2 / 0.52), "−40%": pytest.approx(1 - 0.4 / 0.52)}
    deeper = drawdown_chart([(RISE, "strategy")], DATES, (), -0.8)
    assert deeper.lines[0].y[3] == pytest.approx(1 - 0.5 / 0.832)


def test_a_plain_scale_shows_its_centre_and_round_numbers():
    values = np.array([np.nan, 0.02, 0.04])
    chart = value_chart("T", [("A", "strategy", values)], DATES[:3], centre=0.0, fraction=True)
    assert [tick.text for tick in chart.y_ticks] == ["0%", "+1%", "+2%", "+3%", "+4%"]
    at = {tick.text: tick.at for tick in chart.y_ticks}
    assert chart.lines[0].y[1:].tolist() == pytest.approx([at["+2%"], at["+4%"]])
    assert (chart.lines[0].value, chart.summary) == ("+4.0%", "T. A +4.0% at the end.")
    beta = value_chart("T", [("A", "strategy", np.array([1.5, 2.0]))], DATES[:2], centre=1.0, fraction=False)
    assert beta.lines[0].value == "2.00"
    assert {tick.text for tick in beta.y_ticks} >= {"1.0", "2.0"}
    empty = [("A", "strategy", np.full(3, np.nan))]
    assert value_chart("T", empty, DATES[:3], centre=0.0, fraction=True) is None
