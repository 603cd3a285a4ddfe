"""A factor view in a notebook: what was found, and figures by horizon, as a fragment of HTML."""

from __future__ import annotations

from markupsafe import Markup, escape

from ..formatting import decimal, percent
from ..render.notebook import STYLE, fragment
from .charts import ic
from .event_content import p_text
from .factor_result import FactorReportResult


def factor_notebook(result: FactorReportResult) -> str:
    """What a notebook shows of a factor view, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    result : FactorReportResult
    """
    rows = ""
    for row in result.table.to_dict(orient="records"):
        cells = (
            ic(row["ic"]), decimal(row["t_nw"], 1), p_text(row["p_holm"]), percent(row["spread"], 2, True),
            percent(row["turnover"], 0), percent(row["net_spread"], 2, True),
        )  # fmt: skip
        rows += f"<tr><th>{int(row['horizon'])}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    heads = "".join(f"<th>{name}</th>" for name in ("IC", "t, N-W", "p, Holm", "Spread", "Turnover", "After costs"))
    known = result.studied
    warned = f'<p class="sl-warn">{known.ribbon}</p>' if known.ribbon else ""
    return fragment(
        f'<div class="sectorlead-run"><style>{Markup(STYLE)}</style>{warned}'
        f'<p class="sl-title"><b>Factor view: {escape(result.label)}</b> <span>{known.first} to {known.last}</span></p>'
        f"<p>{escape(result.found)}</p>"
        f"<table><thead><tr><th>Sessions on</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
