"""The page of a walk-forward."""

from __future__ import annotations

from ..charts import svg
from ..render.i18n import find_locale
from ..render.jinja import render
from ..render.jinja import write as write
from .charts import choice_charts, growth_chart, pairs_chart, spread_chart
from .content import WalkForwardContent


def walkforward_page(content: WalkForwardContent, *, locale: str = "en", moves: str | None = None) -> str:
    """The page as text.

    Parameters
    ----------
    content : WalkForwardContent
    locale : str
        Language; see ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.
    """
    title = find_locale(locale).text(content.title)
    pairs, spread = pairs_chart(content), spread_chart(content)
    return render(
        "walkforward.html", content.texts, locale=locale, moves=moves, title=title, content=content,
        growth=svg.chart(growth_chart(content)), pairs=svg.chart(pairs) if pairs else "",
        spread=svg.chart(spread) if spread else "",
        choices=[(name, svg.chart(chart)) for name, chart in choice_charts(content)],
    )  # fmt: skip
