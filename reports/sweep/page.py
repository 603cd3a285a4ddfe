"""The page of a sweep."""

from __future__ import annotations

from ..charts import svg
from ..compare.variants import heat_of
from ..render.i18n import find_locale
from ..render.jinja import render
from ..render.jinja import write as write
from .charts import distribution_chart, parallel_chart
from .content import SweepContent


def sweep_page(content: SweepContent, *, locale: str = "en", moves: str | None = None) -> str:
    """The page as text.

    Parameters
    ----------
    content : SweepContent
    locale : str
        Language; see ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.
    """
    spread, title = distribution_chart(content), find_locale(locale).text(content.title)
    return render(
        "sweep.html", content.texts, locale=locale, moves=moves, title=title, content=content,
        spread=svg.chart(spread) if spread else "",
        parallel=svg.chart(parallel_chart(content)) if len(content.lines) > 1 else "",
        heats=[heat_of(grid) for grid in content.grids], several=len(content.axes) > 2,
    )  # fmt: skip
