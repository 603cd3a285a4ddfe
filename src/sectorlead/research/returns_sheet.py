"""``tearsheet``: a report of any series of returns, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.reports.returns.series import ReturnsLine, returns_line

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class Tearsheet:
    """A series of returns, and what to make of it; see ``tearsheet``.

    Attributes
    ----------
    line : ReturnsLine
        The growth of 1, beside the benchmark's.
    """

    line: ReturnsLine

    def summary(self) -> dict[str, float]:
        """Metrics by name, plain numbers: those of ``Run.summary`` that need no holdings."""
        return dict(self.line.metrics)

    def save(self, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
        """Writes one self-contained HTML page that opens offline; returns its path.

        Parameters
        ----------
        path : path
        locale : {"en", "zh"}
            Language of its labels.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls. Default: those that colour-blind readers can tell apart.

        Raises
        ------
        InputError
            The path is a folder, names no page (.html), or can't be written.
        """
        from sectorlead.reports.render.jinja import write
        from sectorlead.reports.returns.page import returns_page

        try:
            return write(path, returns_page(self.line, locale=locale, moves=moves))
        except OSError as error:
            raise InputError(f"{path} can't be written: {error.strerror or error}") from None

    def plot(
        self, kind: str = "growth", ax: Axes | None = None, *, locale: str = "en", moves: str | None = None
    ) -> Axes:
        """Draws a chart on matplotlib's axes, with dates and values on them; returns them.

        Parameters
        ----------
        kind : str
            "growth", "drawdown", "years", and with a benchmark "beta".
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
        from sectorlead.reports.render.figures import draw
        from sectorlead.reports.returns.sections import charts_of

        charts = charts_of(self.line)
        if kind not in charts:
            raise UnknownNameError("kind", kind, charts)
        return draw(charts[kind], ax, locale=locale, moves=moves)

    def __repr__(self) -> str:
        found, dates = self.summary(), self.line.dates
        told = f"{self.line.name}: {len(dates) - 1:,} returns, {dates[1]:%F}..{dates[-1]:%F}"
        return f"Tearsheet({told}; total {found['total_return']:.1%}, deepest fall {found['max_drawdown']:.1%})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from sectorlead.reports.returns.notebook import returns_notebook

        return returns_notebook(self.line)


def tearsheet(
    returns: pd.Series[float],
    benchmark: pd.Series[float] | None = None,
    path: str | Path | None = None,
    *,
    name: str = "",
    locale: str = "en",
    moves: str | None = None,
) -> Tearsheet:
    """A report of any series of returns: what needs no holdings of the report of a run, by the same definitions.

    Parameters
    ----------
    returns : Series of float, by date
        Simple returns as fractions, daily, weekly, monthly, quarterly or yearly. NaN before the first is left out.
    benchmark : Series of float, by date, optional
        Simple returns too, as often or more often: compounded from date to date of ``returns``.
    path : path, optional
        Where to write the page; without it, ``save`` does.
    name : str
        Default: that of the series.
    locale : {"en", "zh"}
        Language of the page.
    moves : {"blue-orange", "red-up", "green-up"}, optional
        Colours of rises and falls.

    Returns
    -------
    Tearsheet

    Raises
    ------
    InputError
        No series by date, dates twice, a return that is not known or below -1, prices, or a benchmark of other dates;
        or a path that is a folder, or does not end with .html.

    Notes
    -----
    Annualised by the median gap of the dates: 252, 52, 12, 4 or 1 returns a year; growth a year by calendar years of
    365.25 days. Less than 60 daily returns (12 weekly, 3 monthly) are not annualised on the page.

    Examples
    --------
    >>> import pandas as pd
    >>> import sectorlead as sl
    >>> months = pd.Series([0.02, -0.10, 0.05], pd.date_range("2024-01-31", periods=3, freq="ME"), name="mine")
    >>> found = sl.tearsheet(months)
    >>> round(found.summary()["max_drawdown"], 6), round(found.summary()["total_return"], 6)
    (-0.1, -0.0361)
    """
    made = Tearsheet(returns_line(returns, benchmark, name))
    if path is not None:
        made.save(path, locale=locale, moves=moves)
    return made
