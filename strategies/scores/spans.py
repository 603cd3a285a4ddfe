"""Spans of sessions, and folds over them: sums and highs of every span at once, without cancellation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...data.types import Floats
from ..part import Rows


class Spans(NamedTuple):
    """The sessions start+1..end that something is measured over, one span for each row asked for; D of them.

    Attributes
    ----------
    start : int64 array of shape (D,)
        The row whose close is the base: its own move is not counted. -1 where there is no span.
    end : int64 array of shape (D,)
        The last row, later than ``start``; -1 where there is no span.
    sessions : int or None
        ``end - start`` where all spans are alike; None where they grow from a few starts.
    """

    start: Rows
    end: Rows
    sessions: int | None = None

    def of(self, which: Rows | NDArray[np.bool_]) -> Spans:
        """The spans of these rows, by position or mask."""
        return Spans(self.start[which], self.end[which], self.sessions)

    @property
    def length(self) -> Rows:
        """Sessions in each span, shape (D, 1)."""
        return (self.end - self.start)[:, None]

    def over(self, fold: np.ufunc, values: Floats) -> Floats:
        """``fold``, such as ``np.add``, of rows start+1..end of ``values``, shape (D, ...).

        Every span must be known. A result depends on the rows of its span only, to the last bit: spans that grow are
        folded from their start on in the order of the rows, spans of one length by ``trailing``.

        Parameters
        ----------
        fold : ufunc
            Associative, of two arguments.
        values : array of shape (T, ...)
        """
        if self.sessions is not None:
            return trailing(fold, values, self.sessions)[self.end]
        out = np.empty((len(self.start), *values.shape[1:]))
        for k in np.unique(self.start).tolist():
            mine = self.start == k
            last = self.end[mine]
            out[mine] = fold.accumulate(values[k + 1 : int(last.max()) + 1], axis=0)[last - k - 1]
        return out


def trailing(fold: np.ufunc, values: Floats, sessions: int) -> Floats:
    """``fold`` of the last ``sessions`` rows, of those there are near the start, shape (T, ...).

    By doubling, in log2(sessions) passes. Nothing is ever taken out of a running total, so nothing cancels, and a row's
    answer depends on the rows of its window only.

    Parameters
    ----------
    fold : ufunc
        Associative, of two arguments, such as ``np.add``.
    values : array of shape (T, ...)
    sessions : int
        >= 1.
    """
    block, width = values, 1
    out, done = values, 0
    while True:
        if sessions & width:
            out = _before(fold, block, out, done) if done else block
            done += width
        if done == sessions:
            return out
        block = _before(fold, block, block, width)
        width *= 2


def _before(fold: np.ufunc, older: Floats, newer: Floats, rows: int) -> Floats:
    """``newer``, which is of ``rows`` rows, folded with the block just before it."""
    out = np.empty_like(newer)
    out[:rows] = newer[:rows]
    fold(older[:-rows], newer[rows:], out=out[rows:])
    return out
