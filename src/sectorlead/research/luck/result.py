"""``Luck``: a run among others, with what to make of it."""

from __future__ import annotations

from typing import Any

from sectorlead.reports.charts.on_axes import draw_on_axes
from sectorlead.reports.luck.result import LuckResult
from sectorlead.reports.luck.strips import strip_chart
from sectorlead.reports.luck.words import in_words
from sectorlead.reports.render.luck_notebook import luck_notebook


class Luck(LuckResult):
    """A run among runs that differ from it in one thing at a time; see ``LuckResult``."""

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it comes to, the largest first, then each kind in a sentence."""
        return in_words(self)

    def plot(self, ax: Any = None) -> Any:
        """A strip per kind on one axis of CAGR: every draw a fine line, the run itself a dot; returns the axes.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Default: those of a new figure.
        """
        return draw_on_axes(strip_chart(self), ax)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return luck_notebook(self)
