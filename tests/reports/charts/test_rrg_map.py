"""The RRG-style map: quadrants and places by hand, names that never collide."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.reports.charts.labels import text_width
from sectorlead.reports.charts.rrg_map import FEW, QUADRANTS, Trail, by_quadrant, map_chart
from sectorlead.reports.charts.spec import AWAY

WIDTH, HEIGHT = 100.0, 62.0


def trail(name, ratio, momentum, held=False, role="c0"):
    return Trail(name, name, role, held, np.atleast_1d(ratio).astype(float), np.atleast_1d(momentum).astype(float))


def test_a_series_is_in_the_quadrant_of_its_last_point():
    corners = [(101, 101), (101, 99), (99, 99), (99, 101)]
    assert tuple(trail("A", [90, x], [110, y]).quadrant for x, y in corners) == QUADRANTS
    assert trail("A", 100, 100).quadrant == "Leading"  # 100 counts as above it
    assert trail("A", 103, 96).distance == 5.0


def test_quadrants_list_the_farthest_first():
    trails = [trail("near", 101, 101), trail("far", 104, 102), trail("back", 97, 99)]
    found = dict(by_quadrant(trails))
    assert [each.name for each in found["Leading"]] == ["far", "near"]
    assert [each.name for each in found["Lagging"]] == ["back"]
    assert found["Weakening"] == ()
    assert list(found) == list(QUADRANTS)


def test_the_map_by_hand():
    chart = map_chart([trail("way", [98, 99, 102], [101, 102, 101], role="c1"), trail("held", 99, 98, True, "c2")])
    reach_x, reach_y = 2 * 1.08, 2 * 1.08  # the farthest is 2 away on both axes
    held, way = chart.lines[:2]
    assert (held.role, held.style) == ("c2", "trail-strong")  # what is held lies on top
    assert (way.role, way.style) == ("c1", "trail")
    np.testing.assert_allclose(way.x, 0.5 + np.array([-2, -1, 2]) / (2 * reach_x))
    np.testing.assert_allclose(way.y, 0.5 + np.array([1, 2, 1]) / (2 * reach_y))
    assert [(dot.x, dot.y, dot.role, dot.strong) for dot in chart.dots] == [
        (held.x[-1], held.y[-1], "c2", True), (way.x[-1], way.y[-1], "c1", False),
    ]  # fmt: skip
    assert chart.dots[1].text == "way: leading, ratio 102.00, momentum 101.00"
    at = {tick.text: tick.at for tick in chart.x_ticks}
    assert (at["100"], at["102"]) == (0.5, pytest.approx(way.x[-1]))
    axes = [line for line in chart.lines if line.style == "axis"]
    assert [(line.x.tolist(), line.y.tolist()) for line in axes] == [([0.5, 0.5], [0, 1]), ([0, 1], [0.5, 0.5])]
    corners = {label.text: (label.x, label.y) for label in chart.labels if label.style == "corner"}
    assert corners == {"Leading": (1, 1), "Weakening": (1, 0), "Lagging": (0, 0), "Improving": (0, 1)}
    assert chart.aspect == pytest.approx(WIDTH / HEIGHT)
    assert "held: held." in chart.summary


def test_names_never_overlap_nor_leave_the_map():
    rng = np.random.default_rng(7)
    names = [f"中证全指行业名称{k}" if k % 3 else f"Sector {k}" for k in range(120)]
    drawn = [
        trail(name, 100 + rng.normal(0, 3, 3), 100 + rng.normal(0, 1, 3), held=k % 10 == 0)
        for k, name in enumerate(names)
    ]
    chart = map_chart(drawn)
    size = chart.text * HEIGHT
    labels = [label for label in chart.labels if label.style == "name"]
    assert {label.text for label in labels} <= {name for k, name in enumerate(names) if k % 10 == 0}  # the held alone
    assert len(labels) >= 5
    few = map_chart(drawn[:FEW])
    assert {label.strong for label in few.labels if label.style == "name"} == {True, False}
    boxes = []
    for label in labels:
        x, y, wide = label.x * WIDTH, (label.y + label.rise) * HEIGHT, text_width(label.text, size)
        left = {"right": x + AWAY * size, "left": x - AWAY * size - wide, "middle": x - wide / 2}[label.side]
        boxes.append((left, left + wide, y - size / 2, y + size / 2))
    for k, one in enumerate(boxes):
        assert one[0] >= 0
        assert one[1] <= WIDTH
        assert one[2] >= 0
        assert one[3] <= HEIGHT
        for other in boxes[:k]:
            assert one[0] >= other[1] or other[0] >= one[1] or one[2] >= other[3] or other[2] >= one[3]
    strong = {label.text for label in labels if label.strong}
    assert len(strong) >= 6  # those that are held are named first


def test_a_name_that_a_font_may_lack_has_its_code():
    both = Trail("801010", "农林牧渔", "c0", True, np.array([101.0]), np.array([101.0]))
    (named,) = [label for label in map_chart([both]).labels if label.style == "name"]
    assert (named.text, named.code, named.strong) == ("农林牧渔", "801010", True)
    assert map_chart([both._replace(symbol="农林牧渔")]).labels[0].code == ""
