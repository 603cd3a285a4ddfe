"""Names in a picture: none covers another, a point, or the edge, whatever the points."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports.charts.labels import Box, Named, Room, placed, shortened, spread, text_width

ROOM = Room(width=300.0, height=200.0, line=15.0, dot=6.0, gap=8.0)
POINTS = st.lists(
    st.builds(Named, st.floats(0, 300), st.floats(0, 200), st.floats(1, 160)), max_size=12
)  # some so close that not all names can be placed
ROOMS = st.builds(
    Room, st.just(300.0), st.just(200.0), st.floats(4, 30), st.floats(0, 8), st.floats(0, 12), st.integers(0, 30)
)


@given(POINTS, ROOMS, st.booleans(), st.randoms(use_true_random=False))
def test_names_never_overlap_nor_leave_the_picture(points, room, reserved, random):
    order = random.sample(range(len(points)), len(points))
    taken = [Box(200.0, 300.0, 90.0, 105.0)] if reserved else []
    places = placed(points, room, order, taken)
    boxes = {k: place.box for k, place in enumerate(places) if place}
    for k, box in boxes.items():
        assert 0 <= box.left < box.right <= room.width
        assert 0 <= box.low < box.high <= room.height
        assert box.right - box.left == pytest.approx(points[k].wide)
        assert box.high - box.low == pytest.approx(room.line)
        assert not any(box.meets(other) for other in [*taken, *(boxes[j] for j in boxes if j != k)])
        for j, point in enumerate(points):
            clear = (
                box.right <= point.x - room.dot or box.left >= point.x + room.dot
                or box.high <= point.y - room.dot or box.low >= point.y + room.dot
            )  # fmt: skip
            assert clear or j == k
    assert placed(points, room, order, taken) == places


@given(POINTS, ROOMS)
def test_a_place_says_how_its_name_hangs_on_the_point(points, room):
    for point, place in zip(points, placed(points, room), strict=True):
        if place:
            assert (place.box.low + place.box.high) / 2 == pytest.approx(point.y + place.rise)
            edge = {
                "right": place.box.left - room.gap, "left": place.box.right + room.gap,
                "middle": (place.box.left + place.box.right) / 2,
            }  # fmt: skip
            assert edge[place.side] == pytest.approx(point.x)
            assert abs(place.rise) <= room.steps * room.line / 2


def test_a_name_stands_beside_its_point_where_it_can():
    (only,) = placed([Named(100, 100, 50)], ROOM)
    assert (only.side, only.rise) == ("right", 0.0)
    assert only.box == Box(108, 158, 92.5, 107.5)
    (edge,) = placed([Named(290, 100, 50)], ROOM)
    assert (edge.side, edge.box) == ("left", Box(232, 282, 92.5, 107.5))
    (low,) = placed([Named(100, 2, 50)], ROOM)
    assert (low.side, low.rise) == ("right", 7.5)
    (wide,) = placed([Named(150, 100, 200)], ROOM)
    assert (wide.side, wide.rise) == ("middle", 15.0)
    assert placed([Named(150, 100, 301)], ROOM) == [None]
    assert placed([], ROOM) == []


def test_who_comes_first_has_the_better_place():
    points = [Named(250, 100, 40), Named(250, 101, 40)]
    assert [place.side for place in placed(points, ROOM)] == ["left", "right"]  # the higher one chooses first
    assert [place.side for place in placed(points, ROOM, [0, 1])] == ["right", "left"]
    assert placed(points, ROOM, [1])[0] is None


@given(st.lists(st.floats(0, 1), max_size=8), st.floats(0.01, 0.1))
def test_labels_at_an_edge_are_spread_in_order(positions, gap):
    moved = spread(positions, gap)
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    assert all(moved[b] - moved[a] >= gap - 1e-9 for a, b in itertools.pairwise(order))
    assert all(-1e-9 <= at <= 1 + 1e-9 for at in moved)
    if all(b - a >= gap for a, b in itertools.pairwise(sorted(positions))):
        assert moved == positions  # what has room stays


@given(st.text(max_size=30), st.floats(2, 20), st.floats(0.5, 20))
def test_a_text_is_cut_to_its_room_and_no_shorter_than_it_must_be(text, ems, size):
    got = shortened(text, ems * size, size)
    assert text_width(got, size) <= ems * size + 1e-9
    if got != text:
        kept = got.removesuffix("…")
        assert text.startswith(kept)
        more = text[: len(kept) + 1]  # one character more would be too much, spaces at the end apart
        assert text_width(more + "…", size) > ems * size or text[len(kept)].isspace()


def test_chinese_is_as_wide_as_high():
    assert text_width("石油ETF", 10) == pytest.approx(20 + 3 * 6.2)
    assert shortened("机械设备行业", 4.7) == "机械设备…"
    assert shortened("momentum", 4.0) == "momen…"
