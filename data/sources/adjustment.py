"""The adjustment factor behind a vendor's adjusted prices, whatever arithmetic made them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..errors import SchemaChangedError
from ..types import Floats

Corners = list[tuple[float, float]]  # of a convex polygon of (slope, level)

_STEEPEST = 1e4
_SPLIT = 0.15  # a step beyond this is taken for a split where both readings fit
_EVENTS_A_YEAR = 8
_SETTLED = 30  # rows from an event on that say its size; later ones do not change it, so that history stays as it was


def adjustment_factor(raw: Floats, adjusted: Floats, *, tolerance: float | None = None) -> Floats:
    """Total-return factor of every row: 1 in the first, constant between events, multiplied on each ex-date.

    Vendors adjust in two ways: some multiply by a ratio, some scale for splits and *add* dividends (which is how
    "adjusted" prices become negative). The quotient adjusted / raw is constant between events only for the first, and
    flutters with rounding for both. What holds for both: between events adjusted = slope * raw + level, but for the
    rounding of the last digit. So the rows are cut where no such line fits any more: from the first row on, all lines
    that fit are kept (a polygon in slope and level, clipped by the two bounds that every price sets); when none is
    left, the row is an ex-date. With the new line, the price at which nothing would have happened is
    ``p* = (adjusted[t-1] - level) / slope``, and the factor grows by ``raw close[t-1] / p*``: a split by its ratio, a
    dividend D by p / (p - D). Dividends are whole ticks, splits whole numbers if they can be. Growth that moves the
    price by no more than two ticks is rounding, and left out. Rows that are added change no earlier one, but for the
    size of an event of the last 30 sessions, by a tick.

    Parameters
    ----------
    raw, adjusted : float array of shape (T, 4)
        Open, high, low, close, > 0 in ``raw``; a column may be NaN throughout, but for close.
    tolerance : float, optional
        Largest rounding error of an adjusted price; default: one of its last decimals.

    Raises
    ------
    SchemaChangedError
        More than eight events a year, or an impossible one: the two are not the same series.
    """
    tick, last = _last_digit(raw[:, 3]), _last_digit(adjusted[:, 3])
    allowed = last if tolerance is None else tolerance
    pieces = _pieces(raw, adjusted, allowed)
    steps = np.ones(len(raw))
    for before, piece in pairwise(pieces):
        piece.choose(before)
        t = piece.first
        untouched = piece.origin + (adjusted[t - 1, 3] - piece.level) / piece.slope
        if not untouched > 0:
            message = f"adjusted prices imply a price of {untouched:g} in row {t}."
            raise SchemaChangedError(message, column="adjusted close")
        if abs(raw[t - 1, 3] - untouched) > 2 * tick + allowed / piece.slope:
            steps[t] = _step(float(raw[t - 1, 3]), float(untouched), tick)
    events = int((steps != 1).sum())
    if events > max(_EVENTS_A_YEAR, _EVENTS_A_YEAR * len(raw) / 250):
        message = f"adjusted prices break with the raw ones {events} times in {len(raw)} rows: not the same series."
        raise SchemaChangedError(message, column="adjusted close")
    return np.cumprod(steps, dtype=np.float64)


def quotient_factor(raw: Floats, adjusted: Floats, tolerance: float) -> Floats:
    """The factor where the vendor is known to multiply: adjusted / raw without its flutter, 1 in the first row.

    From the first row on, the quotients that explain every row to within ``tolerance`` are an interval; where it
    becomes empty, a new one begins. Its middle after 30 rows is the quotient.

    Parameters
    ----------
    raw, adjusted : float array of shape (T,)
        Closes, > 0.
    tolerance : float
        Largest error of ``adjusted`` against quotient * raw.
    """
    quotient = np.empty(len(raw))
    first, low, high = 0, 0.0, np.inf
    for t, (p, h) in enumerate(zip(raw.tolist(), adjusted.tolist(), strict=True)):
        least, most = (h - tolerance) / p, (h + tolerance) / p
        if max(low, least) > min(high, most):
            first, low, high = t, least, most
        low, high = max(low, least), min(high, most)
        if t < first + _SETTLED:
            quotient[first : t + 1] = (low + high) / 2
        else:
            quotient[t] = quotient[t - 1]
    factor: Floats = quotient / quotient[0]
    return factor


@dataclass(slots=True)
class _Piece:
    """Rows from ``first`` on that one line fits: adjusted = slope * (raw - origin) + level."""

    first: int
    origin: float
    corners: Corners
    settled: Corners
    slope: float = 1.0
    level: float = 0.0

    def choose(self, before: _Piece | None) -> None:
        """Among the lines that fit, the one that says least: a dividend or a split, else the middle."""
        guesses: list[tuple[float, float] | None] = [(1.0, self.origin)]
        if before is not None:
            old = before.slope * (self.origin - before.origin) + before.level  # where the line of before would be here
            zero = before.level - before.slope * before.origin  # adjusted where raw is 0: a split keeps it
            dividend, split = self._middle_on(1.0, 0.0, before.slope), self._middle_on(-self.origin, 1.0, zero)
            large = abs(_mean(self.settled)[1] - old) > _SPLIT * abs(old)
            guesses = [split, dividend] if large else [dividend, split]
        fitting = [guess for guess in guesses if guess and _inside(self.settled, guess)]
        self.slope, self.level = fitting[0] if fitting else _mean(self.settled)

    def _middle_on(self, u: float, v: float, w: float) -> tuple[float, float] | None:
        """Middle of the part of the polygon where u * slope + v * level = w."""
        found = []
        for (a, c), (b, d) in zip(self.settled, self.settled[1:] + self.settled[:1], strict=True):
            e, f = u * a + v * c - w, u * b + v * d - w
            if e == f == 0:
                found += [(a, c), (b, d)]
            elif min(e, f) <= 0 <= max(e, f):
                x = e / (e - f)
                found.append((a + x * (b - a), c + x * (d - c)))
        return _mean(found) if found else None


def _step(before: float, untouched: float, tick: float) -> float:
    """Growth of the factor from the close before an event and what that close became by it."""
    step = before / untouched
    if abs(step - 1) < _SPLIT:
        return before / (before - round((before - untouched) / tick) * tick)
    whole = float(round(step)) if step > 1 else 1 / round(1 / step)
    return whole if abs(before / whole - untouched) <= 2 * tick else step


def _pieces(raw: Floats, adjusted: Floats, allowed: float) -> list[_Piece]:
    pieces: list[_Piece] = []
    for t in range(len(raw)):
        pairs = zip(raw[t].tolist(), adjusted[t].tolist(), strict=True)
        points = sorted({(p, h) for p, h in pairs if math.isfinite(p + h)})
        if pieces:
            kept = _clipped(pieces[-1].corners, points, pieces[-1].origin, allowed)
            if kept:
                pieces[-1].corners = kept
                if t < pieces[-1].first + _SETTLED:
                    pieces[-1].settled = kept
                continue
        origin, level = float(raw[t, 3]), float(adjusted[t, 3])
        wide = 2 * allowed
        corners = [(0.0, level - wide), (_STEEPEST, level - wide), (_STEEPEST, level + wide), (0.0, level + wide)]
        corners = _clipped(corners, points, origin, allowed) or [(level / origin, level)]  # no line: its quotient
        pieces.append(_Piece(t, origin, corners, corners))
    pieces[0].choose(None)
    return pieces


def _clipped(corners: Corners, points: list[tuple[float, float]], origin: float, allowed: float) -> Corners:
    """The lines that also pass these points: for each, |slope * (raw - origin) + level - adjusted| <= allowed."""
    for p, h in points:
        x = p - origin
        if all(abs(a * x + c - h) <= allowed for a, c in corners):
            continue
        corners = _half(corners, x, 1.0, h + allowed)
        corners = _half(corners, -x, -1.0, allowed - h)
        if not corners:
            break
    return corners


def _half(corners: Corners, u: float, v: float, w: float) -> Corners:
    """The part of a convex polygon where u * slope + v * level <= w."""
    out: Corners = []
    for (a, c), (b, d) in zip(corners, corners[1:] + corners[:1], strict=True):
        e, f = u * a + v * c - w, u * b + v * d - w
        if e <= 0:
            out.append((a, c))
        if (e < 0 < f) or (f < 0 < e):
            x = e / (e - f)
            out.append((a + x * (b - a), c + x * (d - c)))
    return out


def _mean(points: Corners) -> tuple[float, float]:
    return sum(a for a, _ in points) / len(points), sum(c for _, c in points) / len(points)


def _inside(corners: Corners, point: tuple[float, float]) -> bool:
    """Whether a point lies in a convex polygon whose corners go round, up to rounding."""
    turns = []
    for (a, c), (b, d) in zip(corners, corners[1:] + corners[:1], strict=True):
        turn = (b - a) * (point[1] - c) - (d - c) * (point[0] - a)
        turns.append(turn / max(abs(b - a) + abs(d - c), 1e-300))
    return min(turns) >= -1e-9 or max(turns) <= 1e-9


def _last_digit(values: Floats) -> float:
    """Smallest step in which prices are written: 0.001 for 1.234."""
    values = values[np.isfinite(values)]
    for digits in range(7):
        if np.allclose(values * 10**digits, np.round(values * 10**digits), rtol=0, atol=1e-6 * 10**min(digits, 2)):
            return float(10.0**-digits)
    return 1e-6
