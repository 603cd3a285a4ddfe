"""What measures share: the form of a measure over a window, and the moves of symbols and benchmark."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.pullback import PullbackRule
from ...data.types import Floats
from ..part import ByRow, Rows
from .score import Score
from .spans import Spans
from .window import Current, PullbackWindow, Window, index_of

# ruff: noqa: RUF009  # parts are frozen values, so a part may be a default


@dataclass(frozen=True)
class WindowMeasure(ByRow, Score, ABC):
    """A measure of each symbol over the sessions k+1..u of a window.

    Subclass it with ``measured``. NaN in a session without a window, and where a symbol has no bar at t.

    Parameters
    ----------
    window : Window
        Default ``Current()``: the current pullback, or the last one.

    Raises
    ------
    ParameterError
        When ``window`` is none.
    DataError
        When used on a panel without a benchmark.
    """

    window: Window = Current()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.window, Window):
            raise ParameterError(
                f"{type(self).__name__}.window must be a Window such as Current() or Fixed(60), was {self.window!r}"
            )

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The measure over the window of each session.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            In the unit of the measure; NaN where the window is unknown, the series has no bar, or ``measured`` gives
            none.

        Raises
        ------
        DataError
            The panel has no benchmark.
        """
        index_of(panel, self)
        spans = self.window.spans(panel).of(rows)
        known = spans.start >= 0
        out = np.full((len(rows), len(panel.symbols)), np.nan)
        if known.any():
            out[known] = self.measured(panel, spans.of(known))
        out[~panel.has_bar[rows]] = np.nan
        return out

    @property
    def pullback_rule(self) -> PullbackRule | None:
        """That of its window, where pullbacks open it."""
        return self.window.rule if isinstance(self.window, PullbackWindow) else None

    @abstractmethod
    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """The measure over each span, every one of them known, and at least one.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            In the unit of the measure; NaN where it can't be told. ``at`` blanks series without a bar.
        """


class Moves(NamedTuple):
    """Log returns, from one session to the next.

    Attributes
    ----------
    own : array of shape (T, N)
        Of the adjusted closes, carried over sessions without a bar; 0 where ``present`` is False.
    market : array of shape (T,)
        Of the benchmark's closes, carried likewise; NaN before its second.
    present : bool array of shape (T, N)
        Where a symbol has a bar now and had one in the session before.
    """

    own: Floats
    market: Floats
    present: NDArray[np.bool_]


def moves(panel: Panel, index: Floats) -> Moves:
    """The moves of a panel and its benchmark; row 0 has none.

    Parameters
    ----------
    panel : Panel
        T sessions, N series.
    index : float array of shape (T,)
        Closes of the benchmark, > 0 or NaN.

    Returns
    -------
    Moves
        Log returns from bar to bar, 0 where a series lacks one of the two; see ``present``.
    """
    price, has_bar = panel.last_adjusted_close, panel.has_bar
    own, market = np.zeros(price.shape), np.full(len(price), np.nan)
    present = np.zeros(price.shape, np.bool_)
    present[1:] = has_bar[1:] & has_bar[:-1]
    own[1:] = np.where(present[1:], np.log(price[1:] / price[:-1]), 0.0)
    market[1:] = np.log(index[1:] / index[:-1])
    return Moves(own, market, present)


def growth(panel: Panel, index: Floats, spans: Spans) -> tuple[Floats, Floats]:
    """Growth over each span from its first to its last row, of the symbols and of the benchmark.

    Parameters
    ----------
    panel : Panel
    index : float array of shape (T,)
        Closes of the benchmark.
    spans : Spans
        D of them, rows k..u.

    Returns
    -------
    tuple of float arrays of shapes (D, N) and (D, 1)
        ``P[u] / P[k]`` of last known adjusted closes, and ``B[u] / B[k]``; NaN before a first bar.
    """
    price = panel.last_adjusted_close
    return price[spans.end] / price[spans.start], (index[spans.end] / index[spans.start])[:, None]


def highest(values: Floats, spans: Spans) -> Floats:
    """The highest of rows k..u of ``values``, the first row included.

    Parameters
    ----------
    values : float array of shape (T, ...)
    spans : Spans
        D of them.

    Returns
    -------
    float array of shape (D, ...)
        NaN where a row of the span is NaN.
    """
    top: Floats = np.maximum(values[spans.start], spans.over(np.maximum, values))
    return top
