"""Where names go in a picture: beside their points, never over another name, another point, or the edge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

_WIDE, _NARROW = 1.0, 0.62  # ems: a Chinese character; a safe estimate for any other


class Box(NamedTuple):
    """A rectangle; y goes up."""

    left: float
    right: float
    low: float
    high: float

    def meets(self, other: Box) -> bool:
        """Whether they have a point inside both."""
        return self.left < other.right and other.left < self.right and self.low < other.high and other.low < self.high


class Named(NamedTuple):
    """A point, and the width of its name, in the units of the picture."""

    x: float
    y: float
    wide: float


class Place(NamedTuple):
    """Where a name stands.

    Attributes
    ----------
    side : {"right", "left", "middle"}
        Of its point; "middle" is above or below it.
    rise : float
        How far its middle line is above the point.
    box : Box
        What the name covers.
    """

    side: str
    rise: float
    box: Box


class Room(NamedTuple):
    """A picture that has names in it; lengths in any one unit.

    Attributes
    ----------
    width, height : float
        Of the picture, whose lower left corner is (0, 0).
    line : float
        Height of a line of text.
    dot : float
        Half the size of a point's mark.
    gap : float
        From a point to a name beside it.
    steps : int
        How many times half a line a name may be moved up or down.
    """

    width: float
    height: float
    line: float
    dot: float
    gap: float
    steps: int = 2


def placed(
    points: Sequence[Named], room: Room, order: Iterable[int] | None = None, taken: Iterable[Box] = ()
) -> list[Place | None]:
    """A place for the name of each point; None where there is no room for one.

    One after the other, each name takes the first free place: beside its point, right before left, then half a line
    higher or lower at a time, and centred above or below it as soon as that clears the point. It is the simplest of the
    label placers in Christensen, Marks and Shieber, "An empirical study of algorithms for point-feature label
    placement" (1995), with the names that matter most first; it gives the same picture every time.

    Parameters
    ----------
    points : sequence of Named
    room : Room
    order : iterable of int, optional
        Positions in ``points``, each at most once; who comes first has the better choice, who isn't in it gets no name.
        Default: from the highest point to the lowest.
    taken : iterable of Box
        Where no name may be.

    Returns
    -------
    list of Place or None
        One for each point. No two boxes meet, none meets another point's mark or a box of ``taken``, all are inside
        the picture.
    """
    marks = [Box(p.x - room.dot, p.x + room.dot, p.y - room.dot, p.y + room.dot) for p in points]
    filled = list(taken)
    out: list[Place | None] = [None] * len(points)
    for k in sorted(range(len(points)), key=lambda k: -points[k].y) if order is None else order:
        others = [*filled, *marks[:k], *marks[k + 1 :]]
        free = (
            place
            for place in _places(points[k], room)
            if _inside(place.box, room) and not any(map(place.box.meets, others))
        )
        found = next(free, None)
        if found:
            out[k] = found
            filled.append(found.box)
    return out


def _places(point: Named, room: Room) -> Iterable[Place]:
    for step in range(room.steps + 1):
        for sign in (1, -1)[: 1 if step == 0 else 2]:
            rise = sign * step * room.line / 2
            low, high = point.y + rise - room.line / 2, point.y + rise + room.line / 2
            near, far = room.gap, room.gap + point.wide
            yield Place("right", rise, Box(point.x + near, point.x + far, low, high))
            yield Place("left", rise, Box(point.x - far, point.x - near, low, high))
            if abs(rise) >= room.dot + room.line / 2:
                yield Place("middle", rise, Box(point.x - point.wide / 2, point.x + point.wide / 2, low, high))


def _inside(box: Box, room: Room) -> bool:
    return box.left >= 0 and box.right <= room.width and box.low >= 0 and box.high <= room.height


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """The positions moved apart to at least ``gap``, in the same order and within [0, 1] as far as there is room.

    Parameters
    ----------
    positions : sequence of float
        In [0, 1], in any order.
    gap : float
        Least distance.
    """
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    moved = [positions[i] for i in order]
    for k in range(1, len(moved)):
        moved[k] = max(moved[k], moved[k - 1] + gap)
    if moved and moved[-1] > 1.0:
        moved[-1] = 1.0
        for k in range(len(moved) - 2, -1, -1):
            moved[k] = min(moved[k], moved[k + 1] - gap)
    return [moved[order.index(i)] for i in range(len(positions))]


def text_width(text: str, size: float = 1.0) -> float:
    """A safe estimate of the width of a text whose letters are ``size`` high, for a page whose font is not known.

    Parameters
    ----------
    text : str
    size : float
        Of the font, in the unit of the answer.
    """
    return size * sum(_WIDE if ord(char) >= 0x2E80 else _NARROW for char in text)


def shortened(text: str, room: float, size: float = 1.0) -> str:
    """``text``, cut with "…" where it would be wider than ``room``; "…" where not even one character fits.

    Parameters
    ----------
    text : str
    room : float
        In the unit of ``size``.
    size : float
        Of the font.
    """
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"
