"""A score that is a field of the panel: a valuation, a flow, a premium."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from ..part import ByRow, Rows
from .score import Score


def field_at(panel: Panel, name: str, stale: int, rows: Rows) -> Floats:
    """A field as it was last known, shape (D, N).

    Parameters
    ----------
    panel : Panel
        T sessions, N series.
    name : str
        Of the field.
    stale : int
        Sessions for which a value that is not renewed still holds; 0 for its own session only.
    rows : int array of shape (D,)

    Returns
    -------
    float array of shape (D, N)
        NaN where nothing was known in that session or the ``stale`` before it.

    Raises
    ------
    UnknownNameError
        The panel has no such field.
    """
    values = panel.field(name)
    out = values[rows]
    for back in range(1, stale + 1):
        blank = np.isnan(out)
        if not blank.any():
            break
        earlier = np.where((rows >= back)[:, None], values[np.maximum(rows - back, 0)], np.nan)
        out = np.where(blank, earlier, out)
    return out


@dataclass(frozen=True)
class FieldScore(ByRow, Score):
    """A field of the panel as a score: the highest value ranks first; ``Reverse(FieldScore(...))`` the lowest.

    Parameters
    ----------
    field : str
        Name of the field (``Panel.field``): any numeric column of the data that is no part of a bar.
    stale : int
        Sessions for which a value that is not renewed still counts; 0 for its own session only.

    Raises
    ------
    UnknownNameError
        When used on a panel without that field: names the nearest.

    Examples
    --------
    >>> from sectorlead import Reverse
    >>> cheapest = Reverse(FieldScore("pe", stale=5))
    """

    field: str
    stale: int = parameter(0, low=0, high=250, grid=(0, 5, 20))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The field as it was last known.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with the field.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            NaN without a bar, and where nothing was known.
        """
        return np.where(panel.has_bar[rows], field_at(panel, self.field, self.stale, rows), np.nan)
