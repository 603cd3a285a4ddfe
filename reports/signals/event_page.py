"""The page of an event study: the answer in a sentence, each anchor and horizon beside its controls, every episode."""

from __future__ import annotations

import numpy as np

from ..charts import svg
from ..render.i18n import find_locale
from ..render.jinja import render
from ..sections.tables import heat_scale
from .charts import ANCHORS, FIFTH_NAMES, FIFTH_ROLES, correlation_charts, fan_charts, ic, placebo_charts
from .event_content import CONTROLS, cells, facts, heat, regime_rows, score_text, shown_horizon, told_episodes
from .result import EventStudyResult

MOST = 150
"""Episodes whose strongest and weakest series are on the page; those of the others are in readings.csv."""


def event_page(result: EventStudyResult, *, locale: str = "en", moves: str | None = None) -> str:
    """The page as text.

    Parameters
    ----------
    result : EventStudyResult
    locale : str
        Language; see ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.
    """
    told, episodes = facts(result), told_episodes(result)
    rows = heat(result)
    values = np.array([line for _, line, _ in rows])
    rows_of = cells(result)
    by_anchor = dict.fromkeys(cell.anchor for cell in rows_of)
    names = [side.name for one in episodes for side in (*one.strongest, *one.weakest)]
    return render(
        "events.html",
        [result.name, *(text for _, text in told), *names, result.studied.benchmark],
        locale=locale,
        moves=moves,
        title=find_locale(locale).text(f"Event study: {result.label}"),
        sentence=result.name if result.name != result.label else "",
        ribbon=result.studied.ribbon,
        verdict=result.verdict.sentences,
        power=result.power,
        facts=told,
        anchors=ANCHORS,
        order=result.anchors,
        horizons=result.horizons,
        heat=rows,
        heat_scale=heat_scale(values),
        correlations=[(anchor, svg.chart(chart)) for anchor, chart in correlation_charts(result)],
        fans=[(anchor, svg.chart(chart)) for anchor, chart in fan_charts(result)],
        placebos=[(anchor, svg.chart(chart)) for anchor, chart in placebo_charts(result)],
        key=list(zip(FIFTH_ROLES[::-1], FIFTH_NAMES[::-1], strict=True)),
        cells=[(name, [cell for cell in rows_of if cell.anchor == name]) for name in by_anchor],
        ic=ic,
        controls=CONTROLS,
        table=result.table.to_dict(orient="records"),
        shown=shown_horizon(result),
        regimes=regime_rows(result),
        persistence=result.persistence.to_dict(orient="records"),
        episodes=episodes,
        most=MOST,
        score_text=score_text,
        has_ends=any(one.entered for one in episodes),
    )
