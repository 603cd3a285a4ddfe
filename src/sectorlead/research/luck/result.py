"""``Luck``: a run among others, with what to make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sectorlead.data.errors import UnknownNameError
from sectorlead.reports.luck.result import LuckResult
from sectorlead.reports.luck.strips import strip_chart
from sectorlead.reports.luck.words import in_words
from sectorlead.reports.render.figures import draw
from sectorlead.reports.render.luck_notebook import luck_notebook

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Luck(LuckResult):
    """A run among runs that differ from it in one thing at a time; see ``LuckResult``."""

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it comes to, the largest first, then each kind in a sentence."""
        return in_words(self)

    def plot(
        self, kind: str = "strips", ax: Axes | None = None, *, locale: str = "en", moves: str | None = None
    ) -> Axes:
        """A strip per kind on one axis of CAGR: every draw a fine line, the run itself a dot; returns the axes.

        Parameters
        ----------
        kind : {"strips"}
        ax : matplotlib.axes.Axes, optional
            Default: those of a new figure of pyplot.
        locale : {"en", "zh"}
            Language of its words.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls.

        Raises
        ------
        UnknownNameError
            For another kind.
        """
        if kind != "strips":
            raise UnknownNameError("kind", kind, ["strips"])
        return draw(strip_chart(self), ax, locale=locale, moves=moves)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return luck_notebook(self)
