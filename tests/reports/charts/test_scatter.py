"""Turnover against return: dots where the numbers are, every name written, none over another or a dot."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.reports.charts.labels import text_width
from sectorlead.reports.charts.scatter import turnover_against_return

NARROW, GAP, LINE, SIZE = 300.0, 8.0, 15.0, 11.0  # pixels on a narrow page, as ``page.css`` has them
RUNS = st.lists(
    st.tuples(st.text("abcdefgh-行业 ", min_size=1, max_size=30), st.floats(0, 20), st.floats(-0.9, 3)),
    min_size=2,
    max_size=12,
)


def box(label, height):
    """What a name covers on a narrow page: left, right, low, high."""
    x, middle, wide = label.x * NARROW, (label.y + label.rise) * height, text_width(label.text, SIZE)
    left = {"right": x + GAP, "left": x - GAP - wide, "middle": x - wide / 2}[label.side]
    return left, left + wide, middle - LINE / 2, middle + LINE / 2


def apart(one, other):
    return one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]


@settings(max_examples=60)
@given(RUNS, st.one_of(st.none(), st.floats(-0.5, 2)))
def test_every_name_is_written_and_none_covers_another_or_a_dot(given_runs, index):
    runs = [(label, "c0", turnover, grown) for label, turnover, grown in given_runs]
    chart = turnover_against_return(runs, None if index is None else ("Index", index))
    names = [label for label in chart.labels if label.side != "beyond"]
    assert len(names) == len(runs) == len(chart.dots)
    boxes = [box(name, chart.height) for name in names]
    for k, (name, own) in enumerate(zip(names, boxes, strict=True)):
        assert given_runs[k][0].startswith(name.text.removesuffix("…").rstrip())
        assert own[0] >= -1e-9
        assert own[1] <= NARROW + 1e-9
        assert own[2] >= -1e-9
        assert own[3] <= chart.height + 1e-9
        less = (own[0] + 1e-6, own[1] - 1e-6, own[2] + 1e-6, own[3] - 1e-6)
        assert all(apart(less, other) for other in boxes[:k])
        for j, dot in enumerate(chart.dots):
            x, y = dot.x * NARROW, dot.y * chart.height
            assert j == k or not (own[0] < x < own[1] and own[2] < y < own[3])


def test_dots_and_ticks_are_where_the_numbers_are():
    chart = turnover_against_return([("a", "strategy", 2.0, 0.1), ("b", "c0", 10.0, 0.3)], ("Index", 0.2))
    first, second = chart.dots
    assert (first.x, second.x) == (pytest.approx(2 / 10.4), pytest.approx(1 / 1.04))
    up = {tick.text: tick.at for tick in chart.y_ticks}
    assert (up["10%"], up["30%"]) == (pytest.approx(first.y), pytest.approx(second.y))
    across = {tick.text: tick.at for tick in chart.x_ticks}
    assert across["10×"] == pytest.approx(second.x)
    (level,) = [line for line in chart.lines if line.style == "level"]
    assert level.y.tolist() == pytest.approx([up["20%"]] * 2)
    assert (level.role, level.x.tolist()) == ("benchmark", [0.0, 1.0])
    beyond = chart.labels[-1]
    assert (beyond.text, beyond.note, beyond.side, beyond.y) == ("Index", "+20.0%", "beyond", level.y[0])
    assert chart.summary.endswith("a 2.0×, +10.0%; b 10.0×, +30.0%; Index +20.0%.")


def test_a_name_that_had_to_move_is_led_to():
    crowd = [(f"strategy-{k}", "c0", 5.0 + k / 1e3, 0.1) for k in range(6)]
    chart = turnover_against_return(crowd)
    leaders = [line for line in chart.lines if line.style == "leader"]
    moved = [label for label in chart.labels if abs(label.rise) * chart.height > LINE]
    assert len(leaders) >= len(moved) >= 2
    for line in leaders:
        assert any(line.x[0] == dot.x and line.y[0] == dot.y for dot in chart.dots)
        assert any(line.y[1] == label.y + label.rise for label in chart.labels)


def test_it_takes_two_runs_with_both_numbers():
    assert turnover_against_return([("a", "c0", 1.0, 0.1), ("b", "c1", math.nan, 0.1)]) is None
    chart = turnover_against_return([("a", "c0", 1.0, 0.1), ("b", "c1", 1.0, 0.2)], ("Index", math.nan))
    assert (chart.lines, len(chart.labels)) == ((), 2)
    rng = np.random.default_rng(3)
    many = [(f"strategy-{k}", "c0", float(x), float(y)) for k, (x, y) in enumerate(rng.uniform(0, 1, (24, 2)))]
    assert turnover_against_return(many).height >= 22 * 25
