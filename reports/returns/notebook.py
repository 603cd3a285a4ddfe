"""A series of returns in a notebook: headline numbers and growth, as a fragment of HTML."""

from __future__ import annotations

from markupsafe import Markup, escape

from ..charts.picture import Frame, picture
from ..charts.time_series import growth_chart
from ..formatting import by_unit
from ..metrics.run_metrics import LINE_METRICS, definitions
from ..render.notebook import LEFT, RIGHT, STYLE, WIDTH, fragment
from .sections import lines_of
from .series import ReturnsLine


def returns_notebook(found: ReturnsLine) -> str:
    """What a notebook shows, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    found : ReturnsLine
    """
    known, lines = definitions(found.periods), lines_of(found)
    measured = [found.metrics, *([found.of_market] if found.market else [])]
    columns = [found.readable(values) for values in measured]
    heads = "".join(
        f'<th scope="col"><i class="sl-key {role}"></i>{escape(line.label)}</th>' for line, role in lines
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(known[name].label)}</th>'
        + "".join(f"<td>{by_unit(values[name], known[name].unit)}</td>" for values in columns)
        + "</tr>"
        for name in LINE_METRICS
    )
    drawn = picture(
        growth_chart(lines, found.dates), Frame(WIDTH - LEFT - RIGHT, 170, LEFT, RIGHT, above=6, below=26)
    )
    return fragment(
        f'<div class="sectorlead-run"><style>{Markup(STYLE)}</style>'
        f'<p class="sl-title"><b>{escape(found.name)}</b> <span>{found.dates[1]:%F} to {found.dates[-1]:%F}, '
        f"{len(found.dates) - 1:,} returns</span></p>"
        f'<table><thead><tr><th scope="col">Measure</th>{heads}</tr></thead><tbody>{rows}</tbody></table>{drawn}</div>'
    )
