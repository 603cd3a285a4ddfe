"""One form for every chart: marks and axes in a unit box, on no canvas yet.

x runs from 0 at the left to 1 at the right, y from 0 at the bottom to 1 at the top. On an axis of time, 0 is the base
point of a growth line and 1 the last session, and every session is as wide as the next, so closed days take no room.

A chart says what is where and in which role; painters know sizes and strokes. There is one for pages that stretch
(``svg``), one for pictures with their text inside (``picture``), which print has too. None of them
knows which chart it paints, so outputs can't disagree. Marks are painted in the order of ``Chart``'s fields, and of
lines and dots the first lies on top. Where an axis has a ``Reach`` or dates, figures show what its places stand for
(``render.figures``). Lines have all their points; painters of pages leave out what can't be seen.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.types import Floats

COLUMNS = 400
"""Slices of a line of full width: it has at most two points in each, more can't be seen."""
LINE_STYLES = ("series", "level", "axis", "trail", "trail-strong", "trail-far", "leader", "reach", "ticks")
"""What a line is: a series; a dashed level across; an axis inside the picture; the way a point came, and of one that is
held; the lead from a point to its name; an interval; one of many fine marks."""
LIGHTER = 0.5
"""Strength of a lighter row's colour."""
AWAY = 0.7
"""Heights of its letters from a point to the text that hangs on it."""


class Reach(NamedTuple):
    """What an axis stands for.

    Attributes
    ----------
    low, high : float
        At 0 and at 1.
    log : bool
        Whether it is even in logarithms; then both are > 0.
    percent : bool
        Whether values are fractions, shown in percent.
    """

    low: float
    high: float
    log: bool = False
    percent: bool = False

    def real(self, at: Floats) -> Floats:
        """What places stand for; NaN stays NaN."""
        share = np.asarray(at, np.float64)
        if self.log:
            return np.asarray(self.low * (self.high / self.low) ** share)
        return np.asarray(self.low + share * (self.high - self.low))


class Tick(NamedTuple):
    """A labelled position on an axis; ``minor`` ones give way where room is short."""

    at: float
    text: str
    minor: bool = False


class Band(NamedTuple):
    """A shaded stretch of the x axis; ``role`` is its colour: "band", that of a market phase, "p2",
    "p3", ..., or "wait" for what lies before the first measured session."""

    start: float
    stop: float
    role: str = "band"


class Tile(NamedTuple):
    """A filled rectangle, from ``left`` to ``right`` and from ``low`` to ``high``.

    Attributes
    ----------
    left, right, low, high : float
    role : str
    strength : float
        Of its colour, 0 to 1.
    text : str
        Written in its middle.
    """

    left: float
    right: float
    low: float
    high: float
    role: str
    strength: float = 1.0
    text: str = ""


class Line(NamedTuple):
    """A polyline of K points, broken at NaN.

    Attributes
    ----------
    label, value : str
        Written at its end; "" for a line that isn't named.
    role : str
        Its colour in ``palette``; "" for one that its style decides.
    x, y : float64 arrays of shape (K,)
    style : str
        One of ``LINE_STYLES``.
    code : str
        The series it belongs to; "" for none.
    """

    label: str
    value: str
    role: str
    x: Floats
    y: Floats
    style: str = "series"
    code: str = ""


class Dot(NamedTuple):
    """A point; ``text`` says what it is to who asks, ``strong`` is drawn with a ring, ``code`` is its series."""

    x: float
    y: float
    role: str
    text: str = ""
    strong: bool = False
    code: str = ""


class Label(NamedTuple):
    """A text that hangs on a point of the picture.

    Attributes
    ----------
    x, y : float
        The point.
    text, note : str
        The note stands behind the text, lighter.
    role : str
    side : {"right", "left", "middle", "beyond"}
        Where the text is from the point; "beyond" is outside the box.
    rise : float
        How far its middle line is above the point.
    style : {"name", "corner"}
        The name of a mark, or of a corner of the picture.
    strong : bool
    code : str
        What stands for the text where a font lacks its characters.
    """

    x: float
    y: float
    text: str
    role: str = ""
    side: str = "right"
    rise: float = 0.0
    note: str = ""
    style: str = "name"
    strong: bool = False
    code: str = ""


class Bar(NamedTuple):
    """A stretch of a row; ``text`` says what it is to who asks."""

    start: float
    stop: float
    text: str = ""


class Row(NamedTuple):
    """One row of bars; rows share the height of the box, the first on top.

    Attributes
    ----------
    role : str
    bars : tuple of Bar
    name, code : str
        Before the row; the code stands for the name where a font lacks its characters.
    value : str
        Behind the row.
    share : float
        How much of the row its bars cover, 0 to 1.
    lighter : bool
        Whether its colour is, as the row before has the same.
    """

    role: str
    bars: tuple[Bar, ...]
    name: str = ""
    code: str = ""
    value: str = ""
    share: float = 0.0
    lighter: bool = False


class Chart(NamedTuple):
    """A chart.

    Attributes
    ----------
    title : str
    summary : str
        What a reader who can't see it should know.
    x_ticks, y_ticks : tuple of Tick
    bands, rows, lines, dots, labels : tuples of marks
    key : tuple of (role, name)
        What colours mean that no label tells.
    x_name, y_name : str
        Of the axes.
    x_grid : bool
        Whether there is a grid line at each x tick; there is one at each y tick.
    aspect : float
        Width over height where one unit is as long up as across; 0 for a chart that stretches with its page.
    text : float
        Height of its labels' letters over the height of the picture; 0 where the medium decides.
    height : int
        Pixels, of a page; at less, labels may meet.
    tiles : tuple of Tile
        Behind the lines.
    x_reach, y_reach : Reach, optional
        What the axes stand for.
    dates : DatetimeIndex, optional
        Of an axis of time: at even distances from 0 to 1.
    columns : int
        Slices of a line that a page shows at most two points of.
    """

    title: str
    summary: str
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    bands: tuple[Band, ...] = ()
    rows: tuple[Row, ...] = ()
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    labels: tuple[Label, ...] = ()
    key: tuple[tuple[str, str], ...] = ()
    x_name: str = ""
    y_name: str = ""
    x_grid: bool = False
    aspect: float = 0.0
    text: float = 0.0
    height: int = 260
    tiles: tuple[Tile, ...] = ()
    x_reach: Reach | None = None
    y_reach: Reach | None = None
    dates: pd.DatetimeIndex | None = None
    columns: int = COLUMNS

    @property
    def named_lines(self) -> tuple[Line, ...]:
        """The lines that are written at their ends."""
        return tuple(line for line in self.lines if line.label)


def evenly(label: str, value: str, role: str, y: Floats) -> Line:
    """A line through K points at even distances from 0 to 1.

    Parameters
    ----------
    label, value, role : str
    y : array of shape (K,)
        NaN where it isn't known.
    """
    return Line(label, value, role, np.arange(len(y)) / max(len(y) - 1, 1), y)


def seen(line: Line, columns: int) -> Line:
    """A series with the points that a page shows; every other line as it is.

    Parameters
    ----------
    line : Line
    columns : int
        >= 1.
    """
    if line.style != "series" or len(line.y) <= 2 * columns:
        return line
    kept = thinned(line.y, columns)
    return line._replace(x=line.x[kept], y=line.y[kept])


def straight(start: tuple[float, float], stop: tuple[float, float], style: str, role: str = "") -> Line:
    """A line from one point to another, each as (x, y), that isn't named.

    Parameters
    ----------
    start, stop : tuple of two floats
        (x, y) in the unit box.
    style : str
        Of the line.
    role : str
        Of its colour.
    """
    return Line("", "", role, np.array([start[0], stop[0]]), np.array([start[1], stop[1]]), style)


def thinned(values: Floats, columns: int = COLUMNS) -> NDArray[np.int64]:
    """Positions of the lowest and the highest value in each of ``columns`` slices, and both ends.

    Parameters
    ----------
    values : array of shape (K,)
        NaN is never lowest nor highest where a slice has another value.
    columns : int
        >= 1.
    """
    count = len(values)
    if count <= 2 * columns:
        return np.arange(count)
    edges = np.linspace(0, count, columns + 1).astype(np.int64)
    low, high = np.nan_to_num(values, nan=np.inf), np.nan_to_num(values, nan=-np.inf)
    picks = [(a + int(low[a:b].argmin()), a + int(high[a:b].argmax())) for a, b in itertools.pairwise(edges)]
    return np.unique(np.append(np.array(picks).ravel(), (0, count - 1)))


def fullest(chart: Chart, most: int) -> Chart:
    """The chart with at most ``most`` of its rows: those that their bars cover most, in the order they have.

    Parameters
    ----------
    chart : Chart
    most : int
    """
    kept = sorted(range(len(chart.rows)), key=lambda k: -chart.rows[k].share)[:most]
    return chart._replace(rows=tuple(chart.rows[k] for k in sorted(kept)))
