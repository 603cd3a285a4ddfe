"""An event study in a notebook: the verdict, and the tested rank correlations, as a fragment of HTML."""

from __future__ import annotations

from markupsafe import Markup, escape

from ..render.notebook import STYLE, fragment
from .charts import ANCHORS, ic
from .event_content import heat
from .result import EventStudyResult


def event_notebook(result: EventStudyResult) -> str:
    """What a notebook shows of an event study, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    result : EventStudyResult
    """
    steps = "".join(f"<th>{step}</th>" for step in result.horizons)
    rows = ""
    for anchor, values, sure in heat(result):
        name = ANCHORS[anchor][0] + (" (hindsight)" if anchor == "trough" else "")
        cells = "".join(f"<td>{ic(value)}{' *' * stands}</td>" for value, stands in zip(values, sure, strict=True))
        rows += f"<tr><th>{name}</th>{cells}</tr>"
    known = result.studied
    warned = f'<p class="sl-warn">{known.ribbon}</p>' if known.ribbon else ""
    return fragment(
        f'<div class="sectorlead-run"><style>{Markup(STYLE)}</style>{warned}'
        f'<p class="sl-title"><b>Event study: {escape(result.label)}</b> <span>{known.first} to {known.last}</span></p>'
        f'<p>{escape(result.found)}</p><p class="sl-note">{escape(result.power)}</p>'
        f"<table><thead><tr><th>Sessions on</th>{steps}</tr></thead><tbody>{rows}</tbody></table>"
        '<p class="sl-note">Mean rank correlations, beta out; * stands at 5% after the correction.</p></div>'
    )
